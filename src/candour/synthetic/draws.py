"""Chance, addressed by seed, purpose and person: who a person is never depends on how many are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
"""One whole number per person."""
Days: TypeAlias = NDArray[np.datetime64]
"""One civil date per person; NaT where there is none."""

_HIGH = np.uint64(32)


class Draws:
    """Whole-number draws for ``people`` people from the counter-based generator Philox.

    A draw is a function of the seed, the purpose (a word) and the person's index alone: the
    generator's key holds the first two and its counter is the third. No draw passes through a
    floating-point number, so every machine draws the same.
    """

    def __init__(self, seed: int, people: int, about: str = "") -> None:
        """``about`` stands before the word of each purpose: what others draw under it is apart."""
        self.seed = seed
        self.people = people
        self.about = about
        self._drawn: dict[tuple[str, int], NDArray[np.uint64]] = {}

    def raw(self, purpose: str, count: int | None = None) -> NDArray[np.uint64]:
        """64 random bits for each of the first ``count`` indices (all people, if not said)."""
        wanted = self.people if count is None else count
        if (purpose, wanted) not in self._drawn:
            word = hashlib.sha256((self.about + purpose).encode()).digest()[:8]
            key = np.array([self.seed, int.from_bytes(word, "big")], dtype=np.uint64)
            self._drawn[purpose, wanted] = np.random.Philox(key=key).random_raw(wanted)
        return self._drawn[purpose, wanted]

    def below(self, purpose: str, bound: int | Ints, count: int | None = None) -> Ints:
        """A whole number from 0 to ``bound`` - 1 for each person; one ``bound`` or one for each."""
        top = self.raw(purpose, count) >> _HIGH
        return ((top * np.asarray(bound, dtype=np.uint64)) >> _HIGH).astype(np.int64)

    def between(self, purpose: str, first: int, last: int) -> Ints:
        """A whole number from ``first`` to ``last``, both included."""
        return first + self.below(purpose, last - first + 1)

    def weighted(self, purpose: str, weights: Sequence[int]) -> Ints:
        """The place of one of ``weights``, each drawn as often as its weight says."""
        upto = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(upto, self.below(purpose, int(upto[-1])), side="right").astype(
            np.int64
        )


def add_months(days: Days, months: int) -> Days:
    """The same day so many calendar months later, or that month's last day; NaT stays NaT."""
    month = days.astype("datetime64[M]")
    target = month + months
    wanted = target.astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    last = (target + 1).astype("datetime64[D]") - 1
    same_or_last: Days = np.minimum(wanted, last)
    return same_or_last
