"""Facets that lists state outright: what is said is taken, and a gap is never a no."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from candour.pipeline.classify.told import contacts, last_contact, of_the_death
from candour.tables import Engine, open_engine
from candour.tables.portable import in_spark

TEXT, DATE, YES = pa.string(), pa.date32(), pa.bool_()
VALUES = pa.schema(
    [
        ("person_id", TEXT),
        ("entity", TEXT),
        ("field", TEXT),
        ("value", TEXT),
        ("value_from", DATE),
        ("value_to", DATE),
        ("kind", TEXT),
        ("standing", TEXT),
        ("chosen", YES),
    ]
)
STAYS = pa.schema(
    [
        ("person_id", TEXT),
        ("ended_on", DATE),
        ("ending", TEXT),
        ("discharge_method", TEXT),
        ("discharge_destination", TEXT),
    ]
)
KNOWN = pa.schema([("person_id", TEXT), ("kind", TEXT), ("can_be_found", YES), ("in_doubt", YES)])
LISTS = pa.schema([("kind", TEXT)])
DEATHS = pa.table({"death_id": ["D"], "person_id": ["P"]})


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def said(path: str, value: str, **more: Any) -> dict[str, Any]:
    """One value as unifying gives it."""
    entity, field = path.split(".")
    day = dt.date.fromisoformat(value) if value[:2] == "20" and len(value) == 10 else None
    return {
        "person_id": "P",
        "entity": entity,
        "field": field,
        "value": value,
        "value_from": day,
        "value_to": day,
        "kind": "epr",
        "standing": "present",
        "chosen": True,
        **more,
    }


def told(
    engine: Engine,
    *values: dict[str, Any],
    stays: list[dict[str, Any]] | None = None,
    known: dict[str, Any] | None = None,
    lists: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The facets of one death from what lists say of its person."""
    row = {"person_id": "P", "kind": "registration", "can_be_found": True, "in_doubt": False}
    found = of_the_death(
        engine,
        engine.table(DEATHS),
        engine.table(pa.Table.from_pylist(list(values), schema=VALUES)),
        engine.table(
            pa.Table.from_pylist([{"person_id": "P", **s} for s in stays or []], schema=STAYS)
        ),
        engine.table(pa.Table.from_pylist([row | (known or {})], schema=KNOWN)),
        engine.table(pa.Table.from_pylist([{"kind": kind} for kind in lists], schema=LISTS)),
    )
    (facts,) = engine.rows(found)
    return facts


def test_where_no_list_says_anything_every_facet_is_empty(engine: Engine) -> None:
    facts = told(engine)

    assert facts.pop("death_id") == "D"
    assert set(facts.values()) == {None}


@pytest.mark.parametrize(
    ("path", "value", "facet", "expected"),
    [
        ("death.inquest_conclusion", "open", "inquest_conclusion", "open"),
        ("death.inquest_conclusion", "open", "with_coroner", True),
        ("death.inquest_opened_on", "2025-03-01", "with_coroner", True),
        ("death.coroner_stage", "inquest-opened", "with_coroner", True),
        ("death.coroner_stage", "not-reported", "with_coroner", False),
        ("death.coroner_stage", "unknown", "with_coroner", None),
        ("review.person_expected", "expected", "expected_by_team", True),
        ("review.person_expected", "unexpected", "expected_by_team", False),
        ("review.person_expected", "not-judged", "expected_by_team", None),
        ("person.learning_disability", "1", "learning_disability", True),
        ("person.learning_disability", "2", "learning_disability", None),
        ("person.learning_disability", "5", "learning_disability", False),
        ("person.learning_disability", "X", "learning_disability", None),
        ("person.autism", "1", "autism", True),
        ("person.autism", "5", "autism", False),
        ("person.severe_mental_illness", "yes", "severe_mental_illness", True),
        ("person.severe_mental_illness", "unknown", "severe_mental_illness", None),
        ("report.serious_incident", "no", "serious_incident", False),
        ("review.flag_family_concern", "yes", "concern_raised", True),
        ("review.flag_family_concern", "no", "concern_raised", None),
    ],
)
def test_what_a_list_says_is_the_facet(
    engine: Engine, path: str, value: str, facet: str, expected: object
) -> None:
    assert told(engine, said(path, value))[facet] == expected


def test_two_reviews_that_differ_leave_expectation_open(engine: Engine) -> None:
    facts = told(
        engine,
        said("review.person_expected", "expected"),
        said("review.person_expected", "unexpected"),
    )

    assert facts["expected_by_team"] is None


def test_no_concern_is_only_believed_where_both_family_and_staff_were_asked(engine: Engine) -> None:
    facts = told(
        engine, said("review.flag_family_concern", "no"), said("review.flag_staff_concern", "no")
    )

    assert facts["concern_raised"] is False


def test_a_value_that_was_not_chosen_says_nothing(engine: Engine) -> None:
    assert told(engine, said("death.inquest_conclusion", "open", chosen=False))[
        "inquest_conclusion"
    ] is None  # fmt: skip


@pytest.mark.parametrize(
    ("values", "known", "lists", "expected"),
    [
        ([said("death.death_date", "2025-02-01", kind="mhsds")], {}, ("mhsds",), True),
        ([said("stay.discharge_method", "4", kind="mhsds")], {}, ("mhsds",), True),
        ([said("stay.discharge_destination", "79", kind="mhsds")], {}, ("mhsds",), True),
        ([said("stay.discharge_method", "1", kind="mhsds")], {}, ("mhsds",), False),
        ([said("death.death_date", "2025-02-01")], {}, ("mhsds",), False),
        ([said("death.death_date", "2025-02-01")], {}, ("epr",), None),
        ([], {"can_be_found": False}, ("mhsds",), None),
        ([], {"can_be_found": False, "kind": "mhsds"}, ("mhsds",), False),
        ([], {"in_doubt": True}, ("mhsds",), None),
        ([said("death.death_date", "2025-02-01", kind="mhsds", standing="withdrawn")], {},
         ("mhsds",), False),
    ],
)  # fmt: skip
def test_the_data_set_tells_does_not_tell_or_was_not_there_to_tell(
    engine: Engine, values: Any, known: Any, lists: Any, expected: bool | None
) -> None:
    assert told(engine, *values, known=known, lists=lists)["told_by_mhsds"] is expected


@pytest.mark.parametrize(
    ("stay", "counted"),
    [
        ({"ending": "alive", "discharge_destination": "19"}, True),
        ({"ending": "not-told"}, True),
        ({"ending": "died"}, False),
        ({"ending": "alive", "discharge_destination": "53"}, False),
        ({"ending": "alive", "discharge_destination": "79"}, False),
        ({"ending": "not-told", "discharge_method": "4"}, False),
        ({"ending": "open"}, False),
    ],
)
def test_a_discharge_is_recorded_as_the_72_hour_measure_counts_it(
    engine: Engine, stay: dict[str, str], counted: bool
) -> None:
    day = dt.date(2025, 2, 10)

    facts = told(engine, stays=[{"ended_on": day, **stay}])

    assert facts["recorded_discharge"] == (day if counted else None)


def test_a_contact_after_the_death_or_of_an_unknown_day_is_none(engine: Engine) -> None:
    dates = pa.table({"death_id": ["D"], "person_id": ["P"], "death_date": [dt.date(2025, 3, 1)]})
    month = said("report.last_contact_on", "2025-02", value_from=dt.date(2025, 2, 1))
    values = [
        said("care.last_contact_on", "2025-02-20"),
        said("report.last_contact_on", "2025-03-05"),
        said("referral.assessed_on", "2025-01-10"),
        {**month, "value_to": dt.date(2025, 2, 28)},
    ]

    found = contacts(
        engine,
        engine.table(dates),
        engine.table(pa.Table.from_pylist(values, schema=VALUES)),
    )

    assert [row["contact_on"] for row in engine.rows(found)] == [dt.date(2025, 2, 20)]


@pytest.mark.parametrize(
    ("during", "left", "stated", "expected"),
    [
        (True, "2025-01-01", "2025-02-01", "2025-03-01"),
        (False, "2025-01-01", "2025-02-01", "2025-02-01"),
        (False, "2025-02-15", "2025-02-01", "2025-02-15"),
        (False, None, "2025-02-01", "2025-02-01"),
        (None, "2025-02-15", None, "2025-02-15"),
        (False, None, None, None),
    ],
)
def test_the_last_contact_is_the_latest_of_a_stay_its_end_and_a_contact(
    engine: Engine, during: Any, left: Any, stated: Any, expected: Any
) -> None:
    def day(text: str | None) -> dt.date | None:
        return dt.date.fromisoformat(text) if text else None

    row = {"during": during, "died": day("2025-03-01"), "left": day(left), "stated": day(stated)}
    schema = pa.schema([("during", YES), ("died", DATE), ("left", DATE), ("stated", DATE)])
    table = engine.table(pa.Table.from_pylist([row], schema=schema))
    expression = table.select(on=last_contact(table.during, table.died, table.left, table.stated))

    assert engine.rows(expression) == [{"on": day(expected)}]


def test_the_texts_have_a_form_for_spark_and_nothing_else_is_asked(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    real = engine.sql

    def listening(text: str, **tables: Any) -> Any:
        heard.append(text.format(**{name: f'"{name}"' for name in tables}))
        return real(text, **tables)

    monkeypatch.setattr(engine, "sql", listening)
    told(engine)

    assert len(heard) == 3
    assert all(in_spark(text) for text in heard)
