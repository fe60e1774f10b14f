"""Laws of charts and funnels that hold for any series."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.measures import limits, rare, rules
from candour.measures.chart import chart
from candour.measures.funnel import chance_of_nought, funnel
from candour.measures.series import read_series

SERIES = st.lists(st.integers(0, 30), min_size=3, max_size=40)


def plainly(values: list[float], centre: float, reach: float) -> list[int]:
    """The four rules point by point, as one would write them on paper."""
    count = len(values)
    side = [(v > centre) - (v < centre) for v in values]
    out = [(v > centre + reach) - (v < centre - reach) for v in values]
    near = [o == 0 and abs(v - centre) > reach * 2 / 3 for v, o in zip(values, out, strict=True)]
    found = [0] * count
    for sign in (1, -1):
        for at in range(count - 6):
            if all(s == sign for s in side[at : at + 7]):
                found[at : at + 7] = [sign * 4] * 7
    for sign in (1, -1):
        for at in range(count - 2):
            if all(s == sign for s in side[at : at + 3]) and sum(near[at : at + 3]) >= 2:
                for each in range(at, at + 3):
                    found[each] = sign * 3 if near[each] else found[each]
    for at in range(count - 6):
        steps = [values[at + i + 1] - values[at + i] for i in range(6)]
        for sign in (1, -1):
            if all(step * sign > 0 for step in steps):
                found[at : at + 7] = [sign * 2] * 7
    return [o if o else f for o, f in zip(out, found, strict=True)]


@given(SERIES, st.floats(0, 30), st.floats(0.1, 20))
def test_marks_of_many_at_once_are_those_on_paper(values, centre, reach):
    held = np.asarray([values, values[::-1]], dtype=float)

    found = rules.marks(held, np.full((2, 1), centre), np.full((2, 1), reach))

    assert found[0].tolist() == plainly([float(v) for v in values], centre, reach)
    assert found[1].tolist() == plainly([float(v) for v in values[::-1]], centre, reach)


@settings(max_examples=30)
@given(st.lists(SERIES, min_size=2, max_size=4))
def test_a_part_is_charted_as_if_it_were_alone(parts):
    values = [str(each) for part in parts for each in part]
    places = [str(at) for at in range(len(values))]
    starts = np.cumsum([len(part) for part in parts])[:-1]

    whole = chart(read_series(places, values), "xmr", rebase=[(str(at), "x") for at in starts])

    at = 0
    for part in parts:
        one = chart(read_series(places[: len(part)], [str(v) for v in part]), "xmr")
        for point, alone in zip(whole.points[at : at + len(part)], one.points, strict=True):
            assert (point.centre, point.lower, point.upper, point.special) == (
                alone.centre,
                alone.lower,
                alone.upper,
                alone.special,
            )
        at += len(part)


@settings(max_examples=50)
@given(SERIES.filter(lambda held: len(held) > 5), st.lists(st.integers(0, 500), max_size=10))
def test_a_frozen_baseline_feels_no_later_point(first, later):
    values = [str(each) for each in [*first, *later]]
    places = [str(at) for at in range(len(values))]

    frozen = chart(read_series(places, values), "xmr", fix_after=len(first), screen=False)
    alone = chart(read_series(places[: len(first)], values[: len(first)]), "xmr", screen=False)

    assert frozen.points[-1].centre == alone.points[0].centre
    assert frozen.points[-1].upper == alone.points[0].upper


@given(SERIES, st.floats(0.5, 100))
def test_limits_grow_with_the_scale(values, times):
    held = np.asarray(values, dtype=float)

    centre, reach = limits.xmr(held, screen=True)
    larger, wider = limits.xmr(held * times, screen=True)

    assert math.isclose(larger, centre * times, rel_tol=1e-9, abs_tol=1e-9)
    # A range that lies on the bound of screening may fall on either side of it when scaled.
    ranges = np.abs(np.diff(held))
    if not np.isclose(ranges, 3.267 * ranges.mean(), rtol=1e-9).any():
        assert math.isclose(wider, reach * times, rel_tol=1e-9, abs_tol=1e-9)


@given(st.integers(1, 60), st.floats(0.01, 0.99), st.data())
def test_both_tails_of_the_exact_comparison_make_one(trials, share, data):
    count = data.draw(st.integers(0, trials))

    both = rare.at_least(count, trials, share) + rare.at_most(count - 1, trials, share)

    assert math.isclose(both, 1.0, rel_tol=1e-9)


@given(st.floats(0.1, 40), st.floats(0.001, 0.5))
def test_a_spread_between_units_makes_a_nought_likelier(expected, tau2):
    assert chance_of_nought("sr", expected, 1.0, tau2) >= chance_of_nought("sr", expected, 1.0, 0)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=20, max_size=30),
    st.sampled_from(["sr", "pr", "rc"]),
    st.sampled_from(["none", "additive"]),
)
def test_no_unit_is_lost_and_limits_stay_in_the_possible_range(pairs, kind, adjust):
    top = np.asarray([min(a, b) if kind == "pr" else a for a, b in pairs], dtype=float)
    below = np.asarray([b for _, b in pairs], dtype=float)
    top[0] = 1.0
    names = [f"unit {at}" for at in range(len(pairs))]
    if (top == top[0]).all() and (below == below[0]).all():
        return

    made = funnel(names, top, below, kind, adjust=adjust)

    assert [unit.unit for unit in made.units] == names or "total" in " ".join(made.warnings).lower()
    for unit in made.units:
        assert unit.lower is not None
        assert unit.upper is not None
        assert 0 <= unit.lower <= unit.upper
        assert kind != "pr" or unit.upper <= 1 + 1e-12
        if unit.too_small:
            assert unit.outlier is None
