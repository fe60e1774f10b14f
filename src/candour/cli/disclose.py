"""`candour disclose TABLE.csv --by COL... --value COL`: a table that can be published."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.cli.output import Answer, Section
from candour.errors import UserError

if TYPE_CHECKING:
    from candour.measures.disclosure import Profile, Published


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("file", metavar="TABLE.csv", type=Path, help="a CSV or Parquet file")
    parser.add_argument(
        "--by",
        required=True,
        action="extend",
        nargs="+",
        metavar="COL",
        help="the columns that the table crosses: one row for each combination",
    )
    parser.add_argument("--value", required=True, metavar="COL", help="the column of true counts")
    parser.add_argument(
        "--profile",
        default="public",
        metavar="ID[@VERSION]",
        help="the rule of disclosure control (default: public)",
    )


def execute(args: argparse.Namespace) -> Answer:
    """Every cell and every total, rounded or hidden."""
    from candour.measures.disclosure import Table, disclose, profile, system

    under = profile(args.profile)
    by: list[str] = list(dict.fromkeys(args.by))
    cells = _cells(args.file, by, args.value)
    groups = {
        name: tuple(dict.fromkeys(cell[place] for cell in cells)) for place, name in enumerate(by)
    }
    disclosed = disclose([system(groups, cells, [Table(tuple(by))])], under)
    rows = [_row(figure, by) for figure in disclosed]
    hidden = sum(row["kind"] != "count" for row in rows)
    return Answer(
        [{**row, "profile": under.ref} for row in rows],
        title=f"{args.file.name} under {under.ref}",
        columns=(*by, "kind", "value", "profile"),
        lines=[f"{len(rows)} figures, totals among them: {hidden} hidden, the rest rounded."],
        rows=[{**row, "profile": under.ref} for row in rows],
        sections=[Section("", [_for_people(row) for row in rows])],
        notes=_notes(under),
    )


def _cells(file: Path, by: list[str], value: str) -> dict[tuple[str, ...], int]:
    from candour.pipeline.receive import read_text_table

    table = read_text_table(file, known=(*by, value))
    columns = [[text for _, text in table.column(name)] for name in by]
    cells: dict[tuple[str, ...], int] = {}
    for (row, text), *groups in zip(table.column(value), *columns, strict=True):
        if text is None or not text.strip().isdecimal():
            raise UserError(
                f"Row {row} holds no count in {value}.",
                "Disclosure control needs true counts, whole numbers from 0: take the row out or "
                "give its count.",
            )
        cell = tuple((group or "").strip() for group in groups)
        if not all(cell):
            raise UserError(f"Row {row} names no group.", "Say the group of every row.")
        if cell in cells:
            raise UserError(
                f"Row {row} is of the same groups as an earlier one.",
                f"Give one row for each combination of {', '.join(by)}; leave totals out.",
            )
        cells[cell] = int(text)
    if table.rejected:
        raise UserError(
            f"Row {table.rejected[0][0]} could not be read.", "Mend it: no figure may be missing."
        )
    if not cells:
        raise UserError("The file has no data rows.", "Give one row for each combination.")
    return cells


def _row(figure: Published, by: list[str]) -> dict[str, Any]:
    from candour.measures.disclosure.figures import ALL

    return {
        **{name: figure.group(name) or ALL for name in by},
        "kind": figure.kind,
        "value": figure.value,
    }


def _for_people(row: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in row.items() if name not in ("kind", "value")}
    return {**shown, "count": "hidden" if row["kind"] == "suppressed" else row["value"]}


def _notes(under: Profile) -> list[str]:
    return [
        f"{under.title}: {under.source}.",
        "What is hidden is not nought: it may be small, or it would give another figure away.",
        "Earlier releases of the same counts are not known here; `candour release` allows for "
        "its own.",
    ]
