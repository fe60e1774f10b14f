"""Columns in which nearly every row has a value of its own: passed over where surely sound.

What is not surely sound is set aside, to be read by the parser itself. Nothing is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candour.tables.arrays import mask_of, place_array

if TYPE_CHECKING:
    import numpy.typing as npt


Texts = list[tuple[int, str]]
"""Rows, counted from 0, and what stands there."""

_WEIGHTS = np.arange(10, 0, -1, dtype=np.int16)
_USUAL = np.zeros(256, np.bool_)
_USUAL[[ord(digit) for digit in "4679"]] = True
_SCIENTIFIC = "[eE][+-]?[0-9]"
_MAY_BE_ROUNDED = re.compile(rf"0000(\.0+)?\W*$|{_SCIENTIFIC}")


@dataclass(frozen=True)
class Rounded:
    """Whether all of so many numbers end in noughts or are in scientific notation."""

    all_end_so: bool
    filled: int

    def and_of(self, other: Rounded | None) -> Rounded:
        """The same of these numbers and of others."""
        if other is None:
            return self
        return Rounded(self.all_end_so and other.all_end_so, self.filled + other.filled)

    @property
    def may_be(self) -> bool:
        """Whether a spreadsheet may have rounded the whole column."""
        return self.all_end_so and self.filled > 1


class NumbersSeen:
    """A column of NHS numbers. ``doubted`` are those that are not ten digits of a usual range with
    a check digit that fits."""

    def __init__(self) -> None:
        self.doubted: Texts = []
        self.filled = 0
        self.rounded = True

    def add(self, column: pa.Array, start: int) -> None:
        """Look at the next rows, of which the first is row ``start``."""
        lengths, digits, at = _of_ten(column)
        sound = np.zeros(len(column), np.bool_)
        figures = digits.astype(np.int16) - ord("0")
        good = ((figures >= 0) & (figures <= 9)).all(axis=1)
        good &= (figures @ _WEIGHTS) % 11 == 0
        # Ten equal digits that pass the sum begin with 1 to 9 alike, so they are looked for.
        good &= (figures != figures[:, :1]).any(axis=1)
        good &= _USUAL[digits[:, 0]]
        sound[at] = good
        filled = lengths > 0
        self.filled += int(filled.sum())
        if self.rounded and bool((good & (digits[:, 6:] != ord("0")).any(axis=1)).any()):
            # A spreadsheet that rounds a column leaves no such number in it.
            self.rounded = False
        self.doubted += _taken(column, np.flatnonzero(filled & ~sound), start)

    def rounded_so_far(self, sent: Callable[[str], str | None]) -> Rounded:
        """What these numbers say of rounding. ``sent`` gives None for what stands for nothing."""
        if not self.rounded:
            return Rounded(False, self.filled)
        said = (sent(text) for _, text in self.doubted)
        ends = all(text is None or _MAY_BE_ROUNDED.search(text) is not None for text in said)
        return Rounded(ends, self.filled)


class IdsSeen:
    """A column of local ids. ``doubted`` are those that may be in scientific notation."""

    def __init__(self) -> None:
        self.doubted: Texts = []

    def add(self, column: pa.Array, start: int) -> None:
        """Look at the next rows, of which the first is row ``start``."""
        hits = pc.match_substring_regex(column, _SCIENTIFIC)
        self.doubted += _taken(column, np.flatnonzero(mask_of(hits)), start)


def _taken(column: pa.Array, at: npt.NDArray[Any], start: int) -> Texts:
    if not len(at):
        return []
    return list(zip((at + start).tolist(), column.take(place_array(at)).to_pylist(), strict=True))


def _of_ten(
    column: pa.Array,
) -> tuple[npt.NDArray[Any], npt.NDArray[np.uint8], npt.NDArray[Any]]:
    """Lengths in bytes; the bytes of texts of ten, a row each; and where these stand."""
    _, offsets_of, data_of = column.buffers()
    offsets = np.frombuffer(offsets_of, np.int32)[column.offset : column.offset + len(column) + 1]
    lengths = np.diff(offsets)
    at = np.flatnonzero(lengths == 10)
    if data_of is None or not len(at):
        return lengths, np.empty((0, 10), np.uint8), at
    data = np.frombuffer(data_of, np.uint8)
    if len(at) == len(column):
        return lengths, data[offsets[0] : offsets[-1]].reshape(-1, 10), at
    return lengths, data[offsets[at][:, None] + np.arange(10)], at
