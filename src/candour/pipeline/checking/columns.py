"""The columns of one file as they are checked: few different texts, or every row by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candour.pipeline.checking.keys import KeysSeen
from candour.pipeline.checking.numbers import IdsSeen, NumbersSeen
from candour.pipeline.checking.plan import Plan
from candour.tables.arrays import mask_of, numbers_of, place_array, text_array, word

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]


MOST_ROWS = 1 << 21
MOST_TEXTS = 150_000
"""Rows of a file, and texts of them that are read one by one, that are looked at together."""
_BATCH = 16_384
BLANKS = " \t\n\r\x0b\x0c"
"""What is taken off the ends of a value, as the engine does it."""


class Coded:
    """A column of few different texts: each text once, and for each row the place of its text."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._place: dict[str, int] = {}
        self._parts: list[npt.NDArray[Any]] = []

    def add(self, column: pa.Array) -> None:
        """Take the texts of the next rows."""
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        place, known = self._place, self.texts
        found = np.empty(len(column.dictionary), np.uint32)
        for n, text in enumerate(column.dictionary.to_pylist()):
            at = place.get(text)
            if at is None:
                at = place[text] = len(known)
                known.append(text)
            found[n] = at
        small = np.uint16 if len(known) < 65_536 else np.uint32
        self._parts.append(found.astype(small)[numbers_of(column.indices)])

    def codes(self) -> npt.NDArray[Any]:
        """For each row the place of its text."""
        if len(self._parts) > 1:
            self._parts = [np.concatenate(self._parts)]
        return self._parts[0] if self._parts else np.empty(0, np.uint32)


class Columns:
    """What was seen of some rows of one file; ``start`` is the first of them, counted from 0."""

    def __init__(self, plan: Plan, start: int = 0) -> None:
        self.plan = plan
        self.start = start
        self.count = 0
        self.is_whole = False
        """Whether these are all rows of the file."""
        self.coded = {name: Coded() for name in plan.coded}
        self.numbers = {c.column: NumbersSeen() for c in plan.cells if c.about.type == "nhs_number"}
        self.ids = {c.column: IdsSeen() for c in plan.cells if c.about.type == "local_id"}
        self._nothing = text_array([*plan.role.nulls, ""])
        self._blank: dict[str, list[Ints]] = {name: [] for name in plan.keys.required}
        self._places: list[tuple[Ints, Ints]] = []

    @property
    def full(self) -> bool:
        """Whether there is as much as should be looked at together."""
        texts = sum(len(coded.texts) for coded in self.coded.values())
        doubts = sum(len(each.doubted) for each in self.numbers.values())
        doubts += sum(len(each.doubted) for each in self.ids.values())
        return self.count >= MOST_ROWS or texts + doubts >= MOST_TEXTS

    def add(self, batch: pa.RecordBatch, keys: KeysSeen | None = None) -> None:
        """Look at the next rows, and note their keys in ``keys``. A batch without ``_row`` and
        ``_line`` is of a file of text, of which every line below the first is a row."""
        start, self.count = self.count, self.count + batch.num_rows
        if "_row" in batch.schema.names:
            rows, lines = batch.column("_row"), batch.column("_line")
            self._places.append((ints_of(rows), ints_of(lines)))
        for name, coded in self.coded.items():
            coded.add(batch.column(name))
        for name, seen in self.numbers.items():
            seen.add(_as_text(batch.column(name)), start)
        for name, ids in self.ids.items():
            ids.add(_as_text(batch.column(name)), start)
        joined = self.plan.keys.joined if keys is not None else ()
        said: dict[str, pa.Array] = {}
        for name in {*joined, *self._blank}.intersection(batch.schema.names):
            text = trimmed(batch.column(name))
            nothing = pc.is_in(text, value_set=self._nothing)
            at = np.flatnonzero(mask_of(nothing))
            # What stands for nothing is nothing in a key, too.
            said[name] = pc.if_else(nothing, word(""), text) if len(at) else text
            if name in self._blank:
                self._blank[name].append(at + start)
        if keys is not None:
            parts = [said[name] for name in joined if name in said]
            keys.add(_joined(parts, batch), _all_blank(parts, batch.num_rows))

    def places(self, at: Ints) -> tuple[Ints, Ints]:
        """Numbers of rows and of lines (-1: none) of the rows at ``at``, counted from 0 here."""
        if not self._places:
            return at + self.start + 1, at + self.start + 2
        if len(self._places) > 1:
            rows, lines = zip(*self._places, strict=True)
            self._places = [(np.concatenate(rows), np.concatenate(lines))]
        rows_of, lines_of = self._places[0]
        return rows_of[at], lines_of[at]

    def blank(self, name: str) -> npt.NDArray[np.bool_]:
        """Rows in which a key column says nothing."""
        if name not in self.plan.used:
            return np.ones(self.count, np.bool_)
        found = np.zeros(self.count, np.bool_)
        for at in self._blank[name]:
            found[at] = True
        return found


def batches_of(staged: Path, wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows of a staged file."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(staged) as source:
        yield from source.iter_batches(_BATCH, columns=["_row", "_line", *wanted])


def in_parts(
    plan: Plan, batches: Iterable[pa.RecordBatch], keys: KeysSeen | None = None
) -> Iterator[Columns]:
    """The columns of a file, so many rows at once as memory has room for; one at least.

    The same rows give the same parts, if they come in the same batches.
    """
    columns = Columns(plan)
    for batch in batches:
        if columns.full:
            yield columns
            columns = Columns(plan, columns.start + columns.count)
        columns.add(batch, keys)
    columns.is_whole = columns.start == 0
    yield columns


def trimmed(column: pa.Array) -> pa.Array:
    """Texts without blanks at the ends."""
    return pc.ascii_trim(_as_text(column), characters=BLANKS)


def _joined(parts: Sequence[pa.Array], batch: pa.RecordBatch) -> pa.Array:
    if not parts:
        return text_array([""] * batch.num_rows)
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, word("|"))


def _all_blank(parts: Sequence[pa.Array], count: int) -> npt.NDArray[np.bool_]:
    blank = np.ones(count, np.bool_)
    for part in parts:
        blank &= numbers_of(pc.binary_length(part)) == 0
    return blank


def _as_text(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def ints_of(column: pa.Array) -> Ints:
    """Whole numbers, -1 for those that are not there."""
    filled_up = pc.if_else(pc.is_null(column), place_array(np.array([-1]))[0], column)
    return numbers_of(filled_up).astype(np.int64)
