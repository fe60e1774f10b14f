"""The rows of a sheet: which are data, and what becomes of those that are not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candour.pipeline.receive.header import Header, trimmed
from candour.pipeline.receive.opening import Note
from candour.pipeline.receive.workbook import Shown
from candour.pipeline.receive.workbook.structure import column_name

_COUNTED = r"(rows?|records?|deaths?|incidents?|patients?|cases?|people|number|count|of|for|in)"
TOTALS = re.compile(
    r"^\W*((grand|sub|overall)[ -]?)?totals?(\s+" + _COUNTED + r"\b.*|\W*\d[\d,. ]*|\W*)$"
    r"|^\W*(number|count|no\.?) of (rows|records|deaths|incidents|patients|cases)\b.*$"
    r"|^\W*(row|record) ?count\b.*$",
    re.IGNORECASE,
)
"""The first filled cell of a line of totals. A body's name may begin so too ("Total Care"), so what
follows the word is looked at."""
_FIGURE = re.compile(r"\d[\d,. ]*")
_FEW = 4


@dataclass
class Rows:
    """The data rows of a sheet, and an account of all others.

    ``numbers`` are the sheet's own row numbers of the rows that are taken, in order. ``rejected``
    are rows of data that were kept out, as (row, finding code); ``notes`` say what was not counted
    as a row of data at all.
    """

    numbers: list[int] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def rows_of(
    sheet: Shown, header: Header, places: tuple[int, ...], after: int, stop_at: str | None
) -> Rows:
    """Tell the rows of a sheet apart, from the one after row ``after`` on.

    Blank rows are none. A line of totals, the row that ``stop_at`` names (a pattern for its first
    filled cell, in any capitals) and all below it, and single cells below the last row are told
    and are no rows. A hidden row, a row that repeats the head and a lone cell between rows are
    rows that are kept out.
    """
    filled = _filled(sheet, places)
    found = Rows()
    last = _stopped(sheet, places, filled, after, stop_at, found)
    lines = [int(n) + 1 for n in np.flatnonzero(filled[:last]) if n + 1 > after]
    totals = _totals(sheet, places, filled, after, last)
    wide = len(header.names) >= _FEW
    full = [n for n in lines if n not in totals and not (wide and filled[n - 1] == 1)]
    end = full[-1] if full else after
    hidden = sheet.structure.hidden_rows
    repeats = _repeats(sheet, header, places, lines) if len(header.sent) > 1 else set()
    for number in lines:
        if number in totals:
            found.notes.append(Note("totals-row", row=number))
        elif wide and filled[number - 1] == 1 and number > end:
            found.notes.append(Note("note-outside-the-table", row=number))
        elif number in hidden:
            found.rejected.append((number, "row-hidden"))
        elif number in repeats:
            found.rejected.append((number, "header-row-repeated"))
        elif wide and filled[number - 1] == 1:
            found.rejected.append((number, "row-holds-one-cell"))
        else:
            found.numbers.append(number)
    counted = [*found.numbers, *(row for row, _ in found.rejected)]
    blank = sum(1 for n in range(after, max(counted, default=after)) if filled[n] == 0)
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
    taken = set(rows.numbers)
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
        if row in taken and column in names
    ]
    notes += [
        Note("digits-from-the-format", field=names[column])
        for column in sorted(structure.padded)
        if column in names
    ]
    merged = [m for m in structure.merged if m[2] > after and (m[0] in taken or m[2] in taken)]
    notes += [
        Note("cells-merged", row=max(first, after + 1), field=names.get(column))
        for first, column, _, _ in sorted(merged)
    ]
    if structure.declared_last_row > structure.last_row:
        notes.append(Note("sheet-shorter-than-declared"))
    return notes


def staged_batch(
    sheet: Shown, header: Header, places: tuple[int, ...], rows: Rows
) -> pa.RecordBatch:
    """The rows that are taken as a staged batch: ``_row`` is the sheet's number, ``_line`` null."""
    numbers = np.asarray(rows.numbers, dtype=np.int64)
    columns = [sheet.columns[place] for place in places]
    first, last = (int(numbers[0]), int(numbers[-1])) if len(numbers) else (1, 0)
    if last - first + 1 == len(numbers):
        columns = [column.slice(first - 1, len(numbers)) for column in columns]
    else:
        at = pa.array(numbers - 1)
        columns = [pc.take(column, at) for column in columns]
    arrays = [pa.array(numbers), pa.nulls(len(numbers), pa.int64()), *columns]
    return pa.RecordBatch.from_arrays(arrays, schema=sheet_schema(header))


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
        filled += pc.binary_length(sheet.columns[place]).to_numpy(zero_copy_only=False) > 0
    # Blanks alone are rare, and matter only where a row holds hardly anything else.
    for number in np.flatnonzero((filled > 0) & (filled <= _FEW)):
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
    if len(places) < _FEW and len(ends) and ends[-1] >= after:
        said = (trimmed(sheet.columns[place][int(ends[-1])].as_py()) for place in places)
        word, *others = [text for text in said if text]
        if TOTALS.match(word) and all(_FIGURE.fullmatch(text) for text in others):
            found.add(int(ends[-1]) + 1)
    return found


def _repeats(sheet: Shown, header: Header, places: tuple[int, ...], lines: list[int]) -> set[int]:
    """Rows that say the head again."""
    first = next(n for n, name in enumerate(header.sent) if name)
    same = pc.equal(sheet.columns[places[first]], pa.scalar(header.sent[first]))
    repeat = list(header.sent)
    again = {int(n) + 1 for n in np.flatnonzero(same.to_numpy(zero_copy_only=False))}
    return {
        number
        for number in again.intersection(lines)
        if [trimmed(sheet.columns[place][number - 1].as_py()) for place in places] == repeat
    }


def _holds(sheet: Shown, column: int, after: int) -> bool:
    place = column - sheet.first_column
    if not 0 <= place < len(sheet.columns):
        return False
    below = sheet.columns[place].slice(after)
    return bool(pc.any(pc.greater(pc.binary_length(below), 0)).as_py())
