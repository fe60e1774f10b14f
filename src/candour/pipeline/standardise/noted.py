"""Findings of a typed file: one pass over the rows that have any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from candour.dataset.findings import Finding, finding

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.pipeline.standardise.sent import Sent
    from candour.tables import Engine

STAGE = "standardised"

_MARKED = """
SELECT "row", line, unnest(list_filter([{marks}], lambda x: x IS NOT NULL)) AS fault
FROM {{rows}} WHERE {any}
"""


def noted(
    engine: Engine, rows: ir.Table, faults: Sequence[tuple[str, str, str]], sent: Sent
) -> list[Finding]:
    """The findings of one file.

    :param rows: typed rows with a boolean column for each fault, and ``rejected_for``.
    :param faults: name of the boolean column, the column as sent ("" where several are concerned),
        code of the finding.
    """
    place = {"submission": sent.submission, "file": sent.file, "sheet": sent.sheet, "stage": STAGE}
    found: list[Finding] = []
    if faults:
        marks = ", ".join(f'CASE WHEN "{name}" THEN {n} END' for n, (name, _, _) in enumerate(faults))
        any_of = " OR ".join(f'"{name}"' for name, _, _ in faults)
        marked: pa.Table = engine.arrow(engine.sql(_MARKED.format(marks=marks, any=any_of), rows=rows))
        ordered = marked.sort_by([("row", "ascending"), ("fault", "ascending")])
        for each in ordered.to_pylist():
            _, column, code = faults[each["fault"]]
            found.append(
                finding(code, field=column or None, row=each["row"], line=each["line"], **place)
            )
    left_out = rows.filter(rows.rejected_for.notnull()).select("row", "line", "rejected_for")
    for each in engine.arrow(left_out.order_by("row")).to_pylist():
        found.append(finding(each["rejected_for"], row=each["row"], line=each["line"], **place))
    return found
