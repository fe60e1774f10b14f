"""The chart chooser: what it takes, and that it says why."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from candour.measures.chart import chart
from candour.measures.series import read_series
from candour.measures.words import sentence

MONTHS = [f"{year}-{month:02d}-01" for year in (2022, 2023) for month in range(1, 13)]


def counts(values, n=None, n_name="n"):
    below = None if n is None else [str(each) for each in n]
    return read_series(MONTHS[: len(values)], [str(v) for v in values], below, n_name=n_name)


@pytest.mark.parametrize(
    ("values", "n", "name", "kind"),
    [
        ([8, 9, 7, 10] * 6, None, "n", "xmr"),
        ([8, 9, 7, 10] * 6, [600] * 24, "bed_days", "u"),
        ([8, 9, 7, 10] * 6, [600.5] * 24, "n", "u"),
        ([8, 9, 7, 10] * 6, [60] * 24, "discharges", "p"),
        ([8, 9, 7, 10] * 6, [15] * 24, "discharges", "run"),
        ([0, 1, 0, 2] * 6, None, "n", "t"),
        ([0, 1, 0, 2] * 6, [60] * 24, "discharges", "g"),
        ([8, 9, 7, 10], None, "n", "run"),
        ([8.5, 9.1, 7.2, 10.4] * 6, None, "n", "xmr"),
    ],
)
def test_auto_follows_the_chooser_and_says_why(values, n, name, kind):
    made = chart(counts(values, n, name))

    assert made.kind == kind
    assert made.why.startswith(f"{kind}: ")
    assert len(made.why) > 12


@pytest.mark.parametrize(
    ("name", "kind"), [("days between deaths", "t"), ("cases between deaths", "g")]
)
def test_gaps_that_are_told_as_such_are_charted_as_gaps(name, kind):
    texts = [str(each) for each in (30, 4, 19, 55, 2, 70, 33, 8, 41, 12, 25, 90, 17)]

    made = chart(read_series(MONTHS[:13], texts, y_name=name))

    assert made.kind == kind
    assert made.points[1].y == 4


def test_screening_is_off_where_auto_draws_xmr_of_a_mean_under_four():
    made = chart(counts([0.5, 0.7, 0.6, 0.9] * 6))

    assert made.kind == "xmr"
    assert "Screening is off" in " ".join(made.warnings)
    assert "no moving range left out" in made.school


def test_an_option_overrides_the_chooser():
    made = chart(counts([0, 1, 0, 2] * 6), "c")

    assert (made.kind, len(made.points)) == ("c", 24)


def test_dates_of_events_give_the_days_between_them():
    days = ["2024-03-01", "2024-01-01", "2024-01-31"]
    made = chart(read_series(days, None))

    assert made.kind == "t"
    assert [point.y for point in made.points] == [30.0, 30.0]


def test_many_events_are_counted_by_whole_month():
    start = dt.date(2022, 1, 15)
    days = [(start + dt.timedelta(days=3 * at)).isoformat() for at in range(200)]

    made = chart(read_series(days, None))

    assert made.kind == "xmr"
    assert made.points[0].when.told == "2022-02"
    assert made.points[0].y in (9.0, 10.0)


def test_events_of_which_only_the_month_is_known_are_placed_and_it_is_said():
    made = chart(counts([0, 1, 0, 2] * 6))

    assert made.series.placed
    assert "placed evenly" in " ".join(made.warnings)
    assert len(made.points) == 17
    assert sum(point.y or 0 for point in made.points) < 731


def test_runs_of_gaps_that_we_placed_are_no_signal():
    made = chart(counts([1, 3, 2, 4, 1, 2, 3, 2, 1, 3, 2, 4, 1, 2, 3, 2, 1, 3, 2, 4, 1, 2, 3, 2]))

    assert made.series.placed
    assert not made.run_signal


def test_a_missing_month_is_no_long_gap():
    texts = ["1"] * 24
    texts[10] = ""

    made = chart(read_series(MONTHS, texts))

    assert max(point.y or 0 for point in made.points) < 40


def test_events_that_come_closer_together_are_found_and_told_with_their_chance():
    made = chart(counts([0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 2, 3, 4, 3]))

    assert made.latest is not None
    assert made.latest.signal
    assert made.points[-1].special == "shift, closer together than before"
    assert made.variation == "neutral_low"
    assert "closer together" in sentence(made)
    assert "the most unusual stretch of several" in sentence(made)


def test_a_rebase_starts_the_comparison_of_rare_events_anew():
    values = [0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 3, 2, 2, 3, 2, 2, 2, 3, 2, 2, 3]

    across = chart(counts(values))
    parted = chart(counts(values), rebase=[("2023-01-01", "two wards became one")])

    assert across.latest is not None
    assert parted.latest is not None
    assert across.latest.signal
    assert not parted.latest.signal
    assert parted.latest.all_periods == 12


def test_labels_that_are_no_dates_still_make_a_chart():
    values = np.tile([8, 9, 7, 10], 6)
    made = chart(read_series([f"week {at}" for at in range(24)], [str(v) for v in values]))

    assert made.kind == "xmr"
    assert made.points[3].when.told == "week 3"
