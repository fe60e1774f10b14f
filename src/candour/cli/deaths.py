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
    from candour.definitions import heading
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
            "lists": len(row["sources_knowing"]),
            "why": _why(row["reasons"]),
        }
        for row in rows
    ]
    said = asking.settings_shown(definition, settings)
    return Answer(
        true_figures(rows),
        title=f"{definition.ref}{f' ({said})' if said else ''}: {heading(definition)}",
        columns=(*COLUMNS, "disclosure"),
        lines=[f"In: {tally['in']}. Out: {tally['out']}. Cannot tell: {tally['cannot-tell']}."],
        sections=[Section("Deaths", short, if_empty=_nothing_found(args))],
        notes=[
            "lists: how many of the lists received know of the death.",
            f"Who knows of one, what each says, and why: candour explain {args.run} DEATH",
            *asking.stamp(run),
        ],
        not_for_publication=True,
    )


def _why(reasons: list[str]) -> str:
    """The first reason, and how many more there are."""
    more = len(reasons) - 1
    rest = f" (and {more} more)" if more > 0 else ""
    return f"{reasons[0]}{rest}" if reasons else ""


def _nothing_found(args: argparse.Namespace) -> str:
    if args.since or args.until:
        return "No death is recorded in this period in the files that were received."
    return "No death is recorded in the files that were received."
