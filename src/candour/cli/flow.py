"""`candour flow RUN`: what a monthly flow can carry of a run's deaths, by its own rule."""

from __future__ import annotations

import argparse
from typing import Any

from candour.cli import asking
from candour.cli.output import Answer, Section, true_figures
from candour.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    asking.add_run(parser)
    parser.add_argument(
        "--definition",
        default="post-discharge",
        metavar="ID[@VERSION]",
        help="the deaths of which a share is told (default: %(default)s)",
    )
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of the definition, such as days=7 (may be repeated)",
    )
    parser.add_argument(
        "--window",
        type=int,
        metavar="DAYS",
        help="days after a month's end within which its file can still take something in "
        "(default: 20)",
    )
    asking.add_period(parser)


def execute(args: argparse.Namespace) -> Answer:
    """How many deaths the flow's rule leaves room for, and which."""
    from candour.pipeline.answers.flow import ANSWERS, COLUMNS, WINDOW, limits

    window = WINDOW if args.window is None else args.window
    if window < 0:
        raise UsageError("--window counts days and is not below 0.", "Write --window 20.")
    ((definition, settings),) = asking.asked([args.definition], args.settings)
    run = asking.opened(args.run)
    found = limits(run, definition, settings, asking.period(args), window)
    counted = [
        {
            "the flow": words,
            "all deaths": found["all"]["counts"][name],
            definition.id: found["of_definition"]["counts"][name],
        }
        for name, words in ANSWERS.items()
    ]
    return Answer(
        {**found, "deaths": true_figures(found["deaths"])},
        title="What MHSDS can carry of these deaths, by its own rule",
        columns=(*COLUMNS, "disclosure"),
        rows=true_figures(found["deaths"]),
        lines=[
            _said("Of all deaths", found["all"]),
            _said(f"Of deaths in {definition.ref}", found["of_definition"]),
        ],
        sections=[Section("", counted)],
        notes=[
            f"Rule: {found['rule']}.",
            f"A month's file is taken to be open for {window} days after its end (--window).",
            "Care is what the stays and referrals of this run's lists tell; --format csv names "
            "each death.",
            *asking.stamp(run),
        ],
        not_for_publication=True,
    )


def _said(whose: str, counted: dict[str, Any]) -> str:
    told = counted["told"]
    if not told:
        return f"{whose}: of none can it be told."
    share = 100 * counted["no_room"] / told
    return (
        f"{whose}: {counted['no_room']} of {told} ({share:.0f} in a hundred) had no room in the "
        f"file of their month; of {counted['deaths'] - told} it cannot be told."
    )
