"""`candour validate FILE...`: findings without a run, with what to mend."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, overload

from candour.cli.output import Answer, Section, say

if TYPE_CHECKING:
    from candour.dataset.findings import Finding

COLUMNS = ("file", "sheet", "row", "line", "field", "code", "severity", "message", "remedy")


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="a file to be sent")
    parser.add_argument("--layout", metavar="ID", help="take the files as this layout")
    parser.add_argument(
        "--mappings",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="a folder of layout mappings of your own (may be repeated)",
    )
    parser.add_argument(
        "--workbook",
        metavar="OUT.xlsx",
        type=Path,
        help="give the sheets back with what to mend beside each row, and a first sheet by kind",
    )


MOST_SHOWN = 10_000
"""Places that are listed for people; a CSV and JSON have them all."""


class Rows(Sequence[dict[str, Any]]):
    """Findings as rows. A row is made when it is asked for: there may be a million."""

    def __init__(self, found: Sequence[Finding]) -> None:
        self._found = found

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> Rows: ...
    def __getitem__(self, place: int | slice) -> dict[str, Any] | Rows:
        if isinstance(place, slice):
            return Rows(self._found[place])
        return {name: getattr(self._found[place], name) for name in COLUMNS}


def execute(args: argparse.Namespace) -> Answer:
    """Every finding about the files, in the order of rows."""
    from candour.pipeline.checking import begun_ahead

    with begun_ahead(args.files) as begun:
        from candour.pipeline.checking import checked

        found = checked(args.files, args.layout, args.mappings, begun)
    rows = Rows(found.findings)
    if args.workbook:
        _give_back(args, rows, found.untold)
    more = len(rows) - MOST_SHOWN
    return Answer(
        rows,
        title="Findings",
        columns=COLUMNS,
        sections=[
            Section(
                "By kind",
                [
                    {
                        "times": kind["times"],
                        "finding": kind["finding"],
                        "so": kind["so"],
                        "what it means, and what to do": f"{kind['what it means']} "
                        f"{kind['what to do']}",
                    }
                    for kind in by_kind(rows, found.untold)
                ],
                if_empty="Nothing to mend was found.",
            ),
            Section(
                "Where",
                [
                    {
                        "file": r["file"],
                        "row": r["row"] if r["row"] is not None else "",
                        "column": r["field"] or "",
                        "finding": r["code"],
                    }
                    for r in rows[:MOST_SHOWN]
                ],
                if_empty="",
            ),
        ],
        notes=[
            f"These are the first {MOST_SHOWN:,} places; {more:,} more are in the same answer as a "
            "file: --format csv --out FILE."
        ]
        if more > 0
        else [],
    )


def _give_back(
    args: argparse.Namespace, rows: Sequence[dict[str, Any]], untold: Mapping[str, int]
) -> None:
    from candour.cli.returned_sheet import write_back
    from candour.pipeline.returned import own_sheets
    from candour.sources.registry import Layouts

    layouts = Layouts.with_folders(args.mappings)
    sheets = (each for path in args.files for each in own_sheets(path, layouts, args.layout))
    write_back(args.workbook, sheets, rows, untold)
    say(f"Written: {args.workbook}")


def by_kind(
    rows: Iterable[Mapping[str, Any]], untold: Mapping[str, int] = MappingProxyType({})
) -> list[dict[str, Any]]:
    """One line per kind of finding: how often, how heavy, what it means, what to do.

    ``untold`` counts by code the findings that ``rows`` leave out.
    """
    tally = Counter(untold)
    first: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        tally[row["code"]] += 1
        first.setdefault(row["code"], row)
    return [
        {
            "times": times,
            "finding": code,
            "so": first[code]["severity"].replace("-", " "),
            "what it means": first[code]["message"],
            "what to do": first[code]["remedy"],
        }
        for code, times in sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    ]
