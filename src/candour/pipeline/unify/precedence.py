"""Which source's value is shown first: read from ``precedence.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from candour import yaml_file

HERE = Path(__file__).parent / "precedence.yaml"
LAST = 9
"""Rank of a kind of source that no list names, such as one of a user's own mapping."""


@cache
def _lists() -> dict[str, list[list[str]]]:
    read: dict[str, list[list[str]]] = yaml_file.read(HERE)
    return read


def ranks(path: str) -> dict[str, int]:
    """Rank (1 is first) of each kind of source for the field at ``path``."""
    lists = _lists()
    found = lists.get(path) or lists.get(path.split(".")[0] + ".*") or lists["*"]
    return {kind: rank for rank, kinds in enumerate(found, start=1) for kind in kinds}


def rank_sql(path: str, kind: str) -> str:
    """The rank as an SQL expression over the column ``kind``."""
    cases = " ".join(f"WHEN '{name}' THEN {rank}" for name, rank in sorted(ranks(path).items()))
    return f"CASE {kind} {cases} ELSE {LAST} END"
