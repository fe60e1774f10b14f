"""A sheet as a person sees it, as text: values by fastexcel, mended by the sheet's structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candour.pipeline.receive.workbook.package import (
    MOST_OF_A_SHEET,
    Package,
    Refusal,
    Sheet,
)
from candour.pipeline.receive.workbook.structure import Structure, read_structure
from candour.pipeline.receive.workbook.values import ValuesApart, values_here
from candour.tables.arrays import text_array, word

_MARKS = ((4, "-"), (7, "-"), (10, " "), (13, ":"), (16, ":"))
_MOMENT_BYTES = len("2000-01-01 00:00:00")
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


def shown(package: Package, sheet: Sheet, begun: ValuesApart | None = None) -> Shown:
    """Read a sheet. Raises ``Refusal`` where it is too large, damaged or unsafe.

    ``begun`` is a reader of this sheet that was started before; whoever started it closes it.
    """
    if package.size(sheet.part) > MOST_OF_A_SHEET:
        raise Refusal("workbook-too-large")
    apart = begun or ValuesApart.begun(package, sheet)
    try:
        _ = package.unseen  # looked into before anything of it is taken
        structure = read_structure(package.stream(sheet.part), package.looks)
        bare, first = apart.columns() if apart else values_here(package, sheet)
    finally:
        if apart is not None and apart is not begun:
            apart.close()
    columns = [_without_gaps(column) for column in bare]
    dated = [n for n, column in enumerate(columns) if _holds_moments(column)]
    for n in dated:
        columns[n] = _as_seen(columns[n])
    if not package.dates_from_1904:
        _mark_the_day_that_never_was(package, sheet, columns, dated, first)
    for place, texts in _by_column(structure, first).items():
        if 0 <= place < len(columns):
            columns[place] = _replaced(columns[place], texts)
    return Shown(tuple(columns), first, structure)


def _without_gaps(column: pa.Array) -> pa.Array:
    """A column of texts in which nothing is null."""
    if column.type != pa.string():
        column = pc.cast(column, pa.string())
    return pc.fill_null(column, word("")) if column.null_count else column


def _holds_moments(column: pa.Array) -> bool:
    """Whether any text may be a date with its time, as the reader of values writes dates."""
    _, offsets_of, data_of = column.buffers()
    if data_of is None or not len(column):
        return False
    offsets = np.frombuffer(offsets_of, np.int32)[column.offset : column.offset + len(column) + 1]
    data = np.frombuffer(data_of, np.uint8)
    at = offsets[:-1][np.diff(offsets) >= _MOMENT_BYTES]
    for place, mark in _MARKS:
        at = at[data[at + place] == ord(mark)]
    return len(at) > 0


def _as_seen(column: pa.Array) -> pa.Array:
    """A day without its midnight, a time of day without the day nought, no parts of seconds."""
    column = pc.replace_substring_regex(column, _MOMENT, r"\1")
    column = pc.replace_substring_regex(column, _DAY_ZERO, r"\1\2")
    column = pc.replace_substring_regex(column, r"^(\d{2}:\d{2}):00$", r"\1")
    if pc.any(pc.ends_with(column, _MIDNIGHT)).as_py():
        column = pc.replace_substring_regex(column, _DAY, r"\1")
    return column


def _mark_the_day_that_never_was(
    package: Package, sheet: Sheet, columns: list[pa.Array], dated: Sequence[int], first: int
) -> None:
    """Put back 29 February 1900, which is day 60 to a spreadsheet and none to a calendar."""
    doubtful = [n for n in dated if pc.any(pc.starts_with(columns[n], _EARLY)).as_py()]
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
        columns[place] = _replaced(columns[place], texts)


def _by_column(structure: Structure, first: int) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for (row, column), text in structure.texts.items():
        found.setdefault(column - first, {})[row - 1] = text
    return found


def _replaced(column: pa.Array, texts: dict[int, str]) -> pa.Array:
    """The column with other texts at some places."""
    places = sorted(place for place in texts if place < len(column))
    mask = np.zeros(len(column), np.bool_)
    mask[places] = True
    held = text_array([texts[p] for p in places])
    return pc.replace_with_mask(column, pa.array(mask), held)
