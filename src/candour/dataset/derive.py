"""Writes what is derived from the data set: JSON Schema, Arrow schemas and the dictionary's pages.

    python -m candour.dataset.derive            write them into the checkout
    python -m candour.dataset.derive --check    change nothing; end with 1 if one of them is stale

Needs the `schema` group of dependencies, because LinkML's own generator writes the JSON Schema.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from candour.dataset import arrow, dictionary
from candour.dataset.code_lists import codelist
from candour.dataset.loading import MADE, SCHEMA, as_json, load, read
from candour.dataset.statements import MADE as STATEMENTS

ROOT = Path(__file__).resolve().parents[3]

DERIVED: dict[Path, Callable[[], str]] = {
    # First: the others are made of it.
    MADE.relative_to(ROOT): lambda: as_json(read(SCHEMA)),
    STATEMENTS.relative_to(ROOT): lambda: _statements(),
    Path("schema") / "candour-2.schema.json": lambda: json_schema(),
    Path("schema") / "candour-2.arrow.json": arrow.as_json,
    Path("docs") / "generated" / "dictionary.md": dictionary.markdown,
    Path("docs") / "generated" / "dictionary.html": dictionary.html,
}
"""Where each derived file lies in the checkout, and what writes it."""


def json_schema() -> str:
    """JSON Schema of every entity, code lists as enumerations, as text."""
    from linkml_runtime.linkml_model import EnumDefinition, PermissibleValue
    from linkml_runtime.utils.schemaview import SchemaView

    # By name, because the generator is there for developers alone and ships no types.
    generators = importlib.import_module("linkml.generators.jsonschemagen")
    view = SchemaView(str(SCHEMA))
    view.merge_imports()
    for entity in load().entities.values():
        for field in entity.fields.values():
            if field.codelist is None:
                continue
            held = codelist(field.codelist)
            values = {
                code.code: PermissibleValue(text=code.code, description=code.display)
                for code in held.codes
            }
            view.schema.enums[held.id] = EnumDefinition(
                name=held.id, description=f"{held.title}. {held.source}", permissible_values=values
            )
            view.schema.classes[entity.name].attributes[field.name].range = held.id
    made: dict[str, Any] = json.loads(
        generators.JsonSchemaGenerator(view.schema, mergeimports=True).serialize()
    )
    # LinkML's own version would make the file stale with each of its releases, and says nothing.
    made.pop("metamodel_version", None)
    return json.dumps(made, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _statements() -> str:
    from candour.dataset.types import written

    return written.as_json()


def stale(root: Path) -> list[str]:
    """The derived files of the checkout at ``root`` that differ from what would be written."""
    return [
        path.as_posix()
        for path, make in DERIVED.items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != make()
    ]


def write(root: Path) -> None:
    """Write every derived file into the checkout at ``root``."""
    for path, make in DERIVED.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(make(), encoding="utf-8", newline="\n")


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the command; 0 if all is well, 1 if a derived file is stale."""
    parser = argparse.ArgumentParser(
        prog="python -m candour.dataset.derive", description="JSON Schema and dictionary."
    )
    parser.add_argument("--check", action="store_true", help="change nothing, say what is stale")
    options = parser.parse_args(arguments)
    if options.check:
        found = stale(root)
        for path in found:
            sys.stderr.write(f"{path} is stale: run python -m candour.dataset.derive\n")
        return 1 if found else 0
    write(root)
    return 0


if __name__ == "__main__":
    sys.exit(main())
