"""Rare events: the time between them, and whether they lately came closer together.

With fewer than four events a period a chart of counts misreads: most of what it marks is chance,
and a run of noughts is painted as improvement. So the time between events is drawn, and the latest
periods are held against all before them by an exact probability.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from candour.measures.rules import Values

CHANCE = 0.005
"""Rarer than this by chance, and the latest periods differ from what came before.

Chosen by `./run bench power`: false signals stay far below those of XmR, and a doubling is found in
more series than by an XmR chart whose limits were widened until it errs as seldom.
"""

SMALLEST_SHARE = 0.5
"""The latest periods that are compared are at most this share of all."""


class Closeness(NamedTuple):
    """The latest periods against all: the window that chance explains least.

    ``direction`` -1: the events came closer together, 1: further apart. ``chance`` is the
    probability of a window so full (or so empty) if all events fell at random in time.
    """

    direction: int
    periods: int
    events: int
    all_periods: int
    all_events: int
    chance: float

    @property
    def signal(self) -> bool:
        """Whether the chance is below ``CHANCE``."""
        return self.chance < CHANCE


def closeness(counts: Sequence[float] | Values, exposure: Values | None = None) -> Closeness | None:
    """The least likely window at the end of counts by period, or None with fewer than two events.

    Given all events, how many of them fall in the latest periods is binomial, with those periods'
    share of the time (or of the ``exposure``) as its probability: nothing has to be estimated.
    Missing counts are left out with their time.
    """
    held = np.asarray(counts, dtype=float)
    time = np.ones(len(held)) if exposure is None else np.asarray(exposure, dtype=float)
    known = ~np.isnan(held) & ~np.isnan(time) & (time > 0)
    held, time = held[known], time[known]
    events = round(float(held.sum()))
    if events < 2 or len(held) < 3:
        return None
    latest = np.cumsum(held[::-1])
    shares = np.cumsum(time[::-1]) / time.sum()
    found: Closeness | None = None
    for periods in range(1, len(held)):
        share = float(shares[periods - 1])
        if share > SMALLEST_SHARE + 1e-12:
            break
        count = round(float(latest[periods - 1]))
        direction = -1 if count > events * share else 1
        chance = (
            at_least(count, events, share) if direction == -1 else at_most(count, events, share)
        )
        if found is None or chance < found.chance:
            found = Closeness(direction, periods, count, len(held), events, chance)
    return found


def at_least(count: int, trials: int, share: float) -> float:
    """P(X >= count) of a binomial, exactly."""
    return math.fsum(_chance(each, trials, share) for each in range(count, trials + 1))


def at_most(count: int, trials: int, share: float) -> float:
    """P(X <= count) of a binomial, exactly."""
    return math.fsum(_chance(each, trials, share) for each in range(count + 1))


def _chance(count: int, trials: int, share: float) -> float:
    log = math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
    return math.exp(log + count * math.log(share) + (trials - count) * math.log1p(-share))


def spread_over(count: int, begins: float, ends: float) -> list[float]:
    """Moments of events of which only the period is known: evenly over it."""
    width = (ends - begins) / max(count, 1)
    return [begins + (at + 0.5) * width for at in range(count)]
