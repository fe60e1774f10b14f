"""References, coroner areas and categories as registers write them: read, or left to a person."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from candour.register.reading import Areas, read_area, read_categories, read_reference

Reading = tuple[str, str]


def _cases(real_data: Path, name: str, raw: str, expected: str) -> list[tuple[str, set[str]]]:
    path = real_data / "pfd" / name
    if not path.exists():
        pytest.skip("no real data here")
    with path.open(encoding="utf-8", newline="") as file:
        return [(row[raw], set(row[expected].split("|"))) for row in csv.DictReader(file)]


@pytest.mark.parametrize(
    ("name", "raw", "expected", "read", "at_least"),
    [
        ("ref_cases.csv", "raw", "expected_ref", lambda text: read_reference(text, 2026), 60 / 62),
        ("area_cases.csv", "raw", "expected_area", read_area, 150 / 163),
        ("category_cases.csv", "raw_label", "expected_categories", read_categories, 62 / 64),
    ],
)
def test_odd_spellings_of_the_real_registers_are_read(
    real_data: Path,
    name: str,
    raw: str,
    expected: str,
    read: Callable[[str], Reading],
    at_least: float,
) -> None:
    cases = _cases(real_data, name, raw, expected)

    right = [set(read(text)[0].split("|")) == wanted for text, wanted in cases]

    assert sum(right) / len(right) >= at_least


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2016 \u2013 0272", "2016-0272"),
        ("2016-026", "2016-0026"),
        ("2014-00552", "2014-0552"),
        ("20142014-0489", "2014-0489"),
        ("20016-0092", "2016-0092"),
        ("2016 \u2013 0288(a)", "2016-0288A"),
        ("Ref: 2019-0425 and 2019-0426", "2019-0425|2019-0426"),
    ],
)
def test_a_reference_with_a_slip_is_read(text: str, value: str) -> None:
    assert read_reference(text, 2026) == (value, "read")


@pytest.mark.parametrize(
    "text", ["20217-0003", "2009-0100", "2031-0001", "2016-9999", "2016-0000", "after 2016-0101"]
)
def test_a_reference_that_no_report_bore_or_among_other_words_is_for_review(text: str) -> None:
    assert read_reference(text, 2026)[1] == "review"


@pytest.mark.parametrize("text", ["", None, "2016-01-02", "pending", "12/05/2016"])
def test_what_holds_no_reference_is_unreadable(text: str | None) -> None:
    assert read_reference(text, 2026) == ("", "unreadable")


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("London (Inner) North", "Inner North London"),
        ("West Yorkshire (West)", "West Yorkshire (Western)"),
        ("Preston and West Lancashire", "Lancashire and Blackburn with Darwen"),
        ("Rotherham", "South Yorkshire (Eastern)"),
        ("Inner South LondonCategory", "Inner South London"),
        (
            "County of the East Riding of Yorkshire and City of Kingston-Upon-Hull",
            "East Riding and Hull",
        ),
        ("Newcastle and North Tyneside", "Newcastle and North Tyneside"),
    ],
)
def test_an_area_is_read_from_the_way_a_register_names_it(text: str, area: str) -> None:
    assert read_area(text) == (area, "read")


@pytest.mark.parametrize("text", ["West Yorkshire", "North Yorkshire", "London", "Kent"])
def test_a_name_that_no_single_area_bears_is_for_review(text: str) -> None:
    assert read_area(text)[1] == "review"


def test_two_areas_in_one_cell_are_given_for_review() -> None:
    assert read_area("Coventry and Warwickshire") == ("Coventry|Warwickshire", "review")


@pytest.mark.parametrize("text", ["", None, "nan", "Glasgow"])
def test_what_names_no_area_is_unreadable(text: str | None) -> None:
    assert read_area(text) == ("", "unreadable")


def test_an_area_that_was_joined_to_another_is_itself_until_that_day() -> None:
    areas = Areas.shipped()

    assert areas.on("North Tyneside", date(2023, 3, 31)) == ("North Tyneside",)
    assert areas.on("North Tyneside", date(2023, 4, 1)) == ("Newcastle and North Tyneside",)


def test_what_an_area_became_is_itself_an_area() -> None:
    areas = list(Areas.shipped())
    names = {area.name for area in areas}

    assert len(names) == len(areas)
    assert {name for area in areas for name in area.into} <= names
    assert all((area.valid_to is None) == (not area.into) for area in areas)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tate Custody related deaths", "state_custody"),
        ("Mental heath related deaths;", "mental_health"),
        ("Child Death (from 2015) This report is being sent to", "child"),
        ("Community health care and emergency services", "community_health|emergency_services"),
        ("Suicide (from 2015; Other related deaths", "suicide|other"),
    ],
)
def test_categories_are_read_however_they_were_written(text: str, value: str) -> None:
    assert read_categories(text) == (value, "read")


def test_a_field_that_slipped_in_beside_categories_is_for_review() -> None:
    text = "Mental Health related deaths; Department for Health and Social Care"

    assert read_categories(text) == ("mental_health", "review")


@pytest.mark.parametrize("text", ["", None, "Cambridgeshire County Council", "Policy"])
def test_a_cell_without_any_category_is_unreadable(text: str | None) -> None:
    assert read_categories(text) == ("", "unreadable")
