"""The field cases of dates and of stays, under every definition that they touch.

The answers are worked out by hand from the rules of ``cases.md``: the day of discharge is day 0, a
month is a calendar month, a move is no discharge, and what no list says cannot be told.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from acceptance_runs import Made

from candour.definitions import catalogue, columnar, evaluate, get, settings_from
from candour.pipeline.answers import OpenRun, open_run
from candour.tables import open_engine

IN, OUT, UNTOLD = "in", "out", "cannot-tell"
D2 = ("P-401", "P-402", "P-403")
"""Thirty, thirty-one and thirty-one days after leaving, once midnight is London's."""
D3 = ("P-501", "P-502", "P-503", "P-504", "P-505", "P-506")
"""The last day of three months, and the day after it, three times."""
S1 = ("A-601", "A-602", "A-603", "A-604")
"""Moved and then discharged; died on the ward; a caseload closed; went home and died that day."""

EXPECTED: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "inpatient": ((OUT,) * 3, (OUT,) * 6, (OUT, IN, OUT, OUT)),
    "post-discharge": ((IN, OUT, OUT), (OUT,) * 6, (IN, OUT, OUT, IN)),
    "post-discharge days=31": ((IN, IN, IN), (OUT,) * 6, (IN, OUT, OUT, IN)),
    "post-discharge-without-acute": ((IN, OUT, OUT), (OUT,) * 6, (IN, OUT, OUT, IN)),
    "hssib-2025": ((IN, OUT, OUT), (OUT,) * 6, (IN, IN, OUT, IN)),
    "lampard-2024": ((IN, IN, IN), (IN, OUT, IN, OUT, IN, OUT), (IN, IN, OUT, IN)),
    "absence-discharged": ((OUT,) * 3, (OUT,) * 6, (OUT,) * 4),
    # Three days at most, and no lower bound; a death on the ward has no discharge to follow up.
    "nhse-72h": ((OUT,) * 3, (OUT,) * 6, (OUT, OUT, OUT, IN)),
    # A month is to the same day: 1 June to 1 July, 31 January to 28 February, 15 May to 15 June.
    "rcpsych-crt-2018": ((UNTOLD, OUT, UNTOLD), (OUT,) * 6, (UNTOLD, UNTOLD, OUT, UNTOLD)),
    # The legal status is on no list, so of the one who died on the ward it cannot be told.
    "detained-death": ((OUT,) * 3, (OUT,) * 6, (OUT, UNTOLD, OUT, OUT)),
    "cqc-reg17": ((OUT,) * 3, (OUT,) * 6, (OUT, UNTOLD, OUT, OUT)),
    "cqc-reg16": ((UNTOLD,) * 3, (UNTOLD,) * 6, (UNTOLD,) * 4),
    # Contact within the year: a stay, or the last contact of the one who had none.
    "mazars": ((IN,) * 3, (IN,) * 6, (IN,) * 4),
    "mazars months=0": ((OUT,) * 3, (OUT,) * 6, (OUT, IN, OUT, IN)),
    "nqb-lfd-2017": ((UNTOLD,) * 3, (UNTOLD,) * 6, (UNTOLD,) * 4),
    # No cause is on any list: what is outside the window is out all the same.
    "ncish": ((UNTOLD,) * 3, (UNTOLD,) * 6, (UNTOLD,) * 4),
    "ncish-post-discharge": (
        (UNTOLD,) * 3,
        (UNTOLD, OUT, UNTOLD, OUT, UNTOLD, OUT),
        (UNTOLD, OUT, OUT, UNTOLD),
    ),
    "mhsds-v6": ((UNTOLD,) * 3, (UNTOLD,) * 6, (UNTOLD,) * 4),
    "concluded-suicide": ((UNTOLD,) * 3, (UNTOLD,) * 6, (UNTOLD,) * 4),
    "cause-natural": ((UNTOLD,) * 3, (UNTOLD,) * 6, (UNTOLD,) * 4),
}


@pytest.fixture(scope="module")
def run(real_data: Path, runs: Callable[..., Made]) -> OpenRun:
    there = real_data / "field_cases"
    if not there.is_dir():
        pytest.skip("no real data here: field_cases")
    return open_run(runs(there).folder)


@pytest.fixture(scope="module")
def death_of(run: OpenRun) -> dict[str, str]:
    """Local id of a person to the id of their death."""
    return {
        row["person_key"].rpartition(":")[2]: row["death_id"]
        for row in run.rows("identities")
        if row["death_id"]
    }


@pytest.mark.parametrize("asked", EXPECTED)
def test_a_field_case_is_answered_alike_wherever_a_definition_touches_it(
    asked: str, run: OpenRun, death_of: dict[str, str]
) -> None:
    identity, *texts = asked.split()
    definition = get(identity)
    settings = settings_from(definition, texts)

    answered = {
        person: evaluate(definition, run.scenarios[death_of[person]], settings).outcome
        for person in (*D2, *D3, *S1)
    }

    expected = [answer for answers in EXPECTED[asked] for answer in answers]
    assert answered == dict(zip((*D2, *D3, *S1), expected, strict=True))


def test_both_evaluators_agree_on_every_death_of_the_cases_under_every_definition(
    run: OpenRun,
) -> None:
    shelf = list(catalogue().values())
    with open_engine() as engine:
        table = engine.table(run.table("facets"))
        rows = engine.rows(columnar.outcomes_side_by_side([(d, {}) for d in shelf], table))

    assert {row["death_id"] for row in rows} == set(run.deaths)
    for row in rows:
        for number, definition in enumerate(shelf):
            said = evaluate(definition, run.scenarios[row["death_id"]]).outcome
            assert row[f"outcome_{number}"] == said, definition.id
