"""Rows that say again what another row said, and ids under which two different people stand.

Only rows whose key stands twice can be either. These are read once more, whole, and go through the
same statements as in a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candour.pipeline.checking.columns import ints_of, trimmed
from candour.pipeline.checking.found import Found, Places
from candour.pipeline.checking.keys import KeysSeen
from candour.pipeline.checking.plan import WHO, Plan
from candour.pipeline.checking.readings import Orders, Reader

if TYPE_CHECKING:
    import numpy.typing as npt


Again = Callable[[Sequence[str]], Iterator[pa.RecordBatch]]
"""Reads the file once more, these columns of it."""

AT_ONCE = 120_000
"""Rows that are looked at together, whole."""

_TOLD = """
SELECT "row", outcome = 'duplicate' AS again,
       given_out_twice AND outcome = 'accepted' AS two_people
FROM {rows} WHERE outcome = 'duplicate' OR (given_out_twice AND outcome = 'accepted')
"""


class Repeats:
    """Looks for repeats among the rows of a file of which enough is known."""

    def __init__(
        self, plan: Plan, reader: Callable[[], Reader], settled: Mapping[str, Orders]
    ) -> None:
        """``reader`` gives a new reader of texts; ``settled`` is what dated columns show."""
        self._plan = plan
        self._reader = reader
        self._settled = settled

    def find(
        self, asked: npt.NDArray[np.int64], keys: KeysSeen, again: Again
    ) -> Iterator[tuple[Found, Places]]:
        """Rows that repeat others, and those of another person's id, with their places.

        ``asked`` are the rows, counted from 0, that are taken and whose key stands on another row
        too. Rows of one key are looked at together, and no more of them than memory has room for.
        """
        turns = -(-len(asked) // AT_ONCE)
        for turn in range(turns):
            mine = asked
            if turns > 1:
                mine = asked[keys.numbers_at(asked) % np.uint64(turns) == turn]
            if len(mine):
                yield self._among(mine, again)

    def _among(self, asked: npt.NDArray[np.int64], again: Again) -> tuple[Found, Places]:
        from candour.pipeline.standardise import rows as outcomes

        reader = self._reader()
        engine = reader.engine
        # What was made before, here or for the rows one by one, is of no more use.
        engine.forget()
        pa.default_memory_pool().release_unused()
        sent, places = _taken(self._plan, asked, again)
        table = engine.table(_narrow(self._plan, reader, self._settled, sent))
        apart = outcomes.kept_apart(engine, outcomes.with_outcomes(engine, table))
        told = engine.arrow(engine.sql(_TOLD, rows=apart))
        at = told.column("row").to_numpy()
        found = Found()
        for name, code in (
            ("again", "same-row-again"),
            ("two_people", "same-local-id-different-people"),
        ):
            mask = told.column(name).to_numpy(zero_copy_only=False).astype(np.bool_)
            found.add(code, None, np.sort(at[mask]))
        return found, places


def _taken(plan: Plan, asked: Any, again: Again) -> tuple[pa.Table, Places]:
    """The rows asked for, as sent, with every column that anything looks at, and their places."""
    wanted, start, parts = plan.used, 0, []
    numbers: list[Any] = []
    for batch in again(wanted):
        first, last = np.searchsorted(asked, (start, start + batch.num_rows))
        if last > first:
            at = pa.array(asked[first:last] - start)
            mine = batch.select(list(wanted)).take(at)
            parts.append(pa.table({name: _text(mine.column(name)) for name in mine.schema.names}))
            if "_row" in batch.schema.names:
                place = batch.select(["_row", "_line"]).take(at)
                numbers.append((ints_of(place.column("_row")), ints_of(place.column("_line"))))
        start += batch.num_rows
    if numbers:
        rows, lines = (np.concatenate(each) for each in zip(*numbers, strict=True))
    else:
        rows, lines = asked + 1, asked + 2
    return pa.concat_tables(parts).combine_chunks(), lambda at: (rows[at], lines[at])


def _text(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _narrow(plan: Plan, reader: Reader, settled: Mapping[str, Orders], sent: pa.Table) -> pa.Table:
    """The few columns on which outcomes rest, in the shape of the wide table. Rows are counted from
    0 among those that were sent here."""
    role = plan.role
    nothing = pa.array([*role.nulls, ""], pa.string())
    said: dict[str, pa.Array] = {}
    for name in sent.column_names:
        text = trimmed(_one(sent.column(name)))
        said[name] = pc.if_else(pc.is_in(text, value_set=nothing), None, text)
    # Equal where a run's hash of the row is equal: of what the layout knows, in one order.
    known = sorted({c for c in role.known_columns() if c in said})
    whole = _together([pc.binary_join_element_wise(c, said[c], "\x1e") for c in known], "\x1f")
    count = sent.num_rows
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
        "row": pa.array(np.arange(count), pa.int64()),
        "provider": nobody,
        "layout": pa.array([plan.mapping.id] * count),
        "role": pa.array([plan.role_name] * count),
        "row_hash": whole,
        "rejected_for": nobody,
        "identity": key(plan.keys.joined),
        "person_key": person,
        "row_key": person,
        "namespace_key": person,
        "stay_key": person,
    }
    for path in WHO:
        table[path.replace(".", "__")] = _value(plan, reader, settled, path, said, count)
    return pa.table(table)


def _value(
    plan: Plan,
    reader: Reader,
    settled: Mapping[str, Orders],
    path: str,
    said: dict[str, pa.Array],
    count: int,
) -> pa.Array:
    """What the rows say of a person, read by its parser."""
    kind = pa.date32() if path.endswith("_date") else pa.string()
    cell = next((c for c in plan.cells if c.target.path == path), None)
    if cell is None:
        return pa.nulls(count, kind)
    coded = said[cell.column].dictionary_encode()
    texts = coded.dictionary.to_pylist()
    if cell.dated:
        name = cell.column
        reader.orders([cell], {name: texts}, {name: np.ones(len(texts))})
        values = reader.dates([cell], {name: texts}, settled)[name].values
    else:
        read, _ = reader.exactly(cell.about, texts)
        values = [read[text]["value"] for text in texts]
    return pa.array(values, pa.string()).cast(kind).take(coded.indices)


def _together(parts: Sequence[pa.Array], between: str) -> pa.Array:
    """Texts joined, nothing for what is not there."""
    return pc.binary_join_element_wise(*(pc.fill_null(p, "") for p in parts), between)


def _one(column: pa.ChunkedArray) -> pa.Array:
    made = column.combine_chunks()
    return pa.concat_arrays(made.chunks) if isinstance(made, pa.ChunkedArray) else made
