"""`candour layouts [ID]`: the extract layouts that are recognised, and what each column means."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from candour.cli.output import Answer, Section

_SHORT = ("id", "version", "title", "delivery", "files", "shipped", "purpose")


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("id", nargs="?", metavar="ID", help="one layout (default: all)")
    parser.add_argument(
        "--mappings",
        action="append",
        default=[],
        type=Path,
        metavar="DIR",
        help="a folder of your own layout mappings; may be given again",
    )


def execute(args: argparse.Namespace) -> Answer:
    """All layouts in short, or one whole: what it is recognised by and what each column feeds."""
    from candour.sources import Layouts, as_data

    layouts = Layouts.with_folders(args.mappings) if args.mappings else Layouts.shipped()
    if args.id:
        return _one(as_data(args.id, layouts))
    rows = as_data(None, layouts)
    return Answer(
        rows,
        title="Layouts",
        columns=_SHORT,
        sections=[Section("", rows, ("id", "version", "title", "delivery", "files"))],
        notes=(
            "A file is recognised by its columns; one that is not is reported and left out.",
            "candour layouts ID shows the columns.",
        ),
    )


def _one(data: dict[str, Any]) -> Answer:
    rows = [
        {
            "role": role["role"],
            "field": field["field"],
            "columns": field["columns"],
            "how": field["how"],
            "codes": "mapped" if field["codes"] is not None else "as sent",
        }
        for role in data["files"]
        for field in role["fields"]
    ]
    sections = []
    for role in data["files"]:
        sections.append(
            Section(
                f"{role['role']}: rows are {', '.join(role['rows_are'])}",
                [row for row in rows if row["role"] == role["role"]],
                ("columns", "field", "how", "codes"),
            )
        )
    lines = [
        f"{role['role']} is recognised by the columns {', '.join(role['recognised_by'])}"
        + (f" in a file named {role['file_name']}." if role["file_name"] else ".")
        for role in data["files"]
    ]
    cannot = ", ".join(data["cannot_say"])
    return Answer(
        data,
        title=f"{data['id']}@{data['version']}: {data['title']}",
        columns=("role", "field", "columns", "how", "codes"),
        rows=rows,
        lines=[f"Purpose: {data['purpose']}. Delivery: {data['delivery']}.", *lines],
        sections=sections,
        notes=[f"This layout has no way to tell: {cannot}."] if cannot else [],
    )
