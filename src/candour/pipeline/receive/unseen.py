"""Characters that show nothing, and turn or join what stands around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from candour.pipeline.receive.opening import Note

if TYPE_CHECKING:
    import numpy.typing as npt

CODE = "characters-that-do-not-show"
PATTERN = (
    r"[\x{00ad}\x{061c}\x{180e}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{2064}"
    r"\x{2066}-\x{206f}\x{feff}\x{fff9}-\x{fffb}]"
)


@dataclass(frozen=True)
class OfRows:
    """A finding in the making about many rows: their numbers, in order, and nothing of lines."""

    code: str
    field: str
    rows: npt.NDArray[np.int64]

    @property
    def lines(self) -> npt.NDArray[np.int64]:
        """That nothing is said of lines."""
        return np.full(len(self.rows), -1, np.int64)


def unseen_notes(staged: Path) -> tuple[OfRows, ...]:
    """The rows of a staged file in which a value holds such a character, by column."""
    with pq.ParquetFile(staged) as source:
        return tuple(_found(source.iter_batches()))


def unseen_in(batches: Iterable[pa.RecordBatch]) -> list[Note]:
    """A note for each such value of a staged table, by row and column."""
    found = [(row, each.field) for each in _found(batches) for row in each.rows.tolist()]
    return [Note(CODE, row=row, field=name) for row, name in sorted(found)]


def _found(batches: Iterable[pa.RecordBatch]) -> Iterator[OfRows]:
    rows: dict[str, list[npt.NDArray[np.int64]]] = {}
    for batch in batches:
        numbers = batch.column(0)
        for name, column in zip(batch.schema.names[2:], batch.columns[2:], strict=True):
            hits = pc.match_substring_regex(column, PATTERN)
            if pc.any(hits).as_py():
                rows.setdefault(name, []).append(numbers.filter(hits).to_numpy())
    for name, parts in rows.items():
        yield OfRows(CODE, name, np.concatenate(parts))
