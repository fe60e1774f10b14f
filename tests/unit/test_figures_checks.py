"""Published figures side by side: each kind of remark, and where none is to be made."""

from __future__ import annotations

import pytest

from candour.figures import COLUMNS, KINDS, check, read

YEAR, NEXT = ("2018-04-01", "2019-03-31"), ("2019-04-01", "2020-03-31")
QUARTERS = [
    ("2018-04-01", "2018-06-30"),
    ("2018-07-01", "2018-09-30"),
    ("2018-10-01", "2018-12-31"),
    ("2019-01-01", "2019-03-31"),
]


def row(
    value,
    measure="deaths of inpatients",
    when=YEAR,
    *,
    body="Northmoor",
    of="",
    unit="deaths",
    source="a page",
):
    cells = (body, "", *when, measure, of, str(value), unit, "a table", source)
    return dict(zip(COLUMNS, cells, strict=True))


def remarks(*rows):
    figures, unread = read(enumerate(rows, start=1))
    return [*check(figures), *unread]


def said(*rows):
    return [(r.kind, list(r.rows)) for r in remarks(*rows)]


def quarters(*values):
    return [row(v, when=when) for v, when in zip(values, QUARTERS, strict=True)]


def test_quarters_that_make_the_year_add_up():
    (remark,) = remarks(*quarters(3, 0, 2, 5), row(10))

    assert (remark.kind, remark.rows) == ("adds-up", (1, 2, 3, 4, 5))
    assert "3 + 0 + 2 + 5 = 10" in remark.message


def test_quarters_that_do_not_make_the_year_are_said_with_the_difference():
    (remark,) = remarks(*quarters(3, 0, 2, 5), row(12))

    assert remark.kind == "does-not-add-up"
    assert "3 + 0 + 2 + 5 = 10, and 12" in remark.message
    assert "a difference of 2" in remark.message


def test_quarters_on_pages_of_their_own_are_added_too():
    apart = [
        row(v, when=when, source=f"page {v}")
        for v, when in zip((3, 1, 2, 5), QUARTERS, strict=True)
    ]

    assert ("does-not-add-up", [1, 2, 3, 4, 5]) in said(*apart, row(12, source="a report"))


def test_a_year_with_a_quarter_that_was_not_published_is_a_part_year():
    (remark,) = remarks(*quarters(3, "-", 2, 5), row(10))

    assert remark.kind == "part-year"
    assert "3 + 2 + 5 = 10" in remark.message
    assert "2018-07-01 to 2018-09-30" in remark.message


def test_a_row_that_says_itself_that_it_is_not_finished_is_a_part_year():
    assert said(row(10, of="all wards; year not complete when published")) == [("part-year", [1])]
    assert said(row(10, of="all wards")) == []


def test_nine_months_beside_a_year_are_a_part_year():
    (remark,) = remarks(row(10), row(6, when=("2019-04-01", "2019-12-31")))

    assert (remark.kind, remark.rows) == ("part-year", (1, 2))
    assert "275 days" in remark.message


def test_quarters_beside_their_own_year_are_no_part_years():
    assert [kind for kind, _ in said(*quarters(3, 0, 2, 5), row(10))] == ["adds-up"]


def test_kinds_of_death_that_make_the_total_add_up():
    (remark,) = remarks(row(40, "deaths"), row(33, "natural causes"), row(7, "suicides"))

    assert (remark.kind, remark.rows) == ("adds-up", (1, 2, 3))
    assert "33 + 7 = 40" in remark.message


@pytest.mark.parametrize(("natural", "difference"), [(30, 3), (35, 2)])
def test_kinds_of_death_that_do_not_are_said_with_the_difference(natural, difference):
    rows = (row(40, "total deaths"), row(natural, "natural causes"), row(7, "suicides"))

    (remark,) = remarks(*rows)

    assert remark.kind == "does-not-add-up"
    assert f"{natural} + 7 = {natural + 7}" in remark.message
    assert f"a difference of {difference}" in remark.message


def test_what_was_done_about_deaths_is_a_share_and_no_further_kind():
    rows = (
        row(40, "deaths"),
        row(25, "expected deaths"),
        row(15, "unexpected deaths"),
        row(6, "unexpected deaths investigated"),
    )

    found = remarks(*rows)

    assert [(r.kind, r.rows) for r in found] == [("adds-up", (1, 2, 3)), ("share", (3, 4))]
    assert "6 of 15 = 40.0%" in found[1].message


@pytest.mark.parametrize(("percent", "kind"), [("40", "share"), ("45", "does-not-add-up")])
def test_a_percentage_is_held_against_the_counts_that_it_rests_on(percent, kind):
    rows = (
        row(15, "deaths"),
        row(6, "deaths investigated"),
        row(percent, "percentage of deaths investigated", unit="percent"),
    )

    (remark,) = remarks(*rows)

    assert (remark.kind, remark.rows) == (kind, (1, 2, 3))
    assert "6 of 15 = 40" in remark.message


def test_a_part_given_in_a_note_is_a_share_of_its_figure():
    (remark,) = remarks(row(33, "natural causes", of="23 of them on wards"))

    assert (remark.kind, remark.rows) == ("share", (1,))
    assert "23 of 33 = 69.7%" in remark.message


def test_a_body_beside_the_nation_is_a_share_year_by_year():
    rows = [
        row(value, when=when, body=body)
        for body, values in (("Northmoor", (3, 4)), ("England", (30, 32)))
        for value, when in zip(values, (YEAR, NEXT), strict=True)
    ]

    (remark,) = remarks(*rows)

    assert (remark.kind, remark.rows) == ("share", (1, 2, 3, 4))
    assert "3 of 30 = 10.0%" in remark.message
    assert "4 of 32 = 12.5%" in remark.message


def test_bodies_that_make_a_total_row_add_up_and_else_do_not():
    rows = [row(3), row(4, body="Southmoor")]

    assert said(*rows, row(7, body="All trusts")) == [("adds-up", [1, 2, 3])]
    assert said(*rows, row(9, body="Total")) == [("does-not-add-up", [1, 2, 3])]


def test_hidden_parts_are_not_nought_and_are_never_added():
    rows = [row(12), row("*", body="B"), row(0, body="C"), row("9999999", body="D")]

    (remark,) = remarks(*rows, row(20, body="All four"))

    assert remark.kind == "hidden"
    assert "B and D" in remark.message
    assert "8 for the 2 together" in remark.message
    assert "12 +" not in remark.message


def test_a_part_that_was_not_collected_leaves_nothing_to_add():
    assert said(row(3), row("-", body="Southmoor"), row(9, body="Total")) == []


def test_two_sources_that_give_two_numbers_disagree():
    (remark,) = remarks(row(12), row(14, "inpatient deaths", source="a letter"))

    assert (remark.kind, remark.rows) == ("sources-disagree", (1, 2))
    assert "a difference of 2" in remark.message


def test_two_sources_that_agree_are_nothing_to_remark():
    assert said(row(12), row(12, source="a letter")) == []


def test_two_sources_with_two_periods_are_said_with_the_days_in_common():
    (remark,) = remarks(row(12), row(15, when=("2018-01-01", "2018-12-31"), source="a letter"))

    assert remark.kind == "different-period"
    assert "275 days in common" in remark.message
    assert "12 for 2018-04-01" in remark.message


def test_two_sources_with_two_definitions_are_refused_as_a_comparison():
    (remark,) = remarks(row(12, of="on a ward"), row(15, of="within 30 days", source="a letter"))

    assert remark.kind == "not-comparable"
    assert "on a ward" in remark.message
    assert "within 30 days" in remark.message


def test_a_series_in_which_the_definition_changed_says_where():
    rows = (row(12, of="on a ward"), row(31, of="on a ward or within 30 days", when=NEXT))

    (remark,) = remarks(*rows)

    assert (remark.kind, remark.rows) == ("definition-changed", (1, 2))
    assert "difference of 19" in remark.message


def test_a_definition_that_only_names_its_year_has_not_changed():
    rows = (row(12, of="in the year to 31 March 2019"), row(9, of="2019-20", when=NEXT))

    assert said(*rows) == []


def test_two_bodies_that_count_differently_are_refused_as_a_comparison():
    rows = (row(2, "suicides of inpatients"), row(40, "deaths", body="Southmoor", of="all"))

    (remark,) = remarks(*rows)

    assert (remark.kind, remark.rows) == ("not-comparable", (1, 2))
    assert "2 and 40 deaths" in remark.message


def test_two_bodies_that_count_the_same_at_the_same_time_can_be_compared():
    assert said(row(2), row(4, body="Southmoor")) == []


def test_two_bodies_without_a_period_in_common_are_said_so():
    assert said(row(2), row(4, body="Southmoor", when=NEXT)) == [("different-period", [1, 2])]


def test_a_cell_that_is_no_figure_is_left_out_and_said():
    (remark,) = remarks(row("about thirty"))

    assert (remark.kind, remark.rows) == ("not-read", (1,))
    assert "thirty" not in remark.message


def test_every_remark_is_of_a_kind_that_is_explained():
    rows = (*quarters(3, "-", 2, 5), row(10), row(15, body="Southmoor", of="other"), row("?"))

    assert {kind for kind, _ in said(*rows)} <= set(KINDS)
