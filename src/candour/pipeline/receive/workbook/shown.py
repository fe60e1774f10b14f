"""A sheet as a person sees it, as text: values by fastexcel, mended by the sheet's structure."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from candour.pipeline.receive.workbook.package import Package, Refusal, Sheet
from candour.pipeline.receive.workbook.reach import refuse_too_far
from candour.pipeline.receive.workbook.structure import Structure, read_structure

_STAMP_LENGTH = len("1899-12-31 00:00:00")
_MIDNIGHT = " 00:00:00"
_DAY = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
_DAY_ZERO = r"^1899-12-31 (\d{2}:\d{2})(:\d{2})?(?:\.\d+)?$"
_MOMENT = r"^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})\.\d+$"
# The first sixty days of 1900 as spreadsheets count them hold one that never was, the 29th of
# February; the reader of values makes it the 28th.
_EARLY = "1900-02-28"


@dataclass(frozen=True)
class Shown:
    """One sheet as text.

    ``columns``: one array of text per column of the sheet, from column ``first_column`` (1 is A);
    nothing is null. All are of one length, and place 0 is the sheet's row 1. ``structure`` is what
    the sheet keeps beside its values.
    """

    columns: tuple[pa.Array, ...]
    first_column: int
    structure: Structure

    @property
    def rows(self) -> int:
        """How many rows there are, from the sheet's first."""
        return len(self.columns[0]) if self.columns else 0

    def row(self, number: int) -> list[str]:
        """The texts of one row by the sheet's own number."""
        return [column[number - 1].as_py() for column in self.columns]


def shown(package: Package, sheet: Sheet) -> Shown:
    """Read a sheet. Raises ``Refusal`` where it is too large, damaged or unsafe."""
    refuse_too_far(package.stream(sheet.part), package.size(sheet.part))
    with _Reading(package, sheet) as reading:
        columns, first = _values(package, sheet)
        structure = reading.structure()
    mended = [_as_seen(column) for column in columns]
    if not package.dates_from_1904:
        _mark_the_day_that_never_was(package, sheet, mended, first)
    for column, texts in _by_column(structure, first).items():
        if 0 <= column < len(mended):
            mended[column] = _replaced(mended[column], texts)
    return Shown(tuple(mended), first, structure)


class _Reading:
    """The structure, read in a second thread while the values are read in this one."""

    def __init__(self, package: Package, sheet: Sheet) -> None:
        self._found: Structure | None = None
        self._fault: BaseException | None = None

        def read() -> None:
            try:
                self._found = read_structure(package.stream(sheet.part), package.looks)
            except (Refusal, OSError, MemoryError) as fault:
                self._fault = fault

        self._thread = threading.Thread(target=read, name="structure", daemon=True)

    def __enter__(self) -> _Reading:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()

    def structure(self) -> Structure:
        """What was found. Raises what stood in the way."""
        self._thread.join()
        if self._fault is not None:
            raise self._fault
        if self._found is None:
            raise Refusal("file-not-readable")
        return self._found


def _values(package: Package, sheet: Sheet) -> tuple[list[pa.Array], int]:
    """The columns of a sheet as texts, and the number of the first one."""
    import fastexcel

    try:
        book = fastexcel.read_excel(package.path)
        loaded = book.load_sheet(sheet.name, header_row=None, skip_rows=0, dtypes="string")
        batch: pa.RecordBatch = loaded.to_arrow()
        first = min((each.absolute_index for each in loaded.available_columns()), default=0) + 1
    except (fastexcel.FastExcelError, pa.ArrowException, ValueError) as fault:
        raise Refusal("file-not-readable", "A sheet of it is damaged.") from fault
    columns = [pc.fill_null(pc.cast(column, pa.string()), "") for column in batch.columns]
    return columns, first


def _as_seen(column: pa.Array) -> pa.Array:
    """A day without its midnight, a time of day without the day nought, no parts of seconds."""
    # Looking at lengths costs a tenth of looking at texts, and most columns hold no stamp.
    long = pc.greater_equal(pc.binary_length(column), _STAMP_LENGTH)
    if not pc.any(long).as_py():
        return column
    if not pc.any(pc.match_like(column.filter(long), "____-__-__ __:__:__%")).as_py():
        return column
    column = pc.replace_substring_regex(column, _MOMENT, r"\1")
    column = pc.replace_substring_regex(column, _DAY_ZERO, r"\1\2")
    column = pc.replace_substring_regex(column, r"^(\d{2}:\d{2}):00$", r"\1")
    if pc.any(pc.ends_with(column, _MIDNIGHT)).as_py():
        column = pc.replace_substring_regex(column, _DAY, r"\1")
    return column


def _mark_the_day_that_never_was(
    package: Package, sheet: Sheet, columns: Sequence[pa.Array], first: int
) -> None:
    """Put back 29 February 1900, which is day 60 to a spreadsheet and none to a calendar."""
    doubtful = [n for n, c in enumerate(columns) if pc.any(pc.starts_with(c, _EARLY)).as_py()]
    if not doubtful:
        return
    from candour.pipeline.receive.workbook.stored import stored_values

    at_sixty = stored_values(package.stream(sheet.part), lambda text: text.split(".")[0] == "60")
    changed: dict[int, dict[int, str]] = {}
    for row, column in at_sixty:
        place = column - first
        if place in doubtful and columns[place][row - 1].as_py().startswith(_EARLY):
            changed.setdefault(place, {})[row - 1] = "1900-02-29"
    for place, texts in changed.items():
        columns[place] = _replaced(columns[place], texts)  # type: ignore[index]


def _by_column(structure: Structure, first: int) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for (row, column), text in structure.texts.items():
        found.setdefault(column - first, {})[row - 1] = text
    return found


def _replaced(column: pa.Array, texts: dict[int, str]) -> pa.Array:
    """The column with other texts at some places."""
    places = sorted(place for place in texts if place < len(column))
    mask = _mask(len(column), places)
    return pc.replace_with_mask(column, mask, pa.array([texts[p] for p in places], pa.string()))


def _mask(length: int, places: Sequence[int]) -> Any:
    import numpy as np

    mask = np.zeros(length, dtype=bool)
    mask[list(places)] = True
    return pa.array(mask)
