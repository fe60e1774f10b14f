"""`candour expectations [RUN]`: what good learning from a death is expected to hold."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from candour.cli.output import Answer, Section

_COLUMNS = ("id", "title", "towards", "plain", "source", "read", "shown_by", "measure")
_COUNTED = ("among", "met", "not_met", "not_said", "median_days")


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "run", nargs="?", type=Path, metavar="RUN", help="count each over the deaths of a run"
    )


def execute(args: argparse.Namespace) -> Answer:
    """Every expectation with its source and measure; with a run, how far each is recorded."""
    from candour.casework import expectations

    rows: list[dict[str, Any]] = [
        {
            **each.model_dump(mode="json", by_alias=True, exclude_none=True),
            "measure": each.measure.id,
            "measure_plain": each.measure.plain,
            "measure_rule": each.measure.model_dump(
                mode="json", by_alias=True, exclude_none=True, exclude={"id", "plain"}
            ),
        }
        for each in expectations()
    ]
    if args.run is not None:
        return _counted(args.run, rows)
    shown = [
        {
            "expected": f"{row['title']}. {row['plain']}",
            "source": row["source"] + ("" if row["read"] == "source" else f" ({row['read']})"),
            "shown by": ", ".join(row["shown_by"]),
            "counted as": f"{row['measure']}: {row['measure_plain']}",
        }
        for row in rows
    ]
    return Answer(
        rows,
        title="What good learning from a death is expected to hold",
        columns=(*_COLUMNS, "measure_plain"),
        sections=[Section("", shown)],
        notes=(
            "HSSIB asked for national expectations (R/2025/052). None were found: these are ours.",
            "No target and no ranking. What nobody wrote down is counted apart.",
            "candour expectations RUN counts each over the deaths of a run.",
        ),
    )


def _counted(path: Path, rows: list[dict[str, Any]]) -> Answer:
    from candour.cli import asking
    from candour.cli.output import true_figures
    from candour.pipeline.answers.expected import met

    run = asking.opened(path)
    found = met(run)
    counted = [{**row, **found[row["id"]]} for row in rows]
    shown = [
        {
            "expected": row["title"],
            "among": row["among"],
            "met": row["met"],
            "not met": row["not_met"],
            "not said": row["not_said"],
            "median days": row["median_days"],
        }
        for row in counted
    ]
    return Answer(
        true_figures(counted),
        title="What was expected, and what is recorded of it",
        columns=(*_COLUMNS, *_COUNTED),
        sections=[Section("", shown)],
        notes=(
            "Among: deaths, or questions, warnings, organisations and actions, that it is about.",
            "Not said is not the same as not done. No target and no ranking.",
            *asking.stamp(run),
        ),
        not_for_publication=True,
    )
