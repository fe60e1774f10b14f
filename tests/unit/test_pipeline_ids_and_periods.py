"""Ids that stay, and periods by date of death."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from candour.pipeline.answers.periods import Period, financial_year_of, month_of, quarter_of
from candour.pipeline.unify.ids import made_id


def test_an_id_is_a_letter_and_twelve_base32_characters() -> None:
    assert re.fullmatch(r"D[A-Z2-7]{12}", made_id("D", "ZX901/caseload:N-1"))


def test_an_id_is_the_same_on_every_machine() -> None:
    """Worked out by hand: base32 of SHA-256 of the identity's UTF-8 bytes."""
    import base64
    import hashlib

    digest = hashlib.sha256("ZX901/caseload:N-é".encode()).digest()

    assert made_id("P", "ZX901/caseload:N-é") == "P" + base64.b32encode(digest)[:12].decode()


def test_ids_of_different_identities_or_kinds_differ() -> None:
    made = {made_id(letter, f"ZX901/caseload:{n}") for letter in "PDSN" for n in range(200)}

    assert len(made) == 800


def death(first: str | None, last: str | None = None) -> dict[str, dt.date | None]:
    start = dt.date.fromisoformat(first) if first else None
    end = dt.date.fromisoformat(last) if last else start
    return {"death_date_from": start, "death_date_to": end}


MARCH = Period(dt.date(2025, 3, 1), dt.date(2025, 3, 31))


@pytest.mark.parametrize(
    ("period", "died", "expected"),
    [
        (MARCH, death("2025-03-01"), True),
        (MARCH, death("2025-03-31"), True),
        (MARCH, death("2025-02-28"), False),
        (MARCH, death("2025-04-01"), False),
        (MARCH, death("2025-03-01", "2025-03-31"), True),
        (MARCH, death("2025-01-01", "2025-12-31"), None),
        (MARCH, death("2025-03-31", "2025-04-01"), None),
        (MARCH, death("2024-01-01", "2024-12-31"), False),
        (MARCH, death(None), None),
        (Period(), death(None), True),
        (Period(start=dt.date(2025, 3, 1)), death("2125-01-01"), True),
        (Period(end=dt.date(2025, 3, 1)), death("2025-03-02"), False),
    ],
)
def test_a_period_holds_both_its_ends_and_says_when_it_cannot_tell(
    period: Period, died: dict[str, dt.date | None], expected: bool | None
) -> None:
    assert period.holds(died) is expected


@pytest.mark.parametrize(
    ("died", "month", "quarter", "year"),
    [
        (death("2025-03-31"), "2025-03", "2025-Q1", "2024-25"),
        (death("2025-04-01"), "2025-04", "2025-Q2", "2025-26"),
        (death("2000-01-01"), "2000-01", "2000-Q1", "1999-00"),
        (death("2025-03-01", "2025-03-31"), "2025-03", "2025-Q1", "2024-25"),
        (death("2025-03-31", "2025-04-01"), None, None, None),
        (death("2025-05-01", "2025-12-31"), None, None, "2025-26"),
        (death(None), None, None, None),
    ],
)
def test_a_death_is_put_in_a_month_quarter_and_year_only_where_that_is_known(
    died: dict[str, dt.date | None], month: str | None, quarter: str | None, year: str | None
) -> None:
    assert (month_of(died), quarter_of(died), financial_year_of(died)) == (month, quarter, year)
