"""Findings of a typed file: one pass over the rows that have any."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from candour.dataset.findings import Finding, finding

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

STAGE = "standardised"
_AT_ONCE = 10_000
PLACE = ("submission", "file", "sheet", "row", "line")

_MARKED = """
SELECT came__submission AS submission, came__file AS file, came__sheet AS sheet, came__seq AS seq,
       _row AS "row", _line AS line,
       unnest(list_filter([{marks}], lambda x: x IS NOT NULL)) AS fault
FROM {{rows}} WHERE {any}
"""

_LEFT_OUT = """
SELECT came__submission AS submission, came__file AS file, came__sheet AS sheet, came__seq AS seq,
       _row AS "row", _line AS line, rejected_for
FROM {rows} WHERE rejected_for IS NOT NULL
"""


def noted(
    engine: Engine,
    rows: ir.Table,
    faults: Sequence[tuple[str, str, str]],
    columns: Mapping[str, str | None] = MappingProxyType({}),
    also_reasons: Collection[str] = (),
) -> list[Finding]:
    """The findings of typed rows, in the order of files and rows.

    :param rows: typed rows with a boolean column for each fault, and ``rejected_for``.
    :param faults: name of the boolean column, the column as sent ("" where several are concerned),
        code of the finding.
    :param columns: the column that a finding about a row left out concerns, by its code.
    :param also_reasons: codes among ``faults`` for which rows are left out: each fault of such a
        row is told, and not only the first for which it was left out.
    """
    found: list[Finding] = []
    if faults:
        marks = ", ".join(
            f'CASE WHEN "{name}" THEN {n} END' for n, (name, _, _) in enumerate(faults)
        )
        any_of = " OR ".join(f'"{name}"' for name, _, _ in faults)
        marked: pa.Table = engine.arrow(
            engine.sql(_MARKED.format(marks=marks, any=any_of), rows=rows)
        )
        ordered = marked.sort_by([(name, "ascending") for name in ("seq", "row", "fault")])
        # A column that feeds two fields is still one cell to mend.
        told: set[tuple[str, str]] = set()
        row: dict[str, Any] = {}
        for each in one_by_one(ordered):
            _, column, code = faults[each["fault"]]
            place = _place(each)
            if place != row:
                row, told = place, set()
            if (column, code) not in told:
                told.add((column, code))
                found.append(finding(code, field=column or None, **place))
    left_out = engine.sql(_LEFT_OUT, rows=rows)
    for each in one_by_one(engine.arrow(left_out.order_by("seq", "row"))):
        code = each["rejected_for"]
        if code not in also_reasons:
            found.append(finding(code, field=columns.get(code), **_place(each)))
    return found


def one_by_one(table: pa.Table) -> Iterator[dict[str, Any]]:
    """The rows of a table, of which few are Python's own at once: a bad file has many."""
    for batch in table.to_batches(max_chunksize=_AT_ONCE):
        yield from batch.to_pylist()


def _place(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: row[name] for name in PLACE}, "stage": STAGE}
