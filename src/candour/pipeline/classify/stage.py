"""The stage: deaths and stays in; facets, outcomes and the ledger out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from candour.definitions import catalogue, settings_text
from candour.definitions.columnar import outcomes_side_by_side
from candour.pipeline.classify.facets import (
    assumption,
    of_the_dead,
    possible_dates,
    scenarios,
)
from candour.pipeline.classify.ledger import ledger
from candour.pipeline.classify.told import contacts, last_contact, of_the_death

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import PortableEngine


@dataclass(frozen=True)
class Classified:
    """What classifying gives.

    ``facets``: one row per death and scenario, with ``index_stay`` and ``stays_doubt`` (why
    a "no" is not believed) beside the facets of the
    contract; ``classified``: ``death_id, definition, version, settings, outcome`` for every
    definition under its own settings; ``ledger``; ``shares``: ``death_id, provider, is_primary``.
    """

    facets: ir.Table
    classified: ir.Table
    ledger: ir.Table
    shares: ir.Table


# Lists of stays can speak of a person if at least one was received, if every provider that knows
# the person sent one, if the person could have been found in them at all, and if nobody on them may
# be the same person: a pair that waits for a decision proves nothing.
_STAYS_KNOWN = """
WITH stay_lists AS (
  SELECT DISTINCT coalesce(provider, '') AS provider FROM {lists} WHERE tells_stays),
per_person AS (
  SELECT person_id, bool_or(in_stay_list) AS in_stay_list, bool_or(can_be_found) AS can_be_found,
         bool_or(in_doubt) AS in_doubt,
         bool_or(kind <> 'registration' AND l.provider IS NULL) AS unheard
  FROM {knowledge} k LEFT JOIN stay_lists l ON l.provider = coalesce(k.provider, '')
  GROUP BY person_id)
SELECT person_id,
       CASE WHEN (SELECT count(*) FROM stay_lists) = 0 THEN 'no list of stays was received'
            WHEN unheard THEN 'a provider that knows the person sent no list of stays'
            WHEN in_doubt THEN
              'somebody on a list of stays may be the same person, and nobody has decided'
            WHEN NOT (in_stay_list OR can_be_found) THEN
              'who this is does not say enough to be found on a list of stays' END AS stays_doubt
FROM per_person
"""

# The provider whose ward it was, where every scenario says the same ("": nobody states whose it
# is).
_CARE = """
SELECT f.death_id,
       CASE WHEN count(DISTINCT coalesce(d.provider, '')) = 1 AND bool_and(f.during_stay)
            THEN max(coalesce(d.provider, '')) END AS during_provider,
       CASE WHEN count(DISTINCT coalesce(i.provider, '')) = 1
              AND NOT bool_or(coalesce(f.during_stay, true))
            THEN max(CASE WHEN i.stay_id IS NOT NULL THEN coalesce(i.provider, '') END)
            END AS index_provider
FROM {facets} f
LEFT JOIN {stays} d ON d.stay_id = f.stay_of_death
LEFT JOIN {stays} i ON i.stay_id = f.index_stay
GROUP BY f.death_id
"""

_SHARES = """
WITH involved AS (
  SELECT death_id, provider FROM {knowledge} WHERE death_id IS NOT NULL AND provider IS NOT NULL
  UNION SELECT d.death_id, s.provider FROM {deaths} d JOIN {stays} s USING (person_id)
  WHERE s.provider IS NOT NULL)
SELECT i.death_id, i.provider,
       coalesce(i.provider = coalesce(nullif(c.during_provider, ''), nullif(c.index_provider, ''),
         CASE WHEN count(*) OVER (PARTITION BY i.death_id) = 1 THEN i.provider END), false)
         AS is_primary
FROM involved i LEFT JOIN {care} c USING (death_id)
"""


def classify(
    engine: PortableEngine,
    deaths: ir.Table,
    death_dates: ir.Table,
    stays: ir.Table,
    knowledge: ir.Table,
    lists: ir.Table,
    values: ir.Table,
) -> Classified:
    """Work out the facets of each death, every definition's answer, and the ledger.

    :param deaths: ``death_id, person_id, death_date…, age_years, underlying_cause``.
    :param death_dates: the dates that each death may have had.
    :param stays: chained stays.
    :param knowledge: what each list holds of each person: ``person_id, death_id, provider, layout,
        role, kind, file, in_stay_list, can_be_found, knows_death, known_on, received_on, says``.
    :param lists: every list received, with ``tells_stays``.
    :param values: every value with its source; what a list states outright is taken from here.
    """
    known = engine.sql(_STAYS_KNOWN, knowledge=knowledge, lists=lists)
    said = of_the_death(engine, deaths, values, stays, knowledge, lists)
    facets = _facets(engine, deaths, death_dates, stays, known, values, said)
    care = engine.sql(_CARE, facets=facets, stays=stays)
    return Classified(
        facets=facets,
        classified=_answers(engine, facets),
        ledger=ledger(engine, deaths, knowledge, lists, care),
        shares=engine.sql(_SHARES, knowledge=knowledge, deaths=deaths, stays=stays, care=care),
    )


def _answers(engine: PortableEngine, facets: ir.Table) -> ir.Table:
    """Every definition's answer about each death, one row per death and definition."""
    definitions = list(catalogue().values())
    wide = engine.keep(outcomes_side_by_side([(d, {}) for d in definitions], facets))
    return ibis.union(
        *(
            wide.select(
                "death_id",
                definition=ibis.literal(definition.id),
                version=ibis.literal(definition.version),
                settings=ibis.literal(settings_text(definition, {})),
                outcome=f"outcome_{number}",
            )
            for number, definition in enumerate(definitions)
        )
    )


def _facets(
    engine: PortableEngine,
    deaths: ir.Table,
    death_dates: ir.Table,
    stays: ir.Table,
    known: ir.Table,
    values: ir.Table,
    said: ir.Table,
) -> ir.Table:
    people = deaths.select("death_id", "person_id")
    stays = engine.keep(of_the_dead(stays, people))
    # An absence of exact dates has to stay one row, so deaths without a date pass through as well.
    dates = engine.keep(possible_dates(people, death_dates, stays))
    worlds = engine.keep(scenarios(dates, stays))
    about = deaths.select("death_id", "person_id", "underlying_cause", "age_years")
    joined = worlds.join(about, "death_id").left_join(known, "person_id")
    joined = joined.drop("person_id_right").join(said, "death_id")
    stated = contacts(engine, dates, values)
    joined = joined.left_join(stated, ["death_id", "death_date"])
    order = ibis.window(
        group_by="death_id",
        order_by=["death_date", "date_as", "ending_as", "transfer_as", "open_as"],
    )
    numbered = joined.mutate(scenario=ibis.row_number().over(order), assumption=assumption(joined))
    # Where a date is not to be believed, finding no stay or discharge proves nothing.
    believed = ~numbered.hidden & ~numbered.afterwards
    doubt = ibis.ifelse(believed, numbered.stays_doubt, "a date on a list of stays is wrong")
    return engine.keep(
        numbered.select(
            "death_id",
            "person_id",
            "scenario",
            "assumption",
            "transfer_as",
            "ending_as",
            "open_as",
            "death_date",
            "during_stay",
            "last_discharge",
            "last_absence_start",
            "last_transfer",
            "detained",
            "underlying_cause",
            "age_years",
            "inquest_conclusion",
            "with_coroner",
            "expected_by_team",
            "learning_disability",
            "autism",
            "severe_mental_illness",
            "serious_incident",
            "concern_raised",
            "recorded_discharge",
            "told_by_mhsds",
            "index_stay",
            "stay_of_death",
            stays_known=doubt.isnull(),
            stays_doubt=doubt,
            last_contact=last_contact(
                numbered.during_stay,
                numbered.death_date,
                numbered.last_discharge,
                numbered.contact_on,
            ),
        )
    )
