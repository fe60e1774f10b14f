"""Which chart suits a series, and why: the chart chooser.

From a mean of four a period: XmR, or u or p with denominators (p from denominators of 20). Under
four: the time between events. Fewer than twelve points: a run chart, which has no limits.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import numpy as np

from candour.measures.rare import spread_over
from candour.measures.rules import Values
from candour.measures.series import Series, When

FEW = 4.0
SHORT = 12
SMALL_DENOMINATOR = 20
_BETWEEN = re.compile(r"(?i)between|interval|\bgap")
_TIME = re.compile(r"(?i)day|hour|week|month|time")
_EXPOSURE = re.compile(r"(?i)day|night|hour|week|month|year|caseload|population|exposure|per_")


def choose(series: Series) -> tuple[str, Series, str]:
    """The kind, the series as that kind takes it, and a sentence that says why."""
    if series.events:
        return _of_events(series)
    if _BETWEEN.search(series.y_name) and series.n is None:
        kind = "t" if _TIME.search(series.y_name) or not series.whole else "g"
        return kind, replace(series, gaps=True), f"{series.y_name}: one value a gap"
    known = series.y[~np.isnan(series.y)]
    mean = float(known.mean())
    if len(known) < SHORT:
        return "run", series, f"fewer than {SHORT} points ({len(known)}): no limits can be told"
    if not series.whole:
        if series.n is None:
            return "xmr", series, "values that are no counts"
        return "xmr", series, "ratios of values that are no counts"
    if mean < FEW:
        return _of_rare_counts(series, mean)
    if series.n is None:
        return "xmr", series, f"a mean of {mean:.3g} a period, at least {FEW:g}"
    return _of_ratios(series, mean)


def _of_ratios(series: Series, mean: float) -> tuple[str, Series, str]:
    below = series.n if series.n is not None else np.ones(len(series.y))
    known = ~np.isnan(below) & ~np.isnan(series.y)
    counted = below[known]
    enough = f"a mean of {mean:.3g} events a period, at least {FEW:g}"
    parts = (series.y[known] <= counted).all() and (counted == np.round(counted)).all()
    if not parts or _EXPOSURE.search(series.n_name):
        return "u", series, f"{enough}, over {series.n_name}, in which an event can happen again"
    if counted.min() < SMALL_DENOMINATOR:
        why = f"denominators from {counted.min():g}, under {SMALL_DENOMINATOR}: no limits are drawn"
        return "run", series, why
    return "p", series, f"{enough}, a part of {series.n_name}"


def _of_events(series: Series) -> tuple[str, Series, str]:
    _months, counts = by_month(series)
    mean = float(counts.mean()) if len(counts) else 0.0
    counted = monthly(series)
    inner = float(counted.y.mean()) if len(counted.y) else 0.0
    if inner >= FEW and len(counted.y) < SHORT:
        return "run", counted, f"fewer than {SHORT} whole months ({len(counted.y)})"
    if inner >= FEW:
        return "xmr", counted, f"{inner:.3g} events a month, at least {FEW:g}, by whole month"
    gaps = between_events(series)
    if len(gaps.y) < 2:
        few = f"too few events for a chart of the time between ({len(series.when)})"
        return "run", monthly(series, whole=False), few
    return "t", gaps, f"{mean:.2g} events a month, fewer than {FEW:g}: the days between them"


def by_month(series: Series) -> tuple[list[int], Values]:
    """Months (year times 12 and month) from the first event to the last, and events in each."""
    days = [dt.date.fromordinal(int(each.at)) for each in series.when]
    if not days:
        return [], np.zeros(0)
    numbers = [_month_of(day.toordinal()) for day in days]
    months = list(range(min(numbers), max(numbers) + 1))
    counts = np.zeros(len(months))
    for number in numbers:
        counts[number - months[0]] += 1
    return months, counts


def _month_of(ordinal: float) -> int:
    day = dt.date.fromordinal(int(ordinal))
    return day.year * 12 + day.month - 1


def monthly(series: Series, *, whole: bool = True) -> Series:
    """Events counted by month; ``whole`` leaves out the first and the last, which may be parts."""
    months, counts = by_month(series)
    if whole and len(months) > 2:
        months, counts = months[1:-1], counts[1:-1]
    firsts = [dt.date(each // 12, each % 12 + 1, 1) for each in months]
    when = tuple(When(f"{day:%Y-%m}", float(day.toordinal()), "month") for day in firsts)
    breaks = [
        replace(each, at=months.index(_month_of(series.when[each.at].at)))
        for each in series.breaks
        if _month_of(series.when[each.at].at) in months[1:]
    ]
    return replace(
        series,
        when=when,
        y=counts,
        x_name="month",
        y_name=f"{series.x_name}, events a month",
        breaks=tuple(breaks),
        events=False,
    )


def between_events(series: Series) -> Series:
    """Days from each event to the next, at the later one: one point fewer than events."""
    places = np.asarray([each.at for each in series.when])
    months, counts = by_month(series)
    since = series.when[_latest_part(series)].at
    kept = sum(each < _month_of(since) for each in months)
    breaks = tuple(each for each in series.breaks if each.at < len(places) - 1)
    return replace(
        series,
        when=series.when[1:],
        # The time across a break belongs to what came before it.
        breaks=breaks,
        y=np.diff(places),
        y_name="days between events",
        events=False,
        gaps=True,
        unit="days",
        per_period=(counts[kept:], np.ones(len(months) - kept)),
    )


def _of_rare_counts(series: Series, mean: float) -> tuple[str, Series, str]:
    kind, unit = ("t", "days") if series.n is None else ("g", series.n_name)
    if series.n is None and not series.dated:
        unit = "units of " + series.x_name
    why = f"a mean of {mean:.3g} a period, fewer than {FEW:g}: the {unit} between events"
    gaps = between_counts(series, unit)
    if len(gaps.y) < 2:
        return (
            "run",
            series,
            f"too few events for a chart of the time between ({int(np.nansum(series.y))})",
        )
    return kind, gaps, why


def between_counts(series: Series, unit: str) -> Series:
    """Gaps between events of which only the period is known, each placed evenly in its period.

    Without denominators a gap is in days (or the axis's own unit), with them it is in theirs. A
    missing period ends what can be said: the gap across it is not told.
    """
    starts, ends = _spans(series)
    exposure = ends - starts if series.n is None else np.nan_to_num(series.n)
    clock = np.concatenate(([0.0], np.cumsum(exposure)))
    moments: list[float] = []
    places: list[When] = []
    gaps: list[float] = []
    breaks, part_of = [], {each.at: each for each in series.breaks}
    for at, count in enumerate(series.y):
        if at and starts[at] > ends[at - 1] + 1e-9:
            moments = []
        if at in part_of:
            breaks.append(replace(part_of[at], at=len(gaps)))
            moments = []
        if np.isnan(count):
            moments = []
            continue
        spread = spread_over(int(count), clock[at], clock[at + 1])
        inside = spread_over(int(count), starts[at], ends[at])
        for moment, place in zip(spread, inside, strict=True):
            if moments:
                gaps.append(moment - moments[-1])
                places.append(_place_at(series, at, place))
            moments.append(moment)
    return replace(
        series,
        when=tuple(places),
        y=np.asarray(gaps),
        n=None,
        y_name=f"{unit} between events",
        breaks=tuple(breaks),
        gaps=True,
        unit=unit,
        placed=True,
        per_period=(series.y[_latest_part(series) :], exposure[_latest_part(series) :]),
    )


def _latest_part(series: Series) -> int:
    return series.breaks[-1].at if series.breaks else 0


def _place_at(series: Series, row: int, place: float) -> When:
    kind = series.when[row].kind
    if kind in ("day", "month"):
        return When(dt.date.fromordinal(int(place)).isoformat(), place, "day")
    return When(series.when[row].told, place, kind)


def _spans(series: Series) -> tuple[Values, Values]:
    """Where each period begins and ends: at the next one; the last is as long as the one before."""
    starts = np.asarray([each.at for each in series.when], dtype=float)
    if not series.dated and any(each.kind == "label" for each in series.when):
        starts = np.arange(len(starts), dtype=float)
    steps = np.diff(starts)
    if len(steps) == 0 or (steps <= 0).any():
        return np.arange(len(starts), dtype=float), np.arange(1, len(starts) + 1, dtype=float)
    usual = float(np.median(steps))
    # A period that the file leaves out does not belong to the one before it.
    lengths = np.append(np.where(steps > 1.5 * usual, usual, steps), usual)
    return starts, starts + lengths
