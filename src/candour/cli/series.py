"""`candour series FOLDER`: returns by period into one series per unit, across its names."""

from __future__ import annotations

import argparse
from pathlib import Path

from candour.cli.output import Answer, say
from candour.errors import UserError

EPILOG = """\
A unit is one series across its names. Total rows are left out. Where a column shows that a value
began (or ceased) to count something, the rows say so under `definition`, and `candour chart` breaks
the line there.
"""
READ = (".csv", ".txt", ".tsv", ".xlsx", ".parquet")


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.epilog = EPILOG
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="the returns, a file or more")
    parser.add_argument("--unit", required=True, metavar="COL", help="what tells the units apart")
    parser.add_argument("--period", required=True, metavar="COL", help="the column of the periods")
    parser.add_argument(
        "--value",
        required=True,
        metavar="COL",
        nargs="+",
        action="extend",
        help="the figures; several are told apart by the column measure",
    )
    parser.add_argument("--name", metavar="COL", help="the names of the units")


def execute(args: argparse.Namespace) -> Answer:
    """Rows of unit, name, period and value; what was left out, and why, on standard error."""
    from candour.measures.returns import Sheet, one_series_each
    from candour.pipeline.receive import read_text_table

    if not args.folder.is_dir():
        raise UserError(f"There is no folder {args.folder}.", "Give the folder of the returns.")
    asked = (args.unit, args.period, *args.value)
    sheets = []
    for path in sorted(args.folder.iterdir()):
        if path.suffix.casefold() not in READ or not path.is_file():
            continue
        try:
            table = read_text_table(path, known=asked)
        except UserError as refused:
            say(f"{path.name} is left out: {refused.message}")
            continue
        for found in table.findings:
            place = f"row {found.row}: " if found.row is not None else ""
            say(f"{path.name}: {place}{found.message}")
        texts = {
            name: [cell or "" for cell in table.table.column(name).to_pylist()]
            for name in table.columns
        }
        sheets.append(Sheet(path.name, texts))
    made = one_series_each(sheets, args.unit, args.period, args.value, args.name)
    if not made.rows:
        say(" ".join(made.findings))
        raise UserError(
            f"No file in {args.folder} has rows with the columns {', '.join(asked)}.",
            "Check the names of the columns.",
        )
    for each in made.findings:
        say(each)
    renamed = any(row.name != row.name_then for row in made.rows)
    columns = ["unit", "name", "period", "value"]
    columns += ["measure"] if len(set(args.value)) > 1 else []
    columns += ["name_then"] if renamed else []
    columns += ["note"] if any(row.note for row in made.rows) else []
    columns += ["definition"] if any(row.definition for row in made.rows) else []
    units = len({row.unit for row in made.rows})
    return Answer(
        [{name: getattr(row, name) for name in columns} for row in made.rows],
        title=f"{units} units, {len({row.period for row in made.rows})} periods",
        columns=columns,
        not_for_publication=True,
    )
