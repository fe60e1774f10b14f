"""Random tables, published and attacked: how many hidden figures are worked out, and how many
figures are hidden beside the small ones.

    ./run bench disclosure [--tables 1000] [--profile hes] [--workers 2] [--json]

Exits with 1 where a hidden figure leaves fewer than five values, or where more than one figure is
hidden in the median beside each that is small.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from attacker import fitting, random_table

from candour.measures.disclosure import Table, disclose, profile, system
from candour.measures.disclosure.protect import BESIDE, protect

FIVE = 5
LEAST = {"hes": 8, "public": 8, "mhsds": 5, "opensafely": 8, "tre10": 10}


def tried(asked: tuple[str, int]) -> tuple[int, int, int, int]:
    """One table: figures hidden, of these worked out, small ones, and hidden beside them."""
    name, seed = asked
    groups, cells = random_table(seed)
    made = [system(groups, cells, [Table(tuple(groups))])]
    why = protect(made, profile(name))
    printed = {each.key: each.value for each in disclose(made, profile(name))}
    ranges = fitting(
        groups,
        printed,
        lambda n: (0, 0) if n == 0 else (max(n - 2, LEAST[name]), n + 2),
        1 if name == "hes" else 0,
    )
    pinned = sum(high - low + 1 < FIVE for low, high in ranges.values())
    beside = sum(reason == BESIDE for reason in why.values())
    return len(ranges), pinned, len(why) - beside, beside


def main() -> int:
    """Try them all and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=1_000)
    parser.add_argument("--profile", default="hes", choices=sorted(LEAST))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    asked = [(args.profile, seed) for seed in range(args.tables)]
    with ProcessPoolExecutor(args.workers) as pool:
        found = list(pool.map(tried, asked, chunksize=20))
    hidden, pinned = sum(each[0] for each in found), sum(each[1] for each in found)
    shares = [beside / small for _, _, small, beside in found if small]
    beside = statistics.median(shares) if shares else 0.0
    said = {
        "profile": profile(args.profile).ref,
        "tables": args.tables,
        "hidden": hidden,
        "worked_out": pinned,
        "beside_each_small_median": round(beside, 3),
        "beside_each_small_mean": round(statistics.fmean(shares), 3) if shares else 0.0,
    }
    print(
        json.dumps(said)
        if args.json
        else f"{args.tables} tables under {said['profile']}: {hidden} figures hidden, {pinned} "
        f"worked out (limit 0); hidden beside each small one: {beside:.2f} in the median (limit 1)"
    )
    return 1 if pinned or beside > 1 else 0


if __name__ == "__main__":
    raise SystemExit(main())
