"""Tables of cases that a clinician can read: the tests of both evaluators, and part of the pages.

Each Markdown file in ``tables/`` has a heading, some sentences and a table. A column is ``case``,
a facet by its name in words, or a definition as it is asked for (``post-discharge days=7``). A row
whose first cell is empty continues the case above it with another way the world may have been.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from candour.definitions.facets import About, Facet, every_facet, whole_scenario
from candour.definitions.published import whole_catalogue
from candour.errors import CandourError

_IN_OTHER_WORDS = {
    "died": "death_date",
    "during a stay": "during_stay",
    "transfer taken as": "transfer_as",
}
_YES_NO = {"yes": True, "no": False, "not known": None}
_EMPTY = ("none", "not known")


@dataclass(frozen=True)
class Case:
    """One case: what happened in words, its scenarios, and the answer in each definition's column.

    ``cells`` are the facts as they stand in the table, one row of them for each scenario.
    """

    words: str
    scenarios: list[dict[str, object]]
    expected: dict[str, str]
    cells: list[dict[str, str]]


@dataclass(frozen=True)
class Table:
    """One table: the name of its file, its heading and sentences, its cases, what it is about."""

    name: str
    title: str
    opening: str
    about: About
    facts: tuple[str, ...]
    asked: tuple[str, ...]
    cases: tuple[Case, ...]

    def columns_of(self, definition: str) -> list[str]:
        """The columns in which a definition is asked, with and without settings."""
        return [column for column in self.asked if column.split()[0] == definition]


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in inner.split("|")]


def _facet(heading: str) -> str | None:
    name = _IN_OTHER_WORDS.get(heading, heading.replace(" ", "_"))
    return name if name in every_facet() else None


def _value(facet: Facet, text: str) -> object:
    if facet.type == "yes-no":
        return _YES_NO[text]
    if facet.codelist == "harm":  # where "none" is a harm and no empty cell
        return None if text == "not known" else text
    if text in _EMPTY:
        return None
    if facet.type == "date":
        return date.fromisoformat(text)
    return int(text) if facet.type == "integer" else text


def read(name: str, text: str) -> Table:
    """One table from its Markdown. A column that is neither fact nor definition is our fault."""
    lines = text.splitlines()
    title = lines[0].removeprefix("# ").strip()
    rows = [line for line in lines if line.startswith("|")]
    opening = " ".join(line for line in lines[1:] if line and not line.startswith("|"))
    header = _cells(rows[0])
    facts = tuple(h for h in header if _facet(h))
    asked = tuple(h for h in header if h != "case" and not _facet(h))
    strangers = [column for column in asked if column.split()[0] not in whole_catalogue()]
    if strangers or header[0] != "case":
        raise CandourError(f"The table {name} has a column that is neither fact nor definition.")
    about = whole_catalogue()[asked[0].split()[0]].counts
    cases: list[Case] = []
    for line in rows[2:]:
        row = dict(zip(header, _cells(line), strict=True))
        if row["case"]:
            expected = {column: row[column].replace(" ", "-") for column in asked}
            cases.append(Case(row["case"], [], expected, []))
        case = cases[-1]
        cells = {heading: row[heading] for heading in facts}
        case.cells.append(cells)
        case.scenarios.append(_scenario(case, cells, name, about))
    return Table(name, title, opening, about, facts, asked, tuple(cases))


def _scenario(case: Case, cells: dict[str, str], table: str, about: About) -> dict[str, object]:
    held = every_facet()
    facts = {name: _value(held[name], text) for name, text in _by_facet(cells)}
    number, whole = len(case.scenarios), f"{table}: {case.words}"
    if about == "event":
        return whole_scenario({**facts, "near_miss_id": whole}, 0, about)
    facts |= {"assumption": f"way {number}" if number else "", "death_id": whole}
    return whole_scenario(facts, number)


def _by_facet(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    for heading, text in cells.items():
        name = _facet(heading)
        if name is not None:
            yield name, text


@cache
def tables() -> tuple[Table, ...]:
    """Every table, by the name of its file."""
    folder = files("candour.definitions").joinpath("tables")
    found = sorted((e for e in folder.iterdir() if e.name.endswith(".md")), key=lambda e: e.name)
    return tuple(
        read(each.name.removesuffix(".md"), each.read_text(encoding="utf-8")) for each in found
    )
