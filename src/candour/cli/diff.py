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


def execute(args: argparse.Namespace) -> Answer:
    """Each difference with its reason."""
    from candour.pipeline.answers.differences import COLUMNS, differences

    before, after = asking.opened(args.before), asking.opened(args.after)
    rows = differences(before, after)
    return Answer(
        rows,
        title=f"From {args.before} to {args.after}",
        columns=COLUMNS,
        sections=[
            Section(
                "",
                [_short(row) for row in rows],
                if_empty="The two runs say the same of every death.",
            )
        ],
        notes=asking.stamp(after),
        not_for_publication=True,
    )


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
