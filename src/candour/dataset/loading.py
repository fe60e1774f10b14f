"""Reads the LinkML schema into entities and fields."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from candour.dataset.code_lists import codelist_ids
from candour.dataset.model import SENSITIVITIES, TYPES, DataSet, Entity, Field
from candour.errors import CandourError, UserError

SCHEMA = Path(__file__).parent / "schema" / "candour.yaml"


MADE = Path(__file__).parent / "made" / "data_set.json"
"""The schema as read, written by ``candour.dataset.derive``: LinkML takes most of a second."""


@cache
def load() -> DataSet:
    """The data set as this version of Candour ships it."""
    made = json.loads(MADE.read_text(encoding="utf-8"))
    entities = []
    for one in made["entities"]:
        fields = {f["name"]: Field(**f) for f in one.pop("fields")}
        entities.append(Entity(**one, fields=MappingProxyType(fields)))
    return DataSet(
        release=made["release"],
        title=made["title"],
        plausible_until=date.fromisoformat(made["plausible_until"]),
        entities=MappingProxyType({entity.name: entity for entity in entities}),
    )


def as_json(data_set: DataSet) -> str:
    """The data set as the text that ``load`` reads."""
    entities = [
        {
            "name": one.name,
            "path": one.path,
            "title": one.title,
            "meaning": one.meaning,
            "derived": one.derived,
            "apart": one.apart,
            "fields": [asdict(field) for field in one.fields.values()],
        }
        for one in data_set.entities.values()
    ]
    made = {
        "release": data_set.release,
        "title": data_set.title,
        "plausible_until": data_set.plausible_until.isoformat(),
        "entities": entities,
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def read(path: Path) -> DataSet:
    """The data set written in the LinkML schema at ``path``.

    Raises CandourError (our fault) where the schema leaves out what every field must say.
    """
    from linkml_runtime.utils.schemaview import SchemaView

    view = SchemaView(str(path))
    schema = view.schema
    notes = _annotations(schema)
    entities: dict[str, Entity] = {}
    for name in view.all_classes():
        entity = _entity(view, str(name))
        entities[entity.name] = entity
    return DataSet(
        release=str(schema.version),
        title=str(schema.title),
        plausible_until=date.fromisoformat(_said(notes, "plausible_until", "the data set")),
        entities=MappingProxyType(entities),
    )


@cache
def _fields_by_path() -> MappingProxyType[str, Field]:
    return MappingProxyType({f.path: f for f in load().fields()})


def field(path: str) -> Field:
    """The field at ``path`` (``death.death_date``). Raises UserError for a path that is not."""
    found = _fields_by_path().get(path)
    if found is None:
        raise UserError(
            f"The data set has no field {path!r}.",
            "`candour dictionary` lists every field; paths are written like `death.death_date`.",
        )
    return found


def _entity(view: Any, name: str) -> Entity:
    cls = view.get_class(name)
    notes = _annotations(cls)
    path = _said(notes, "path", name)
    fields: dict[str, Field] = {}
    for slot_name, slot in cls.attributes.items():
        fields[str(slot_name)] = _field(f"{path}.{slot_name}", slot)
    return Entity(
        name=name,
        path=path,
        title=str(cls.title),
        meaning=_one_line(cls.description),
        derived=notes.get("derived") == "true",
        fields=MappingProxyType(fields),
        apart=notes.get("apart") == "true",
    )


def _field(path: str, slot: Any) -> Field:
    notes = _annotations(slot)
    sensitivity = _said(notes, "sensitivity", path)
    codelist = notes.get("codelist")
    field_type = str(slot.range)
    if field_type not in TYPES:
        raise CandourError(f"{path} has type {field_type!r}, which no parser knows.")
    if sensitivity not in SENSITIVITIES:
        raise CandourError(f"{path} has sensitivity {sensitivity!r}, which is not one of ours.")
    if field_type == "code" and codelist not in codelist_ids():
        raise CandourError(f"{path} is a code and names no code list that is shipped.")
    if not slot.title or not slot.description:
        raise CandourError(f"{path} has no title or no meaning.")
    return Field(
        path=path,
        name=path.split(".", 1)[1],
        type=field_type,
        title=str(slot.title),
        meaning=_one_line(slot.description),
        why=_said(notes, "why", path),
        required_when=_said(notes, "required_when", path),
        sensitivity=sensitivity,
        seconds=int(_said(notes, "seconds", path)),
        release=_said(notes, "release", path),
        codelist=codelist,
        may_be_future=notes.get("may_be_future") == "true",
        retired=notes.get("retired"),
    )


def _annotations(element: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag, note in element.annotations.items():
        value = note.value
        text = str(value).lower() if isinstance(value, bool) else str(value)
        found[str(tag)] = _one_line(text)
    return found


def _said(notes: dict[str, str], tag: str, where: str) -> str:
    if not notes.get(tag):
        raise CandourError(f"{where} does not say its {tag.replace('_', ' ')}.")
    return notes[tag]


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
