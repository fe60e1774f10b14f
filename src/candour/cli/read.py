"""`candour read dates FILE --column COL`: messy spellings, read and never guessed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from candour.cli.output import Answer, say

if TYPE_CHECKING:
    from candour.pipeline.receive import TextTable

_COLUMNS = ("row", "raw", "value", "decision")


def configure_dates(parser: argparse.ArgumentParser) -> None:
    """The words of `read dates`."""
    parser.add_argument("file", metavar="FILE.csv", type=Path, help="a CSV or Parquet file")
    parser.add_argument(
        "--column", required=True, metavar="COL", help="the column that holds the dates"
    )


def execute_dates(args: argparse.Namespace) -> Answer:
    """Each row's text, its day (or month, or year) and whether it was read.

    The column as a whole proves whether days or months come first; where it does not, a text with
    two readings is for review. Several dates in one cell are joined by `|`.
    """
    from candour.dataset.types.cells import read_cells
    from candour.dataset.types.reading import read_dates
    from candour.pipeline.receive import read_text_table

    table = read_text_table(args.file, known=(args.column,))
    cells = table.column(args.column)
    _say_findings(table)
    readings = read_cells([text for _, text in cells], read_dates)
    told = [
        (row, text or "", value, decision)
        for (row, text), (value, decision) in zip(cells, readings, strict=True)
    ]
    # A row that could not be taken apart is still a row of the file: it is shown, not dropped.
    told += [(row, "", "", "unreadable") for row, _, _ in table.rejected]
    rows = [dict(zip(_COLUMNS, one, strict=True)) for one in sorted(told)]
    counts = {
        kind: sum(row["decision"] == kind for row in rows)
        for kind in ("read", "review", "unreadable")
    }
    review = (
        "For review: nothing in the column proves whether the day or the month comes first, or "
        "other words stand beside the dates. Where the sender has said the order, declare it in "
        "the layout's mapping (dates: {order: dmy}).",
    )
    return Answer(
        rows,
        title=f"Dates in {args.file.name}, column {args.column}",
        columns=_COLUMNS,
        lines=[f"{len(rows)} rows: " + ", ".join(f"{n} {kind}" for kind, n in counts.items())],
        if_empty="The file has no data rows.",
        notes=review if counts["review"] else (),
    )


def _say_findings(table: TextTable) -> None:
    for found in table.findings:
        place = f"row {found.row}: " if found.row is not None else ""
        say(f"{place}{found.message} {found.remedy}")
