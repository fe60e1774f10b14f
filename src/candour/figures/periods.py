"""Figures over time: parts of a year, years that are not finished, and less than a year."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from candour.figures.reading import Figure, Remark
from candour.figures.sums import hidden_among, listed, plus, rows_of

YEAR = 360
"""Days from which on a period is taken for a year."""


def same_series(one: Figure, other: Figure) -> bool:
    """Whether two figures of one body count the same in the same unit."""
    return (
        one.whose == other.whose
        and one.unit == other.unit
        and one.counts_as(other)
        and one.defined_as(other)
    )


def parts_of_a_year(figures: Sequence[Figure]) -> Iterator[Remark]:
    """A longer period beside the shorter ones that it is made of."""
    for whole in figures:
        if whole.percent or whole.days is None:
            continue
        inside = [f for f in figures if f.within(whole) and same_series(f, whole)]
        for source in (whole.source, None):  # else quarter by quarter on pages of their own
            chosen = [f for f in inside if source in (None, f.source)]
            parts = sorted(_shortest(chosen), key=lambda f: f.start or dt.date.min)
            if len(parts) >= 2 and _cover(parts, whole):
                yield from _added(whole, parts)
                break


def _added(whole: Figure, parts: Sequence[Figure]) -> Iterator[Remark]:
    rows = rows_of([*parts, whole])
    missing = [f for f in parts if f.number is None]
    told = [f for f in parts if f.number is not None]
    total = sum(f.number for f in told if f.number is not None)
    if whole.number is None:
        return
    if hidden := [f for f in missing if f.hidden]:
        yield hidden_among(hidden, told, whole, rows)
    elif missing and total <= whole.number:
        kind = "makes" if total == whole.number else "leaves"
        rest = "" if total == whole.number else f" of {whole.said}"
        worked = f"{plus(told)} = {total}" if told else "none of its parts"
        yield Remark(
            "part-year",
            rows,
            f"{whole.body}: {whole.said} for {whole.period} is no whole year. What was published "
            f"{kind} {worked}{rest}; for {listed(f.period for f in missing)} there is no figure "
            f"({listed(sorted({f.said for f in missing}))}), which is not nought.",
        )
    elif total == whole.number:
        yield Remark(
            "adds-up",
            rows,
            f"{whole.body}: {plus(told)} = {total}, as published for {whole.period}.",
        )
    else:
        yield Remark(
            "does-not-add-up",
            rows,
            f"{whole.body}: {plus(told)} = {total}, and {whole.said} is published for "
            f"{whole.period}: a difference of {abs(total - whole.number)}.",
        )


def _shortest(inside: Sequence[Figure]) -> list[Figure]:
    """One figure for each shortest period: months make a year once, not months and quarters."""
    least = [f for f in inside if not any(other.within(f) for other in inside)]
    return list({f.when: f for f in least}.values())


def _cover(parts: Sequence[Figure], whole: Figure) -> bool:
    if parts[0].start != whole.start or parts[-1].end != whole.end:
        return False
    return all(
        before.end is not None and after.start == before.end + dt.timedelta(days=1)
        for before, after in pairwise(parts)
    )


def unfinished_years(figures: Sequence[Figure]) -> Iterator[Remark]:
    """A figure that says itself that it is not finished; less than a year in a series of years."""
    series: dict[int, list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.notes and figure.number is not None:
            parts = [f for f in figures if f.within(figure) and same_series(f, figure)]
            told = [f for f in parts if f.number is not None]
            worked = f" Published of it: {plus(told)} = {_sum(told)}." if told else ""
            if figure.percent:
                worked = ""
            yield Remark(
                "part-year",
                rows_of([*parts, figure]) if not figure.percent else (figure.row,),
                f"{figure.body}: {figure.said} for {figure.period} is not the whole of it, as the "
                f"row itself says ({listed(figure.notes)}).{worked}",
            )
        first = next((f for f in figures if same_series(f, figure)), figure)
        series[first.row].append(figure)
    for members in series.values():
        yield from _shorter(members)


def _sum(figures: Sequence[Figure]) -> object:
    return sum(f.number for f in figures if f.number is not None)


def _shorter(members: Sequence[Figure]) -> Iterator[Remark]:
    years = [f for f in members if f.days is not None and f.days >= YEAR and f.number is not None]
    short = [f for f in members if f.days is not None and f.days < YEAR]
    alone = [f for f in short if f.number is not None and not any(f.within(y) for y in members)]
    if not years or not alone or len(alone) > len(years):
        return
    for part in alone:
        near = max(years, key=lambda y: (y.end or dt.date.min) <= (part.start or dt.date.max))
        yield Remark(
            "part-year",
            rows_of([near, part]),
            f"{part.body}: {part.said} is for {part.days} days ({part.period}), beside {near.said} "
            f"for a year ({near.period}): the two do not show a rise or a fall.",
        )
