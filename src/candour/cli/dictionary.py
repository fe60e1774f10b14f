"""`candour dictionary [FIELD]`: each field, what it means and why it is collected."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.cli.arguments import near
from candour.cli.output import Answer, Section
from candour.errors import UserError

if TYPE_CHECKING:
    from candour.dataset import DataSet, Field

_COLUMNS = (
    "path",
    "title",
    "type",
    "meaning",
    "why",
    "required_when",
    "codelist",
    "sensitivity",
    "seconds",
    "release",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "field",
        nargs="?",
        metavar="FIELD",
        help="a field such as death.death_date, or an entity such as death (default: all)",
    )
    parser.add_argument(
        "--page", type=Path, metavar="PATH", help="write the whole dictionary as an HTML page"
    )


def execute(args: argparse.Namespace) -> Answer:
    """Fields in short, an entity's fields, or one field whole with its codes."""
    from candour.dataset import load

    data_set = load()
    if args.page:
        return _write_page(data_set, args.page)
    fields = _asked(data_set, args.field)
    if args.field and len(fields) == 1 and fields[0].path == args.field.lower():
        return _one(fields[0])
    rows = [_row(field) for field in fields]
    return Answer(
        rows,
        title=f"{data_set.title}, release {data_set.release}",
        columns=_COLUMNS,
        sections=[
            Section(
                entity.title,
                [_row(f) for f in fields if f.path.startswith(f"{entity.path}.")],
                ("path", "type", "sensitivity", "meaning"),
            )
            for entity in data_set.entities.values()
            if any(field.path.startswith(f"{entity.path}.") for field in fields)
        ],
        notes=(
            "candour dictionary FIELD says why a field is collected and which codes it may hold;",
            "candour dictionary --page PATH writes everything as a page.",
        ),
    )


def _write_page(data_set: DataSet, path: Path) -> Answer:
    from candour.dataset.dictionary import html
    from candour.tables.folders import write_whole

    write_whole(path, html())
    fields = len(data_set.fields())
    return Answer(
        {"page": str(path), "release": data_set.release, "fields": fields},
        lines=[f"The dictionary of release {data_set.release}, {fields} fields, is in {path}."],
        sections=[],
    )


def _asked(data_set: DataSet, words: str | None) -> list[Field]:
    every = data_set.fields()
    if words is None:
        return list(every)
    wanted = words.lower()
    found = [
        field
        for field in every
        if field.path == wanted or field.path.split(".")[0] == wanted or field.name == wanted
    ] or [
        field
        for entity in data_set.entities.values()
        if entity.name.lower() == wanted
        for field in entity.fields.values()
    ]
    if not found:
        likely = near(wanted, [*(f.path for f in every), *(f.name for f in every)])
        raise UserError(
            "The data set has no such field.",
            (f"Did you mean {likely}? " if likely else "")
            + "candour dictionary lists every field.",
        )
    exact = [field for field in found if field.path == wanted]
    return exact or found


def _row(field: Field) -> dict[str, Any]:
    return {name: getattr(field, name) for name in _COLUMNS}


def _one(field: Field) -> Answer:
    from candour.dataset.dictionary import codes

    listed = codes(field.codelist)["codes"] if field.codelist else []
    data = {**_row(field), "codes": listed}
    facts: list[dict[str, Any]] = [
        {"": "meaning", " ": field.meaning},
        {"": "why it is collected", " ": field.why},
        {"": "required", " ": field.required_when},
        {"": "type", " ": field.type.replace("_", " ")},
        {"": "sensitivity", " ": field.sensitivity},
        {"": "seconds to answer", " ": field.seconds},
        {"": "since release", " ": field.release},
    ]
    sections = [Section("", facts)]
    if data["codes"]:
        sections.append(Section(f"Codes ({field.codelist})", data["codes"], ("code", "display")))
    return Answer(
        data,
        title=f"{field.path}: {field.title}",
        columns=_COLUMNS,
        rows=[data],
        sections=sections,
        labels={"display": "meaning"},
    )
