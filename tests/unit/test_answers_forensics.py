"""Discharge dates examined: what each source's dates are worth, kind by kind."""

from __future__ import annotations

import pytest
import tiny_switch
from tiny_run import day
from tiny_switch import said, spell

from candour.pipeline.answers import open_run
from candour.pipeline.answers.forensics import forensics, patterns, stay_kind
from candour.pipeline.answers.periods import Period

DIED = day("2025-02-20")


def _spell(discharged, ending="alive", *, unread=False):
    ended = day(discharged) if discharged else None
    return {"discharged_on": ended, "ending": ending, "discharge_unread": unread}


@pytest.mark.parametrize(
    ("ended", "kind"),
    [
        (_spell("2025-02-20", "died"), "told_as_death"),
        (_spell("2025-02-20", "not-told"), "closed_on_death"),
        (_spell("2025-02-20"), "same_day"),
        (_spell("2025-02-21"), "after_death"),
        (_spell("2025-02-21", "not-told"), "after_death"),
        (_spell("2025-02-19"), "before_death"),
        (_spell(None, "open"), "left_open"),
        (_spell(None, "open", unread=True), "cannot_tell"),
    ],
)
def test_each_ending_is_of_its_kind(ended, kind):
    assert stay_kind(ended, DIED, entered_late=False) == kind


def test_a_death_that_is_not_dated_to_the_day_leaves_the_kind_open():
    assert stay_kind(_spell("2025-02-19"), None, entered_late=False) == "cannot_tell"
    assert stay_kind(_spell("2025-02-19", "died"), None, entered_late=False) == "told_as_death"


def test_only_a_discharge_before_the_death_can_have_been_entered_after_it():
    assert stay_kind(_spell("2025-02-19"), DIED, entered_late=True) == "entered_after_death"
    assert stay_kind(_spell("2025-02-20"), DIED, entered_late=True) == "same_day"


@pytest.fixture
def asked(tmp_path):
    def of(**more):
        return forensics(open_run(tiny_switch.write(tmp_path / "run", **more)), Period())

    return of


def test_a_stay_that_an_earlier_file_held_open_and_knew_of_the_death_was_entered_after_it(asked):
    held_open = [
        said("WINDOW", "admitted_on", "2025-01-06", about="s", file="1"),
        said("WINDOW", "death_date", "2025-02-20", file="1"),
        said("WINDOW", "admitted_on", "2025-01-06", about="s", file="2"),
        said("WINDOW", "death_date", "2025-02-20", file="2"),
        said("WINDOW", "discharged_on", "2025-02-03", about="s", file="2"),
    ]

    found = asked(
        spells=[spell("WINDOW", "s", "2025-01-06", "2025-02-03", "alive")], values=held_open
    )

    (source,) = found["sources"]
    assert (source["entered_after_death"], source["within_30_days_doubtful"]) == (1, 1)
    assert [case["kind"] for case in found["cases"]] == ["entered_after_death"]


def test_a_stay_that_an_earlier_file_held_open_before_it_knew_of_the_death_was_not(asked):
    not_yet_known = [
        said("WINDOW", "admitted_on", "2025-01-06", about="s", file="1"),
        said("WINDOW", "admitted_on", "2025-01-06", about="s", file="2"),
        said("WINDOW", "death_date", "2025-02-20", file="2"),
        said("WINDOW", "discharged_on", "2025-02-03", about="s", file="2"),
    ]

    found = asked(
        spells=[spell("WINDOW", "s", "2025-01-06", "2025-02-03", "alive")], values=not_yet_known
    )

    (source,) = found["sources"]
    assert (source["before_death"], source["within_30_days"]) == (1, 1)
    assert found["cases"] == []


def test_only_the_last_stay_of_a_source_is_counted(asked):
    spells = [
        spell("WINDOW", "earlier", "2024-06-01", "2024-07-01", "alive"),
        spell("WINDOW", "later", "2025-01-06", "2025-02-20", "alive"),
    ]

    (source,) = asked(spells=spells, values=[])["sources"]

    assert (source["same_day"], source["before_death"], source["deaths"]) == (1, 0, 1)


def test_closing_care_is_told_apart_from_leaving_hospital(asked):
    found = asked(
        spells=[spell("WINDOW", "s", "2025-01-06", "2025-02-03", "alive")],
        values=[said("WINDOW", "care_closed_on", "2025-02-20")],
    )

    (source,) = found["sources"]
    assert (source["care_closed_on_death"], source["before_death"]) == (1, 1)
    assert source["same_day"] == 0
    assert [case["kind"] for case in found["cases"]] == ["care_closed_on_death"]


def _tally(**counts):
    names = ("closed_on_death", "told_as_death", "care_closed_on_death")
    return dict.fromkeys(names, 0) | counts


def test_a_source_that_closes_stays_on_a_death_is_not_one_that_closes_care_on_it():
    assert patterns(_tally(closed_on_death=4), 9) == ["hospital-stays-closed-on-death"]
    assert patterns(_tally(care_closed_on_death=8), 9) == ["care-closed-on-death"]


@pytest.mark.parametrize(
    ("tally", "known"),
    [
        (_tally(closed_on_death=2), 2),
        (_tally(closed_on_death=3, told_as_death=1), 4),
        (_tally(care_closed_on_death=2), 2),
        (_tally(care_closed_on_death=3), 6),
    ],
)
def test_a_few_cases_are_no_pattern(tally, known):
    assert patterns(tally, known) == []
