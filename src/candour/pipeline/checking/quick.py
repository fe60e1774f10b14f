"""The quick way to check one file: its rows are passed over once, and only doubts are looked into.

It gives the findings of the long way (``files``), for files of one list. Whatever it is not made
for it leaves to the long way.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from candour.dataset.findings import finding
from candour.pipeline.checking.columns import batches_of, in_parts
from candour.pipeline.checking.found import STAGE, Checked, Found, Told
from candour.pipeline.checking.judged import Judged, passed_over
from candour.pipeline.checking.keys import KeysSeen
from candour.pipeline.checking.plan import Plan, plan_for
from candour.pipeline.checking.readings import MIXED, Orders, Reader
from candour.pipeline.checking.repeats import Again, Repeats
from candour.pipeline.receive.exact import Account
from candour.pipeline.receive.fast import NotPlainError, may_be_plain, read_columns
from candour.pipeline.receive.header import Header
from candour.pipeline.receive.json_events import looks_like_json
from candour.pipeline.receive.notes import header_notes, notes_of_rows
from candour.pipeline.receive.opening import Note, Opened, open_text
from candour.pipeline.receive.received import STAGE as RECEIVED
from candour.pipeline.receive.recognise import Known, NotRecognised, recognise, score
from candour.pipeline.receive.survey import Survey, survey
from candour.pipeline.receive.unseen import OfRows
from candour.sources.registry import Layouts

if TYPE_CHECKING:
    from candour.pipeline.receive.workbook.values import ValuesApart
    from candour.tables.bare import BareEngine

OpenEngine = Callable[[], "BareEngine"]


@dataclass(frozen=True)
class Looked:
    """A file whose rows are there to be passed over, in the order of the file.

    ``first`` reads them while it counts in ``account``; ``again`` reads the columns asked for once
    more. ``notes`` says what was noticed, once they have been read.
    """

    plan: Plan
    first: Iterable[pa.RecordBatch]
    account: Account
    notes: Callable[[], Iterable[Note]]
    sheet: str | None
    again: Again
    of_rows: Sequence[OfRows] = ()


def quick_findings(
    path: Path,
    layouts: Layouts,
    layout: str | None = None,
    begun: ValuesApart | None = None,
) -> Checked | None:
    """What is to be mended in one file; None where only the long way can tell.

    ``begun`` is a reader of the file that was started before.

    Raises ``OSError`` or ``pa.ArrowException`` where the bytes cannot be read.
    """
    roles = [known for known in layouts.roles() if layout in (None, known[0].id)]
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="candour-")))
        beside = stack.enter_context(ThreadPoolExecutor(1))
        # Nearly every file holds a doubt: the engine comes while the file is read.
        opening = beside.submit(_open_engine, work)
        stack.callback(lambda: opening.result().close())
        seen = survey(path)

        def told(looked: Looked | None) -> Checked | None:
            if looked is None:
                return None
            with closing(KeysSeen()) as keys:
                return _told(path.name, seen.digest, looked, opening.result, keys)

        if seen.kind == "zip":
            return told(_of_workbook(path, roles, begun))
        if seen.kind == "text" and not looks_like_json(path, seen):
            looked = _of_text(path, seen, work, roles)
            if looked is not None:
                try:
                    return told(looked)
                except NotPlainError:
                    opening.result().forget()
        return told(_of_staged(path, seen, work, layouts, layout))


def _open_engine(spill: Path) -> BareEngine:
    from candour.tables.bare import BareEngine

    return BareEngine(spill)


def _of_text(path: Path, seen: Survey, work: Path, roles: Sequence[Known]) -> Looked | None:
    """A file of plain text is checked as it is read, and nothing is written of it."""
    opened = open_text(path, seen, work / "utf8", lambda names: score(roles, names))
    if isinstance(opened, Note) or opened.survey.unseen:
        return None
    if not may_be_plain(opened.survey, opened.header):
        return None
    known = recognise(roles, opened.header.names, path.name)
    if isinstance(known, NotRecognised):
        return None
    role = known.mapping.files[known.role]
    header = opened.header.renamed(known.renamed).told_apart(role.known_columns())
    plan = plan_for(known.mapping, known.role, header.names)
    if plan is None:
        return None
    account = Account()

    def notes() -> Iterable[Note]:
        of_rows = notes_of_rows(account.rows_read)
        return (*opened.notes, *header_notes(opened.header, known), *of_rows)

    first = read_columns(opened.path, header, opened.survey, account, _kinds(plan))
    return Looked(plan, first, account, notes, None, _text_again(opened, header))


def _kinds(plan: Plan) -> dict[str, pa.DataType]:
    coded = pa.dictionary(pa.int32(), pa.string())
    looked_at = [name for name in plan.used if name in (*plan.coded, *plan.whole)]
    return {name: pa.string() if name in plan.whole else coded for name in looked_at}


def _text_again(opened: Opened, header: Header) -> Again:
    def read(wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
        kinds = dict.fromkeys(wanted, pa.string())
        yield from read_columns(opened.path, header, opened.survey, Account(), kinds)

    return read


def _of_workbook(path: Path, roles: Sequence[Known], begun: ValuesApart | None) -> Looked | None:
    """A workbook of one list is checked as it is read, and nothing is written of it."""
    from candour.pipeline.receive.sheets import KnownSheet, Workbook
    from candour.pipeline.receive.workbook import Refusal

    book = Workbook(path, roles, path.name, begun)
    sheet: KnownSheet | None = None
    try:
        for each in book.sheets():
            if sheet is not None:
                return None
            sheet = each
    except Refusal:
        return None
    plan = plan_for(sheet.known.mapping, sheet.known.role, sheet.header.names) if sheet else None
    if sheet is None or plan is None:
        return None
    batch = sheet.batch(plan.used)
    first = [batch.select(["_row", "_line", *_kinds(plan)])]
    notes = (*book.notes, *sheet.notes)
    return Looked(plan, first, sheet.account, lambda: notes, sheet.name, lambda _: iter([batch]))


def _of_staged(
    path: Path, seen: Survey, work: Path, layouts: Layouts, layout: str | None
) -> Looked | None:
    """Any other file is staged as in a run, and checked as it was staged."""
    import pyarrow.parquet as pq

    from candour.pipeline.receive.file import Left, read_file

    outcome = read_file(path, seen, work, layouts, path.name, layout)
    if isinstance(outcome, Left) or len(outcome) != 1:
        return None
    (read,) = outcome
    plan = plan_for(read.mapping, read.role, pq.read_schema(read.path).names[2:])
    if plan is None:
        return None
    return Looked(
        plan,
        batches_of(read.path, list(_kinds(plan))),
        read.account,
        lambda: read.notes,
        read.sheet,
        lambda wanted: batches_of(read.path, wanted),
        read.of_rows,
    )


def _told(
    name: str, digest: str, looked: Looked, engine: OpenEngine, keys: KeysSeen
) -> Checked | None:
    plan = looked.plan
    passed = passed_over(plan, in_parts(plan, looked.first, keys), engine)
    if passed.may_be_rounded:
        return None
    told = Told()
    out: list[Any] = []
    mixed: list[str] = []
    settled: Mapping[str, Orders] | None = passed.settled
    # Keys are held against each other outside Python, while the rest is judged.
    with ThreadPoolExecutor(1) as beside:
        repeated = beside.submit(keys.repeated)
        again = looked.again(list(_kinds(plan)))
        parts = iter([passed.only]) if passed.only is not None else in_parts(plan, again)
        del passed
        while (columns := next(parts, None)) is not None:
            judged = Judged(columns, Reader(plan.role.nulls, engine), settled)
            told.add(judged.found, columns.places)
            out.append(judged.rejected)
            mixed, settled = judged.mixed, judged.settled
            if not columns.is_whole:
                engine().forget()
            # The next part must not have to stand beside this one.
            del judged, columns
        # What is left out repeats nothing, and nothing repeats it.
        asked = np.flatnonzero(repeated.result() & ~np.concatenate(out))
    repeats = Repeats(plan, lambda: Reader(plan.role.nulls, engine), settled or {})
    for found, places in repeats.find(asked, keys, looked.again):
        told.add(found, places)
    received = [
        finding(
            note.code,
            submission=digest,
            file=name,
            stage=RECEIVED,
            field=note.field,
            row=note.row,
            sheet=note.sheet,
            detail=note.detail,
        )
        for note in looked.notes()
    ]
    left_out = _left_out(looked.account, looked.of_rows)
    received += [
        finding(MIXED, submission=digest, file=name, sheet=looked.sheet, stage=STAGE, field=column)
        for column in mixed
    ]
    every = [each for of in (left_out, told) for each in of.in_part(digest, name, looked.sheet)]
    untold = Counter(left_out.untold()) + Counter(told.untold())
    for of in (left_out, told):
        every += of.findings(digest, name, looked.sheet)
    return Checked([*received, *every], untold)


def _left_out(account: Account, of_rows: Sequence[OfRows]) -> Told:
    """The rows that could not be taken apart, and what receiving noted of others."""
    told = Told(RECEIVED)
    every: list[tuple[str, str | None, Any, Any]] = [
        (code, None, rows, lines) for code, rows, lines in account.rejected.by_code()
    ]
    every += [(each.code, each.field, each.rows, each.lines) for each in of_rows]
    for code, column, rows, lines in every:
        found = Found()
        found.add(code, column, np.arange(len(rows)))
        told.add(found, lambda at, rows=rows, lines=lines: (rows[at], lines[at]))  # type: ignore[misc]
    return told
