"""A sender's own sheets, row by row, to be given back with what is to be mended beside each row."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from candour.errors import UserError
from candour.pipeline.receive import read_text_table
from candour.pipeline.receive.exact import every_row
from candour.pipeline.receive.opening import Note, open_text
from candour.pipeline.receive.recognise import NotRecognised, score
from candour.pipeline.receive.sheet_head import find_head, plain_head, visible
from candour.pipeline.receive.survey import survey
from candour.sources.registry import Layouts


@dataclass(frozen=True)
class OwnSheet:
    """One sheet of a sender, or a file of text as one sheet.

    ``name`` is None for text. ``header_at`` is the row, as ``rows`` number them, on which the
    columns are named, and ``columns`` gives the place (from 0) of each name. ``rows`` give the row
    of the sheet on which to write, the number by which findings name it, and the cells as sent.
    """

    file: str
    name: str | None
    header_at: int
    columns: dict[str, int]
    width: int
    rows: Iterator[tuple[int, int, list[str]]]


def own_sheets(path: Path, layouts: Layouts, layout: str | None = None) -> Iterator[OwnSheet]:
    """The sheets of a file that are not hidden; each is to be used up before the next is asked for.

    Gives none where the file cannot be read as a table at all. What a sheet hides is not given.
    """
    seen = survey(path)
    if seen.kind == "zip":
        yield from _of_workbook(path, layouts, layout)
    elif seen.kind == "parquet":
        try:
            table = read_text_table(path)
        except UserError:
            return
        yield _of_rows(path, table.columns, enumerate(_cells(table.table), start=1))
    else:
        roles = [known for known in layouts.roles() if layout in (None, known[0].id)]
        with tempfile.TemporaryDirectory(prefix="candour-") as private:
            scratch = Path(private, "as-utf8")
            opened = open_text(path, seen, scratch, lambda names: score(roles, names))
            if isinstance(opened, Note):
                return
            rows = every_row(opened.path, opened.header)
            cells = ((n, cells) for n, (_, cells, _) in enumerate(rows, start=1))
            yield _of_rows(path, opened.header.names, cells)


def _of_rows(path: Path, names: tuple[str, ...], rows: Iterator[tuple[int, list[str]]]) -> OwnSheet:
    def all_rows() -> Iterator[tuple[int, int, list[str]]]:
        yield 1, 0, list(names)
        for number, cells in rows:
            yield number + 1, number, cells

    columns = {name: place for place, name in enumerate(names)}
    return OwnSheet(path.name, None, 1, columns, len(names), all_rows())


def _cells(table: object) -> Iterator[list[str]]:
    import pyarrow as pa

    if isinstance(table, pa.Table):
        for batch in table.to_batches():
            yield from map(list, zip(*(c.to_pylist() for c in batch.columns[2:]), strict=True))


def _of_workbook(path: Path, layouts: Layouts, layout: str | None) -> Iterator[OwnSheet]:
    from candour.pipeline.receive.workbook import Refusal, Shown, open_package, shown

    roles = [known for known in layouts.roles() if layout in (None, known[0].id)]
    try:
        package = open_package(path)
        for sheet in package.sheets:
            if sheet.hidden:
                continue
            read: Shown = shown(package, sheet)
            if read.rows == 0:
                continue
            places = visible(read)
            head = find_head(read, sheet.name, path.name, roles)
            if isinstance(head, NotRecognised):
                plain = plain_head(read, ())
                named = (plain[0].names, plain[1], plain[2]) if plain else ((), (), 1)
            else:
                names = head.header.renamed(head.known.renamed).names
                named = (names, head.places, head.last_row)
            first = read.first_column - 1
            columns = {name: place + first for name, place in zip(named[0], named[1], strict=True)}
            width = first + len(read.columns)
            yield OwnSheet(
                path.name, sheet.name, named[2], columns, width, _sheet_rows(read, places)
            )
    except Refusal:
        return


def _sheet_rows(read: object, places: tuple[int, ...]) -> Iterator[tuple[int, int, list[str]]]:
    """Every row with its own number; hidden rows and columns are blank."""
    from candour.pipeline.receive.workbook import Shown

    if not isinstance(read, Shown):
        return
    before = [""] * (read.first_column - 1)
    hidden, shown_at = read.structure.hidden_rows, set(places)
    step = 10_000
    for start in range(0, read.rows, step):
        blank = [""] * min(step, read.rows - start)
        pieces = [
            column.slice(start, step).to_pylist() if place in shown_at else blank
            for place, column in enumerate(read.columns)
        ]
        for offset, cells in enumerate(zip(*pieces, strict=True)):
            number = start + offset + 1
            yield number, number, before + ([""] * len(cells) if number in hidden else list(cells))
