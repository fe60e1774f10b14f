"""Expectations: each with a source, fields that exist and a measure that counts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from candour.casework import Expectation, Measured, expectations, measured
from candour.casework.expectations import Measure
from candour.cli.main import main
from candour.dataset import load

ROOT = Path(__file__).resolve().parents[2]
ENTITIES = load().entities
FIELDS = {field.path for entity in ENTITIES.values() for field in entity.fields.values()}


def measure(**given: object) -> Measure:
    return Measure.model_validate({"id": "m", "plain": "A measure.", **given})


TOLD = measure(
    among={"field": "duty_of_candour.applies", "holds": "yes"},
    met=[{"field": "duty_of_candour.told_in_person_on", "holds": "said"}],
)
SUPPORT = measure(met=[{"field": "staff_support.offered", "holds": "yes"}])
DAYS = measure(**{"from": "death.death_date", "to": "family.first_contact_on"})


def test_there_are_about_twenty_and_each_has_a_name_of_its_own() -> None:
    assert 20 <= len(expectations()) <= 26
    assert len({e.id for e in expectations()}) == len(expectations())
    assert len({e.measure.id for e in expectations()}) == len(expectations())
    assert {e.towards for e in expectations()} >= {"the family", "staff", "the person"}


@pytest.mark.parametrize("each", expectations(), ids=lambda e: e.id)
def test_the_fields_that_show_it_and_that_count_it_are_in_the_data_set(each: Expectation) -> None:
    assert set(each.shown_by) <= FIELDS
    assert set(each.measure.fields) <= FIELDS
    assert each.measure.each in {entity.path for entity in ENTITIES.values()}


@pytest.mark.parametrize("each", expectations(), ids=lambda e: e.id)
def test_it_is_counted_by_what_shows_it(each: Expectation) -> None:
    counted = {c.field for c in each.measure.met} | {each.measure.start, each.measure.end}

    assert counted & set(each.shown_by)


def test_none_asks_whether_a_death_could_have_been_avoided_or_who_was_to_blame() -> None:
    text = json.dumps([e.model_dump(mode="json") for e in expectations()]).lower()

    for word in ("judgement_lfd", "avoidab", "blame on", "fault", "negligen", "failed to"):
        assert word not in text


def test_what_nobody_wrote_down_is_neither_met_nor_missed() -> None:
    records = [{"staff_support.offered": [said]} for said in ("yes", "no", "unknown")]

    assert measured(SUPPORT, [*records, {}]) == Measured(4, met=1, not_met=1, not_said=2)


def test_only_those_it_is_about_are_looked_at() -> None:
    yes, no = {"duty_of_candour.applies": ["yes"]}, {"duty_of_candour.applies": ["no"]}
    told = {"duty_of_candour.told_in_person_on": ["2025-02-01"]}

    assert measured(TOLD, [yes | told, yes, no | told, told]) == Measured(2, 1, 0, 1)


def test_one_of_several_ways_is_enough() -> None:
    either = measure(
        met=[
            {"field": "family_question.answered", "holds": "yes"},
            {"field": "family_question.not_answered_because", "holds": "said"},
        ]
    )
    no = {"family_question.answered": ["no"]}
    why = {"family_question.not_answered_because": ["nobody knows"]}

    assert measured(either, [no | why]).met == 1
    assert measured(either, [no]).not_met == 1
    assert measured(either, [{}]).not_said == 1


def test_days_are_counted_between_whole_days_and_backwards_is_not_met() -> None:
    def record(died: str, contact: str) -> dict[str, list[str]]:
        return {"death.death_date": [died], "family.first_contact_on": [contact]}

    found = measured(
        DAYS,
        [
            record("2025-02-01", "2025-02-03"),
            record("2025-02-01", "2025-02-11"),
            record("2025-02-01", "2025-01-31"),
            record("2025-02", "2025-02-11"),
            {},
        ],
    )

    assert found == Measured(among=5, met=2, not_met=1, not_said=2, median_days=6.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"from": "death.death_date"},
        {"met": [{"field": "a.b", "holds": "yes"}], "from": "a.b", "to": "a.c"},
        {"met": [{"field": "a.b", "holds": "no"}]},
    ],
)
def test_a_measure_that_counts_two_things_or_none_cannot_be_read(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        measure(**wrong)


def test_the_command_gives_source_plain_words_fields_and_measure(capsys) -> None:
    assert main(["expectations", "--format", "json"]) == 0

    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == len(expectations())
    for row in rows:
        for name in ("source", "plain", "shown_by", "measure", "measure_plain"):
            assert row[name]


def test_the_rules_load_nothing_heavy() -> None:
    program = (
        "import sys; from candour.casework import expectations; expectations(); "
        "print(sorted({'ibis', 'duckdb', 'polars', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )

    assert done.stdout.strip() == "[]"
