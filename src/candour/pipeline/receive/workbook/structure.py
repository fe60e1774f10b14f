"""A sheet's structure, in one pass over its XML: what the reader of values does not tell.

Rows and columns that are hidden, cells that are merged, cells with a formula, numbers that a format
shows otherwise than they are stored, how far the sheet reaches. Most of a sheet is plain. A block
of rows is searched as bytes for anything that is not; only blocks that hold such are parsed.

The reach of a sheet is taken from the cells themselves, in the same pass: what a sheet declares of
its size can be wrong, and can be made wrong. A reader of values lays out every cell between the
first and the last, so two cells in far corners cost as much as a full sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from xml.etree.ElementTree import ParseError

from candour.pipeline.receive.workbook.formats import Look
from candour.pipeline.receive.workbook.package import (
    Refusal,
    may_hold_unseen,
    refuse_definitions,
)
from candour.pipeline.receive.workbook.plain import Glance

MOST_CELLS = 12_000_000
"""Cells that a sheet may span; 200,000 rows of 40 columns are eight millions."""

_REF = re.compile(r"^\$?([A-Z]{1,3})\$?([0-9]{1,7})$")
_ROOT = re.compile(rb"<worksheet\b[^>]*>")
_BEGINS = re.compile(rb"<sheetData\b[^>]*>")
_ENDS = b"</sheetData>"
_STYLE = rb's="%d"'
_HEAD = 4 << 20


@dataclass
class Structure:
    """What one sheet keeps beside its values. Rows and columns count from 1.

    ``declared_last_row`` is what the sheet says of itself (0: nothing). ``merged`` are (first row,
    first column, last row, last column). ``formulas`` counts cells by column; ``uncached`` are
    formula cells without a result, ``errors`` cells whose value is an error, as (row, column).
    ``texts`` are the texts that a person sees where the stored value is another, and ``padded`` the
    columns in which a format wrote figures or text that the stored number lacks. ``unseen``: there
    may be characters that do not show. ``reach`` are the highest row and column of its cells.
    """

    declared_last_row: int = 0
    last_row: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: dict[int, int] = field(default_factory=dict)
    uncached: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    padded: set[int] = field(default_factory=set)
    unseen: bool = False
    reach: tuple[int, int] = (0, 0)

    def span(self, row: int, column: int) -> None:
        """Take note of a cell. Raises ``Refusal`` where the sheet spans more than can be read."""
        rows, columns = max(row, self.reach[0]), max(column, self.reach[1])
        if rows * columns > MOST_CELLS:
            raise Refusal("workbook-too-large", f"It spans {rows} rows and {columns} columns.")
        self.reach = (rows, columns)


def read_structure(stream: Iterator[bytes], looks: dict[int, Look]) -> Structure:
    """Read the structure of a sheet from its XML.

    Raises ``Refusal`` where it is broken or unsafe, or spans more cells than can be read: as soon
    as that is seen, and before anything is laid out. ``looks`` are the formats
    that change what is seen, by style.
    """
    found = Structure()
    blocks = _blocks(stream)
    head = next(blocks)
    root, begins = _ROOT.search(head), _BEGINS.search(head)
    if root is None or begins is None or begins.group().endswith(b"/>") or b"='" in head:
        # Another dialect of the same language: everything is parsed.
        _parse_whole(head, blocks, found, looks)
        return found
    opening = root.group()
    glance = Glance([_STYLE % style for style in looks])
    _parse(head + b"</sheetData></worksheet>", found, looks)
    for block in blocks:
        found.unseen = found.unseen or may_hold_unseen(block)
        if block.startswith(_ENDS):
            # What follows the rows: merged cells stand here.
            _parse(opening + b"<sheetData>" + block, found, looks)
            continue
        if b"<row" not in block and not block.strip():
            continue
        seen = glance.at(block)
        if seen is None:
            _parse_whole(opening + b"<sheetData>" + block, blocks, found, looks)
            return found
        found.last_row = max(found.last_row, seen.last_row)
        found.span(*seen.reach)
        if seen.odd:
            _parse(opening + b"<sheetData>" + block + b"</sheetData></worksheet>", found, looks)
    return found


def _blocks(stream: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes up to where the rows begin, then blocks of whole rows, then what follows the rows.

    Put together they are the stream. Of a sheet in an unusual dialect they are cut anywhere.
    """
    head = b""
    begins = None
    for chunk in stream:
        refuse_definitions(head, chunk)
        head += chunk
        begins = _BEGINS.search(head)
        if begins is not None or len(head) > _HEAD:
            break
    if begins is None or begins.group().endswith(b"/>"):
        yield head
        yield from _rest(b"", stream)
        return
    yield head[: begins.end()]
    yield from _rest(head[begins.end() :], stream)


def _rest(kept: bytes, stream: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chain((b"",), stream):
        if chunk:
            refuse_definitions(kept or b" ", chunk)
        kept += chunk
        end = kept.find(_ENDS)
        if end >= 0:
            if end:
                yield kept[:end]
            yield b"".join((kept[end:], *stream))
            return
        cut = kept.rfind(b"<row")
        if cut > 0:
            yield kept[:cut]
            kept = kept[cut:]
    if kept:
        yield kept


def _parse(document: bytes, found: Structure, looks: dict[int, Look]) -> None:
    _parse_whole(document, iter(()), found, looks)


def _parse_whole(
    head: bytes, rest: Iterator[bytes], found: Structure, looks: dict[int, Look]
) -> None:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import XMLParser

    parser = XMLParser(target=_Target(found, looks), forbid_dtd=True)
    try:
        parser.feed(head)
        for block in rest:
            found.unseen = found.unseen or may_hold_unseen(block)
            parser.feed(block)
        parser.close()
    except DefusedXmlException as fault:
        raise Refusal("workbook-not-safe", "Its XML brings definitions of its own.") from fault
    except (ParseError, ValueError, LookupError) as fault:
        raise Refusal("file-not-readable", "A sheet of it is damaged.") from fault


class _Target:
    """Is told of each element in turn and keeps what belongs to the structure."""

    def __init__(self, found: Structure, looks: dict[int, Look]) -> None:
        self.found = found
        self.looks = looks
        self.row = 0
        self.column = 0
        self._look: Look | None = None
        self._type = ""
        self._formula = False
        self._value: list[str] | None = None
        self._stored: str | None = None
        self._filled = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rsplit("}", 1)[-1]
        if name == "c":
            self._cell(attributes)
        elif name in ("v", "t"):
            self._filled = True
            if name == "v" and (self._look is not None or self._formula or self._type == "b"):
                self._value = []
        elif name == "f":
            self._formula = True
        elif name == "row":
            self.row = _whole(attributes.get("r")) or self.row + 1
            self.column = 0
            self.found.last_row = max(self.found.last_row, self.row)
            if _true(attributes.get("hidden")):
                self.found.hidden_rows.add(self.row)
        elif name == "col" and _true(attributes.get("hidden")):
            first, last = _whole(attributes.get("min")), _whole(attributes.get("max"))
            self.found.hidden_columns.update(range(max(first, 1), min(last, 16_384) + 1))
        elif name == "mergeCell":
            place = area(attributes.get("ref", ""))
            if place is not None:
                self.found.merged.append(place)
        elif name == "dimension":
            place = area(attributes.get("ref", ""))
            self.found.declared_last_row = place[2] if place else 0

    def data(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)

    def end(self, tag: str) -> None:
        name = tag.rsplit("}", 1)[-1]
        if name == "v" and self._value is not None:
            self._stored = "".join(self._value)
            self._value = None
        elif name == "c":
            self._close()

    def close(self) -> None:
        """Asked for by the parser; nothing is left to do."""

    def _cell(self, attributes: dict[str, str]) -> None:
        place = cell(attributes.get("r", ""))
        if place is None:
            self.column += 1
        else:
            self.row, self.column = place
        if self.row > self.found.reach[0] or self.column > self.found.reach[1]:
            self.found.span(self.row, self.column)
        self._type = attributes.get("t", "n")
        self._look = self.looks.get(_whole(attributes.get("s"))) if self._type == "n" else None
        self._formula = self._filled = False
        self._stored = self._value = None

    def _close(self) -> None:
        place = (self.row, self.column)
        if self._type == "e":
            self.found.errors.append(place)
        elif self._formula:
            counted = self.found.formulas
            counted[self.column] = counted.get(self.column, 0) + 1
            # An empty text is a result; an empty number is one that was never worked out.
            if not self._filled or (self._type == "n" and not (self._stored or "").strip()):
                self.found.uncached.append(place)
        if self._type == "b" and self._stored is not None:
            self.found.texts[place] = "TRUE" if _true(self._stored.strip()) else "FALSE"
        elif self._look is not None and self._stored:
            shown = self._look.text(self._stored.strip())
            if shown is not None:
                self.found.texts[place] = shown
                if self._look.kind == "digits" and shown != self._stored.strip():
                    self.found.padded.add(self.column)


def cell(reference: str) -> tuple[int, int] | None:
    """Row and column of a reference such as ``AB12``, or None."""
    parts = _REF.match(reference)
    if parts is None:
        return None
    column = 0
    for letter in parts[1]:
        column = column * 26 + ord(letter) - 64
    return int(parts[2]), column


def area(reference: str) -> tuple[int, int, int, int] | None:
    """First row, first column, last row and last column of ``A1:C9``, or None."""
    first, _, last = reference.partition(":")
    start, end = cell(first), cell(last or first)
    return (*start, *end) if start and end else None


def column_name(column: int) -> str:
    """The letters by which a sheet names its column: 28 is ``AB``."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _whole(written: str | None) -> int:
    return int(written) if written and written.isdigit() and len(written) < 10 else 0


def _true(written: str | None) -> bool:
    return (written or "").strip().lower() in ("1", "true", "on")
