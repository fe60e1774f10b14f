"""Periods by date of death: both ends included, and what a date leaves open stays open."""

from __future__ import annotations

import datetime as dt

import pytest
from tiny_run import day

from candour.pipeline.answers.periods import Period, financial_year_of, month_of, quarter_of


def _died(first: str | None, last: str | None = None) -> dict[str, dt.date | None]:
    return {
        "death_date_from": day(first) if first else None,
        "death_date_to": day(last or first) if first else None,
    }


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        ("2025-01-01", "2025-01-01", True),
        ("2025-03-31", "2025-03-31", True),
        ("2024-12-31", "2024-12-31", False),
        ("2025-04-01", "2025-04-01", False),
        ("2025-03-01", "2025-03-31", True),
        ("2025-01-01", "2025-12-31", None),
        ("2024-12-15", "2025-01-15", None),
        (None, None, None),
    ],
)
def test_a_death_lies_in_a_quarter_or_not_or_it_is_not_known(first, last, inside):
    assert Period(day("2025-01-01"), day("2025-03-31")).holds(_died(first, last)) is inside


@pytest.mark.parametrize(
    ("period", "inside"),
    [
        (Period(), True),
        (Period(start=day("2025-02-20")), True),
        (Period(start=day("2025-02-21")), False),
        (Period(end=day("2025-02-20")), True),
        (Period(end=day("2025-02-19")), False),
    ],
)
def test_either_end_of_a_period_may_be_open(period, inside):
    assert period.holds(_died("2025-02-20")) is inside


def test_without_a_period_a_death_of_unknown_date_is_in_it():
    assert Period().holds(_died(None)) is True


@pytest.mark.parametrize(
    ("first", "last", "month", "quarter", "year"),
    [
        ("2025-03-31", None, "2025-03", "2025-Q1", "2024-25"),
        ("2025-04-01", None, "2025-04", "2025-Q2", "2025-26"),
        ("1999-12-31", None, "1999-12", "1999-Q4", "1999-00"),
        ("2025-03-01", "2025-03-31", "2025-03", "2025-Q1", "2024-25"),
        ("2025-03-31", "2025-04-01", None, None, None),
        ("2025-01-01", "2025-02-28", None, "2025-Q1", "2024-25"),
        ("2025-01-01", "2025-12-31", None, None, None),
        (None, None, None, None, None),
    ],
)
def test_a_death_has_a_month_quarter_and_year_only_where_its_date_settles_it(
    first, last, month, quarter, year
):
    death = _died(first, last)

    assert (month_of(death), quarter_of(death), financial_year_of(death)) == (month, quarter, year)
