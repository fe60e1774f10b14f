"""Characters that show nothing, and turn or join what stands around them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from candour.pipeline.receive.opening import Note

PATTERN = (
    r"[\x{00ad}\x{061c}\x{180e}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{2064}"
    r"\x{2066}-\x{206f}\x{feff}\x{fff9}-\x{fffb}]"
)


def unseen_notes(staged: Path) -> list[Note]:
    """A note for each value of a staged file that holds such a character, by row and column."""
    with pq.ParquetFile(staged) as source:
        return unseen_in(source.iter_batches())


def unseen_in(batches: Iterable[pa.RecordBatch]) -> list[Note]:
    """The same of the rows of a staged table."""
    found: list[tuple[int, str]] = []
    for batch in batches:
        numbers = batch.column(0)
        for name, column in zip(batch.schema.names[2:], batch.columns[2:], strict=True):
            hits = pc.match_substring_regex(column, PATTERN)
            if pc.any(hits).as_py():
                rows: pa.Array = numbers.filter(hits)
                found += [(row, name) for row in rows.to_pylist()]
    return [Note("characters-that-do-not-show", row=row, field=name) for row, name in sorted(found)]
