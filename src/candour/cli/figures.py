"""`candour figures check FILE.csv`: published figures side by side, and what may be compared."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from candour.cli.output import Answer, say

COLUMNS = ("kind", "rows", "message")


def configure_check(parser: argparse.ArgumentParser) -> None:
    """The words of `figures check`."""
    parser.add_argument(
        "file",
        metavar="FILE.csv",
        type=Path,
        help="a table of figures: provider, ods_code, period_start, period_end, "
        "measure_in_their_words, population_or_definition, value, unit, layout, source",
    )


def execute_check(args: argparse.Namespace) -> Answer:
    """Each remark with its rows and the figures worked out."""
    from candour.figures import COLUMNS as KNOWN
    from candour.figures import KINDS, check, read
    from candour.figures.reading import NEEDED
    from candour.pipeline.receive import read_text_table

    table = read_text_table(args.file, known=KNOWN)
    for name in NEEDED:
        table.column(name)  # says which column is missing, and the nearest that is there
    for found in table.findings:
        place = f"row {found.row}: " if found.row is not None else ""
        say(f"{place}{found.message} {found.remedy}")
    cells = {name: dict(table.column(name)) for name in KNOWN if name in table.columns}
    numbers = [row for row, _ in table.column(NEEDED[0])]
    figures, unread = read(
        (row, {name: column[row] for name, column in cells.items()}) for row in numbers
    )
    remarks = sorted([*check(figures), *unread], key=lambda r: r.rows)
    rows = [{"kind": r.kind, "rows": list(r.rows), "message": r.message} for r in remarks]
    counted = Counter(r.kind for r in remarks)
    said = ", ".join(f"{many} {kind}" for kind, many in counted.items())
    return Answer(
        rows,
        title=f"Published figures in {args.file.name}",
        columns=COLUMNS,
        lines=[f"{len(figures)} figures; {said or 'nothing to remark'}."],
        if_empty="Nothing stands against comparing these figures.",
        notes=[f"{kind}: {KINDS[kind]}." for kind in KINDS if kind in counted],
    )
