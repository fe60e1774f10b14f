"""`candour deaths RUN --definition ID`: every death, whatever its outcome under one definition."""

from __future__ import annotations

import argparse
from collections import Counter

from candour.cli import asking
from candour.cli.output import Answer, Section, true_figures


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    asking.add_run(parser)
    parser.add_argument(
        "--definition", required=True, metavar="ID[@VERSION]", help="see: candour definitions"
    )
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of the definition, such as days=7 (may be repeated)",
    )
    asking.add_period(parser)


def execute(args: argparse.Namespace) -> Answer:
    """Every death with its outcome and reasons."""
    from candour.definitions import heading, settings_text
    from candour.pipeline.answers.deaths import COLUMNS, deaths

    ((definition, settings),) = asking.asked([args.definition], args.settings)
    run = asking.opened(args.run)
    rows = deaths(run, definition, settings, asking.period(args))
    tally = Counter(row["outcome"] for row in rows)
    short = [
        {
            "death": row["death_id"],
            "died": row["death_date"] or "not known",
            "outcome": row["outcome"].replace("-", " "),
            "discharged": row["index_discharge"] or "",
            "days": row["days_since_discharge"],
            "known to": len(row["sources_knowing"]),
            "why": "; ".join(row["reasons"][:1]),
        }
        for row in rows
    ]
    said = settings_text(definition, settings)
    return Answer(
        true_figures(rows),
        title=f"{heading(definition)} ({definition.ref}{', ' + said if said else ''})",
        columns=(*COLUMNS, "disclosure"),
        lines=[f"In: {tally['in']}. Out: {tally['out']}. Cannot tell: {tally['cannot-tell']}."],
        sections=[Section("Deaths", short, if_empty=_nothing_found(args))],
        notes=[
            "candour explain RUN DEATH shows who knows of one, what each says, and why.",
            *asking.stamp(run),
        ],
        not_for_publication=True,
    )


def _nothing_found(args: argparse.Namespace) -> str:
    if args.since or args.until:
        return "No death is recorded in this period in the files that were received."
    return "No death is recorded in the files that were received."
