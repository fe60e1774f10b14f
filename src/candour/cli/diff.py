"""`candour diff RUN1 RUN2`: what changed between two runs, and why."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from candour.cli import asking
from candour.cli.output import Answer, Section


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("before", metavar="RUN1", type=Path, help="the earlier run's folder")
    parser.add_argument("after", metavar="RUN2", type=Path, help="the later run's folder")
    parser.add_argument(
        "--figures", action="store_true", help="why each count moved, in place of each difference"
    )


def execute(args: argparse.Namespace) -> Answer:
    """Each difference with its reason."""
    from candour.pipeline.answers.differences import (
        COLUMNS,
        FIGURES,
        differences,
        figures_moved,
    )

    before, after = asking.opened(args.before), asking.opened(args.after)
    figures = figures_moved(before, after)
    rows = figures if args.figures else differences(before, after)
    moved = Section(
        "Counts that moved",
        [_figure(row) for row in figures],
        if_empty="No count of deaths moved.",
    )
    return Answer(
        rows,
        title=f"From {args.before} to {args.after}",
        columns=FIGURES if args.figures else COLUMNS,
        sections=[moved]
        if args.figures
        else [
            Section(
                "",
                [_short(row) for row in rows],
                if_empty="The two runs say the same of every death.",
            ),
            *([moved] if figures else []),
        ],
        notes=asking.stamp(after),
        not_for_publication=True,
    )


def _figure(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "definition": row["definition"],
        "before": row["before"],
        "after": row["after"],
        "change": f"{row['change']:+d}",
        "why": row["why"],
    }


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """A difference in words: nothing on one side is said, and not left blank."""
    missing = "not known"
    if row["what"] == "death":
        missing = "not there"
    elif row["what"].startswith("known to "):
        missing = "does not know"
    return {
        "death": row["death_id"],
        "what": row["what"],
        "before": missing if row["before"] is None else row["before"],
        "after": missing if row["after"] is None else row["after"],
        "why": row["why"],
    }
