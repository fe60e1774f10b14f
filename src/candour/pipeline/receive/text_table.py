"""One file of text as a table in memory, for commands that a person points at a file."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.dataset.findings import Finding, finding, kind
from candour.dataset.noticed import Notices, Place
from candour.errors import UserError
from candour.pipeline.receive.opening import Note, Opened, open_text
from candour.pipeline.receive.received import STAGE
from candour.pipeline.receive.survey import Survey, survey
from candour.tables.folders import is_ours

if TYPE_CHECKING:
    import pyarrow as pa

    from candour.pipeline.receive.header import Header
    from candour.pipeline.receive.workbook import Sheet, Shown


@dataclass(frozen=True)
class TextTable:
    """A file in which everything is text.

    ``table`` holds ``_row`` (data rows from 1), ``_line`` and the columns as sent; rows that could
    not be read are not in it but in ``rejected`` (row, line, finding code), and ``rows_read``
    counts both. ``findings`` say the same in words, and what else was noticed. Of a workbook,
    ``sheet`` was read and ``other_sheets`` are further ones that are neither hidden nor empty.
    """

    table: pa.Table
    columns: tuple[str, ...]
    rows_read: int
    rejected: tuple[tuple[int, int | None, str], ...]
    findings: tuple[Finding, ...]
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()

    def column(self, name: str) -> list[tuple[int, str]]:
        """Row number and text of one column. Raises ``UserError`` that names the nearest column."""
        if name not in self.columns:
            near = get_close_matches(name, self.columns, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise UserError(
                f"The file has no column {name}.",
                f"{hint}Its columns: {', '.join(self.columns)}.",
            )
        rows = self.table.column("_row").to_pylist()
        return list(zip(rows, self.table.column(name).to_pylist(), strict=True))


def read_text_table(path: Path, known: Sequence[str] = (), sheet: str | None = None) -> TextTable:
    """Read a CSV (any encoding, line end and separator that is received), a workbook, or Parquet.

    Of a workbook the sheet of that name is read (in any capitals), or the first that is not hidden
    and not empty; ``_row`` is then the sheet's own number. ``known`` are column names that are
    looked for: a separator that produces them wins. Raises ``UserError`` where the file cannot be
    read as a table at all, or has no such sheet; faults of rows are findings.
    """
    if not path.is_file():
        raise UserError(f"There is no file {path}.", "Check the path.")
    try:
        seen = survey(path)
        if seen.kind == "zip":
            return _from_workbook(path, known, sheet)
        if sheet is not None:
            raise UserError(
                f"{path.name} is no workbook, so it has no sheet.", "Leave --sheet out."
            )
        if seen.kind == "parquet":
            return _from_parquet(path)
        return _from_text(path, seen, known)
    except OSError as fault:
        if is_ours(fault):
            raise
        raise UserError(f"{path.name}: {kind('file-not-readable').message}", "") from fault


def tell_of_text(path: Path, notices: Notices, but: Sequence[str] = ()) -> None:
    """Tell the findings that ``read_text_table`` has of a file, but those of some codes.

    Of a file of text no rows are held. Raises ``UserError`` as ``read_text_table`` does.
    """
    from candour.pipeline.receive.staging import passed_by

    seen = survey(path)
    if seen.kind != "text":
        for each in read_text_table(path).findings:
            if each.code not in but:
                notices.one(each)
        return
    with tempfile.TemporaryDirectory(prefix="candour-") as folder:
        opened = _opened(path, seen, (), Path(folder))
        account = passed_by(opened.path, opened.survey, opened.header)
    for each in _of_file(path, opened):
        if each.code not in but:
            notices.one(each)
    for code, rows, lines in account.rejected.by_code():
        notices.rows(STAGE, Place(None, path.name), code, None, rows, lines)


def _opened(path: Path, seen: Survey, known: Sequence[str], folder: Path) -> Opened:
    wanted = set(known)
    opened = open_text(
        path, seen, folder / "as-utf8", lambda names: len(wanted.intersection(names))
    )
    if isinstance(opened, Note):
        said = finding(opened.code, detail=opened.detail)
        raise UserError(f"{path.name}: {said.message}", said.remedy)
    return opened


def _of_file(path: Path, opened: Opened) -> list[Finding]:
    header = opened.header
    notes = [
        *opened.notes,
        *(Note("header-repeated-column", f"Column {header.sent[i - 1]}.") for i in header.repeated),
    ]
    return [finding(n.code, file=path.name, stage=STAGE, detail=n.detail) for n in notes]


def _from_text(path: Path, seen: Survey, known: Sequence[str]) -> TextTable:
    from candour.pipeline.receive.staging import text_batches

    with tempfile.TemporaryDirectory(prefix="candour-") as folder:
        opened = _opened(path, seen, known, Path(folder))
        table, account = text_batches(opened.path, opened.survey, opened.header)
    header = opened.header
    findings = [
        *_of_file(path, opened),
        *(
            finding(code, file=path.name, stage=STAGE, row=row, line=line)
            for row, line, code in account.rejected
        ),
    ]
    return TextTable(
        table, header.names, account.rows_read, tuple(account.rejected), tuple(findings)
    )


def _from_workbook(path: Path, known: Sequence[str], wanted: str | None) -> TextTable:
    from candour.pipeline.receive.sheet_head import plain_head
    from candour.pipeline.receive.workbook import Refusal, open_package, shown

    chosen: TextTable | None = None
    others: list[str] = []
    try:
        package = open_package(path)
        if wanted is not None:
            _refuse_unknown(path, wanted, package.sheets)
        for sheet in package.sheets:
            if sheet.hidden:
                continue
            read = shown(package, sheet)
            head = plain_head(read, known)
            if head is None:
                continue
            asked = wanted is None or sheet.name.casefold() == wanted.casefold()
            if chosen is None and asked:
                chosen = _of_sheet(path.name, sheet.name, read, head)
            else:
                others.append(sheet.name)
    except Refusal as refusal:
        said = finding(refusal.code, detail=refusal.detail)
        raise UserError(f"{path.name}: {said.message}", said.remedy) from refusal
    if chosen is None:
        said = finding("file-empty")
        raise UserError(f"{path.name}: {said.message}", said.remedy)
    return replace(chosen, other_sheets=tuple(others))


def _refuse_unknown(path: Path, wanted: str, sheets: Sequence[Sheet]) -> None:
    """Refuse the name of a sheet that is not there, or is hidden."""
    shown = [sheet.name for sheet in sheets if not sheet.hidden]
    if wanted.casefold() in {name.casefold() for name in shown}:
        return
    hidden = wanted.casefold() in {sheet.name.casefold() for sheet in sheets}
    raise UserError(
        f"{path.name} has {'hidden its' if hidden else 'no'} sheet {wanted}.",
        f"Its sheets: {', '.join(shown)}.",
    )


def _of_sheet(
    file: str, sheet: str, read: Shown, head: tuple[Header, tuple[int, ...], int]
) -> TextTable:
    import pyarrow as pa

    from candour.pipeline.receive.sheet_rows import (
        rows_of,
        sheet_schema,
        staged_batch,
        structure_notes,
    )

    header, places, last = head
    rows = rows_of(read, header, places, last, None)
    notes = [*structure_notes(read, header, places, last, rows), *rows.notes]
    batch = staged_batch(read, header, places, rows)
    rejected = tuple((row, None, code) for row, code in rows.rejected)
    place: dict[str, Any] = {"file": file, "stage": STAGE, "sheet": sheet}
    return TextTable(
        pa.Table.from_batches([batch], schema=sheet_schema(header)),
        header.names,
        len(rows.numbers) + len(rejected),
        rejected,
        (
            *(finding(n.code, row=n.row, field=n.field, detail=n.detail, **place) for n in notes),
            *(finding(code, row=row, **place) for row, _, code in rejected),
        ),
        sheet,
    )


def _from_parquet(path: Path) -> TextTable:
    import pyarrow as pa

    from candour.pipeline.receive.exact import Account, staged_schema
    from candour.pipeline.receive.parquet import read_parquet, read_parquet_header

    account = Account()
    try:
        header = read_parquet_header(path)
        batches = list(read_parquet(path, header, account))
    except pa.ArrowException as fault:
        said = kind("file-not-readable")
        raise UserError(f"{path.name}: {said.message}", said.remedy) from fault
    table = pa.Table.from_batches(batches, schema=staged_schema(header))
    return TextTable(table, header.names, account.rows_read, (), ())
