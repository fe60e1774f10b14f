"""Every death of a run with its outcome: what a row says, and what it leaves open."""

from __future__ import annotations

import pytest
import tiny_run
from tiny_run import day

from candour.definitions import get
from candour.pipeline.answers import open_run
from candour.pipeline.answers.deaths import (
    COLUMNS,
    NOT_KNOWN_IN_PERIOD,
    date_words,
    deaths,
    flags,
    index_discharge,
)
from candour.pipeline.answers.periods import Period


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return open_run(tiny_run.write(tmp_path_factory.mktemp("runs") / "run"))


def _outcomes(run, name, settings=None, period=None):
    rows = deaths(run, get(name), settings or {}, period or Period())
    return {row["death_id"]: row["outcome"] for row in rows}


def test_every_death_stands_there_whatever_its_outcome(run):
    assert _outcomes(run, "hssib-2025") == {
        "D-WINDOW": "in",
        "D-MONTH": "out",
        "D-UNDATED": "cannot-tell",
        "D-WARD": "in",
        "D-TWICE": "cannot-tell",
        "D-LATER": "out",
    }


def test_a_row_has_the_columns_that_people_script_against_and_its_reasons(run):
    rows = deaths(run, get("hssib-2025"), {}, Period())

    assert all(tuple(row) == COLUMNS for row in rows)
    assert all(row["reasons"] for row in rows)
    window = next(row for row in rows if row["death_id"] == "D-WINDOW")
    assert window["person_ids"] == [{"source": "ZX901/caseload", "id": "EX-1"}]
    assert (window["index_discharge"], window["days_since_discharge"]) == ("2025-02-03", 17)
    assert window["sources_knowing"] == ["caseload.csv", "registrations.csv"]
    assert window["conflicts"] == ["death.death_date"]


def test_rows_stand_in_the_order_of_dates_and_an_unknown_date_last(run):
    dates = [row["death_date"] for row in deaths(run, get("inpatient"), {}, Period())]

    assert dates == ["2025-02-20", "2025-03", "2025-04-02", "2025-05-01", "2025-06-30", None]


def test_a_setting_moves_the_edge_of_the_window(run):
    assert _outcomes(run, "post-discharge", {"days": 16})["D-WINDOW"] == "out"
    assert _outcomes(run, "post-discharge", {"days": 17})["D-WINDOW"] == "in"
    assert _outcomes(run, "post-discharge", {"days": 31})["D-LATER"] == "in"
    assert _outcomes(run, "post-discharge", {"days": 34})["D-TWICE"] == "in"


def test_a_death_outside_the_period_is_left_out_and_one_of_unknown_date_is_not(run):
    found = _outcomes(run, "hssib-2025", period=Period(day("2025-04-01"), day("2025-06-30")))

    assert set(found) == {"D-UNDATED", "D-WARD", "D-TWICE", "D-LATER"}


def test_a_death_that_may_lie_in_the_period_cannot_be_told_and_says_why(tmp_path):
    known = tiny_run.tables()
    for row in known["deaths"]:
        if row["death_id"] == "D-WARD":
            row.update(death_date=None, death_date_from=None, death_date_to=None)
    run = open_run(tiny_run.write(tmp_path / "run", known))

    rows = deaths(run, get("inpatient"), {}, Period(end=day("2025-03-31")))

    ward = next(row for row in rows if row["death_id"] == "D-WARD")
    assert ward["outcome"] == "cannot-tell"
    assert ward["reasons"][-1] == NOT_KNOWN_IN_PERIOD


def test_what_is_out_in_any_case_stays_out_though_its_date_is_not_known(run):
    found = _outcomes(run, "inpatient", period=Period(day("2025-03-10"), day("2025-03-20")))

    assert found["D-MONTH"] == "out"


def test_why_lists_of_stays_settle_nothing_is_among_the_reasons_of_what_cannot_be_told(tmp_path):
    known = tiny_run.tables()
    for row in known["facets"]:
        if row["death_id"] in ("D-LATER", "D-WARD"):
            row.update(stays_known=False, stays_doubt="a pair waits for a decision")
            row.update(last_discharge=None)
    run = open_run(tiny_run.write(tmp_path / "run", known))

    rows = {r["death_id"]: r for r in deaths(run, get("hssib-2025"), {}, Period())}

    assert rows["D-LATER"]["outcome"] == "cannot-tell"
    assert "a pair waits for a decision" in rows["D-LATER"]["reasons"]
    assert rows["D-WARD"]["outcome"] == "in"
    assert "a pair waits for a decision" not in rows["D-WARD"]["reasons"]


@pytest.mark.parametrize(
    ("first", "last", "precision", "words"),
    [
        ("2025-02-20", "2025-02-20", "day", "2025-02-20"),
        ("2025-02-01", "2025-02-28", "month", "2025-02"),
        ("2025-01-01", "2025-12-31", "year", "2025"),
        ("2025-02-20", "2025-02-23", "between", "2025-02-20/2025-02-23"),
    ],
)
def test_a_date_is_said_as_exactly_as_it_is_known(first, last, precision, words):
    death = {
        "death_date_from": day(first),
        "death_date_to": day(last),
        "death_date_precision": precision,
    }

    assert date_words(death) == words


def test_days_are_not_counted_where_scenarios_give_two_answers():
    one = {"last_discharge": day("2025-04-05"), "death_date": day("2025-05-01")}
    two = {"last_discharge": day("2025-04-05"), "death_date": day("2025-05-09")}
    other = {"last_discharge": day("2025-04-06"), "death_date": day("2025-05-09")}

    assert index_discharge([one]) == ("2025-04-05", 26)
    assert index_discharge([one, two]) == ("2025-04-05", None)
    assert index_discharge([two, other]) == (None, None)


def test_a_flag_stands_beside_an_outcome_that_a_reader_may_wish_to_look_at():
    plain = dict.fromkeys(tiny_run.SCHEMAS["facets"])
    same_day = {"last_discharge": day("2025-02-03"), "death_date": day("2025-02-03")}
    moved = {**plain, **same_day, "last_transfer": day("2025-02-03"), "transfer_as": "stay"}
    absent = {**plain, "last_absence_start": day("2025-02-01")}

    assert flags([{**plain, **same_day}]) == ["day-of-discharge"]
    assert flags([moved]) == [
        "day-of-discharge",
        "unresolved-transfer",
        "discharged-to-another-hospital",
    ]
    assert flags([plain, absent]) == [
        "discharged-while-absent-without-leave",
        "more-than-one-way-to-read-it",
    ]
