"""One chart: a series with its parts, limits, signals, verdicts, and what must be said with it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from candour.errors import UserError
from candour.measures import rules
from candour.measures.chooser import FEW, between_events, choose, monthly
from candour.measures.limits import (
    KINDS,
    NEEDS_DENOMINATOR,
    OF_COUNTS,
    Limits,
    exponential,
    limits,
)
from candour.measures.rare import Closeness, closeness
from candour.measures.rules import NAMES, Marks, Values
from candour.measures.series import Break, Series, When, read_place
from candour.measures.words import schools, verdict_warnings

IMPROVEMENT = ("up", "down", "neutral")
TRIAL = 13
"""Limits from fewer points are trial limits (Making Data Count)."""


@dataclass(frozen=True)
class Point:
    """A point as drawn: ``special`` is the rule that it breaks, in words, or None."""

    when: When
    y: float | None
    centre: float | None
    lower: float | None
    upper: float | None
    part: int
    special: str | None
    mark: int


@dataclass(frozen=True)
class Chart:
    """A chart whole.

    ``variation`` is of the latest point: common_cause, or concern, improvement or neutral with
    _high or _low. ``assurance`` holds the limits of the latest point against a target.
    ``run_signal`` is the runs analysis of the latest part. ``school`` names whose rules and
    factors. ``latest`` is the exact comparison of the latest periods, for rare events.
    """

    kind: str
    why: str
    series: Series
    points: tuple[Point, ...]
    breaks: tuple[Break, ...]
    variation: str
    assurance: str | None
    run_signal: bool
    warnings: tuple[str, ...]
    school: str
    target: float | None
    improvement: str
    multiplier: float
    latest: Closeness | None = None


def chart(
    series: Series,
    kind: str = "auto",
    *,
    rebase: Sequence[tuple[str, str]] = (),
    fix_after: int | None = None,
    target: float | None = None,
    improvement: str = "neutral",
    screen: bool | None = None,
    multiplier: float = 1.0,
) -> Chart:
    """The chart of a series.

    ``rebase`` are places on the axis, each with its reason (empty where none was given): a new part
    begins with the first point on or after each. ``fix_after``: limits from the first so many
    points of each part alone. ``screen`` None: by the school of the kind. Raises ``UserError`` for
    a kind that the series cannot have, or a rebase beyond its end.
    """
    series, said = _rebased(series, rebase)
    kind, series, why, by_chooser = _kind(series, kind)
    if by_chooser and kind == "xmr" and screen is None:
        known = series.y[~np.isnan(series.y)] * multiplier
        if series.n is not None:
            known = (series.y / series.n)[~np.isnan(series.y / series.n)] * multiplier
        screen = float(known.mean()) >= FEW
        if not screen:
            said.append(
                f"Screening is off: the mean is under {FEW:g}, where it can leave no width to the "
                "limits."
            )
    screened = kind == "xmr" if screen is None else screen
    y = series.y if series.n is None or kind in ("c", "g", "t") else series.y / series.n
    parts = _parts(len(y), series.breaks)
    held, told = _by_part(kind, series, y, parts, fix_after, screened)
    marks = _marks(kind, y, held, parts)
    latest = closeness(*series.per_period) if by_chooser and series.per_period else None
    if latest is not None and latest.signal and marks[-1] == 0:
        marks[-1] = 5 * latest.direction
    drawn = _possible(kind, series, held)
    points = _points(series, y, drawn, marks, parts, multiplier)
    last = parts[-1]
    rare_deaths = series.deaths and (series.gaps or float(np.nanmean(series.y)) < FEW)
    # Gaps that we placed run together because we placed them: their runs are not the data's.
    signal = not series.placed and rules.runs(y[last], held.centre[last]).signal
    deaths = series.deaths
    made = Chart(
        kind,
        why,
        series,
        points,
        series.breaks,
        _variation(int(marks[_last_known(y)]), improvement, rare_deaths),
        _assurance(points, None if deaths else target, improvement),
        signal,
        (),
        schools(kind, screened, series.placed),
        None if deaths else target,
        improvement,
        multiplier,
        latest,
    )
    cut = not np.array_equal(drawn.lower, held.lower, equal_nan=True)
    return replace(made, warnings=(*said, *told, *verdict_warnings(made, cut, target, by_chooser)))


def _kind(series: Series, kind: str) -> tuple[str, Series, str, bool]:
    """The kind, the series as it takes it, why, and whether the chooser decided."""
    if kind == "auto":
        chosen, taken, why = choose(series)
        return chosen, taken, f"{chosen}: {why}.", True
    if kind not in KINDS:
        raise UserError(f"There is no chart {kind}.", f"One of: auto, {', '.join(KINDS)}.")
    if kind in NEEDS_DENOMINATOR and series.n is None:
        raise UserError(
            f"A {kind} chart is of ratios, and there is no denominator.",
            "Name the column of the denominators with --n COL.",
        )
    if series.events:
        series = between_events(series) if kind in ("t", "g") else monthly(series)
    if kind in OF_COUNTS and kind != "t" and not series.whole:
        raise UserError(
            f"A {kind} chart is of counts, and {series.y_name} holds values that are none.",
            "With --n COL the values of --y are counts, not ratios. Else ask for xmr or i.",
        )
    if kind == "t" and (series.y < 0).any():
        raise UserError("The time between two events is not below nought.", "Mend the file.")
    if kind in ("t", "g") and not series.gaps:
        series = replace(series, gaps=True)
    return kind, series, f"{kind}: asked for.", False


def _rebased(series: Series, rebase: Sequence[tuple[str, str]]) -> tuple[Series, list[str]]:
    said: list[str] = []
    breaks = [each for each in series.breaks if each.at > 0]
    for place, reason in rebase:
        asked = read_place(place)
        if asked.kind == "label":
            raise UserError(
                "A rebase is at a date or a number of the axis.", "Write dates as YYYY-MM-DD."
            )
        at = next((at for at, each in enumerate(series.when) if each.at >= asked.at), None)
        if at is None:
            raise UserError(f"No point lies on or after {asked.shown}.", "Give an earlier rebase.")
        if not reason:
            said.append(
                f"The rebase at {asked.shown} has no reason: a reader is owed one (--reason TEXT)."
            )
        if at > 0:
            breaks.append(Break(at, reason or "no reason given"))
    one_each = {each.at: each for each in sorted(breaks, key=lambda each: each.at)}
    said += [
        f"The line breaks at {series.when[each.at].shown} ({each.reason}): what lies on the two "
        "sides is not compared."
        for each in one_each.values()
        if each.by != "asked"
    ]
    return replace(series, breaks=tuple(one_each.values())), said


def _parts(points: int, breaks: tuple[Break, ...]) -> list[slice]:
    edges = [0, *(each.at for each in breaks if 0 < each.at < points), points]
    return [slice(one, two) for one, two in itertools.pairwise(edges)]


def _by_part(
    kind: str,
    series: Series,
    y: Values,
    parts: list[slice],
    fix_after: int | None,
    screen: bool,
) -> tuple[Limits, list[str]]:
    made, said = [], []
    for number, part in enumerate(parts, 1):
        n = None if series.n is None else series.n[part]
        baseline = np.arange(len(y[part])) < (fix_after or len(y))
        known = int((baseline & ~np.isnan(y[part])).sum())
        held = (
            exponential(y[part], baseline)
            if series.placed
            else limits(kind, y[part], series.y[part], n, baseline, screen=screen)
        )
        where = f" of part {number}" if len(parts) > 1 else ""
        if kind != "run" and known < 2:
            held = Limits(held.centre, *(np.full(len(y[part]), np.nan),) * 2)
            said.append(f"No limits{where}: {known} points tell none.")
        elif kind != "run" and known < TRIAL:
            said.append(f"Trial limits{where}: they rest on {known} points, fewer than {TRIAL}.")
        made.append(held)
    joined = (np.concatenate([each[at] for each in made]) for at in range(3))
    return Limits(*joined), said


def _marks(kind: str, y: Values, held: Limits, parts: list[slice]) -> Marks:
    if kind != "xmr":
        return rules.beyond(y, np.maximum(held.lower, 0) if kind != "i" else held.lower, held.upper)
    found = [
        rules.marks(y[part][None], held.centre[part][None], (held.upper - held.centre)[part][None])[
            0
        ]
        for part in parts
    ]
    return np.concatenate(found)


def _possible(kind: str, series: Series, held: Limits) -> Limits:
    """The limits, kept within what the values can be: a count is never below nought."""
    ratio_of_counts = series.n is not None and series.whole
    if kind in OF_COUNTS or series.gaps or series.whole or ratio_of_counts:
        return Limits(held.centre, np.maximum(held.lower, 0.0), held.upper)
    return held


def _points(
    series: Series, y: Values, held: Limits, marks: Marks, parts: list[slice], times: float
) -> tuple[Point, ...]:
    part_of = np.concatenate(
        [np.full(part.stop - part.start, at) for at, part in enumerate(parts, 1)]
    )
    return tuple(
        Point(
            when,
            _figure(y[at], times),
            _figure(held.centre[at], times),
            _figure(held.lower[at], times),
            _figure(held.upper[at], times),
            int(part_of[at]),
            NAMES.get(int(marks[at])),
            int(marks[at]),
        )
        for at, when in enumerate(series.when)
    )


def _figure(value: float, times: float) -> float | None:
    return None if np.isnan(value) else float(value) * times


def _last_known(y: Values) -> int:
    known = np.flatnonzero(~np.isnan(y))
    return int(known[-1]) if len(known) else len(y) - 1


def _variation(mark: int, improvement: str, rare_deaths: bool) -> str:
    if not mark:
        return "common_cause"
    high = mark > 0
    side = "high" if high else "low"
    if improvement == "neutral" or rare_deaths:
        return f"neutral_{side}"
    return f"{'improvement' if (improvement == 'up') == high else 'concern'}_{side}"


def _assurance(points: tuple[Point, ...], target: float | None, improvement: str) -> str | None:
    last = points[-1]
    if target is None or improvement == "neutral" or last.lower is None or last.upper is None:
        return None
    above, below = last.lower > target, last.upper < target
    if above:
        return "consistent_pass" if improvement == "up" else "consistent_fail"
    if below:
        return "consistent_fail" if improvement == "up" else "consistent_pass"
    return "inconsistent"
