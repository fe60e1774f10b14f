"""Spells, how each ended, and how they are chained into stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import ibis
import pyarrow as pa
import pytest

from candour.pipeline.unify.stays import chained, endings, stays
from candour.tables import Engine, open_engine

SPELL = pa.schema(
    [
        ("person", pa.string()),
        ("spell_key", pa.string()),
        ("provider", pa.string()),
        ("admitted_on", pa.date32()),
        ("discharged_on", pa.date32()),
        ("discharge_unread", pa.bool_()),
        ("admission_unread", pa.bool_()),
        ("discharge_method", pa.string()),
        ("discharge_destination", pa.string()),
        ("ended_by_death", pa.string()),
        ("ward", pa.string()),
        ("mha_status", pa.string()),
        ("first_order", pa.string()),
    ]
)
ABSENCE = pa.schema(
    [
        ("person", pa.string()),
        ("absence_kind", pa.string()),
        ("absent_on", pa.date32()),
        ("absent_until", pa.date32()),
    ]
)
HOME = {"discharge_method": "1", "discharge_destination": "19"}
ONWARD = {"discharge_method": "1", "discharge_destination": "53"}
DIED = {"discharge_method": "4", "discharge_destination": "79"}


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(f"2025-{text}") if text else None


def spell(admitted: str | None, discharged: str | None = None, **more: Any) -> dict[str, Any]:
    """A spell of 2025, by month and day."""
    return {"admitted_on": day(admitted), "discharged_on": day(discharged), **more}


def absence(start: str, end: str | None = None, kind: str = "absent-without-leave") -> Any:
    return {
        "person": "p",
        "absence_kind": kind,
        "absent_on": day(start),
        "absent_until": day(end),
    }


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def spells(engine: Engine, *given: dict[str, Any]) -> ibis.Table:
    rows = [
        dict.fromkeys(SPELL.names)
        | {
            "person": "p",
            "spell_key": f"k{n}",
            "provider": "ZX901",
            "discharge_unread": False,
            "admission_unread": False,
            "first_order": f"{n:08d}",
        }
        | each
        for n, each in enumerate(given)
    ]
    return endings(engine.table(pa.Table.from_pylist(rows, schema=SPELL)))


def made(engine: Engine, *given: dict[str, Any], away: Any = ()) -> list[dict[str, Any]]:
    """The stays of one person, by their start."""
    absences = engine.table(pa.Table.from_pylist(list(away), schema=ABSENCE))
    found = engine.rows(stays(engine.keep(chained(spells(engine, *given))), absences))
    return sorted(found, key=lambda s: (s["started_on"] or dt.date.max, s["chain"]))


def ends(engine: Engine, *given: dict[str, Any]) -> list[tuple[str, dt.date | None, int]]:
    return [(s["ending"], s["ended_on"], s["spells"]) for s in made(engine, *given)]


ENDINGS = [
    ("no discharge", spell("01-05"), "open"),
    ("went home", spell("01-05", "01-20", **HOME), "alive"),
    ("own wish", spell("01-05", "01-20", discharge_method="6"), "alive"),
    (
        "a destination and no method",
        spell("01-05", "01-20", discharge_destination="19"),
        "alive",
    ),
    ("method died", spell("01-05", "01-20", discharge_method="4"), "died"),
    (
        "method died, destination home",
        spell("01-05", "01-20", discharge_method="4", discharge_destination="19"),
        "died",
    ),
    (
        "method agreed, destination died",
        spell("01-05", "01-20", discharge_method="1", discharge_destination="79"),
        "died",
    ),
    (
        "the layout says that it ended by death",
        spell("01-05", "01-20", ended_by_death="yes"),
        "died",
    ),
    ("the layout says that it did not", spell("01-05", "01-20", ended_by_death="no"), "alive"),
    ("nothing is said", spell("01-05", "01-20"), "not-told"),
    (
        "not known, not known",
        spell("01-05", "01-20", discharge_method="9", discharge_destination="99"),
        "not-told",
    ),
    (
        "not applicable",
        spell("01-05", "01-20", discharge_method="8", discharge_destination="98"),
        "not-told",
    ),
    ("an unread discharge date", spell("01-05", discharge_unread=True, **HOME), "not-known"),
    ("a discharge before the admission", spell("01-20", "01-05", **HOME), "not-known"),
    ("no admission date", spell(None, "01-20", **HOME), "alive"),
    ("in and out on one day", spell("01-05", "01-05", **HOME), "alive"),
]


@pytest.fixture(scope="module")
def spells_by_words(engine: Engine) -> dict[str, dict[str, Any]]:
    """Every case of ENDINGS in one table: what costs time is to prepare it, not to run it."""
    given = [spell | {"spell_key": words} for words, spell, _ in ENDINGS]
    return {row["spell_key"]: row for row in engine.rows(spells(engine, *given))}


@pytest.mark.parametrize(("words", "ending"), [(words, ending) for words, _, ending in ENDINGS])
def test_how_a_spell_ended_is_what_its_record_tells(
    spells_by_words: dict[str, dict[str, Any]], words: str, ending: str
) -> None:
    row = spells_by_words[words]

    assert row["ending"] == ending
    assert (row["ended_on"] is not None) is (ending in ("alive", "died", "not-told"))


GAPS = [
    ("01-20", "19", True),
    ("01-21", "19", True),
    ("01-22", "19", False),
    ("01-23", "53", True),
    ("01-24", "53", False),
    ("01-23", "30", True),
    ("01-23", "48", True),
    ("01-23", "49", True),
    ("01-23", "50", True),
    ("01-23", "84", True),
    ("01-23", "87", True),
    ("01-22", "51", False),
    ("01-21", "51", True),
    ("01-22", "55", False),
]


@pytest.fixture(scope="module")
def stays_by_gap(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """For each case of GAPS one person, who left on 20 January and came again on the day given."""
    given = []
    for gap, destination, _ in GAPS:
        person = {"person": f"{gap} {destination}"}
        first = spell("01-05", "01-20", discharge_method="1", discharge_destination=destination)
        given += [first | person, spell(gap, "02-10", provider="ZX902", **HOME) | person]
    found: dict[str, list[dict[str, Any]]] = {}
    for each in made(engine, *given):
        found.setdefault(each["person"], []).append(each)
    return found


@pytest.mark.parametrize(("gap", "destination", "one_stay"), GAPS)
def test_a_spell_goes_on_within_a_day_or_within_three_after_a_move_to_a_ward(
    stays_by_gap: dict[str, list[dict[str, Any]]], gap: str, destination: str, one_stay: bool
) -> None:
    found = stays_by_gap[f"{gap} {destination}"]

    assert len(found) == (1 if one_stay else 2)
    assert found[-1]["ended_on"] == day("02-10")
    assert found[-1]["provider"] == "ZX902"


def test_nothing_follows_an_ending_by_death_on_another_day(engine: Engine) -> None:
    found = ends(engine, spell("01-05", "01-20", **DIED), spell("01-21", "02-10", **HOME))

    assert [ending for ending, _, _ in found] == ["died", "alive"]


def test_a_spell_within_another_belongs_to_it_and_the_later_end_counts(engine: Engine) -> None:
    found = ends(
        engine,
        spell("01-05", "02-20", **HOME),
        spell("01-10", "02-10", **HOME),
        spell("02-20", "02-25", **HOME),
    )

    assert found == [("alive", day("02-25"), 3)]


def test_spells_of_two_people_are_never_chained(engine: Engine) -> None:
    found = made(
        engine, spell("01-05", "01-20", **HOME), spell("01-20", "02-10", person="q", **HOME)
    )

    assert sorted(s["person"] for s in found) == ["p", "q"]


def test_a_spell_that_began_after_the_last_end_and_is_open_is_where_the_person_is(
    engine: Engine,
) -> None:
    assert ends(engine, spell("01-05", "01-20", **ONWARD), spell("01-20")) == [("open", None, 2)]


def test_an_open_spell_before_a_later_discharge_is_marked_and_decides_nothing(
    engine: Engine,
) -> None:
    (stay,) = made(engine, spell("01-05"), spell("02-02", "02-10", **HOME))

    assert (stay["ending"], stay["ended_on"], stay["open_earlier"]) == ("alive", day("02-10"), True)


def test_a_move_back_to_the_ward_whose_spell_was_kept_open_is_still_that_stay(
    engine: Engine,
) -> None:
    assert ends(engine, spell("01-05"), spell("02-02", "02-10", **ONWARD)) == [("open", None, 2)]


def test_a_spell_with_an_unread_end_hides_when_the_stay_ended(engine: Engine) -> None:
    assert ends(engine, spell("01-05", discharge_unread=True)) == [("not-known", None, 1)]


def test_a_spell_without_any_date_is_a_stay_of_its_own(engine: Engine) -> None:
    found = ends(engine, spell("01-05", "01-20", **HOME), spell(None))

    assert found == [("alive", day("01-20"), 1), ("not-known", None, 1)]


def test_a_move_is_resolved_by_the_onward_stay_and_unresolved_without_it(engine: Engine) -> None:
    onward = spell("01-05", "01-20", **ONWARD)

    (alone,) = made(engine, onward)
    (followed,) = made(engine, onward, spell("01-20", "02-10", **HOME))

    assert (alone["unresolved"], followed["unresolved"]) == (True, False)


def test_a_death_is_no_unresolved_move_whatever_the_destination(engine: Engine) -> None:
    (stay,) = made(
        engine, spell("01-05", "01-20", discharge_method="4", discharge_destination="53")
    )

    assert (stay["ending"], stay["unresolved"]) == ("died", False)


@pytest.mark.parametrize(("destination", "acute"), [("51", True), ("52", True), ("19", False)])
def test_a_move_to_an_acute_hospital_is_flagged(
    engine: Engine, destination: str, acute: bool
) -> None:
    (stay,) = made(engine, spell("01-05", "01-20", discharge_destination=destination))

    assert stay["to_acute"] is acute


AWAY = [
    ("absent and never back", absence("01-15"), day("01-15")),
    ("absent past the closing", absence("01-15", "02-20"), day("01-15")),
    ("went on the day of the closing", absence("01-20"), day("01-20")),
    ("back before the closing", absence("01-15", "01-16"), None),
    ("gone after the closing", absence("01-25"), None),
    ("gone before the admission", absence("01-02"), None),
    ("on leave, not absent without it", absence("01-15", kind="s17-leave"), None),
]


@pytest.fixture(scope="module")
def absent_from(engine: Engine) -> dict[str, dt.date | None]:
    """For each case of AWAY one person, whose stay of 5 January was closed on the 20th."""
    given = [spell("01-05", "01-20", person=words, **HOME) for words, _, _ in AWAY]
    away = [row | {"person": words} for words, row, _ in AWAY]
    return {s["person"]: s["absent_from"] for s in made(engine, *given, away=away)}


@pytest.mark.parametrize(("words", "expected"), [(words, day) for words, _, day in AWAY])
def test_a_stay_closed_while_absent_without_leave_counts_from_the_absence(
    absent_from: dict[str, dt.date | None], words: str, expected: dt.date | None
) -> None:
    assert absent_from[words] == expected


def test_the_latest_of_several_absences_counts(engine: Engine) -> None:
    away = [absence("01-10", "01-11"), absence("01-15"), absence("01-18")]

    (stay,) = made(engine, spell("01-05", "01-20", **HOME), away=away)

    assert stay["absent_from"] == day("01-18")


def test_a_stay_that_ended_by_death_was_not_closed_while_absent(engine: Engine) -> None:
    (stay,) = made(engine, spell("01-05", "01-20", **DIED), away=[absence("01-15")])

    assert stay["absent_from"] is None


def test_a_stay_shows_the_ward_and_the_status_of_its_last_spell(engine: Engine) -> None:
    (stay,) = made(
        engine,
        spell("01-05", "01-20", ward="ELM", mha_status="01", **ONWARD),
        spell("01-20", "02-10", ward="OAK", mha_status="03", provider="ZX902", **DIED),
    )

    assert (stay["ward"], stay["mha_status"], stay["provider"]) == ("OAK", "03", "ZX902")
    assert (stay["discharge_method"], stay["discharge_destination"]) == ("4", "79")
    assert stay["started_on"] == day("01-05")
