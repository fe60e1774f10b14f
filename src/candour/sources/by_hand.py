"""The layout of the workbook that a person fills in by hand, made from the data set.

    python -m candour.cli.derive    writes sources/by-hand/mapping.yaml afresh

One sheet per kind of thing, the field's own name over each column, and the provider's own number
of the person in the first. So the workbook is written from the data set and read by it, and a field
that is added to the one is in the other.
"""

from __future__ import annotations

from pathlib import Path

from candour.dataset import Entity, load
from candour.dataset.model import DATE_TYPES

MAPPING = Path(__file__).parent / "by-hand" / "mapping.yaml"
PERSON = "person"
WHOSE = "local_patient_id"
"""The first column of every sheet: whom a row is about."""
NOT_BY_HAND = frozenset({"report"})
"""What another system wrote of an event: it comes as that system's extract."""
ONCE = (PERSON, "death", "care", "duty_of_candour", "person_centred_care", "staff_support")
"""Kinds of thing of which a person has one."""
GUIDE = "How to fill this in"
CODES = "Words to choose from"
"""Sheets of the workbook that hold no rows."""
_BESIDE = {"care_rating": "phase", "notification": "recipient", "circumstances": "about"}
"""Where one review, or one letter, has several rows: what they differ in."""
_FOUND_BY = 3
_HEAD = """\
# Made by `python -m candour.cli.derive` from the data set; change the data set instead.
# The workbook of `candour dictionary --workbook`, filled in: a sheet for each kind of thing, named
# as in the data set, with its fields' own names. Rows are about single cases, so that not standing
# on a sheet says nothing, and an empty sheet is no list.
id: by-hand
version: 1.0.0
title: The blank workbook of the data set, filled in by hand
delivery: increment
purpose: learning from deaths
files:
"""


def entities() -> tuple[Entity, ...]:
    """Kinds of thing that a person may fill in, in the order of the data set."""
    return tuple(e for e in load().entities.values() if e.sent and e.path not in NOT_BY_HAND)


def key_of(entity: Entity) -> tuple[str, ...]:
    """The fields that tell two rows of one person apart, beside whom they are about.

    Of some kinds a person has one row. Else the local ids and the first day; where there is no
    local id, what comes first of the kind of thing as well. Two rows are not taken for one because
    somebody left a number out.
    """
    if entity.path in ONCE:
        return ()
    fields = list(entity.fields.values())
    ids = [f.name for f in fields if f.type == "local_id"]
    days = [f.name for f in fields if f.type in DATE_TYPES][:1]
    first = [] if ids else [f.name for f in fields if f.type not in DATE_TYPES][:2]
    beside = [_BESIDE[entity.path]] if entity.path in _BESIDE else []
    return tuple(dict.fromkeys((*ids, *days, *first, *beside)))


def mapping() -> str:
    """The mapping as YAML text."""
    parts = [_role(entity) for entity in entities()]
    joins = [
        f"  - {{left: {entity.path}.{WHOSE}, right: {PERSON}.{WHOSE}}}\n"
        for entity in entities()
        if entity.path != PERSON
    ]
    others = f'\nother_sheets: ["{GUIDE}", "{CODES}"]\n'
    return _HEAD + "\n".join(parts) + "\njoins:\n" + "".join(joins) + others


def _role(entity: Entity) -> str:
    path = entity.path
    own = [name for name in entity.fields if name != WHOSE]
    rows_are = PERSON if path == PERSON else f"{PERSON}, {path}"
    key = ", ".join((WHOSE, *key_of(entity)))
    lines = [
        f"  {path}:",
        "    kind: by-hand",
        "    by_hand: true",
        "    words: true",
        f"    header: {{find: [{', '.join((WHOSE, *own[:_FOUND_BY]))}]}}",
        f'    sheet: "{path}"',
        f"    rows_are: [{rows_are}]",
        f"    key: {{{PERSON}: [{WHOSE}]}}"
        if path == PERSON
        else f"    key: {{{PERSON}: [{WHOSE}], {path}: [{key}]}}",
        "    columns:",
        f"      {WHOSE}: {PERSON}.{WHOSE}",
        *(f"      {name}: {path}.{name}" for name in own),
        "    dates: {order: dmy, zone: Europe/London}",
    ]
    return "\n".join(lines) + "\n"
