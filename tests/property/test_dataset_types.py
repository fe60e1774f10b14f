"""Laws that hold for any text: nothing raises, nothing vanishes, writing and reading agree."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import nhs_number as oracle
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.dataset import field
from candour.dataset.check_digit import check_digit
from candour.dataset.findings import catalogue
from candour.dataset.types import (
    icd10,
    integer,
    local_id,
    nhs_number,
    ods_code,
    parse_dates,
    parse_many,
    postcode,
    yes_no_unknown,
)
from candour.dataset.types import text as text_type
from candour.dataset.types.reading import Parser

LONDON, UTC = ZoneInfo("Europe/London"), ZoneInfo("UTC")
PARSERS: list[Parser] = [
    nhs_number.parse_column,
    ods_code.parse_column,
    icd10.parse_column,
    postcode.parse_column,
    yes_no_unknown.parse_column,
    integer.parse_column,
    local_id.parse_column,
    text_type.parse_column,
]

anything = st.one_of(
    st.none(),
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    st.from_regex(r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,4}[-/. ][0-9]{1,4}[ T0-9:+Z.]{0,12}"),
    st.from_regex(r"[0-9]{6,14}", fullmatch=True),
)
# One column costs about as much as another of ten times its length: few columns, and long ones.
columns = st.lists(anything, min_size=20, max_size=60)
ordinary_days = st.dates(date(1900, 1, 1), date(2030, 12, 31))
few = settings(max_examples=8)


@few
@given(columns)
def test_every_text_has_a_value_or_a_finding_and_every_finding_is_in_the_catalogue(
    texts: list[str | None],
) -> None:
    for parser in PARSERS:
        _nothing_vanishes(texts, parse_many(parser, texts))


@few
@given(columns, st.sampled_from([None, "iso", "dmy", "mdy", "mixed", "unsettled"]))
def test_every_text_of_a_date_column_is_read_or_spoken_of(
    texts: list[str | None], order: str | None
) -> None:
    read = parse_dates(texts, order=order, birth=True)

    _nothing_vanishes(texts, read)
    for value, found in read:
        if value is not None:
            assert value.earliest <= value.latest
            assert (value.precision == "day") == (value.earliest == value.latest)
            assert (value.precision != "day") == ("date-partial" in found)


def _nothing_vanishes(texts: list[str | None], read: list[tuple[Any, list[str]]]) -> None:
    assert len(read) == len(texts)
    for text, (value, found) in zip(texts, read, strict=True):
        assert set(found) <= set(catalogue())
        if text is None or not text.strip():
            assert (value, found) == (None, [])
        elif value is None:
            # A few characters print nothing and are blanks to us, though not to Python.
            assert found or not text.translate(PRINT_NOTHING).strip()


PRINT_NOTHING = dict.fromkeys([0x200B, 0x2060, 0xFEFF])


@few
@given(st.lists(ordinary_days, min_size=10, max_size=40), st.sampled_from("/-. "))
def test_a_day_written_day_first_is_read_back(days: list[date], gap: str) -> None:
    texts = [f"{day.day:02d}{gap}{day.month:02d}{gap}{day.year}" for day in days]

    read = parse_dates(texts, order="dmy")

    assert [value.earliest if value else None for value, _ in read] == days


@few
@given(st.lists(ordinary_days, min_size=1, max_size=4))
def test_no_order_is_taken_that_the_column_does_not_show(days: list[date]) -> None:
    texts = [f"{day.day:02d}/{day.month:02d}/{day.year}" for day in days]

    read = parse_dates(texts)

    shown = any(day.day > 12 for day in days)
    for day, (value, found) in zip(days, read, strict=True):
        if shown or day.day == day.month:
            assert value is not None
            assert value.earliest == day
        else:
            assert (value, found) == (None, ["date-ambiguous"])


@few
@given(st.lists(st.integers(63_072_000, 1_924_000_000), min_size=10, max_size=40))
def test_an_instant_falls_on_the_day_that_clocks_in_london_show(seconds: list[int]) -> None:
    instants = [datetime.fromtimestamp(second, UTC) for second in seconds]
    texts = [instant.strftime("%Y-%m-%dT%H:%M:%SZ") for instant in instants]

    read = parse_dates(texts)

    expected = [instant.astimezone(LONDON).date() for instant in instants]
    assert [value.earliest if value else None for value, _ in read] == expected


@few
@given(st.lists(st.from_regex(r"[0-9]{10}", fullmatch=True), min_size=10, max_size=40))
def test_check_digits_agree_with_another_implementation(texts: list[str]) -> None:
    def without_the_column(column: Any) -> Any:
        return nhs_number.parse_column(column, column_rounded=False)

    for text, (value, found) in zip(texts, parse_many(without_the_column, texts), strict=True):
        check = oracle.calculate_checksum(text[:9])
        sound = check is not None and str(check) == text[9] and len(set(text)) > 1
        assert (value == text) == sound
        assert sound != bool({"nhs-number-check-digit", "nhs-number-placeholder"} & set(found))


@few
@given(st.lists(ordinary_days, min_size=1, max_size=10), st.integers(0, 400))
def test_only_days_after_receipt_are_called_far_in_the_future(days: list[date], later: int) -> None:
    received_on = min(days) + timedelta(days=later)

    read = parse_dates([day.isoformat() for day in days], received_on=received_on)

    for day, (_, found) in zip(days, read, strict=True):
        assert ("date-far-in-the-future" in found) == (day > received_on)


def test_the_field_with_a_future_is_marked_so() -> None:
    assert field("death.inquest_on").may_be_future
    assert not field("death.death_date").may_be_future


@given(st.integers(0, 10**9 - 1))
def test_the_check_digit_of_one_number_is_that_of_an_array_and_of_another_implementation(
    nine: int,
) -> None:
    digit = check_digit(nine)

    assert check_digit(np.array([nine, nine])).tolist() == [digit, digit]
    assert digit == oracle.calculate_checksum(f"{nine:09}")
