"""Contested terms: words that bodies use in different senses, with the position of each.

Nothing is measured under a term. What can be counted is counted under a variant that names whose it
is, as a definition of its own; a theme or a text may be tagged with a term and its variant.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from candour import yaml_file

Stance = Literal["defines", "adopts", "adopts with change", "objects", "uses undefined", "asks"]

STANCE_MEANS: Mapping[Stance, str] = {
    "defines": "has a wording of its own",
    "adopts": "uses the wording of another body",
    "adopts with change": "uses another body's wording with a change",
    "objects": "objects to a wording",
    "uses undefined": "uses the word without saying what it means",
    "asks": "asks that it be defined",
}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Position(_Part):
    """What one body, family or staff group says, in our words, where it was read, and how well.

    ``variant`` is the definition, if any, that computes it. ``read`` says what was read: the
    source itself, a description of it by others, or nothing but what is known in the field.
    """

    body: str
    stance: Stance
    says: str
    source: str
    read: Literal["source", "description", "general knowledge"]
    variant: str | None = None


class Axis(_Part):
    """One of the questions that the term mixes: its name, what it asks, the fields that hold it."""

    name: str
    asks: str
    fields: tuple[str, ...] = ()
    held: str


class Term(_Part):
    """One contested term.

    ``watch`` is the day by which somebody has to look again, and ``watch_for`` what may have come.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str
    plain: str
    status: Literal["contested"]
    owner: str
    asked_for_by: str
    watch: date
    watch_for: str
    rule: str
    positions: tuple[Position, ...] = Field(min_length=2)
    axes: tuple[Axis, ...] = ()
    restricted: str | None = None


@cache
def terms() -> Mapping[str, Term]:
    """Every contested term by id."""
    sheet = yaml_file.read(files("candour.definitions").joinpath("terms.yaml"))
    return {entry["id"]: Term(**entry) for entry in sheet["terms"]}
