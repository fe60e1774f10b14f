"""Why a death is in, out or cannot be told, in words that a family could read."""

from __future__ import annotations

from datetime import date

from candour.definitions import Result, evaluate, get
from candour.definitions.facets import whole_scenario
from candour.definitions.reasons import NO_FACTS, STAYS_NOT_KNOWN


def ask(definition: str, *ways: dict[str, object], **settings: int | str) -> Result:
    rows = [whole_scenario(way, number) for number, way in enumerate(ways)]
    return evaluate(get(definition), rows, settings)


DISCHARGED = {"during_stay": False, "last_discharge": date(2025, 2, 10)}
ONWARD_NOT_FOUND = (
    {
        "death_date": date(2025, 2, 18),
        "transfer_as": "discharge",
        "assumption": "taking the transfer as a discharge",
        **DISCHARGED,
    },
    {
        "death_date": date(2025, 2, 18),
        "transfer_as": "stay",
        "assumption": "taking the transfer as one continuing stay",
        "during_stay": True,
    },
)


def test_the_days_since_discharge_and_the_window_are_said() -> None:
    result = ask("post-discharge", {"death_date": date(2025, 2, 25), **DISCHARGED})

    assert result.outcome == "in"
    assert result.reasons == [
        "died on 2025-02-25, 15 days after the discharge of 2025-02-10; the window is 30 days"
    ]
    assert result.facts == {
        "stays_known": True,
        "death_date": date(2025, 2, 25),
        "last_discharge": date(2025, 2, 10),
    }


def test_one_day_is_a_day_and_the_setting_is_the_window() -> None:
    result = ask("post-discharge", {"death_date": date(2025, 2, 11), **DISCHARGED}, days=0)

    assert result.outcome == "out"
    assert result.reasons == [
        "died on 2025-02-11, 1 day after the discharge of 2025-02-10; the window is 0 days"
    ]


def test_the_day_of_discharge_is_named() -> None:
    result = ask("post-discharge", {"death_date": date(2025, 2, 10), **DISCHARGED})

    assert result.reasons == ["died on 2025-02-10, the day of the discharge; the window is 30 days"]


def test_a_window_in_months_says_when_it_ends_and_what_is_not_computed_is_said_once() -> None:
    result = ask(
        "lampard-2024",
        {
            "death_date": date(2025, 9, 1),
            "during_stay": False,
            "last_discharge": date(2025, 5, 31),
        },
    )

    assert result.outcome == "out"
    assert result.reasons == [
        "the death does not lie within any stay on the lists received",
        "died on 2025-09-01, 93 days after the discharge of 2025-05-31; "
        "the window is 3 calendar months and ends on 2025-08-31",
        "no absence without leave during which a stay was closed is on the lists received",
        "no transfer to another hospital on or before the death is on the lists received",
        "not computed in lampard-2024@1.0.0: people who were assessed and refused a bed; "
        "people on a waiting list for a bed",
    ]


def test_what_is_not_computed_is_said_whatever_the_answer() -> None:
    ways: list[dict[str, object]] = [
        {"death_date": date(2025, 2, 25), "during_stay": True},
        {"death_date": date(2025, 2, 25), "stays_known": False},
    ]

    for way in ways:
        said = [r for r in ask("lampard-2024", way).reasons if "not computed" in r]
        assert len(said) == 1


def test_no_stay_at_all_is_said_once_and_not_for_each_window() -> None:
    result = ask("hssib-2025", {"death_date": date(2025, 2, 25), "during_stay": False})

    assert result.outcome == "out"
    assert result.reasons == ["no stay in any list received, on or before the death"]


def test_only_what_decided_is_said() -> None:
    result = ask(
        "hssib-2025",
        {
            "death_date": date(2025, 3, 2),
            "during_stay": True,
            "last_discharge": date(2024, 1, 1),
        },
    )

    assert result.reasons == ["the death lies within a stay in hospital, or ended one"]


def test_that_no_list_can_speak_of_the_stays_is_said() -> None:
    result = ask("hssib-2025", {"death_date": date(2025, 2, 25), "stays_known": False})

    assert result.outcome == "cannot-tell"
    assert result.reasons == [STAYS_NOT_KNOWN]


def test_that_the_date_of_death_is_not_known_is_said() -> None:
    result = ask("post-discharge", {"last_discharge": date(2025, 2, 10)})

    assert result.outcome == "cannot-tell"
    assert result.reasons == ["the date of death is not known"]


def test_a_death_dated_before_the_start_of_a_window_is_said_as_it_stands() -> None:
    result = ask("post-discharge", {"death_date": date(2025, 2, 1), **DISCHARGED})

    assert result.outcome == "out"
    assert "before the discharge of 2025-02-10" in result.reasons[0]


def test_an_unresolved_transfer_says_what_each_reading_would_give() -> None:
    result = ask("inpatient", *ONWARD_NOT_FOUND)

    assert result.outcome == "cannot-tell"
    assert result.reasons == [
        "a transfer to another ward was recorded and no onward stay was found: "
        "taken as a discharge it would be out, taken as one continuing stay it would be in"
    ]
    assert result.facts["during_stay"] == [False, True]


def test_where_both_readings_agree_each_says_why() -> None:
    result = ask("hssib-2025", *ONWARD_NOT_FOUND)

    assert result.outcome == "in"
    assert result.reasons == [
        "taking the transfer as a discharge: "
        "died on 2025-02-18, 8 days after the discharge of 2025-02-10; the window is 30 days",
        "taking the transfer as one continuing stay: "
        "the death lies within a stay in hospital, or ended one",
    ]


def test_a_setting_that_chose_a_reading_is_said() -> None:
    result = ask("inpatient", *ONWARD_NOT_FOUND, unresolved_transfer="stay")

    assert result.outcome == "in"
    assert result.reasons[0] == (
        "a transfer to another ward was recorded and no onward stay was found: "
        "taken as one continuing stay, as the setting says"
    )


def test_the_setting_is_not_said_of_a_death_without_such_a_transfer() -> None:
    result = ask(
        "inpatient",
        {"death_date": date(2025, 2, 18), "during_stay": True},
        unresolved_transfer="stay",
    )

    assert result.reasons == ["the death lies within a stay in hospital, or ended one"]


def test_where_only_the_other_reading_was_worked_out_it_cannot_be_told() -> None:
    result = ask("inpatient", ONWARD_NOT_FOUND[0], unresolved_transfer="stay")

    assert result.outcome == "cannot-tell"
    assert result.reasons[-1] == "no scenario takes it so"


def test_a_partial_date_says_what_either_end_would_give() -> None:
    result = ask(
        "post-discharge",
        {
            "death_date": date(2025, 3, 1),
            "assumption": "the death was on 2025-03-01",
            **DISCHARGED,
        },
        {
            "death_date": date(2025, 3, 31),
            "assumption": "the death was on 2025-03-31",
            **DISCHARGED,
        },
    )

    assert result.outcome == "cannot-tell"
    assert result.reasons == [
        "the death was on 2025-03-01: it would be in (died on 2025-03-01, 19 days after the "
        "discharge of 2025-02-10; the window is 30 days)",
        "the death was on 2025-03-31: it would be out (died on 2025-03-31, 49 days after the "
        "discharge of 2025-02-10; the window is 30 days)",
    ]
    assert result.facts["death_date"] == [date(2025, 3, 1), date(2025, 3, 31)]


def test_a_partial_date_with_an_unresolved_transfer_says_both() -> None:
    early, late = date(2025, 2, 18), date(2025, 12, 18)
    ways = [
        {**way, "death_date": day, "assumption": f"{way['assumption']}, died on {day}"}
        for way in ONWARD_NOT_FOUND
        for day in (early, late)
    ]

    result = ask("hssib-2025", *ways)

    assert result.outcome == "cannot-tell"
    assert "taken as a discharge it still could not be told" in result.reasons[0]
    assert len(result.reasons) == 5


def test_a_death_of_which_no_fact_came_cannot_be_told() -> None:
    result = evaluate(get("hssib-2025"), [])

    assert result.outcome == "cannot-tell"
    assert result.reasons == [NO_FACTS]
