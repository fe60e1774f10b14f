"""`candour report`: what the report asked for, and what answers it."""

from __future__ import annotations

import argparse
from collections import Counter

from candour.cli.output import Answer, Section

COLUMNS = ("ref", "to", "asks", "state", "answered_by", "lacks")


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command: it has none of its own."""


def execute(args: argparse.Namespace) -> Answer:
    """Each row with the command, file or page that answers it, or "not yet"."""
    from candour.report import Answered, rows

    found = rows()
    tally = Counter(row.state for row in found)

    def named(each: Answered) -> str:
        return f"candour {each.name}" if each.kind == "command" else each.name

    short = [
        {
            "ref": row.ref,
            "asks": row.asks,
            "answered by": "; ".join(map(named, row.answered_by)) or "not yet",
            "still lacks": row.lacks or "",
        }
        for row in found
    ]
    lines = [
        {**row.as_data(), "answered_by": [named(each) for each in row.answered_by]} for row in found
    ]
    return Answer(
        [row.as_data() for row in found],
        title="What HSSIB asked for and found in January 2025, and what answers it",
        columns=COLUMNS,
        rows=lines,
        lines=[", ".join(f"{tally[state]} {state}" for state in tally) + "."],
        sections=[Section("", short)],
        notes=[
            "In our own words. What answers a recommendation here does not carry it out: that is "
            "for the body to which it was made.",
        ],
    )
