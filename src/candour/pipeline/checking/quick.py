"""The quick way to check one file: its rows are passed over once, and only doubts are looked into.

It gives the findings of the long way (``files``), for files of one list. Whatever it is not made
for it leaves to the long way.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from candour.dataset.findings import Finding, finding
from candour.pipeline.checking.columns import Columns, batches_of, filled
from candour.pipeline.checking.found import STAGE
from candour.pipeline.checking.judged import Judged
from candour.pipeline.checking.plan import Plan, plan_for
from candour.pipeline.checking.readings import MIXED, Reader
from candour.pipeline.checking.repeats import Again, find_repeats
from candour.pipeline.receive.exact import Account
from candour.pipeline.receive.fast import NotPlainError, may_be_plain, read_columns
from candour.pipeline.receive.header import Header
from candour.pipeline.receive.json_events import looks_like_json
from candour.pipeline.receive.notes import header_notes, notes_of_rows
from candour.pipeline.receive.opening import Note, Opened, open_text
from candour.pipeline.receive.received import STAGE as RECEIVED
from candour.pipeline.receive.recognise import Known, NotRecognised, recognise, score
from candour.pipeline.receive.survey import Survey, survey
from candour.sources.registry import Layouts

if TYPE_CHECKING:
    from candour.tables.bare import BareEngine

OpenEngine = Callable[[], "BareEngine"]


@dataclass(frozen=True)
class Looked:
    """A file whose rows were all passed over. ``again`` reads it once more."""

    columns: Columns
    notes: tuple[Note, ...]
    account: Account
    sheet: str | None
    again: Again


def quick_findings(path: Path, layouts: Layouts, layout: str | None = None) -> list[Finding] | None:
    """What is to be mended in one file; None where only the long way can tell.

    Raises ``OSError`` or ``pa.ArrowException`` where the bytes cannot be read.
    """
    roles = [known for known in layouts.roles() if layout in (None, known[0].id)]
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="candour-")))
        beside = stack.enter_context(ThreadPoolExecutor(1))
        # Nearly every file holds a doubt: the engine comes while the file is read.
        opening = beside.submit(_open_engine)
        stack.callback(lambda: opening.result().close())
        seen = survey(path)
        looked = None
        if seen.kind == "text" and not looks_like_json(path, seen):
            looked = _of_text(path, seen, work, roles)
        if looked is None:
            looked = _of_staged(path, seen, work, layouts, layout)
        if looked is None:
            return None
        return _told(path.name, seen.digest, looked, opening.result)


def _open_engine() -> BareEngine:
    from candour.tables.bare import BareEngine

    return BareEngine()


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
    try:
        columns = filled(
            plan, read_columns(opened.path, header, opened.survey, account, _kinds(plan))
        )
    except NotPlainError:
        return None
    notes = (*opened.notes, *header_notes(opened.header, known), *notes_of_rows(account.rows_read))
    return Looked(columns, notes, account, None, _text_again(opened, header))


def _kinds(plan: Plan) -> dict[str, pa.DataType]:
    coded = pa.dictionary(pa.int32(), pa.string())
    looked_at = [name for name in plan.used if name in (*plan.coded, *plan.whole)]
    return {name: pa.string() if name in plan.whole else coded for name in looked_at}


def _text_again(opened: Opened, header: Header) -> Again:
    def read(wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
        kinds = dict.fromkeys(wanted, pa.string())
        yield from read_columns(opened.path, header, opened.survey, Account(), kinds)

    return read


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
    columns = filled(plan, batches_of(read.path, list(_kinds(plan))))
    return Looked(
        columns, read.notes, read.account, read.sheet, lambda wanted: batches_of(read.path, wanted)
    )


def _told(name: str, digest: str, looked: Looked, engine: OpenEngine) -> list[Finding] | None:
    columns = looked.columns
    reader = Reader(columns.plan.role.nulls, engine)
    if any(numbers.may_be_rounded(reader.sent) for numbers in columns.numbers.values()):
        return None
    found = [
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
        for note in looked.notes
    ]
    found += [
        finding(
            code,
            submission=digest,
            file=name,
            stage=RECEIVED,
            row=row,
            line=line,
            sheet=looked.sheet,
        )
        for row, line, code in looked.account.rejected
    ]
    # Keys are held against each other outside Python, while the rest is judged.
    with ThreadPoolExecutor(1) as beside:
        repeated = beside.submit(columns.repeated)
        judged = Judged(columns, reader)
        asked = np.flatnonzero(repeated.result())
    find_repeats(judged, asked, looked.again)
    found += [
        finding(MIXED, submission=digest, file=name, sheet=looked.sheet, stage=STAGE, field=column)
        for column in judged.mixed
    ]
    return [*found, *judged.found.told(digest, name, looked.sheet, columns.places)]
