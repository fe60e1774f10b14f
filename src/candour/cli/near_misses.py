"""`candour near-misses RUN`: the same events under each body's sense of the words."""

from __future__ import annotations

import argparse

from candour.cli import asking
from candour.cli.output import Answer, Section, true_figures


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    asking.add_run(parser)


def execute(args: argparse.Namespace) -> Answer:
    """Counts of events by definition, never one figure for all."""
    from candour.definitions import terms
    from candour.pipeline.answers.events import COLUMNS, near_misses

    run = asking.opened(args.run)
    rows = near_misses(run)
    shown = [
        {
            "definition": f"{row['definition']}@{row['version']}",
            "whose": row["owner"] + _unread(row["definition"]),
            "in": row["in"]["value"],
            "out": row["out"]["value"],
            "cannot tell": row["cannot_tell"]["value"],
        }
        for row in rows
    ]
    return Answer(
        true_figures(rows),
        title="Events that people survived, as each body would call them a near miss",
        columns=(*COLUMNS, "disclosure"),
        lines=[terms()["near-miss"].rule],
        sections=[Section("", shown)],
        notes=[
            "The same events stand in every row. Cannot tell: nobody wrote down what would decide.",
            "`candour definitions near-miss` shows who says what.",
            *asking.stamp(run),
        ],
        not_for_publication=True,
    )


def _unread(identity: str) -> str:
    from candour.definitions.standing import rests_on_general_knowledge

    return " (unverified)" if rests_on_general_knowledge(identity) else ""
