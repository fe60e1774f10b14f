"""How a definition stands: who takes which position, who uses it, how to tell a family.

Kept apart from the catalogue because a published version never changes, and positions do.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from pydantic import BaseModel, ConfigDict, Field

from candour import yaml_file
from candour.definitions.terms import Position, terms


class Standing(BaseModel):
    """For one definition: positions, users, and an example that a family could read.

    ``used_by`` names bodies, returns and commands; ``family`` is said as one would say it to
    somebody whose relative it was, about an invented person.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: str = Field(min_length=60)
    used_by: tuple[str, ...] = Field(min_length=1)
    positions: tuple[Position, ...] = ()


@cache
def standings() -> Mapping[str, Standing]:
    """Every definition's standing by id: one file each in ``standing/``."""
    folder = files("candour.definitions").joinpath("standing")
    entries = sorted((e for e in folder.iterdir() if e.name.endswith(".yaml")), key=_name)
    return {_name(entry): Standing(**yaml_file.read(entry)) for entry in entries}


def rests_on_general_knowledge(identity: str) -> bool:
    """Whether nothing of a definition's source was read: it stands as it is known in the field.

    Every output that counts under such a definition says so.
    """
    standing = standings().get(identity)
    own = [p.read for p in standing.positions[:1]] if standing else []
    variants = [p.read for t in terms().values() for p in t.positions if p.variant == identity]
    return (own or variants)[:1] == ["general knowledge"]


def _name(entry: Traversable) -> str:
    return entry.name.removesuffix(".yaml")
