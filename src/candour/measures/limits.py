"""Centre lines and limits of each kind of chart.

Two schools differ, and a chart names the one that it follows:

- `xmr`: Making Data Count as NHSRplotthedots 0.2.2 computes it: mean and 2.66 mean moving ranges,
  ranges of 3.267 mean ranges or more left out once (screening);
- all others: qicharts2 0.8: 3 mean moving ranges over 1.128 and no screening for `i`, `t`, `pprime`
  and `uprime`; `g` has the median for its centre line.

A function takes what a part of a chart holds and a ``baseline`` (the points from which centre and
limits are told; a range between two points counts where both are in it), and gives limits for every
point. Nothing that lies outside the baseline is looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from candour.measures.rules import Truths, Values

KINDS = ("run", "xmr", "c", "u", "p", "pprime", "uprime", "g", "t", "i")
SCREENED_FROM = 3.267
"""Moving ranges of so many mean ranges or more are left out by screening."""

XMR_FACTOR = 2.66
D2 = 1.128
T_POWER = 3.6
"""Times between events are nearly normal when their 3.6th root is taken (Nelson 1994)."""

NEEDS_DENOMINATOR = ("u", "p", "pprime", "uprime")
OF_COUNTS = ("c", "u", "p", "pprime", "uprime", "g", "t")


class Limits(NamedTuple):
    """For every point: the centre line and the limits as computed, before any is cut at nought."""

    centre: Values
    lower: Values
    upper: Values


def mean_range(values: Values, screen: bool) -> Values:
    """Mean moving range of each series of shape (…, points); missing values take no part."""
    ranges = np.abs(np.diff(values, axis=-1))
    if ranges.shape[-1] == 0:
        return np.full(values.shape[:-1], np.nan)
    mean = _mean(ranges)
    if not screen:
        return mean
    kept = np.where(ranges < SCREENED_FROM * mean[..., None], ranges, np.nan)
    # Where all ranges are equal and none is left, or all are nought, nothing was to be left out.
    again = _mean(kept)
    return np.where(np.isnan(again), mean, again)


def _mean(values: Values) -> Values:
    known = ~np.isnan(values)
    if known.all():
        return np.asarray(values.mean(axis=-1))
    count = known.sum(axis=-1)
    total = np.where(known, values, 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def xmr(values: Values, screen: bool) -> tuple[Values, Values]:
    """Centre and reach (centre to limit) of many series at once: shape (series, points) in,
    (series,) out."""
    return _mean(values), XMR_FACTOR * mean_range(values, screen)


def limits(
    kind: str,
    y: Values,
    counts: Values,
    n: Values | None,
    baseline: Truths,
    *,
    screen: bool,
) -> Limits:
    """Limits of one part.

    ``y`` are the points as drawn but for the multiplier, ``counts`` the numerators, ``n`` the
    denominators. ``kind`` is one of ``KINDS``; those of ``NEEDS_DENOMINATOR`` need ``n``.
    """
    based = np.where(baseline, y, np.nan)
    if kind == "run":
        nothing = np.full(len(y), np.nan)
        return Limits(np.full(len(y), _median(based)), nothing, nothing)
    if kind in ("xmr", "i"):
        return _individuals(based, XMR_FACTOR if kind == "xmr" else 3 / D2, screen)
    if kind == "t":
        rooted = _individuals(based ** (1 / T_POWER), 3 / D2, screen)
        return Limits(*(np.maximum(each, 0.0) ** T_POWER for each in rooted))
    if kind == "g":
        mean = float(_mean(based))
        reach = 3 * np.sqrt(mean * (mean + 1))
        return _level(len(y), _median(based), mean - reach, mean + reach)
    if kind == "c":
        mean = float(_mean(based))
        return _level(len(y), mean, mean - 3 * np.sqrt(mean), mean + 3 * np.sqrt(mean))
    if n is None:
        raise ValueError(f"a {kind} chart needs denominators")
    return _ratios(kind, y, counts, n, baseline, screen)


def exponential(gaps: Values, baseline: Truths) -> Limits:
    """Limits of gaps that are known only roughly: 0.135 % on each side of an exponential.

    For gaps told from counts by period, whose moving ranges would be those of our own placing.
    """
    mean = float(_mean(np.where(baseline, gaps, np.nan)))
    tail = 0.00135
    return _level(len(gaps), mean * np.log(2), -mean * np.log1p(-tail), -mean * np.log(tail))


def _individuals(based: Values, factor: float, screen: bool) -> Limits:
    mean = float(_mean(based))
    reach = factor * float(mean_range(based, screen))
    return _level(len(based), mean, mean - reach, mean + reach)


def _level(points: int, centre: float, lower: float, upper: float) -> Limits:
    return Limits(*(np.full(points, float(each)) for each in (centre, lower, upper)))


def _median(values: Values) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _ratios(
    kind: str, y: Values, counts: Values, n: Values, baseline: Truths, screen: bool
) -> Limits:
    """p, u and their primes (Laney 2002: the spread between periods widens the limits)."""
    used = baseline & ~np.isnan(counts) & ~np.isnan(n)
    centre = counts[used].sum() / n[used].sum() if used.any() else float("nan")
    proportion = kind in ("p", "pprime")
    spread = np.sqrt(centre * (1 - centre) / n) if proportion else np.sqrt(centre / n)
    if kind in ("pprime", "uprime"):
        scores = np.where(baseline, (y - centre) / spread, np.nan)
        spread = spread * (float(mean_range(scores, screen)) / D2)
    upper = centre + 3 * spread
    return Limits(
        np.full(len(y), centre),
        centre - 3 * spread,
        np.minimum(upper, 1.0) if proportion else upper,
    )
