"""Somebody who reads everything that is printed and works out what is hidden.

The attacker knows the columns and groups of a table, every printed figure, that a mark stands for
something hidden, and the published rule of rounding. It is a program of whole numbers: for each
hidden figure the least and the largest that fit everything printed. It shares no code with what it
attacks.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Printed = Mapping[tuple[tuple[str, str], ...], int | None]
"""Figures by what they count ((column, group), …); None where a mark is printed."""
MOST = 10_000


def fitting(
    groups: Mapping[str, Sequence[str]],
    printed: Printed,
    behind: Callable[[int], tuple[int, int]],
    least: int,
) -> dict[tuple[tuple[str, str], ...], tuple[int, int]]:
    """For each hidden figure the least and the largest value that fit all that is printed.

    :param behind: which counts are printed as a number.
    :param least: the least count that the mark may stand for.
    """
    names = list(groups)
    cells = list(itertools.product(*groups.values()))
    sums = np.array(
        [
            [all(cell[names.index(name)] == group for name, group in key) for cell in cells]
            for key in printed
        ],
        dtype=float,
    )
    ranges = [behind(value) if value is not None else (least, MOST) for value in printed.values()]
    lows, highs = np.array(ranges, dtype=float).T
    rules = LinearConstraint(sums, lows, highs)
    found = {}
    for (key, value), row in zip(printed.items(), sums, strict=True):
        if value is None:
            ends = []
            for sign in (1, -1):
                answer = milp(
                    sign * row,
                    constraints=rules,
                    integrality=np.ones(len(cells)),
                    bounds=Bounds(0, MOST),
                )
                assert answer.x is not None, "what is printed fits no table at all"
                ends.append(round(float(row @ answer.x)))
            found[key] = (ends[0], ends[1])
    return found


def random_table(seed: int) -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, ...], int]]:
    """Columns with their groups, and a count for each combination: two columns, or three."""
    chance = np.random.default_rng(seed)
    columns = int(chance.choice([2, 2, 2, 3]))
    widest = 5 if columns == 2 else 3
    groups = {
        f"column {n}": tuple(f"{n}.{m}" for m in range(int(chance.integers(2, widest + 1))))
        for n in range(columns)
    }
    size = float(chance.choice([2, 5, 10, 30]))
    cells = {
        cell: 0 if chance.random() < 0.15 else int(chance.exponential(size))
        for cell in itertools.product(*groups.values())
    }
    return groups, cells
