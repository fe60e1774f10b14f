"""Parts and wholes at one time: bodies of an area, kinds of death, and some of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from candour.figures.reading import Figure, Remark
from candour.figures.sums import hidden_among, percent_of, plus, rows_of
from candour.figures.words import alike, is_process, is_total, says_total

_ABOVE: Mapping[str, tuple[str, ...]] = {
    "body": ("total", "area", "nation"),
    "area": ("total", "nation"),
}
_OF_THEM = re.compile(
    r"\b(\d{1,6}) of (?:them|these|those|which|whom)\b[ ,]*([^;.]*)", re.IGNORECASE
)


def areas(figures: Sequence[Figure]) -> Iterator[Remark]:
    """Bodies beside the area, the nation or the total that holds them, measure by measure."""
    tables: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for f in figures:
        if not f.percent:
            tables[f.counted, f.unit, f.source].append(f)
    for table in tables.values():
        shares: dict[tuple[str, str], list[tuple[Figure, Figure]]] = defaultdict(list)
        for when in sorted({f.when for f in table}, key=str):
            yield from _at_one_time([f for f in table if f.when == when], shares)
        for pairs in shares.values():
            yield _share_over_time(pairs)


def _at_one_time(
    here: Sequence[Figure], shares: dict[tuple[str, str], list[tuple[Figure, Figure]]]
) -> Iterator[Remark]:
    for whole in (f for f in here if f.level != "body" and f.number is not None):
        for level, above in _ABOVE.items():
            parts = [f for f in here if f.level == level]
            if whole.level != "total":
                parts = [f for f in parts if f.defined_as(whole)]
            if whole.level not in above or not parts:
                continue
            if whole.level != "total" and sum(f.level == whole.level for f in here) > 1:
                continue  # which of several areas a body lies in is not said
            if whole.level == "total" and level == "area" and any(f.level == "body" for f in here):
                continue
            yield from _compared(whole, parts, shares)


def _compared(
    whole: Figure,
    parts: Sequence[Figure],
    shares: dict[tuple[str, str], list[tuple[Figure, Figure]]],
) -> Iterator[Remark]:
    told = [f for f in parts if f.number is not None]
    total = sum((f.number for f in told if f.number is not None), Decimal(0))
    rows = rows_of([*parts, whole])
    if whole.number is None:
        return
    if hidden := [f for f in parts if f.hidden]:
        yield hidden_among(hidden, told, whole, rows)
    elif len(told) < len(parts):
        return  # a part that was not collected leaves nothing to add
    elif total == whole.number and len(parts) > 1:
        yield Remark("adds-up", rows, f"{whole.body}, {whole.period}: {plus(parts)} = {total}.")
    elif total > whole.number or (whole.level == "total" and len(parts) > 1):
        yield Remark(
            "does-not-add-up",
            rows,
            f"{whole.body}, {whole.period}: {plus(parts)} = {total}, and {whole.said} is "
            f"published: a difference of {abs(total - whole.number)}.",
        )
    else:
        for part in parts:
            shares[part.whose, whole.whose].append((part, whole))


def _share_over_time(pairs: Sequence[tuple[Figure, Figure]]) -> Remark:
    part, whole = pairs[0]
    worked = "; ".join(
        f"{p.period}: {p.said} of {w.said}"
        + (f" = {percent_of(p.number, w.number)}%" if p.number is not None and w.number else "")
        for p, w in pairs
    )
    return Remark(
        "share",
        rows_of(f for pair in pairs for f in pair),
        f"{part.body} is some of {whole.body} ({part.measure}; {part.definition or 'no definition'}"
        f"): {worked}. The rest is with bodies that are not in this table.",
    )


def kinds_of_death(figures: Sequence[Figure]) -> Iterator[Remark]:
    """A total and the kinds that it is made of, as one body gives them at one time."""
    tables: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for f in figures:
        tables[f.whose, f.when, f.source].append(f)
    for table in tables.values():
        for unit in sorted({f.unit for f in table if not f.percent}):
            yield from _kinds([f for f in table if f.unit == unit], table)


def _kinds(counts: Sequence[Figure], table: Sequence[Figure]) -> Iterator[Remark]:
    whole = _whole(counts)
    if whole is None or whole.number is None:
        return
    others = [f for f in counts if f is not whole and f.counted != whole.counted]
    parts = [f for f in others if not is_process(f.counted - whole.counted)]
    told = [f for f in parts if f.number is not None]
    total = sum((f.number for f in told if f.number is not None), Decimal(0))
    every = [f for f in others if f.number is not None]
    rows = rows_of([whole, *parts])
    some = [f for f in others if f not in parts]
    if hidden := [f for f in parts if f.hidden]:
        yield hidden_among(hidden, told, whole, rows)
    elif len(told) < len(parts):
        pass
    elif len(every) > 1 and sum(f.number or 0 for f in every) == whole.number:
        rows, some = rows_of([whole, *every]), []
        yield Remark("adds-up", rows, f"{whole.body}: {plus(every)} = {whole.said}.")
    elif len(parts) > 1 and total == whole.number:
        yield Remark("adds-up", rows, f"{whole.body}: {plus(parts)} = {total}.")
    elif (len(parts) > 1 and 2 * total >= whole.number) or total > whole.number:
        yield Remark(
            "does-not-add-up",
            rows,
            f"{whole.body}: {plus(parts)} = {total}, and the total published is {whole.said}: "
            f"a difference of {abs(total - whole.number)}. {_either(total, whole.number)}",
        )
    else:
        some = others
    for part in some:
        of = [
            f for f in counts if f.counted < part.counted and (f.number or 0) >= (part.number or 0)
        ]
        narrowest = max(of, key=lambda f: len(f.counted), default=whole)
        yield from _share(part, narrowest, table)


def _either(total: Decimal, whole: Decimal) -> str:
    if total > whole:
        return "Some deaths stand in more than one part, or a figure is wrong."
    return "Some deaths stand in no part, or a figure is wrong."


def _whole(counts: Sequence[Figure]) -> Figure | None:
    """The figure that the others are part of: by its words a total, or what the others add to."""
    told = [f for f in counts if f.number is not None]
    largest = max(told, key=lambda f: f.number or 0, default=None)
    if totals := [f for f in told if is_total(f.counted)]:
        return max(totals, key=lambda f: f.number or 0)
    if largest is not None and says_total(largest.counted):
        return largest
    for f in counts:
        inner = [o for o in counts if o is not f and f.counted < o.counted]
        if f.number is not None and inner and len(inner) == len(counts) - 1:
            return f
    return None


def _share(part: Figure, whole: Figure, table: Sequence[Figure]) -> Iterator[Remark]:
    if part.number is None or not whole.number:
        return
    given = [f for f in table if f.percent and f.number is not None and _about(f, part)]
    worked = f"{part.said} of {whole.said} = {percent_of(part.number, whole.number)}%"
    rows = rows_of([part, whole, *given])
    for f in given:
        places = len(f.said.rstrip("% ").partition(".")[2])
        if percent_of(part.number, whole.number, places) != f.number:
            yield Remark(
                "does-not-add-up",
                rows,
                f"{part.body}: {worked}, and {f.said} percent is published ({f.measure}).",
            )
            return
    also = f", as published ({given[0].said} percent)" if given else ""
    yield Remark(
        "share", rows, f"{part.body}: {worked}{also} ({part.measure}; of: {whole.measure})."
    )


def _about(percent: Figure, part: Figure) -> bool:
    words = percent.counted - {"percent", "percentage", "proportion", "share", "total", "rate"}
    return alike(words, part.counted - {"total", "number"})


def named_parts(figures: Sequence[Figure]) -> Iterator[Remark]:
    """Words such as "23 of them on wards": a part given in a note and nowhere else."""
    for f in figures:
        found = _OF_THEM.search(f"{f.measure}; {f.definition}")
        if found is None or not f.number or f.percent:
            continue
        part, what = Decimal(found[1]), found[2].strip() or "as the row says"
        worked = f"{part} of {f.said} = {percent_of(part, f.number)}%"
        if part > f.number:
            yield Remark(
                "does-not-add-up", (f.row,), f"{f.body}, {f.measure}: {part} of {f.said} ({what})."
            )
        else:
            yield Remark("share", (f.row,), f"{f.body}, {f.measure}: {worked} ({what}).")
