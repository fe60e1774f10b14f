"""`candour validate FILE...`: findings without a run, with what to mend."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from candour.cli.output import Answer, Section, say

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


def execute(args: argparse.Namespace) -> Answer:
    """Every finding about the files, in the order of rows."""
    from candour.pipeline.checking import begun_ahead

    with begun_ahead(args.files) as begun:
        from candour.pipeline.checking import findings_of

        found = findings_of(args.files, args.layout, args.mappings, begun)
    rows = [{name: getattr(f, name) for name in COLUMNS} for f in found]
    if args.workbook:
        _give_back(args, rows)
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
                    for kind in by_kind(rows)
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
                    for r in rows
                ],
                if_empty="",
            ),
        ],
    )


def _give_back(args: argparse.Namespace, rows: list[dict[str, Any]]) -> None:
    from candour.cli.returned_sheet import write_back
    from candour.pipeline.returned import own_sheets
    from candour.sources.registry import Layouts

    layouts = Layouts.with_folders(args.mappings)
    sheets = (each for path in args.files for each in own_sheets(path, layouts, args.layout))
    write_back(args.workbook, sheets, rows)
    say(f"Written: {args.workbook}")


def by_kind(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line per kind of finding: how often, how heavy, what it means, what to do."""
    tally = Counter(row["code"] for row in rows)
    first = {row["code"]: row for row in reversed(rows)}
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
