"""Any of the encodings that files come in, as UTF-8."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

_CHUNK = 1 << 20
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_GUESSED = "candour-windows-1252"
_LONE_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")


def _as_windows_1252(fault: UnicodeError) -> tuple[str, int]:
    """Reads only the bytes that are not UTF-8 as Windows-1252, and leaves sound letters alone.

    A file joined from two systems often holds both; reading all of it as Windows-1252 would spoil
    the names that were right.
    """
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    lone = fault.object[fault.start : fault.start + 3]
    if _LONE_SURROGATE.match(lone):
        # Half of a pair, which is no letter in any encoding.
        return _REPLACED, fault.start + 3
    wrong = fault.object[fault.start : fault.end]
    return wrong.decode("cp1252", errors="replace"), fault.end


codecs.register_error(_GUESSED, _as_windows_1252)


def write_as_utf8(source: Path, encoding: str | None, target: Path) -> int:
    """Write the text of ``source`` to ``target`` as UTF-8 without a byte order mark.

    ``encoding`` is None where the bytes are not UTF-8 and nothing says what they are: then those
    that are not UTF-8 are read as Windows-1252. Line ends stay as they are. Gives the number of
    characters that could not be read, each written as the replacement character.
    """
    errors = "replace" if encoding else _GUESSED
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
