"""Charts: parts, baselines, verdicts, and what is never shown."""

from __future__ import annotations

import numpy as np
import pytest

from candour.errors import UserError
from candour.measures.chart import chart
from candour.measures.series import read_series
from candour.measures.words import sentence

MONTHS = [f"{year}-{month:02d}" for year in (2021, 2022, 2023) for month in range(1, 13)]
STEADY = [10, 12, 9, 11, 13, 8, 10, 12, 11, 9, 10, 12]


def series(values, n=None, *, y_name="falls", marks=(), places=None):
    texts = ["" if each is None else str(each) for each in values]
    below = None if n is None else [str(each) for each in n]
    where = places or MONTHS[: len(texts)]
    return read_series(where, texts, below, y_name=y_name, marks=marks)


def test_a_rebase_restarts_limits_and_runs_and_a_missing_reason_is_said():
    values = [*STEADY, *(each + 20 for each in STEADY)]

    made = chart(series(values), "xmr", rebase=[(MONTHS[12], "")])
    alone = chart(series(values[12:], places=MONTHS[12:24]), "xmr")

    assert [point.part for point in made.points] == [1] * 12 + [2] * 12
    assert made.points[12].centre == alone.points[0].centre
    assert [point.special for point in made.points] == [None] * 24
    assert "no reason" in " ".join(made.warnings)


def test_a_reason_for_a_rebase_is_kept():
    made = chart(series(STEADY * 2), "xmr", rebase=[("2022-01-01", "a second ward opened")])

    assert [each.reason for each in made.breaks] == ["a second ward opened"]
    assert "reason" not in " ".join(made.warnings)


def test_a_rebase_between_two_points_begins_with_the_next_one():
    made = chart(series(STEADY * 2), "xmr", rebase=[("2021-12-15", "x")])

    assert made.breaks[0].at == 12


def test_a_rebase_after_the_end_is_refused():
    with pytest.raises(UserError, match="No point lies on or after"):
        chart(series(STEADY), "xmr", rebase=[("2030-01-01", "x")])


def test_a_change_of_definition_breaks_the_line_by_itself():
    told = ["v1"] * 12 + ["v2"] * 12
    made = chart(series(STEADY * 2, marks=[("definition", told)]), "xmr")

    assert [point.part for point in made.points] == [1] * 12 + [2] * 12
    assert "v1, then v2" in " ".join(made.warnings)


def test_a_count_is_never_below_nought_and_signals_do_not_move():
    values = [0, 3, 0, 5, 1, 0, 4, 0, 2, 0, 6, 0, 1, 4]

    made = chart(series(values), "xmr", screen=False)

    assert {point.lower for point in made.points} == {0.0}
    assert "shown as 0" in " ".join(made.warnings)


def test_values_that_may_lie_below_nought_keep_their_limit():
    values = [0.5, -1.5, 2.5, -0.5, 1.5, -2.5, 0.5, 1.5, -1.5, 2.5, 0.5, -0.5, 1.5, 0.5]

    made = chart(series(values), "xmr")

    assert (made.points[0].lower or 0) < 0


@pytest.mark.parametrize("hidden", ["", "*", "<5", "n/a"])
def test_what_is_missing_or_hidden_is_no_point_and_not_nought(hidden):
    texts = [str(each) for each in STEADY * 2]
    texts[5] = hidden
    made = chart(read_series(MONTHS[:24], texts), "xmr")

    assert made.points[5].y is None
    assert made.points[0].centre == pytest.approx(
        np.mean([*STEADY, *STEADY][:5] + (STEADY * 2)[6:])
    )
    assert "not nought" in " ".join(made.warnings)


def test_a_month_without_a_row_is_said():
    places = [each for each in MONTHS[:14] if each != "2021-06"]

    made = chart(series([*STEADY, 10], places=places), "xmr")

    assert "2021-06" in " ".join(made.warnings)


def test_deaths_have_no_target_and_no_improvement_while_they_are_rare():
    values = [1, 0, 2, 1, 0, 1, 2, 0, 1, 1, 0, 2, 9]

    made = chart(series(values, y_name="deaths"), "c", target=0.5, improvement="down")

    assert (made.target, made.assurance) == (None, None)
    assert made.variation == "neutral_high"
    assert "deaths have none" in " ".join(made.warnings)


@pytest.mark.parametrize(
    ("target", "improvement", "assurance"),
    [
        (100, "up", "consistent_fail"),
        (0, "up", "consistent_pass"),
        (100, "down", "consistent_pass"),
        (0, "down", "consistent_fail"),
        (10, "up", "inconsistent"),
        (10, "neutral", None),
        (None, "up", None),
    ],
)
def test_assurance_holds_the_limits_against_the_target(target, improvement, assurance):
    made = chart(series(STEADY * 2), "xmr", target=target, improvement=improvement)

    assert made.assurance == assurance


def test_the_chart_names_the_school_that_it_follows():
    kept = chart(series(STEADY * 2), "xmr", screen=False).school
    left_out = chart(series(STEADY * 2), "xmr").school
    other = chart(series(STEADY * 2), "i").school

    assert "2.66" in left_out
    assert "left out once" in left_out
    assert "no moving range left out" in kept
    assert "1.128" in other


def test_xmr_of_few_a_month_is_drawn_when_asked_for_and_warns():
    made = chart(series([1, 0, 2, 1, 3, 0, 1, 2, 0, 1, 1, 2, 0, 3]), "xmr")

    assert "fewer than 4" in " ".join(made.warnings)


def test_fewer_than_thirteen_points_give_trial_limits():
    assert "Trial limits" in " ".join(chart(series(STEADY), "xmr").warnings)
    assert "Trial limits" not in " ".join(chart(series([*STEADY, 10]), "xmr").warnings)


def test_ratios_ask_for_their_denominators():
    with pytest.raises(UserError, match="denominator"):
        chart(series(STEADY), "u")


def test_a_p_chart_never_passes_one():
    made = chart(series([19, 20, 18, 20, 19] * 3, n=[20] * 15), "p", multiplier=100)

    assert {point.upper for point in made.points} == {100.0}


def test_prime_charts_widen_limits_where_periods_differ_by_more_than_chance():
    n = [2000] * 16
    counts = [100, 180, 90, 200, 110, 170, 95, 190] * 2

    plain, prime = (chart(series(counts, n=n), kind) for kind in ("u", "uprime"))

    assert plain.points[0].centre == prime.points[0].centre
    assert (prime.points[0].upper or 0) > (plain.points[0].upper or 0)


def test_prime_charts_are_the_plain_ones_times_the_spread_of_scores():
    n, counts = [500, 620, 480, 555], [25, 40, 18, 30]

    made = chart(series(counts, n=n), "uprime")

    centre = sum(counts) / sum(n)
    errors = np.sqrt(centre / np.asarray(n))
    scores = (np.asarray(counts) / n - centre) / errors
    spread = np.abs(np.diff(scores)).mean() / 1.128
    assert made.points[2].upper == pytest.approx(centre + 3 * errors[2] * spread)


def test_a_g_chart_has_the_median_for_its_centre():
    gaps = [3, 10, 1, 7, 20, 4]
    made = chart(series(gaps, y_name="cases between"), "g")

    mean = np.mean(gaps)
    assert made.points[0].centre == np.median(gaps)
    assert made.points[0].upper == pytest.approx(mean + 3 * np.sqrt(mean * (mean + 1)))
    assert made.points[0].lower == 0


def test_a_t_chart_is_an_individuals_chart_of_the_3_6th_root():
    gaps = [3.0, 10.0, 1.0, 7.0, 20.0, 4.0]
    made = chart(series(gaps, y_name="days between"), "t")

    rooted = np.asarray(gaps) ** (1 / 3.6)
    reach = 3 * np.abs(np.diff(rooted)).mean() / 1.128
    assert made.points[0].centre == pytest.approx(rooted.mean() ** 3.6)
    assert made.points[0].upper == pytest.approx((rooted.mean() + reach) ** 3.6)


def test_a_t_or_g_chart_is_of_gaps_whatever_denominators_are_named():
    gaps = [3, 10, 1, 7, 20, 4]

    made = chart(series(gaps, n=[9] * 6, y_name="cases between"), "g")

    assert [point.y for point in made.points] == gaps


def test_a_latest_trend_is_told_as_a_trend_and_not_as_a_high_point():
    made = chart(series([*STEADY, 1, 2, 3, 4, 5, 6, 7]), "xmr", screen=False)

    assert made.points[-1].special == "trend, rising"
    assert sentence(made).startswith("The latest points rise, each above the one before")


def test_runs_are_not_believed_where_most_points_lie_on_the_line():
    made = chart(series([0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 0, 1, 0, 2, 0, 1, 0, 0]), "run")

    assert "nothing can be told from runs" in sentence(made)
    assert not made.run_signal or "means little" in " ".join(made.warnings)


def test_the_sentence_of_a_usual_point_names_earlier_ones():
    made = chart(series([*STEADY, 40, *STEADY]), "xmr")

    assert "Jan 2022: above the limit" in sentence(made)
