"""Rules between fields, as expressions over a typed table."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from candour.dataset import field
from candour.dataset.model import DATE_TYPES
from candour.dataset.rules import compiled, rules
from candour.dataset.rules import wide_name as wide
from candour.tables import open_engine

Row = dict[str, date | str | None]


def broken(entity: str, row: Row) -> set[str]:
    """Codes of the rules that a row breaks; dates stand for exact days."""
    columns = {}
    for path, value in row.items():
        kind = pa.date32() if field(path.split("__")[0]).type in DATE_TYPES else pa.string()
        columns[wide(path)] = pa.array([value], kind)
    with open_engine() as engine:
        table = engine.table(pa.table(columns))
        (found,) = engine.rows(table.select(**compiled(entity, table))) or [{}]
    return {code for code, is_broken in found.items() if is_broken}


EARLY, LATE = date(2025, 3, 1), date(2025, 3, 2)


@pytest.mark.parametrize("rule", [r for r in rules() if r.order], ids=lambda rule: rule.code)
def test_dates_in_the_wrong_order_break_the_rule_and_in_the_right_one_do_not(rule) -> None:  # type: ignore[no-untyped-def]
    first, second = rule.order

    assert rule.code in broken(rule.entity, {first: LATE, second: EARLY})
    assert rule.code not in broken(rule.entity, {first: EARLY, second: LATE})
    assert rule.code not in broken(rule.entity, {first: EARLY, second: EARLY})


@pytest.mark.parametrize("rule", [r for r in rules() if r.order], ids=lambda rule: rule.code)
def test_a_missing_date_breaks_nothing(rule) -> None:  # type: ignore[no-untyped-def]
    first, second = rule.order

    assert broken(rule.entity, {first: None, second: EARLY}) == set()
    assert broken(rule.entity, {first: LATE, second: None}) == set()


def test_a_month_breaks_a_rule_only_where_each_of_its_days_would() -> None:
    stay: Row = {
        "stay.admitted_on": None,
        "stay.admitted_on__from": date(2025, 3, 1),
        "stay.admitted_on__to": date(2025, 3, 31),
    }

    inside = broken("stay", {**stay, "stay.discharged_on": date(2025, 3, 15)})
    before = broken("stay", {**stay, "stay.discharged_on": date(2025, 2, 28)})

    assert (inside, before) == (set(), {"discharge-before-admission"})


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (
            {"death.died": "no", "death.death_date": EARLY},
            "died-no-with-a-death-date",
        ),
        (
            {"stay.ended_by_death": "yes", "stay.discharge_method": "1"},
            "ended-by-death-with-another-method",
        ),
        (
            {"stay.ended_by_death": "no", "stay.discharge_method": "4"},
            "ended-by-death-with-another-method",
        ),
        (
            {"stay.discharge_destination": "79", "stay.discharge_method": "6"},
            "destination-died-with-another-method",
        ),
    ],
)
def test_values_that_contradict_each_other_are_found(row: Row, code: str) -> None:
    assert broken(code_entity(code), row) == {code}


@pytest.mark.parametrize(
    "row",
    [
        {"death.died": "unknown", "death.death_date": EARLY},
        {"death.died": None, "death.death_date": EARLY},
        {"stay.ended_by_death": "yes", "stay.discharge_method": "9"},
        {"stay.ended_by_death": None, "stay.discharge_method": "4"},
        {"stay.discharge_destination": "79", "stay.discharge_method": "4"},
        {"stay.discharge_destination": "79", "stay.discharge_method": None},
    ],
)
def test_what_is_not_known_contradicts_nothing(row: Row) -> None:
    entity = next(iter(row)).split(".")[0]

    assert broken(entity, row) == set()


def test_a_rule_whose_field_the_table_does_not_hold_is_left_out() -> None:
    with open_engine() as engine:
        table = engine.table(pa.table({"stay__admitted_on": pa.array([EARLY])}))

        assert compiled("stay", table) == {}


def code_entity(code: str) -> str:
    return next(rule.entity for rule in rules() if rule.code == code)
