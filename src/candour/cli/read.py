"""`candour read dates|references|areas|categories FILE --column COL`: read and never guessed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from candour.cli.output import Answer, say

if TYPE_CHECKING:
    from candour.pipeline.receive import TextTable

Reading = tuple[str, str]

_COLUMNS = ("row", "raw", "value", "decision")


def configure_dates(parser: argparse.ArgumentParser) -> None:
    """The words of `read dates`."""
    _configure(parser, "the dates")


def execute_dates(args: argparse.Namespace) -> Answer:
    """Each row's text, its day (or month, or year) and whether it was read.

    The column as a whole proves whether days or months come first; where it does not, a text with
    two readings is for review. Several dates in one cell are joined by `|`.
    """
    from candour.dataset.types.cells import read_cells
    from candour.dataset.types.reading import read_dates

    return _read(
        args,
        "Dates",
        lambda texts: read_cells(texts, read_dates),
        "nothing in the column proves whether the day or the month comes first, or other words "
        "stand beside the dates. Where the sender has said the order, declare it in the layout's "
        "mapping (dates: {order: dmy}).",
    )


def configure_references(parser: argparse.ArgumentParser) -> None:
    """The words of `read references`."""
    _configure(parser, "the references of reports")


def execute_references(args: argparse.Namespace) -> Answer:
    """Each row's text and the reference in it, as YYYY-NNNN and at times a letter."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from candour.register.reading import read_reference

    year = datetime.now(ZoneInfo("Europe/London")).year
    return _read(
        args,
        "References",
        lambda texts: [read_reference(text, year) for text in texts],
        "the year or the number is one that no report bore, or other words stand beside it. Look "
        "the report up in the list that it came from.",
    )


def configure_areas(parser: argparse.ArgumentParser) -> None:
    """The words of `read areas`."""
    _configure(parser, "the coroner areas")


def execute_areas(args: argparse.Namespace) -> Answer:
    """Each row's text and the coroner area that it names.

    An area that had been joined to others by April 2022 is read as the area that it became; one
    that was joined later is read as itself.
    """
    from candour.register.reading import read_area

    return _read(
        args,
        "Coroner areas",
        lambda texts: [read_area(text) for text in texts],
        "the text fits several areas (they are given), none as it stands, or says more than an "
        "area's name. The report itself names its coroner.",
    )


def configure_categories(parser: argparse.ArgumentParser) -> None:
    """The words of `read categories`."""
    _configure(parser, "the categories of reports")


def execute_categories(args: argparse.Namespace) -> Answer:
    """Each row's text and the ids of the Chief Coroner's categories in it."""
    from candour.register.reading import read_categories

    return _read(
        args,
        "Categories",
        lambda texts: [read_categories(text) for text in texts],
        "words stand beside the categories that belong to no category: a field of the page may "
        "have slipped into this one.",
    )


def _configure(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("file", metavar="FILE.csv", type=Path, help="a CSV or Parquet file")
    parser.add_argument(
        "--column", required=True, metavar="COL", help=f"the column that holds {what}"
    )


def _read(
    args: argparse.Namespace,
    what: str,
    read: Callable[[Sequence[str | None]], Sequence[Reading]],
    why_review: str,
) -> Answer:
    from candour.pipeline.receive import read_text_table

    table = read_text_table(args.file, known=(args.column,))
    cells = table.column(args.column)
    _say_findings(table)
    readings = read([text for _, text in cells])
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
    return Answer(
        rows,
        title=f"{what} in {args.file.name}, column {args.column}",
        columns=_COLUMNS,
        lines=[f"{len(rows)} rows: " + ", ".join(f"{n} {kind}" for kind, n in counts.items())],
        if_empty="The file has no data rows.",
        notes=(f"For review: {why_review}",) if counts["review"] else (),
    )


def _say_findings(table: TextTable) -> None:
    for found in table.findings:
        place = f"row {found.row}: " if found.row is not None else ""
        say(f"{place}{found.message} {found.remedy}")
