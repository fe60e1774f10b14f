"""`candour codes [LIST[@VERSION]]` and `candour codes diff A B`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.cli.arguments import near
from candour.cli.output import Answer, Section
from candour.errors import UserError

if TYPE_CHECKING:
    from candour.dataset import CodeList


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of `codes`."""
    parser.add_argument(
        "list", nargs="?", metavar="LIST[@VERSION]", help="one list (default: all, in short)"
    )


def execute(args: argparse.Namespace) -> Answer:
    """Every list in short, or the codes of one."""
    from candour.dataset import codelist, codelist_ids
    from candour.dataset.code_lists import versions_of

    if args.list:
        return _one(_named(args.list))
    rows = [
        {
            "list": held.id,
            "version": held.version,
            "title": held.title,
            "number_of_codes": len(held.codes),
            "complete": held.complete,
            "older_versions": [older.version for older in versions_of(held.id)[:-1]],
            "source": held.source,
            "licence": held.licence,
        }
        for held in map(codelist, codelist_ids())
    ]
    return Answer(
        rows,
        title="Code lists",
        sections=[Section("", rows, ("list", "version", "title", "number_of_codes"))],
        labels={"number_of_codes": "codes"},
        notes=("candour codes LIST shows the codes.",),
    )


def configure_diff(parser: argparse.ArgumentParser) -> None:
    """The words of `codes diff`."""
    parser.add_argument(
        "a", metavar="A", help="LIST@VERSION, a JSON file of code systems, or one list's name alone"
    )
    parser.add_argument(
        "b",
        nargs="?",
        metavar="B",
        help="the same; left out, A is a list whose two newest versions are compared",
    )


def execute_diff(args: argparse.Namespace) -> Answer:
    """What differs between two lists, or between two files of lists."""
    from candour.dataset import code_systems

    a, b = (args.a, args.b) if args.b else _two_newest(args.a)
    changes = code_systems.compare(_lists(a), _lists(b))
    rows = [
        {
            "list": name,
            "change": kind,
            "code": one["code"],
            "a": one.get("from", one.get("display") if kind == "removed" else None),
            "b": one.get("to", one.get("display") if kind == "added" else None),
        }
        for name, change in changes["changed"].items()
        for kind, codes in change.items()
        for one in codes
    ]
    rows = [
        *({"list": name, "change": "only in A"} for name in changes["only_in_a"]),
        *({"list": name, "change": "only in B"} for name in changes["only_in_b"]),
        *rows,
    ]
    return Answer(
        changes,
        title=f"From {a} to {b}",
        columns=("list", "change", "code", "a", "b"),
        rows=rows,
        lines=[
            f"{len(changes['only_in_a'])} lists only in A, {len(changes['only_in_b'])} only in B, "
            f"{len(changes['changed'])} differ."
        ],
        sections=[
            Section(
                "",
                [
                    {name: row.get(name) or "" for name in ("list", "change", "code", "a", "b")}
                    for row in rows
                ],
                if_empty="No difference.",
            )
        ],
        labels={"a": "in A", "b": "in B"},
    )


def _two_newest(name: str) -> tuple[str, str]:
    from candour.dataset.code_lists import versions_of

    held = versions_of(_named(name).id)
    if len(held) < 2:
        raise UserError(
            f"{name} is held in one version, {held[-1].version}.",
            "Name what to compare it with: another list or a JSON file.",
        )
    return held[-2].ref, held[-1].ref


def _named(words: str) -> CodeList:
    from candour.dataset import codelist, codelist_ids

    name, at, version = words.partition("@")
    if name not in codelist_ids():
        likely = near(name, codelist_ids())
        raise UserError(
            "There is no code list of that name.",
            (f"Did you mean {likely}? " if likely else "") + "candour codes lists them.",
        )
    return codelist(name, version if at else None)


def _lists(words: str) -> dict[str, dict[str, str]]:
    """The lists that one side of a comparison names: a file, or one shipped list."""
    path = Path(words)
    if path.suffix.lower() == ".json" or path.is_file():
        from candour.dataset import code_systems

        return code_systems.read(path)
    held = _named(words)
    return {held.id: {code.code: code.display for code in held.codes if held.uses(code.code)}}


def _one(held: CodeList) -> Answer:
    from candour.dataset.dictionary import codes as as_data

    data = as_data(f"{held.id}@{held.version}")
    rows = [
        {**{n: v for n, v in row.items() if n != "properties"}, **_properties(row)}
        for row in data["codes"]
    ]
    columns = list(dict.fromkeys(("code", "display", *(name for row in rows for name in row))))
    return Answer(
        {**data, "title": held.title, "source": held.source, "licence": held.licence},
        title=f"{held.id}@{held.version}: {held.title}",
        columns=columns,
        rows=rows,
        sections=[Section("", [{n: row.get(n, "") for n in columns} for row in rows], columns)],
        notes=(
            f"Source: {held.source}",
            f"Licence: {held.licence}",
            *((f"Not complete: {held.missing}",) if held.missing else ()),
            *(("Not for public pages: its codes tell of means.",) if held.restricted else ()),
        ),
    )


def _properties(row: dict[str, Any]) -> dict[str, str]:
    said = row.get("properties")
    return {"follows": ", ".join(f"{n} {v}" for n, v in said.items())} if said else {}
