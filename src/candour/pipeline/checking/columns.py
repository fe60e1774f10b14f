"""The columns of one file as they are checked: few different texts, or every row by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candour.pipeline.checking.numbers import IdsSeen, NumbersSeen
from candour.pipeline.checking.plan import Plan
from candour.tables.arrays import mask_of, numbers_of, place_array, text_array, word

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]


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
    """What was seen of one file."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.count = 0
        self.coded = {name: Coded() for name in plan.coded}
        self.numbers = {c.column: NumbersSeen() for c in plan.cells if c.about.type == "nhs_number"}
        self.ids = {c.column: IdsSeen() for c in plan.cells if c.about.type == "local_id"}
        self._keys: list[pa.Array] = []
        self._nothing = text_array([*plan.role.nulls, ""])
        self._blank: dict[str, list[Ints]] = {name: [] for name in plan.keys.required}
        self._places: list[tuple[Ints, Ints]] = []

    def add(self, batch: pa.RecordBatch) -> None:
        """Look at the next rows. A batch without ``_row`` and ``_line`` is of a file of text, of
        which every line below the first is a row."""
        start, self.count = self.count, self.count + batch.num_rows
        if "_row" in batch.schema.names:
            rows, lines = batch.column("_row"), batch.column("_line")
            self._places.append((_ints(rows), _ints(lines)))
        for name, coded in self.coded.items():
            coded.add(batch.column(name))
        for name, seen in self.numbers.items():
            seen.add(_as_text(batch.column(name)), start)
        for name, ids in self.ids.items():
            ids.add(_as_text(batch.column(name)), start)
        said: dict[str, pa.Array] = {}
        for name in {*self.plan.keys.joined, *self._blank}.intersection(batch.schema.names):
            text = trimmed(batch.column(name))
            nothing = pc.is_in(text, value_set=self._nothing)
            at = np.flatnonzero(mask_of(nothing))
            said[name] = pc.if_else(nothing, word(""), text) if len(at) else text
            if name in self._blank:
                self._blank[name].append(at + start)
        # What stands for nothing is nothing in a key, too.
        self._keys.append(_joined([said[n] for n in self.plan.keys.joined if n in said], batch))

    def places(self, at: Ints) -> tuple[Ints, Ints]:
        """Numbers of rows and of lines (-1: none) of the rows at ``at``, counted from 0."""
        if not self._places:
            return at + 1, at + 2
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

    def repeated(self) -> npt.NDArray[np.bool_]:
        """Rows whose key stands on another row too, or is blank: only these can be repeats."""
        if not self.count:
            return np.zeros(0, np.bool_)
        keys = pa.chunked_array(self._keys).combine_chunks()
        if isinstance(keys, pa.ChunkedArray):
            keys = pa.concat_arrays(keys.chunks)
        coded = keys.dictionary_encode()
        codes = numbers_of(coded.indices)
        times = np.bincount(codes, minlength=len(coded.dictionary))
        blank = pc.match_substring_regex(coded.dictionary, r"^\|*$")
        times[np.flatnonzero(mask_of(blank))] = 2
        repeats: npt.NDArray[np.bool_] = (times > 1)[codes]
        return repeats


def batches_of(staged: Path, wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows of a staged file."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(staged) as source:
        yield from source.iter_batches(columns=["_row", "_line", *wanted])


def filled(plan: Plan, batches: Iterable[pa.RecordBatch]) -> Columns:
    """The columns of a file, all of its rows looked at."""
    columns = Columns(plan)
    for batch in batches:
        columns.add(batch)
    return columns


def trimmed(column: pa.Array) -> pa.Array:
    """Texts without blanks at the ends."""
    return pc.ascii_trim(_as_text(column), characters=BLANKS)


def _joined(parts: Sequence[pa.Array], batch: pa.RecordBatch) -> pa.Array:
    if not parts:
        return text_array([""] * batch.num_rows)
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, word("|"))


def _as_text(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _ints(column: pa.Array) -> Ints:
    filled_up = pc.if_else(pc.is_null(column), place_array(np.array([-1]))[0], column)
    return numbers_of(filled_up).astype(np.int64)
