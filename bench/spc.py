"""Limits and signals of very many series, against the same rules in plain vectorised numpy.

Ours is what `candour chart` uses for one series. The baseline is short and ours too, and knows
nothing of it: sliding windows over the same table. Both are timed in turn in one process; they have
to find the same signals, point by point. Exit code 1 where the medians' ratio is above the limit of
1.5, or where one point differs.

    ./run bench spc                    10,000 series of 36 points, seven pairs
    ./run bench spc --series 50000 --points 60
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view as windows

from candour.measures import limits, rules

LIMIT = 1.5


def ours(values: np.ndarray) -> np.ndarray:
    """Marks of every point, as the library gives them."""
    centre, reach = limits.xmr(values, screen=False)
    return rules.marks(values, centre[:, None], reach[:, None])


def baseline(values: np.ndarray) -> np.ndarray:
    """The same four rules by sliding windows; every point of a run is marked."""
    centre = values.mean(1, keepdims=True)
    reach = 2.66 * np.abs(np.diff(values, axis=1)).mean(1, keepdims=True)
    side = np.sign(values - centre)
    high, low = values > centre + reach, values < centre - reach
    change = np.sign(np.diff(values, axis=1))
    near = (np.abs(values - centre) > reach * 2 / 3) & ~(high | low)
    trend = windows(change, 6, axis=1)
    three = windows(side, 3, axis=1)
    runs = windows(side, 7, axis=1)
    found = []
    for sign in (1, -1):
        rising = spread((trend == sign).all(2), 7)
        two = (windows(near, 3, axis=1).sum(2) >= 2) & (three == sign).all(2)
        shift = spread((runs == sign).all(2), 7)
        found.append((high if sign == 1 else low, rising, spread(two, 3) & near, shift))
    marks = np.zeros(values.shape, dtype=np.int8)
    for name in (4, 3, 2, 1):
        marks[found[0][name - 1]] = name
        marks[found[1][name - 1]] = -name
    return marks


def spread(starts: np.ndarray, length: int) -> np.ndarray:
    """True on all points of the windows that are true."""
    padded = np.pad(starts, ((0, 0), (length - 1, length - 1)))
    return windows(padded, length, axis=1).any(2)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Signals of many series.")
    parser.add_argument("--series", type=int, default=10_000)
    parser.add_argument("--points", type=int, default=36)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(arguments)
    values = np.random.default_rng(4).poisson(6, (args.series, args.points)).astype(float)
    values[: args.series // 4, args.points // 2 :] += 3  # a quarter of them with something to find
    differ = int((ours(values) != baseline(values)).sum())
    taken: dict[str, list[float]] = {"ours": [], "baseline": []}
    for _ in range(args.pairs):
        for name, work in (("ours", ours), ("baseline", baseline)):
            begun = time.perf_counter()
            work(values)
            taken[name].append(time.perf_counter() - begun)
    medians = {name: statistics.median(each) for name, each in taken.items()}
    said = {
        "series": args.series,
        "points": args.points,
        "signals": int((ours(values) != 0).sum()),
        "points_that_differ": differ,
        "ours_seconds": round(medians["ours"], 4),
        "baseline_seconds": round(medians["baseline"], 4),
        "ratio": round(medians["ours"] / medians["baseline"], 2),
        "limit": LIMIT,
    }
    told = (
        f"{args.series} series of {args.points} points: {said['signals']} signals, {differ} "
        f"differ; ours {said['ours_seconds']} s, vectorised numpy {said['baseline_seconds']} s: "
        f"{said['ratio']} times (limit {LIMIT})"
    )
    print(json.dumps(said) if args.json else told)
    return 0 if said["ratio"] <= LIMIT and not differ else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
