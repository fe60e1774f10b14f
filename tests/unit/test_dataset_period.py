"""Periods as returns write them."""

import pytest

from candour.dataset.types.period import parse_period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Q1 2024-25", "2024-25-Q1"),
        ("Q1 2024/25", "2024-25-Q1"),
        ("Quarter 4, 2024 – 2025", "2024-25-Q4"),  # noqa: RUF001 - as people type it
        ("2024-25 Q3", "2024-25-Q3"),
        ("FY 24/25", "2024-25"),
        ("Apr-24", "2024-04"),
        ("September 2024", "2024-09"),
        ("Sept 24", "2024-09"),
        ("2024-04", "2024-04"),
        ("2024-04-01", "2024-04"),
        ("2024-04-01 00:00:00", "2024-04"),
        ("YTD 2024-25", "2024-25-YTD"),
        ("Q2 1999-00", "1999-00-Q2"),
    ],
)
def test_a_period_is_read_in_its_canonical_form(text, period):
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["Q3", "Total", "", "Q5 2024-25", "Q1 2024-26", "Apr", "Maybe-24"])
def test_what_is_no_period_or_leaves_the_year_open_is_not_guessed(text):
    assert parse_period(text) is None
