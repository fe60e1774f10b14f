"""`candour layouts [ID]` and `candour layouts new FILE`: what is recognised, and a first draft."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from candour.cli.output import Answer, Section
from candour.errors import UserError

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
    written = [
        {"role": role["role"], "columns": field["columns"], "may hold": ", ".join(field["codes"])}
        for role in data["files"]
        for field in role["fields"]
        if field["codes"]
    ]
    if written:
        sections.append(Section("Mapped codes", written, ("role", "columns", "may hold")))
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


def configure_new(parser: argparse.ArgumentParser) -> None:
    """The words of `layouts new`."""
    parser.epilog = (
        "What could not be told is left blank and marked # ?. The draft loads once the marked\n"
        "places are filled. Values of the file stand in it only where a column holds codes.\n"
    )
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="an extract of that layout: text, .xlsx or Parquet"
    )
    parser.add_argument(
        "--sheet",
        metavar="NAME",
        help="of a workbook, this sheet (default: the first that is filled)",
    )
    parser.add_argument("--id", metavar="ID", help="the layout's id (default: the file's name)")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="write DIR/ID/mapping.yaml (default: print it)"
    )


def execute_new(args: argparse.Namespace) -> Answer:
    """A first draft of a mapping for a file, printed or written where --mappings finds it."""
    from candour.pipeline.receive import read_text_table
    from candour.sources.content import MOST, look_at
    from candour.sources.draft import MARK, draft

    read = read_text_table(args.file, sheet=args.sheet)
    columns = {
        name: sorted(set(read.table.column(name).to_pylist()))[:MOST] for name in read.columns
    }
    layout_id = _id_of(args.id or args.sheet or args.file.stem)
    text = draft(layout_id, columns, look_at(columns))
    open_places = sum(MARK in line for line in text.splitlines()[2:])
    data: dict[str, Any] = {"id": layout_id, "to_fill": open_places, "mapping": text}
    remark = f"{open_places} places are marked {MARK}: fill them, then it loads."
    if read.sheet is not None:
        data["sheet"] = read.sheet
        remark += f" Drafted from the sheet {read.sheet}."
    if read.other_sheets:
        remark += f" Other sheets: {', '.join(read.other_sheets)} (--sheet NAME)."
    if args.out is None:
        return Answer(data, lines=text.splitlines(), sections=[], notes=(remark,))
    folder = args.out / layout_id
    path = folder / "mapping.yaml"
    if path.exists():
        raise UserError(f"{path} is there already.", "Choose another --out or --id.")
    from candour.tables.folders import write_whole_within

    write_whole_within(path, text)
    return Answer(
        {**data, "written": str(path)},
        title=f"Written: {path}",
        lines=(remark,),
        sections=[],
        notes=(f"Then: candour validate {args.file} --mappings {args.out}",),
    )


def _id_of(name: str) -> str:
    """A layout's id from a name: small letters, figures and single hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    return plain or "layout"
