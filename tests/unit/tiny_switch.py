"""The tiny run with the tables that questions about sources and stays rest on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import tiny_run
from tiny_run import day
from tiny_schemas import DATE, TEXT, YES

SCHEMAS = {
    "spells": {
        "person_id": TEXT,
        "person_key": TEXT,
        "spell_key": TEXT,
        "provider": TEXT,
        "ward": TEXT,
        "admitted_on": DATE,
        "discharged_on": DATE,
        "discharge_unread": YES,
        "ending": TEXT,
    },
    "near_misses": {
        "near_miss_id": TEXT,
        "person_id": TEXT,
        "provider": TEXT,
        "occurred_on": DATE,
        "reported_on": DATE,
        "event_kind": TEXT,
        "harm_actual": TEXT,
    },
    "submissions": {"submission": TEXT, "file": TEXT, "may_be_shown_to": TEXT},
    "values": {
        "person_id": TEXT,
        "entity": TEXT,
        "field": TEXT,
        "about": TEXT,
        "value_from": DATE,
        "value_to": DATE,
        "person_key": TEXT,
        "submission": TEXT,
        "provider": TEXT,
        "standing": TEXT,
    },
    "stays": {"stay_id": TEXT, "provider": TEXT, "ward": TEXT},
}


def spell(person: str, key: str, admitted: str, discharged: str | None, ending: str) -> Any:
    """A spell of a person of the tiny run, on a list of ZX901."""
    return {
        "person_id": f"P-{person}",
        "person_key": f"ZX901/caseload:{person}",
        "spell_key": key,
        "provider": "ZX901",
        "ward": "ALDER",
        "admitted_on": day(admitted),
        "discharged_on": day(discharged) if discharged else None,
        "discharge_unread": False,
        "ending": ending,
    }


def said(person: str, field: str, on: str, *, about: str | None = None, file: str = "1") -> Any:
    """A dated value that the list of ZX901 holds of a person, in one of its files."""
    entity = {"care_closed_on": "report", "death_date": "death"}.get(field, "stay")
    return {
        "person_id": f"P-{person}",
        "entity": entity,
        "field": field,
        "about": about,
        "value_from": day(on),
        "value_to": day(on),
        "person_key": f"ZX901/caseload:{person}",
        "submission": file,
        "provider": "ZX901",
        "standing": "present",
    }


def write(
    folder: Path, changed: dict[str, list[dict[str, Any]]] | None = None, **more: Any
) -> Path:
    """The tiny run at ``folder``, with rows for the tables of :data:`SCHEMAS`; gives it back."""
    tiny_run.write(folder, changed)
    for name, columns in SCHEMAS.items():
        if name in more or name not in ("values", "stays"):
            room = "identified" if name == "values" else "open"
            table = pa.Table.from_pylist(
                more.get(name, []), schema=pa.schema(list(columns.items()))
            )
            pq.write_table(table, folder / room / f"{name}.parquet")
    manifest = folder / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    for name in more:
        text = text.replace(f'"{name}": {{"rows"', f'"{name}-before": {{"rows"')
    manifest.write_text(text, encoding="utf-8")
    return folder
