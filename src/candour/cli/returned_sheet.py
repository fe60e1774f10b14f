"""A sender's own sheets given back: what to mend by kind, then each row with what it needs."""

from __future__ import annotations

import datetime as dt
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from candour.cli.cells import printable
from candour.cli.validate import by_kind
from candour.spreadsheet import harmless
from candour.tables import write_whole

if TYPE_CHECKING:
    from candour.pipeline.returned import OwnSheet

FIRST_SHEET = "What to mend"
COLUMN = "What to mend"
_TO_MEND = ("blocks-file", "rejects-row", "warns")
_BY_KIND = ("times", "finding", "so", "what it means", "what to do", "where")
_WIDTHS = {"finding": 34, "what it means": 60, "what to do": 60, "where": 48}
_PLACES_NAMED = 12
_NARROWEST, _WIDEST = 9, 28
"""Widths of a sender's own columns, in characters."""
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
_LONGEST_CELL = 32_000
MOST_ROWS = 1_048_576


def write_back(
    path: Path,
    sheets: Iterable[OwnSheet],
    rows: Sequence[Mapping[str, Any]],
    untold: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Write the sheets of ``sheets`` to ``path`` (.xlsx), each row with what is to be mended.

    ``sheets`` may be an iterator: each is used up before the next is asked for. ``rows`` are the
    findings, and ``untold`` counts by code those that they leave out. The file appears whole or not
    at all, only its owner can read it, and no cell of it is a live formula.
    """
    import xlsxwriter

    with tempfile.TemporaryDirectory(prefix="candour-") as private:
        made = Path(private, "made.xlsx")
        # Rows go to the disk as they are written, so that memory does not grow with the sheet.
        book = xlsxwriter.Workbook(
            str(made),
            {"constant_memory": True, "tmpdir": private, "strings_to_formulas": False},
        )
        book.set_properties({"title": FIRST_SHEET, "created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001
        looks = _looks(book)
        front, below = _sum_up(book, rows, untold, looks)
        taken = {FIRST_SHEET.casefold()}
        cut: list[str] = []
        for sheet in sheets:
            of_sheet = (r for r in rows if (r["file"], r["sheet"]) == (sheet.file, sheet.name))
            if _give_back(book, sheet, of_sheet, _free_name(sheet, taken), looks):
                cut.append(sheet.name or sheet.file)
        if cut:
            said = (
                f"Only the first {MOST_ROWS - 1:,} rows of {', '.join(cut)} are given back here: a "
                "sheet has no room for more. The findings as CSV name rows beyond them too."
            )
            front.write_string(below, _BY_KIND.index("what it means"), said, looks["wrap"])
        try:
            book.close()
        except xlsxwriter.exceptions.FileCreateError as fault:
            # It wraps what the system said, and that is what a person can act on.
            raise fault.args[0] from fault
        with made.open("rb") as source:
            write_whole(path, iter(lambda: source.read(1 << 20), b""))
    path.chmod(0o600)


def _looks(book: Any) -> dict[str, Any]:
    top = {"valign": "top"}
    return {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, **top}),
        "wrap": book.add_format({"text_wrap": True, **top}),
        "plain": book.add_format(top),
        "quoted": book.add_format({"quote_prefix": True, **top}),
        "marked": book.add_format({"bg_color": "#FFF2CC", "quote_prefix": True, **top}),
    }


def _sum_up(
    book: Any,
    rows: Sequence[Mapping[str, Any]],
    untold: Mapping[str, int],
    looks: dict[str, Any],
) -> tuple[Any, int]:
    """The first sheet: one line per kind, the heaviest first. Gives it, and its next free row."""
    sheet = book.add_worksheet(FIRST_SHEET)
    order = {name: place for place, name in enumerate((*_TO_MEND, "informs"))}
    kinds = by_kind(rows, untold)
    kinds.sort(key=lambda kind: (order[kind["so"].replace(" ", "-")], -kind["times"]))
    places = _places_by_kind(rows)
    for place, column in enumerate(_BY_KIND):
        sheet.set_column(place, place, _WIDTHS.get(column, 12))
        sheet.write_string(0, place, column, looks["head"])
    if not kinds:
        sheet.write_string(1, 1, "Nothing to mend was found.", looks["wrap"])
    for number, kind in enumerate(kinds, start=1):
        found, count = places[kind["finding"]]
        more = count + untold.get(kind["finding"], 0) - len(found)
        where = ", ".join(found) + (f" and {more} more" if more > 0 else "")
        sheet.write_number(number, 0, kind["times"], looks["plain"])
        for place, column in enumerate(_BY_KIND[1:-1], start=1):
            sheet.write_string(number, place, kind[column], looks["wrap"])
        sheet.write_string(number, len(_BY_KIND) - 1, printable(where), looks["wrap"])
    sheet.freeze_panes(1, 0)
    return sheet, max(len(kinds), 1) + 2


def _places_by_kind(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[list[str], int]]:
    """The first places of each kind, and how many there are."""
    several = len({row["file"] for row in rows}) > 1
    first: dict[str, list[str]] = defaultdict(list)
    counts: Counter[str] = Counter()
    last: dict[str, str] = {}
    for row in rows:
        code = row["code"]
        of_file = f"{row['file']} " if several and row["file"] else ""
        place = (of_file + _place(row)).strip()
        # Findings come in the order of rows: what is said of one row stands together.
        if place and place != last.get(code):
            last[code] = place
            counts[code] += 1
            if len(first[code]) < _PLACES_NAMED:
                first[code].append(place)
    return {code: (first[code], counts[code]) for code in {row["code"] for row in rows}}


def _place(row: Mapping[str, Any]) -> str:
    said = [f"sheet {row['sheet']}"] if row["sheet"] else []
    if row["line"] and not row["sheet"]:
        # A sender who opens a file of text sees its lines, not our count of its rows.
        said.append(f"line {row['line']}")
    elif row["row"]:
        said.append(f"row {row['row']}")
    said += [f"column {row['field']}"] if row["field"] and not row["row"] else []
    return " ".join(said)


def _give_back(
    book: Any,
    own: OwnSheet,
    findings: Iterable[Mapping[str, Any]],
    name: str,
    looks: dict[str, Any],
) -> bool:
    """Write one sheet. Gives whether rows of it were left out, since a sheet holds no more."""
    sheet = book.add_worksheet(name)
    cut = False
    by_row: dict[int, list[tuple[str | None, str]]] = defaultdict(list)
    for row in findings:
        if row["row"] and row["severity"] in _TO_MEND:
            # One sentence stands on many rows: it is held once.
            text = sys.intern(f"{row['message']} {row['remedy']}")
            by_row[row["row"]].append((row["field"], text))
    widths = [_NARROWEST] * own.width
    last_row = own.header_at
    for at, number, cells in own.rows:
        if at > MOST_ROWS:
            cut = True
            break
        last_row = max(last_row, at)
        if at >= own.header_at:
            for place, text in enumerate(cells[: own.width]):
                if len(text) + 2 > widths[place] < _WIDEST:
                    widths[place] = min(len(text) + 2, _WIDEST)
        to_mend = by_row.get(number, [])
        marked = {own.columns[column] for column, _ in to_mend if column in own.columns}
        for place, text in enumerate(cells):
            if text:
                head = at == own.header_at
                look = "head" if head else "marked" if place in marked else _look(text)
                sheet.write_string(at - 1, place, _fitting(text), looks[look])
            elif place in marked:
                sheet.write_blank(at - 1, place, None, looks["marked"])
        if at == own.header_at:
            sheet.write_string(at - 1, own.width, COLUMN, looks["head"])
        elif to_mend:
            said = "\n".join(_said(to_mend))
            # A row with a field too many reaches beyond the head; what to mend stands after it.
            last = max(own.width, len(cells))
            sheet.write_string(at - 1, last, _fitting(said), looks["wrap"])
    for place, wide in enumerate(widths):
        sheet.set_column(place, place, wide)
    sheet.set_column(own.width, own.width, 70)
    sheet.autofilter(own.header_at - 1, 0, last_row - 1, own.width)
    sheet.freeze_panes(own.header_at, 0)
    return cut


def _said(to_mend: Sequence[tuple[str | None, str]]) -> list[str]:
    """What is to be mended in one row: a sentence once, with every column that it is said of."""
    columns: dict[str, list[str]] = {}
    for column, text in to_mend:
        fields = columns.setdefault(text, [])
        if column and column not in fields:
            fields.append(column)
    return [
        printable(f"{', '.join(fields)}: {text}" if fields else text)
        for text, fields in columns.items()
    ]


def _look(text: str) -> str:
    """A cell that a spreadsheet might take for a formula once it is edited is marked as text."""
    return "quoted" if harmless(text) != text else "plain"


def _fitting(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL] + " …"


def _free_name(own: OwnSheet, taken: set[str]) -> str:
    """A name that a sheet can have and no other has."""
    wanted = _NOT_IN_A_NAME.sub(" ", own.name or Path(own.file).stem).strip(" '") or "Sheet"
    name = wanted[:_LONGEST_NAME]
    number = 2
    while name.casefold() in taken:
        ending = f" ({number})"
        name = wanted[: _LONGEST_NAME - len(ending)] + ending
        number += 1
    taken.add(name.casefold())
    return name
