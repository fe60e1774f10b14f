"""A first draft of a mapping for a file that no layout knows.

Columns are matched by name (against every shipped layout and the data set itself) and by what they
hold. What could not be told is left blank and marked ``# ?``: such a draft does not load until a
person has filled the marked places, so nothing is guessed into a record.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass

from candour.dataset import codelist, load
from candour.dataset.model import DATE_TYPES, Field
from candour.sources.content import Content
from candour.sources.registry import Layouts

MARK = "# ?"
_NOT_PLAIN = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
MOST_CODES = 60
"""A column with more different values than this is no column of codes."""

_SAME_WORDS = {
    "person.nhs_number": ("nhs number", "nhs no", "nhsno", "nhs num", "nhs"),
    "person.local_patient_id": ("patient id", "hospital number", "mrn", "rio id", "client id"),
    "person.surname": ("surname", "last name", "family name"),
    "person.given_name": ("forename", "first name", "given name", "forenames"),
    "person.full_name": ("name", "patient name", "full name"),
    "person.birth_date": ("dob", "date of birth", "birth date", "d o b"),
    "person.sex": ("sex", "gender"),
    "person.ethnic_category": ("ethnicity", "ethnic group", "ethnic category"),
    "person.postcode": ("postcode", "post code", "home postcode"),
    "stay.admitted_on": ("admitted", "admission date", "date of admission", "admit date"),
    "stay.discharged_on": ("discharged", "discharge date", "date of discharge", "disch date"),
    "stay.discharge_method": ("discharge method", "method of discharge"),
    "stay.discharge_destination": ("discharge destination", "destination"),
    "stay.ward": ("ward", "ward name", "ward code"),
    "stay.mha_status": ("mha status", "section", "legal status"),
    "death.death_date": ("date of death", "dod", "death date", "died on", "deceased date"),
    "death.notified_on": ("date notified", "notified on", "trust notified"),
    "death.registered_on": ("date registered", "registration date"),
    "death.coroner_area": ("coroner", "coroner area"),
    "death.inquest_conclusion": ("conclusion", "inquest conclusion"),
}


@dataclass(frozen=True)
class Told:
    """What is thought of one column: its field, or why there is none."""

    column: str
    path: str | None
    why: str


def draft(
    layout_id: str, columns: MappingOf[str, Sequence[str]], contents: MappingOf[str, Content]
) -> str:
    """The text of a mapping file.

    ``columns`` gives each column's different values, ``contents`` what these look like. Values
    stand in the draft only where a column is one of codes.
    """
    told = told_of(columns, contents)
    fields = {field.path: field for field in load().fields()}
    matched = {each.column: fields[each.path] for each in told if each.path}
    entities = list(dict.fromkeys(field.path.split(".")[0] for field in matched.values()))
    lines = [
        f"# A first draft. Fill every place marked {MARK} and take the mark away; until then it",
        "# does not load. `candour dictionary` lists the fields.",
        f"id: {layout_id}",
        "version: 0.1.0",
        f"title:      {MARK} what this extract is, in a few words",
        "delivery: increment      # or snapshot: [provider], if each file replaces the one before",
        f"purpose:      {MARK} for what the data may be used, such as: learning from deaths",
        'implies: {}      # such as {death.died: "yes"} where being on this list says so',
        "cannot_say: []      # what this extract has no way to tell, such as [near_miss]",
        "files:",
        "  rows:",
        f"    kind:      {MARK} what sort of source: epr, admissions, incidents, registration, …",
        f"    header: {{find: [{', '.join(_quoted(name) for name in _known_by(matched))}]}}",
        f"    rows_are: [{', '.join(entities)}]" + ("" if entities else f"      {MARK}"),
        *_key(matched, entities),
        "    columns:",
    ]
    for each in told:
        if each.path:
            lines.append(f"      {_quoted(each.column)}: {each.path}")
        else:
            lines.append(f"      {_quoted(each.column)}:      {MARK} {each.why}")
    lines.append("    not_carried: []      # move columns here that are not to be read")
    lines += _codes(matched, columns)
    lines += _dates(matched, contents)
    lines.append('    nulls: ["", "NULL"]')
    return "\n".join(lines) + "\n"


def told_of(
    columns: MappingOf[str, Sequence[str]], contents: MappingOf[str, Content]
) -> list[Told]:
    """For each column the field that its name and its content agree on, in the file's order."""
    names = _names()
    fields = {field.path: field for field in load().fields()}
    taken: set[str] = set()
    found: list[Told] = []
    for column in columns:
        content = contents[column]
        said = [path for path in names.get(_plain(column), ()) if path not in taken]
        path = next((p for p in said if content.may_be(fields[p].type)), None)
        if path is None and not said:
            path = content.field if content.field and content.field not in taken else None
        if path is not None:
            taken.add(path)
            found.append(Told(column, path, ""))
        elif said:
            found.append(Told(column, None, f"named like {said[0]}, and holds something else"))
        else:
            found.append(Told(column, None, f"{content.words}; a field, or not_carried"))
    return found


def _names() -> dict[str, list[str]]:
    """Field paths by plain column name: those used most first."""
    seen: dict[str, Counter[str]] = {}
    for path, spellings in _SAME_WORDS.items():
        for spelling in spellings:
            seen.setdefault(_plain(spelling), Counter())[path] += 100
    for _, _, role in Layouts.shipped().roles():
        for target in role.targets():
            if target.how == "column":
                seen.setdefault(_plain(target.columns[0]), Counter())[target.path] += 1
    for field in load().fields():
        for spelling in (field.name, field.title):
            seen.setdefault(_plain(spelling), Counter())[field.path] += 1
    usable = {f.path for e in load().entities.values() if e.sent for f in e.fields.values()}
    return {
        name: [path for path, _ in counted.most_common() if path in usable]
        for name, counted in seen.items()
    }


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _quoted(text: str) -> str:
    """A text as YAML, in quotes where it needs them."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_ /-]*", text) is not None
    if plain and text.strip() == text and text.casefold() not in _NOT_PLAIN:
        return text
    return json.dumps(text, ensure_ascii=False)


def _known_by(matched: MappingOf[str, Field]) -> list[str]:
    """Up to five columns by which the file is known again: ids and dates first."""
    rank = {"local_id": 0, "nhs_number": 0, "date": 1, "partial_date": 1}
    ordered = sorted(matched, key=lambda name: rank.get(matched[name].type, 2))
    chosen = set(ordered[:5])
    return [name for name in matched if name in chosen]


def _key(matched: MappingOf[str, Field], entities: Sequence[str]) -> list[str]:
    column_of = {field.path: _quoted(column) for column, field in matched.items()}
    person = column_of.get("person.local_patient_id")
    keys = {}
    if person and "person" in entities:
        keys["person"] = [person]
    began = column_of.get("stay.local_stay_id") or column_of.get("stay.admitted_on")
    if "stay" in entities and began:
        keys["stay"] = [person, began] if person and "person" in entities else [began]
    if "report" in entities and column_of.get("report.local_reference"):
        keys["report"] = [column_of["report.local_reference"]]
    inside = ", ".join(f"{entity}: [{', '.join(cols)}]" for entity, cols in keys.items())
    note = "" if keys else "      # no id was found: rows are told apart by all that they say"
    return [f"    key: {{{inside}}}{note}"]


def _codes(matched: MappingOf[str, Field], columns: MappingOf[str, Sequence[str]]) -> list[str]:
    lines: list[str] = []
    for column, field in matched.items():
        known = (
            ("yes", "no", "unknown")
            if field.type == "yes_no_unknown"
            else tuple(c.code for c in codelist(field.codelist).codes)
            if field.codelist
            else None
        )
        # Blanks at the ends are taken off before codes are read, and no key may stand twice.
        values = list(dict.fromkeys(value.strip() for value in columns[column] if value.strip()))
        if known is None or all(value in known for value in values) or len(values) > MOST_CODES:
            continue
        folded = _met(field.path) | {code.casefold(): code for code in known}
        if field.codelist:
            folded |= {c.display.casefold(): c.code for c in codelist(field.codelist).codes}
        listed = field.codelist or field.type
        lines.append(f"      {_quoted(column)}:      # codes of {listed}; ~ for none")
        for value in values:
            code = folded.get(value.casefold())
            said = json.dumps(code) if code else f'""      {MARK}'
            lines.append(f"        {json.dumps(value, ensure_ascii=False)}: {said}")
    return ["    codes:", *lines] if lines else []


def _met(path: str) -> dict[str, str]:
    """Values that shipped layouts read as a code of this field, where all of them agree."""
    seen: dict[str, set[str]] = {}
    for _, _, role in Layouts.shipped().roles():
        for target in role.targets():
            if target.path == path and target.codes:
                for value, code in target.codes.items():
                    seen.setdefault(value.casefold(), set()).add(code or "")
    return {value: codes.pop() for value, codes in seen.items() if len(codes) == 1}


def _dates(matched: MappingOf[str, Field], contents: MappingOf[str, Content]) -> list[str]:
    dated = [column for column, field in matched.items() if field.type in DATE_TYPES]
    orders = {contents[column].order for column in dated} - {"iso", None}
    if not dated or not orders:
        return ["    dates: {order: iso, zone: Europe/London}"]
    if orders == {"dmy"} or orders == {"mdy"}:
        return [f"    dates: {{order: {orders.pop()}, zone: Europe/London}}"]
    seen = [order for order in ("dmy", "mdy") if order in orders]
    hint = f"; some columns can only be {seen[0]}" if len(seen) == 1 else ""
    return [
        f'    dates: {{order: "", zone: Europe/London}}      {MARK} dmy (day first) or mdy{hint}'
    ]
