"""The exact reader: slower, and it can say of every line of a file what became of it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pyarrow as pa

from candour.pipeline.receive.header import LONGEST_FIELD, Header

_BATCH = 20_000


@dataclass
class Account:
    """What became of the rows of one file: how many there were, and which were kept out and why."""

    rows_read: int = 0
    rejected: list[tuple[int, int | None, str]] = field(default_factory=list)

    def keep_out(self, line: int, code: str) -> None:
        """Count one more row, and keep it out."""
        self.rows_read += 1
        self.rejected.append((self.rows_read, line, code))


class _Lines:
    """Lines of a file, with the means to go back to the line after the one a record began on."""

    def __init__(self, handle: IO[str]) -> None:
        self._handle = handle
        self._again: deque[str] = deque()
        self._record: list[str] = []
        self.line = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._handle)
        self._record.append(line)
        self.line += 1
        return line

    def begin_record(self) -> int:
        """Forget the lines of the record before. Gives the number of the line that comes next."""
        self._record.clear()
        return self.line + 1

    def go_back_after_first(self) -> str:
        """Read again from the line after the one on which the record began, and give that line."""
        first = self._record[0].rstrip("\r\n") if self._record else ""
        self._again.extendleft(reversed(self._record[1:]))
        self.line -= len(self._record) - 1
        self._record.clear()
        return first


def read_exactly(path: Path, header: Header, account: Account) -> Iterator[pa.RecordBatch]:
    """The rows of a UTF-8 file as batches of text with ``_row`` and ``_line``.

    Rows that do not fit the header are counted in ``account`` and kept out. Where a quotation mark
    is opened and never properly closed, only the line that it stands on is kept out, and reading
    goes on with the next: one stray mark must not swallow the people who come after it.
    """
    schema = staged_schema(header)
    numbers: list[int] = []
    starts: list[int] = []
    rows: list[list[str]] = []
    for line, cells in _records(path, header, account):
        account.rows_read += 1
        numbers.append(account.rows_read)
        starts.append(line)
        rows.append(cells)
        if len(rows) == _BATCH:
            yield _batch(schema, numbers, starts, rows)
            numbers, starts, rows = [], [], []
    if rows:
        yield _batch(schema, numbers, starts, rows)


def staged_schema(header: Header) -> pa.Schema:
    """The schema of a staged table: ``_row``, ``_line``, then every column as text."""
    return pa.schema(
        [
            pa.field("_row", pa.int64(), nullable=False),
            pa.field("_line", pa.int64(), nullable=False),
            *(pa.field(name, pa.string(), nullable=False) for name in header.names),
        ]
    )


def _records(path: Path, header: Header, account: Account) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row that fits the header; the others go to the account."""
    for line, cells, code in every_row(path, header):
        if code is None:
            yield line, cells
        else:
            account.keep_out(line, code)


def every_row(path: Path, header: Header) -> Iterator[tuple[int, list[str], str | None]]:
    """Line and cells of every row of a UTF-8 file, and the finding for which it is kept out.

    A row that cannot be taken apart into fields comes as one cell that holds its line.
    """
    wanted = len(header.names)
    repeat = list(header.sent)
    before = csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            for _ in range(header.line - 1):
                next(handle)
            lines = _Lines(handle)
            lines.line = header.line - 1
            for _ in range(header.lines):
                next(lines)
            reader = csv.reader(lines, delimiter=header.separator, strict=True)
            while True:
                line = lines.begin_record()
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    yield line, [lines.go_back_after_first()], "row-not-readable"
                    continue
                if not cells or (len(cells) == 1 < wanted and not cells[0].strip()):
                    continue
                code = None
                if len(cells) != wanted:
                    many = len(cells) > wanted
                    code = "row-has-too-many-fields" if many else "row-has-too-few-fields"
                elif wanted > 1 and [cell.strip() for cell in cells] == repeat:
                    code = "header-row-repeated"
                yield line, cells, code
    finally:
        csv.field_size_limit(before)


def _batch(
    schema: pa.Schema, numbers: list[int], lines: list[int], rows: list[list[str]]
) -> pa.RecordBatch:
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    arrays = [pa.array(numbers, pa.int64()), pa.array(lines, pa.int64()), *columns]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
