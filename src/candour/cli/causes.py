"""`candour causes RUN`: how people died, what is concluded and what is not apart."""

from __future__ import annotations

import argparse
from typing import Any

from candour.cli import asking
from candour.cli.output import Answer, Section, true_figures


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    asking.add_run(parser)
    asking.add_period(parser)
    parser.epilog = (
        "Deaths are counted by the day of the death. COVID-19 is a natural cause; a cause of U50.9 "
        "is pending; a narrative conclusion needs reading."
    )


def execute(args: argparse.Namespace) -> Answer:
    """What is concluded, provisional, pending and not told, with the days that each step took."""
    from candour.pipeline.answers.causes import COLUMNS, KINDS, causes

    run = asking.opened(args.run)
    found = causes(run, asking.period(args))
    tables = [
        Section(
            _TITLES[state], [{"how the person died": k, "deaths": found[state][k]} for k in KINDS]
        )
        for state in ("concluded", "provisional")
    ]
    waiting: list[dict[str, Any]] = [
        {"": _WORDS[state], "deaths": found["states"][state]} for state in _WORDS
    ]
    days = [
        {
            "step": row["step"].replace("-", " "),
            "deaths": row["deaths"],
            "median days": _number(row["median_days"]),
            "longest": _number(row["longest_days"]),
            "not told": row["not_told"],
        }
        for row in found["steps"]
    ]
    states = found["states"]
    return Answer(
        {**found, "deaths": true_figures(found["deaths"])},
        title="How people died: provisional and concluded",
        columns=(*COLUMNS, "disclosure"),
        rows=true_figures(found["deaths"]),
        lines=[
            f"Concluded: {states['concluded']}. Provisional: {states['provisional']}. "
            f"Pending: {states['pending']}. Not told: {states['not-told']}."
        ],
        sections=[
            *tables,
            Section("Not settled", waiting),
            Section("Days from the death", days),
        ],
        notes=[
            f"Of concluded deaths {found['rests_on']['inquest']} rest on an inquest and "
            f"{found['rests_on']['registration']} on the registered cause; in {found['differs']} "
            "the two say different things, and the inquest is shown.",
            "A step that was not taken yet has no days, so that medians of late steps will grow.",
            *asking.stamp(run),
        ],
        not_for_publication=True,
    )


_TITLES = {"concluded": "Concluded", "provisional": "Provisional: may still change"}
_WORDS = {
    "pending": "an inquest is open, or the cause is registered as pending",
    "not-told": "no list of this run says",
}


def _number(days: float | None) -> str:
    return "" if days is None else f"{days:g}"
