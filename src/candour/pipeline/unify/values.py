"""Values with their provenance, and conflicts with both sides.

No value enters a record without the submission, row, column and source that it came from. Values of
different sources are kept side by side and never overwritten; ``chosen`` marks the one shown first.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pyarrow as pa

from candour.dataset import codelist, load
from candour.dataset.code_lists import version_of
from candour.dataset.model import DATE_TYPES
from candour.pipeline.unify.precedence import rank_sql

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.dataset.model import Field
    from candour.tables import PortableEngine

SOURCES = pa.schema(
    [
        ("layout", pa.string()),
        ("role", pa.string()),
        ("path", pa.string()),
        ("source_field", pa.string()),
    ]
)
BY_LAYOUT = "by the layout"

# Entities whose fields a person has once, so that two values are a conflict. A person has many
# stays, local ids and reports; within one source identity of a stay the latest row stands.
ONCE = ("person", "death")
_ONCE_SQL = ", ".join(f"'{entity}'" for entity in ONCE)
NOT_ONCE = (
    "person.local_patient_id",
    "person.nhs_number_status",
    "death.died",
    "death.notified_on",
    "death.information_source",
    "death.certified_by",
    "death.coroner_reference",
    "person.full_name",
)

_APOSTROPHES = "\u2018\u2019\u02bc\u2032`"
_PLAIN_ONES = "''" * len(_APOSTROPHES)
_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"

ALWAYS = ("person.nhs_number", "death.died", "death.death_date")
"""Looked at in every run, so that the table has its shape where nothing was received."""

# The rows that speak of somebody, with what every value of theirs has in common. Who has one row
# alone says each thing once, and there is nothing to choose between.
_TOLD = """
WITH several AS (
  SELECT i.person_id FROM {{rows}} r JOIN {{ids}} i ON i.person_key = r.person_key
  WHERE r.outcome = 'accepted' GROUP BY i.person_id HAVING count(*) > 1)
SELECT i.person_id, i.death_id, s.person_id IS NOT NULL AS several, {columns}
FROM {{rows}} r JOIN {{ids}} i ON i.person_key = r.person_key
LEFT JOIN several s ON s.person_id = i.person_id
WHERE r.outcome = 'accepted'
"""
_IN_COMMON = (
    "person_key", "submission", "file", "sheet", "row", "layout", "role", "kind", "provider",
    "known_on", "received_on", "seq", "standing", "stay_key", "row_key", "has_stay",
)  # fmt: skip

_ONE = """
SELECT r.person_id, CASE WHEN '{entity}' = 'death' THEN r.death_id END AS death_id,
       '{entity}' AS entity, '{field}' AS field,
       CASE WHEN r.has_stay AND '{entity}' = 'stay' THEN r.stay_key
            WHEN '{entity}' NOT IN ('person', 'death', 'stay') THEN r.row_key END AS about,
       {list} AS list, {list_version} AS list_version,
       {value} AS value, {low} AS value_from, {high} AS value_to,
       r."{name}__sent" AS as_sent, r.person_key, r.submission, r.file, r.sheet, r."row", r.layout,
       r.role, r.kind, r.provider, r.known_on, r.received_on, r.seq, r.standing,
       {rank} AS rank, r.several
FROM {{told}} r
WHERE r.has_{entity} AND ({value}) IS NOT NULL
"""

# What one source says of a person's fact is what it said last (design 6.3), also where an earlier
# row still stands because it speaks of another stay.
# Of files that nobody dated none is later than another.
_LATE = "CASE WHEN received_on IS NULL THEN 9223372036854775807 ELSE seq END"

# A month and a day within it do not contradict each other; a value is chosen by rank of its source,
# then exactness, then what is known latest, then what was received latest.
_CHOSEN = """
WITH said AS (
  SELECT * EXCLUDE (standing),
    CASE WHEN standing = 'present' AND entity IN ({once})
              AND {late} < max(CASE WHEN standing = 'present' THEN {late} END)
                           OVER (PARTITION BY person_key, entity, field)
           THEN 'superseded' ELSE standing END AS standing
  FROM {{long}} WHERE several),
marked AS (
  SELECT *, standing = 'present' AND row_number() OVER (
    PARTITION BY person_id, entity, field, about
    ORDER BY (standing = 'present') DESC, rank, (value_from = value_to) DESC NULLS LAST,
             known_on DESC NULLS LAST, seq DESC, "row" DESC) = 1 AS chosen
  FROM said
  UNION ALL
  SELECT * EXCLUDE (standing), standing, standing = 'present' AS chosen
  FROM {{long}} WHERE NOT several)
SELECT v.* EXCLUDE (rank, several, chosen), coalesce(s.source_field, '{by_layout}') AS source_field,
       v.chosen
FROM marked v
LEFT JOIN {{sources}} s ON s.layout = v.layout AND s.role = v.role
  AND s.path = v.entity || '.' || v.field
"""

_DIFFERING = """
WITH held AS (
  SELECT person_id, max(death_id) OVER (PARTITION BY person_id) AS death_id, entity, field,
         value, value_from, value_to, kind, provider, file, "row", known_on, received_on,
         person_key, chosen
  FROM {{values}} WHERE standing = 'present' AND entity IN ({once}) AND
    entity || '.' || field NOT IN ({not_once}))
SELECT a.person_id, a.death_id, 'values-differ' AS conflict, a.entity, a.field,
       a.value AS chosen_value, a.kind AS chosen_kind, a.provider AS chosen_provider,
       a.file AS chosen_file, a."row" AS chosen_row, a.known_on AS chosen_known_on,
       b.value AS other_value, b.kind AS other_kind, b.provider AS other_provider,
       b.file AS other_file, b."row" AS other_row, b.known_on AS other_known_on
FROM held a JOIN held b ON a.person_id = b.person_id AND a.entity = b.entity AND a.field = b.field
WHERE a.chosen AND NOT b.chosen AND a.value <> b.value
  AND NOT coalesce(a.value_from <= b.value_to AND b.value_from <= a.value_to, false)
"""

# Letters with marks may be written in one sign or in two, and engines differ in what is a small
# one. So such texts are made alike here: the few that differ from another and hold such a letter.
_WITH_MARKS = """
SELECT DISTINCT value FROM (
  SELECT chosen_value AS value FROM {differing} UNION SELECT other_value FROM {differing}) texts
WHERE regexp_matches(value, '[^ -~]')
"""

_CONFLICTS = """
SELECT d.* FROM {{differing}} d
LEFT JOIN {{composed}} a ON a.value = d.chosen_value
LEFT JOIN {{composed}} b ON b.value = d.other_value
WHERE {same_a} <> {same_b}
"""


def values(engine: PortableEngine, rows: ir.Table, ids: ir.Table, sources: pa.Table) -> ir.Table:
    """Every value of every accepted row, long: one row per field and record.

    ``value`` is canonical text (a date known to the month reads ``2025-02``); ``as_sent`` is the
    source's own text, null where the layout implies the value. ``list`` and ``list_version`` say of
    which list a code is. ``sources`` are the fields that the
    layouts of this run fill or imply, with the column that feeds each (null where it is implied).
    """
    pieces, needed = [], set(_IN_COMMON)
    # Only fields that some file of this run can fill: the others cost a look at every row each.
    used = set(sources.column("path").to_pylist())
    there = set(rows.columns)
    for entity in load().entities.values():
        if not entity.sent:
            continue
        for each in entity.fields.values():
            if each.path not in used and each.path not in ALWAYS:
                continue
            name = each.path.replace(".", "__")
            if name not in there:  # a field of a later release that no file of this run fills
                continue
            ends = (f"{name}__from", f"{name}__to") if each.type in DATE_TYPES else (name,)
            needed |= {f"{name}__sent", f"has_{entity.path}", *ends}
            if each.type in DATE_TYPES:
                low, high = f'r."{name}__from"', f'r."{name}__to"'
                value = _date_words(low, high)
            else:
                value, low, high = f'r."{name}"', "NULL::date", "NULL::date"
            pieces.append(
                _ONE.format(
                    entity=entity.path,
                    field=each.name,
                    name=name,
                    value=value,
                    low=low,
                    high=high,
                    rank=rank_sql(each.path, "r.kind"),
                    **_list_of(each),
                )
            )
    columns = ", ".join(f'r."{name}"' for name in sorted(needed))
    told = engine.sql(_TOLD.format(columns=columns), rows=rows, ids=ids)
    long = engine.sql(" UNION ALL ".join(pieces), told=told)
    chosen = _CHOSEN.format(once=_ONCE_SQL, late=_LATE, by_layout=BY_LAYOUT)
    return engine.sql(chosen, long=long, sources=engine.table(sources))


def _list_of(field: Field) -> dict[str, str]:
    """The list that the field's codes are of, and its version: a code alone says nothing.

    A code that went out of use is of the version in which it was used.
    """
    if field.codelist is None:
        return {"list": "NULL::varchar", "list_version": "NULL::varchar"}
    held = codelist(field.codelist)
    older: dict[str, list[str]] = {}
    for code in held.codes:
        version = version_of(held.id, code.code)
        if version != held.version:
            older.setdefault(version, []).append(code.code)
    name = field.path.replace(".", "__")
    cases = " ".join(
        f"""WHEN r."{name}" IN ({", ".join(f"'{code}'" for code in codes)}) THEN '{version}'"""
        for version, codes in older.items()
    )
    version = f"CASE {cases} ELSE '{held.version}' END" if cases else f"'{held.version}'"
    return {"list": f"'{held.id}'", "list_version": version}


def _compared(value: str) -> str:
    """A value for comparison alone: small letters, accents written in one way, one apostrophe,
    nothing that does not show. What is shown stays as it was sent."""
    letters = f"translate(lower({value}), '{_APOSTROPHES}', '{_PLAIN_ONES}')"
    return f"regexp_replace({letters}, '[{_UNSEEN}]', '', 'g')"


def conflicts(engine: PortableEngine, all_values: ir.Table) -> ir.Table:
    """Where present values of one person's fact differ: the chosen one beside each other one."""
    not_once = ", ".join(f"'{f}'" for f in NOT_ONCE)
    differing = engine.sql(_DIFFERING.format(once=_ONCE_SQL, not_once=not_once), values=all_values)
    marked = [r["value"] for r in engine.rows(engine.sql(_WITH_MARKS, differing=differing))]
    composed = pa.table(
        {
            "value": pa.array(marked, pa.string()),
            "composed": pa.array(
                [unicodedata.normalize("NFC", text.lower()) for text in marked], pa.string()
            ),
        }
    )
    return engine.sql(
        _CONFLICTS.format(
            same_a=_compared("coalesce(a.composed, d.chosen_value)"),
            same_b=_compared("coalesce(b.composed, d.other_value)"),
        ),
        differing=differing,
        composed=engine.table(composed),
    )


def _date_words(low: str, high: str) -> str:
    return (
        f"CASE WHEN {low} = {high} THEN strftime({low}, '%Y-%m-%d') "
        f"WHEN {low} = date_trunc('month', {low}) AND {high} = last_day({low}) "
        f"THEN strftime({low}, '%Y-%m') "
        f"WHEN dayofyear({low}) = 1 AND month({high}) = 12 AND day({high}) = 31 "
        f"AND year({low}) = year({high}) THEN strftime({low}, '%Y') "
        f"WHEN {low} IS NOT NULL THEN strftime({low}, '%Y-%m-%d') || '/' "
        f"|| strftime({high}, '%Y-%m-%d') END"
    )
