"""Scales: where a value lies on the sheet, and which values an axis names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from candour.measures.series import When


class Scale:
    """A linear scale from values to places on the sheet."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high = low, high if high > low else low + 1
        self.start, self.end = start, end

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Round values that span low to high: the first is at most low, the last at least high."""
    span = max(high - low, 1e-12)
    rough = span / count
    size = 10 ** math.floor(math.log10(rough))
    step = next((each * size for each in (1, 2, 2.5, 5, 10) if each * size >= rough), 10 * size)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(at * step, 10) for at in range(first, last + 1)]


def from_nought(low: float, high: float) -> bool:
    """Whether an axis begins at nought: unless all that it shows lies far from it."""
    return low >= 0 and low < 0.6 * high


def written(value: float) -> str:
    """A figure for a reader: up to three figures of a fraction, commas between thousands."""
    if value == 0:
        return "0"
    if abs(value) >= 100 or float(value).is_integer():
        return f"{value:,.0f}"
    figures = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(figures, 6)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def place_name(place: When, day: bool) -> str:
    """A place of the axis in words; ``day`` names the day of a date too."""
    return place.named if day or place.kind != "day" else replace(place, kind="month").named


def days_matter(places: Sequence[When]) -> bool:
    """Whether any date is other than the first of a month."""
    return any(each.kind == "day" and not each.shown.endswith("-01") for each in places)
