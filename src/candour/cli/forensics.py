"""`candour forensics RUN`: what the dates of discharge are worth, before any figure of days."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from candour.cli import asking
from candour.cli.output import DISCLOSURE_NONE, Answer, Section


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    asking.add_run(parser)
    parser.add_argument("--provider", metavar="CODE", help="only this provider's sources")
    asking.add_period(parser)


def execute(args: argparse.Namespace) -> Answer:
    """Kinds of ending by source, and the patterns that they show."""
    from candour.pipeline.answers.forensics import (
        CARE_KINDS,
        COLUMNS,
        PATTERNS,
        STAY_KINDS,
        forensics,
    )

    run = asking.opened(args.run)
    found = forensics(run, asking.period(args), args.provider)
    sources = found["sources"]
    patterns = [
        f"{row['source']} {PATTERNS[pattern]} ({_worked(row, pattern)})."
        for row in sources
        for pattern in row["patterns"]
    ]
    near = sum(row["within_30_days"] for row in sources)
    doubtful = sum(row["within_30_days_doubtful"] for row in sources)
    shown = [kind for kind in STAY_KINDS if any(row[kind] for row in sources)]
    closed = [kind for kind in CARE_KINDS if any(row[kind] for row in sources)]
    notes = [f"{_words(kind)}: {STAY_KINDS[kind]}." for kind in shown]
    notes += [f"{_words(kind)}: {CARE_KINDS[kind]}; no discharge from hospital." for kind in closed]
    return Answer(
        {**found, "disclosure": DISCLOSURE_NONE},
        title="Discharge dates, examined",
        columns=COLUMNS,
        rows=sources,
        lines=[
            f"Discharges alive within 30 days before a death, by source: {near}. Of these, "
            f"{doubtful} are dated to the day of the death or were entered when it was known.",
            *patterns,
        ],
        sections=[
            Section(
                "The last stay of each person who died",
                _lines(sources, shown),
                if_empty="No source that was received records a stay of a person who died.",
            ),
            Section(
                "The closure of care",
                _lines(sources, closed),
                if_empty="No source that was received records a closure of care.",
            ),
        ],
        notes=[
            *notes,
            "A pattern is a question to the provider about how its records are kept, no finding.",
            "Which deaths: --format json, under cases.",
            *asking.stamp(run),
        ],
        not_for_publication=True,
    )


def _lines(sources: list[dict[str, Any]], kinds: list[str]) -> list[dict[str, Any]]:
    return [
        {"source": row["source"], **{_words(kind): row[kind] for kind in kinds}}
        for row in sources
        if any(row[kind] for kind in kinds)
    ]


def _words(kind: str) -> str:
    return kind.replace("_", " ")


def _worked(row: Mapping[str, Any], pattern: str) -> str:
    if pattern == "care-closed-on-death":
        return f"{row['care_closed_on_death']} of the deaths that it records"
    ended = row["closed_on_death"] + row["told_as_death"]
    return f"{row['closed_on_death']} of {ended} stays that ended so"
