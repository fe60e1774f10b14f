"""One staged table as rows of the wide table, with its findings."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ibis

from candour.dataset import rules
from candour.dataset.findings import Finding, finding
from candour.dataset.noticed import Notices
from candour.pipeline.standardise import months, parsers
from candour.pipeline.standardise.columns import (
    Typed,
    later_columns,
    load_field,
    wide_name,
)
from candour.pipeline.standardise.identities import WHOLE, identities, whole
from candour.pipeline.standardise.noted import STAGE, noted, places_of
from candour.pipeline.standardise.opened import (
    CAME,
    CAME_AS,
    MIXED,
    NUMBER_OF,
    SUBMISSION,
    TEXT,
    Files,
)
from candour.pipeline.standardise.ragged import ragged_rows
from candour.pipeline.standardise.shape import columns
from candour.pipeline.standardise.speaks import has, rejected_for
from candour.pipeline.standardise.texts import (
    FAULT,
    VALUE,
    Texts,
    looked_up,
)
from candour.sources.mapping import Mapping

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine


def wide_table(engine: Engine, file: Files, texts: Texts, notices: Notices) -> list[ir.Table]:
    """Type staged tables: rows in the shape shared by every layout. Their findings are told."""
    role = file.mapping.files[file.role]
    rows, of_texts = looked_up(engine, file.texts, texts, file.wanted)
    faults = [(name, _column(file, text), code) for name, text, code in of_texts]
    as_they_come = {
        n: parsers.as_it_comes(load_field(t.path), t, rows[f"{TEXT}{n}"])
        for n, t in enumerate(file.targets)
        if f"{TEXT}{n}" not in {wanted.text for wanted in file.wanted}
    }
    plain_faults = {
        f"{FAULT}p{n}_{m}": (each.column, code, expr)
        for n, each in as_they_come.items()
        for m, (code, expr) in enumerate(each.faults.items())
    }
    faults += [(name, column, code) for name, (column, code, _) in plain_faults.items()]
    values = _values(rows, file, as_they_come)
    typed = engine.keep(
        rows.mutate(
            **values,
            **{name: expr for name, (_, _, expr) in plain_faults.items()},
            **{WHOLE: whole(rows, role, file.there)},
        ),
    )
    engine.forget(rows, file.texts)
    across = _across_fields(role.rows_are, typed)
    faults += [(name, "", code) for name, (code, _) in across.items()]
    of_flow = months.broken(role, typed)
    leaves_out = {code: expr for code, (_, expr) in of_flow.items() if months.rejects(code)}
    doubts = {f"{FAULT}m{n}": expr for n, (_, expr) in enumerate(of_flow.values())}
    faults += [
        (f"{FAULT}m{n}", column, code) for n, (code, (column, _)) in enumerate(of_flow.items())
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
            **identities(
                typed,
                file.mapping,
                file.role,
                file.keys,
                lambda column: typed[f"{NUMBER_OF}{column}"],
            ),
            month=months.month_of(role, typed),
            rejected_for=rejected_for(role, file.keys, typed, leaves_out),
        ),
    )
    engine.forget(typed)
    for each in (*_of_files(file), *_without_a_month(engine, file, marked), *_of_columns(file)):
        notices.one(each)
    missing = {"row-without-its-key": file.keys.missing}
    noted(engine, marked, faults, notices, places_of(file.sent), missing, of_flow)
    return _shaped(engine, marked, file)


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


def _without_a_month(engine: Engine, file: Files, marked: ir.Table) -> list[Finding]:
    """Files of a monthly flow some rows of which nothing places in a month."""
    role = file.mapping.files[file.role]
    if role.about_files or (role.month is None and role.month_begins is None):
        return []
    unplaced = marked.filter(marked.month.isnull() & ~months.month_unread(role, marked))
    counted = unplaced.group_by(SUBMISSION).aggregate(rows=unplaced.count())
    rows = {each[SUBMISSION]: each["rows"] for each in engine.rows(counted)}
    return [
        finding(
            "month-not-known",
            submission=s.submission,
            file=s.file,
            sheet=s.sheet,
            stage=STAGE,
            field=role.month,
            detail=f"Rows: {rows[s.submission]}.",
        )
        for s in file.sent
        if s.submission in rows
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


def _values(
    rows: ir.Table, file: Files, as_they_come: AnyMapping[int, Typed]
) -> dict[str, ir.Value]:
    """Value columns by name: what the file says, else what the layout implies."""
    role = file.mapping.files[file.role]
    values: dict[str, ir.Value] = {}

    def add(name: str, expr: ir.Value) -> None:
        # Two columns may feed one field: the first that holds something is taken.
        values[name] = ibis.coalesce(values[name], expr) if name in values else expr

    for n, target in enumerate(file.targets):
        add(f"{wide_name(target.path)}__sent", rows[f"{TEXT}{n}"])
    for n, target in enumerate(file.targets):
        if n in as_they_come:
            add(wide_name(target.path), as_they_come[n].value)
        elif f"{VALUE}{n}" in rows.columns:
            add(wide_name(target.path), rows[f"{VALUE}{n}"])
    for path, value in file.mapping.implied(file.role).items():
        if path.split(".")[0] in role.rows_are:
            name = wide_name(path)
            add(name, ibis.literal(value))
            if f"{name}__sent" in later_columns():
                values.setdefault(f"{name}__sent", ibis.null("string"))
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
    there = frozenset(marked.columns)
    for name, type_ in columns().items():
        if name in alike:
            chosen[name] = ibis.literal(alike[name], type=type_)
        elif name == "snapshot":
            chosen[name] = _is_snapshot(marked, file.mapping)
        elif name in CAME:
            chosen[name] = marked[f"{CAME_AS}{name}"].cast(type_)
        elif name in ("row", "line"):
            chosen[name] = marked[f"_{name}"]
        elif name in there:
            chosen[name] = marked[name].cast(type_)
    shaped = marked.select(**chosen)
    nothing = {name: False for name in chosen if name.startswith("has_")}
    return [shaped, *(engine.table(t) for t in ragged_rows(file.sent, {**alike, **nothing}))]
