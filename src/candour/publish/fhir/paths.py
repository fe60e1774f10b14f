"""Which element of FHIR R4 holds each field of the data set, and why some have none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from candour import yaml_file
from candour.dataset import load
from candour.errors import CandourError

HERE = FilePath(__file__).parent / "paths.yaml"


@dataclass(frozen=True, slots=True)
class Path:
    """One field: the element that holds it, or the reason why none does."""

    field: str
    title: str
    element: str | None
    reason: str | None


@cache
def paths() -> tuple[Path, ...]:
    """Every field of the data set in its order.

    Raises CandourError where ``paths.yaml`` names a field that is none, or leaves one out.
    """
    read: dict[str, dict[str, Any]] = yaml_file.read(HERE)["entities"]
    found = []
    for entity in load().entities.values():
        said = read.get(entity.path)
        if said is None:
            raise CandourError(f"{HERE.name} says nothing of {entity.path}.")
        elements, reasons = said.get("paths", {}), said.get("reasons", {})
        unknown = {*elements, *reasons} - set(entity.fields)
        if unknown:
            raise CandourError(f"{HERE.name}: {entity.path} has no {sorted(unknown)}.")
        for each in entity.fields.values():
            element = elements.get(each.name)
            reason = None if element else reasons.get(each.name, said.get("otherwise"))
            if not element and not reason:
                raise CandourError(f"{HERE.name} says nothing of {each.path}.")
            found.append(Path(each.path, each.title, element, reason))
    return tuple(found)
