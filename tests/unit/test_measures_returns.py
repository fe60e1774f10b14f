"""Returns by period into series: units, totals, periods, and changes of what is counted."""

from __future__ import annotations

import pytest

from candour.measures.returns import Sheet, one_series_each, read_period


def sheet(file, /, **columns):
    return Sheet(file, columns)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("MSitAE-JUNE-2024", "2024-06"),
        ("Apr-24", "2024-04"),
        ("2024-25-Q1", "2024-25-Q1"),
        ("return_2024-11.csv", "2024-11"),
        ("2016", "2016"),
        ("TOTAL", None),
        ("", None),
    ],
)
def test_a_period_is_read_as_it_is_written(text, period):
    assert read_period(text) == period


def test_a_unit_is_one_series_across_its_names():
    made = one_series_each(
        [
            sheet("a.csv", code=["ZQ1"], name=["Old Trust"], when=["2024-01"], n=["5"]),
            sheet("b.csv", code=["ZQ1"], name=["New Trust"], when=["2024-02"], n=["6"]),
        ],
        "code",
        "when",
        ["n"],
        "name",
    )

    assert [(r.unit, r.name, r.name_then, r.value) for r in made.rows] == [
        ("ZQ1", "New Trust", "Old Trust", 5),
        ("ZQ1", "New Trust", "New Trust", 6),
    ]


def test_a_unit_named_by_words_is_one_whatever_its_capitals_and_spaces():
    made = one_series_each(
        [sheet("a.csv", area=["NORTH  VALE", "North Vale"], when=["2015", "2016"], n=["1", "2"])],
        "area",
        "when",
        ["n"],
    )

    assert [(r.unit, r.period) for r in made.rows] == [
        ("North Vale", "2015"),
        ("North Vale", "2016"),
    ]


@pytest.mark.parametrize("word", ["TOTAL", "Total ", "grand total", "England", ""])
def test_a_total_is_never_a_unit(word):
    made = one_series_each(
        [sheet("a.csv", code=["A", "B", word], when=["2024-01"] * 3, n=["5", "6", "11"])],
        "code",
        "when",
        ["n"],
    )

    assert [r.unit for r in made.rows] == ["A", "B"]
    assert "total" in " ".join(made.findings)


def test_a_unit_called_national_that_is_no_total_stays():
    made = one_series_each(
        [sheet("a.csv", code=["A", "B", "National"], when=["2024-01"] * 3, n=["5", "6", "3"])],
        "code",
        "when",
        ["n"],
    )

    assert len(made.rows) == 3


def test_what_is_hidden_has_no_value_and_says_why():
    made = one_series_each(
        [sheet("a.csv", code=["A", "B"], when=["2024-01"] * 2, n=["*", ""])], "code", "when", ["n"]
    )

    assert [(r.value, r.note) for r in made.rows] == [(None, "suppressed"), (None, "blank")]


def test_who_sent_nothing_has_no_row_and_it_is_said():
    made = one_series_each(
        [
            sheet("a.csv", code=["A", "B"], when=["2024-01"] * 2, n=["1", "2"]),
            sheet("b.csv", code=["A"], when=["2024-02"], n=["3"]),
        ],
        "code",
        "when",
        ["n"],
    )

    assert len(made.rows) == 3
    assert "1 of 2 units are not in every period" in " ".join(made.findings)


def test_two_rows_that_differ_are_not_added_and_not_chosen_between():
    made = one_series_each(
        [sheet("a.csv", code=["A", "A", "B"], when=["2024-01"] * 3, n=["1", "2", "7"])],
        "code",
        "when",
        ["n"],
    )

    assert [r.unit for r in made.rows] == ["B"]
    assert "none is taken" in " ".join(made.findings)


def test_a_file_without_the_columns_is_left_out_and_named():
    made = one_series_each(
        [sheet("other.csv", x=["1"]), sheet("a.csv", code=["A"], when=["2024-01"], n=["1"])],
        "code",
        "when",
        ["n"],
    )

    assert "other.csv is left out" in made.findings[0]


def test_a_part_that_begins_to_be_counted_changes_the_definition():
    units = [f"U{at}" for at in range(6)]
    made = one_series_each(
        [
            sheet("a.csv", code=units, when=["2014"] * 6, all=["3"] * 6, more=["0"] * 6),
            sheet(
                "b.csv",
                code=units,
                when=["2015"] * 6,
                all=["23", "43", "63", "13", "33", "53"],
                more=["20", "40", "60", "10", "30", "50"],
            ),
        ],
        "code",
        "when",
        ["all"],
    )

    assert {(r.period, r.definition) for r in made.rows} == {
        ("2014", "without more"),
        ("2015", "with more"),
    }
    assert "breaks there" in " ".join(made.findings)


def test_a_column_that_the_value_does_not_hold_changes_nothing():
    units = [f"U{at}" for at in range(6)]
    made = one_series_each(
        [
            sheet("a.csv", code=units, when=["2014"] * 6, all=["3"] * 6, other=["0"] * 6),
            sheet("b.csv", code=units, when=["2015"] * 6, all=["4"] * 6, other=["9"] * 6),
        ],
        "code",
        "when",
        ["all"],
    )

    assert {r.definition for r in made.rows} == {""}
