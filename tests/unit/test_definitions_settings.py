"""Settings given as NAME=VALUE."""

from __future__ import annotations

import pytest

from candour.definitions import evaluate, get, settings_from, settings_text
from candour.definitions.facets import whole_scenario
from candour.definitions.settings import ChoiceSetting, IntegerSetting, filled
from candour.errors import UserError

POST_DISCHARGE = get("post-discharge")


def test_what_is_not_given_stands_at_its_default() -> None:
    assert settings_from(POST_DISCHARGE, []) == {
        "days": 30,
        "unresolved_transfer": "cannot-tell",
    }


def test_what_is_given_is_read() -> None:
    given = settings_from(POST_DISCHARGE, ["days=7", " unresolved_transfer = stay "])

    assert given == {"days": 7, "unresolved_transfer": "stay"}


@pytest.mark.parametrize("days", ["0", "3660"])
def test_both_ends_of_the_range_are_allowed(days: str) -> None:
    assert settings_from(POST_DISCHARGE, [f"days={days}"])["days"] == int(days)


@pytest.mark.parametrize("value", ["-1", "3661", "thirty", "", "7.5", "1e2", "٣٠", "9" * 5000])
def test_a_value_that_is_not_allowed_is_answered_with_what_is(value: str) -> None:
    with pytest.raises(UserError, match="a whole number from 0 to 3660, for instance days=30"):
        settings_from(POST_DISCHARGE, [f"days={value}"])


def test_a_word_that_is_no_choice_is_answered_with_the_choices() -> None:
    with pytest.raises(UserError, match="one of cannot-tell, discharge, stay"):
        settings_from(POST_DISCHARGE, ["unresolved_transfer=perhaps"])


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="Its settings are: unresolved_transfer"):
        settings_from(get("hssib-2025"), ["days=7"])


@pytest.mark.parametrize("text", ["days", "=7", "  "])
def test_a_text_that_is_not_name_and_value_is_answered_with_how_to_write_it(text: str) -> None:
    with pytest.raises(UserError, match="NAME=VALUE") as caught:
        settings_from(POST_DISCHARGE, [text])

    assert "days=30" in caught.value.remedy


def test_a_name_given_twice_is_refused() -> None:
    with pytest.raises(UserError, match="twice"):
        settings_from(POST_DISCHARGE, ["days=7", "days=30"])


def test_a_truth_value_is_no_number() -> None:
    with pytest.raises(UserError, match="days"):
        filled(POST_DISCHARGE, {"days": True})


def test_the_settings_in_force_are_said_so_that_they_can_be_given_again() -> None:
    text = settings_text(POST_DISCHARGE, {"days": 90})

    assert text == "days=90, unresolved_transfer=cannot-tell"
    assert settings_text(POST_DISCHARGE, settings_from(POST_DISCHARGE, text.split(", "))) == text


def test_both_evaluators_refuse_an_unknown_setting() -> None:
    from candour.definitions import columnar

    with pytest.raises(UserError, match="hssib-2025"):
        evaluate(get("hssib-2025"), [whole_scenario({})], {"days": 7})
    with pytest.raises(UserError, match="hssib-2025"):
        columnar.outcomes(get("hssib-2025"), None, {"days": 7})


def test_a_setting_whose_default_is_not_allowed_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="outside the allowed range"):
        IntegerSetting(type="integer", plain="x", default=9, at_least=0, at_most=3)
    with pytest.raises(ValueError, match="not among the choices"):
        ChoiceSetting(type="choice", plain="x", default="c", choices={"a": "", "b": ""})
