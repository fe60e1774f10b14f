"""The invented people and organisations are nobody's: numbers, names, places and codes."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import nhs_number
import numpy as np
import pytest

from candour.synthetic.draws import Draws
from candour.synthetic.lives import live
from candour.synthetic.nation import MARK, invent, organisation_rows
from candour.synthetic.people import (
    given_names,
    invent_people,
    mistyped,
    nhs_numbers,
    postcodes,
    surnames,
)


def _cells(path: Path, *columns: str) -> set[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    return {row[name].strip() for row in rows for name in columns if row.get(name)}


def test_nhs_numbers_are_valid_of_the_test_range_and_no_two_alike():
    numbers = nhs_numbers(3_000, seed=11)

    assert all(nhs_number.is_valid(str(number)) for number in numbers.tolist())
    assert {str(number)[:3] for number in numbers.tolist()} == {"999"}
    assert len(set(numbers.tolist())) == 3_000


def test_beyond_the_numbers_that_begin_with_999_the_next_range_follows():
    numbers = nhs_numbers(910_000, seed=11)

    assert {int(lead) for lead in np.unique(numbers // 10**7)} == {998, 999}
    assert len(np.unique(numbers)) == 910_000


def test_a_mistyped_number_fails_its_check_digit_and_keeps_ten_digits():
    numbers = mistyped(nhs_numbers(2_000, seed=5))

    assert not any(nhs_number.is_valid(str(number)) for number in numbers.tolist())
    assert {len(str(number)) for number in numbers.tolist()} == {10}


def test_everybody_lives_in_a_postcode_area_that_is_no_place():
    places = postcodes(invent_people(Draws(3, 500)).postcode).to_list()

    assert all(re.fullmatch(r"ZZ\d{1,2} \d[A-Z]{2}", place) for place in places)
    assert not any(place.startswith("ZZ99") for place in places)


def test_everybody_is_an_adult_by_the_first_day_of_the_nation():
    people = invent_people(Draws(3, 5_000))

    assert people.birth.max() < np.datetime64("2006-01-01")
    assert people.birth.min() >= np.datetime64("1931-01-01")


def test_no_invented_name_is_a_name_of_the_real_or_published_lists(real_data):
    lists = [
        ("linkage/fake_1000.csv", ("first_name", "surname")),
        ("linkage/febrl3.csv", ("given_name", "surname")),
        ("linkage/fake_1000_labels.csv", ()),
    ]
    published = {
        name.casefold()
        for file, columns in lists
        if (real_data / file).is_file()
        for name in _cells(real_data / file, *columns)
    }

    taken = {name for name in (*surnames(), *given_names()) if name.casefold() in published}

    assert len(published) > 500
    assert taken == set()


def test_no_invented_name_stands_in_a_published_register_of_deaths(real_data):
    text = (real_data / "pfd" / "reports_text.csv").read_text(encoding="utf-8").casefold()
    words = set(re.findall(r"[a-z]+", text))

    assert {n for n in (*surnames(), *given_names()) if n.casefold() in words} == set()


def test_two_people_with_one_nhs_number_are_surely_two_people():
    lives = live(Draws(9, 3_000), invent())
    numbers = lives.people.nhs_number
    seen = {}
    pairs = []
    for index, number in enumerate(numbers.tolist()):
        if number in seen:
            pairs.append((seen[number], index))
        seen[number] = index

    assert len(pairs) == 12
    for one, other in pairs:
        assert lives.people.surname[one] != lives.people.surname[other]
        assert lives.people.birth[one] != lives.people.birth[other]


def test_every_organisation_says_that_it_is_invented():
    rows = organisation_rows(invent())

    assert all(row[1].endswith(MARK) for row in rows)
    assert {row[2] for row in rows} == {"region", "icb", "mh_trust", "independent_site"}


@pytest.mark.parametrize(("trusts", "sites"), [(4, 2), (40, 15), (150, 60)])
def test_organisation_codes_have_the_shape_of_real_ones_and_are_all_different(trusts, sites):
    nation = invent(trusts, sites, boards=40)
    codes = [row[0] for row in organisation_rows(nation)]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"Z[A-Z0-9]{2}([A-Z0-9]{2})?", code) for code in codes)
    assert all(any(letter.isdigit() for letter in one.code) for one in nation.providers)
    assert len({one.name for one in nation.providers}) == trusts + sites


def test_no_organisation_code_is_in_a_real_file(real_data):
    real = _cells(real_data / "providers" / "ods_nhs_trusts_2022-03.csv", "organisation_code")
    real |= _cells(real_data / "providers" / "ods_nhs_trusts_2025-07.csv", "organisation_code")
    real |= _cells(real_data / "providers" / "icbs_2023.csv", "ods_code")
    real |= _cells(real_data / "providers" / "nhs_regions.csv", "code")
    reference = real_data.parent / "reference" / "organisations.csv"
    if reference.is_file():
        real |= _cells(reference, "code", "icb_code", "region_code")
    codes = {row[0] for row in organisation_rows(invent(150, 60, boards=40))}

    assert len(real) > 250
    assert codes & real == set()
    assert not any(code.startswith("ZQ") for code in real)


def test_a_nation_without_a_site_to_place_people_at_is_refused():
    with pytest.raises(ValueError, match="three trusts, one site"):
        invent(trusts=4, sites=0)
