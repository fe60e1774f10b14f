"""Opening a file as text: which type it is, how its letters are written, where its header is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from candour.pipeline.receive.encoding import GUESSES, guessed, write_as_utf8
from candour.pipeline.receive.header import Header, Score, read_header, states_separator
from candour.pipeline.receive.survey import Survey, survey

_LOOKS_LIKE = {
    "zip": "It is an archive.",
    "pdf": "It is a PDF.",
    "gzip": "It is compressed.",
    "archive": "It is an archive.",
    "picture": "It is a picture.",
    "rich-text": "It is a document.",
    "database": "It is a database.",
    "arrow": "It is an Arrow file.",
}


@dataclass(frozen=True)
class Note:
    """A finding in the making: its code, what to add to its message, and its place.

    In a workbook ``row`` is the sheet's own number and ``sheet`` its name.
    """

    code: str
    detail: str = ""
    row: int | None = None
    field: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Opened:
    """A text file that can be read. ``path`` is UTF-8; ``notes`` say what was done to get there."""

    path: Path
    survey: Survey
    header: Header
    notes: tuple[Note, ...]


_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def is_encrypted(path: Path) -> bool:
    """Whether an office file is locked with a password: then its list of parts says so."""
    before = b""
    with path.open("rb") as source:
        while chunk := source.read(1 << 20):
            if _ENCRYPTED in before + chunk:
                return True
            before = chunk[-len(_ENCRYPTED) :]
    return False


def open_text(path: Path, seen: Survey, scratch: Path, score: Score) -> Opened | Note:
    """Open a file as UTF-8 text with a header, or say why that cannot be done.

    ``seen`` is the survey of its bytes. ``scratch`` is where a UTF-8 copy is written if the file is
    in another encoding; whoever calls this deletes it.
    """
    if seen.kind == "empty":
        return Note("file-empty")
    if seen.kind == "old-office":
        return Note("workbook-encrypted" if is_encrypted(path) else "workbook-of-the-old-format")
    if seen.kind != "text":
        return Note("file-type-not-read", _LOOKS_LIKE.get(seen.kind, ""))
    if seen.has_nul:
        return Note("nul-bytes")
    notes: list[Note] = []
    if seen.encoding != "utf-8":
        otherwise = guessed(path) if seen.encoding is None else ""
        if otherwise:
            notes.append(Note("encoding-guessed", f"It was read as {GUESSES[otherwise]}."))
        unreadable = write_as_utf8(path, seen.encoding, scratch, otherwise)
        if unreadable:
            notes.append(Note("characters-not-readable", f"There are {unreadable}."))
        path, seen = scratch, survey(scratch)
        if seen.has_nul:
            return Note("nul-bytes")
    header = read_header(path, score)
    if header is None:
        return Note("file-empty")
    above = header.line - 1
    if above:
        with path.open(encoding="utf-8-sig", newline="") as text:
            titles = sum(1 for _, line in zip(range(above), text, strict=False) if line.strip())
        if titles and not (titles == 1 and states_separator(path)):
            notes.append(Note("lines-above-the-header", f"There are {titles}."))
    return Opened(path, seen, header, tuple(notes))
