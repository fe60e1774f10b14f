"""A list of text written again as a workbook, in the manner of a spreadsheet program.

A title, a date of printing and a head of two rows stand above the rows, with bands and tall names
merged; a line of totals stands below; another sheet is hidden. Days are days, numbers are numbers,
and leading zeros live in the format of the cell.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

FIRST_ROW = 7
"""The sheet's own number of the first row of data."""

_WRITTEN = {
    r"\d{4}-\d\d-\d\d": "%Y-%m-%d",
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d": "%Y-%m-%d %H:%M:%S",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d": "%Y-%m-%dT%H:%M:%S",
    r"(?:19|20)\d{6}": "%Y%m%d",
    r"\d\d/\d\d/\d{4}": "%d/%m/%Y",
    r"\d\d-[A-Z][a-z]{2}-\d{4}": "%d-%b-%Y",
    r"\d\d-[A-Z][a-z]{2}-\d\d": "%d-%b-%y",
}
_EARLIEST = dt.datetime(1904, 1, 2)  # noqa: DTZ001 - cells know no zone


def text_of(path: Path) -> str:
    """The text of a file, read without the reader that is tried."""
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def rows_of_text(path: Path) -> tuple[list[str], list[list[str]]]:
    """Head and rows of a sample, read without the reader that is tried."""
    text = text_of(path)
    mark = max(",;\t|", key=text.split("\n", 1)[0].count)
    head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    return head, [row for row in rows if row]


def day_of(text: str) -> dt.datetime | None:
    """The day, or moment, that a cell of text is, where a spreadsheet could hold it as one."""
    for pattern, style in _WRITTEN.items():
        if re.fullmatch(pattern, text):
            try:
                found = dt.datetime.strptime(text, style)  # noqa: DTZ007 - cells know no zone
            except ValueError:
                return None
            return found if found >= _EARLIEST else None
    return None


def write_as_workbook(
    path: Path,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    every_day_a_day: bool = False,
    epoch_1904: bool = False,
) -> Path:
    """Write the rows from ``FIRST_ROW`` on, in their order, none left out.

    Of days with a year of four digits about two in three become days, the same text always alike;
    with ``every_day_a_day`` all days do.
    """
    book = xlsxwriter.Workbook(str(path), {"date_1904": epoch_1904})
    sheet, looks = book.add_worksheet("Export"), {}

    def look(form: str) -> Any:
        return looks.setdefault(form, book.add_format({"num_format": form}))

    sheet.write(0, 0, "Extract for learning from deaths (invented)")
    sheet.write(1, 0, "Printed")
    sheet.write_datetime(1, 1, dt.date(2025, 8, 1), look("dd/mm/yyyy"))
    _two_rows_of_head(sheet, head)
    for n, row in enumerate(rows):
        for column, text in enumerate(row):
            place = (FIRST_ROW - 1 + n, column)
            if text == "":
                continue
            day = day_of(text)
            if day is not None and (every_day_a_day or (sum(text.encode()) % 3 and len(text) > 9)):
                form = "dd/mm/yyyy hh:mm:ss" if len(text) > 11 else "dd/mm/yyyy"
                sheet.write_datetime(*place, day, look(form))
            elif re.fullmatch(r"\d{3} \d{3} \d{4}", text):
                sheet.write_number(*place, int(text.replace(" ", "")), look("000 000 0000"))
            elif re.fullmatch(r"\d{10}|0\d{1,8}", text):
                sheet.write_number(*place, int(text), look("0" * len(text)))
            elif re.fullmatch(r"[1-9]\d{0,8}|0", text):
                sheet.write_number(*place, int(text))
            else:
                sheet.write_string(*place, text)
    last = FIRST_ROW - 1 + len(rows)
    sheet.write(last, 0, "Total")
    sheet.write_formula(last, 1, f"=COUNTA(A{FIRST_ROW}:A{last})", None, len(rows))
    old = book.add_worksheet("As it was")
    old.write_row(0, 0, head)
    old.write_row(1, 0, ["kept from sight"] * len(head))
    old.hide()
    book.close()
    return path


def _two_rows_of_head(sheet: Any, head: Sequence[str]) -> None:
    """Rows 5 and 6: the first names stand in both, merged; over the others stand bands."""
    top = FIRST_ROW - 3
    tall = len(head) // 2
    for column in range(tall):
        sheet.merge_range(top, column, top + 1, column, head[column])
    banded = list(range(tall, len(head)))
    middle = (tall + len(head)) // 2
    for name, first, last in (
        ("As first written", tall, middle - 1),
        ("As it stands", middle, len(head) - 1),
    ):
        if last > first:
            sheet.merge_range(top, first, top, last, name)
        elif last == first:
            sheet.write(top, first, name)
    for column in banded:
        sheet.write(top + 1, column, head[column])
