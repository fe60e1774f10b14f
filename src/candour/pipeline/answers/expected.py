"""How far a run's records show each expectation met, not met, or not said."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from candour.casework import expectations, measured

if TYPE_CHECKING:
    from candour.casework.expectations import Record
    from candour.pipeline.answers.opening import OpenRun


def met(run: OpenRun) -> dict[str, dict[str, Any]]:
    """By id of the expectation: ``among, met, not_met, not_said, median_days``.

    Read from present values of people who died; what living people's records say is left aside. A
    value that a source took back does not count.
    """
    wanted = {f for each in expectations() for f in each.measure.fields}
    rows = {each.measure.each for each in expectations()} - {"death"}
    person_of = {death["person_id"]: death_id for death_id, death in run.deaths.items()}
    of_deaths: dict[str, dict[str, list[str]]] = {d: defaultdict(list) for d in run.deaths}
    of_rows: dict[str, dict[tuple[str, str], dict[str, list[str]]]] = defaultdict(dict)
    table = run.table("values").select(
        ["person_id", "entity", "field", "about", "value", "standing"]
    )
    for row in table.to_pylist():
        death_id = person_of.get(row["person_id"])
        if death_id is None or row["standing"] != "present":
            continue
        path = f"{row['entity']}.{row['field']}"
        if row["entity"] in rows:
            key = (death_id, str(row["about"]))
            held = of_rows[row["entity"]].setdefault(key, defaultdict(list))
            held[path].append(row["value"])
        if path in wanted:
            of_deaths[death_id][path].append(row["value"])
    found = {}
    for each in expectations():
        measure = each.measure
        records: list[Record] = (
            list(of_deaths.values())
            if measure.each == "death"
            else [*of_rows[measure.each].values()]
        )
        found[each.id] = vars(measured(measure, records)).copy()
    return found
