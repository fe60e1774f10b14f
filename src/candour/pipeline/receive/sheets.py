"""One workbook: every visible sheet recognised by its head, and staged as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from candour.pipeline.receive.exact import Account
from candour.pipeline.receive.notes import AT_THE_LIMIT
from candour.pipeline.receive.opening import Note
from candour.pipeline.receive.recognise import Known, NotRecognised, Recognised
from candour.pipeline.receive.sheet_head import Head, find_head
from candour.pipeline.receive.sheet_rows import rows_of, sheet_schema, staged_batch, structure_notes
from candour.pipeline.receive.staging import write_batches
from candour.pipeline.receive.unseen import unseen_notes
from candour.pipeline.receive.workbook import Refusal, Sheet, Shown, open_package, shown


@dataclass(frozen=True)
class StagedSheet:
    """One sheet that was recognised and written to ``path``."""

    sheet: str
    known: Recognised
    path: Path
    account: Account
    notes: tuple[Note, ...]
    head: Head


@dataclass(frozen=True)
class ReadWorkbook:
    """The sheets that were staged, why others were not (code, detail), and what was noticed."""

    sheets: tuple[StagedSheet, ...]
    left: tuple[str, str]
    notes: tuple[Note, ...]


def read_workbook(path: Path, roles: Sequence[Known], file_name: str, target: Path) -> ReadWorkbook:
    """Read every visible sheet of a workbook.

    ``target`` is the path without its ending under which sheets are staged. A workbook that is
    not safe, not whole or of another kind gives no sheets and says why in ``left``. Raises
    ``OSError`` where the bytes cannot be read.
    """
    notes: list[Note] = []
    staged: list[StagedSheet] = []
    nearest: NotRecognised | None = None
    strangers: list[str] = []
    try:
        package = open_package(path)
        if package.dates_from_1904:
            notes.append(Note("dates-counted-from-1904"))
        for number, sheet in enumerate(package.sheets, start=1):
            if sheet.hidden:
                notes.append(Note("sheet-hidden", sheet=sheet.name))
                continue
            read = shown(package, sheet)
            head = find_head(read, sheet.name, file_name, roles)
            if isinstance(head, NotRecognised):
                if any(len(column) for column in read.columns):
                    strangers.append(sheet.name)
                    nearest = _nearer(nearest, head)
                continue
            one = _staged(
                sheet, read, head, package.unseen, target.with_name(f"{target.name}-{number}")
            )
            staged.append(one)
    except Refusal as refusal:
        for each in staged:
            each.path.unlink(missing_ok=True)
        return ReadWorkbook((), (refusal.code, refusal.detail), tuple(notes))
    if staged:
        notes += [Note("sheet-not-recognised", sheet=name) for name in strangers]
    why = (nearest.code, nearest.detail) if nearest is not None else ("file-empty", "")
    return ReadWorkbook(tuple(staged), why, tuple(notes))


def _nearer(before: NotRecognised | None, now: NotRecognised) -> NotRecognised:
    """Of two reasons the one that says most: a tie between layouts, then a near miss."""
    if before is None:
        return now
    order = ("layout-needs-a-file-name", "unknown-layout")
    if order.index(now.code) < order.index(before.code):
        return now
    return now if "nearest" in now.detail and "nearest" not in before.detail else before


def _staged(sheet: Sheet, read: Shown, head: Head, unseen: bool, target: Path) -> StagedSheet:
    role = head.known.mapping.files[head.known.role]
    header = head.header.renamed(head.known.renamed)
    rows = rows_of(read, head.header, head.places, head.last_row, role.stop_at)
    account = Account(rows_read=len(rows.numbers) + len(rows.rejected))
    account.rejected += [(row, None, code) for row, code in rows.rejected]
    notes = [*structure_notes(read, header, head.places, head.last_row, rows), *rows.notes]
    if read.rows in AT_THE_LIMIT:
        notes.append(Note("row-count-at-a-limit", f"It holds {read.rows} rows."))
    place = target.with_suffix(".parquet")
    write_batches(
        iter([staged_batch(read, header, head.places, rows)]), sheet_schema(header), place
    )
    if unseen or read.structure.unseen:
        notes += unseen_notes(place)
    named = tuple(replace(note, sheet=sheet.name) for note in notes)
    return StagedSheet(sheet.name, head.known, place, account, named, head)
