"""`candour explain RUN DEATH`: who knows of one death and since when, and why it counts."""

from __future__ import annotations

import argparse
from typing import Any

from candour.cli import asking
from candour.cli.output import Answer, Section


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    asking.add_run(parser)
    parser.add_argument("death", metavar="DEATH_ID", help="its id, or one that it had before")
    parser.add_argument(
        "--definition", metavar="ID", help="one definition (default: all), as ID[@VERSION]"
    )


def execute(args: argparse.Namespace) -> Answer:
    """Everything that the run holds about one death."""
    from candour.definitions import catalogue, get
    from candour.pipeline.answers.explained import explained

    run = asking.opened(args.run)
    definitions = [get(args.definition)] if args.definition else list(catalogue().values())
    found = explained(run, args.death, definitions)
    return Answer(
        found,
        title=f"Death {found['death_id']}",
        rows=found["values"],
        lines=_opening(found),
        sections=[
            Section("Who knows of it", [_ledger(k) for k in found["known_by"]]),
            Section(
                "Who does not",
                [_ledger(k) for k in found["not_known_by"]],
                if_empty="Every list that holds this person knows of the death.",
            ),
            Section(
                "Stays in hospital", found["stays"], if_empty="No stay is on the lists received."
            ),
            Section(
                "Under each definition",
                [
                    {
                        "definition": f"{d['id']}@{d['version']}",
                        "outcome": d["outcome"].replace("-", " "),
                        "why": "; ".join(d["reasons"]),
                    }
                    for d in found["definitions"]
                ],
            ),
            Section(
                "Where sources differ",
                [_conflict(c) for c in found["conflicts"]],
                if_empty="The sources agree.",
            ),
            Section("What each source says", [_value(v) for v in found["values"]]),
        ],
        notes=[
            "This page holds a person's details: keep it as you would their notes.",
            *asking.stamp(run),
        ],
    )


def _opening(found: dict[str, Any]) -> list[str]:
    lines = [f"Died {found['death_date'] or 'on a day that is not known'}."]
    if found["days_since_discharge"] is not None:
        lines.append(
            f"Last discharged alive on {found['index_discharge']}: "
            f"{found['days_since_discharge']} days before."
        )
    if found["flags"]:
        lines.append("Note: " + ", ".join(f.replace("-", " ") for f in found["flags"]) + ".")
    if found["aliases"]:
        lines.append("Also known under: " + ", ".join(found["aliases"]) + ".")
    return lines


def _ledger(entry: dict[str, Any]) -> dict[str, Any]:
    rule = f"{entry['expected'].replace('-', ' ')}"
    if entry["rule"]:
        rule = f"{rule} under {entry['rule']}"
    return {
        "source": entry["source"],
        "file": entry["file"],
        "learned": entry["known_on"] or "not said",
        "received": entry["received_on"] or "not stated",
        "says": entry["says"] or "",
        "ought it to know": rule,
    }


def _conflict(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "what": f"{row['entity']}.{row['field']}"
        if row["conflict"] == "values-differ"
        else row["conflict"],
        "taken": row["chosen_value"],
        "from": row["chosen_file"] or row["chosen_kind"],
        "differs": row["other_value"],
        "in": row["other_file"] or row["other_kind"],
        "row": row["other_row"],
    }


def _value(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "field": f"{row['entity']}.{row['field']}",
        "value": row["value"],
        "as sent": row["as_sent"] if row["as_sent"] is not None else "by the layout",
        "taken": "yes" if row["chosen"] else "",
        "file": row["file"],
        "row": row["row"],
        "column": row["source_field"],
        "learned": row["known_on"] or "",
        "standing": row["standing"],
    }
