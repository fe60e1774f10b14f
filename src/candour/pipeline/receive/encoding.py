"""Any of the encodings that files come in, as UTF-8.

Bytes that are not UTF-8 and say nothing of themselves are of one of three encodings that
spreadsheet programs of western Europe still write. Which one is told by the letters that come out:
within a word a letter is likely and a sign is not.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

_CHUNK = 1 << 20
_REPLACED = "\N{REPLACEMENT CHARACTER}"
GUESSES = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "DOS (code page 850)"}
"""What is tried for bytes that are not UTF-8, and what a person calls it; the first where nothing
speaks for another."""

_LIKELY = frozenset("àáâãäåçèéêëìíîïñòóôöøùúûüýÿßœæÀÁÂÄÅÇÈÉÊËÍÎÑÓÖØÜŁłŠšŽž")
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
_DASHES = "\N{EN DASH}\N{EM DASH}"
_COMMON = frozenset("éèëêöüäáíóñçï")
_LONE_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_UTF8_LETTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_WORD = re.compile(rb"[A-Za-z\x80-\xff']*[\x80-\xff][A-Za-z\x80-\xff']*")
_LETTER = re.compile(rb"[A-Za-z]")
_ENOUGH = 2_000
"""Words that are looked at. What they do not settle, more of the same does not either."""


def _reading(encoding: str) -> str:
    """The name of the way to read bytes that are not UTF-8 as ``encoding``, and sound letters as
    they are. A file joined from two systems often holds both, and reading all of it as one would
    spoil the names that were right."""
    name = f"candour-{encoding}"

    def read(fault: UnicodeError) -> tuple[str, int]:
        if not isinstance(fault, UnicodeDecodeError):
            raise fault
        lone = fault.object[fault.start : fault.start + 3]
        if _LONE_SURROGATE.match(lone):
            # Half of a pair, which is no letter in any encoding.
            return _REPLACED, fault.start + 3
        wrong = fault.object[fault.start : fault.end]
        return wrong.decode(encoding, errors="replace"), fault.end

    codecs.register_error(name, read)
    return name


_READINGS = {encoding: _reading(encoding) for encoding in GUESSES}


def guessed(path: Path) -> str:
    """Which of ``GUESSES`` a file is most likely of whose bytes are not UTF-8.

    Windows-1252 is what such files are nearly always of, so another has to make more letters of the
    words than that does. Lines that end in a bare return, as old Macs wrote them, speak for Mac
    Roman where that is open.
    """
    points = dict.fromkeys(GUESSES, 0)
    seen = 0
    returns = False
    with path.open("rb") as source:
        while seen < _ENOUGH and (chunk := source.read(_CHUNK)):
            returns = returns or (b"\r" in chunk and b"\n" not in chunk)
            for match in _WORD.finditer(_UTF8_LETTER.sub(b" ", chunk)):
                if not _LETTER.search(match[0]):
                    continue
                seen += 1
                for encoding in GUESSES:
                    points[encoding] += _as_word(match[0].decode(encoding, errors="replace"))
                if seen == _ENOUGH:
                    break
    best = max(points.values())
    if points["cp1252"] == best:
        return "cp1252"
    tied = [encoding for encoding in GUESSES if points[encoding] == best]
    return "mac_roman" if returns and "mac_roman" in tied else tied[0]


def _as_word(word: str) -> int:
    """How much a word looks like one: letters that are likely speak for it; signs within it speak
    against it, and so do small and capital letters where names have none."""
    points = 0
    for before, sign, after in zip(f" {word[:-1]}", word, f"{word[1:]} ", strict=True):
        if sign.isascii():
            continue
        if sign == _APOSTROPHE and before.isalpha() and after.isalpha():
            points += 3
        elif sign in _DASHES:
            points += 1
        elif sign in _LIKELY and _fits(before, sign, after):
            points += 3 if sign in _COMMON else 2
        else:
            points -= 2
    return points


def _fits(before: str, sign: str, after: str) -> bool:
    if sign.isupper():
        return not before.islower()
    return not (before == " " and after.islower()) and not (before.isupper() and after.isupper())


def write_as_utf8(
    source: Path, encoding: str | None, target: Path, otherwise: str = "cp1252"
) -> int:
    """Write the text of ``source`` to ``target`` as UTF-8 without a byte order mark.

    ``encoding`` is None where the bytes are not UTF-8 and nothing says what they are: then those
    that are not UTF-8 are read as ``otherwise``, one of ``GUESSES``. Line ends stay as they are.
    Gives the number of characters that could not be read, each written as the replacement
    character.
    """
    errors = "replace" if encoding else _READINGS[otherwise]
    decoder = codecs.getincrementaldecoder(encoding or "utf-8")(errors=errors)
    unreadable = 0
    begun = False
    with source.open("rb") as read, target.open("wb") as write:
        final = False
        while not final:
            chunk = read.read(_CHUNK)
            final = not chunk
            text = decoder.decode(chunk, final)
            if text and not begun:
                begun = True
                text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
            unreadable += text.count(_REPLACED)
            write.write(text.encode("utf-8", errors="replace"))
    return unreadable
