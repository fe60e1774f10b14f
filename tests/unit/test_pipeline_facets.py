"""Facets: which ways the world may have been, from a date of death and the stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from candour.pipeline.classify.facets import assumption, possible_dates, scenarios
from candour.tables import Engine, open_engine

STAY = pa.schema(
    [
        ("person_id", pa.string()),
        ("stay_id", pa.string()),
        ("started_on", pa.date32()),
        ("ended_on", pa.date32()),
        ("ending", pa.string()),
        ("unresolved", pa.bool_()),
        ("to_acute", pa.bool_()),
        ("open_earlier", pa.bool_()),
        ("absent_from", pa.date32()),
        ("mha_status", pa.string()),
        ("provider", pa.string()),
    ]
)
DATES = pa.schema(
    [
        ("death_id", pa.string()),
        ("date_from", pa.date32()),
        ("date_to", pa.date32()),
        ("date_as", pa.string()),
    ]
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(f"2025-{text}") if text else None


def stay(start: str, end: str | None = None, ending: str = "alive", **more: Any) -> dict[str, Any]:
    """A stay of 2025, by month and day."""
    return {
        "started_on": day(start),
        "ended_on": day(end),
        "ending": ending if end or ending == "not-known" else "open",
        **more,
    }


def ways(
    engine: Engine, died: str | tuple[str, str] | None, *stays: dict[str, Any]
) -> list[dict[str, Any]]:
    """Every scenario of one death, in a settled order, with its assumption in words."""
    first, last = died if isinstance(died, tuple) else (died, died)
    said = "the exact day is not known" if first != last else None
    candidates = [{"death_id": "D", "date_from": day(first), "date_to": day(last), "date_as": said}]
    rows = [
        dict.fromkeys(STAY.names)
        | {"person_id": "P", "stay_id": f"S{n}", "provider": "ZX901"}
        | {"unresolved": False, "to_acute": False, "open_earlier": False}
        | each
        for n, each in enumerate(stays)
    ]
    deaths = engine.table(pa.table({"death_id": ["D"], "person_id": ["P"]}))
    held = engine.table(pa.Table.from_pylist(rows, schema=STAY))
    said_dates = engine.table(pa.Table.from_pylist(candidates if died else [], schema=DATES))
    dates = engine.keep(possible_dates(deaths, said_dates, held))
    found = scenarios(dates, held)
    worlds = engine.rows(found.mutate(assumption=assumption(found)))
    return sorted(worlds, key=lambda w: (str(w["death_date"]), w["assumption"]))


def test_a_plain_death_after_discharge_has_one_way_and_assumes_nothing(engine: Engine) -> None:
    (way,) = ways(engine, "02-25", stay("01-05", "02-10"))

    assert way["assumption"] == ""
    assert (way["during_stay"], way["last_discharge"]) == (False, day("02-10"))
    assert (way["index_stay"], way["stay_of_death"]) == ("S0", None)
    assert (way["last_transfer"], way["last_absence_start"]) == (None, None)


def test_a_person_without_any_stay_was_in_none(engine: Engine) -> None:
    (way,) = ways(engine, "02-25")

    assert (way["during_stay"], way["last_discharge"]) == (False, None)
    assert way["hidden"] is False


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("a stay that is open", stay("01-05")),
        ("a stay that ended by death that day", stay("01-05", "02-25", "died")),
        ("a stay that ended by death the day before", stay("01-05", "02-24", "died")),
        ("a stay that ended by death three days before", stay("01-05", "02-22", "died")),
        ("a stay that ended by death the day after", stay("01-05", "02-26", "died")),
        ("a stay that ended by death and began the day after", stay("02-26", "02-27", "died")),
        ("a discharge dated after the death", stay("01-05", "02-27")),
        ("an ending of which nothing is told, dated after", stay("01-05", "02-27", "not-told")),
        ("admitted on the day of the death", stay("02-25")),
    ],
)
def test_the_death_lies_within(engine: Engine, words: str, held: dict[str, Any]) -> None:
    (way,) = ways(engine, "02-25", held)

    assert (way["during_stay"], way["last_discharge"]) == (True, None), words
    assert way["stay_of_death"] == "S0"


def test_the_latest_discharge_counts_and_an_ending_by_death_is_none(engine: Engine) -> None:
    (way,) = ways(
        engine,
        "02-25",
        stay("01-02", "01-05"),
        stay("01-10", "01-20"),
        stay("02-01", "02-25", "died"),
    )

    assert (way["during_stay"], way["last_discharge"]) == (True, day("01-20"))
    assert (way["index_stay"], way["stay_of_death"]) == ("S1", "S2")


def test_an_ending_not_told_on_the_day_of_the_death_is_looked_at_both_ways(engine: Engine) -> None:
    alive, died = ways(engine, "02-25", stay("01-05", "02-25", "not-told"))

    assert (alive["during_stay"], alive["last_discharge"]) == (False, day("02-25"))
    assert (died["during_stay"], died["last_discharge"]) == (True, None)
    assert alive["assumption"] == "the person left alive and died afterwards"
    assert died["assumption"] == "the stay ended because the person died"


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("ended by death four days before", stay("01-05", "02-21", "died")),
        ("ended by death, begun four days after", stay("03-01", "03-03", "died")),
    ],
)
def test_who_is_said_to_have_died_in_the_last_stay_died_there(
    engine: Engine, words: str, held: dict[str, Any]
) -> None:
    (way,) = ways(engine, "02-25", held)

    assert way["during_stay"] is True, words


def test_an_ending_by_death_before_a_later_stay_is_looked_at_both_ways(engine: Engine) -> None:
    found = ways(engine, "02-25", stay("01-02", "01-10", "died"), stay("02-01", "02-05"))

    assert {way["ending_as"]: way["during_stay"] for way in found} == {"died": True, "alive": False}


def test_an_unresolved_move_is_looked_at_both_ways(engine: Engine) -> None:
    found = ways(engine, "02-25", stay("01-05", "02-10", unresolved=True))
    by_reading = {way["transfer_as"]: way for way in found}

    assert set(by_reading) == {"discharge", "stay"}
    discharge, onward = by_reading["discharge"], by_reading["stay"]
    assert (discharge["during_stay"], discharge["last_discharge"]) == (False, day("02-10"))
    assert (onward["during_stay"], onward["last_discharge"]) == (True, None)
    assert discharge["last_transfer"] == day("02-10")


def test_a_move_of_which_the_person_came_back_ended_before_they_came(engine: Engine) -> None:
    found = ways(engine, "02-25", stay("01-02", "01-05", unresolved=True), stay("02-20"))
    by_reading = {way["transfer_as"]: way for way in found}

    assert {way["during_stay"] for way in found} == {True}
    assert by_reading["discharge"]["last_discharge"] == day("01-05")
    assert by_reading["stay"]["last_discharge"] == day("02-20")


def test_a_move_to_an_acute_hospital_is_a_discharge_and_a_transfer(engine: Engine) -> None:
    (way,) = ways(engine, "02-25", stay("01-05", "02-10", to_acute=True))

    assert (way["last_discharge"], way["last_transfer"]) == (day("02-10"), day("02-10"))


def test_a_stay_that_may_never_have_ended_is_looked_at_both_ways(engine: Engine) -> None:
    found = ways(engine, "02-25", stay("01-05", "02-10", open_earlier=True))

    assert {(way["open_as"], way["during_stay"], way["last_discharge"]) for way in found} == {
        ("open", True, None),
        ("closed", False, day("02-10")),
    }


def test_a_stay_closed_while_absent_is_left_on_the_day_of_going(engine: Engine) -> None:
    (way,) = ways(engine, "02-25", stay("01-05", "02-10", absent_from=day("02-01")))

    assert (way["last_discharge"], way["last_absence_start"]) == (day("02-01"), day("02-01"))


def test_an_end_that_is_not_known_leaves_all_open(engine: Engine) -> None:
    (way,) = ways(engine, "02-25", stay("01-05", ending="not-known"))

    assert (way["hidden"], way["during_stay"], way["last_discharge"]) == (True, None, None)
    assert way["assumption"] == "a stay has a discharge date that cannot be believed"


def test_a_stay_dated_after_the_death_leaves_open_whether_there_was_another(
    engine: Engine,
) -> None:
    (way,) = ways(engine, "02-25", stay("01-05", "02-10"), stay("03-10", "03-20"))

    assert (way["afterwards"], way["during_stay"]) == (True, None)
    assert way["last_discharge"] == day("02-10")
    assert way["assumption"] == "a stay is dated after that day, so one date is wrong"


def test_a_death_without_a_date_is_one_way_that_knows_nothing_of_a_stay(engine: Engine) -> None:
    (way,) = ways(engine, None, stay("01-05", "02-10"))

    assert (way["death_date"], way["during_stay"], way["last_discharge"]) == (None, None, None)


def test_a_month_is_looked_at_where_an_answer_may_change(engine: Engine) -> None:
    found = ways(engine, ("03-01", "03-31"), stay("03-05", "03-20"))

    assert [str(way["death_date"])[5:] for way in found] == ["03-20", "03-21", "03-31"]
    assert {way["last_discharge"] for way in found} == {day("03-20")}
    assert all(way["assumption"].endswith("(the exact day is not known)") for way in found)


def test_a_month_that_lies_wholly_before_the_discharge_stays_a_conflict(engine: Engine) -> None:
    found = ways(engine, ("02-01", "02-28"), stay("01-05", "03-20"))

    assert {way["during_stay"] for way in found} == {True}
    assert [str(way["death_date"])[5:] for way in found] == ["02-01", "02-28"]


def test_an_open_stay_within_the_month_holds_the_death_on_every_day_that_is_left(
    engine: Engine,
) -> None:
    found = ways(engine, ("03-01", "03-31"), stay("03-10"))

    assert {way["during_stay"] for way in found} == {True}
    assert [str(way["death_date"])[5:] for way in found] == ["03-10", "03-11", "03-31"]


def test_two_dates_of_equal_standing_are_both_looked_at(engine: Engine) -> None:
    deaths = engine.table(pa.table({"death_id": ["D"], "person_id": ["P"]}))
    said = [
        {"death_id": "D", "date_from": day(d), "date_to": day(d), "date_as": "sources differ"}
        for d in ("03-12", "03-14")
    ]
    none = engine.table(STAY.empty_table())

    found = possible_dates(deaths, engine.table(pa.Table.from_pylist(said, schema=DATES)), none)

    assert sorted(r["death_date"] for r in engine.rows(found)) == [day("03-12"), day("03-14")]


@pytest.mark.parametrize(
    ("status", "detained"), [("03", True), ("37", True), ("01", False), ("35", False), (None, None)]
)
def test_detained_is_the_status_of_the_stay_in_which_the_person_died(
    engine: Engine, status: str | None, detained: bool | None
) -> None:
    (way,) = ways(engine, "02-25", stay("01-05", mha_status=status))

    assert way["detained"] is detained


def test_whoever_had_left_was_not_detained(engine: Engine) -> None:
    (way,) = ways(engine, "02-25", stay("01-05", "02-10", mha_status="03"))

    assert way["detained"] is False


def test_open_questions_multiply_and_each_way_names_all_that_it_takes(engine: Engine) -> None:
    found = ways(
        engine,
        "02-25",
        stay("01-02", "01-05", unresolved=True),
        stay("01-20", "02-25", "not-told"),
    )

    assert len(found) == 4
    assert {way["assumption"].count(";") for way in found} == {1}
