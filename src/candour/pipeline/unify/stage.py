"""The stage: standardised rows and clusters in; one record per person and death out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from candour.pipeline.unify import deaths as dying
from candour.pipeline.unify.beside import completed, reviews
from candour.pipeline.unify.ids import made_id
from candour.pipeline.unify.people import numbered
from candour.pipeline.unify.stays import chained, endings, stays
from candour.pipeline.unify.values import conflicts, values

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import PortableEngine


@dataclass(frozen=True)
class Unified:
    """What unifying gives: tables by name, ids made, provenance kept."""

    ids: ir.Table
    """``person_key, person_id, death_id, identified``."""
    people: ir.Table
    spells: ir.Table
    stays: ir.Table
    absences: ir.Table
    deaths: ir.Table
    death_dates: ir.Table
    near_misses: ir.Table
    reviews: ir.Table
    """Reviews with their dates and kinds; what families said stays with the values."""
    values: ir.Table
    conflicts: ir.Table
    aliases: ir.Table


# Of one spell reported twice (by two files, or in two rows of one) the latest row stands.
_SPELLS = """
SELECT i.person_id AS person, i.person_id, r.person_key, r.stay_key AS spell_key, r.provider,
       r.stay__admitted_on AS admitted_on, r.stay__discharged_on AS discharged_on,
       r.stay__discharged_on IS NULL AND r.stay__discharged_on__sent IS NOT NULL
         AS discharge_unread,
       r.stay__admitted_on IS NULL AND r.stay__admitted_on__sent IS NOT NULL AS admission_unread,
       r.stay__discharge_method AS discharge_method,
       r.stay__discharge_destination AS discharge_destination,
       r.stay__ended_by_death AS ended_by_death, r.stay__ward AS ward,
       r.stay__mha_status AS mha_status, r.stay__observation_level AS observation_level,
       r.submission, r.file, r."row", r.seq, r.known_on,
       printf('%08d:%012d', r.seq, r."row") AS first_order
FROM {rows} r JOIN {ids} i ON i.person_key = r.person_key
WHERE r.outcome = 'accepted' AND r.standing = 'present' AND r.has_stay
QUALIFY row_number() OVER (PARTITION BY r.stay_key ORDER BY r.seq DESC, r."row" DESC) = 1
"""

_ABSENCES = """
SELECT i.person_id AS person, i.person_id, r.row_key AS absence_key, r.provider,
       r.absence__absence_kind AS absence_kind,
       r.absence__started_on AS absent_on, r.absence__ended_on AS absent_until,
       r.absence__end_reason AS end_reason, r.submission, r."row"
FROM {rows} r JOIN {ids} i ON i.person_key = r.person_key
WHERE r.outcome = 'accepted' AND r.standing = 'present' AND r.has_absence
"""

_NEAR_MISSES = """
SELECT r.row_key, CASE WHEN i.identified THEN i.person_id END AS person_id, r.provider,
       r.near_miss__occurred_on AS occurred_on, r.near_miss__reported_on AS reported_on,
       r.near_miss__event_kind AS event_kind, r.near_miss__category AS category,
       r.near_miss__severity_as_sent AS severity_as_sent, r.near_miss__harm_actual AS harm_actual,
       r.near_miss__harm_psychological AS harm_psychological,
       r.near_miss__harm_potential AS harm_potential,
       r.near_miss__where_it_happened AS where_it_happened, r.submission, r."row"
FROM {rows} r JOIN {ids} i ON i.person_key = r.person_key
WHERE r.outcome = 'accepted' AND r.standing = 'present' AND r.has_near_miss
"""

_PEOPLE = """
SELECT p.person_id, p.identified, p.source_identities,
       v.nhs_number, v.given_name, v.surname, v.birth_date, v.sex, v.ethnic_category, v.postcode
FROM (SELECT person_id, bool_or(identified) AS identified, count(*) AS source_identities
      FROM {ids} GROUP BY person_id) p
LEFT JOIN (
  SELECT person_id,
         max(value) FILTER (field = 'nhs_number') AS nhs_number,
         max(value) FILTER (field = 'given_name') AS given_name,
         max(value) FILTER (field = 'surname') AS surname,
         max(value) FILTER (field = 'birth_date') AS birth_date,
         max(value) FILTER (field = 'sex') AS sex,
         max(value) FILTER (field = 'ethnic_category') AS ethnic_category,
         max(value) FILTER (field = 'postcode') AS postcode
  FROM {values} WHERE entity = 'person' AND chosen GROUP BY person_id) v USING (person_id)
"""


_KNOWLEDGE = """
SELECT i.person_id, i.death_id, r.provider, r.layout, r.role, r.kind, r.file,
       bool_or(l.tells_stays) AS in_stay_list,
       bool_or(l.shares_ids_with_stays OR r.person__nhs_number IS NOT NULL OR
         (r.person__surname IS NOT NULL AND r.person__birth_date__from IS NOT NULL))
         AS can_be_found,
       bool_or(r.has_death) AS knows_death,
       min(r.known_on) FILTER (r.has_death) AS known_on, min(r.received_on) AS received_on,
       min(v.value) AS says, bool_or(d.person_id IS NOT NULL) AS in_doubt
FROM {rows} r
JOIN {ids} i ON i.person_key = r.person_key
LEFT JOIN {lists} l ON l.layout = r.layout AND l.role = r.role AND l.file = r.file
LEFT JOIN {values} v ON v.submission = r.submission AND v."row" = r."row"
  AND v.sheet IS NOT DISTINCT FROM r.sheet AND v.entity = 'death' AND v.field = 'death_date'
LEFT JOIN {doubted} d ON d.person_id = i.person_id
WHERE r.outcome = 'accepted' AND r.standing = 'present'
GROUP BY ALL
"""

# Who may be one person with somebody on a list of stays, which nobody has decided. Where one NHS
# number stands for two people of whom nothing else agrees, whose number it is waits for a decision;
# that they are two does not.
_IN_DOUBT = """
WITH listed AS (
  SELECT DISTINCT i.person_id FROM {rows} r JOIN {ids} i ON i.person_key = r.person_key
  WHERE r.outcome = 'accepted' AND r.has_stay),
pairs AS (
  SELECT a.person_id AS one, b.person_id AS other FROM {links} l
  JOIN {ids} a ON a.person_key = l."left" JOIN {ids} b ON b.person_key = l."right"
  WHERE l.decision = 'review' AND l.rule <> 'one-number-two-people')
SELECT one AS person_id FROM pairs JOIN listed ON listed.person_id = pairs.other
UNION SELECT other FROM pairs JOIN listed ON listed.person_id = pairs.one
"""


def knowledge(
    engine: PortableEngine, rows: ir.Table, unified: Unified, lists: ir.Table, links: ir.Table
) -> ir.Table:
    """What each list holds of each person, one row per person and file.

    :param lists: every list received: ``layout, role, file, tells_stays, shares_ids_with_stays``.
    :param links: pairs with their decision; those for review are in doubt.
    :returns: ``person_id, death_id, provider, layout, role, kind, file, in_stay_list, can_be_found,
        knows_death, known_on, received_on, says, in_doubt``.
    """
    doubted = engine.sql(_IN_DOUBT, rows=rows, ids=unified.ids, links=links)
    return engine.sql(
        _KNOWLEDGE,
        rows=rows,
        ids=unified.ids,
        lists=lists,
        values=unified.values,
        doubted=doubted,
    )


def unify(
    engine: PortableEngine, rows: ir.Table, clusters: ir.Table, field_sources: pa.Table
) -> Unified:
    """Make one record per person, stay and death.

    :param rows: standardised rows.
    :param clusters: ``person_key, cluster``.
    :param field_sources: ``layout, role, path, source_field``: the column that fed each field.
    """
    ids, aliases = numbered(engine, rows, clusters)
    absences = engine.sql(_ABSENCES, rows=rows, ids=ids)
    told = engine.sql(_SPELLS, rows=rows, ids=ids)
    spells = engine.keep(chained(endings(completed(engine, told, rows, ids))))
    chains = engine.keep(stays(spells, absences))
    stay_ids = _stay_ids(engine, spells)
    all_values = values(engine, rows, ids, field_sources)
    dates = dying.date_candidates(engine, all_values, spells, ids)
    deaths = dying.deaths(engine, ids, dates, all_values)
    return Unified(
        ids=ids,
        people=engine.sql(_PEOPLE, ids=ids, values=all_values),
        spells=engine.keep(spells.join(stay_ids, ["person", "chain"]).drop("person", "chain")),
        stays=engine.keep(
            chains.join(stay_ids, ["person", "chain"])
            .rename(person_id="person")
            .drop("chain", "first_key")
        ),
        absences=absences.drop("person"),
        deaths=deaths,
        death_dates=dates,
        near_misses=_with_ids(engine, engine.sql(_NEAR_MISSES, rows=rows, ids=ids), "near_miss"),
        reviews=_with_ids(engine, reviews(engine, rows, ids), "review"),
        values=all_values,
        conflicts=conflicts(engine, all_values).union(
            dying.against_stays(engine, deaths, spells, all_values)
        ),
        aliases=aliases,
    )


def _stay_ids(engine: PortableEngine, spells: ir.Table) -> ir.Table:
    """An id for each stay, from its spell that was received first."""
    firsts = engine.rows(
        engine.sql(
            "SELECT person, chain, arg_min(spell_key, (first_order, spell_key)) AS spell_key "
            "FROM {s} GROUP BY person, chain",
            s=spells,
        )
    )
    return engine.table(
        pa.table(
            {
                "person": pa.array([r["person"] for r in firsts], pa.string()),
                "chain": pa.array([r["chain"] for r in firsts], pa.int64()),
                "stay_id": pa.array([made_id("S", r["spell_key"]) for r in firsts], pa.string()),
            }
        )
    )


def _with_ids(engine: PortableEngine, events: ir.Table, what: str) -> ir.Table:
    """Near misses or reviews under ids of their own, named ``WHAT_id``."""
    letter = what[0].upper()
    keys = engine.rows(events.select("row_key").distinct())
    ids = engine.table(
        pa.table(
            {
                "row_key": pa.array([k["row_key"] for k in keys], pa.string()),
                f"{what}_id": pa.array([made_id(letter, k["row_key"]) for k in keys], pa.string()),
            }
        )
    )
    return engine.keep(events.join(ids, "row_key").drop("row_key"))
