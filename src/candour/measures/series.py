"""A series as it was sent: texts in, times and values out, and what could not be taken.

Takes texts and gives a `Series`; nothing is dropped without a sentence, and what is hidden or
missing is never nought.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from candour.dataset.types.period import MONTHS, parse_period
from candour.dataset.types.typed_count import MARKER, parse_count
from candour.errors import UserError
from candour.measures.rules import Values

_NUMBER = re.compile(r"^[+-]?((\d{1,3}(,\d{3})+|\d+)(\.\d*)?([eE][+-]?\d+)?|\.\d+)$")
_ISO_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})([T ].*)?$")
_BRITISH_DAY = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_DEATHS = re.compile(r"(?i)death|\bdied|\bdying|suicide|mortality|fatal|inquest")


@dataclass(frozen=True)
class When:
    """One place on the axis: as ``told`` (a number, an ISO date or month, a label), and where it
    lies (``at``: the number, or the day's ordinal; a label has its place in the file)."""

    told: str | float
    at: float
    kind: str

    @property
    def named(self) -> str:
        """The place as one says it: 9 Jan 2025, Jan 2025."""
        if self.kind not in ("day", "month"):
            return self.shown
        date = dt.date.fromordinal(int(self.at))
        day = f"{date.day} " if self.kind == "day" else ""
        return f"{day}{MONTHS[date.month - 1].capitalize()} {date.year}"

    @property
    def shown(self) -> str:
        """The place in words: whole numbers without a point."""
        return self.told if isinstance(self.told, str) else f"{self.told:g}"


@dataclass(frozen=True)
class Break:
    """A new part begins with the point ``at`` (its index), because of ``reason``."""

    at: int
    reason: str
    by: str = "asked"


@dataclass(frozen=True)
class Series:
    """Values in file order.

    ``y`` are numerators, or values of their own where ``n`` is None; missing ones are NaN.
    ``events``: each row is one event. ``gaps``: a value is the time (or the number) between two
    events, in ``unit``; ``placed``: of which only the period is known. ``per_period`` are then the
    counts of the latest part by period, and the time (or number) that each period holds.
    """

    when: tuple[When, ...]
    y: Values
    n: Values | None = None
    x_name: str = "x"
    y_name: str = "y"
    n_name: str = "n"
    breaks: tuple[Break, ...] = ()
    notes: tuple[str, ...] = ()
    events: bool = False
    gaps: bool = False
    unit: str = ""
    placed: bool = False
    per_period: tuple[Values, Values] | None = field(default=None, compare=False)

    @property
    def whole(self) -> bool:
        """Every known value is a whole number, none below nought."""
        known = self.y[~np.isnan(self.y)]
        return bool(len(known) and (known >= 0).all() and (known == np.round(known)).all())

    @property
    def deaths(self) -> bool:
        """The series counts deaths, as far as its names say."""
        return bool(_DEATHS.search(f"{self.y_name} {self.x_name if self.events else ''}"))

    @property
    def dated(self) -> bool:
        """Every place on the axis is a day or a month."""
        return all(each.kind in ("day", "month") for each in self.when)


def read_series(
    x: Sequence[str],
    y: Sequence[str] | None,
    n: Sequence[str] | None = None,
    *,
    x_name: str = "x",
    y_name: str = "y",
    n_name: str = "n",
    marks: Sequence[tuple[str, Sequence[str]]] = (),
) -> Series:
    """The texts of the columns as a series.

    Without ``y`` each row is an event and ``x`` its date. ``marks`` are columns (name, texts) whose
    change of value breaks the line: a definition, a coverage. Raises ``UserError`` where no value
    can be read at all, or an event has no date.
    """
    when = read_places(x)
    if y is None:
        return _events(when, x_name)
    values, told = read_values(y, y_name)
    if not (~np.isnan(values)).any():
        raise UserError(
            f"Column {y_name} holds no number.", "Name the column of the values with --y COL."
        )
    below, more = read_values(n, n_name) if n is not None else (None, ())
    if below is not None:
        below = np.where(below > 0, below, np.nan)
        without = int((np.isnan(below) & ~np.isnan(values)).sum())
        if without:
            more = (*more, f"Points with no denominator, or one of nought: {without}. No ratio.")
    breaks = tuple(each for name, texts in marks for each in _changes(name, texts))
    return Series(
        when,
        values,
        below,
        x_name,
        y_name,
        n_name,
        tuple(sorted(breaks, key=lambda each: each.at)),
        (*told, *more, *_out_of_order(when), *_not_there(when)),
    )


def _events(when: tuple[When, ...], name: str) -> Series:
    undated = sum(each.kind != "day" for each in when)
    if undated:
        raise UserError(
            f"Rows of {name} without a day: {undated}. Each row is an event and needs its day.",
            "Write days as YYYY-MM-DD, or name the column of the values with --y COL.",
        )
    ordered = tuple(sorted(when, key=lambda each: each.at))
    return Series(ordered, np.ones(len(ordered)), x_name=name, y_name="events", events=True)


def read_places(texts: Sequence[str]) -> tuple[When, ...]:
    """Places on the axis, in the order of the file."""
    return tuple(_place((text or "").strip(), at) for at, text in enumerate(texts))


def read_place(text: str) -> When:
    """One place, as an option of the command line gives it."""
    return _place(text.strip(), 0)


def _place(text: str, row: int) -> When:
    if text and _NUMBER.match(text):
        number = float(text.replace(",", ""))
        return When(int(number) if number == int(number) else number, number, "number")
    day = _day(text)
    if day is not None:
        return When(day.isoformat(), float(day.toordinal()), "day")
    month = _MONTH.match(parse_period(text) or "") if text else None
    if month and 1 <= int(month[2]) <= 12:
        first = dt.date(int(month[1]), int(month[2]), 1)
        return When(month[0], float(first.toordinal()), "month")
    return When(text, float(row), "label")


def _day(text: str) -> dt.date | None:
    iso, british = _ISO_DAY.match(text), _BRITISH_DAY.match(text)
    try:
        if iso:
            return dt.date.fromisoformat(iso[1])
        if british:
            return dt.date(int(british[3]), int(british[2]), int(british[1]))
    except ValueError:
        return None
    return None


def read_value(cell: str) -> tuple[float, str]:
    """One figure, or NaN and why there is none: blank, suppressed, not collected, unreadable, …"""
    text = (cell or "").strip()
    plain = text.removesuffix("%").replace(" ", "")
    if plain and plain != MARKER and _NUMBER.match(plain):
        return float(plain.replace(",", "")) / (100 if text.endswith("%") else 1), ""
    held, read = parse_count(text)
    kind = held.kind if held else "blank" if read else "unreadable"
    return float("nan"), kind.replace("-", " ")


def read_values(texts: Sequence[str], name: str) -> tuple[Values, tuple[str, ...]]:
    """Numbers (NaN where there is none) and sentences on what is none, by kind."""
    values = np.full(len(texts), np.nan)
    without: dict[str, int] = {}
    for row, cell in enumerate(texts):
        values[row], why = read_value(cell)
        if why:
            without[why] = without.get(why, 0) + 1
    return values, tuple(
        f"Points of {name} that are {kind}: {count}. No figure, and not nought."
        for kind, count in without.items()
    )


def _changes(name: str, texts: Sequence[str]) -> list[Break]:
    found, before = [], None
    for at, cell in enumerate(texts):
        text = (cell or "").strip()
        if before is not None and text != before:
            found.append(
                Break(at, f"{name}: {before or 'not stated'}, then {text or 'not stated'}", name)
            )
        before = text
    return found


def _out_of_order(when: tuple[When, ...]) -> tuple[str, ...]:
    places = [each.at for each in when if each.kind != "label"]
    if all(one < two for one, two in itertools.pairwise(places)):
        return ()
    return ("The file's order is kept, and it is not the order of time everywhere.",)


def _not_there(when: tuple[When, ...]) -> tuple[str, ...]:
    """Months that the file leaves out, where it has one row a month."""
    months = [_months(each) for each in when if each.kind in ("day", "month")]
    firsts = [each for each in when if each.kind == "month" or each.shown.endswith("-01")]
    if len(months) < 3 or len(firsts) < len(when) or len(set(months)) < len(months):
        return ()
    steps = [two - one for one, two in itertools.pairwise(months)]
    if min(steps) != 1 or max(steps) == 1:
        return ()
    lacking = sorted(set(range(min(months), max(months) + 1)) - set(months))
    named = ", ".join(f"{each // 12}-{each % 12 + 1:02d}" for each in lacking[:6])
    more = f" and {len(lacking) - 6} more" if len(lacking) > 6 else ""
    return (f"No row for {named}{more}: not heard from is not nought.",)


def _months(place: When) -> int:
    day = dt.date.fromordinal(int(place.at))
    return day.year * 12 + day.month - 1
