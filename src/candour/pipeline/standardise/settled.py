"""Outcomes and standings of all rows, worked out on the few columns that they rest on.

The wide table has a column for each value of each entity; copying it at every step costs more than
the steps. So the rows are narrowed first, and what was found is joined to them once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from candour.pipeline.standardise import rows as outcomes

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

_VALUES = ("person__nhs_number", "person__birth_date", "person__surname")
_BETWEEN = "\x1f"
"""Between a submission and its sheet, where a row is named by both: two sheets of one workbook have
rows of the same numbers."""

_WIDE = """
SELECT w.* EXCLUDE ({keys}), s.* EXCLUDE (place, place_row, duplicate_of),
       split_part(s.duplicate_of, chr(31), 1) AS duplicate_of,
       nullif(split_part(s.duplicate_of, chr(31), 2), '') AS duplicate_of_sheet
FROM {{wide}} w JOIN {{settled}} s
  ON s.place = w.submission || coalesce(chr(31) || w.sheet, '') AND s.place_row = w."row"
"""


def settled(engine: Engine, wide: ir.Table) -> ir.Table:
    """The wide table with ``outcome``, ``standing`` and what a duplicate repeats.

    The keys of rows that contradict others of their identity are made their own on the way.
    """
    kept = [name for name in wide.columns if "__" not in name or name in _VALUES]
    place = wide.submission + ibis.ifelse(wide.sheet.isnull(), "", _BETWEEN + wide.sheet)
    begun = engine.mark()
    narrow = engine.keep(wide.select(*kept).mutate(submission=place))
    standing = outcomes.with_standing(
        engine, outcomes.kept_apart(engine, outcomes.with_outcomes(engine, narrow))
    )
    changed = [n for n in standing.columns if n.endswith("_key")]
    made = [n for n in standing.columns if n not in wide.columns]
    found = standing.select("submission", "row", *changed, *made)
    found = found.rename(place="submission", place_row="row")
    found = engine.keep(found)
    engine.forget_since(begun, but=[found])
    query = _WIDE.format(keys=", ".join(changed))
    return engine.sql(query, wide=wide, settled=found)
