"""A first look at a file's bytes, in one pass: its hash, its type, how its text is written.

Nothing is decided by guessing from the rows: what is counted here only tells whether the fast
reader can be trusted with the file, or the exact one is needed.
"""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from candour.pipeline.receive.header import SEPARATORS

_CHUNK = 1 << 20
_SAMPLE = 1 << 12

# How other types of file begin. Some are read elsewhere, none is text.
_MAGIC = {
    b"PAR1": "parquet",
    b"PK\x03\x04": "zip",  # also xlsx, docx, ods
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "old-office",
    b"%PDF": "pdf",
    b"\x1f\x8b": "gzip",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"7z\xbc\xaf": "archive",
    b"Rar!": "archive",
    b"{\\rtf": "rich-text",
    b"SQLite format 3": "database",
    b"ARROW1": "arrow",
}

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Every byte as what it means to a reader of separated values: "," between fields or rows, '"' a
# quotation mark, "x" anything else.
_MEANING = bytes(
    ord(",") if byte in b",;\t|\x1f\r\n" else ord('"') if byte == ord('"') else ord("x")
    for byte in range(256)
)
# How the characters that do not show begin in UTF-8; others begin so too.
UNSEEN_LEADS = (
    b"\xe2\x80",
    b"\xe2\x81",
    b"\xc2\xad",
    b"\xd8\x9c",
    b"\xe1\xa0\x8e",
    b"\xef\xbb\xbf",
)
_QUOTE_WITHIN = b'x"x'


@dataclass(frozen=True)
class Survey:
    """What one pass over the bytes tells.

    ``kind`` is ``text``, ``parquet`` or another type that is not read; ``encoding`` is a name that
    Python knows, or None where the bytes are not of the encoding they seemed to be (then it is
    Windows-1252, as a guess). ``has_nul`` means that text of one-byte units holds NUL. ``lines``
    counts lines up to the last that is not empty. ``plain_lines``: every line ends in LF or CRLF.
    ``plain_quotes``: quotation marks come in pairs and only around whole fields, whichever
    separator the file has; ``quotes_beside`` are those that stand next to a quotation mark.
    ``unseen``: text in UTF-8 may hold characters that do not show.
    """

    digest: str
    size: int
    kind: str
    encoding: str | None
    has_nul: bool
    lines: int
    plain_lines: bool
    plain_quotes: bool
    unseen: bool = False
    quotes_beside: frozenset[str] = frozenset()


def survey(path: Path, copy_to: BinaryIO | None = None) -> Survey:
    """Look at every byte of a file once, copying it to ``copy_to`` on the way.

    Raises ``OSError`` where the file cannot be read.
    """
    digest = hashlib.sha256()
    look = _Look()
    with path.open("rb") as source:
        first = source.read(_CHUNK)
        kind = _kind_of(first)
        encoding: str | None = _encoding_of(first[:_SAMPLE])
        decoder = codecs.getincrementaldecoder("utf-8")()
        valid = kind == "text" and encoding == "utf-8"
        chunk = first
        while chunk:
            digest.update(chunk)
            if copy_to is not None:
                copy_to.write(chunk)
            if kind == "text":
                look.at(chunk)
                if valid:
                    valid = _decodes(decoder, chunk)
            chunk = source.read(_CHUNK)
        valid = valid and _decodes(decoder, b"", final=True)
    if encoding == "utf-8" and not valid:
        encoding = None
    return Survey(
        digest=digest.hexdigest(),
        size=look.size if kind == "text" else path.stat().st_size,
        kind=kind,
        encoding=encoding,
        has_nul=look.nul and encoding in ("utf-8", None),
        lines=look.lines,
        plain_lines=not look.lone_return,
        plain_quotes=look.quotes % 2 == 0 and not look.quote_within,
        unseen=kind == "text" and look.unseen,
        quotes_beside=frozenset(look.beside),
    )


class _Look:
    """Counts over the bytes, chunk by chunk."""

    def __init__(self) -> None:
        self.size = 0
        self.quotes = 0
        self.nul = False
        self.lone_return = False
        self.quote_within = False
        self.unseen = False
        self.beside: set[str] = set()
        self.lines = 0
        self._breaks = 0
        self._before = b"\n"

    def at(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self.nul = self.nul or b"\0" in chunk
        if not self.lone_return and (b"\r" in chunk or self._before.endswith(b"\r")):
            seen = self._before[-1:] + chunk
            # A return that ends the chunk is judged with the next one.
            self.lone_return = seen.count(b"\r") - seen.endswith(b"\r") != seen.count(b"\r\n")
        if not self.unseen and not chunk.isascii():
            self.unseen = any(lead in chunk for lead in UNSEEN_LEADS)
        quotes = chunk.count(b'"')
        self.quotes += quotes
        if quotes and not self.quote_within:
            seen = (self._before + chunk).translate(_MEANING)
            self.quote_within = _QUOTE_WITHIN in seen
        elif self._before.endswith(b'"') and not self.quote_within:
            seen = (self._before + chunk[:1]).translate(_MEANING)
            self.quote_within = _QUOTE_WITHIN in seen
        if quotes or self._before.endswith(b'"'):
            seen = self._before[-1:] + chunk
            for each in SEPARATORS:
                mark = each.encode()
                if mark + b'"' in seen or b'"' + mark in seen:
                    self.beside.add(each)
        full = chunk.rstrip(b"\r\n")
        if full:
            # Blank lines at the end of the file are no lines; any before this text are.
            self.lines = self._breaks + full.count(b"\n") + 1
        self._breaks += chunk.count(b"\n")
        self._before = (self._before + chunk)[-2:]


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _kind_of(first: bytes) -> str:
    if not first:
        return "empty"
    return next((kind for magic, kind in _MAGIC.items() if first.startswith(magic)), "text")


def _encoding_of(sample: bytes) -> str:
    """The encoding that the file states or shows: a byte order mark, or NULs in every other byte.

    UTF-16 of mostly Latin text holds a NUL beside nearly each letter, on one side only.
    """
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding
    pairs = len(sample) // 2
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if pairs and second > pairs * 0.4 and first <= pairs * 0.05:
        return "utf-16-le"
    if pairs and first > pairs * 0.4 and second <= pairs * 0.05:
        return "utf-16-be"
    return "utf-8"
