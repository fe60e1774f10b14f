"""Which points of a series are special, and by which rule.

All of it works on many series at once: arrays of shape (series, points). The rules are those of
Making Data Count as NHSRplotthedots 0.2.2 computes them, first match wins:

1. a point beyond a limit;
2. a trend: seven points, each above (or each below) the one before;
3. two of three points beyond two thirds of the way to a limit but within it, all three on one side;
4. a shift: seven points on one side of the centre line.

Every point of a run carries the mark. The runs analysis is that of qicharts2 (Anhøj and Olesen).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Marks = NDArray[np.int8]
Truths = NDArray[np.bool_]

RUN = 7
"""Points that make a trend or a shift."""

NAMES: dict[int, str] = {
    1: "above the limit",
    -1: "below the limit",
    2: "trend, rising",
    -2: "trend, falling",
    3: "two of three, high",
    -3: "two of three, low",
    4: "shift, above the centre",
    -4: "shift, below the centre",
    5: "shift, further apart than before",
    -5: "shift, closer together than before",
}
"""Marks in words; the sign says which way. Those of 5 are given by `rare`, to the latest point."""


def beyond(values: Values, lower: Values, upper: Values) -> Marks:
    """1 above the upper limit, -1 below the lower, else 0; a missing value or limit is neither."""
    return (values > upper).astype(np.int8) - (values < lower).astype(np.int8)


def marks(values: Values, centre: Values, reach: Values) -> Marks:
    """The mark of every point (a key of ``NAMES``, or 0) under the four rules.

    ``values`` has shape (series, points); ``centre`` and ``reach`` (the distance from the centre
    to a limit) broadcast against it. A missing value (NaN) is no part of any run and ends one.
    """
    found = beyond(values, centre - reach, centre + reach)
    within = found == 0
    above, below = values > centre, values < centre
    near = reach * 2 / 3
    trend = _trend(values)
    for mark, high, low in (
        (2, trend == 1, trend == -1),
        (
            3,
            _two_of_three(within & (values > centre + near), above),
            _two_of_three(within & (values < centre - near), below),
        ),
        (4, _in_runs(above, RUN), _in_runs(below, RUN)),
    ):
        free = found == 0
        found[free & high] = mark
        found[free & low] = -mark
    return found


def _in_runs(truths: Truths, length: int) -> Truths:
    """True on every point that lies in a run of ``length`` points that are all true."""
    points = truths.shape[-1]
    held = np.zeros_like(truths)
    if points < length:
        return held
    whole = truths[..., : points - length + 1].copy()
    for step in range(1, length):
        whole &= truths[..., step : points - length + 1 + step]
    for step in range(length):
        held[..., step : points - length + 1 + step] |= whole
    return held


def _two_of_three(near: Truths, side: Truths) -> Truths:
    """True on points that are near, in three points on one side of which two or more are near."""
    points = near.shape[-1]
    held = np.zeros_like(near)
    if points < 3:
        return held
    first, second, third = (near[..., at : points - 2 + at] for at in range(3))
    two = (first & second) | (first & third) | (second & third)
    for at in range(3):
        two &= side[..., at : points - 2 + at]
    for at in range(3):
        held[..., at : points - 2 + at] |= two
    return held & near


def _trend(values: Values) -> Marks:
    """1 on points of a rising trend, -1 on those of a falling one, else 0.

    Where a point ends one trend and begins another, the one that follows names it.
    """
    found = np.zeros(values.shape, dtype=np.int8)
    steps = RUN - 1
    if values.shape[-1] <= steps:
        return found
    change = np.diff(values, axis=-1)
    rising, falling = _in_runs(change > 0, steps), _in_runs(change < 0, steps)
    found[..., 1:][rising] = 1
    found[..., 1:][falling] = -1
    found[..., :-1][rising] = 1
    found[..., :-1][falling] = -1
    return found


class Runs(NamedTuple):
    """The runs analysis of one part.

    ``useful`` points are those not on the centre line. A signal is a ``longest`` run above
    ``longest_allowed``, or fewer ``crossings`` of the line than ``crossings_needed``.
    """

    useful: int
    longest: int
    longest_allowed: int
    crossings: int
    crossings_needed: int

    @property
    def signal(self) -> bool:
        """Whether the series does not vary about its centre line as chance would have it."""
        return self.useful > 0 and (
            self.longest > self.longest_allowed or self.crossings < self.crossings_needed
        )


def runs(values: Values, centre: Values) -> Runs:
    """Runs about the centre line of one series (shape (points,)).

    Longest run allowed: round(log2(useful)) + 3; crossings needed: the lower 5 % point of a
    binomial with useful - 1 trials of one half. Source: Anhøj and Olesen 2014, as in qicharts2.
    """
    sides = np.sign(values - centre)
    sides = sides[np.isfinite(sides) & (sides != 0)]
    useful = len(sides)
    if not useful:
        return Runs(0, 0, 0, 0, 0)
    changes = np.flatnonzero(np.diff(sides))
    edges = np.concatenate(([-1], changes, [useful - 1]))
    return Runs(
        useful,
        int(np.diff(edges).max()),
        round(math.log2(useful)) + 3,
        len(changes),
        _least_crossings(useful - 1),
    )


def _least_crossings(trials: int) -> int:
    """The smallest k for which at most k heads in so many throws has a chance of 5 % or more."""
    below, count = 0.0, 0
    whole = 2.0**trials if trials < 1000 else math.inf
    while True:
        if math.isinf(whole):
            below += math.exp(_log_choose(trials, count) - trials * math.log(2))
        else:
            below += math.comb(trials, count) / whole
        if below >= 0.05:
            return count
        count += 1


def _log_choose(whole: int, part: int) -> float:
    return math.lgamma(whole + 1) - math.lgamma(part + 1) - math.lgamma(whole - part + 1)
