"""Arrow schemas of the data set: the shape in which its records travel between programs.

A code and a yes, no or unknown are text, with the list and its version beside them. A date that may
be known to the month or the year alone is a pair of days, the earliest and the latest that it can
mean, so that no program takes it for the first of the month.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from candour.dataset.code_lists import codelist
from candour.dataset.loading import load
from candour.errors import UserError

if TYPE_CHECKING:
    import pyarrow as pa

    from candour.dataset.model import Entity, Field

EARLIEST, LATEST = "earliest", "latest"


def arrow_schema(entity: str) -> pa.Schema:
    """The schema of the records of one entity, by its path (``near_miss``).

    Every column may be null, which means "not said". The metadata of a column are ``path``,
    ``title``, ``meaning``, ``sensitivity``, ``release``, where they apply ``codelist`` (as
    ``id@version``) and ``retired``; those of the schema are ``entity``, ``release`` and ``title``.
    Raises UserError for a path that is none.
    """
    import pyarrow as pa

    try:
        found = load().entity_at(entity)
    except KeyError:
        raise UserError(
            f"The data set has no entity {entity!r}.",
            f"It has {', '.join(e.path for e in load().entities.values())}.",
        ) from None
    columns = [
        pa.field(each.name, _type(each), nullable=True, metadata=_said(each))
        for each in found.fields.values()
    ]
    return pa.schema(columns, metadata=_of_entity(found))


def as_json() -> str:
    """Every schema as text that a person and a program can read."""
    made = {
        "release": load().release,
        "entities": {entity.path: _plain(entity) for entity in load().entities.values()},
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _plain(entity: Entity) -> dict[str, Any]:
    return {
        **_of_entity(entity),
        "columns": [
            {"name": each.name, "type": str(_type(each)), "nullable": True, **_said(each)}
            for each in entity.fields.values()
        ],
    }


def _type(field: Field) -> Any:
    import pyarrow as pa

    if field.type == "partial_date":
        return pa.struct([(EARLIEST, pa.date32()), (LATEST, pa.date32())])
    return {"date": pa.date32(), "integer": pa.int64()}.get(field.type, pa.string())


def _said(field: Field) -> dict[str, str]:
    listed = "yes_no_unknown" if field.type == "yes_no_unknown" else field.codelist
    return {
        "path": field.path,
        "title": field.title,
        "meaning": field.meaning,
        "sensitivity": field.sensitivity,
        "release": field.release,
        **({"codelist": codelist(listed).ref} if listed else {}),
        **({"retired": field.retired} if field.retired else {}),
    }


def _of_entity(entity: Entity) -> dict[str, str]:
    return {"entity": entity.path, "release": load().release, "title": entity.title}
