"""The exact comparison of the latest periods with all."""

from __future__ import annotations

import math

import numpy as np
import pytest

from candour.measures.rare import at_least, at_most, closeness, spread_over


def test_the_tails_are_those_of_a_binomial_counted_out():
    whole = [math.comb(9, k) * 0.3**k * 0.7 ** (9 - k) for k in range(10)]

    assert at_least(4, 9, 0.3) == pytest.approx(sum(whole[4:]))
    assert at_most(4, 9, 0.3) == pytest.approx(sum(whole[:5]))


def test_the_most_unusual_stretch_at_the_end_is_found():
    counts = [0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3, 4]

    found = closeness(counts)

    assert found is not None
    assert (found.direction, found.periods, found.events) == (-1, 2, 7)
    assert found.chance == pytest.approx(at_least(7, 10, 2 / 14))
    assert found.signal


def test_events_that_ceased_are_further_apart():
    found = closeness([3, 2, 4, 3, 2, 3, 4, 2, 0, 0, 0, 0, 0, 0])

    assert found is not None
    assert found.direction == 1
    assert found.signal


def test_steady_events_are_no_signal():
    found = closeness([1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0])

    assert found is not None
    assert not found.signal


@pytest.mark.parametrize("counts", [[], [0, 0, 0, 0], [0, 1, 0, 0], [1, 1]])
def test_too_little_says_nothing(counts):
    assert closeness(counts) is None


def test_a_missing_period_is_left_out_with_its_time():
    with_gap, without = closeness([1, 0, np.nan, 1, 0, 2, 3]), closeness([1, 0, 1, 0, 2, 3])

    assert with_gap == without


def test_more_events_over_more_bed_days_are_not_closer_together():
    counts = [1, 1, 0, 1, 1, 1, 0, 1, 4, 4, 4, 4]
    beds = [10.0] * 8 + [60.0] * 4

    plain, over_beds = closeness(counts), closeness(counts, np.asarray(beds))

    assert plain is not None
    assert over_beds is not None
    assert plain.signal
    assert not over_beds.signal


def test_events_are_placed_evenly_over_their_period():
    assert spread_over(2, 10.0, 20.0) == [12.5, 17.5]
    assert spread_over(0, 10.0, 20.0) == []
