"""YAML in which every value is text, so that a code list says what it looks like.

Ordinary YAML reads ``yes`` as true, ``01`` as a number and ``2025-03-01`` as a date. In a mapping
these are codes, and a code is text. Only ``~`` (or ``null``) is special: known, no value.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from candour.errors import UserError
from candour.yaml_file import Loader

_NULL = "tag:yaml.org,2002:null"
_MERGE = "tag:yaml.org,2002:merge"


class _TextLoader(Loader):
    """A safe loader without numbers, truth values or dates, that refuses a key written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key} is written twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


_TextLoader.yaml_implicit_resolvers = {
    first: kept
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if (kept := [(tag, pattern) for tag, pattern in resolvers if tag in (_NULL, _MERGE)])
}


def read(path: Path) -> object:
    """The content of a YAML file with every scalar as text, ``~`` as None.

    Raises ``UserError`` when the file cannot be read, is not UTF-8, is not YAML, or writes one key
    twice (which ordinary YAML would settle by dropping the first without a word).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise UserError(
            f"The mapping {path.name} could not be read.",
            "Check that the file is there, that you may read it, and that it is saved as UTF-8.",
        ) from fault
    try:
        return yaml.load(text, Loader=_TextLoader)  # noqa: S506 - derived from SafeLoader
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark is not None else ""
        problem = getattr(fault, "problem", None) or "it is not well-formed YAML"
        raise UserError(
            f"The mapping {path.name} is not readable{where}: {problem}.",
            "Mend that line; values that hold a colon or begin with a star need quotes.",
        ) from fault
