"""`candour definitions [ID]`: the ways of counting, whose each is and how far it is agreed."""

from __future__ import annotations

import argparse
from typing import Any

from candour.cli.output import Answer, Section

_COLUMNS = ("id", "version", "title", "agreement", "settings", "owner", "source", "plain")


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "id", nargs="?", metavar="ID", help="one definition, as ID or ID@VERSION (default: all)"
    )


def execute(args: argparse.Namespace) -> Answer:
    """All definitions in short, or one whole: rule in words, settings, examples, sources."""
    from candour.definitions import as_data, catalogue, get

    if args.id:
        return _one(as_data(get(args.id)))
    rows = [_short(as_data(definition)) for definition in catalogue().values()]
    return Answer(
        rows,
        title="Definitions",
        columns=_COLUMNS,
        sections=[Section("", rows, ("id", "version", "title", "agreement", "settings"))],
        notes=(
            "Each answers in, out or cannot tell. Nothing is called agreed that nobody agreed.",
            "candour definitions ID shows the rule, its source and examples.",
        ),
    )


def _short(data: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: data.get(name) for name in _COLUMNS},
        "settings": {name: held["default"] for name, held in data["settings"].items()} or "none",
    }


def _one(data: dict[str, Any]) -> Answer:
    facts = [
        {"": "version", " ": data["version"]},
        {"": "owner", " ": data["owner"]},
        {"": "source", " ": data["source"]},
        {"": "agreement", " ": f"{data['agreement']}: {data['agreement_means']}"},
        {"": "valid from", " ": data["valid_from"]},
        {"": "place", " ": data["place"]},
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
        lines=[*lines, data["plain"], "", f"The death is in if {first}", *others],
        sections=[
            Section("", facts),
            Section("Settings", settings, if_empty="This definition has none."),
            Section("Examples (invented)", examples),
        ],
        notes=[
            *(f"Not computed in this version: {text}." for text in data["leaves_out"]),
            *(f"Our reading, not read in the source: {text}." for text in data["unverified"]),
        ],
    )
