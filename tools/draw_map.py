"""Draws docs/developers/map.md from what each package says of itself.

Every package's docstring has three lines: ``Takes:``, ``Gives:`` and ``Knows nothing of:``. The
map is made of them and of the floors that import-linter keeps, so that it cannot drift from either.

    draw_map.py            write the map
    draw_map.py --check    exit 1 where the map in docs is not what would be written
"""

from __future__ import annotations

import ast
import sys
import textwrap
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
MAP = ROOT / "docs" / "developers" / "map.md"
LINES = ("Takes", "Gives", "Knows nothing of")


class Room(NamedTuple):
    """One package: its dotted name, what it is for, and its three lines."""

    name: str
    purpose: str
    takes: str
    gives: str
    ignores: str


class Unsaid(Exception):
    """A package does not say what it takes, gives or knows nothing of."""


def three_lines(docstring: str) -> dict[str, str]:
    """The three lines of a docstring by their word; one that is missing is left out.

    A line may go on: what follows it, up to the next of the three or an empty line, belongs to it.
    """
    found: dict[str, str] = {}
    current = ""
    for line in docstring.splitlines():
        word, colon, rest = line.strip().partition(":")
        if colon and word in LINES:
            current = word
            found[current] = rest.strip()
        elif not line.strip():
            current = ""
        elif current:
            found[current] = f"{found[current]} {line.strip()}"
    return {word: text for word, text in found.items() if text}


def room(init: Path, source: Path) -> Room:
    """The room that an ``__init__.py`` under ``source`` describes; raises `Unsaid`."""
    name = ".".join(init.parent.relative_to(source).parts)
    docstring = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
    lines = three_lines(docstring)
    unsaid = [word for word in LINES if word not in lines]
    if unsaid:
        raise Unsaid(f"the docstring of {name} has no line “{unsaid[0]}:”")
    purpose = " ".join(docstring.split("\n\n")[0].split())
    return Room(name, purpose, *(lines[word] for word in LINES))


def rooms(source: Path) -> list[Room]:
    """Every package under ``source`` that has an ``__init__.py``, by name."""
    return [room(init, source) for init in sorted(source.rglob("__init__.py"))]


def floors(pyproject: Path) -> list[str]:
    """The floors from the ground up, as the layers contract of import-linter says them."""
    contracts = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(c["layers"] for c in contracts["contracts"] if c["type"] == "layers")
    return [layer for layer in reversed(layers) if layer != "__main__"]


def drawn(source: Path, pyproject: Path) -> str:
    """The text of the map."""
    head = f"""\
    # The map of the library

    Drawn by `./run derive` from the docstring of each package: to change a line, change it there.

    A room imports only from those left of it (import-linter keeps it, `./run check` asks):

    `{" <- ".join(floors(pyproject))}`
    """
    parts = [textwrap.dedent(head)]
    for each in rooms(source):
        parts.append(
            f"## `{each.name}`\n\n{each.purpose}\n\n"
            f"- **Takes:** {each.takes}\n- **Gives:** {each.gives}\n"
            f"- **Knows nothing of:** {each.ignores}\n"
        )
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    try:
        text = drawn(ROOT / "src", ROOT / "pyproject.toml")
    except Unsaid as unsaid:
        print(f"The map cannot be drawn: {unsaid}.", file=sys.stderr)
        return 1
    if arguments == ["--check"]:
        if MAP.exists() and MAP.read_text(encoding="utf-8") == text:
            return 0
        print("docs/developers/map.md is stale. Write it again: ./run derive", file=sys.stderr)
        return 1
    MAP.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
