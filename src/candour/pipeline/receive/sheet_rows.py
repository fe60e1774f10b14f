"""The rows of a sheet: which are data, and what becomes of those that are not."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candour.pipeline.receive.below import FEW, LONGEST, TOTALS, further_table, may_begin
from candour.pipeline.receive.header import Header, trimmed
from candour.pipeline.receive.opening import Note
from candour.pipeline.receive.sheet_head import texts
from candour.pipeline.receive.workbook import Shown
from candour.pipeline.receive.workbook.structure import column_name
from candour.tables.arrays import mask_of, numbers_of, place_array, word

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

_FIGURE = re.compile(r"\d[\d,. ]*")


@dataclass
class Rows:
    """The data rows of a sheet, and an account of all others.

    ``numbers`` are the sheet's own row numbers (int64) of the rows that are taken, in order.
    ``rejected`` are rows of data that were kept out, as (row, finding code); ``notes`` say what
    was not counted as a row of data at all.
    """

    numbers: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    rejected: list[tuple[int, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def rows_of(
    sheet: Shown, header: Header, places: tuple[int, ...], after: int, stop_at: str | None
) -> Rows:
    """Tell the rows of a sheet apart, from the one after row ``after`` on.

    Blank rows are none. A line of totals, the row that ``stop_at`` names (a pattern for its first
    filled cell, in any capitals) and all below it, and single cells below the last row are told
    and are no rows. A hidden row, a row that repeats the head, a lone cell between rows and a
    further table below a blank row are rows that are kept out.
    """
    filled = _filled(sheet, places)
    found = Rows()
    last = _stopped(sheet, places, filled, after, stop_at, found)
    lines = np.flatnonzero(filled[:last]) + 1
    lines = lines[lines > after]
    totals = _totals(sheet, places, filled, after, last)
    wide = len(header.names) >= FEW
    further = _further(sheet, places, lines, filled, totals) if wide else set()
    # One cell is a note or a slip where rows have several.
    lone = (filled[lines - 1] == 1) & wide
    full = lines[~lone & ~np.isin(lines, sorted(totals))]
    end = int(full[-1]) if len(full) else after
    hidden = sheet.structure.hidden_rows
    repeats = _repeats(sheet, header, places) if len(header.sent) > 1 else set()
    apart = lone | np.isin(lines, sorted({*totals, *hidden, *repeats, *further}))
    found.numbers = lines[~apart]
    for number, alone in zip(lines[apart].tolist(), lone[apart].tolist(), strict=True):
        if number in totals:
            found.notes.append(Note("totals-row", row=number))
        elif alone and number > end:
            found.notes.append(Note("note-outside-the-table", row=number))
        elif number in hidden:
            found.rejected.append((number, "row-hidden"))
        elif number in repeats:
            found.rejected.append((number, "header-row-repeated"))
        elif number in further:
            found.rejected.append((number, "table-below-the-table"))
        else:
            found.rejected.append((number, "row-holds-one-cell"))
    counted = [after, *found.numbers[-1:].tolist(), *(row for row, _ in found.rejected)]
    blank = int(np.count_nonzero(filled[after : max(counted)] == 0))
    if blank:
        found.notes.append(Note("blank-rows", f"There are {blank}."))
    return found


def structure_notes(
    sheet: Shown, header: Header, places: tuple[int, ...], after: int, rows: Rows
) -> list[Note]:
    """What the sheet keeps beside the values that are read."""
    structure = sheet.structure
    names = {
        place + sheet.first_column: name for place, name in zip(places, header.names, strict=True)
    }
    notes = []
    hidden = [c for c in sorted(structure.hidden_columns) if _holds(sheet, c, after)]
    notes += [Note("column-hidden", f"Column {column_name(c)}.") for c in hidden]
    for column, count in sorted(structure.formulas.items()):
        if column in names:
            cells = "one cell" if count == 1 else f"{count} cells"
            notes.append(Note("formula-values-used", f"In {cells}.", field=names[column]))
    notes += [
        Note(code, row=row, field=names[column])
        for code, cells in (
            ("formula-without-value", structure.uncached),
            ("cell-holds-an-error", structure.errors),
        )
        for row, column in sorted(cells)
        if column in names and _is_among(row, rows.numbers)
    ]
    notes += [
        Note("digits-from-the-format", field=names[column])
        for column in sorted(structure.padded)
        if column in names
    ]
    merged = [
        m
        for m in structure.merged
        if m[2] > after and any(_is_among(row, rows.numbers) for row in (m[0], m[2]))
    ]
    notes += [
        Note("cells-merged", row=max(first, after + 1), field=names.get(column))
        for first, column, _, _ in sorted(merged)
    ]
    if structure.declared_last_row > structure.last_row:
        notes.append(Note("sheet-shorter-than-declared"))
    return notes


def staged_batch(
    sheet: Shown,
    header: Header,
    places: tuple[int, ...],
    rows: Rows,
    only: Collection[str] | None = None,
) -> pa.RecordBatch:
    """The rows that are taken as a staged batch: ``_row`` is the sheet's number, ``_line`` null.

    ``only`` are the columns that are wanted; None is all of them.
    """
    numbers = rows.numbers
    wanted = [name for name in header.names if only is None or name in only]
    place = dict(zip(header.names, places, strict=True))
    columns = [sheet.columns[place[name]] for name in wanted]
    first, last = (int(numbers[0]), int(numbers[-1])) if len(numbers) else (1, 0)
    if last - first + 1 == len(numbers):
        columns = [column.slice(first - 1, len(numbers)) for column in columns]
    else:
        at = place_array(numbers - 1)
        columns = [pc.take(column, at) for column in columns]
    arrays = [place_array(numbers), pa.nulls(len(numbers), pa.int64()), *columns]
    schema = sheet_schema(header)
    if only is not None:
        schema = pa.schema([schema.field(name) for name in ("_row", "_line", *wanted)])
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def sheet_schema(header: Header) -> pa.Schema:
    """The schema of a staged sheet: as of any staged table, but that a sheet has no lines."""
    return pa.schema(
        [
            pa.field("_row", pa.int64(), nullable=False),
            pa.field("_line", pa.int64()),
            *(pa.field(name, pa.string(), nullable=False) for name in header.names),
        ]
    )


def _filled(sheet: Shown, places: tuple[int, ...]) -> Any:
    """How many cells of each row hold something; a cell of blanks alone counts as empty."""
    filled = np.zeros(sheet.rows, dtype=np.int32)
    for place in places:
        filled += numbers_of(pc.binary_length(sheet.columns[place])) > 0
    # Blanks alone are rare, and matter only where a row holds hardly anything else.
    for number in np.flatnonzero((filled > 0) & (filled <= FEW)):
        said = (sheet.columns[place][int(number)].as_py() for place in places)
        filled[number] = sum(1 for text in said if trimmed(text))
    return filled


def _first_cell(sheet: Shown, places: tuple[int, ...], number: int) -> str:
    said = (trimmed(sheet.columns[place][number - 1].as_py()) for place in places)
    return next((text for text in said if text), "")


def _stopped(
    sheet: Shown, places: tuple[int, ...], filled: Any, after: int, stop_at: str | None, found: Rows
) -> int:
    """The last row that may hold data; what stands from ``stop_at`` on is noted."""
    if stop_at is None:
        return sheet.rows
    pattern = stop_at.casefold()
    for number in np.flatnonzero(filled):
        row = int(number) + 1
        if row > after and fnmatchcase(_first_cell(sheet, places, row).casefold(), pattern):
            below = int((filled[row:] > 0).sum())
            said = f"{below} more below it." if below else ""
            found.notes.append(Note("end-of-the-table", said, row=row))
            return row - 1
    return sheet.rows


def _totals(sheet: Shown, places: tuple[int, ...], filled: Any, after: int, last: int) -> set[int]:
    """Rows whose first filled cell says that they are totals, filled by half at most.

    A table of two or three columns is filled by more than half with the word and one figure: there
    the last line is one of totals if it holds the word and figures alone.
    """
    few = np.flatnonzero((filled > 0) & (filled <= max(1, len(places) // 2)))
    few = few[(few >= after) & (few < last)]
    found = {
        int(n) + 1 for n in few if TOTALS.match(_first_cell(sheet, places, int(n) + 1)) is not None
    }
    ends = np.flatnonzero(filled[:last])
    if len(places) < FEW and len(ends) and ends[-1] >= after:
        said = (trimmed(sheet.columns[place][int(ends[-1])].as_py()) for place in places)
        word, *others = [text for text in said if text]
        if TOTALS.match(word) and all(_FIGURE.fullmatch(text) for text in others):
            found.add(int(ends[-1]) + 1)
    return found


def _further(
    sheet: Shown, places: tuple[int, ...], lines: Ints, filled: Any, totals: set[int]
) -> set[int]:
    """Rows of further tables below this one, each parted from what stands above by a blank row."""
    found: set[int] = set()
    above: frozenset[int] = frozenset()
    few = max(1, len(places) // 2)
    for block in _blocks(lines[~np.isin(lines, sorted(totals))])[1:]:
        if len(block) > LONGEST or filled[block[0] - 1] > few:
            continue
        if not above and not may_begin(texts(sheet, block[0], places)):
            continue
        table = further_table([texts(sheet, number, places) for number in block], above)
        if table:
            found.update(block)
            above = table
    return found


def _blocks(numbers: Ints) -> list[list[int]]:
    """Runs of rows between which no row is left out."""
    breaks = np.flatnonzero(np.diff(numbers) != 1) + 1
    return [run.tolist() for run in np.split(numbers, breaks)]


def _repeats(sheet: Shown, header: Header, places: tuple[int, ...]) -> set[int]:
    """Rows that say the head again."""
    first = next(n for n, name in enumerate(header.sent) if name)
    same = mask_of(pc.equal(sheet.columns[places[first]], word(header.sent[first])))
    repeat = list(header.sent)
    return {
        number
        for number in (np.flatnonzero(same) + 1).tolist()
        if [trimmed(sheet.columns[place][number - 1].as_py()) for place in places] == repeat
    }


def _is_among(number: int, numbers: Ints) -> bool:
    """Whether a number is one of some that are in order."""
    at = int(np.searchsorted(numbers, number))
    return at < len(numbers) and int(numbers[at]) == number


def _holds(sheet: Shown, column: int, after: int) -> bool:
    place = column - sheet.first_column
    if not 0 <= place < len(sheet.columns):
        return False
    below = sheet.columns[place].slice(after)
    return bool(pc.any(pc.greater(pc.binary_length(below), 0)).as_py())
