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

RECOGNISED = 10_000
"""Added to the score of names that are those of a layout: it outranks any near miss."""

LOOKED_THROUGH = 60
"""Lines from the top in which the header of a layout is looked for."""

_MOST_LINES = 20
_LONGEST_HEADER = 1_000_000
_RESERVED = ("_row", "_line")
_NO_BREAK_SPACES = " \t\r\n\N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{ZERO WIDTH SPACE}"

_NOTHING = _NO_BREAK_SPACES + "".join(SEPARATORS)
_SHARED = 2
"""Columns of one layout that a line names by more than chance."""

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

    ``score`` tells how many of a candidate's column names are known, with ``RECOGNISED`` added
    where they are those of a layout; the separator with most wins. Where none is known, the one
    that gives most columns. A header without a separator is that of a file with one column. A first
    line ``sep=;`` states the separator and is not the header. The first line that is not blank is
    the header, unless a line below it is that of a layout: titles may stand above a table, but
    nothing is taken for a title by how the rows below look. Where no line is that of a layout and
    the first names nothing that is known, the one that names most is said to be near it.
    """
    stated = None
    first: Header | None = None
    nearest: Header | None = None
    named_first = most = 0
    with path.open(encoding="utf-8-sig", newline="") as handle:
        lines = list(_lines(handle))
    for place, line in enumerate(lines[:LOOKED_THROUGH]):
        if place == 0 and (stated := _stated(line)):
            continue
        if not line.strip(_NOTHING):
            continue
        text = "".join(lines[place:] if first is None else lines[place : place + _MOST_LINES])
        points, header = _best(text, (stated,) if stated else SEPARATORS, score, place + 1)
        if points >= RECOGNISED:
            return header
        if first is None:
            first, named_first = header, points
        elif points > most:
            nearest, most = header, points
    return nearest if named_first == 0 and most >= _SHARED else first


def _best(text: str, separators: Sequence[str], score: Score, line: int) -> tuple[int, Header]:
    """The header that a text begins with under the best of some separators, and its score."""
    ranked = []
    for place, separator in enumerate(separators):
        cells, taken = _first_record(text, separator)
        names = [trimmed(cell) for cell in cells]
        ranked.append(((score(names), len(names), -place), names, taken, separator))
    (points, _, _), names, taken, separator = max(ranked, key=lambda each: each[0])
    once, repeated = _each_once(names)
    if len(names) == 1:
        separator = NO_SEPARATOR
    return points, Header(once, tuple(names), separator, line, taken, repeated)


def header_of(names: Sequence[str]) -> Header:
    """A header from names that are known already, as in a file that carries its own schema."""
    sent = [trimmed(name) for name in names]
    once, repeated = _each_once(sent)
    return Header(once, tuple(sent), NO_SEPARATOR, 0, 0, repeated)


def _lines(handle: Iterator[str]) -> Iterator[str]:
    """Lines up to a bound, so that a file without line ends is not read whole."""
    read = 0
    for line in handle:
        yield line
        read += len(line)
        if read > _LONGEST_HEADER:
            return


def states_separator(path: Path) -> bool:
    """Whether a file begins with a line that states its separator."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return _stated(handle.readline(64)) is not None


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


def trimmed(cell: str) -> str:
    """A cell without blanks at its ends; a blank that does not break is a blank."""
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
