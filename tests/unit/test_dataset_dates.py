"""Dates as people and systems write them."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import ibis
import pytest

from candour.dataset.types import (
    PartialDate,
    parse_date_column,
    parse_date_parts,
    parse_dates,
    parse_many,
    read_dates,
    settle_order,
    stage,
    staged,
    take_apart_parts,
)
from candour.errors import CandourError, UserError
from candour.tables import open_engine


def days(texts: list[str | None], **how: object) -> list[str | None]:
    """The days read, as text; None where no exact day was."""
    return [
        value.earliest.isoformat() if value and value.precision == "day" else None
        for value, _ in parse_dates(texts, **how)
    ]


def codes(texts: list[str | None], **how: object) -> list[list[str]]:
    return [found for _, found in parse_dates(texts, **how)]


WRITTEN = [
    "2025-03-04",
    "2025/3/4",
    "20250304",
    "04/03/2025",
    "4.3.2025",
    "04-03-2025",
    "4 March 2025",
    "04-Mar-2025",
    "04MAR2025",
    "Tuesday 4th of March, 2025",
    "March 4, 2025",
    "2025-03-04 14:05",
    "2025-03-04T14:05:06.123",
    "04/03/2025, 14:05",
    "04/03/2025 1405",
    "20250304140506",
    "04/03/2025 2:05 pm",
    "\u00a02025-03-04 ",
]


def test_a_day_is_one_day_however_it_is_written() -> None:
    fourth_of_march = (PartialDate(date(2025, 3, 4), date(2025, 3, 4), "day"), [])

    read = dict(zip(WRITTEN, parse_dates(WRITTEN, order="dmy"), strict=True))

    assert read == dict.fromkeys(WRITTEN, fourth_of_march)


NO_DAYS = [
    "31/04/2025",
    "29/02/2025",
    "29/02/1900",
    "2025-13-01",
    "0000-00-00",
    "00/00/0000",
    "0001-01-01",
    "5/3/125",
    "Mar-25",
    "03/25",
    "32-03-04",
    "nonsense",
    "infinity",
    "12:30",
    "9994104411",
    "2025-03-04 and later",
]


def test_what_is_no_day_gives_no_value_and_says_so() -> None:
    read = dict(zip(NO_DAYS, parse_dates(NO_DAYS, order="dmy"), strict=True))

    assert read == dict.fromkeys(NO_DAYS, (None, ["date-unreadable"]))


def test_nothing_written_is_no_fault() -> None:
    assert parse_dates([None, "", " "]) == [(None, [])] * 3


INSTANTS = {
    "2025-05-31T23:30:00Z": "2025-06-01",
    "2025-01-31T23:30:00Z": "2025-01-31",
    "2025-05-31T23:00:00Z": "2025-06-01",
    "2025-06-01T00:30:00+01:00": "2025-06-01",
    "2025-06-01 00:30:00.5+0100": "2025-06-01",
    "2025-06-01 00:30 BST": "2025-06-01",
    "31/05/2025 23:30 UTC": "2025-06-01",
    "20250531233000Z": "2025-06-01",
    "2025-05-31T23:30:00": "2025-05-31",
    "2025-06-01T02:00:00+05:00": "2025-05-31",
}


def test_an_instant_becomes_the_civil_day_and_a_local_time_keeps_its_own() -> None:
    read = dict(zip(INSTANTS, days([*INSTANTS], order="dmy"), strict=True))

    assert read == INSTANTS


def test_a_clock_that_is_not_british_is_moved_to_the_british_day() -> None:
    texts = ["2025-05-31 23:30:00", "2025-05-31", "2025-05-31T23:30:00+01:00"]

    assert days(texts, zone="UTC") == ["2025-06-01", "2025-05-31", "2025-05-31"]


def test_a_time_that_cannot_be_read_leaves_the_day_with_a_finding() -> None:
    assert parse_dates(["2025-05-31 25:00"]) == [
        (PartialDate(date(2025, 5, 31), date(2025, 5, 31), "day"), ["clock-time-unreadable"])
    ]


PARTIAL = {
    "2025": PartialDate(date(2025, 1, 1), date(2025, 12, 31), "year"),
    "2025-00-00": PartialDate(date(2025, 1, 1), date(2025, 12, 31), "year"),
    "00/00/2025": PartialDate(date(2025, 1, 1), date(2025, 12, 31), "year"),
    "20250000": PartialDate(date(2025, 1, 1), date(2025, 12, 31), "year"),
    "2024-02": PartialDate(date(2024, 2, 1), date(2024, 2, 29), "month"),
    "20240200": PartialDate(date(2024, 2, 1), date(2024, 2, 29), "month"),
    "00/02/2024": PartialDate(date(2024, 2, 1), date(2024, 2, 29), "month"),
    "02/2024": PartialDate(date(2024, 2, 1), date(2024, 2, 29), "month"),
    "February 2024": PartialDate(date(2024, 2, 1), date(2024, 2, 29), "month"),
}


def test_a_month_or_a_year_is_kept_as_the_days_it_may_be() -> None:
    read = dict(zip(PARTIAL, parse_dates([*PARTIAL], order="dmy"), strict=True))

    assert read == {text: (value, ["date-partial"]) for text, value in PARTIAL.items()}


def test_a_year_of_two_digits_lies_between_1930_and_2029_and_is_said() -> None:
    texts: list[str | None] = ["01/02/29", "1-Feb-30", "29/02/00"]

    assert days(texts, order="dmy") == ["2029-02-01", "1930-02-01", "2000-02-29"]
    assert codes(texts, order="dmy") == [["date-two-digit-year"]] * 3


def test_field_case_one_order_for_the_whole_column(real_data: Path) -> None:
    with (real_data / "field_cases" / "d1_one_order.csv").open(encoding="utf-8") as file:
        texts = [row["raw"] for row in csv.DictReader(file)]

    assert read_dates(texts) == [
        ("2025-03-11", "read"),
        ("2025-05-03", "read"),
        ("2025-10-20", "read"),
        ("2025-08-04", "read"),
        ("", "unreadable"),
        ("", "unreadable"),
        ("", "unreadable"),
    ]


def test_one_day_first_value_settles_the_column() -> None:
    assert days(["03/04/2025", "13/04/2025"]) == ["2025-04-03", "2025-04-13"]


def test_one_month_first_value_settles_the_column() -> None:
    assert days(["03/04/2025", "04/13/2025"]) == ["2025-03-04", "2025-04-13"]


def test_without_a_value_that_shows_the_order_nothing_is_guessed() -> None:
    texts = ["03/04/2025", "05/05/2025", "2025-04-03"]

    assert read_dates(texts) == [("", "review"), ("2025-05-05", "read"), ("2025-04-03", "read")]
    assert codes(texts) == [["date-ambiguous"], [], []]


def test_a_slip_shows_no_order() -> None:
    assert read_dates(["31/04/2025", "03/04/2025"]) == [("", "unreadable"), ("", "review")]


def test_a_declared_order_outranks_what_the_column_shows() -> None:
    assert days(["03/04/2025", "13/04/2025"], order="mdy") == ["2025-03-04", None]
    assert codes(["13/04/2025"], order="mdy") == [["date-unreadable"]]


def test_iso_says_nothing_about_values_that_are_not_year_first() -> None:
    assert days(["2025-04-03", "03/04/2025", "13/04/2025"], order="iso") == [
        "2025-04-03",
        "2025-04-03",
        "2025-04-13",
    ]


def test_day_first_stands_against_as_many_month_first_values() -> None:
    assert days(["13/04/2025", "04/13/2025", "03/04/2025"]) == ["2025-04-13", None, "2025-04-03"]


def test_a_column_mostly_month_first_that_is_also_day_first_is_not_read() -> None:
    texts = ["04/13/2025", "04/14/2025", "13/04/2025", "03/04/2025", "2025-04-03"]

    assert [decision for _, decision in read_dates(texts)] == ["review"] * 4 + ["read"]


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["13/04/2025", "03/04/2025"], "dmy"),
        (["04/13/2025", "03/04/2025"], "mdy"),
        (["03/04/2025", "05/05/2025", "31/04/2025"], "unsettled"),
        (["04/13/2025", "04/14/2025", "13/04/2025"], "mixed"),
        ([], "unsettled"),
    ],
)
def test_the_order_of_a_column_can_be_asked_beforehand(texts: list[str], order: str) -> None:
    table = ibis.memtable({"text": texts}, schema={"text": "string"})

    assert settle_order(table.text).execute() == order


def test_an_explicit_format_excludes_every_other_way_of_writing() -> None:
    texts = ["01-Feb-24", "01-Feb-50", "2024-02-01", None]

    assert days(texts, format="%d-%b-%y") == ["2024-02-01", "1950-02-01", None, None]
    assert codes(texts, format="%d-%b-%y") == [[], [], ["date-unreadable"], []]


def test_an_explicit_format_with_an_offset_reads_an_instant() -> None:
    assert days(["31.05.2025 23:30 +0000"], format="%d.%m.%Y %H:%M %z") == ["2025-06-01"]


@pytest.mark.parametrize(
    "wrong", [{"order": "ydm"}, {"zone": "Europe/Nowhere"}, {"format": "%d/%Q"}, {"format": "day"}]
)
def test_a_mapping_that_makes_no_sense_is_the_users_to_mend(wrong: dict[str, str]) -> None:
    with pytest.raises(UserError):
        parse_dates(["2025-01-01"], **wrong)


def test_days_after_the_file_came_are_kept_with_a_finding() -> None:
    texts = ["2025-03-02", "2025-03-01"]

    assert codes(texts, received_on=date(2025, 3, 1)) == [["date-far-in-the-future"], []]
    assert days(texts, received_on=date(2025, 3, 1)) == texts


def test_without_a_day_of_receipt_the_release_says_what_is_plausible() -> None:
    assert codes(["2164-10-23 21:09:00", "2030-12-31", "2031-01-01"]) == [
        ["date-far-in-the-future"],
        [],
        ["date-far-in-the-future"],
    ]


def test_an_inquest_may_lie_ahead() -> None:
    assert codes(["2026-03-02"], received_on=date(2025, 3, 1), may_be_future=True) == [[]]


def test_days_before_1900_are_kept_with_a_finding() -> None:
    assert codes(["1899-12-31", "1900-01-01"]) == [["date-improbably-early"], []]


def test_a_birth_on_new_years_day_may_be_an_estimate() -> None:
    assert codes(["1950-01-01", "1950-01-02", "1950"], birth=True) == [
        ["date-may-be-estimated"],
        [],
        ["date-partial"],
    ]


def test_the_number_by_which_a_spreadsheet_counts_days_is_named_as_that() -> None:
    assert parse_dates(["45809", "45809.5"]) == [(None, ["date-is-a-spreadsheet-number"])] * 2


PARTS: list[tuple[str, PartialDate | None, list[str]]] = [
    ("1950|3|4", PartialDate(date(1950, 3, 4), date(1950, 3, 4), "day"), []),
    ("1950|03|00", PartialDate(date(1950, 3, 1), date(1950, 3, 31), "month"), ["date-partial"]),
    ("1950||", PartialDate(date(1950, 1, 1), date(1950, 12, 31), "year"), ["date-partial"]),
    ("50|3|4", PartialDate(date(1950, 3, 4), date(1950, 3, 4), "day"), ["date-two-digit-year"]),
    ("|3|4", None, ["date-parts-contradict"]),
    ("1950|0|4", None, ["date-parts-contradict"]),
    ("1950|13|1", None, ["date-unreadable"]),
    ("1950|2|30", None, ["date-unreadable"]),
    ("1950|x|1", None, ["date-unreadable"]),
    ("x|1|1", None, ["date-unreadable"]),
    ("5|3|4", None, ["date-unreadable"]),
    ("1950|Mar|4", PartialDate(date(1950, 3, 4), date(1950, 3, 4), "day"), []),
    (
        "1950|March|00",
        PartialDate(date(1950, 3, 1), date(1950, 3, 31), "month"),
        ["date-partial"],
    ),
    ("||", None, []),
    ("0000|00|00", None, []),
]


def test_a_date_in_three_columns_is_read_as_far_as_it_is_known() -> None:
    sent = ibis.memtable({"n": range(len(PARTS)), "parts": [parts for parts, _, _ in PARTS]})
    with open_engine() as engine:
        table = engine.table(sent.to_pyarrow())
        year, month, day = (table.parts.split("|")[part] for part in range(3))
        table = engine.keep(stage(table, {"d": take_apart_parts(year, month, day)}))
        parsed = parse_date_column(staged(table, "d"), order="dmy")
        rows = engine.rows(
            table.select(
                "n",
                "parts",
                e=parsed.earliest,
                l=parsed.latest,
                p=parsed.precision,
                **parsed.faults,
            ).order_by("n")
        )

    read = [
        (
            row["parts"],
            PartialDate(row["e"], row["l"], row["p"]) if row["p"] else None,
            [code for code in parsed.faults if row[code]],
        )
        for row in rows
    ]
    assert read == PARTS


def test_parts_read_without_staging_are_the_same() -> None:
    def in_three(texts: ibis.expr.types.StringValue) -> object:
        pieces = texts.split("|")
        return parse_date_parts(pieces[0], pieces[1], pieces[2])

    assert parse_many(in_three, ["1950|3|4"]) == [
        (PartialDate(date(1950, 3, 4), date(1950, 3, 4), "day"), [])
    ]


def test_taken_apart_beforehand_or_not_a_column_reads_alike() -> None:
    texts = [*WRITTEN, "13/04/2025", "03/04/2025", "31/04/2025", "1/2/30", "2024-02", "45809", None]

    def at_once(column: ibis.expr.types.StringValue) -> object:
        return parse_date_column(column, order="dmy")

    assert parse_many(at_once, texts) == parse_dates(texts, order="dmy")


def test_a_column_with_a_format_must_not_be_taken_apart() -> None:
    with open_engine() as engine:
        table = stage(engine.table(ibis.memtable({"t": ["x"]}).to_pyarrow()), {})
        table = stage(table, {"t": table.t})

        with pytest.raises(CandourError):
            parse_date_column(staged(table, "t"), format="%Y")
