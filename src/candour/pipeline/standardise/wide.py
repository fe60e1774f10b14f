"""One staged table as rows of the wide table, with its findings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from candour.dataset import rules
from candour.dataset.findings import Finding, finding
from candour.dataset.model import DATE_TYPES
from candour.dataset.types import survey_field
from candour.pipeline.standardise import months, parsers
from candour.pipeline.standardise.columns import (
    Typed,
    as_sent,
    entities,
    load_field,
    wide_name,
)
from candour.pipeline.standardise.dates import FAULT, Dates, Wanted, Way, looked_up
from candour.pipeline.standardise.identities import identities
from candour.pipeline.standardise.identity import Keys, keys_of
from candour.pipeline.standardise.lookups import LookUps
from candour.pipeline.standardise.noted import STAGE, noted
from candour.pipeline.standardise.returns import about_many
from candour.pipeline.standardise.sent import Sent
from candour.pipeline.standardise.shape import columns
from candour.pipeline.standardise.speaks import has, rejected_for
from candour.sources.mapping import FileRole, Mapping, Target

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

TEXT = "text__"
MIXED = "date-column-mixes-orders"
# Headers are trimmed, so no sender's column begins with a space.
PATH = " path"
FROM = "came__path"
CAME_AS = "came__"
SUBMISSION = f"{CAME_AS}submission"
YEAR_FIRST = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}($|[ T])"


@dataclass(frozen=True)
class Files:
    """Staged tables of one role, with the same columns written in the same way, as one table.

    ``texts``: ``_row, _line``, where each row came from (``came__…``), the columns as sent, and
    ``text__N``, what the file says of target N.
    """

    mapping: Mapping
    role: str
    keys: Keys
    texts: ir.Table
    targets: tuple[Target, ...]
    survey: dict[int, dict[str, Any]]
    wanted: tuple[Wanted, ...]
    sent: tuple[Sent, ...]
    there: frozenset[str]
    """Columns that the files themselves have, without those looked up elsewhere."""


CAME = {
    "submission": pa.string(),
    "file": pa.string(),
    "sheet": pa.string(),
    "seq": pa.int64(),
    "provider": pa.string(),
    "period": pa.string(),
    "received_on": pa.date32(),
}
"""What is known of how a staged table came; in ``texts`` each has the prefix ``came__``, since a
sender may have columns of these names."""


def opened(engine: Engine, sent: Sequence[Sent], dates: Dates) -> list[Files]:
    """Put staged tables together that can be read together, and ask for the dates in them.

    Files of one role and the same columns are looked at as one table, since an expression costs
    more to prepare than to run on a small file. What a column can only show as a whole (in which
    order it writes dates, whether a spreadsheet rounded it) is asked of each file by itself, and
    files that answer differently are read apart.
    """
    groups: dict[tuple[str, str, tuple[str, ...]], list[Sent]] = {}
    for each in sent:
        columns_there = tuple(sorted(pq.read_schema(each.path).names))
        groups.setdefault((each.mapping.id, each.role, columns_there), []).append(each)
    lookups = LookUps(engine, sent)
    return [f for alike in groups.values() for f in _opened(engine, alike, dates, lookups)]


def _opened(engine: Engine, alike: Sequence[Sent], dates: Dates, lookups: LookUps) -> list[Files]:
    mapping, role_name = alike[0].mapping, alike[0].role
    role, keys = mapping.files[role_name], keys_of(mapping, role_name)
    came = engine.table(
        pa.table(
            {
                # As the engine names files, however the run's folder was written.
                FROM: [os.path.abspath(s.path) for s in alike],
                **{
                    f"{CAME_AS}{n}": pa.array([getattr(s, n) for s in alike], type_)
                    for n, type_ in CAME.items()
                },
            }
        )
    )
    read = engine.read([s.path for s in alike], path_as=PATH)
    # What the layout does not use stays in the staged file: a sender may call a column anything,
    # also by a name that we use here.
    used = _used(role, keys)
    staged = read.select("_row", "_line", PATH, *(c for c in read.columns if c in used))
    staged = staged.join(came, staged[PATH] == came[FROM]).drop(PATH, FROM)
    there = frozenset(staged.columns)
    staged = lookups.filled(staged, mapping.id, role, f"{CAME_AS}provider")
    if role.returns is not None:
        staged = about_many(engine, staged, role.returns, f"{CAME_AS}provider", f"{CAME_AS}period")
    targets = tuple(t for t in role.targets() if any(c in staged.columns for c in t.columns))
    texts = engine.keep(
        staged.mutate(
            **{
                f"{TEXT}{n}": parsers.one_text(t, as_sent(staged, role.nulls, t.columns))
                for n, t in enumerate(targets)
            }
        )
    )
    surveys = _survey(engine, texts, targets)
    found = []
    for survey, submissions in surveys:
        part = texts
        if len(surveys) > 1:
            part = engine.keep(texts.filter(texts[SUBMISSION].isin(submissions)))
        wanted = []
        for n, target in enumerate(targets):
            about = load_field(target.path)
            if about.type in DATE_TYPES:
                way = Way.of(about, target, survey.get(n, {}).get("order"))
                dates.ask(way, part, f"{TEXT}{n}")
                wanted.append(Wanted(wide_name(target.path), f"{TEXT}{n}", way))
        of_part = tuple(s for s in alike if s.submission in submissions)
        found.append(
            Files(mapping, role_name, keys, part, targets, survey, tuple(wanted), of_part, there)
        )
    return found


def _used(role: FileRole, keys: Keys) -> frozenset[str]:
    """The columns of a role that anything looks at."""
    asked = [each.column for each in role.where]
    asked += [only.column for each in role.only_where.values() for only in each]
    return frozenset(
        (*role.known_columns(), *keys.person, *keys.row, *keys.stay, *keys.joined, *asked)
    )


Survey = dict[int, dict[str, Any]]


def _survey(
    engine: Engine, texts: ir.Table, targets: Sequence[Target]
) -> list[tuple[Survey, list[str]]]:
    """What has to be asked of whole columns: answers by the target's place, with the submissions
    that gave them.

    A date column that the mapping gives a format, or that is year first throughout, needs no
    question, and that is asked first because it costs little.
    """
    dated = [n for n, t in enumerate(targets) if load_field(t.path).type in DATE_TYPES]
    settled = {n for n in dated if targets[n].how == "year-month-day" or targets[n].dates.format}
    open_ = [n for n in dated if n not in settled]
    first = {f"{n}": texts[f"{TEXT}{n}"].re_search(YEAR_FIRST).all() for n in open_}
    if first:
        (every,) = engine.rows(texts.aggregate(**first))
        settled |= {int(n) for n, year_first in every.items() if year_first is not False}
    asked: dict[str, ir.Scalar] = {}
    for n, target in enumerate(targets):
        if n not in settled:
            for name, scalar in survey_field(load_field(target.path), texts[f"{TEXT}{n}"]).items():
                asked[f"{n}:{name}"] = scalar
    answers: dict[str, tuple[Survey, list[str]]] = {}
    submissions = (
        engine.rows(texts.group_by(SUBMISSION).aggregate(**asked))
        if asked
        else engine.rows(texts.select(SUBMISSION).distinct())
    )
    for row in submissions:
        # Where every text is year first the order cannot matter; one that is settled costs least.
        survey: Survey = {n: {"order": "dmy"} for n in settled}
        for name, value in row.items():
            place, _, question = name.partition(":")
            if question:
                survey.setdefault(int(place), {})[question] = value
        answers.setdefault(repr(sorted(survey.items())), (survey, []))[1].append(row[SUBMISSION])
    return [answers[key] for key in sorted(answers)]


def wide_table(engine: Engine, file: Files, dates: Dates) -> tuple[list[ir.Table], list[Finding]]:
    """Type staged tables: rows in the shape shared by every layout, and their findings."""
    role = file.mapping.files[file.role]
    rows, date_faults = looked_up(engine, file.texts, dates, file.wanted)
    faults = [(name, _column(file, text), code) for name, text, code in date_faults]
    plain = [
        parsers.plain_field(load_field(t.path), t, rows[f"{TEXT}{n}"], file.survey.get(n, {}))
        for n, t in enumerate(file.targets)
        if load_field(t.path).type not in DATE_TYPES
    ]
    plain_faults = {
        f"{FAULT}p{n}_{m}": (each.column, code, expr)
        for n, each in enumerate(plain)
        for m, (code, expr) in enumerate(each.faults.items())
    }
    faults += [(name, column, code) for name, (column, code, _) in plain_faults.items()]
    values = _values(rows, file, plain)
    typed = engine.keep(
        rows.mutate(
            **values,
            **{name: expr for name, (_, _, expr) in plain_faults.items()},
        ),
    )
    engine.forget(rows, file.texts)
    across = _across_fields(role.rows_are, typed)
    faults += [(name, "", code) for name, (code, _) in across.items()]
    of_flow = months.broken(role, typed)
    leaves_out = {code: expr for code, (_, expr) in of_flow.items() if months.rejects(code)}
    doubts = {
        f"{FAULT}m{n}": expr
        for n, (code, (_, expr)) in enumerate(of_flow.items())
        if code not in leaves_out
    }
    faults += [
        (f"{FAULT}m{n}", of_flow[code][0], code)
        for n, code in enumerate(of_flow)
        if code not in leaves_out
    ]
    if role.returns is not None:
        leaves_out["period-unreadable"] = typed[f"{CAME_AS}period"].isnull()
    if role.month in file.there:
        doubts[f"{FAULT}month"] = months.month_unread(role, typed)
        faults.append((f"{FAULT}month", str(role.month), "month-number-unreadable"))
    marked = engine.keep(
        typed.mutate(
            **has(role, typed),
            **{name: expr for name, (_, expr) in across.items()},
            **doubts,
            **identities(typed, file.mapping, file.role, file.keys, file.there),
            month=months.month_of(role, typed),
            rejected_for=rejected_for(role, file.keys, typed, leaves_out),
        ),
    )
    engine.forget(typed)
    columns_of = {code: column for code, (column, _) in of_flow.items()}
    found = [*_of_files(file), *_of_columns(file), *noted(engine, marked, faults, columns_of)]
    return _shaped(engine, marked, file), found


def _of_files(file: Files) -> list[Finding]:
    """What a file lacks that its layout needs to know."""
    if not file.mapping.by_period:
        return []
    return [
        finding(
            "period-not-stated", submission=s.submission, file=s.file, sheet=s.sheet, stage=STAGE
        )
        for s in file.sent
        if s.period is None
    ]


def _of_columns(file: Files) -> list[Finding]:
    """What a column shows only as a whole and no row by itself."""
    return [
        finding(
            MIXED,
            submission=sent.submission,
            file=sent.file,
            sheet=sent.sheet,
            stage=STAGE,
            field=", ".join(file.targets[n].columns),
        )
        for sent in file.sent
        for n, answers in sorted(file.survey.items())
        if answers.get(MIXED) and file.targets[n].dates.order not in ("dmy", "mdy")
    ]


def _column(file: Files, text: str) -> str:
    return ", ".join(file.targets[int(text.removeprefix(TEXT))].columns)


def _values(rows: ir.Table, file: Files, plain: Sequence[Typed]) -> dict[str, ir.Value]:
    """Value columns by name: what the file says, else what the layout implies."""
    role = file.mapping.files[file.role]
    values: dict[str, ir.Value] = {}

    def add(name: str, expr: ir.Value) -> None:
        # Two columns may feed one field: the first that holds something is taken.
        values[name] = ibis.coalesce(values[name], expr) if name in values else expr

    for n, target in enumerate(file.targets):
        add(f"{wide_name(target.path)}__sent", rows[f"{TEXT}{n}"])
    for each in plain:
        add(wide_name(each.path), each.value)
    for path, value in file.mapping.implied(file.role).items():
        if path.split(".")[0] in role.rows_are:
            add(wide_name(path), ibis.literal(value))
    for n, target in enumerate(file.targets):
        if role.known_on in target.columns and f"{TEXT}{n}" in {w.text for w in file.wanted}:
            add("known_on", rows[wide_name(target.path)])
    return values


def _across_fields(
    rows_are: Sequence[str], typed: ir.Table
) -> dict[str, tuple[str, ir.BooleanValue]]:
    """Rules that hold between fields, by the name of the column that marks who breaks them."""
    broken: dict[str, ir.BooleanValue] = {}
    for entity in rows_are:
        for code, expr in rules.compiled(entity, typed).items():
            broken[code] = broken[code] | expr if code in broken else expr
    return {f"{FAULT}r{n}": (code, expr) for n, (code, expr) in enumerate(broken.items())}


def _is_snapshot(marked: ir.Table, mapping: Mapping) -> ir.BooleanValue:
    """Whether a row's file stands for the whole of its provider, or of its provider and period.

    A file of a layout that is sent by period, of which nobody says the period, stands for nothing
    but itself: it withdraws no row of another.
    """
    if mapping.delivery == "increment":
        return ibis.literal(False)
    if mapping.by_period:
        return marked[f"{CAME_AS}period"].notnull()
    return ibis.literal(True)


def _shaped(engine: Engine, marked: ir.Table, file: Files) -> list[ir.Table]:
    """The rows with those columns of the wide table that they fill, and ragged rows likewise.

    What a layout never says is left out here and filled in once for all (``widened``): a wide
    table has hundreds of columns, and naming each for every file costs more than its rows.
    """
    role = file.mapping.files[file.role]
    alike: dict[str, Any] = {
        "layout": file.mapping.id,
        "role": file.role,
        "kind": role.kind,
    }
    chosen: dict[str, ir.Value] = {}
    for name, type_ in columns().items():
        if name in alike:
            chosen[name] = ibis.literal(alike[name], type=type_)
        elif name == "snapshot":
            chosen[name] = _is_snapshot(marked, file.mapping)
        elif name in CAME:
            chosen[name] = marked[f"{CAME_AS}{name}"].cast(type_)
        elif name in ("row", "line"):
            chosen[name] = marked[f"_{name}"]
        elif name in marked.columns:
            chosen[name] = marked[name].cast(type_)
    shaped = marked.select(**chosen)
    nothing = {f"has_{e}": False for e in entities()}
    ragged = [
        {
            **{n: getattr(sent, n) for n in CAME},
            **alike,
            **nothing,
            "row": row,
            "line": line,
            "rejected_for": code,
        }
        for sent in file.sent
        for row, line, code in sent.ragged
    ]
    if not ragged:
        return [shaped]
    schema = ibis.schema(columns()).to_pyarrow()
    return [shaped, engine.table(pa.Table.from_pylist(ragged, schema=schema))]
