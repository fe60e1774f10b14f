"""What was survived before a death: chains of one person, groups without persons."""

from __future__ import annotations

import json

import pytest
import tiny_run
import tiny_switch
from tiny_run import day
from tiny_switch import spell

from candour.pipeline.answers import open_run
from candour.pipeline.answers.periods import Period
from candour.pipeline.answers.precursors import gap_words, precursors


def event(person, on, name="N-1"):
    return {
        "near_miss_id": name,
        "person_id": person and f"P-{person}",
        "provider": "ZX901",
        "occurred_on": day(on),
        "event_kind": "local-incident",
        "harm_actual": "moderate",
    }


@pytest.fixture
def asked(tmp_path):
    """Chains and groups: two people were on ward ALDER, and one died there on 2025-04-02."""

    def of(*events, period=None):
        known = tiny_run.tables()
        spells = [
            spell("WINDOW", "s1", "2025-01-06", "2025-02-03", "alive"),
            spell("WARD", "s2", "2025-03-01", "2025-04-02", "died"),
        ]
        stays = [{"stay_id": None, "provider": "ZX901", "ward": "ALDER"}]
        folder = tiny_switch.write(
            tmp_path / "run", known, spells=spells, near_misses=list(events), stays=stays
        )
        return precursors(open_run(folder), period or Period())

    return of


def test_an_event_of_a_person_who_died_later_is_a_chain_with_its_gap_and_ward(asked):
    (chain,) = asked(event("WINDOW", "2025-01-21"))["chains"]

    assert (chain["death_id"], chain["gap_days"], chain["ward"]) == ("D-WINDOW", 30, "ALDER")
    assert chain["died_on_that_ward"] is False


def test_an_event_on_the_ward_on_which_the_person_died_says_so(asked):
    (chain,) = asked(event("WARD", "2025-04-01"))["chains"]

    assert (chain["gap_days"], chain["died_on_that_ward"]) == (1, True)


def test_an_event_after_the_death_or_of_somebody_who_lives_is_no_chain(asked):
    assert (
        asked(event("WINDOW", "2025-02-21"), event("NOBODY", "2025-01-21", "N-2"))["chains"] == []
    )


def test_a_death_without_a_day_makes_no_chain(asked):
    assert asked(event("UNDATED", "2025-01-21"))["chains"] == []


def test_a_group_counts_events_by_ward_class_and_the_gap_to_the_next_death_there(asked):
    (group,) = asked(event("WINDOW", "2025-01-21"))["groups"]

    assert (group["ward"], group["harm"], group["gap"]) == ("ALDER", "moderate", "31-90 days")
    assert group["near_misses"] == {"kind": "count", "value": 1}
    assert group["same_person"] == {"kind": "count", "value": 1}


def test_an_event_that_names_nobody_has_no_ward_and_is_counted(asked):
    (group,) = asked(event(None, "2025-01-21"))["groups"]

    assert (group["ward"], group["gap"]) == ("not stated", "no death since")
    assert group["same_person"]["value"] == 0


def test_groups_hold_no_person_and_no_death(asked):
    text = json.dumps(asked(event("WINDOW", "2025-01-21"))["groups"])

    assert "P-" not in text
    assert "D-" not in text
    assert "N-1" not in text


def test_a_death_outside_the_period_is_no_end_of_a_chain(asked):
    early = Period(day("2025-01-01"), day("2025-01-31"))

    found = asked(event("WINDOW", "2025-01-21"), period=early)

    assert found["chains"] == []
    assert [group["gap"] for group in found["groups"]] == ["no death since"]


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "0-7 days"), (7, "0-7 days"), (8, "8-30 days"), (365, "91-365 days"),
     (366, "over 365 days")],
)  # fmt: skip
def test_a_gap_lies_in_one_band(days, words):
    assert gap_words(days) == words
