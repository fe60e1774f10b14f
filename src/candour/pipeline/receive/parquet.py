"""Parquet as it comes, turned into text column by column."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from candour.pipeline.receive.exact import Account, staged_schema
from candour.pipeline.receive.header import Header, header_of

_BATCH = 65_536


def read_parquet_header(path: Path) -> Header:
    """The columns of a Parquet file.

    Raises ``pa.ArrowException`` or ``OSError`` where the file is damaged.
    """
    with _opened(path) as source:
        return header_of(source.schema_arrow.names)


def unreadable_columns(path: Path) -> list[str]:
    """Names of columns that hold lists, records or bytes, and so have no form as text."""
    with _opened(path) as source:
        return [field.name for field in source.schema_arrow if not _has_text(field.type)]


def read_parquet(path: Path, header: Header, account: Account) -> Iterator[pa.RecordBatch]:
    """Every row as text, with ``_row`` and ``_line`` (a row's own number: there are no lines).

    Dates are written as ISO, moments with their offset where they carry one, whole numbers without
    a decimal point. Empty is the empty text. A column that has no form as text is empty throughout.
    """
    schema = staged_schema(header)
    with _opened(path) as source:
        for batch in source.iter_batches(batch_size=_BATCH):
            if batch.num_rows == 0:
                continue
            # Damaged bytes can pass for text until somebody reads them.
            batch.validate(full=True)
            first = account.rows_read + 1
            account.rows_read += batch.num_rows
            numbers = pa.array(range(first, first + batch.num_rows), pa.int64())
            columns = [_as_text(column) for column in batch.columns]
            yield pa.RecordBatch.from_arrays([numbers, numbers, *columns], schema=schema)


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    """A Parquet file; names in it that are no text make it a damaged one."""
    try:
        with pq.ParquetFile(path) as source:
            yield source
    except UnicodeDecodeError as fault:
        raise pa.ArrowInvalid("a name in it is no text") from fault


def _has_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _has_text(kind.value_type)
    return not (
        pa.types.is_nested(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def _as_text(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.dictionary_decode())
    if pa.types.is_null(kind) or not _has_text(kind):
        return pa.array([""] * len(column), pa.string())
    if pa.types.is_floating(kind):
        return _numbers_as_text(column)
    if pa.types.is_timestamp(kind):
        return _moments_as_text(column)
    return pc.fill_null(pc.cast(column, pa.string()), "")


def _numbers_as_text(column: pa.Array) -> pa.Array:
    """Numbers kept with a decimal point only because some were empty are whole numbers."""
    texts = [
        "" if number is None or number != number else _number(number)
        for number in column.to_pylist()
    ]
    return pa.array(texts, pa.string())


def _number(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)


def _moments_as_text(column: pa.Array) -> pa.Array:
    """ISO, with ``+00:00`` where the file says that a moment is an instant, bare where local."""
    instant = column.type.tz is not None
    moments = pc.cast(column, pa.timestamp("us", tz="UTC" if instant else None), safe=False)
    texts = ["" if moment is None else moment.isoformat() for moment in moments.to_pylist()]
    return pa.array(texts, pa.string())
