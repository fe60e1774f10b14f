"""Figures of two bodies, of two sources or of two years: what may be set side by side."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from candour.figures.reading import Figure, Remark
from candour.figures.sums import listed, rows_of
from candour.figures.words import near


def comparisons(figures: Sequence[Figure]) -> Iterator[Remark]:
    """Every comparison that a reader might make and should not, with the reason."""
    told = [f for f in figures if f.number is not None]
    yield from _one_body(told)
    yield from _two_bodies(told)


def _one_body(figures: Sequence[Figure]) -> Iterator[Remark]:
    by_body: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for f in figures:
        by_body[f.whose, f.unit].append(f)
    for members in by_body.values():
        for one, other in combinations(members, 2):
            if one.source != other.source:
                if one.counts_as(other) or near(one.counted, other.counted):
                    yield from _two_sources(one, other)
            elif one.counted != other.counted:
                continue
            elif one.when == other.when:
                yield from _said_twice(one, other)
            elif not (one.within(other) or other.within(one)) and one.overlaps(other):
                yield _periods_differ(one, other)
        yield from _unlike_sources(members)
        yield from _series(members)


def _unlike_sources(members: Sequence[Figure]) -> Iterator[Remark]:
    """Two sources about one body that share no question at all."""
    sources: dict[str, list[Figure]] = defaultdict(list)
    for f in members:
        sources[f.source].append(f)
    for one, other in combinations(sources.values(), 2):
        pairs = [(a, b) for a in one for b in other if a.overlaps(b)]
        if not pairs or any(
            a.counts_as(b) or near(a.counted, b.counted) for a in one for b in other
        ):
            continue
        a, b = pairs[0]
        yield Remark(
            "not-comparable",
            rows_of(f for pair in pairs for f in pair),
            f"{a.body}: {a.said} ({_place(a)}) and {b.said} ({_place(b)}): the definitions differ, "
            f"{_definitions(a, b)}, so neither is a check on the other.",
        )


def _two_sources(one: Figure, other: Figure) -> Iterator[Remark]:
    rows, body = rows_of([one, other]), one.body
    values = f"{one.said} ({_place(one)}) and {other.said} ({_place(other)})"
    if not one.defined_as(other) and one.overlaps(other):
        yield Remark(
            "not-comparable",
            rows,
            f"{body}: {values}: the definitions differ, {_definitions(one, other)}, so neither is "
            "a check on the other.",
        )
    elif one.when == other.when and one.number != other.number:
        yield Remark(
            "sources-disagree",
            rows,
            f"{body}, {one.measure}, {one.period}: {values}, a difference of {_gap(one, other)}.",
        )
    elif one.when != other.when and one.overlaps(other) and not _a_short_part(one, other):
        yield _periods_differ(one, other)


def _a_short_part(one: Figure, other: Figure) -> bool:
    """A month or a quarter beside its year: nobody takes one for the other."""
    short, long = sorted((one, other), key=lambda f: f.days or 0)
    return short.within(long) and (short.days or 0) <= 92 and (long.days or 0) >= 360


def _periods_differ(one: Figure, other: Figure) -> Remark:
    return Remark(
        "different-period",
        rows_of([one, other]),
        f"{one.body}, {one.measure}: {one.said} for {_long(one)} and {other.said} for "
        f"{_long(other)}, {_common(one, other)}; a difference of {_gap(one, other)} says nothing "
        "about a rise, a fall or a mistake.",
    )


def _said_twice(one: Figure, other: Figure) -> Iterator[Remark]:
    if one.number == other.number:
        return
    rows = rows_of([one, other])
    if one.defined_as(other):
        yield Remark(
            "sources-disagree",
            rows,
            f"{one.body}, {one.measure}, {one.period}: one source gives {one.said} and "
            f"{other.said}, a difference of {_gap(one, other)}.",
        )
    else:
        yield Remark(
            "not-comparable",
            rows,
            f"{one.body}: {one.said} and {other.said} for {one.period}: the definitions differ, "
            f"{_definitions(one, other)}.",
        )


def _series(members: Sequence[Figure]) -> Iterator[Remark]:
    """A figure beside the one before it in time, of the same source if there is one, where the
    definitions differ."""
    dated = [f for f in members if f.end is not None]
    for after in dated:
        earlier = [
            f
            for f in dated
            if f.end is not None
            and after.start is not None
            and f.end < after.start
            and f.counts_as(after)
        ]
        if not earlier:
            continue
        before = max(earlier, key=lambda f: (f.end or dt.date.min, f.source == after.source))
        if before.defined_as(after):
            continue
        yield Remark(
            "definition-changed",
            rows_of([before, after]),
            f"{before.body}, {before.measure}: {before.said} for {before.period} and {after.said} "
            f"for {after.period}, but what is counted changed: {_definitions(before, after)}. The "
            f"difference of {_gap(before, after)} may be the definition's alone.",
        )


def _two_bodies(figures: Sequence[Figure]) -> Iterator[Remark]:
    units: dict[str, dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for f in figures:
        if f.level != "total" and not f.percent:
            units[f"{f.unit} {f.level}"][f.whose].append(f)
    for bodies in units.values():
        for one, other in combinations(bodies.values(), 2):
            yield from _bodies(one, other)


def _bodies(one: Sequence[Figure], other: Sequence[Figure]) -> Iterator[Remark]:
    pairs = [(a, b) for a in one for b in other if a.counts_as(b)]
    asked_alike = [(a, b) for a, b in pairs if a.defined_as(b)]
    if any(a.when == b.when for a, b in asked_alike):
        return  # there is a comparison to be made
    if asked_alike:
        a, b = asked_alike[0]
        yield Remark(
            "different-period",
            rows_of(f for pair in asked_alike for f in pair),
            f"{a.body} and {b.body}, {a.measure}: {a.said} for {_long(a)} and {b.said} for "
            f"{_long(b)}, {_common(a, b)}: no period is given by both.",
        )
        return
    a, b = min(pairs or [(x, y) for x in one for y in other], key=lambda p: (p[0].row, p[1].row))
    reasons = [_definitions(a, b)]
    if a.when != b.when:
        reasons.append(f"the periods differ ({a.period}; {b.period})")
    yield Remark(
        "not-comparable",
        rows_of([*one, *other]),
        f"{a.body} and {b.body} do not count the same, so that neither has more nor fewer: "
        f"{a.said} and {b.said} {a.unit or 'in all'}; {'; '.join(reasons)}.",
    )


def _definitions(one: Figure, other: Figure) -> str:
    return listed(f"“{_asked(f)}”" for f in (one, other))


def _asked(figure: Figure) -> str:
    return f"{figure.measure}: {figure.definition}" if figure.definition else figure.measure


def _place(figure: Figure) -> str:
    return figure.source or figure.layout or f"row {figure.row}"


def _long(figure: Figure) -> str:
    return f"{figure.period} ({figure.days} days)" if figure.days else figure.period


def _common(one: Figure, other: Figure) -> str:
    if None in (one.start, one.end, other.start, other.end):
        return "of which one has an open end"
    start, end = max(one.when[0], other.when[0]), min(one.when[1], other.when[1])  # type: ignore[type-var]
    days = (end - start).days + 1  # type: ignore[operator]
    return f"with {days} days in common" if days > 0 else "with no day in common"


def _gap(one: Figure, other: Figure) -> object:
    return abs((one.number or 0) - (other.number or 0))
