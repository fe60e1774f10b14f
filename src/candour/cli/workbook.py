"""Findings as a workbook: what to mend by kind, then row by row."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from candour.cli.cells import for_csv
from candour.cli.validate import COLUMNS, by_kind
from candour.tables import write_whole

WIDTHS = {"message": 60, "remedy": 60, "what it means": 60, "what to do": 60, "file": 28}
# A workbook holds no more rows on one sheet; what does not fit stands in the CSV.
MOST_ROWS = 1_000_000


def write_findings(path: Path, rows: Sequence[dict[str, Any]], title: str = "") -> None:
    """Write findings to ``path`` (.xlsx), whole or not at all. Same findings, same bytes."""
    import datetime as dt

    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    # A fixed date: the file's bytes must not depend on the day it was written.
    book.set_properties(
        {"title": title or "Findings", "created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)}
    )
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    kinds = by_kind(list(rows))
    _sheet(
        book,
        "By kind",
        ("times", "finding", "so", "what it means", "what to do"),
        kinds,
        head,
        wrap,
        title,
    )
    _sheet(book, "Row by row", COLUMNS, rows[:MOST_ROWS], head, wrap, title)
    book.close()
    write_whole(path, content.getvalue())


def _sheet(
    book: Any,
    name: str,
    columns: Sequence[str],
    rows: Sequence[dict[str, Any]],
    head: Any,
    wrap: Any,
    title: str,
) -> None:
    sheet = book.add_worksheet(name)
    top = 0
    if title:
        sheet.write_string(0, 0, title, head)
        top = 2
    for place, column in enumerate(columns):
        sheet.write_string(top, place, column, head)
        sheet.set_column(place, place, WIDTHS.get(column, 16))
    for number, row in enumerate(rows, start=top + 1):
        for place, column in enumerate(columns):
            value = row.get(column)
            if isinstance(value, int):
                sheet.write_number(number, place, value, wrap)
            elif value is not None:
                sheet.write_string(number, place, str(for_csv(value)), wrap)
    sheet.freeze_panes(top + 1, 0)
    sheet.autofilter(top, 0, top + max(len(rows), 1), len(columns) - 1)
