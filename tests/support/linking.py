"""Linking as a person does it: lists, a mapping, one command; pairs held against truth."""

from __future__ import annotations

import contextlib
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from candour.cli.main import main

Row = Mapping[str, str]
COLUMNS = ("id", "given", "family", "born", "sex", "postcode", "number")
MAPPING = """\
id: id
columns: {given: given_name, family: surname, born: birth_date, sex: sex, postcode: postcode,
          number: nhs_number}
"""


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


def person(identity: str, *facts: str) -> dict[str, str]:
    """A row: given name, family name, born, sex, postcode, number; what is left out is blank."""
    return dict(zip(COLUMNS, (identity, *facts, *("",) * 6), strict=False))


def write_list(path: Path, rows: Sequence[Row], columns: Sequence[str] = COLUMNS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def link(out: Path, *words: object, mapping: str = MAPPING) -> Said:
    """Call `candour link`; the mapping is written beside ``out``."""
    path = out.parent / f"{out.name}.yaml"
    path.write_text(mapping, encoding="utf-8")
    spoken, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(spoken), contextlib.redirect_stderr(told):
        code = main(["link", *map(str, words), "--mapping", str(path), "--out", str(out)])
    return Said(code, spoken.getvalue(), told.getvalue())


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def decisions(out: Path) -> dict[frozenset[str], str]:
    """What pairs.csv says of each pair."""
    return {
        frozenset((row["left_id"], row["right_id"])): row["decision"]
        for row in read(out / "pairs.csv")
    }


def clusters(out: Path) -> set[frozenset[str]]:
    held: dict[str, set[str]] = {}
    for row in read(out / "clusters.csv"):
        held.setdefault(row["cluster"], set()).add(row["id"])
    return {frozenset(ids) for ids in held.values()}


def scores(
    claimed: Iterable[frozenset[str]], of_whom: Mapping[str, str]
) -> tuple[float, float, float]:
    """Precision, recall and F1 of claimed pairs, given whom each id is of."""
    pairs = {pair for pair in claimed if len(pair) == 2}
    right = sum(len({of_whom[each] for each in pair}) == 1 for pair in pairs)
    every = sum(n * (n - 1) // 2 for n in Counter(of_whom.values()).values())
    return right / len(pairs), right / every, 2 * right / (len(pairs) + every)


def within(groups: Iterable[frozenset[str]]) -> set[frozenset[str]]:
    """Every pair of two members of one group."""
    return {frozenset((a, b)) for group in groups for a in group for b in group if a < b}


def truth(rows: Iterable[Row], identity: str, of: Callable[[Row], str]) -> dict[str, str]:
    return {row[identity]: of(row) for row in rows}
