"""Rows that are plain, told by their bytes: much faster than parsing, and exact.

A row is plain where all that can be said of it stands in its values. Most rows of most sheets are.
Bytes are compared a whole block at a time: a pass of this kind takes two or three
times as long as unpacking the bytes, and parsing them a hundred times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]
    Windows = npt.NDArray[np.uint8]
    Ints = npt.NDArray[np.intp]

_WINDOW = 24
_PAD = b" " * _WINDOW
_ROW, _CELL = (int.from_bytes(tag, "little") for tag in (b'<row r="', b'<c r="'))
_SIX_BYTES = (1 << 48) - 1
_LETTER, _LAST_LETTER, _NOUGHT, _QUOTE = (ord(each) for each in 'AZ0"')
_LETTERS, _DIGITS = 3, 7
_LONGEST = _LETTERS + _DIGITS + 1
_STEP = 1 << 18
"""Bytes that are compared at a time: as many as stay at hand for the next comparison."""


@dataclass(frozen=True)
class Seen:
    """What a block of rows holds.

    ``last_row`` is the number of its last row. ``reach`` are the highest row and column of any of
    its cells (0, 0: there is no cell). ``odd``: there may be more to it than values.
    """

    last_row: int
    reach: tuple[int, int]
    odd: bool


class Glance:
    """Looks at one block of whole rows after the other, with the same few bytes of room for all.

    ``styles`` are the attributes by which cells name a style that adds something to a value.
    """

    def __init__(self, styles: Sequence[bytes]) -> None:
        self._styles = styles
        self._room = [np.empty(_STEP + _WINDOW, np.bool_) for _ in range(4)]

    def at(self, block: bytes) -> Seen | None:
        """What a block holds.

        None where rows or cells do not name their places as nearly all programs write them.
        """
        odd = (
            any(each in block for each in self._styles)
            # Rare bytes are looked for first: that costs next to nothing.
            or (b"!" in block and b"<!" in block)
            or (b"'" in block and b"='" in block)
        )
        data = np.frombuffer(block + _PAD, np.uint8)
        windows = sliding_window_view(data, _WINDOW)
        any_row, last_row, reach = False, 0, (0, 0)
        for start in range(0, len(block), _STEP):
            size = min(_STEP, len(block) - start)
            rows, cells, formula = self._tags(data[start : start + size + _WINDOW], size)
            odd = odd or formula or self._odd_attributes(data[start : start + size + _WINDOW], size)
            if len(rows):
                tags: Windows = windows[rows + start]
                number = _number(tags[-1].tobytes()[len(b'<row r="') :])
                if number is None or (tags.view("<u8")[:, 0] != _ROW).any():
                    return None
                any_row, last_row = True, number
            if len(cells):
                found = _reach(windows[cells + start])
                if found is None:
                    return None
                reach = (max(reach[0], found[0]), max(reach[1], found[1]))
        return Seen(last_row, reach, odd) if any_row else None

    def _tags(self, data: Bytes, size: int) -> tuple[Ints, Ints, bool]:
        """Where tags of rows and of cells begin, and whether any formula does."""
        opens, here, further = (room[:size] for room in self._room[:3])
        second = data[1 : size + 1]
        np.equal(data[:size], ord("<"), out=opens)
        np.equal(second, ord("r"), out=here)
        here &= opens
        here &= np.equal(data[2 : size + 2], ord("o"), out=further)
        rows = np.flatnonzero(here)
        np.equal(second, ord("c"), out=here)
        here &= opens
        cells = np.flatnonzero(here)
        np.equal(second, ord("f"), out=here)
        here &= opens
        return rows, cells, bool(np.count_nonzero(here))

    def _odd_attributes(self, data: Bytes, size: int) -> bool:
        """Whether anything is hidden, a cell is true or false, or holds an error.

        A little too much is found (any attribute of one letter b or e, any that ends in ``en``),
        and nothing is missed.
        """
        given, here, further = (room[:size] for room in self._room[:3])
        quotes = np.equal(data[: size + 6], _QUOTE, out=self._room[3][: size + 6])
        np.equal(data[2 : size + 2], ord("="), out=given)
        given &= quotes[3 : size + 3]
        letter = data[4 : size + 4]
        np.equal(letter, ord("b"), out=here)
        here |= np.equal(letter, ord("e"), out=further)
        here &= given
        here &= quotes[5 : size + 5]
        if np.count_nonzero(here):
            return True
        np.equal(data[:size], ord("e"), out=here)
        here &= np.equal(data[1 : size + 1], ord("n"), out=further)
        here &= given
        return bool(np.count_nonzero(here))


def _number(written: bytes) -> int | None:
    figures, quote, _ = written.partition(b'"')
    return int(figures) if quote and figures.isdigit() and len(figures) <= _DIGITS else None


def _reach(cells: Windows) -> tuple[int, int] | None:
    """The highest row and column of the cells; None where one of them names no place."""
    if ((cells.view("<u8")[:, 0] & _SIX_BYTES) != _CELL).any():
        return None
    # A byte of all cells in a row: the first letters, the second letters or first figures, …
    byte = np.ascontiguousarray(cells[:, len(b'<c r="') : len(b'<c r="') + _LONGEST].T)
    sound = (byte[0] >= _LETTER) & (byte[0] <= _LAST_LETTER)
    column: npt.NDArray[Any] = byte[0].astype(np.int32) - (_LETTER - 1)
    length = np.ones(len(cells), np.uint8)
    for place in range(1, _LETTERS):
        more = (byte[place] >= _LETTER) & (byte[place] <= _LAST_LETTER) & (length == place)
        if not np.count_nonzero(more):
            break
        column = np.where(more, column * 26 + byte[place] - (_LETTER - 1), column)
        length += more
    row: npt.NDArray[Any] = np.zeros(len(cells), np.int32)
    letters = length.copy()
    for place in range(1, _LETTERS + _DIGITS):
        figure = byte[place] - _NOUGHT
        # Figures follow the letters without a gap.
        here = (figure < 10) & (length == place)
        if np.count_nonzero(here) == len(here):
            row *= 10
            row += figure
        elif np.count_nonzero(here):
            row = np.where(here, row * 10 + figure, row)
        elif place >= _LETTERS:
            break
        length += here
    ends = byte[length, np.arange(len(cells))]
    figures = length - letters
    if not (sound & (ends == _QUOTE) & (figures > 0) & (figures <= _DIGITS)).all():
        return None
    return int(row.max()), int(column.max())
