"""How well the stored weights tell who is who, on errors that they were not trained on."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from candour.pipeline.link.model import stored


def tool(checkout: Path, name: str) -> ModuleType:
    sys.path.insert(0, str(checkout / "tools"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)


@pytest.fixture(scope="module")
def card(checkout: Path) -> ModuleType:
    return tool(checkout, "linkage_card")


@pytest.fixture(scope="module")
def measured(card: ModuleType) -> list[Any]:
    return card.measured()


def test_it_is_judged_on_profiles_that_it_was_not_trained_on(card, measured):
    trained_on = stored().training["noise_profile"]

    assert {m.profile for m in measured} == set(card.PROFILES) - {trained_on}
    assert len(measured) == 2
    assert {m.people for m in measured} == {100_000}


def test_a_match_is_one_person_and_few_are_missed(measured):
    assert [m.whole.precision for m in measured if m.whole.precision < 0.999] == []
    assert [m.whole.recall for m in measured if m.whole.recall < 0.93] == []
    assert [m for m in measured if m.whole.recall_with_review < 0.98] == []


def test_what_is_left_to_a_person_is_little_and_worth_their_while(measured):
    assert [m.review for m in measured if m.review > 0.02 * m.deaths] == []
    assert [m for m in measured if 3 * m.whole.to_review < m.review] == []


def test_blocking_brings_nearly_every_pair_of_one_person_together(measured):
    assert [m for m in measured if m.in_reach < 0.995 * m.whole.true] == []


def test_no_group_of_people_is_found_much_less_often(measured):
    assert [m.worst for m in measured if m.worst[1].recall_with_review < 0.97] == []


def test_the_model_card_says_what_was_measured(card, measured, checkout):
    page = (checkout / "docs" / "generated" / "linkage-model.md").read_text(encoding="utf-8")

    assert page == card.page(measured)


def test_the_weights_say_how_they_were_trained(checkout):
    told = json.loads(
        (checkout / "src/candour/pipeline/link/weights.json").read_text(encoding="utf-8")
    )["training"]

    assert told["true_pairs"] > 5_000
    assert told["noise_profile"] in ("typed", "heard", "copied")
    assert (checkout / told["command"].split()[1]).is_file()
