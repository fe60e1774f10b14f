"""One file: opened, recognised, and staged as text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from candour.pipeline.receive.exact import Account, staged_schema
from candour.pipeline.receive.header import Header
from candour.pipeline.receive.json_events import looks_like_json
from candour.pipeline.receive.notes import header_notes, notes_of_rows
from candour.pipeline.receive.opening import Note, Opened, open_text
from candour.pipeline.receive.parquet import (
    read_parquet,
    read_parquet_header,
    unreadable_columns,
)
from candour.pipeline.receive.recognise import (
    Known,
    NotRecognised,
    Recognised,
    recognise,
    score,
)
from candour.pipeline.receive.staging import stage_text, write_batches
from candour.pipeline.receive.survey import Survey
from candour.pipeline.receive.unseen import OfRows, unseen_notes
from candour.sources.mapping import Mapping
from candour.sources.registry import Layouts


@dataclass(frozen=True)
class Read:
    """A file, or one sheet of a workbook, that was recognised and staged at ``path``."""

    mapping: Mapping
    role: str
    path: Path
    account: Account
    notes: tuple[Note, ...]
    sheet: str | None = None
    of_rows: tuple[OfRows, ...] = ()
    """Notes of which a row may have one each."""


@dataclass(frozen=True)
class Left:
    """A file that was left out: the finding's code, what to add to it, and other notes."""

    code: str
    detail: str
    notes: tuple[Note, ...]


def read_file(
    path: Path,
    seen: Survey,
    work: Path,
    layouts: Layouts,
    name: str,
    layout_id: str | None = None,
) -> tuple[Read, ...] | Left:
    """Read one file into staged Parquet in ``work``: one, or one for each sheet that is known.

    ``name`` is the name under which it came (``path`` may lie in the store under a hash).
    ``layout_id`` names the layout where a person has said which it is. Raises ``OSError`` or
    ``pa.ArrowException`` where the bytes cannot be read after all.
    """
    roles = list(layouts.roles())
    if layout_id is not None:
        roles = [known for known in roles if known[0].id == layout_id]
        if not roles:
            detail = "submissions.csv names a layout for it that is not known."
            return Left("unknown-layout", detail, ())
    if seen.kind == "zip":
        return _workbook(path, roles, name, work / seen.digest[:16], layout_id)
    if looks_like_json(path, seen):
        from candour.pipeline.receive import json_file

        events = json_file.read_json_file(path, seen, work, roles, name)
        return events if isinstance(events, Left) else (events,)
    scratch = work / f".{seen.digest}.utf8"
    try:
        if seen.kind == "parquet":
            try:
                header = read_parquet_header(path)
            except pa.ArrowException:
                return Left("file-not-readable", "", ())
            opened = None
        else:
            found = open_text(path, seen, scratch, lambda names: score(roles, names))
            if isinstance(found, Note):
                return Left(found.code, found.detail, ())
            opened, header = found, found.header
        known = recognise(roles, header.names, name)
        if isinstance(known, NotRecognised):
            detail = _as_said(layout_id) + known.detail
            return Left(known.code, detail, opened.notes if opened else ())
        read = _stage(path, opened, header, known, work, seen)
        return read if isinstance(read, Left) else (read,)
    finally:
        scratch.unlink(missing_ok=True)


def _as_said(layout_id: str | None) -> str:
    return f"submissions.csv says that it is {layout_id}. " if layout_id else ""


def _workbook(
    path: Path, roles: list[Known], name: str, target: Path, layout_id: str | None
) -> tuple[Read, ...] | Left:
    from candour.pipeline.receive.sheets import read_workbook

    book = read_workbook(path, roles, name, target)
    if not book.sheets:
        code, detail = book.left
        return Left(code, _as_said(layout_id) + detail, book.notes)
    reads = [
        Read(each.known.mapping, each.known.role, each.path, each.account, each.notes, each.sheet)
        for each in book.sheets
    ]
    return (replace(reads[0], notes=(*book.notes, *reads[0].notes)), *reads[1:])


def _stage(
    path: Path,
    opened: Opened | None,
    header: Header,
    known: Recognised,
    work: Path,
    seen: Survey,
) -> Read | Left:
    notes = [*(opened.notes if opened else ()), *header_notes(header, known)]
    role = known.mapping.files[known.role]
    header = header.renamed(known.renamed).told_apart(role.known_columns())
    of_rows: tuple[OfRows, ...] = ()
    target = work / f"{seen.digest[:16]}-{known.mapping.id}-{known.role}.parquet"
    if opened is None:
        notes += [
            Note("column-not-used", f"Column {name} holds no text or number.")
            for name in unreadable_columns(path)
        ]
        account = Account()
        write_batches(read_parquet(path, header, account), staged_schema(header), target)
    else:
        account = stage_text(opened.path, opened.survey, header, target)
        if opened.survey.unseen:
            of_rows = unseen_notes(target)
    notes += notes_of_rows(account.rows_read, account.blank)
    return Read(known.mapping, known.role, target, account, tuple(notes), None, of_rows)
