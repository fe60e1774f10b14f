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
                "Stays in hospital",
                [_stay(stay) for stay in found["stays"]],
                if_empty="No stay is on the lists received.",
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
                    if args.definition or d["outcome"] == "in" or _of_stays_alone(d)
                ],
            ),
            Section(
                "Where sources differ",
                [_conflict(c) for c in found["conflicts"]],
                if_empty="The sources agree.",
            ),
            *_waiting(found["links"]),
            Section("What each source says", _values(found["values"])),
        ],
        notes=[
            *([] if args.definition else _further(found["definitions"])),
            "This page holds a person's details: keep it as you would their notes.",
            *asking.stamp(run),
        ],
    )


_STAYS = {
    "stays_known",
    "death_date",
    "during_stay",
    "last_discharge",
    "last_absence_start",
    "last_transfer",
}


def _of_stays_alone(answer: dict[str, Any]) -> bool:
    """Whether a definition asks of nothing but dates and stays: these are always shown."""
    return set(answer["facts"]) <= _STAYS


def _further(answers: list[dict[str, Any]]) -> list[str]:
    """The definitions that a page for people leaves out, by answer."""
    left = [d for d in answers if d["outcome"] != "in" and not _of_stays_alone(d)]
    lines = []
    for outcome, words in (("out", "Out under"), ("cannot-tell", "Cannot tell under")):
        ids = [d["id"] for d in left if d["outcome"] == outcome]
        if ids:
            lines.append(f"{words} {', '.join(ids)}: add --definition ID to see why.")
    return lines


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
        "list": f"{entry['source']}, {entry['file']}",
        "says": entry["says"] or "",
        "learned": entry["known_on"] or "not said",
        "received": entry["received_on"] or "not stated",
        "ought it to know": rule,
    }


_ENDINGS = {
    "open": "not ended",
    "died": "the person died",
    "alive": "left alive",
    "not-told": "ended; whether alive is not told",
    "not-known": "its end cannot be believed",
}


def _stay(stay: dict[str, Any]) -> dict[str, Any]:
    """One stay, with its codes in their lists' words."""
    destination = _display("discharge_destination", stay["discharge_destination"])
    told = [
        f"to: {destination}" if destination else "",
        _display("discharge_method", stay["discharge_method"]) or "",
        f"{stay['spells']} spells, taken as one stay" if stay["spells"] > 1 else "",
        "moved to another ward, where no stay was found" if stay["unresolved"] else "",
        "an earlier spell of it has no end" if stay["open_earlier"] else "",
        f"absent without leave from {stay['absent_from']}" if stay["absent_from"] else "",
    ]
    return {
        "from": stay["started_on"] or "not stated",
        "to": stay["ended_on"] or "",
        "provider": stay["provider"] or "not stated",
        "ending": _ENDINGS.get(stay["ending"], stay["ending"]),
        "what else is told": "; ".join(filter(None, told)),
    }


def _display(list_id: str, code: str | None) -> str | None:
    from candour.dataset import codelist

    found = codelist(list_id).get(code) if code else None
    return found.display if found else code


def _waiting(links: list[dict[str, Any]]) -> list[Section]:
    """Pairs about this person that nobody has decided; no heading where there are none."""
    rows = [
        {"left": link["left"], "right": link["right"], "why": link["reason"]}
        for link in links
        if link["decision"] == "review"
    ]
    title = "Waiting for a decision: one person, or two?"
    return [Section(title, rows)] if rows else []


def _conflict(row: dict[str, Any]) -> dict[str, Any]:
    differ = row["conflict"] == "values-differ"
    other = row["other_file"] or row["other_kind"]
    return {
        "what": f"{row['entity']}.{row['field']}" if differ else row["conflict"].replace("-", " "),
        "shown": row["chosen_value"],
        "from": row["chosen_file"] or row["chosen_kind"],
        "differs": row["other_value"],
        "in": f"{other} row {row['other_row']}" if row["other_row"] else other,
    }


def _values(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each field once, the value that is shown first above what other sources say of it."""
    ordered = sorted(rows, key=lambda row: (row["entity"], row["field"], not row["chosen"]))
    lines: list[dict[str, Any]] = []
    before = ""
    for row in ordered:
        field = f"{row['entity']}.{row['field']}"
        lines.append(
            {
                "field": field if field != before else "",
                "value": _as_sent(row),
                "from": _place(row),
            }
        )
        before = field
    return lines


def _as_sent(row: dict[str, Any]) -> str:
    if row["as_sent"] is None or row["as_sent"] == row["value"]:
        return str(row["value"])
    return f"{row['value']} (sent as {row['as_sent']})"


def _place(row: dict[str, Any]) -> str:
    said = [f"{row['file']} row {row['row']}", row["source_field"]]
    if row["known_on"]:
        said.append(f"learned {row['known_on']}")
    if row["standing"] != "present":
        said.append(row["standing"].replace("-", " "))
    return ", ".join(said)
