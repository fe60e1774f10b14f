"""Two sources that give an invented person's surname, written alike or not."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

# person -> (what the chosen source says, what the other says, whether they are two names)
NAMES = {
    "one letter with marks, in one sign and in two": ("Zoëlund", "Zoe\u0308lund", False),
    "with marks and without": ("Zoëlund", "Zoelund", True),
    "small letters and capitals": ("Velgrave", "VELGRAVE", False),
    "small letters and capitals with marks": ("Ålvost", "ÅLVOST", False),
    "a letter whose small form turns on its place": ("ΟΡΜΟΣ", "ορμος", False),
    "two kinds of apostrophe": ("O\u2019Vost", "O'Vost", False),
    "something that does not show": ("Vel\u200bgrave", "Velgrave", False),
    "two names": ("Velgrave", "Ormvost", True),
}
TWO_NAMES = {person for person, (_, _, differ) in NAMES.items() if differ}


def values() -> pa.Table:
    """The table of values that :func:`candour.pipeline.unify.values.conflicts` takes."""
    day = dt.date(2025, 1, 1)
    rows = [
        {
            "person_id": person,
            "death_id": None,
            "entity": "person",
            "field": "surname",
            "value": said[place],
            "value_from": None,
            "value_to": None,
            "kind": "epr",
            "provider": "ZQ1",
            "file": f"{place}.csv",
            "row": number,
            "known_on": day,
            "received_on": day,
            "person_key": f"{person} {place}",
            "standing": "present",
            "chosen": place == 0,
        }
        for number, (person, said) in enumerate(NAMES.items(), start=1)
        for place in (0, 1)
    ]
    types = {"death_id": pa.string(), "value_from": pa.date32(), "value_to": pa.date32()}
    table = pa.Table.from_pylist(rows)
    return table.cast(pa.schema([(f.name, types.get(f.name, f.type)) for f in table.schema]))
