"""How many values a figure could have for somebody who reads all the others.

It is answered by making them: beginning from the true counts, people are moved between cells until
the figure is one higher or lower while everything printed stays as it is. What is found so is
certain, whoever looks and however: each value that is counted here has a table that bears it out.
What is not found so is asked of a solver, which takes longer and is exact; where nobody asks it,
what was not found counts as impossible, so that too much is hidden sooner than too little.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from candour.measures.disclosure.figures import System
from candour.measures.disclosure.profiles import ENOUGH

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Range = tuple[int, int | None]
"""The least and the largest value that a reader would believe; None: no end."""
_DEEP = 7
_BREADTH = 6
_LOOKED_AT = 40
"""How far the search goes: how many changes one after another, how many ways at each of them, and
among how many cells these are chosen."""
THOROUGH = 400
BRIEF = 80
"""How many changes are tried for one step of a figure before it is given up."""


class Room:
    """Looks for other counts that a reader cannot tell from the true ones."""

    def __init__(self, system: System) -> None:
        self._figures = system.figures
        self._true = system.counts
        self._of: list[list[int]] = [[] for _ in system.counts]
        for number, figure in enumerate(system.figures):
            for cell in figure.cells:
                self._of[cell].append(number)
        self._members = [frozenset(figure.cells) for figure in system.figures]

    def near(self, figure: int) -> list[int]:
        """Figures that share a cell with a figure, then those that share one with these; of each
        the smallest first."""
        first = {g for cell in self._members[figure] for g in self._of[cell]} - {figure}
        cells = {cell for f in first for cell in self._members[f]}
        second = {g for cell in cells for g in self._of[cell]} - first - {figure}
        order = [
            sorted(some, key=lambda n: (self._figures[n].count, n)) for some in (first, second)
        ]
        return [*order[0], *order[1]]

    def of(
        self,
        figure: int,
        believed: Sequence[Range],
        enough: int = ENOUGH,
        tries: int = THOROUGH,
    ) -> int:
        """How many values a figure could have, up to ``enough``; its true one is among them.

        Those that a search finds, in a moment: there may be more.
        """
        self._believed = believed
        found = 1
        for step in (1, -1):
            self._counts = list(self._true)
            self._values = [each.count for each in self._figures]
            self._wrong: set[int] = set()
            while found < enough and self._moves(figure, step, tries):
                found += 1
        return found

    def keeps(self, figure: int, believed: Sequence[Range], enough: int) -> bool:
        """Whether a figure could have ``enough`` values: what a solver says where the search does
        not find them."""
        if self.of(figure, believed, enough) >= enough:
            return True
        count = self._figures[figure].count
        low, high = believed[figure]
        found = 1
        for step in (1, -1):
            for value in itertools.count(count + step, step):
                beyond = value < low or (high is not None and value > high)
                if found >= enough or beyond or not self._can_be(figure, value, believed):
                    break
                found += 1
        return found >= enough

    def _can_be(self, figure: int, value: int, believed: Sequence[Range]) -> bool:
        """Whether some counts bear out that a figure is ``value``, and everything else printed."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        lows = np.array([float(low) for low, _ in believed])
        highs = np.array([np.inf if high is None else float(high) for _, high in believed])
        lows[figure] = highs[figure] = float(value)
        size = len(self._true)
        answer = milp(
            np.zeros(size),
            integrality=np.ones(size),
            # Nobody would believe that ten times as many died as are counted here.
            bounds=Bounds(0, 10.0 * (sum(self._true) + ENOUGH)),
            constraints=LinearConstraint(self._sums, lows, highs),
            options={"time_limit": 20.0},
        )
        return answer.x is not None

    @cached_property
    def _sums(self) -> csr_array:
        """Which figure counts which cell."""
        import numpy as np
        from scipy.sparse import csr_array

        begins = np.cumsum([0, *(len(figure.cells) for figure in self._figures)])
        cells = np.fromiter((c for figure in self._figures for c in figure.cells), dtype=np.int64)
        shape = (len(self._figures), len(self._true))
        return csr_array((np.ones(len(cells)), cells, begins), shape=shape)

    def _moves(self, figure: int, step: int, tries: int) -> bool:
        """Whether the figure can be one more (or less) from here; if so, the counts stay like it.

        One of its cells changes. Whatever figure that makes unbelievable is mended by changing a
        cell of it that this one does not count, and so on.
        """
        low, high = self._believed[figure]
        wanted = self._values[figure] + step
        if wanted < low or (high is not None and wanted > high):
            return False
        self._tries = tries
        inside = self._members[figure]
        return self._changes(inside, step, inside, _DEEP)

    def _changes(self, cells: Collection[int], step: int, kept: frozenset[int], deep: int) -> bool:
        """Whether one of the cells can change by ``step``, with whatever has to be mended then."""
        for cell in self._best(cells, step):
            if self._tries <= 0:
                return False
            self._tries -= 1
            self._change(cell, step)
            if not self._wrong or (deep and self._mended(kept, deep - 1)):
                return True
            self._change(cell, -step)
        return False

    def _mended(self, kept: frozenset[int], deep: int) -> bool:
        wrong = min(self._wrong, key=lambda figure: (len(self._members[figure]), figure))
        step = 1 if self._values[wrong] < self._believed[wrong][0] else -1
        return self._changes(self._members[wrong] - kept, step, kept, deep)

    def _change(self, cell: int, step: int) -> None:
        self._counts[cell] += step
        for figure in self._of[cell]:
            self._values[figure] += step
            low, high = self._believed[figure]
            value = self._values[figure]
            if value < low or (high is not None and value > high):
                self._wrong.add(figure)
            else:
                self._wrong.discard(figure)

    def _best(self, cells: Collection[int], step: int) -> list[int]:
        """The cells whose change breaks least, or mends most; a count is never below zero."""
        able = sorted(cell for cell in cells if step > 0 or self._counts[cell] > 0)
        able = able[:: 1 + len(able) // _LOOKED_AT]
        return heapq.nsmallest(_BREADTH, able, key=lambda cell: (self._breaks(cell, step), cell))

    def _breaks(self, cell: int, step: int) -> int:
        """How many figures a change breaks, less those that it mends."""
        broken = 0
        for figure in self._of[cell]:
            low, high = self._believed[figure]
            value = self._values[figure] + step
            broken += (value < low or (high is not None and value > high)) - (figure in self._wrong)
        return broken
