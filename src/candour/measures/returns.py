"""Returns by period into one series for each unit.

A unit is the same across its names, a total is never a unit, a unit that sent nothing has no row,
and a period in which something else was counted begins under another definition.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from candour.dataset.types.period import MONTHS, parse_period
from candour.measures.series import read_value, read_values

_TOTALS = frozenset({"total", "totals", "grand total", "sum", "sub total", "sub-total", "subtotal"})
_WHOLES = re.compile(
    r"^(all|overall|national|england|wales|england and wales|united kingdom|uk|.* total|all .*)$"
)
_MONTH_WITHIN = re.compile(
    r"(?i)(?<![a-z])(" + "|".join(MONTHS) + r")[a-z]*[\s\-_/.,']*((?:19|20)\d{2})(?!\d)"
)
_ISO_WITHIN = re.compile(r"(?<!\d)((?:19|20)\d{2})-(0[1-9]|1[0-2])(?!\d)")
_YEAR_WITHIN = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_MUCH = 0.05
"""A part that makes less than this share of the whole is no change of what is counted."""


@dataclass(frozen=True)
class Sheet:
    """One file: its name and its columns, all texts, of one length."""

    name: str
    columns: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Row:
    """One figure of one unit. ``value`` None: there is none, for the reason in ``note``."""

    unit: str
    name: str
    name_then: str
    period: str
    measure: str
    value: float | None
    note: str
    definition: str


@dataclass(frozen=True)
class Returns:
    """All rows, by unit, measure and period, and what has to be said of them."""

    rows: tuple[Row, ...]
    findings: tuple[str, ...]


@dataclass
class _Sent:
    unit: str
    name: str
    period: str
    cells: dict[str, str]


def one_series_each(
    sheets: Iterable[Sheet], unit: str, period: str, values: Sequence[str], name: str | None = None
) -> Returns:
    """The figures of every unit in order of period.

    ``unit``, ``period``, ``values`` and ``name`` are column names. Sheets without them are left out
    and named in the findings.
    """
    said: list[str] = []
    sent: list[_Sent] = []
    for sheet in sheets:
        lacking = [each for each in (unit, period, *values) if each not in sheet.columns]
        if lacking:
            said.append(f"{sheet.name} is left out: it has no column {', '.join(lacking)}.")
            continue
        sent += _taken(sheet, unit, period, name, said)
    definitions = {each: _definitions(sent, each, said) for each in values}
    rows = [row for each in values for row in _rows(sent, each, definitions[each], said)]
    order = {each: at for at, each in enumerate(values)}
    rows.sort(key=lambda row: (_key(row.unit), order[row.measure], row.period))
    return Returns(tuple(rows), tuple(dict.fromkeys([*said, *_coverage(sent)])))


def _taken(sheet: Sheet, unit: str, period: str, name: str | None, said: list[str]) -> list[_Sent]:
    taken: list[_Sent] = []
    count = len(sheet.columns[unit])
    whole = _totals(sheet, unit, name)
    unread = 0
    for at in range(count):
        if whole[at]:
            continue
        cells = {column: (texts[at] or "").strip() for column, texts in sheet.columns.items()}
        when = read_period(cells[period]) or read_period(sheet.name)
        if not cells[unit] or when is None:
            unread += any(cells.values())
            continue
        named = cells.get(name or "", "") or cells[unit]
        taken.append(_Sent(" ".join(cells[unit].split()), " ".join(named.split()), when, cells))
    if sum(whole):
        said.append(f"{sheet.name}: total rows left out: {sum(whole)}. A total is no unit.")
    if unread:
        said.append(
            f"{sheet.name}: {unread} rows left out: no unit, or no period that can be read."
        )
    return taken


def _totals(sheet: Sheet, unit: str, name: str | None) -> list[bool]:
    """Total rows: by a word in the unit, the name or the period, or a word for the whole (or none)
    where every figure is that of the others together."""
    labels = [column for column in (unit, name) if column and column in sheet.columns]
    found = [
        any(_key(sheet.columns[column][at] or "") in _TOTALS for column in labels)
        for at in range(len(sheet.columns[unit]))
    ]
    doubtful = [
        at
        for at, whole in enumerate(found)
        if not whole
        and any(
            not _key(sheet.columns[column][at] or "")
            or _WHOLES.match(_key(sheet.columns[column][at] or ""))
            for column in labels
        )
    ]
    for at in doubtful:
        found[at] = _sums_up(sheet, at, found)
    return found


def _sums_up(sheet: Sheet, at: int, totals: Sequence[bool]) -> bool:
    agreed = tried = 0
    for texts in sheet.columns.values():
        figures, _ = read_values(texts, "")
        if math.isnan(figures[at]) or np.isnan(figures).mean() > 0.5:
            continue
        others = [each for row, each in enumerate(figures) if row != at and not totals[row]]
        if not figures[at] or len(others) < 2:
            continue
        tried += 1
        agreed += math.isclose(float(np.nansum(others)), float(figures[at]), rel_tol=0.005)
    return tried > 0 and agreed > tried / 2


def read_period(text: str) -> str | None:
    """The period of a cell such as ``MSitAE-JUNE-2024``: ``2024-06``; a year alone is ``2016``."""
    plain = parse_period(text)
    if plain:
        return plain
    month, iso, year = (each.search(text) for each in (_MONTH_WITHIN, _ISO_WITHIN, _YEAR_WITHIN))
    if month:
        return f"{month[2]}-{MONTHS.index(month[1].casefold()) + 1:02d}"
    if iso:
        return f"{iso[1]}-{iso[2]}"
    return year[1] if year else None


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _rows(
    sent: Sequence[_Sent], measure: str, definitions: Mapping[str, str], said: list[str]
) -> list[Row]:
    latest: dict[str, _Sent] = {}
    for each in sorted(sent, key=lambda one: one.period):
        latest[_key(each.unit)] = each
    by_place: dict[tuple[str, str], list[_Sent]] = {}
    for each in sent:
        by_place.setdefault((_key(each.unit), each.period), []).append(each)
    rows = []
    for (unit, period), found in by_place.items():
        texts = {each.cells[measure] for each in found}
        if len(texts) > 1:
            said.append(
                f"{latest[unit].unit} has {len(found)} rows for {period} that differ in {measure}: "
                "none is taken."
            )
            continue
        figure, note = read_value(found[0].cells[measure])
        value = None if math.isnan(figure) else figure
        rows.append(
            Row(
                latest[unit].unit,
                latest[unit].name,
                found[0].name,
                period,
                measure,
                int(value) if value is not None and value == int(value) else value,
                note,
                definitions.get(period, ""),
            )
        )
    hidden = sum(row.value is None for row in rows)
    if hidden:
        said.append(f"{measure}: {hidden} figures are missing or hidden; none is taken for nought.")
    return rows


def _definitions(sent: Sequence[_Sent], measure: str, said: list[str]) -> dict[str, str]:
    """What the measure held in each period, where a column shows that it did not always hold it.

    A column that nobody filled in before some period, that nearly everybody fills in from then on,
    and that the measure contains, is something that began to be counted (or, the other way round,
    ceased to be). Then the periods have different definitions, and no line may run across.
    """
    periods = sorted({each.period for each in sent})
    if len(periods) < 2:
        return {}
    columns = {name for each in sent for name in each.cells}
    figures = {name: _by_period(sent, name, periods) for name in columns}
    told: dict[str, list[str]] = {period: [] for period in periods}
    for name in sorted(columns):
        part, whole = figures[name], figures[measure]
        change = _begins_or_ends(part, periods)
        if change is None or not _holds(sent, measure, name):
            continue
        filled = [period for period in periods if part[period] > 0]
        if not any(part[each] > _MUCH * whole[each] for each in filled if whole[each]):
            continue
        for period in periods:
            told[period].append(f"{'with' if period in filled else 'without'} {name}")
        what = "is counted from" if periods.index(change) and change in filled else "ends before"
        said.append(
            f"{measure}: {name} {what} {change}, and {measure} holds it. The series breaks there: "
            "the figures on its two sides do not count the same thing."
        )
    return {period: "; ".join(each) for period, each in told.items() if each}


def _by_period(sent: Sequence[_Sent], column: str, periods: Sequence[str]) -> dict[str, float]:
    held: dict[str, list[str]] = {period: [] for period in periods}
    for each in sent:
        held[each.period].append(each.cells.get(column, ""))
    return {period: float(np.nansum(read_values(texts, "")[0])) for period, texts in held.items()}


def _begins_or_ends(part: Mapping[str, float], periods: Sequence[str]) -> str | None:
    """The first period of the other kind, where a column is nought throughout and then never."""
    filled = [part[period] > 0 for period in periods]
    changes = [at for at in range(1, len(filled)) if filled[at] != filled[at - 1]]
    return periods[changes[0]] if len(changes) == 1 else None


def _holds(sent: Sequence[_Sent], measure: str, part: str) -> bool:
    """Whether the measure is the part itself or holds it: no unit has more of the part."""
    if part == measure:
        return True
    whole, _ = read_values([each.cells[measure] for each in sent], "")
    piece, _ = read_values([each.cells.get(part, "") for each in sent], "")
    known = ~np.isnan(whole) & ~np.isnan(piece)
    filled = known & (piece > 0)
    return bool(
        filled.sum() >= 3
        and (whole[known] >= piece[known]).mean() > 0.99
        and np.corrcoef(whole[filled], piece[filled])[0, 1] > 0.9
    )


def _coverage(sent: Sequence[_Sent]) -> list[str]:
    """Who was not heard from in every period."""
    periods = sorted({each.period for each in sent})
    heard = {period: {_key(e.unit) for e in sent if e.period == period} for period in periods}
    everybody = set().union(*heard.values()) if heard else set()
    partly = sum(any(unit not in heard[period] for period in periods) for unit in everybody)
    if not partly:
        return []
    return [
        f"{partly} of {len(everybody)} units are not in every period: no row, which is not nought. "
        "Totals over units compare only where the same units are in both."
    ]
