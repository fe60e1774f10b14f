"""The rule language: what it reads, what it refuses, and how it speaks."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from candour.dataset import codelist
from candour.definitions.codes import code_range
from candour.definitions.facets import every_facet, facets, whole_scenario
from candour.definitions.grammar import (
    Worded,
    about_of,
    clauses,
    facets_of,
    rule_from,
    settings_of,
)
from candour.definitions.published import all_versions
from candour.definitions.windows import add_months
from candour.definitions.words import rule_in_words

CONTRACT = [
    "death_id",
    "scenario",
    "assumption",
    "transfer_as",
    "stays_known",
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
    "last_contact",
    "recorded_discharge",
    "told_by_mhsds",
    "suspected_suicide",
    "police_suspected_suicide",
    "expected_then",
    "care_may_have_contributed",
    "natural_course",
    "lfpse_outcome",
]


def test_the_facets_are_those_of_the_contract_in_its_order() -> None:
    assert list(facets()) == CONTRACT


def test_every_facet_says_what_it_means_and_what_an_empty_cell_means() -> None:
    for facet in every_facet().values():
        assert len(facet.meaning) > 20
        assert facet.null_means
        if facet.may_start_a_window:
            assert {"since", "none"} <= set(facet.words)
        if facet.may_be_asked:
            assert {"yes", "no", "unknown"} <= set(facet.words)


def test_a_scenario_is_filled_with_nulls_and_refuses_a_name_that_is_no_facet() -> None:
    row = whole_scenario({"during_stay": True}, 2)

    assert row["scenario"] == 2
    assert row["last_discharge"] is None
    assert row["stays_known"] is True
    with pytest.raises(KeyError, match="was_here"):
        whole_scenario({"was_here": True})


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        "during_stay",
        {"fact": "last_discharge"},
        {"fact": "stays_known"},
        {"fact": "unheard_of"},
        {"within": {"since": "death_date", "days": 30}},
        {"within": {"since": "last_discharge"}},
        {"within": {"since": "last_discharge", "days": 30, "months": 1}},
        {"within": {"since": "last_discharge", "days": -1}},
        {"within": {"since": "last_discharge", "days": 3661}},
        {"within": {"since": "last_discharge", "days": "30"}},
        {"within": {"since": "last_discharge", "weeks": 4}},
        {"code": "underlying_cause", "in": []},
        {"code": "underlying_cause", "in": ["X84-X60"]},
        {"code": "underlying_cause", "in": ["suicide"]},
        {"code": "during_stay", "in": ["X60"]},
        {"age": {}},
        {"age": {"at_least": -1}},
        {"any_of": []},
        {"any_of": [{"fact": "during_stay"}], "all_of": [{"fact": "during_stay"}]},
        {"not": None},
    ],
)
def test_a_rule_that_does_not_make_sense_is_refused_when_it_is_read(wrong: object) -> None:
    with pytest.raises(ValidationError):
        rule_from(wrong)


def test_a_rule_knows_the_facets_and_settings_it_rests_on() -> None:
    rule = rule_from(
        {
            "all_of": [
                {"not": {"within": {"since": "last_transfer", "months": "$months"}}},
                {"age": {"at_least": 10}},
                {"code": "underlying_cause", "in": ["X60-X84"]},
            ]
        }
    )

    assert facets_of(rule) == [
        "stays_known",
        "death_date",
        "last_transfer",
        "underlying_cause",
        "age_years",
    ]
    assert settings_of(rule) == {"months"}


def test_a_rule_that_asks_nothing_of_stays_does_not_need_to_know_whether_they_are_known() -> None:
    assert facets_of(rule_from({"age": {"at_least": 10}})) == ["age_years"]
    assert facets_of(rule_from({"fact": "with_coroner"})) == ["with_coroner"]


def test_a_rule_is_said_in_words() -> None:
    rule = rule_from(
        {
            "any_of": [
                {"fact": "during_stay"},
                {"not": {"within": {"since": "last_discharge", "days": 30}}},
                {"all_of": [{"age": {"at_least": 10, "at_most": 17}}, {"age": {"at_most": 17}}]},
                {"age": {"at_least": 18}},
                {"code": "underlying_cause", "in": ["X60-X84", "Y10-Y34"]},
            ]
        }
    )

    assert rule_in_words(rule) == [
        "at least one of these is true:",
        "- the death lies within a stay in hospital, or ended one",
        "- this is not so:",
        "  - the death is on the day of the discharge, or up to and including 30 days after it",
        "- all of these are true:",
        "  - the person was from 10 to 17 years old",
        "  - the person was 17 or younger",
        "- the person was 18 or older",
        "- the registered underlying cause is one of X60-X84, Y10-Y34",
    ]


@pytest.mark.parametrize(
    ("code", "within", "answer"),
    [
        ("X60", "X60-X84", True),
        ("X849", "X60-X84", True),
        ("X85", "X60-X84", False),
        ("x70.0", "X60-X84", True),
        ("X70X", "X60-X84", True),
        ("X70X", "X70.1", None),
        ("U509", "U50.9", True),
        ("U50.8", "U50.9", False),
        ("U50", "U50.9", None),
        ("U51", "U50.9", False),
        ("X705", "X60.5-X70.2", False),
        ("X701", "X60.5-X70.2", True),
        ("not a code", "X60-X84", None),
        ("X70\n", "X60-X84", None),
        ("", "X60-X84", None),
    ],
)
def test_a_code_lies_in_a_range_or_not_or_cannot_be_told(
    code: str, within: str, answer: bool | None
) -> None:
    assert code_range(within).holds(code) is answer


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2025, 1, 31), 3, date(2025, 4, 30)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2025, 5, 31), 3, date(2025, 8, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 1), 1, date(2026, 1, 1)),
        (date(2025, 12, 1), 0, date(2025, 12, 1)),
        (date(9999, 11, 1), 3, date.max),
    ],
)
def test_months_are_calendar_months_and_end_on_the_last_day_of_a_short_one(
    start: date, months: int, end: date
) -> None:
    assert add_months(start, months) == end


def test_the_words_that_rules_ask_for_stand_on_the_list_of_their_facet() -> None:
    for definition in all_versions().values():
        for clause in clauses(definition.rule):
            if isinstance(clause, Worded):
                held = codelist(str(every_facet()[clause.word].codelist))
                assert all(held.get(word) for word in (*clause.words, *(clause.unsettled or ())))


@pytest.mark.parametrize(
    "wrong",
    [
        {"word": "underlying_cause", "in": ["X60"]},
        {"code": "inquest_conclusion", "in": ["X60"]},
        {"word": "inquest_conclusion", "in": []},
        {"word": "inquest_conclusion", "in": ["suicide"], "unsettled": []},
        {"first_that_tells": [{"fact": "detained"}]},
        {"within": {"since": "last_discharge", "days": 3, "or_before": False}},
        {"code": "underlying_cause", "in": ["X60"], "unsettled": ["pending"]},
    ],
)
def test_a_mistake_in_the_newer_clauses_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        rule_from(wrong)


def test_a_rule_about_deaths_and_events_together_says_both() -> None:
    rule = rule_from({"any_of": [{"fact": "detained"}, {"word": "harm_actual", "in": ["none"]}]})

    assert about_of(rule) == {"death", "event"}


def test_the_newer_clauses_are_said_in_words() -> None:
    rule = rule_from(
        {
            "first_that_tells": [
                {"word": "inquest_conclusion", "in": ["open"], "unsettled": ["narrative"]},
                {"within": {"since": "recorded_discharge", "days": 3, "or_before": True}},
            ]
        }
    )

    assert rule_in_words(rule) == [
        "the first of these that is known is true:",
        "- the conclusion of the inquest is one of open (narrative: not known yet)",
        "- the death is before or on the day of the recorded discharge, or up to and including 3 "
        "days after it",
    ]
