"""Figures about many: a return's cells as typed values, and which of them still hold.

A hidden figure is neither five nor nought, and a blank is neither. So each value has a kind:
``count`` (with its number), ``suppressed`` (``<5``, ``*``), ``not-collected`` (``-``),
``not-applicable`` (``n/a``), ``not-yet-due``, ``not-stated`` (a blank, or what cannot be read).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from candour.dataset.findings import Finding, finding
from candour.dataset.types.period import parse_period
from candour.pipeline.standardise.noted import STAGE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.pipeline.standardise.sent import Sent
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

_NUMBER = re.compile(r"^(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.0+)?$")
_HIDDEN = re.compile(r"^((<|≤|<=|less than |under |fewer than )\s*\d{1,3}|\*+|\[c\]|\[x\]|suppressed)$")
_NOT_COLLECTED = frozenset({"-", "–", "—", "--", "not collected", "not available", ":"})
_NOT_APPLICABLE = frozenset({"n/a", "na", "n.a.", "not applicable", "[z]", "#n/a"})
_NOT_YET = frozenset({"not yet due", "tbc", "awaited", "pending", "not yet available"})
_SUPPRESSED_MARKER = "9999999"
"""What some published files write in a hidden cell (domain F8): never a number."""


def typed(text: str) -> tuple[str, int | None, bool]:
    """A cell's kind, its number where it is a count, and whether it could be read."""
    said = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split()).casefold()
    if not said:
        return "not-stated", None, True
    if said == _SUPPRESSED_MARKER or _HIDDEN.match(said):
        return "suppressed", None, True
    if said in _NOT_COLLECTED:
        return "not-collected", None, True
    if said in _NOT_APPLICABLE:
        return "not-applicable", None, True
    if said in _NOT_YET:
        return "not-yet-due", None, True
    if _NUMBER.match(said):
        return "count", int(said.split(".")[0].replace(",", "")), True
    return "not-stated", None, False


def period_expr(text: ir.StringValue, texts: Sequence[str]) -> ir.StringValue:
    """The canonical period of each text; ``texts`` are the different ones that occur."""
    import ibis

    read = [(text == each, found) for each in texts if (found := parse_period(each))]
    return ibis.cases(*read, else_=ibis.null("string")) if read else ibis.null("string")


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
        (row["submission"], row["row"]): row
        for row in engine.rows(
            wanted.select("submission", "row", "line", "file", "provider", "period", "standing")
        )
    }
    for each in aggregates:
        measures = each.mapping.files[each.role].returns.measures  # type: ignore[union-attr]
        for cells in pq.read_table(each.path).to_pylist():
            place = about.get((each.submission, cells["_row"]))
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
    kind, value, read = typed(text)
    if not read:
        found.append(_finding("figure-unreadable", place, column))
    return {
        "submission": sent.submission,
        "row": cells["_row"],
        "provider": place["provider"],
        "period": place["period"],
        "measure": measure,
        "kind": kind,
        "value": value,
        "as_sent": text or None,
        "standing": place["standing"],
    }


def _finding(code: str, place: Mapping[str, Any], column: str | None) -> Finding:
    return finding(
        code,
        submission=place["submission"],
        file=place["file"],
        stage=STAGE,
        field=column,
        row=place["row"],
        line=place["line"],
    )
