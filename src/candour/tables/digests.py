"""Content digests: the same rows give the same digest on every machine.

A file's bytes depend on the writer's version and settings; what a table *says* does not. The
digest is SHA-256 over the table's column names and its rows as text, in the order given, with a
null told apart from an empty text. Numbers with a fraction are rounded to six decimals first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

DECIMALS = 6


class _HashingSink:
    """A file that keeps nothing but the hash of what is written to it."""

    closed = False

    def __init__(self) -> None:
        self.sha = hashlib.sha256()

    def write(self, data: Any) -> int:
        self.sha.update(data)
        return len(data)

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def flush(self) -> None:
        return None

    def close(self) -> None:
        self.closed = True


def _canonical_field(field: pa.Field) -> pa.Field:
    return pa.field(field.name, pa.string())


def _canonical(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = []
    for column in batch.columns:
        if pa.types.is_floating(column.type):
            column = pc.round(column, ndigits=DECIMALS)
        columns.append(pc.cast(column, pa.string()))
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


class Digest:
    """Takes a table batch by batch, so that a large one need not lie in memory whole."""

    def __init__(self, schema: pa.Schema) -> None:
        self._sink = _HashingSink()
        text_schema = pa.schema([_canonical_field(f) for f in schema])
        self._writer = pcsv.CSVWriter(
            pa.PythonFile(self._sink, mode="w"),
            text_schema,
            write_options=pcsv.WriteOptions(quoting_style="needed"),
        )

    def add(self, batch: pa.RecordBatch) -> None:
        """Add the next rows."""
        if batch.num_rows:
            self._writer.write_batch(_canonical(batch))

    def hexdigest(self) -> str:
        """The SHA-256 of all rows so far; nothing can be added afterwards."""
        self._writer.close()
        return self._sink.sha.hexdigest()


def content_digest(
    table: pa.Table | Iterable[pa.RecordBatch], schema: pa.Schema | None = None
) -> str:
    """SHA-256 (hex) of what ``table`` says, rows in the order given."""
    if isinstance(table, pa.Table):
        schema, table = table.schema, table.to_batches()
    if schema is None:
        raise ValueError("a stream of batches needs its schema")
    digest = Digest(schema)
    for batch in table:
        digest.add(batch)
    return digest.hexdigest()
