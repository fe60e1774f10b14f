"""Which rows of a file have a key that stands on another row too, in memory that has a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from candour.pipeline.checking.spool import Spool

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

_WEIGHTS = np.random.default_rng(20_250_130).integers(1, 2**63, 256, np.uint64) | np.uint64(1)
_STEP = 1 << 18
AT_ONCE = 1 << 22
"""Keys that are held against each other at once."""


class KeysSeen:
    """The keys of all rows, each as a number of 64 bits.

    Two keys may come to one number by chance, once in many thousand files: whoever asks looks at
    the rows themselves, and finds that they are not alike.
    """

    def __init__(self) -> None:
        self._numbers = Spool(np.uint64)
        self._blank = Spool(np.bool_)

    def close(self) -> None:
        """Let go of all keys."""
        self._numbers.close()
        self._blank.close()

    def add(self, keys: pa.Array, blank: npt.NDArray[np.bool_]) -> None:
        """The keys of the next rows, and which of them say nothing."""
        self._numbers.add(numbers_of_texts(keys))
        self._blank.add(blank)

    def repeated(self) -> npt.NDArray[np.bool_]:
        """Rows whose key stands on another row too, or is blank: only these can be repeats."""
        count = len(self._numbers)
        found = np.zeros(count, np.bool_)
        for start, blank in self._blank.slices(_STEP):
            found[start : start + len(blank)] = blank
        turns = -(-count // AT_ONCE)
        for turn in range(turns):
            numbers = self._of_turn(turn, turns)
            numbers.sort()
            twice = np.unique(numbers[1:][numbers[1:] == numbers[:-1]])
            if not len(twice):
                continue
            for start, part in self._numbers.slices(_STEP):
                place = np.minimum(np.searchsorted(twice, part), len(twice) - 1)
                found[start : start + len(part)] |= twice[place] == part
        return found

    def _of_turn(self, turn: int, turns: int) -> npt.NDArray[np.uint64]:
        parts = [part for _, part in self._numbers.slices(_STEP)] if turns == 1 else []
        if turns > 1:
            for _, part in self._numbers.slices(_STEP):
                parts.append(part[part % np.uint64(turns) == turn])
        return np.concatenate(parts) if parts else np.empty(0, np.uint64)

    def numbers_at(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
        """The numbers of some rows, which are given in order."""
        parts = [np.empty(0, np.uint64)]
        for start, part in self._numbers.slices(_STEP):
            first, last = np.searchsorted(rows, (start, start + len(part)))
            parts.append(part[rows[first:last] - start])
        return np.concatenate(parts)


def numbers_of_texts(texts: pa.Array) -> npt.NDArray[np.uint64]:
    """A number for each text, the same for the same text."""
    _, offsets_of, data_of = texts.buffers()
    if not len(texts):
        return np.empty(0, np.uint64)
    ends: npt.NDArray[Any] = np.frombuffer(offsets_of, np.int32)
    ends = ends[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    lengths = np.diff(ends)
    data = np.frombuffer(data_of or b"", np.uint8)[ends[0] : ends[-1]]
    place = np.arange(len(data)) - np.repeat(ends[:-1] - ends[0], lengths)
    sums = np.zeros(len(data) + 1, np.uint64)
    # Sums that run over lose nothing: a difference of two is right to the last of the 64 bits.
    np.cumsum((data.astype(np.uint64) + np.uint64(1)) * _WEIGHTS[place & 255], out=sums[1:])
    ends -= ends[0]
    made: npt.NDArray[np.uint64] = sums[ends[1:]] - sums[ends[:-1]]
    return made
