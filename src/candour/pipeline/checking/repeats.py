"""Rows that say again what another row said, and ids under which two different people stand.

Only rows whose key stands twice can be either. These are read once more, whole, and go through the
same statements as in a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candour.pipeline.checking.columns import trimmed
from candour.pipeline.checking.judged import Judged
from candour.pipeline.checking.plan import WHO

if TYPE_CHECKING:
    import numpy.typing as npt


Again = Callable[[Sequence[str]], Iterator[pa.RecordBatch]]
"""Reads the file once more, these columns of it."""

_TOLD = """
SELECT "row", outcome = 'duplicate' AS again,
       given_out_twice AND outcome = 'accepted' AS two_people
FROM {rows} WHERE outcome = 'duplicate' OR (given_out_twice AND outcome = 'accepted')
"""


def find_repeats(judged: Judged, asked: npt.NDArray[np.int64], again: Again) -> None:
    """Add to what was found the rows that repeat others and those of another person's id.

    ``asked`` are the rows, counted from 0, whose key stands on another row too.
    """
    if not len(asked):
        return
    from candour.pipeline.standardise import rows as outcomes

    engine = judged.reader.engine
    rows = engine.table(_narrow(judged, asked, _taken(judged, asked, again)))
    apart = outcomes.kept_apart(engine, outcomes.with_outcomes(engine, rows))
    told = engine.arrow(engine.sql(_TOLD, rows=apart))
    at = told.column("row").to_numpy()
    for name, code in (
        ("again", "same-row-again"),
        ("two_people", "same-local-id-different-people"),
    ):
        mask = told.column(name).to_numpy(zero_copy_only=False).astype(np.bool_)
        judged.found.add(code, None, at[mask])


def _taken(judged: Judged, asked: Any, again: Again) -> pa.Table:
    """The rows asked for, as sent, with every column that anything looks at."""
    wanted, start, parts = judged.plan.used, 0, []
    for batch in again(wanted):
        first, last = np.searchsorted(asked, (start, start + batch.num_rows))
        if last > first:
            mine = batch.select(list(wanted)).take(pa.array(asked[first:last] - start))
            parts.append(pa.table({name: _text(mine.column(name)) for name in mine.schema.names}))
        start += batch.num_rows
    return pa.concat_tables(parts).combine_chunks()


def _text(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _narrow(judged: Judged, asked: Any, sent: pa.Table) -> pa.Table:
    """The few columns on which outcomes rest, in the shape of the wide table."""
    plan, role = judged.plan, judged.plan.role
    nothing = pa.array([*role.nulls, ""], pa.string())
    said: dict[str, pa.Array] = {}
    for name in sent.column_names:
        text = trimmed(_one(sent.column(name)))
        said[name] = pc.if_else(pc.is_in(text, value_set=nothing), None, text)
    # Equal where a run's hash of the row is equal: of what the layout knows, in one order.
    known = sorted({c for c in role.known_columns() if c in said})
    whole = _together([pc.binary_join_element_wise(c, said[c], "\x1e") for c in known], "\x1f")
    count = len(asked)
    nobody = pa.nulls(count, pa.string())

    def key(columns: Sequence[str]) -> pa.Array:
        parts = [said.get(c, nobody) for c in columns]
        if not parts:
            return whole
        joined = _together(parts, "|")
        blank = pc.is_null(pc.coalesce(*parts))
        return pc.if_else(blank, pc.binary_join_element_wise("#", whole, ""), joined)

    person = key(plan.keys.person)
    table = {
        "submission": pa.array(["one"] * count),
        "seq": pa.array([0] * count, pa.int64()),
        "row": pa.array(asked, pa.int64()),
        "provider": nobody,
        "layout": pa.array([plan.mapping.id] * count),
        "role": pa.array([plan.role_name] * count),
        "row_hash": whole,
        "rejected_for": pc.if_else(pa.array(judged.rejected[asked]), "left out", None),
        "identity": key(plan.keys.joined),
        "person_key": person,
        "row_key": person,
        "namespace_key": person,
        "stay_key": person,
    }
    for path in WHO:
        table[path.replace(".", "__")] = _value(judged, path, said, asked)
    return pa.table(table)


def _value(judged: Judged, path: str, said: dict[str, pa.Array], asked: Any) -> pa.Array:
    """What the rows say of a person, read by its parser."""
    kind = pa.date32() if path.endswith("_date") else pa.string()
    cell = next((c for c in judged.plan.cells if c.target.path == path), None)
    if cell is None:
        return pa.nulls(len(asked), kind)
    if cell.dated:
        values = pa.array(judged.readings[path].values, pa.string()).cast(kind)
        codes = judged.columns.coded[cell.column].codes()[asked]
        return values.take(pa.array(codes.astype(np.int64)))
    coded = said[cell.column].dictionary_encode()
    texts = coded.dictionary.to_pylist()
    read, _ = judged.reader.exactly(cell.about, texts)
    values = pa.array([read[text]["value"] for text in texts], pa.string())
    return values.take(coded.indices)


def _together(parts: Sequence[pa.Array], between: str) -> pa.Array:
    """Texts joined, nothing for what is not there."""
    return pc.binary_join_element_wise(*(pc.fill_null(p, "") for p in parts), between)


def _one(column: pa.ChunkedArray) -> pa.Array:
    made = column.combine_chunks()
    return pa.concat_arrays(made.chunks) if isinstance(made, pa.ChunkedArray) else made
