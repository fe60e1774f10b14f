"""A run of format 1 with six invented deaths, table by table: small enough to know by heart.

Nothing here comes out of the pipeline, so that what asks a run is tested by itself, in moments.

| death | died | what is known | hssib-2025 |
| --- | --- | --- | --- |
| D-WINDOW | 2025-02-20 | left hospital on 2025-02-03; two providers share it | in |
| D-MONTH | some day of 2025-03 | no stay on any list | out |
| D-UNDATED | not known | left hospital on 2025-01-10 | cannot-tell |
| D-WARD | 2025-04-02 | within a stay | in |
| D-TWICE | 2025-05-01 or 2025-05-09 | left hospital on 2025-04-05: day 26 or day 34 | cannot-tell |
| D-LATER | 2025-06-30 | left hospital on 2025-05-30: day 31 | out |
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from tiny_schemas import IDENTIFIED, SCHEMAS

from candour.definitions import catalogue, evaluate, settings_text


def day(text: str) -> dt.date:
    """2025-02-20 as a date."""
    return dt.date.fromisoformat(text)


DATES: dict[str, tuple[str, str, str] | None] = {
    "D-WINDOW": ("2025-02-20", "2025-02-20", "day"),
    "D-MONTH": ("2025-03-01", "2025-03-31", "month"),
    "D-UNDATED": None,
    "D-WARD": ("2025-04-02", "2025-04-02", "day"),
    "D-TWICE": ("2025-05-01", "2025-05-01", "day"),
    "D-LATER": ("2025-06-30", "2025-06-30", "day"),
}
ABOUT = {
    "D-WINDOW": {"age_years": 63, "sex": "2", "ethnic_category": "A"},
    "D-WARD": {"age_years": 17, "sex": "1", "ethnic_category": "Z"},
    "D-LATER": {"age_years": 64, "sex": "2"},
}
SCENARIOS: dict[str, list[dict[str, Any]]] = {
    "D-WINDOW": [{"death_date": day("2025-02-20"), "last_discharge": day("2025-02-03")}],
    "D-MONTH": [
        {"death_date": day("2025-03-01"), "assumption": "the death was on 2025-03-01"},
        {"death_date": day("2025-03-31"), "assumption": "the death was on 2025-03-31"},
    ],
    "D-UNDATED": [{"last_discharge": day("2025-01-10"), "during_stay": None}],
    "D-WARD": [{"death_date": day("2025-04-02"), "during_stay": True}],
    "D-TWICE": [
        {"death_date": day("2025-05-01"), "last_discharge": day("2025-04-05")},
        {"death_date": day("2025-05-09"), "last_discharge": day("2025-04-05")},
    ],
    "D-LATER": [{"death_date": day("2025-06-30"), "last_discharge": day("2025-05-30")}],
}
SHARES = [("D-WINDOW", "ZX901", True), ("D-WINDOW", "ZX902", False), ("D-WARD", "ZX901", True)]
KNOWN_BY = {
    "D-WINDOW": ("caseload.csv", "registrations.csv"),
    "D-MONTH": ("registrations.csv",),
    "D-UNDATED": ("caseload.csv",),
    "D-WARD": ("caseload.csv",),
    "D-TWICE": ("caseload.csv", "registrations.csv"),
    "D-LATER": ("registrations.csv",),
}
LISTS = {
    "caseload.csv": ("ZX901", "epr", "caseload", "epr"),
    "registrations.csv": ("ZX900", "registration", "registrations", "registration"),
}


def tables() -> dict[str, list[dict[str, Any]]]:
    """The rows of every table; a test may change them before it writes them."""
    scenarios = {
        death: [
            {
                "death_id": death,
                "scenario": number,
                "assumption": "",
                "stays_known": True,
                "during_stay": False,
                **given,
            }
            for number, given in enumerate(several)
        ]
        for death, several in SCENARIOS.items()
    }
    return {
        "deaths": [_death(death) for death in DATES],
        "facets": [_whole(row) for several in scenarios.values() for row in several],
        "classified": [
            {
                "death_id": death,
                "definition": definition.id,
                "version": definition.version,
                "settings": settings_text(definition, {}),
                "outcome": evaluate(definition, [_whole(row) for row in several], {}).outcome,
            }
            for death, several in scenarios.items()
            for definition in catalogue().values()
        ],
        "ledger": [_entry(death, file) for death in DATES for file in LISTS],
        "shares": [dict(zip(SCHEMAS["shares"], row, strict=True)) for row in SHARES],
        "identities": [
            {
                "person_key": f"ZX901/caseload:EX-{number}",
                "person_id": death.replace("D-", "P-"),
                "death_id": death,
                "identified": True,
            }
            for number, death in enumerate(DATES, start=1)
        ],
        "aliases": [
            {
                "alias": "D-EARLIER",
                "id": "D-WINDOW",
                "source_identity": "ZX900/registrations:RX-1",
                "reason": "One person.",
            }
        ],
        "links": [
            {
                "left": "ZX901/caseload:EX-1",
                "right": "ZX900/registrations:RX-1",
                "rule": "decision",
                "decision": "same",
                "reason": "A person decided that they are one person.",
                "decided_on": day("2025-07-01"),
            }
        ],
        "decisions": [
            {
                "left": "ZX901/caseload:EX-1",
                "right": "ZX900/registrations:RX-1",
                "decision": "same",
                "decided_on": day("2025-07-01"),
                "decided_by": "A linkage officer",
                "why": "Both records were read.",
                "row": 1,
            }
        ],
        "stays": [
            {
                "stay_id": "S-1",
                "person_id": "P-WINDOW",
                "started_on": day("2025-01-06"),
                "ended_on": day("2025-02-03"),
                "ending": "alive",
                "provider": "ZX901",
                "spells": 2,
                "discharge_method": "1",
                "discharge_destination": "19",
                "unresolved": False,
                "open_earlier": False,
            }
        ],
        "values": [
            _value("death", "death_date", "2025-02-20", "20/02/2025", "registrations.csv", True),
            _value("death", "death_date", "2025-02-21", "2025-02-21", "caseload.csv", False),
            _value("death", "died", "yes", None, "registrations.csv", True),
        ],
        "conflicts": [
            {
                "person_id": "P-WINDOW",
                "death_id": "D-WINDOW",
                "conflict": "values-differ",
                "entity": "death",
                "field": "death_date",
                "chosen_value": "2025-02-20",
                "chosen_kind": "registration",
                "chosen_file": "registrations.csv",
                "other_value": "2025-02-21",
                "other_kind": "epr",
                "other_file": "caseload.csv",
                "other_row": 1,
            }
        ],
        "findings": [],
    }


def write(
    folder: Path, changed: dict[str, list[dict[str, Any]]] | None = None, **manifest: Any
) -> Path:
    """Write the run at ``folder``; gives it back. ``manifest`` replaces entries of its manifest."""
    rows = {**tables(), **(changed or {})}
    for room in ("identified", "open"):
        (folder / room).mkdir(parents=True, mode=0o700)
    for name, columns in SCHEMAS.items():
        table = pa.Table.from_pylist(rows[name], schema=pa.schema(list(columns.items())))
        room = "identified" if name in IDENTIFIED else "open"
        pq.write_table(table, folder / room / f"{name}.parquet")
    said = {
        "format": 1,
        "candour": "0.1.0",
        "definitions": [d.ref for d in catalogue().values()],
        "as_known_on": None,
        "basis": "stated",
        "data": "invented",
        "inputs": [
            {"submission": _hash(file), "file": file, "received_on": "2025-08-01", "left_out": None}
            for file in LISTS
        ],
        "decisions": {"count": 1, "digest": "0" * 64},
        "tables": {name: {"rows": len(rows[name]), "digest": "0" * 64} for name in SCHEMAS},
        **manifest,
    }
    (folder / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    return folder


def _hash(file: str) -> str:
    return f"{sum(file.encode()):064x}"


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row.get(name) for name in SCHEMAS["facets"]}


def _death(death: str) -> dict[str, Any]:
    known = DATES[death]
    first, last, precision = known or (None, None, "not-known")
    return {
        "death_id": death,
        "person_id": death.replace("D-", "P-"),
        "identified": True,
        "death_date": day(first) if first and first == last else None,
        "death_date_from": day(first) if first else None,
        "death_date_to": day(last) if last else None,
        "death_date_precision": precision,
        "death_date_source": "registration" if known else None,
        **ABOUT.get(death, {}),
    }


def _entry(death: str, file: str) -> dict[str, Any]:
    provider, layout, role, kind = LISTS[file]
    knows = file in KNOWN_BY[death]
    return {
        "death_id": death,
        "provider": provider,
        "layout": layout,
        "role": role,
        "kind": kind,
        "file": file,
        "knows": knows,
        "known_on": day("2025-03-01") if knows else None,
        "received_on": day("2025-08-01"),
        "says": "2025-02-20" if knows else None,
        "relation": "national" if kind == "registration" else "knows-the-person",
        "expected": "expected" if kind == "registration" else "need-not",
        "rule": "registration-act-1953" if kind == "registration" else None,
        "rule_words": None,
    }


def _value(
    entity: str, field: str, value: str, sent: str | None, file: str, chosen: bool
) -> dict[str, Any]:
    provider, _, _, kind = LISTS[file]
    return {
        "person_id": "P-WINDOW",
        "entity": entity,
        "field": field,
        "value": value,
        "as_sent": sent,
        "chosen": chosen,
        "standing": "present",
        "source_field": "by the layout" if sent is None else "DateOfDeath",
        "kind": kind,
        "provider": provider,
        "file": file,
        "row": 1,
        "known_on": day("2025-03-01"),
        "received_on": day("2025-08-01"),
    }
