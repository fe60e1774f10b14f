"""`candour dictionary [FIELD]`: each field, what it means and why it is collected."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.cli.arguments import near
from candour.cli.output import Answer, Section
from candour.errors import UsageError, UserError

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
    "retired",
)


_SHORT = ("path", "type", "sensitivity", "meaning")
_ASKED = ("path", "meaning", "already", "read")


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "field",
        nargs="?",
        metavar="FIELD",
        help="a field such as death.death_date, an entity such as death, or a word such as leave "
        "(default: all)",
    )
    parser.add_argument(
        "--page", type=Path, metavar="PATH", help="write the whole dictionary as an HTML page"
    )
    parser.add_argument(
        "--workbook",
        type=Path,
        metavar="OUT.xlsx",
        help="write a blank workbook to fill in by hand, with drop-downs and notes; with an entity "
        "such as review, only its sheet and the person's",
    )
    parser.add_argument(
        "--arrow", type=Path, metavar="PATH", help="write the Arrow schemas as JSON"
    )
    parser.add_argument(
        "--restricted",
        action="store_true",
        help="with --workbook: ask what tells of a means, too; such a file is not for passing on",
    )


def execute(args: argparse.Namespace) -> Answer:
    """Fields in short, an entity's fields, or one field whole with its codes."""
    from candour.dataset import load

    data_set = load()
    if args.page:
        return _write_page(data_set, args.page)
    if args.arrow:
        return _write_arrow(data_set, args.arrow)
    if args.workbook:
        return _write_workbook(args)
    if args.restricted:
        raise UsageError("--restricted asks for --workbook.", "Add --workbook OUT.xlsx.")
    fields = _asked(data_set, args.field)
    if args.field and len(fields) == 1 and fields[0].path == args.field.lower():
        return _one(fields[0])
    rows = [_row(field) for field in fields]
    if args.field:
        rows = [
            {
                **row,
                "collected_by": _collected(row["path"]),
                "read_from": _read_from(row["path"]),
            }
            for row in rows
        ]
    by_path = {row["path"]: row for row in rows}
    return Answer(
        rows,
        title=f"{data_set.title}, release {data_set.release}",
        columns=(*_COLUMNS, "collected_by", "read_from") if args.field else _COLUMNS,
        rows=[{**row, **_in_lines(row)} for row in rows],
        sections=[
            Section(
                entity.title,
                [
                    {
                        **by_path[f.path],
                        "already": _in_lines(by_path[f.path])["collected_by"],
                        "read": _in_lines(by_path[f.path])["read_from"],
                    }
                    for f in fields
                    if f.path.startswith(f"{entity.path}.")
                ],
                _SHORT if args.field is None else _ASKED,
            )
            for entity in data_set.entities.values()
            if any(field.path.startswith(f"{entity.path}.") for field in fields)
        ],
        notes=(
            "candour dictionary FIELD says why a field is collected, which codes it may hold and",
            "who already collects it under which name;",
            "candour dictionary --page PATH writes everything as a page.",
        ),
        labels={"already": "already collected by", "read": "read from your extracts"},
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


def _write_arrow(data_set: DataSet, path: Path) -> Answer:
    from candour.dataset.arrow import as_json
    from candour.tables.folders import write_whole

    write_whole(path, as_json())
    count = len(data_set.entities)
    return Answer(
        {"arrow": str(path), "release": data_set.release, "entities": count},
        lines=[f"Arrow schemas of the {count} entities of release {data_set.release}: {path}."],
        sections=[],
    )


def _write_workbook(args: argparse.Namespace) -> Answer:
    from candour.cli.blank_workbook import write_blank
    from candour.sources.by_hand import PERSON, entities

    if args.workbook.suffix.lower() != ".xlsx":
        raise UserError(
            "A workbook's name ends in .xlsx.", "Write --workbook NAME.xlsx and try again."
        )
    held = entities()
    wanted = [e for e in held if args.field in (None, e.path, e.name, e.name.lower())]
    if not wanted:
        raise UserError(
            "No sheet of the workbook is of that kind.",
            f"Leave it out for all, or name one of {', '.join(e.path for e in held)}.",
        )
    chosen = [e for e in held if e in wanted or e.path == PERSON]
    sheets = write_blank(args.workbook, chosen, restricted=args.restricted)
    return Answer(
        {"workbook": str(args.workbook), "restricted": args.restricted, "sheets": sheets},
        lines=[
            f"{len(sheets)} sheets to fill in by hand are in {args.workbook}; its first sheet says "
            "how. candour validate checks it, and candour run reads it."
        ],
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
        found = _about(wanted, every)
    if not found:
        likely = near(wanted, [*(f.path for f in every), *(f.name for f in every)])
        raise UserError(
            "The data set has no such field.",
            (f"Did you mean {likely}? " if likely else "")
            + "candour dictionary lists every field.",
        )
    exact = [field for field in found if field.path == wanted]
    return exact or found


def _about(word: str, every: Sequence[Field]) -> list[Field]:
    """The fields of which a whole word is said, or that stands in the name of an item elsewhere."""
    whole = re.compile(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", re.IGNORECASE)
    return [
        field
        for field in every
        if whole.search(
            f"{field.path.replace('_', ' ')} {field.title} {field.meaning} {field.required_when}"
        )
        or any(whole.search(_apart(held["name"] or "")) for held in _collected(field.path))
    ]


def _apart(name: str) -> str:
    """`StartDateMHLeaveAbs` as words: Start Date MH Leave Abs."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)


def _collected(path: str) -> list[dict[str, Any]]:
    from candour.dataset.collected import collected_by

    return collected_by(path)


def _in_line(held: Sequence[dict[str, Any]]) -> str:
    return "; ".join(
        f"{one['flow']}: {one['name']} ({one['relation']})" for one in held if one["name"]
    )


def _in_lines(row: dict[str, Any]) -> dict[str, str]:
    """Who collects a field and from where it is read, each in one cell."""
    return {
        "collected_by": _in_line(row.get("collected_by", ())),
        "read_from": "; ".join(
            f"{one['layout']}: {one['role']} {one['columns']}".strip()
            for one in row.get("read_from", ())
        ),
    }


def _read_from(path: str) -> list[dict[str, str]]:
    """The columns of the shipped layouts from which the field is read.

    Without columns where the layout implies it: each row of the role says it.
    """
    return _sources().get(path, [])


@cache
def _sources() -> dict[str, list[dict[str, str]]]:
    from candour.sources import Layouts

    found: dict[str, list[dict[str, str]]] = {}
    for mapping, name, role in Layouts.shipped().roles():
        for target in role.targets():
            columns = ", ".join(target.columns)
            found.setdefault(target.path, []).append(
                {"layout": mapping.id, "role": name, "columns": columns}
            )
        for path in mapping.implied(name):
            if path.split(".")[0] in role.rows_are:
                found.setdefault(path, []).append(
                    {"layout": mapping.id, "role": name, "columns": ""}
                )
    return found


def _row(field: Field) -> dict[str, Any]:
    return {name: getattr(field, name) for name in _COLUMNS}


def _one(field: Field) -> Answer:
    from candour.dataset.dictionary import codes

    listed = codes(field.codelist)["codes"] if field.codelist else []
    collected, read_from = _collected(field.path), _read_from(field.path)
    data = {
        **_row(field),
        "codes": listed,
        "collected_by": collected,
        "read_from": read_from,
    }
    facts: list[dict[str, Any]] = [
        {"": "meaning", " ": field.meaning},
        {"": "why it is collected", " ": field.why},
        {"": "required", " ": field.required_when},
        {"": "type", " ": field.type.replace("_", " ")},
        {"": "sensitivity", " ": field.sensitivity},
        {"": "seconds to answer", " ": field.seconds},
        {"": "since release", " ": field.release},
    ]
    if field.retired:
        facts.append({"": "out of use since release", " ": field.retired})
    sections = [Section("", facts)]
    if data["codes"]:
        sections.append(Section(f"Codes ({field.codelist})", data["codes"], ("code", "display")))
    sections.append(
        Section(
            "Who already collects it",
            [{**one, "name": one["name"] or "looked for, not there"} for one in collected],
            ("title", "name", "relation", "source"),
            if_empty="Nobody that we know of: no national flow or form was found to hold it.",
        )
    )
    if read_from:
        sections.append(Section("Read from", read_from, ("layout", "role", "columns")))
    unread = [one["title"] for one in collected if not one["read"]]
    return Answer(
        data,
        title=f"{field.path}: {field.title}",
        columns=(*_COLUMNS, "collected_by"),
        rows=[{**data, "collected_by": _in_line(collected)}],
        sections=sections,
        labels={"display": "meaning", "title": "flow or form", "name": "under the name"},
        notes=[f"From general knowledge, to be confirmed: {', '.join(unread)}."] if unread else (),
    )
