"""`candour run INPUT --out RUN`: from a folder of extracts to one record per death."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from candour.cli.arguments import iso_date
from candour.cli.output import Answer, Section

STAGES = (
    ("files found", "files"),
    ("submissions (the same bytes once)", "submissions"),
    ("left out", "left_out"),
    ("rows in", "rows_in"),
    ("= accepted", "accepted"),
    ("+ rejected", "rejected"),
    ("+ duplicate", "duplicate"),
    ("people", "people"),
    ("stays", "stays"),
    ("discharges alive", "discharges_alive"),
    ("deaths", "deaths"),
    ("of these named by nobody", "deaths_naming_nobody"),
    ("near misses", "near_misses"),
    ("conflicts between sources", "conflicts"),
    ("for a person to decide", "review"),
    ("findings", "findings"),
)


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("input", metavar="INPUT", type=Path, help="the folder of extracts")
    parser.add_argument("--out", metavar="RUN", type=Path, required=True, help="the run's folder")
    parser.add_argument(
        "--mappings",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="a folder of layout mappings of your own (may be repeated)",
    )
    parser.add_argument(
        "--as-known-on",
        type=iso_date,
        metavar="DATE",
        help="keep only files received and decisions taken by then (needs submissions.csv)",
    )
    parser.add_argument(
        "--decisions", metavar="FILE", type=Path, help="what people decided about pairs (CSV)"
    )
    parser.add_argument(
        "--engine",
        choices=("duckdb", "spark"),
        default="duckdb",
        help="what stays onward run on (default: duckdb; spark: see docs/analysts/national.md)",
    )
    parser.add_argument(
        "--store",
        metavar="DIR",
        type=Path,
        help="where received bytes are kept (default: candour-store beside RUN)",
    )


def execute(args: argparse.Namespace) -> Answer:
    """Make the run, and say what came in and what was found."""
    from candour.cli.progress import stages
    from candour.pipeline.run import run

    with stages() as begin:
        made = run(
            args.input,
            args.out,
            mappings=args.mappings,
            as_known_on=args.as_known_on,
            decisions=args.decisions,
            engine=args.engine,
            store=args.store,
            progress=begin,
        )
    counts = made.counts.as_data()
    data: dict[str, Any] = {
        "run": str(args.out),
        "format": made.manifest["format"],
        "data": made.manifest["data"],
        "basis": made.manifest["basis"],
        "as_known_on": made.manifest["as_known_on"],
        "counts": counts,
        "files": made.manifest["inputs"],
        "disclosure": "none",
    }
    return Answer(
        data,
        title=f"Run {args.out}",
        rows=[{"stage": key, "count": number} for key, number in counts.items()],
        columns=("stage", "count"),
        sections=[
            Section("What came in, and what was found", summary(counts)),
            Section("Files", files(made.manifest["inputs"]), if_empty="No file was found."),
        ],
        notes=_notes(args.out, made.manifest),
        not_for_publication=True,
    )


def summary(counts: dict[str, Any]) -> list[dict[str, Any]]:
    """The counts in the order of the journey."""
    return [{"": words, "count": counts[key]} for words, key in STAGES]


def files(inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each file with its layout, or why it was left out."""
    return [
        {
            "file": i["file"],
            "layout": i["layout"] or "",
            "provider": i["provider"] or "not stated",
            "received": i["received_on"] or "not stated",
            "left out": i["left_out"] or "",
        }
        for i in inputs
    ]


def _notes(out: Path, manifest: dict[str, Any]) -> list[str]:
    notes = [
        f"Findings, with what to mend: {out / 'findings.csv'}",
        f"Who is counted, and why: candour deaths {out} --definition hssib-2025",
    ]
    if manifest["counts"]["review"]:
        waiting = out / "identified" / "review.csv"
        notes.insert(1, f"What waits for somebody's decision: {waiting}")
    if manifest["data"] == "invented":
        notes.insert(0, "Invented data.")
    if manifest["basis"] != "stated":
        notes.append(
            "The legal basis of these files is not stated, so this run can't be published."
        )
    return notes
