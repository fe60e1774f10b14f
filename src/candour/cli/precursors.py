"""`candour precursors RUN`: what was survived before a death, by person, ward, class and gap."""

from __future__ import annotations

import argparse
from typing import Any

from candour.cli import asking
from candour.cli.output import DISCLOSURE_NONE, Answer, Section


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    asking.add_run(parser)
    asking.add_period(parser)


def execute(args: argparse.Namespace) -> Answer:
    """Chains of one person, and groups without persons."""
    from candour.pipeline.answers.precursors import GROUP, NONE_LATER, precursors

    run = asking.opened(args.run)
    found = precursors(run, asking.period(args))
    groups = found["groups"]
    return Answer(
        {**found, "disclosure": DISCLOSURE_NONE},
        title="What was survived before a death",
        columns=GROUP,
        rows=groups,
        lines=[
            "That one thing came before another does not say that it led to it, or that acting on "
            "it would have changed what happened."
        ],
        sections=[
            Section(
                "Of the same person",
                [_chain(row) for row in found["chains"]],
                if_empty="No list that was received tells of an event that somebody survived who "
                "later died.",
            ),
            Section(
                "By ward, class and days until the next death there, of whomever",
                [_group(row) for row in groups if row["gap"] != NONE_LATER],
                if_empty="No event is followed by a death on its ward.",
            ),
        ],
        notes=[
            f"{sum(r['near_misses']['value'] for r in groups)} events were told of in all; those "
            "without a later death on their ward, or without a ward, are in --format json.",
            *asking.stamp(run),
        ],
        not_for_publication=True,
    )


def _chain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "death": row["death_id"],
        "provider": row["provider"],
        "ward": row["ward"],
        "class": f"{row['event_kind']}, harm {row['harm']}",
        "survived on": row["occurred_on"],
        "days before": row["gap_days"],
        "died on that ward": "yes" if row["died_on_that_ward"] else "no",
    }


def _group(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "provider": row["provider"],
        "ward": row["ward"],
        "class": f"{row['event_kind']}, harm {row['harm']}",
        "next death": row["gap"],
        "events": row["near_misses"]["value"],
        "of the same person": row["same_person"]["value"],
    }
