"""Outcomes and standings of all rows, worked out on the few columns that they rest on.

The wide table has a column for each value of each entity; copying it at every step costs more than
the steps. So the rows are narrowed first, and what was found is joined to them once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from candour.pipeline.standardise import rows as outcomes
from candour.pipeline.standardise.columns import later_columns
from candour.pipeline.standardise.shape import SETTLED, columns

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

_VALUES = ("person__nhs_number", "person__birth_date", "person__surname")
_FEW = (
    *("submission", "file", "sheet", "seq", "row", "line", "provider", "layout", "role", "period"),
    *("month", "snapshot", "received_on", "rejected_for", "row_hash", "identity", "person_key"),
    *("row_key", "stay_key", "namespace_key", "has_death", *_VALUES),
)
"""What outcomes and standings rest on, and what names a row."""
_TELLS_APART = ("hash(identity)", "hash(row_key)", "hash(row_hash, layout, role)")
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


def settled(
    engine: Engine, parts: Sequence[ir.Table], only: Sequence[str] | None = None
) -> ir.Table:
    """All rows, on few columns, with ``outcome``, ``standing`` and what a duplicate repeats.

    ``parts`` are parts of the wide table. The keys of rows that contradict others of their identity
    are made their own on the way. ``place`` and ``place_row`` name a row.

    With ``only`` just the rows that another row may bear upon, and all those of the roles that it
    names. That needs files that nobody has dated, since no row is then withdrawn by a later file.
    """
    begun = engine.mark()
    if only is None:
        kept = [name for name in columns() if "__" not in name or name in _VALUES]
        query, tables = _put_together(engine, parts, kept)
        narrow = engine.sql(query, **tables)
    else:
        narrow = _bearing_upon_each_other(engine, parts, only)
    place = narrow.submission + ibis.ifelse(narrow.sheet.isnull(), "", _BETWEEN + narrow.sheet)
    standing = outcomes.with_standing(
        engine,
        outcomes.kept_apart(
            engine, outcomes.with_outcomes(engine, narrow.mutate(submission=place))
        ),
    )
    found = engine.keep(
        standing.mutate(
            place=standing.submission,
            place_row=standing["row"],
            submission=standing.submission.split(_BETWEEN)[0],
        )
    )
    engine.forget_since(begun, but=[found])
    return found


def widened(engine: Engine, parts: Sequence[ir.Table], settled: ir.Table) -> ir.Table:
    """The wide table: every column of every row, with what was settled of it.

    Of the columns that came after the data set's first release only those that a part has.
    """
    begun = engine.mark()
    there = {name for part in parts for name in part.columns}
    wanted = [n for n in columns() if n in there or n not in later_columns()]
    query, tables = _put_together(engine, parts, wanted)
    wide = engine.sql(query, **tables)
    changed = [n for n in columns() if n.endswith("_key")]
    made = [n for n in SETTLED if n != "duplicate_of_sheet"]
    found = settled.select("place", "place_row", *changed, *made)
    query = _WIDE.format(keys=", ".join(changed))
    whole = engine.sql(query, wide=wide, settled=found)
    engine.forget_since(begun, but=[whole])
    return whole


def _bearing_upon_each_other(
    engine: Engine, parts: Sequence[ir.Table], only: Sequence[str]
) -> ir.Table:
    """Rows taken of which an identity, a key or the whole stands on another row too.

    What becomes of a row depends on rows that are equal, of its identity or of its key, and on no
    others; a row that was left out bears upon none. Numbers made of these tell them apart: two that
    come to one number by chance only let a row in that need not be there.
    """
    query, tables = _put_together(engine, parts, _FEW)
    every = engine.view(f"SELECT * FROM ({query}) WHERE rejected_for IS NULL", **tables)
    twice = [
        engine.sql(f"SELECT {key} AS n FROM {{rows}} GROUP BY n HAVING count(*) > 1", rows=every)
        for key in _TELLS_APART
    ]
    named = {f"twice{n}": table for n, table in enumerate(twice)}
    met = [f"{key} IN (FROM {{twice{n}}})" for n, key in enumerate(_TELLS_APART)]
    if only:
        named["only"] = engine.table(pa.table({"role": pa.array(only, pa.string())}))
        met.append("role IN (FROM {only})")
    return engine.sql(f"SELECT * FROM {{rows}} WHERE {' OR '.join(met)}", rows=every, **named)


def _put_together(
    engine: Engine, parts: Sequence[ir.Table], wanted: Sequence[str]
) -> tuple[str, dict[str, ir.Table]]:
    """Parts of the wide table as one, with the columns wanted, in their order: SQL, and the tables
    that it names."""
    shape = columns()
    schema = ibis.schema({name: shape[name] for name in wanted}).to_pyarrow()
    named = {f"part{n}": part for n, part in enumerate(parts)}
    chosen = [
        f"SELECT {', '.join(chr(34) + c + chr(34) for c in wanted if c in part.columns)} "
        f"FROM {{{name}}}"
        for name, part in named.items()
    ]
    query = " UNION ALL BY NAME ".join(("SELECT * FROM {empty}", *chosen))
    return query, {"empty": engine.table(schema.empty_table()), **named}
