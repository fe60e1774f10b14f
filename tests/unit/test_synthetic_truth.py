"""The truth of the invented nation, against answers worked out by hand for each story."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from candour.synthetic import synthesise
from candour.synthetic.deal import BLOCK
from candour.synthetic.draws import Draws
from candour.synthetic.lives import Lives, live
from candour.synthetic.nation import invent
from candour.synthetic.script import Story
from candour.synthetic.stories import AFTER_DISCHARGE, stories
from candour.synthetic.truth import QUESTIONS, Deaths, deaths

IN, OUT, CANNOT = "in", "out", "cannot-tell"


@pytest.fixture(scope="module")
def lives() -> Lives:
    return live(Draws(7, 2_000), invent())


@pytest.fixture(scope="module")
def truth(lives) -> Deaths:
    return deaths(lives)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return synthesise(2_000, 7, tmp_path_factory.mktemp("nation") / "nation").folder


def _story(name: str) -> Story:
    return next(one for one in stories() if one.name == name)


def _by_variant(lives: Lives, truth: Deaths, name: str, question: str) -> list[str]:
    """What is expected of the people of one story in the first thousand, variant by variant."""
    place = [one.name for one in stories()].index(name)
    here = (lives.story[truth.person] == place) & (truth.person < BLOCK)
    order = np.argsort(lives.variant[truth.person[here]])
    return truth.expected[question][here][order].tolist()


def _days(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["ward-death", "ward-death-stay-left-open", "died-on-leave",
                                  "died-while-absent", "acute-spell-kept-open",
                                  "transfer-died-on-ward", "placement-died-on-ward",
                                  "discharge-entered-after-death"])  # fmt: skip
def test_a_death_within_a_stay_is_inpatient_and_not_after_discharge(lives, truth, name):
    many = _story(name).each

    assert _by_variant(lives, truth, name, "inpatient") == [IN] * many
    assert _by_variant(lives, truth, name, "post-discharge-90") == [OUT] * many
    assert _by_variant(lives, truth, name, "hssib-2025") == [IN] * many
    assert _by_variant(lives, truth, name, "lampard-2024") == [IN] * many


def test_deaths_after_discharge_are_in_up_to_the_last_day_of_the_window(lives, truth):
    for window in (7, 28, 30, 31, 90):
        answers = _by_variant(lives, truth, "died-after-discharge", f"post-discharge-{window}")

        assert answers == [IN if days <= window else OUT for days in AFTER_DISCHARGE] * 2
    assert set(_by_variant(lives, truth, "died-after-discharge", "inpatient")) == {OUT}


def test_three_months_end_on_the_same_day_of_the_month_or_on_its_last(lives, truth):
    # 31 May to 31 August and 1 September; 30 November to 28 February and 1 March; 31 August to 30
    # November and 1 December.
    answers = _by_variant(lives, truth, "three-months-month-end", "lampard-2024")

    assert answers == [IN, OUT, IN, OUT, IN, OUT]


def test_the_last_day_of_february_in_a_leap_year_is_counted(lives, truth):
    assert _by_variant(lives, truth, "leap-day", "post-discharge-30") == [IN, IN, OUT]


def test_somebody_readmitted_who_dies_on_a_ward_is_in_both_and_once_in_their_union(lives, truth):
    # The first discharge was 20, 30, 31, 38 and 60 days before the death.
    name = "readmitted-died-on-ward"

    assert _by_variant(lives, truth, name, "inpatient") == [IN] * 5
    assert _by_variant(lives, truth, name, "post-discharge-30") == [IN, IN, OUT, OUT, OUT]
    assert _by_variant(lives, truth, name, "post-discharge-90") == [IN] * 5
    assert _by_variant(lives, truth, name, "hssib-2025") == [IN] * 5


def test_an_ending_that_is_not_told_leaves_open_where_but_not_whether(lives, truth):
    name = "ward-death-ending-not-told"

    assert _by_variant(lives, truth, name, "inpatient") == [CANNOT] * 4
    assert _by_variant(lives, truth, name, "post-discharge-7") == [CANNOT] * 4
    assert _by_variant(lives, truth, name, "hssib-2025") == [IN] * 4
    assert _by_variant(lives, truth, name, "lampard-2024") == [IN] * 4


def test_a_move_to_a_ward_not_heard_of_is_told_only_where_both_readings_agree(lives, truth):
    # Deaths 3, 10, 25, 40, 80 and 120 days after the move.
    name = "transfer-unresolved"

    assert _by_variant(lives, truth, name, "inpatient") == [CANNOT] * 6
    assert _by_variant(lives, truth, name, "post-discharge-30") == [CANNOT] * 3 + [OUT] * 3
    assert _by_variant(lives, truth, name, "hssib-2025") == [IN] * 3 + [CANNOT] * 3
    assert _by_variant(lives, truth, name, "lampard-2024") == [IN] * 5 + [CANNOT]


def test_a_move_is_no_discharge_and_the_clock_starts_at_the_end_of_the_chain(lives, truth):
    # Deaths 15, 30, 31, 5, 60 and 36 days after the last discharge, twice over.
    for name in ("transfer-then-home", "placement-then-home"):
        answers = _by_variant(lives, truth, name, "post-discharge-30")

        assert answers == [IN, IN, OUT, IN, OUT, OUT] * 2
    assert _by_variant(lives, truth, "moved-next-day-not-coded", "post-discharge-30") == [
        IN, IN, OUT, OUT,
    ]  # fmt: skip


def test_the_window_of_a_stay_closed_while_absent_starts_with_the_absence(lives, truth):
    # Closed 12, 20, 40 and 100 days before the death; absent since three days earlier.
    place = [one.name for one in stories()].index("closed-while-absent")
    here = (lives.story[truth.person] == place) & (truth.person < BLOCK)
    days = sorted((truth.died - truth.left)[here].astype(int).tolist())

    assert days == [15, 23, 43, 103]
    assert _by_variant(lives, truth, "closed-while-absent", "lampard-2024") == [IN, IN, IN, OUT]


def test_a_month_of_death_settles_what_all_its_days_agree_on(lives, truth):
    # Discharged 28 May, 30 September, 10 February, 31 July, 31 January and 15 November; died in
    # June, October, September, October, February and February.
    name = "day-of-death-not-registered"

    assert _by_variant(lives, truth, name, "inpatient") == [OUT] * 6
    assert _by_variant(lives, truth, name, "post-discharge-7") == [
        CANNOT, CANNOT, OUT, OUT, CANNOT, OUT,
    ]  # fmt: skip
    assert _by_variant(lives, truth, name, "post-discharge-30") == [
        CANNOT, CANNOT, OUT, OUT, IN, OUT,
    ]  # fmt: skip
    assert _by_variant(lives, truth, name, "post-discharge-90") == [
        IN, IN, OUT, CANNOT, IN, CANNOT,
    ]  # fmt: skip
    assert _by_variant(lives, truth, name, "lampard-2024") == [IN, IN, OUT, IN, IN, CANNOT]


def test_the_registered_day_outranks_the_day_that_a_provider_wrote(lives, truth):
    # Truly 30, 31, 7, 8, … days; the provider wrote 31, 30, 8, 7, …
    name = "dates-differ-by-a-day"

    assert _by_variant(lives, truth, name, "post-discharge-30")[:4] == [IN, OUT, IN, IN]
    assert _by_variant(lives, truth, name, "post-discharge-7")[:4] == [OUT, OUT, IN, OUT]


def test_where_a_stay_may_be_the_persons_and_nothing_links_them_nothing_follows(lives, truth):
    for question in QUESTIONS:
        answers = _by_variant(lives, truth, "nhs-number-missing-cannot-link", question)

        assert answers == [CANNOT] * 4


def test_somebody_in_no_list_of_any_provider_had_no_stay(lives, truth):
    for question in QUESTIONS:
        assert set(_by_variant(lives, truth, "never-in-contact", question)) == {OUT}


@pytest.mark.parametrize("name", ["caseload-death", "caseload-death-not-told"])
def test_a_caseload_alone_is_no_stay_and_its_closure_no_discharge(lives, truth, name):
    for question in QUESTIONS:
        assert set(_by_variant(lives, truth, name, question)) == {OUT}


def test_what_can_be_told_is_what_truly_was(truth):
    for question in QUESTIONS:
        told = truth.expected[question] != CANNOT
        really = np.where(truth.truth[question], IN, OUT)

        assert (truth.expected[question][told] == really[told]).all()


def test_a_reason_stands_wherever_something_cannot_be_told_and_nowhere_else(truth):
    some = np.logical_or.reduce([truth.expected[question] == CANNOT for question in QUESTIONS])

    assert ((truth.why != "") == some).all()


def test_only_the_deaths_that_nobody_has_told_of_are_in_no_extract(lives, truth):
    names = [one.name for one in stories()]

    unknown = [names[place] for place in lives.story[truth.person[~truth.in_extracts]]]

    assert Counter(unknown) == {"not-yet-known": 4}


def test_the_counts_are_those_of_the_deaths_that_an_extract_holds(folder):
    rows = [r for r in _days(folder / "truth" / "deaths.csv") if r["in_extracts"] == "yes"]
    counted = {
        (row["definition"] + (f"-{row['days']}" if row["days"] else "")): row
        for row in _days(folder / "truth" / "counts.csv")
    }

    assert set(counted) == set(QUESTIONS)
    for question, said in counted.items():
        answers = Counter(row["expected_" + question.replace("-", "_")] for row in rows)
        assert [int(said[name]) for name in ("in", "out", "cannot_tell")] == [
            answers[IN], answers[OUT], answers[CANNOT],
        ]  # fmt: skip


def test_days_since_discharge_are_those_between_the_two_dates(folder):
    checked = 0
    for row in _days(folder / "truth" / "deaths.csv"):
        if not row["index_discharge"]:
            assert row["days_since_discharge"] == ""
            continue
        left = dt.date.fromisoformat(row["index_discharge"])
        died = dt.date.fromisoformat(row["death_date"])
        assert int(row["days_since_discharge"]) == (died - left).days >= 0
        within = "yes" if (died - left).days <= 30 else "no"
        assert row["in_post_discharge_30"] == within
        checked += 1

    assert checked > 300


def test_every_trap_stands_as_often_as_its_story_says(folder):
    listed = {row["trap"]: row for row in _days(folder / "truth" / "traps.csv")}

    for one in stories():
        if one.trap:
            many = one.each if one.once else one.each * 2
            assert int(listed[one.name]["count"]) == many
            assert len(set(listed[one.name]["persons"].split("|"))) == many
    assert int(listed["file-sent-twice"]["count"]) == 1
    assert int(listed["closure-of-care-dated-to-the-death"]["count"]) == 62 + 60


def test_the_spread_of_days_holds_every_edge_of_a_window(folder):
    days = Counter(row["days_since_discharge"] for row in _days(folder / "truth" / "deaths.csv"))

    assert all(days[str(edge)] >= 4 for edge in (0, 1, 7, 8, 30, 31, 90, 91))


def test_stays_are_chained_across_providers(folder):
    stays = _days(folder / "truth" / "stays.csv")
    chained = [row for row in stays if "|" in row["providers"]]

    assert len(chained) == 2 * (4 + 4 + 12 + 12 + 4 + 20)
    assert all(int(row["spells"]) == 2 for row in chained)
    assert any("ZQS" in row["providers"] for row in chained)


def test_the_stories_leave_room_in_each_thousand_for_people_who_only_live():
    told = stories()

    assert sum(one.each for one in told) < BLOCK - 200
    assert len({one.name for one in told}) == len(told)
    assert told[-1].each == 0
    assert not told[-1].dies
