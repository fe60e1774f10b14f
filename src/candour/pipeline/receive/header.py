"""The header line: what the columns are called, and what stands between fields.

The separator is read from the header alone. A reader that guesses it from the rows can be led
astray by one odd row, and take header and rows for a preamble to be skipped.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

SEPARATORS = (",", ";", "\t", "|")

# Stands between the fields of a file with one column: a control character that no text holds, so
# that each line is one value whatever commas it has.
NO_SEPARATOR = "\x1f"

LONGEST_FIELD = 1_000_000
"""Characters. A longer field is taken for a quotation mark that is never closed."""

_LONGEST_HEADER = 1_000_000
_RESERVED = ("_row", "_line")
_NO_BREAK_SPACES = " \t\r\n\N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{ZERO WIDTH SPACE}"

Score = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Header:
    """The columns of a file.

    ``names`` are trimmed and each stands once: a second column of the same name is called
    ``NAME (2)``, one without a name ``(column 3)``. ``sent`` are the trimmed names as they came.
    ``line`` is the line on which the header begins, ``lines`` how many lines it takes.
    ``repeated`` are the positions, from 1, of columns whose name was taken already.
    """

    names: tuple[str, ...]
    sent: tuple[str, ...]
    separator: str
    line: int
    lines: int
    repeated: tuple[int, ...]

    def renamed(self, names: dict[str, str]) -> Header:
        """The same columns, some under the name that a mapping uses."""
        return replace(self, names=tuple(names.get(name, name) for name in self.names))

    def told_apart(self, known: Collection[str]) -> Header:
        """The same columns, no two of which differ in capitals alone.

        Engines take ``DATEOFDEATH`` and ``DateOfDeath`` for one name and keep the first. A column
        that the layout knows keeps its name; another one that is spelled alike gets a number.
        """
        kept = {name for name in self.names if name in known}
        taken = {name.casefold() for name in (*_RESERVED, *kept)}
        names = []
        for name in self.names:
            free, number = name, 2
            while name not in kept and free.casefold() in taken:
                free, number = f"{name} ({number})", number + 1
            taken.add(free.casefold())
            names.append(free)
        return replace(self, names=tuple(names))


def read_header(path: Path, score: Score) -> Header | None:
    """The header of a file in UTF-8, or None where the file holds none.

    ``score`` tells how many of a candidate's column names are known; the separator with most wins.
    Where none is known, the one that gives most columns. A header without a separator is that of a
    file with one column. A first line ``sep=;`` states the separator and is not the header.
    """
    stated = None
    skipped = 0
    with path.open(encoding="utf-8-sig", newline="") as handle:
        text = ""
        for number, line in enumerate(_lines(handle), start=1):
            if number == 1 and (stated := _stated(line)):
                skipped = 1
            elif line.strip(_NO_BREAK_SPACES):
                text = line + "".join(_lines(handle))[: _LONGEST_HEADER - len(line)]
                break
            else:
                skipped += 1
    if not text:
        return None
    best: tuple[int, int, str] | None = None
    found: tuple[list[str], int, str] | None = None
    for separator in (stated,) if stated else SEPARATORS:
        cells, lines = _first_record(text, separator)
        names = [_trimmed(cell) for cell in cells]
        rank = (score(names), len(names))
        if best is None or rank > best[:2]:
            best = (*rank, separator)
            found = (names, lines, separator)
    if found is None:
        return None
    names, lines, separator = found
    if len(names) == 1:
        separator = NO_SEPARATOR
    once, repeated = _each_once(names)
    return Header(once, tuple(names), separator, skipped + 1, lines, repeated)


def header_of(names: Sequence[str]) -> Header:
    """A header from names that are known already, as in a file that carries its own schema."""
    trimmed = [_trimmed(name) for name in names]
    once, repeated = _each_once(trimmed)
    return Header(once, tuple(trimmed), NO_SEPARATOR, 0, 0, repeated)


def _lines(handle: Iterator[str]) -> Iterator[str]:
    """Lines up to a bound, so that a file without line ends is not read whole."""
    read = 0
    for line in handle:
        yield line
        read += len(line)
        if read > _LONGEST_HEADER:
            return


def _stated(line: str) -> str | None:
    """The separator that a first line ``sep=;`` names, or None."""
    bare = line.strip("\r\n\N{ZERO WIDTH NO-BREAK SPACE}")
    if bare.lower().startswith("sep=") and bare[4:] in SEPARATORS:
        return bare[4:]
    return None


def _first_record(text: str, separator: str) -> tuple[list[str], int]:
    """The first record's cells and how many lines it takes.

    Where quotation marks in the header do not pair, they are read as they stand.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        cells = next(reader)
    except (csv.Error, StopIteration):
        first = next(io.StringIO(text, newline=""))
        return first.rstrip("\r\n").split(separator), 1
    return cells, reader.line_num


def _trimmed(cell: str) -> str:
    return cell.replace("\N{NO-BREAK SPACE}", " ").strip(_NO_BREAK_SPACES)


def _each_once(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Names that each stand once, and the positions of those that were taken already."""
    taken: set[str] = set(_RESERVED)
    wanted = {name for name in names if name}
    once: list[str] = []
    repeated: list[int] = []
    for position, name in enumerate(names, start=1):
        free = name or f"(column {position})"
        if free in taken and name:
            repeated.append(position)
        number = 2
        while free in taken or (free != name and free in wanted):
            free = f"{name or f'(column {position})'} ({number})"
            number += 1
        taken.add(free)
        once.append(free)
    return tuple(once), tuple(repeated)
