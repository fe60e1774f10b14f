"""The shape of the wide table: the same columns for every layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from candour.pipeline.standardise.columns import entities, wide_columns

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

PLACE = {
    "submission": "string",
    "file": "string",
    "sheet": "string",
    "seq": "int64",
    "row": "int64",
    "line": "int64",
    "provider": "string",
    "layout": "string",
    "role": "string",
    "kind": "string",
    "period": "string",
    "month": "int64",
    "snapshot": "boolean",
    "received_on": "date",
    "known_on": "date",
    "rejected_for": "string",
    "row_hash": "string",
    "identity": "string",
    "person_key": "string",
    "row_key": "string",
    "stay_key": "string",
    "namespace_key": "string",
}
SETTLED = {
    "outcome": "string",
    "duplicate_of": "string",
    "duplicate_of_row": "int64",
    "duplicate_of_sheet": "string",
    "given_out_twice": "boolean",
    "standing": "string",
}
"""What is added once all rows lie side by side."""


def columns() -> dict[str, str]:
    """Every column of one file's part of the wide table, in order, with its type."""
    return {**PLACE, **{f"has_{e}": "boolean" for e in entities()}, **wide_columns()}


def empty_table(engine: Engine) -> ir.Table:
    """The wide table of a run that received nothing, as the stage hands it on."""
    return engine.table(ibis.schema({**columns(), **SETTLED}).to_pyarrow().empty_table())
