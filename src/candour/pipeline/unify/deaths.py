"""When each person died, as far as the sources tell (domain D2.4, design 6.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candour.pipeline.unify.precedence import rank_sql

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import PortableEngine

SPELL_END = "spell-end"

_SAID = f"""
SELECT death_id, value_from AS date_from, value_to AS date_to, kind, known_on, seq, "row",
       {rank_sql("death.death_date", "kind")} AS rank
FROM {{values}}
WHERE entity = 'death' AND field = 'death_date' AND standing = 'present' AND death_id IS NOT NULL
UNION ALL
SELECT i.death_id, s.ended_on, s.ended_on, '{SPELL_END}', s.known_on, s.seq, s."row",
       {rank_sql("death.death_date", f"'{SPELL_END}'")}
FROM {{spells}} s JOIN {{ids}} i ON i.person_key = s.person_key
WHERE s.died_here AND s.ended_on = s.discharged_on AND i.death_id IS NOT NULL
  -- Only the last spell can have ended by death: who was admitted afterwards was alive.
  AND NOT EXISTS (SELECT 1 FROM {{spells}} later
                  WHERE later.person_id = s.person_id AND later."start" > s.ended_on)
"""

# The best source that gives a date settles it. Where it knows only the month, the exact day that
# the next best source gives within that month is the same date said more closely.
_CANDIDATES = """
WITH best AS (SELECT death_id, min(rank) AS rank FROM {said} GROUP BY death_id),
top AS (SELECT s.* FROM {said} s JOIN best b ON b.death_id = s.death_id AND b.rank = s.rank),
exact AS (SELECT * FROM top WHERE date_from = date_to),
within AS (
  SELECT s.* FROM {said} s JOIN top t ON t.death_id = s.death_id AND s.rank > t.rank
    AND s.date_from = s.date_to AND s.date_from BETWEEN t.date_from AND t.date_to
  WHERE NOT EXISTS (SELECT 1 FROM exact e WHERE e.death_id = s.death_id)),
closest AS (SELECT death_id, min(rank) AS rank FROM within GROUP BY death_id),
closer AS (SELECT w.* FROM within w
           JOIN closest c ON c.death_id = w.death_id AND c.rank = w.rank),
settled AS (SELECT death_id FROM exact UNION SELECT death_id FROM closer),
used AS (
  SELECT * FROM exact UNION ALL SELECT * FROM closer UNION ALL
  SELECT t.* FROM top t WHERE NOT EXISTS (
    SELECT 1 FROM settled s WHERE s.death_id = t.death_id))
SELECT death_id, date_from, date_to,
       arg_max(kind, (coalesce(known_on, DATE '0001-01-01'), seq, kind)) AS kind,
       max((coalesce(known_on, DATE '0001-01-01'), seq)) AS latest
FROM used GROUP BY death_id, date_from, date_to
"""

_NUMBERED = """
SELECT death_id, date_from, date_to, kind,
       count(*) OVER (PARTITION BY death_id) AS differing,
       row_number() OVER (
         PARTITION BY death_id ORDER BY latest DESC, date_from DESC, date_to) AS place
FROM {candidates}
"""

_WITH_WORDS = """
SELECT death_id, date_from, date_to, kind, place = 1 AS chosen,
       CASE WHEN differing > 1 AND date_from = date_to
              THEN 'sources of equal standing give ' || differing || ' dates'
            WHEN differing > 1 THEN 'sources of equal standing differ, and one gives no exact day'
            WHEN date_from <> date_to THEN 'the exact day is not known' END AS date_as
FROM {numbered}
"""

_DEATHS = """
SELECT d.death_id, d.person_id, d.identified,
       CASE WHEN c.date_from = c.date_to THEN c.date_from END AS death_date,
       c.date_from AS death_date_from, c.date_to AS death_date_to,
       CASE WHEN c.date_from IS NULL THEN 'not-known' WHEN c.date_from = c.date_to THEN 'day'
            WHEN date_diff('day', c.date_from, c.date_to) < 31
                 AND month(c.date_from) = month(c.date_to) AND day(c.date_from) = 1
                 AND c.date_to = last_day(c.date_from) THEN 'month'
            WHEN dayofyear(c.date_from) = 1 AND c.date_to = make_date(year(c.date_from), 12, 31)
              THEN 'year' ELSE 'between' END AS death_date_precision,
       c.kind AS death_date_source,
       p.birth_from, p.birth_to,
       CASE WHEN p.birth_from = p.birth_to AND c.date_from = c.date_to
              AND c.date_from >= p.birth_from
            THEN year(c.date_from)::bigint - year(p.birth_from)::bigint
                 - (strftime(c.date_from, '%m%d') < strftime(p.birth_from, '%m%d'))::int
            END AS age_years,
       p.sex, p.ethnic_category, p.underlying_cause, p.registered_on, p.first_known_on
FROM (SELECT DISTINCT death_id, person_id, identified FROM {ids} WHERE death_id IS NOT NULL) d
LEFT JOIN (SELECT * FROM {candidates} WHERE chosen) c ON c.death_id = d.death_id
LEFT JOIN (
  SELECT person_id,
         max(value_from) FILTER (entity = 'person' AND field = 'birth_date') AS birth_from,
         max(value_to) FILTER (entity = 'person' AND field = 'birth_date') AS birth_to,
         max(value) FILTER (entity = 'person' AND field = 'sex') AS sex,
         max(value) FILTER (entity = 'person' AND field = 'ethnic_category') AS ethnic_category,
         max(value) FILTER (entity = 'death' AND field = 'underlying_cause') AS underlying_cause,
         max(value_from) FILTER (entity = 'death' AND field = 'registered_on') AS registered_on,
         min(known_on) FILTER (entity = 'death') AS first_known_on
  FROM {values} WHERE chosen GROUP BY person_id) p ON p.person_id = d.person_id
"""


# Dates that cannot all be right. The death then lies within the stay (domain D2.1); the pair is
# listed with both sides, and nothing is altered.
_AGAINST_STAYS = """
SELECT d.person_id, d.death_id,
       CASE WHEN s.admitted_on > d.death_date THEN 'admission-after-death'
            WHEN s.died_here THEN 'spell-end-and-date-of-death-differ'
            ELSE 'discharge-after-death' END AS conflict,
       'stay' AS entity,
       CASE WHEN s.admitted_on > d.death_date THEN 'admitted_on' ELSE 'discharged_on' END AS field,
       strftime(d.death_date, '%Y-%m-%d') AS chosen_value, d.death_date_source AS chosen_kind,
       NULL::varchar AS chosen_provider, NULL::varchar AS chosen_file, NULL::bigint AS chosen_row,
       NULL::date AS chosen_known_on,
       strftime(CASE WHEN s.admitted_on > d.death_date THEN s.admitted_on ELSE s.ended_on END,
                '%Y-%m-%d') AS other_value,
       'spell' AS other_kind, s.provider AS other_provider, s.file AS other_file,
       s."row" AS other_row, s.known_on AS other_known_on
FROM {deaths} d JOIN {spells} s ON s.person_id = d.person_id
WHERE d.death_date IS NOT NULL AND (
  s.admitted_on > d.death_date OR s.ended_on > d.death_date
  OR (s.died_here AND s.ended_on <> d.death_date))
"""


# The other way round: the end of a spell outranks what a list says of the date, and the list's own
# date has to stay in sight.
_AGAINST_SPELL_END = f"""
SELECT d.person_id, d.death_id, 'spell-end-and-date-of-death-differ' AS conflict,
       'death' AS entity, 'death_date' AS field,
       strftime(d.death_date, '%Y-%m-%d') AS chosen_value, d.death_date_source AS chosen_kind,
       NULL::varchar AS chosen_provider, NULL::varchar AS chosen_file, NULL::bigint AS chosen_row,
       NULL::date AS chosen_known_on,
       v.value AS other_value, v.kind AS other_kind, v.provider AS other_provider,
       v.file AS other_file, v."row" AS other_row, v.known_on AS other_known_on
FROM {{deaths}} d JOIN {{values}} v ON v.death_id = d.death_id
WHERE d.death_date_source = '{SPELL_END}' AND v.entity = 'death' AND v.field = 'death_date'
  AND v.standing = 'present' AND d.death_date NOT BETWEEN v.value_from AND v.value_to
"""


def against_stays(
    engine: PortableEngine, deaths: ir.Table, spells: ir.Table, values: ir.Table
) -> ir.Table:
    """Spells whose dates contradict a date of death, shaped as the other conflicts are."""
    return engine.sql(_AGAINST_STAYS, deaths=deaths, spells=spells).union(
        engine.sql(_AGAINST_SPELL_END, deaths=deaths, values=values)
    )


def date_candidates(
    engine: PortableEngine, values: ir.Table, spells: ir.Table, ids: ir.Table
) -> ir.Table:
    """The dates that a death may have had: ``death_id, date_from, date_to, kind, chosen, date_as``.

    One where the best source settles it. ``date_as`` says in words why there is more than one day.
    """
    said = engine.sql(_SAID, values=values, spells=spells, ids=ids)
    candidates = engine.sql(_CANDIDATES, said=said)
    numbered = engine.sql(_NUMBERED, candidates=candidates)
    return engine.sql(_WITH_WORDS, numbered=numbered)


def deaths(
    engine: PortableEngine, ids: ir.Table, candidates: ir.Table, values: ir.Table
) -> ir.Table:
    """One row per death; ``birth_from`` and ``birth_to`` are for ages and stay within the run."""
    return engine.sql(_DEATHS, ids=ids, candidates=candidates, values=values)
