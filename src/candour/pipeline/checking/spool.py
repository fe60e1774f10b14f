"""Numbers, one or more for each row of a file, that go to the disk where there are many."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

IN_MEMORY = 32 << 20
"""Bytes that are held before they go to the disk."""


class Spool:
    """Numbers of one kind, added at the end and read in slices.

    What goes to the disk lies in a file without a name: nothing of it stays, however the process
    ends. Raises ``OSError`` where the disk is full.
    """

    def __init__(self, kind: npt.DTypeLike) -> None:
        self._kind = np.dtype(kind)
        self._parts: list[npt.NDArray[Any]] = []
        self._bytes = 0
        self._file: Any = None
        self._written = 0

    def __len__(self) -> int:
        return self._written + sum(map(len, self._parts))

    def close(self) -> None:
        """Let go of all numbers."""
        if self._file is not None:
            self._file.close()
        self._file, self._written, self._parts, self._bytes = None, 0, [], 0

    def add(self, numbers: npt.NDArray[Any]) -> None:
        """Add numbers at the end."""
        numbers = numbers.astype(self._kind, copy=False)
        self._parts.append(numbers)
        self._bytes += numbers.nbytes
        if self._bytes > IN_MEMORY:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="candour-")  # noqa: SIM115 - ends with us
            self._file.seek(0, 2)
            for part in self._parts:
                self._file.write(part.tobytes())
            self._written += sum(map(len, self._parts))
            self._parts, self._bytes = [], 0

    def slices(self, step: int) -> Iterator[tuple[int, npt.NDArray[Any]]]:
        """All numbers in order, at most ``step`` at once, each time with the place of the first."""
        size = self._kind.itemsize
        for start in range(0, self._written, step):
            self._file.seek(start * size)
            held = self._file.read(min(step, self._written - start) * size)
            yield start, np.frombuffer(held, self._kind)
        start = self._written
        for part in self._parts:
            for at in range(0, len(part), step):
                yield start + at, part[at : at + step]
            start += len(part)
