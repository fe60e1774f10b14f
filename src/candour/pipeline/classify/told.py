"""Facets that lists state outright: the inquest, a review, a disability, a contact, a discharge.

Those of dates and stays have scenarios and are worked out in ``facets``; these are as the lists say
them. A list that is silent on something leaves its facet empty: nothing here turns a gap into a no.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from candour.dataset import codelist

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import PortableEngine

MHSDS = ("mhsds", "mhsds-header", "mhsds-beside")
"""Kinds of list that belong to the Mental Health Services Data Set."""
CONTACTS = ("care.last_contact_on", "report.last_contact_on", "referral.assessed_on")
"""Fields that state a contact with a mental health service."""
AT_A_CORONER = (
    "coroner_reference",
    "coroner_area",
    "coroner_reported_on",
    "inquest_opened_on",
    "inquest_on",
    "inquest_conclusion",
)
"""Fields of a death that only a coroner's work can fill."""
NOT_FOLLOWED_UP = ("30", "37", "40", "42", "48", "49", "50", "53", "79", "84", "87", "89")
"""Destinations that NHS England's measure of follow-up in 72 hours leaves out (its public code)."""
NOT_FOLLOWED_UP_BY = ("4", "5")
"""Methods of discharge that it leaves out."""


def _is(path: str, *values: str) -> str:
    entity, field = path.split(".")
    wanted = f" AND v.value IN ({_listed(values)})" if values else ""
    return f"v.entity = '{entity}' AND v.field = '{field}'{wanted}"


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _some(*conditions: str) -> str:
    either = " OR ".join(f"({condition})" for condition in conditions)
    return f"count(*) FILTER ({either}) > 0"


def _yes_no(path: str, yes: tuple[str, ...] = ("yes",), no: tuple[str, ...] = ("no",)) -> str:
    """Yes if any list says so, else no if one says no, else nothing."""
    return (
        f"CASE WHEN {_some(_is(path, *yes))} THEN true WHEN {_some(_is(path, *no))} THEN false END"
    )


@cache
def _of_the_death() -> str:
    stages = ("not-reported", "unknown")
    reported = tuple(c.code for c in codelist("coroner_stage").codes if c.code not in stages)
    disability, autism = codelist("learning_disability_status"), codelist("autism_status")
    flags = ("review.flag_family_concern", "review.flag_staff_concern")
    expected = _is("review.person_expected", "expected")
    unexpected = _is("review.person_expected", "unexpected")
    coroner = (*(_is(f"death.{f}") for f in AT_A_CORONER), _is("death.coroner_stage", *reported))
    with_either = [_is(flag, "yes") for flag in flags]
    neither = " AND ".join(_some(_is(flag, "no")) for flag in flags)
    sick = "person.severe_mental_illness"
    learning = _yes_no(
        "person.learning_disability",
        tuple(disability.where(present="yes")),
        tuple(disability.where(present="no")),
    )
    autistic = _yes_no(
        "person.autism", tuple(autism.where(present="yes")), tuple(autism.where(present="no"))
    )
    return f"""
SELECT d.death_id,
  max(v.value) FILTER ({_is("death.inquest_conclusion")}) AS inquest_conclusion,
  CASE WHEN {_some(*coroner)} THEN true
       WHEN {_some(_is("death.coroner_stage", "not-reported"))} THEN false END AS with_coroner,
  CASE WHEN {_some(expected)} AND {_some(unexpected)} THEN NULL
       WHEN {_some(expected)} THEN true WHEN {_some(unexpected)} THEN false END AS expected_by_team,
  {learning} AS learning_disability,
  {autistic} AS autism,
  {_yes_no(sick)} AS severe_mental_illness,
  {_yes_no("report.serious_incident")} AS serious_incident,
  CASE WHEN {_some(*with_either)} THEN true
       WHEN {neither} THEN false END AS concern_raised
FROM {{deaths}} d
LEFT JOIN (SELECT person_id, entity, field, value FROM {{values}} WHERE chosen) v
  ON v.person_id = d.person_id
GROUP BY d.death_id
"""


# A person whose row stands in such a list, or could have been found in it, and of whose death it
# does not tell: that is a no. Without such a list nothing is said.
_TOLD_BY_MHSDS = f"""
WITH telling AS (
  SELECT DISTINCT v.person_id FROM {{values}} v
  WHERE v.standing = 'present' AND v.kind IN ({_listed(MHSDS)}) AND (
    ({_is("death.death_date")}) OR ({_is("death.died", "yes")})
    OR ({_is("stay.discharge_method", "4")}) OR ({_is("stay.discharge_destination", "79")}))),
known AS (
  SELECT person_id, bool_or(can_be_found OR kind IN ({_listed(MHSDS)})) AS findable,
         bool_or(in_doubt) AS in_doubt
  FROM {{knowledge}} GROUP BY person_id),
came AS (SELECT count(*) AS n FROM {{lists}} WHERE kind IN ({_listed(MHSDS)}))
SELECT d.death_id,
       CASE WHEN t.person_id IS NOT NULL THEN true
            WHEN c.n > 0 AND coalesce(k.findable, false) AND NOT coalesce(k.in_doubt, false)
              THEN false END AS told_by_mhsds
FROM {{deaths}} d CROSS JOIN came c
LEFT JOIN telling t ON t.person_id = d.person_id
LEFT JOIN known k ON k.person_id = d.person_id
"""

_RECORDED_DISCHARGES = f"""
SELECT d.death_id, max(s.ended_on) AS recorded_discharge
FROM {{deaths}} d JOIN {{stays}} s ON s.person_id = d.person_id
WHERE s.ending IN ('alive', 'not-told')
  AND coalesce(s.discharge_method, '') NOT IN ({_listed(NOT_FOLLOWED_UP_BY)})
  AND coalesce(s.discharge_destination, '') NOT IN ({_listed(NOT_FOLLOWED_UP)})
GROUP BY d.death_id
"""

_CONTACTS = f"""
SELECT d.death_id, d.death_date, max(v.value_from) AS contact_on
FROM (SELECT DISTINCT death_id, person_id, death_date FROM {{dates}}
      WHERE death_date IS NOT NULL) d
JOIN {{values}} v ON v.person_id = d.person_id
WHERE v.standing = 'present' AND v.value_from = v.value_to AND v.value_from <= d.death_date
  AND ({" OR ".join(f"({_is(path)})" for path in CONTACTS)})
GROUP BY d.death_id, d.death_date
"""


def of_the_death(
    engine: PortableEngine,
    deaths: ir.Table,
    values: ir.Table,
    stays: ir.Table,
    knowledge: ir.Table,
    lists: ir.Table,
) -> ir.Table:
    """One row per death: ``death_id`` and each facet that is the same in every scenario.

    :param deaths: ``death_id, person_id``.
    :param values: every value with its source, ``chosen`` and ``standing``.
    """
    said = engine.sql(_of_the_death(), deaths=deaths, values=values)
    told = engine.sql(
        _TOLD_BY_MHSDS, deaths=deaths, values=values, knowledge=knowledge, lists=lists
    )
    left = engine.sql(_RECORDED_DISCHARGES, deaths=deaths, stays=stays)
    return said.join(told, "death_id").left_join(left, "death_id").drop("death_id_right")


def contacts(engine: PortableEngine, dates: ir.Table, values: ir.Table) -> ir.Table:
    """The latest contact that a list states, on or before each possible day of the death.

    :param dates: ``death_id, person_id, death_date``.
    :returns: ``death_id, death_date, contact_on``; no row where no contact is stated.
    """
    return engine.sql(_CONTACTS, dates=dates, values=values)


def last_contact(
    during: ir.Column, death: ir.Column, left: ir.Column, stated: ir.Column
) -> ir.Column:
    """The day of the last contact in a scenario: a stay, the end of one, or a contact stated."""
    import ibis

    return ibis.cases(
        (during.fill_null(False), death),
        (left.isnull(), stated),
        (stated.isnull(), left),
        (stated > left, stated),
        else_=left,
    )
