"""From a file's rows to a staged Parquet file, by the fast reader where it can be trusted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from candour.pipeline.receive.exact import Account, read_exactly, staged_schema
from candour.pipeline.receive.fast import NotPlainError, may_be_plain, read_fast
from candour.pipeline.receive.header import Header
from candour.pipeline.receive.survey import Survey


def stage_text(path: Path, survey: Survey, header: Header, target: Path) -> Account:
    """Write every row of a UTF-8 text file to ``target`` and account for those kept out.

    The file at ``target`` appears whole or not at all. Memory does not grow with the file.
    """
    schema = staged_schema(header)
    if may_be_plain(survey, header):
        account = Account()
        try:
            write_batches(read_fast(path, header, survey, account), schema, target)
        except NotPlainError:
            pass
        else:
            return account
    account = Account()
    write_batches(read_exactly(path, header, account), schema, target)
    return account


def text_batches(path: Path, survey: Survey, header: Header) -> tuple[pa.Table, Account]:
    """The same rows as a table in memory, for files that a person names on the command line."""
    schema = staged_schema(header)
    if may_be_plain(survey, header):
        account = Account()
        try:
            batches = list(read_fast(path, header, survey, account))
        except NotPlainError:
            pass
        else:
            return pa.Table.from_batches(batches, schema=schema), account
    account = Account()
    batches = list(read_exactly(path, header, account))
    return pa.Table.from_batches(batches, schema=schema), account


def passed_by(path: Path, survey: Survey, header: Header) -> Account:
    """What becomes of the rows of a file, of which none is held."""
    if may_be_plain(survey, header):
        account = Account()
        try:
            for _ in read_fast(path, header, survey, account):
                pass
        except NotPlainError:
            pass
        else:
            return account
    account = Account()
    for _ in read_exactly(path, header, account):
        pass
    return account


def write_batches(batches: Iterator[pa.RecordBatch], schema: pa.Schema, target: Path) -> None:
    """Write batches beside ``target`` and rename them into place; on a fault nothing is left."""
    beside = target.with_name(f".{target.name}.writing")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.close(descriptor)
    try:
        with pq.ParquetWriter(beside, schema, compression="snappy", write_statistics=False) as out:
            for batch in batches:
                out.write_batch(batch)
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
