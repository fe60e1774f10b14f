"""The tables beside this file, as cases: what was sent, and what has to come out.

A row of a table is one row of an extract. A row whose first cell is empty belongs to the person
above it. The columns of :data:`SENT` say what was sent; every other column is a definition (with
settings after its name), or one of :data:`SHOWN`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
SENT = (
    "person",
    "sent by",
    "number",
    "born",
    "from",
    "until",
    "how it ended",
    "went to",
    "care closed",
    "died",
    "told on",
    "away",
)
SHOWN = (
    "date of death",
    "index discharge",
    "days",
    "flags",
    "conflicts",
    "known by",
)
UNLESS_SAID = {"sent by": "Northvale", "how it ended": "1 agreed", "went to": "19 home"}
"""What a column holds that a table does not have."""


@dataclass
class Case:
    """One invented person: the rows that were sent, and what must come out."""

    table: str
    number: int
    """Place among the cases of all tables, from 1."""
    words: str
    person: str
    rows: list[dict[str, str]] = field(default_factory=list)
    expected: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.table}: {self.words}"


def cells(line: str) -> list[str]:
    """The cells of one line of a table."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in inner.split("|")]


def cases_of(path: Path, first_number: int) -> list[Case]:
    """The cases of one file."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    header = cells(lines[0])
    found: list[Case] = []
    for line in lines[2:]:
        row = dict(zip(header, cells(line), strict=True))
        words = row.pop("case")
        expected = {name: text for name, text in row.items() if name not in SENT}
        sent = {name: row.get(name, UNLESS_SAID.get(name, "")) for name in SENT}
        sent["sent by"] = sent["sent by"] or UNLESS_SAID["sent by"]
        if words:
            found.append(Case(path.stem, first_number + len(found), words, sent["person"]))
            found[-1].expected = expected
        elif any(expected.values()) or sent["person"]:
            raise ValueError(f"{path.name}: a continuing row names a person or an outcome: {line}")
        found[-1].rows.append(sent)
    return found


def all_cases() -> list[Case]:
    """The cases of every file, in the order of files' names."""
    found: list[Case] = []
    for path in sorted(HERE.glob("*.md")):
        found += cases_of(path, len(found) + 1)
    return found
