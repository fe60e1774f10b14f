"""Figures that bodies really published, read in place."""

from __future__ import annotations

from pathlib import Path

import pytest
from acceptance_runs import Ask

FOLDER = "provider_deaths"


@pytest.fixture(scope="module")
def remarks(ask: Ask, real_data: Path) -> list[tuple[str, tuple[int, ...], str]]:
    found = ask("figures", "check", real_data / FOLDER / "reported_figures.csv")
    return [(r["kind"], tuple(r["rows"]), r["message"]) for r in found]


def of_kind(remarks, kind):
    return [(rows, message) for which, rows, message in remarks if which == kind]


def test_the_parts_of_the_letter_make_its_total(remarks):
    ((rows, message),) = of_kind(remarks, "adds-up")

    assert rows == tuple(range(10, 16))
    assert "33 + 2 + 2 + 2 + 1 = 40" in message


def test_the_year_of_which_two_quarters_came_is_a_part_year(remarks):
    ((rows, message),) = of_kind(remarks, "part-year")

    assert {2, 4, 9} <= set(rows)
    assert "1 + 1 = 2" in message


def test_two_trusts_that_count_differently_are_refused_with_the_reason(remarks):
    ((rows, message),) = of_kind(remarks, "not-comparable")

    assert {2, 10} <= set(rows)
    assert "all deaths since the trust was formed" in message


def test_a_trust_is_a_share_of_its_area_and_of_england_in_every_year(remarks):
    shares = {rows: message for rows, message in of_kind(remarks, "share")}

    message = shares[tuple([*range(16, 21), *range(26, 31)])]
    assert "3101 of 8408 = 36.9%" in message
    assert "2183 of 8091 = 27.0%" in message
    assert any("3101 of 114435 = 2.7%" in message for message in shares.values())


def test_nothing_in_the_table_is_said_not_to_add_up(remarks):
    assert of_kind(remarks, "does-not-add-up") == []


def test_hidden_figures_are_not_nought(ask, real_data):
    (remark,) = ask("figures", "check", real_data / "field_cases" / "x1_published.csv")

    assert remark["kind"] == "hidden"
    assert {2, 4} <= set(remark["rows"])
    assert "8" in remark["message"]
