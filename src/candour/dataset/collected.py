"""Who already collects a field, under which name, and how their item stands to ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from candour import yaml_file
from candour.dataset.loading import load
from candour.errors import CandourError

FOLDER = Path(__file__).parent / "collected"
KINDS = FOLDER / "_kinds.yaml"
RELATIONS = ("equivalent", "broader", "narrower", "related", "none")
"""How another body's item stands to our field: the same fact; takes in more or says it more
coarsely; says less of it; another fact that bears on it; looked for and not found."""
NOT_FOUND = "-"


@dataclass(frozen=True, slots=True)
class Item:
    """What one flow or form holds of one of our fields; ``name`` is empty where it holds none."""

    path: str
    name: str
    relation: str


@dataclass(frozen=True, slots=True)
class Flow:
    """One national flow, list or form.

    ``source`` is where its items were read; ``read`` is false where they rest on general knowledge
    of the form, which somebody who fills it in should confirm. ``by_hand`` is true where a person
    fills it in for each death. ``legacy`` is true where another is to replace it. ``asked_for`` are
    the kinds of death or event for which it is asked.
    """

    id: str
    title: str
    holder: str
    source: str
    read: bool
    by_hand: bool
    legacy: bool
    asked_for: tuple[str, ...]
    items: Mapping[str, Item]

    def asks(self) -> tuple[str, ...]:
        """Paths of the fields that the form asks, without those looked for and not found there."""
        return tuple(path for path, item in self.items.items() if item.relation != "none")


@cache
def kinds() -> Mapping[str, str]:
    """Kinds of death or event by id, each in words."""
    return MappingProxyType(dict(yaml_file.read(KINDS)["kinds"]))


@cache
def retyping_seconds() -> int:
    """Our estimate of typing again, in one form, what a system already holds."""
    return int(yaml_file.read(KINDS)["retyping_seconds"])


@cache
def flows() -> Mapping[str, Flow]:
    """Every flow and form by id, in alphabetical order.

    Raises CandourError where one names a field, a kind or a relation that does not exist.
    """
    found = (_read(path) for path in sorted(FOLDER.glob("[a-z]*.yaml")))
    return MappingProxyType({flow.id: flow for flow in found})


def collected_by(path: str) -> list[dict[str, Any]]:
    """Who collects the field at ``path``: flow, holder, name, relation, source, and whether read.

    Equivalent items come first. What was looked for and not found is told too.
    """
    held = [(flow, flow.items[path]) for flow in flows().values() if path in flow.items]
    held.sort(key=lambda pair: RELATIONS.index(pair[1].relation))
    return [
        {
            "flow": flow.id,
            "title": flow.title,
            "holder": flow.holder,
            "name": item.name or None,
            "relation": item.relation,
            "source": flow.source,
            "read": flow.read,
        }
        for flow, item in held
    ]


def _read(path: Path) -> Flow:
    data: dict[str, Any] = yaml_file.read(path)
    if data["id"] != path.stem:
        raise CandourError(f"{path.name} holds the flow {data['id']}.")
    unknown = set(data["asked_for"]) - set(kinds())
    if unknown:
        raise CandourError(f"{path.name} is asked for kinds that do not exist: {sorted(unknown)}.")
    return Flow(
        id=str(data["id"]),
        title=str(data["title"]),
        holder=str(data["holder"]),
        source=str(data["source"]),
        read=bool(data["read"]),
        by_hand=bool(data["by_hand"]),
        legacy=bool(data.get("legacy")),
        asked_for=tuple(data["asked_for"]),
        items=MappingProxyType({p: _item(path, p, said) for p, said in data["items"].items()}),
    )


def _item(file: Path, path: str, said: str) -> Item:
    name, _, relation = (part.strip() for part in said.rpartition("|"))
    if relation not in RELATIONS or not name or (relation == "none") != (name == NOT_FOUND):
        raise CandourError(f"{file.name}: {path} must say NAME | relation, and - only for none.")
    if path not in _paths():
        raise CandourError(f"{file.name} names {path}, which is no field.")
    return Item(path, "" if name == NOT_FOUND else name, relation)


@cache
def _paths() -> frozenset[str]:
    return frozenset(each.path for each in load().fields())
