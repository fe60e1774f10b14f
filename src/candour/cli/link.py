"""`candour link LEFT [RIGHT] --mapping MAP.yaml --out DIR`: who stands in both lists."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from candour.cli.output import Answer, Section, say

EPILOG = """\
The mapping says what the columns mean:

  id: client_id                 # the column that tells the rows apart
  columns:
    forename: given_name        # given_name, surname, full_name, birth_date, death_date, sex,
    family_name: surname        # postcode, nhs_number, address, place, occupation
    dob: birth_date
  exact: [insurance_number]     # further keys that agree exactly
  dates: {order: dmy}           # where the dates do not say themselves what comes first
  once_each: true               # each list names each person once
  right:                        # where the second list has other names
    id: number
    columns: {name: full_name, born: birth_date}

A person decides the pairs in DIR/doubtful.csv: fill in decision (same or different), and run again
with --decisions DIR/doubtful.csv. Decisions outrank the model in every later run.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.epilog = EPILOG
    parser.add_argument("left", metavar="LEFT", type=Path, help="a CSV or Parquet file")
    parser.add_argument(
        "right", metavar="RIGHT", type=Path, nargs="?", help="another; without it LEFT with itself"
    )
    parser.add_argument(
        "--mapping", required=True, type=Path, metavar="MAP.yaml", help="what the columns mean"
    )
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="the folder to make")
    parser.add_argument(
        "--decisions", type=Path, metavar="FILE", help="pairs that a person decided"
    )
    weights = parser.add_mutually_exclusive_group()
    weights.add_argument(
        "--model", type=Path, metavar="MODEL.json", help="weights other than Candour's own"
    )
    weights.add_argument(
        "--train", action="store_true", help="learn weights from these lists first"
    )


def execute(args: argparse.Namespace) -> Answer:
    """Link the lists into a folder that appears whole or not at all, and say what was found."""
    from candour.pipeline.pairing import DOUBTFUL, link_files

    made = link_files(
        args.left,
        args.right,
        args.mapping,
        args.out,
        decisions=args.decisions,
        model=args.model,
        train=args.train,
    )
    report = made.report
    for row in report["decisions_not_kept"]:
        say(f"Decision in row {row}: it names nobody in these lists, or one row twice.")
    for place, count in report["dates_not_read"].items():
        say(
            f"{place}: {count} cells hold no date that can be read for certain, and are taken as "
            "blank. If days or months come first, say so in the mapping: dates: {order: dmy}."
        )
    if report["rows_not_read"]:
        say(f"{report['rows_not_read']} rows could not be read and are in no pair.")
    return Answer(
        {"out": str(args.out), **report},
        title=f"Linked into {args.out}",
        rows=_rows(report),
        columns=("", "count"),
        sections=[
            Section("What was found", _rows(report)),
            Section("Lists", report["lists"]),
        ],
        notes=_notes(args.out / DOUBTFUL, report),
        not_for_publication=True,
    )


def _rows(report: dict[str, Any]) -> list[dict[str, Any]]:
    pairs = report["pairs"]
    return [
        {"": "pairs that are one person", "count": pairs["match"]},
        {"": "pairs for a person to decide", "count": pairs["review"]},
        {"": "decided by a person: the same", "count": pairs["decided"]["same"]},
        {"": "decided by a person: different", "count": pairs["decided"]["different"]},
        {"": "people who stand more than once", "count": report["clusters"]["of_several"]},
        {"": "pairs looked at", "count": report["blocking"]["pairs_looked_at"]},
    ]


def _notes(doubtful: Path, report: dict[str, Any]) -> list[str]:
    model = report["model"]
    notes = [
        f"Weights: {model['id']}. A pair matches from a probability of {model['match_from']}, and "
        f"is shown to a person from {model['review_from']}.",
        "Every folder made by this command holds people's details: keep it where the lists are.",
    ]
    if report["pairs"]["review"]:
        notes.insert(0, f"What waits for somebody's decision: {doubtful}")
    return notes
