"""Funnels: what is left out, what is too small, and that nobody is ranked."""

from __future__ import annotations

import math

import numpy as np
import pytest

from candour.errors import UserError
from candour.measures.funnel import chance_of_nought, funnel

NAMES = [f"unit {at}" for at in range(24)]
BELOW = np.asarray([5.0 + 2 * at for at in range(24)])
TOP = np.asarray([round(each * (0.8 if at % 2 else 1.2)) for at, each in enumerate(BELOW)], float)


def test_units_stay_in_the_order_of_the_file():
    order = list(range(24))[::-1]

    made = funnel([NAMES[at] for at in order], TOP[order], BELOW[order], "sr")

    assert [unit.unit for unit in made.units] == [NAMES[at] for at in order]


@pytest.mark.parametrize("name", ["Total", "TOTAL ", "grand  total", "All of us"])
def test_a_total_row_is_no_unit(name):
    made = funnel([*NAMES, name], np.append(TOP, TOP.sum()), np.append(BELOW, BELOW.sum()), "rc")

    assert len(made.units) == 24
    assert "total is no unit" in " ".join(made.warnings)
    assert made.centre == pytest.approx(TOP.sum() / BELOW.sum())


def test_fewer_than_twenty_units_make_no_funnel():
    made = funnel(NAMES[:19], TOP[:19], BELOW[:19], "sr")

    assert not made.drawn
    assert {(unit.lower, unit.upper, unit.outlier) for unit in made.units} == {(None, None, None)}
    assert all(unit.value is not None for unit in made.units)
    assert "fewer than 20" in " ".join(made.warnings)


def test_a_hidden_figure_is_left_out_and_is_not_nought():
    top = TOP.copy()
    top[3] = np.nan

    made = funnel(NAMES, top, BELOW, "sr")

    assert "unit 3" not in {unit.unit for unit in made.units}
    assert "not nought" in " ".join(made.warnings)


def test_a_unit_without_a_denominator_is_shown_and_not_judged():
    below = BELOW.copy()
    below[0], top = 0.0, TOP.copy()
    top[0] = 0.0

    made = funnel(NAMES, top, below, "pr" if (top <= below).all() else "sr")

    assert (made.units[0].value, made.units[0].outlier, made.units[0].too_small) == (
        None,
        None,
        True,
    )


def test_a_single_patient_is_never_an_outlier_of_proportions():
    names = [*NAMES, "one of one"]
    top, below = np.append(np.full(24, 1.0), 1.0), np.append(np.full(24, 400.0), 1.0)

    made = funnel(names, top, below, "pr", adjust="none")

    assert made.units[-1].too_small
    assert made.units[-1].outlier is None


def test_many_deaths_where_hardly_any_were_expected_are_not_hidden_as_too_small():
    names = [*NAMES, "small"]
    top, below = np.append(TOP, 14.0), np.append(BELOW, 1.0)

    made = funnel(names, top, below, "sr", adjust="none")

    assert made.units[-1].outlier == "high"
    assert not made.units[-1].too_small


def test_the_exact_chances_of_nought():
    assert chance_of_nought("sr", 3.0, 1.0, 0.0) == pytest.approx(math.exp(-3))
    assert chance_of_nought("pr", 10, 0.2, 0.0) == pytest.approx(0.8**10)
    assert chance_of_nought("rc", 6, 0.5, 0.0) == pytest.approx(math.exp(-3))
    # Beta-binomial of one trial is the proportion itself, whatever the spread.
    assert chance_of_nought("pr", 1, 0.2, 0.05) == pytest.approx(0.8)
    assert chance_of_nought("pr", 10, 0.2, 1e-9) == pytest.approx(0.8**10, rel=1e-5)
    assert chance_of_nought("sr", 3.0, 1.0, 1e-9) == pytest.approx(math.exp(-3), rel=1e-5)


def test_the_spread_between_units_is_that_of_its_formula():
    made = funnel(NAMES, TOP, BELOW, "sr", winsorise=0.1)

    half = 1 / (2 * np.sqrt(BELOW))
    scores = (np.sqrt(TOP / BELOW) - 1) / half
    low, high = np.quantile(scores, [0.1, 0.9])
    phi = (np.clip(scores, low, high) ** 2).mean()
    assert made.phi == pytest.approx(phi)
    assert made.method == "winsorise"


def test_the_multiplier_scales_what_is_shown_and_nothing_else():
    one, hundred = (funnel(NAMES, TOP, BELOW, "sr", multiplier=times) for times in (1.0, 100.0))

    assert hundred.units[5].value == pytest.approx(100 * (one.units[5].value or 0))
    assert hundred.units[5].upper == pytest.approx(100 * (one.units[5].upper or 0))
    assert [u.unit for u in hundred.outliers] == [u.unit for u in one.outliers]


def test_rows_of_one_unit_are_added_up_and_it_is_said():
    made = funnel([*NAMES, "unit 0"], np.append(TOP, 4), np.append(BELOW, 3), "sr")

    assert made.units[0].numerator == TOP[0] + 4
    assert "added up" in " ".join(made.warnings)


def test_a_part_larger_than_its_whole_is_left_out():
    top = np.minimum(TOP, BELOW)
    top[2] = BELOW[2] + 1

    made = funnel(NAMES, top, BELOW, "pr")

    assert "unit 2" not in {unit.unit for unit in made.units}


def test_a_funnel_of_nothing_is_refused():
    with pytest.raises(UserError, match="No unit"):
        funnel(["a"], np.asarray([np.nan]), np.asarray([2.0]), "sr")
