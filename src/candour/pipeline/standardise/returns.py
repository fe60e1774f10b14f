"""Figures about many: a return's cells as typed values, and which of them still hold.

A hidden figure is neither five nor nought, and a blank is neither. So each value has a kind:
``count`` (with its number), ``suppressed`` (``<5``, ``*``), ``not-collected`` (``-``),
``not-applicable`` (``n/a``), ``not-yet-due``, ``not-stated`` (a blank, or what cannot be read).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from candour.dataset.findings import Finding, finding
from candour.dataset.types.period import parse_period
from candour.dataset.types.typed_count import parse_count
from candour.pipeline.standardise.noted import STAGE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.pipeline.standardise.sent import Sent
    from candour.sources.parts import Returns
    from candour.tables import Engine

RETURNS = pa.schema(
    [
        ("submission", pa.string()),
        ("row", pa.int64()),
        ("provider", pa.string()),
        ("period", pa.string()),
        ("measure", pa.string()),
        ("kind", pa.string()),
        ("value", pa.int64()),
        ("as_sent", pa.string()),
        ("standing", pa.string()),
    ]
)
"""``standing``: ``present``, or ``superseded`` where a later return gives the period again."""
NOT_STATED = "not-stated"
"""The kind of a cell that is blank or could not be read: nobody said a figure."""


def period_expr(text: ir.StringValue, texts: Sequence[str]) -> ir.StringValue:
    """The canonical period of each text; ``texts`` are the different ones that occur."""
    import ibis

    read = [(text == each, found) for each in texts if (found := parse_period(each))]
    return ibis.cases(*read, else_=ibis.null("string")) if read else ibis.null("string")


def about_many(
    engine: Engine, staged: ir.Table, returns: Returns, provider: str, period: str
) -> ir.Table:
    """Rows of a return, each under the provider and the period that it states.

    ``provider`` and ``period`` are the table's columns for these.
    """
    import ibis

    if returns.provider is not None and returns.provider in staged.columns:
        whose = staged[returns.provider].strip().nullif("")
        staged = staged.mutate(**{provider: ibis.coalesce(whose, staged[provider])})
    text = staged[returns.period]
    texts = [r["text"] for r in engine.rows(staged.select(text=text).distinct())]
    return staged.mutate(**{period: period_expr(text, sorted(texts))})


def returns_of(
    engine: Engine, sent: Sequence[Sent], rows: ir.Table
) -> tuple[pa.Table, list[Finding]]:
    """Every figure of every accepted row of an aggregate, and findings about cells and periods.

    ``rows`` are the standardised rows of all files, with outcome and standing.
    """
    made: list[dict[str, Any]] = []
    found: list[Finding] = []
    aggregates = [each for each in sent if each.mapping.files[each.role].returns is not None]
    if not aggregates:
        return RETURNS.empty_table(), found
    roles = sorted({each.role for each in aggregates})
    wanted = rows.filter(rows.role.isin(roles) & (rows.outcome == "accepted"))
    about = {
        (row["submission"], row["sheet"], row["row"]): row
        for row in engine.rows(
            wanted.select(
                "submission", "sheet", "row", "line", "file", "provider", "period", "standing"
            )
        )
    }
    for each in aggregates:
        measures = each.mapping.files[each.role].returns.measures  # type: ignore[union-attr]
        for cells in pq.read_table(each.path).to_pylist():
            place = about.get((each.submission, each.sheet, cells["_row"]))
            if place is None:
                continue
            for column, measure in measures.items():
                if column not in cells:
                    continue
                made.append(_one(each, cells, place, column, measure, found))
            if place["standing"] == "superseded":
                found.append(_finding("figure-restated", place, None))
    return pa.Table.from_pylist(made, schema=RETURNS), found


def _one(
    sent: Sent,
    cells: Mapping[str, Any],
    place: Mapping[str, Any],
    column: str,
    measure: str,
    found: list[Finding],
) -> dict[str, Any]:
    text = str(cells[column] or "").strip()
    figure, read = parse_count(text)
    if not read:
        found.append(_finding("figure-unreadable", place, column))
    return {
        "submission": sent.submission,
        "row": cells["_row"],
        "provider": place["provider"],
        "period": place["period"],
        "measure": measure,
        "kind": NOT_STATED if figure is None else figure.kind,
        "value": None if figure is None else figure.value,
        "as_sent": text or None,
        "standing": place["standing"],
    }


def _finding(code: str, place: Mapping[str, Any], column: str | None) -> Finding:
    return finding(
        code,
        submission=place["submission"],
        file=place["file"],
        sheet=place["sheet"],
        stage=STAGE,
        field=column,
        row=place["row"],
        line=place["line"],
    )
