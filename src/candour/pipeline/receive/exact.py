"""The exact reader: slower, and it can say of every line of a file what became of it."""

from __future__ import annotations

import csv
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, overload

import numpy as np
import pyarrow as pa

from candour.pipeline.receive.below import (
    FEW,
    LONGEST,
    further_table,
    is_totals,
    may_begin,
    says_total,
)
from candour.pipeline.receive.header import LONGEST_FIELD, Header, trimmed

if TYPE_CHECKING:
    import numpy.typing as npt

_BATCH = 20_000


class KeptOut(Sequence[tuple[int, "int | None", str]]):
    """Rows that were kept out, as (row, line, finding code). A file may have millions of them, and
    so each is held as three numbers."""

    def __init__(self) -> None:
        self._rows, self._lines, self._which = array("q"), array("q"), array("B")
        self._codes: list[str] = []

    def add(self, row: int, line: int | None, code: str) -> None:
        """Add one; ``line`` is None where there are no lines."""
        if code not in self._codes:
            self._codes.append(code)
        self._rows.append(row)
        self._lines.append(-1 if line is None else line)
        self._which.append(self._codes.index(code))

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> tuple[int, int | None, str]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[int, int | None, str]]: ...
    def __getitem__(
        self, place: int | slice
    ) -> tuple[int, int | None, str] | Sequence[tuple[int, int | None, str]]:
        if isinstance(place, slice):
            return [self[n] for n in range(*place.indices(len(self)))]
        line = self._lines[place]
        return self._rows[place], None if line < 0 else line, self._codes[self._which[place]]

    def __eq__(self, other: object) -> bool:
        """Whether another row of such rows says the same."""
        return isinstance(other, Sequence) and [*self] == [*other]

    __hash__ = None  # type: ignore[assignment]  # rows are added

    def by_code(self) -> Iterator[tuple[str, npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
        """Of each code the numbers of rows, in order, and those of their lines (-1: none)."""
        rows, lines = np.array(self._rows, np.int64), np.array(self._lines, np.int64)
        which = np.array(self._which, np.uint8)
        for n, code in enumerate(self._codes):
            mine = which == n
            yield code, rows[mine], lines[mine]


@dataclass
class Account:
    """What became of the rows of one file: how many there were, and which were kept out and why.

    ``blank`` are lines between rows in which nothing but separators stands; they are no rows.
    """

    rows_read: int = 0
    blank: int = 0
    rejected: KeptOut = field(default_factory=KeptOut)

    def keep_out(self, line: int, code: str) -> None:
        """Count one more row, and keep it out."""
        self.rows_read += 1
        self.rejected.add(self.rows_read, line, code)


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

    def is_all(self, separator: str) -> bool:
        """Whether the record holds separators and nothing else, not even quotation marks."""
        return self._record[0].startswith(separator) and not any(
            line.strip("\r\n").strip(separator) for line in self._record
        )

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
    for line, cells, code in every_row(path, header, account):
        if code is None:
            yield line, cells
        else:
            account.keep_out(line, code)


def every_row(
    path: Path, header: Header, account: Account | None = None
) -> Iterator[tuple[int, list[str], str | None]]:
    """Line and cells of every row of a UTF-8 file, and the finding for which it is kept out.

    A row that cannot be taken apart into fields comes as one cell that holds its line. A line of
    separators alone is no row; ``account`` is told how many stand between rows. Below such a line,
    as a spreadsheet leaves it behind, titles and further tables are told from records.
    """
    wide = len(header.names)
    repeat = list(header.sent)
    blank, below, begun = 0, _Below(wide), False
    for line, cells, code in _as_written(path, header):
        if not cells:
            blank += 1
            yield from below.told()
            if begun:
                below.begins()
            continue
        if blank and account is not None:
            account.blank += blank if begun else 0
        blank, begun = 0, True
        if code is None and wide > 1 and [cell.strip() for cell in cells] == repeat:
            code = "header-row-repeated"
        if code is None and says_total(cells[0]) and is_totals([*map(trimmed, cells)]):
            code = "row-of-totals"
        yield from below.takes(line, cells, code)
    yield from below.told()


def _as_written(path: Path, header: Header) -> Iterator[tuple[int, list[str], str | None]]:
    """Line and cells of every record, and the finding where its fields do not fit the header.

    A line of separators alone comes without cells. Lines that hold nothing at all are passed over.
    """
    wanted = len(header.names)
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
                if len(cells) == wanted > 1 and lines.is_all(header.separator):
                    yield line, [], None
                    continue
                code = None
                if len(cells) != wanted:
                    many = len(cells) > wanted
                    code = "row-has-too-many-fields" if many else "row-has-too-few-fields"
                yield line, cells, code
    finally:
        csv.field_size_limit(before)


_Row = tuple[int, list[str], str | None]


class _Below:
    """Rows below a line of separators alone: held back until it can be told whether they are a
    further table, which few rows are enough for."""

    def __init__(self, wide: int) -> None:
        self._wide = wide
        self._loose = False
        self._first = False
        self._held: list[_Row] = []
        self._above: frozenset[int] = frozenset()

    def begins(self) -> None:
        """What comes next stands below a blank line."""
        self._loose = self._first = self._wide >= FEW

    def takes(self, line: int, cells: list[str], code: str | None) -> Iterator[_Row]:
        """One more row; gives those of which enough is known."""
        if not self._loose:
            yield line, cells, code
            return
        texts = [*map(trimmed, cells)]
        if code is None and is_totals(texts):
            code = "row-of-totals"
        if code is not None:
            yield from self.told()
            yield line, cells, code
            self._first = code == "row-of-totals"
            return
        hold = bool(self._held) or (self._first and (bool(self._above) or may_begin(texts)))
        self._first = False
        if hold:
            self._held.append((line, cells, None))
            if len(self._held) > LONGEST:
                yield from self.told()
        else:
            yield self._judged((line, cells, None), texts)

    def told(self) -> Iterator[_Row]:
        """The rows held back, now that no more of them come."""
        held, self._held = self._held, []
        texts = [[*map(trimmed, cells)] for _, cells, _ in held]
        table = further_table(texts, self._above)
        self._above = table or self._above
        for row, said in zip(held, texts, strict=True):
            yield (*row[:2], "table-below-the-table") if table else self._judged(row, said)

    def _judged(self, row: _Row, texts: list[str]) -> _Row:
        line, cells, code = row
        return line, cells, "row-holds-one-cell" if sum(map(bool, texts)) == 1 else code


def _batch(
    schema: pa.Schema, numbers: list[int], lines: list[int], rows: list[list[str]]
) -> pa.RecordBatch:
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    arrays = [pa.array(numbers, pa.int64()), pa.array(lines, pa.int64()), *columns]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
