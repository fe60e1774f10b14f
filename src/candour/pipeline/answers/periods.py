"""Periods, by date of death, both ends included (design 6.10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Period:
    """From and to, both included; either may be open."""

    start: dt.date | None = None
    end: dt.date | None = None

    def holds(self, death: dict[str, Any]) -> bool | None:
        """Whether a death lies in the period; None where its date leaves that open."""
        if self.start is None and self.end is None:
            return True
        first, last = death["death_date_from"], death["death_date_to"]
        if first is None or last is None:
            return None
        begins, ends = self.start or dt.date.min, self.end or dt.date.max
        if begins <= first and last <= ends:
            return True
        if last < begins or first > ends:
            return False
        return None


def month_of(death: dict[str, Any]) -> str | None:
    """``2025-03``; None where the month is not known."""
    first, last = death["death_date_from"], death["death_date_to"]
    if first is None or (first.year, first.month) != (last.year, last.month):
        return None
    return f"{first:%Y-%m}"


def quarter_of(death: dict[str, Any]) -> str | None:
    """``2025-Q1`` (calendar)."""
    first, last = death["death_date_from"], death["death_date_to"]
    if first is None:
        return None
    quarters = {f"{d.year}-Q{(d.month + 2) // 3}" for d in (first, last)}
    return quarters.pop() if len(quarters) == 1 else None


def financial_year_of(death: dict[str, Any]) -> str | None:
    """``2025-26``: 1 April to 31 March."""
    first, last = death["death_date_from"], death["death_date_to"]
    if first is None:
        return None
    starts = {d.year if d.month >= 4 else d.year - 1 for d in (first, last)}
    if len(starts) > 1:
        return None
    start = starts.pop()
    return f"{start}-{(start + 1) % 100:02d}"
