"""One workbook: every visible sheet recognised by its head, and staged as text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from candour.pipeline.receive.exact import Account
from candour.pipeline.receive.header import Header
from candour.pipeline.receive.notes import AT_THE_LIMIT, header_notes
from candour.pipeline.receive.opening import Note
from candour.pipeline.receive.recognise import Known, NotRecognised, Recognised
from candour.pipeline.receive.sheet_head import Head, find_head
from candour.pipeline.receive.sheet_rows import (
    Rows,
    rows_of,
    sheet_schema,
    staged_batch,
    structure_notes,
)
from candour.pipeline.receive.staging import write_batches
from candour.pipeline.receive.unseen import unseen_in
from candour.pipeline.receive.workbook import Refusal, Sheet, Shown, open_package, shown
from candour.pipeline.receive.workbook.values import ValuesApart


@dataclass(frozen=True)
class KnownSheet:
    """One sheet that was recognised: its rows told apart, and all that was noticed.

    ``number`` is its place in the workbook, from 1. ``header`` has the names by which the layout
    knows the columns.
    """

    number: int
    name: str
    known: Recognised
    read: Shown
    head: Head
    header: Header
    rows: Rows
    account: Account
    notes: tuple[Note, ...]

    def batch(self, only: Collection[str] | None = None) -> pa.RecordBatch:
        """The rows that are taken, as staged; ``only`` are the columns that are wanted."""
        return staged_batch(self.read, self.header, self.head.places, self.rows, only)


@dataclass(frozen=True)
class StagedSheet:
    """One sheet that was recognised and written to ``path``."""

    sheet: str
    known: Recognised
    path: Path
    account: Account
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class ReadWorkbook:
    """The sheets that were staged, why others were not (code, detail), and what was noticed."""

    sheets: tuple[StagedSheet, ...]
    left: tuple[str, str]
    notes: tuple[Note, ...]


class Workbook:
    """A workbook whose sheets are read one by one.

    ``notes`` and ``left`` (why sheets were left out: code, detail) are whole when all are read.
    ``begun`` is a reader of one of the sheets that was started before.
    """

    def __init__(
        self,
        path: Path,
        roles: Sequence[Known],
        file_name: str,
        begun: ValuesApart | None = None,
    ) -> None:
        self.notes: list[Note] = []
        self.left: tuple[str, str] = ("file-empty", "")
        self._path, self._roles, self._file_name, self._begun = path, roles, file_name, begun

    def sheets(self) -> Iterator[KnownSheet]:
        """Every visible sheet that is recognised.

        Of sheets to fill in by hand those that hold no row are left aside, unless all are such.
        Raises ``Refusal`` where the workbook is not safe, not whole or of another kind, and
        ``OSError`` where its bytes cannot be read.
        """
        begun = self._begun
        package = begun.package if begun else open_package(self._path)
        if package.dates_from_1904:
            self.notes.append(Note("dates-counted-from-1904"))
        nearest: NotRecognised | None = None
        strangers: list[str] = []
        beside: set[str] = set()
        recognised = False
        empty: KnownSheet | None = None
        taken = False
        for number, sheet in enumerate(package.sheets, start=1):
            if sheet.hidden:
                self.notes.append(Note("sheet-hidden", sheet=sheet.name))
                continue
            read = shown(package, sheet, begun if begun and begun.sheet == sheet else None)
            head = find_head(read, sheet.name, self._file_name, self._roles)
            if isinstance(head, Head):
                recognised = True
                known = _known(number, sheet, read, head, unseen=package.unseen)
                beside.update(known.known.mapping.other_sheets)
                if (
                    known.account.rows_read
                    or not known.known.mapping.files[known.known.role].by_hand
                ):
                    taken = True
                    yield known
                else:
                    empty = empty or known
            elif any(len(column) for column in read.columns):
                strangers.append(sheet.name)
                nearest = _nearer(nearest, head)
        if empty is not None and not taken:
            yield empty
        if nearest is not None:
            self.left = (nearest.code, nearest.detail)
        if recognised:
            others = [name for name in strangers if name not in beside]
            self.notes += [Note("sheet-not-recognised", sheet=name) for name in others]


def read_workbook(path: Path, roles: Sequence[Known], file_name: str, target: Path) -> ReadWorkbook:
    """Read every visible sheet of a workbook.

    ``target`` is the path without its ending under which sheets are staged. A workbook that is
    not safe, not whole or of another kind gives no sheets and says why in ``left``. Raises
    ``OSError`` where the bytes cannot be read.
    """
    book = Workbook(path, roles, file_name)
    staged: list[StagedSheet] = []
    try:
        for sheet in book.sheets():
            place = target.with_name(f"{target.name}-{sheet.number}").with_suffix(".parquet")
            write_batches(iter([sheet.batch()]), sheet_schema(sheet.header), place)
            staged.append(StagedSheet(sheet.name, sheet.known, place, sheet.account, sheet.notes))
    except Refusal as refusal:
        for each in staged:
            each.path.unlink(missing_ok=True)
        return ReadWorkbook((), (refusal.code, refusal.detail), tuple(book.notes))
    return ReadWorkbook(tuple(staged), book.left, tuple(book.notes))


def _nearer(before: NotRecognised | None, now: NotRecognised) -> NotRecognised:
    """Of two reasons the one that says most: a tie between layouts, then a near miss."""
    if before is None:
        return now
    order = ("layout-needs-a-file-name", "unknown-layout")
    if order.index(now.code) < order.index(before.code):
        return now
    return now if "nearest" in now.detail and "nearest" not in before.detail else before


def _known(number: int, sheet: Sheet, read: Shown, head: Head, *, unseen: bool) -> KnownSheet:
    role = head.known.mapping.files[head.known.role]
    header = head.header.renamed(head.known.renamed)
    rows = rows_of(read, head.header, head.places, head.last_row, role.stop_at)
    account = Account(rows_read=len(rows.numbers) + len(rows.rejected))
    for row, code in rows.rejected:
        account.rejected.add(row, None, code)
    notes = [*structure_notes(read, header, head.places, head.last_row, rows), *rows.notes]
    if read.rows in AT_THE_LIMIT:
        notes.append(Note("row-count-at-a-limit", f"It holds {read.rows} rows."))
    if unseen or read.structure.unseen:
        notes += unseen_in([staged_batch(read, header, head.places, rows)])
    notes += header_notes(head.header, head.known)
    if account.rows_read == 0:
        notes.append(Note("file-without-rows"))
    named = tuple(replace(note, sheet=sheet.name) for note in notes)
    return KnownSheet(number, sheet.name, head.known, read, head, header, rows, account, named)
