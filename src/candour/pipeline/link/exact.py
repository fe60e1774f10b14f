"""Exact rules: two identities are one person when an exact key agrees and nothing speaks against
it.

A key alone is never enough. An NHS number can be typed into the wrong record, and a mother's can
stand in her child's; so it needs a second fact that agrees. A blank never equals a blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

MODEL = "exact-1"
# More identities than this under one NHS number is a placeholder or a spoiled column, not a person.
SHARED_BY_MANY = 50
DAYS_APART = 3
"""Days that two dates of death may lie apart before they speak against each other (domain E)."""

_NAME = "nullif(regexp_replace(strip_accents(lower(nfc_normalize({0}))), '[^a-z]', '', 'g'), '')"

_PERSON_FACTS = f"""
SELECT DISTINCT person_key AS node, person__nhs_number AS nhs,
       {_NAME.format("person__surname")} AS surname, {_NAME.format("person__given_name")} AS given,
       person__birth_date AS birth, death__death_date AS died,
       person__postcode AS postcode
FROM {{rows}}
"""

_COMPARED = """
SELECT a.node AS a, b.node AS b, a.nhs AS nhs_a, b.nhs AS nhs_b,
       a.birth = b.birth AS birth_agrees,
       (year(a.birth) = year(b.birth))::int + (month(a.birth) = month(b.birth))::int
           + (day(a.birth) = day(b.birth))::int < 2
         AND NOT (year(a.birth) = year(b.birth) AND month(a.birth) = day(b.birth)
                  AND day(a.birth) = month(b.birth)) AS born_far_apart,
       a.surname = b.surname AS surname_agrees,
       a.given = b.given OR starts_with(a.given, b.given) OR starts_with(b.given, a.given)
           AS given_agrees,
       jaro_winkler_similarity(a.given, b.given) >= 0.9 AS given_alike,
       abs(date_diff('day', a.died, b.died)) AS days_apart,
       a.postcode = b.postcode AS postcode_agrees
FROM {facts} a JOIN {facts} b ON a.node < b.node AND
"""

# A slip changes one part of a date of birth. Where two parts differ, as between a mother and her
# child, it speaks twice against, unless both died on one day.
_COUNTS = """
SELECT *,
       coalesce(birth_agrees, false)::int + coalesce(surname_agrees, false)::int
         + coalesce(given_agrees, false)::int + coalesce(days_apart = 0, false)::int AS agree,
       coalesce(NOT birth_agrees, false)::int + coalesce(NOT surname_agrees, false)::int
         + coalesce(NOT given_agrees, false)::int
         + coalesce(born_far_apart, false)::int * coalesce(days_apart <> 0, true)::int
         + coalesce(days_apart > {days}, false)::int AS against,
       coalesce(postcode_agrees, false)::int AS postcode_agree
FROM {{compared}}
"""

# Twins are born on one day, bear one surname, and are at times given one number.
_TWINS = """birth_agrees AND surname_agrees AND NOT given_agrees AND NOT given_alike
              AND coalesce(days_apart <> 0, true)"""

# Best evidence first: of several rows of one identity the pair that agrees most speaks for both.
_BY_NUMBER = f"""
SELECT a, b,
       CASE WHEN agree + postcode_agree = 0 AND against > 1 THEN 'one-number-two-people'
            ELSE 'nhs-number-and-a-second-fact' END AS rule,
       CASE WHEN {_TWINS} THEN 'review'
            WHEN (agree > 0 AND against <= 1) OR (agree = 0 AND against = 0 AND postcode_agree > 0)
            THEN 'match' ELSE 'review' END AS decision,
       CASE WHEN agree + postcode_agree = 0 AND against = 0
              THEN 'One NHS number, and no other fact that both hold.'
            WHEN agree + postcode_agree = 0 AND against > 1
              THEN 'One NHS number on two people: nothing else that both hold agrees.'
            WHEN {_TWINS}
              THEN 'One NHS number and date of birth, and two given names: they may be twins.'
            WHEN against > 1 OR agree = 0
              THEN 'One NHS number, and other facts that differ: it may be two people.'
            ELSE 'One NHS number, and a second fact that agrees.' END AS reason,
       agree, against
FROM {{counted}}
"""

# A list that names no given names cannot tell twins who died together from one person twice.
_ONE_LIST = """c.given_agrees IS NULL AND c.nhs_a IS NULL
              AND split_part(c.a, ':', 1) = split_part(c.b, ':', 1)"""

_BY_NAME = f"""
SELECT c.a, c.b, 'name-birth-and-death-date' AS rule,
       CASE WHEN c.nhs_a <> c.nhs_b OR NOT coalesce(c.given_agrees, true) THEN 'review'
            WHEN g.numbers > 1 OR g.names > 1 THEN 'review'
            WHEN {_ONE_LIST} THEN 'review'
            ELSE 'match' END AS decision,
       CASE WHEN c.nhs_a <> c.nhs_b
              THEN 'Name and dates agree, the NHS numbers differ: one person may have two.'
            WHEN NOT coalesce(c.given_agrees, true)
              THEN 'Surname and both dates agree, the given names differ: they may be twins.'
            WHEN g.numbers > 1 OR g.names > 1
              THEN 'Surname and both dates agree with more than one person.'
            WHEN {_ONE_LIST}
              THEN 'One list has both, without given names: one person twice, or twins.'
            ELSE 'Name, date of birth and date of death agree.' END AS reason,
       c.agree, c.against
FROM {{counted}} c
JOIN {{groups}} g ON g.a = c.a AND g.b = c.b
"""


# Too little to join two people, too much to say that they are two: a person decides.
_BY_BIRTH = """
SELECT a, b, 'surname-and-birth-date' AS rule, 'review' AS decision,
       'Surname and date of birth agree, and nothing else tells: it may be one person.' AS reason,
       agree, against
FROM {counted}
WHERE NOT coalesce(nhs_a <> nhs_b, false) AND coalesce(given_agrees, true)
  AND NOT coalesce(days_apart > 3, false)
"""


def facts(engine: Engine, rows: ir.Table) -> ir.Table:
    """What each identity's present rows say of the person, names made plain for comparison.

    The plain form lives only here: accents, hyphens and apostrophes (straight or curly) are set
    aside to compare, never in what is kept or shown.
    """
    return engine.sql(_PERSON_FACTS, rows=rows)


def suggested(engine: Engine, known: ir.Table) -> ir.Table:
    """Pairs that an exact key proposes: ``a, b, rule, decision (match|review), reason``."""
    crowded = engine.sql(
        "SELECT nhs FROM {f} WHERE nhs IS NOT NULL GROUP BY nhs "
        f"HAVING count(DISTINCT node) > {SHARED_BY_MANY}",
        f=known,
    )
    usable = engine.sql(
        "SELECT * FROM {f} WHERE nhs NOT IN (SELECT nhs FROM {c})", f=known, c=crowded
    )
    by_number = _counted(engine, usable, "a.nhs = b.nhs")
    by_name = _counted(
        engine, known, "a.surname = b.surname AND a.birth = b.birth AND a.died = b.died"
    )
    groups = engine.sql(_NAME_GROUPS, facts=known)
    pair_groups = engine.sql(
        "SELECT DISTINCT c.a, c.b, max(g.numbers) AS numbers, max(g.names) AS names FROM {c} c "
        "JOIN {f} f ON f.node = c.a JOIN {g} g ON g.surname = f.surname AND g.birth = f.birth "
        "AND g.died = f.died GROUP BY c.a, c.b",
        c=by_name,
        f=known,
        g=groups,
    )
    first = engine.sql(_BY_NUMBER, counted=by_number)
    second = engine.sql(_BY_NAME, counted=by_name, groups=pair_groups)
    third = engine.sql(
        _BY_BIRTH, counted=_counted(engine, known, "a.surname = b.surname AND a.birth = b.birth")
    )
    return engine.sql(_BEST, first=first, second=second, third=third)


_NAME_GROUPS = """
SELECT surname, birth, died, count(DISTINCT nhs) AS numbers,
       count(DISTINCT given) FILTER (WHERE length(given) > 1) AS names
FROM {facts} WHERE surname IS NOT NULL AND birth IS NOT NULL AND died IS NOT NULL
GROUP BY surname, birth, died
"""

_BEST = """
SELECT a, b, rule, decision, reason FROM (
  SELECT *, row_number() OVER (PARTITION BY a, b
     ORDER BY (decision = 'match') DESC, (rule = 'nhs-number-and-a-second-fact') DESC,
              (rule = 'name-birth-and-death-date') DESC,
              agree - against DESC, reason) AS place
  FROM (SELECT * FROM {first} UNION ALL SELECT * FROM {second} UNION ALL SELECT * FROM {third})
) WHERE place = 1
"""


def _counted(engine: Engine, known: ir.Table, on: str) -> ir.Table:
    compared = engine.sql(_COMPARED + on, facts=known)
    return engine.sql(_COUNTS.format(days=DAYS_APART), compared=compared)
