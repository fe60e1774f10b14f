"""From a probability to a decision: each rule over the weights, by two small records."""

from __future__ import annotations

from typing import Any

import pytest

from candour.pipeline.link import judging
from candour.pipeline.link.judging import Candidate, Judged, in_words, judge
from candour.pipeline.link.model import KINDS, stored

NUMBER, OTHER, UNSOUND = "9990010005", "9990010013", "9990010008"
PERSON = {
    "surname": "holmby", "given": "ada", "birth": "1971-05-08", "death": "2025-02-20",
    "nhs": None, "list": 0,
}  # fmt: skip
SAME = {"surname": "exact", "given_name": "exact", "birth_date": "exact"}


def pair(a: int = 0, b: int = 1, likely: float = 0.999, weight: float = 30.0, **levels: str):
    return Candidate(a, b, weight, likely, levels)


def person(**changed: Any) -> dict[str, Any]:
    return PERSON | {"list": 1} | changed


def judged(
    *pairs: Candidate, others: tuple[dict[str, Any], ...] = (), **asked: Any
) -> list[Judged]:
    facts = dict(enumerate((PERSON, *(others or (person(), person(list=2), person(list=3))))))
    return judge(pairs, facts, stored(), **asked)


def decision(levels: dict[str, str], other: dict[str, Any] | None = None, **asked: Any):
    """What becomes of one pair, and why: None where nothing is said of it."""
    likely = asked.pop("likely", 0.9999)
    first = PERSON | asked.pop("first", {})
    found = judge(
        [pair(likely=likely, **levels)], {0: first, 1: other or person()}, stored(), **asked
    )
    return (found[0].decision, *found[0].held) if found else None


def test_a_likely_pair_is_a_match_a_less_likely_one_a_question_and_others_are_not_told():
    model = stored()

    assert decision(SAME) == ("match",)
    assert decision(SAME, likely=(model.match + model.review) / 2) == ("review",)
    assert decision(SAME, likely=model.review - 0.001) is None


def test_one_kind_of_field_alone_pairs_nobody_however_rare_its_value():
    assert decision({"surname": "exact"}) is None
    assert decision({"surname": "exact", "sex": "exact", "occupation": "exact"}) is None
    assert decision({"nhs_number": "exact", "surname": "else"}) is None


@pytest.mark.parametrize(
    ("levels", "why"),
    [
        (SAME | {"given_name": "else"}, judging.TWINS),
        (SAME | {"given_name": "near"}, judging.ALIKE_NAMES),
        (SAME | {"birth_date": "else"}, judging.SAME_NAME),
        (SAME | {"surname": "changed-round", "birth_date": "year"}, judging.SAME_NAME),
        (SAME | {"death_date": "else"}, judging.TWO_DEATHS),
        (
            {"nhs_number": "exact", "surname": "exact", "given_name": "else", "birth_date": "else"},
            judging.ONE_NUMBER,
        ),
        (
            {"surname": "exact", "given_name": "alike", "postcode": "exact", "birth_date": "year"},
            judging.NOTHING_SOLID,
        ),
        (
            {"surname": "exact", "birth_date": "exact", "death_date": "month"},
            judging.ONLY_BIRTH,
        ),
        ({"birth_date": "exact", "postcode": "exact"}, judging.NO_NAME),
    ],
)
def test_what_looks_like_one_person_and_may_be_two_is_for_a_person_to_decide(levels, why):
    assert decision(levels, likely=0.99999) == ("review", why)


def test_a_common_number_settles_what_a_twin_or_a_namesake_would_leave_open():
    known = SAME | {"nhs_number": "exact"}

    assert decision(known | {"given_name": "else"}) == ("match",)
    assert decision(known | {"birth_date": "else"}) == ("match",)
    assert decision(SAME | {"key": "exact", "given_name": "near"}) == ("match",)


def test_where_no_families_stand_a_name_that_is_only_alike_is_no_twin():
    alike = SAME | {"given_name": "near"}

    assert decision(alike, families=False) == ("match",)
    assert decision(SAME | {"given_name": "else"}, families=False) == ("review", judging.TWINS)


@pytest.mark.parametrize(
    ("born", "expected"),
    [("1999-05-08", ("review", judging.SAME_NAME)), ("1978-01-02", ("match",))],
)
def test_without_families_a_namesake_has_to_be_a_generation_apart(born, expected):
    found = decision(SAME | {"birth_date": "else"}, person(birth=born), families=False)

    assert found == expected


def test_two_sound_numbers_are_two_people_unless_name_and_birth_agree_in_full():
    first, other = {"nhs": NUMBER}, person(nhs=OTHER)

    assert decision(SAME, other, first=first) == ("review", judging.TWO_NUMBERS)
    assert decision(SAME | {"given_name": "alike"}, other, first=first) is None


def test_a_number_whose_check_digit_fails_is_no_second_number():
    assert decision(SAME, person(nhs=UNSOUND), first={"nhs": NUMBER}) == ("match",)


def test_one_thing_against_a_pair_asks_for_even_odds_and_two_for_near_certainty():
    twins = SAME | {"given_name": "else"}

    assert decision(twins, likely=judging.LIKELY - 0.01) is None
    assert decision(twins, likely=judging.LIKELY) is not None
    assert decision(twins | {"death_date": "else"}, likely=judging.ALL_BUT_SURE - 0.001) is None
    assert decision(twins | {"death_date": "else"}, likely=judging.ALL_BUT_SURE) == (
        "review", judging.TWINS, judging.TWO_DEATHS,
    )  # fmt: skip


def test_a_family_in_one_home_is_no_question_unless_the_weights_alone_would_have_joined_it():
    family = {"surname": "exact", "given_name": "alike", "postcode": "exact", "birth_date": "year"}

    assert decision(family, likely=stored().match - 0.01) is None


def test_a_record_that_fits_two_people_equally_well_is_matched_to_neither():
    first = {"surname": "exact", "given_name": "initial", "birth_date": "exact"}
    twins = (person(given="bea"), person(given="oswin", list=2))

    found = judged(pair(0, 1, weight=30.0, **first), pair(0, 2, weight=29.0, **first), others=twins)

    assert [(each.decision, each.held) for each in found] == [
        ("review", [judging.FITS_SEVERAL])
    ] * 2


def test_a_record_that_fits_one_far_better_leaves_no_question_about_the_twin():
    one = pair(0, 1, weight=30.0, **SAME)
    other = pair(0, 2, weight=30.0 - judging.MARGIN, **(SAME | {"given_name": "else"}))

    found = judged(one, other, others=(person(), person(given="oswin")))

    assert [(each.pair.b, each.decision) for each in found] == [(1, "match")]


def test_a_third_record_is_matched_to_neither_of_two_whom_somebody_parted():
    both = (pair(0, 1, weight=30.0, **SAME), pair(0, 2, weight=29.5, **SAME))

    left_alone = judged(*both)
    parted = judged(*both, apart=lambda a, b: {a, b} == {1, 2})

    assert [each.decision for each in left_alone] == ["match", "match"]
    assert [(each.decision, each.held) for each in parted] == [
        ("review", [judging.FITS_SEVERAL])
    ] * 2


def test_lists_that_name_each_person_once_give_each_record_its_best_partner():
    best = pair(0, 1, weight=40.0, **SAME)
    nearly = pair(0, 2, weight=40.0 - judging.MARGIN + 1, **SAME)
    far = pair(0, 3, weight=40.0 - judging.MARGIN - 1, **SAME)

    found = judged(best, nearly, far, once_each=True)

    assert [(each.pair.b, each.decision, each.held) for each in found] == [
        (1, "match", []),
        (2, "review", [judging.TAKEN]),
    ]


def test_the_reason_names_fields_and_levels_and_no_value_of_anybody():
    said = in_words(
        pair(surname="exact", birth_date="one-slip", nhs_number="else", key="exact"), KINDS
    )

    assert said == (
        "Surname: the same; birth date: one slip apart; NHS number: not the same; "
        "further key: the same."
    )
    assert in_words(pair(), KINDS) == ""
