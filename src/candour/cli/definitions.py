"""`candour definitions [ID]`: the ways of counting, whose each is and how far it is agreed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from candour.cli.output import Answer, Section

if TYPE_CHECKING:
    from candour.definitions.terms import Term

_COLUMNS = (
    "id",
    "version",
    "title",
    "agreement",
    "settings",
    "owner",
    "source",
    "plain",
    "counts",
    "term",
    "unverified",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "id",
        nargs="?",
        metavar="ID",
        help="one definition, as ID or ID@VERSION, or a contested term (default: all)",
    )


def execute(args: argparse.Namespace) -> Answer:
    """All definitions in short, or one whole: rule in words, settings, examples, sources."""
    from candour.definitions import as_data, get, terms, whole_catalogue

    if args.id and args.id.strip().lower() in terms():
        return _term(terms()[args.id.strip().lower()])
    if args.id:
        return _one(as_data(get(args.id, None)), get(args.id, None).id)
    rows = [_short(as_data(definition)) for definition in whole_catalogue().values()]
    shown = [{**row, "settings": _numbers(row["settings"])} for row in rows]
    events = [row for row in shown if row["counts"] == "event"]
    columns = ("id", "version", "title", "agreement", "settings")
    disputed = [
        {"term": t.id, "owner": t.owner, "look again by": t.watch} for t in terms().values()
    ]
    return Answer(
        rows,
        title="Definitions",
        columns=_COLUMNS,
        sections=[
            Section("Deaths", [row for row in shown if row["counts"] == "death"], columns),
            Section("Events that people survived", events, columns),
            Section("Contested terms, under which nothing is counted", disputed),
        ],
        notes=(
            "Each answers in, out or cannot tell. Nothing is called agreed that nobody agreed.",
            "candour definitions ID shows the rule, its source and examples; of a term, who says "
            "what.",
        ),
    )


def _numbers(settings: Any) -> str:
    """The numbers that may be set; the choice on moves that most have would fill the table."""
    if not isinstance(settings, dict):
        return ""
    return ", ".join(
        f"{name}={value}" for name, value in settings.items() if value != "cannot-tell"
    )


def _term(term: Term) -> Answer:
    from candour.definitions import whole_catalogue
    from candour.definitions.terms import STANCE_MEANS

    variants = [d for d in whole_catalogue().values() if d.term == term.id]
    data = {**term.model_dump(mode="json"), "variants": [d.id for d in variants]}
    positions = [
        {
            "body": p.body,
            "position": STANCE_MEANS[p.stance],
            "in our words": p.says,
            "read": p.read if p.read == "source" else f"{p.read}: unverified",
        }
        for p in term.positions
    ]
    return Answer(
        data,
        title=f"{term.title}: {term.status}",
        rows=data["positions"],
        lines=[term.plain, "", term.rule],
        sections=[
            Section("Who says what", positions),
            Section(
                "Variants that can be counted",
                [{"id": d.id, "title": d.title} for d in variants],
                if_empty="None: it is no measure.",
            ),
        ],
        notes=[
            f"Owner: {term.owner}. Asked for by: {term.asked_for_by}.",
            f"Look again by {term.watch}: {term.watch_for}",
            *([term.restricted] if term.restricted else []),
        ],
    )


def _short(data: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: data.get(name) for name in _COLUMNS},
        "settings": {name: held["default"] for name, held in data["settings"].items()} or "none",
    }


def _one(data: dict[str, Any], identity: str) -> Answer:
    from candour.definitions.facets import every_facet
    from candour.definitions.standing import standings

    standing = standings()[identity]
    data |= standing.model_dump(mode="json")
    positions = [
        {"body": p.body, "position": p.stance, "in our words": p.says} for p in standing.positions
    ]
    not_held = [every_facet()[name] for name in data["needs"] if every_facet()[name].not_held]
    facts = [
        {"": "version", " ": data["version"]},
        {"": "owner", " ": data["owner"]},
        {"": "source", " ": data["source"]},
        {"": "agreement", " ": f"{data['agreement']}: {data['agreement_means']}"},
        {"": "valid from", " ": data["valid_from"]},
        {"": "place", " ": data["place"]},
        {"": "used by", " ": "; ".join(data["used_by"])},
    ]
    settings = [
        {"setting": name, "if not given": held["default"], "meaning": held["plain"]}
        for name, held in data["settings"].items()
    ]
    examples = [
        {"what happened": one["words"], "answer": one["outcome"].replace("-", " ")}
        for one in (*data["examples"], *data["near_misses"])
    ]
    first, *others = data["rule_in_words"]
    lines = [f"Used as: {data['heading']}"] if data["heading"] != data["title"] else []
    return Answer(
        data,
        title=f"{data['ref']}: {data['title']}",
        columns=_COLUMNS,
        rows=[_short(data)],
        lines=[
            *lines,
            data["plain"],
            "",
            f"To a family: {data['family']}",
            "",
            f"The {data['counts']} is in if {first}",
            *others,
        ],
        sections=[
            Section("", facts),
            Section("Settings", settings, if_empty="This definition has none."),
            Section("Who says what", positions, if_empty="No body's position was found."),
            Section("Examples (invented)", examples),
        ],
        notes=[
            *(f"Not computed in this version: {text}." for text in data["leaves_out"]),
            *(f"No run holds {f.name}: {f.not_held}; so: cannot tell." for f in not_held),
            *(f"Unverified, our reading: {text}." for text in data["unverified"]),
        ],
    )
