"""Opening a file as text: which type it is, how its letters are written, where its header is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from candour.pipeline.receive.encoding import write_as_utf8
from candour.pipeline.receive.header import Header, Score, read_header
from candour.pipeline.receive.survey import Survey, survey

_LOOKS_LIKE = {
    "zip": "It looks like a workbook or an archive; workbooks are read in a later release.",
    "old-office": "It looks like an old workbook or document.",
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
    """A finding in the making: its code and what to add to its message."""

    code: str
    detail: str = ""


@dataclass(frozen=True)
class Opened:
    """A text file that can be read. ``path`` is UTF-8; ``notes`` say what was done to get there."""

    path: Path
    survey: Survey
    header: Header
    notes: tuple[Note, ...]


def open_text(path: Path, seen: Survey, scratch: Path, score: Score) -> Opened | Note:
    """Open a file as UTF-8 text with a header, or say why that cannot be done.

    ``seen`` is the survey of its bytes. ``scratch`` is where a UTF-8 copy is written if the file is
    in another encoding; whoever calls this deletes it.
    """
    if seen.kind == "empty":
        return Note("file-empty")
    if seen.kind != "text":
        return Note("file-type-not-read", _LOOKS_LIKE.get(seen.kind, ""))
    if seen.has_nul:
        return Note("nul-bytes")
    notes: list[Note] = []
    if seen.encoding != "utf-8":
        if seen.encoding is None:
            notes.append(Note("encoding-guessed", "It was read as Windows-1252."))
        unreadable = write_as_utf8(path, seen.encoding, scratch)
        if unreadable:
            notes.append(Note("characters-not-readable", f"There are {unreadable}."))
        path, seen = scratch, survey(scratch)
        if seen.has_nul:
            return Note("nul-bytes")
    header = read_header(path, score)
    if header is None:
        return Note("file-empty")
    return Opened(path, seen, header, tuple(notes))
