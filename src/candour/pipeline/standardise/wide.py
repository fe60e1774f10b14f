"""One staged table as rows of the wide table, with its findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from candour.dataset import rules
from candour.dataset.findings import Finding
from candour.dataset.model import DATE_TYPES
from candour.dataset.types import survey_field
from candour.pipeline.standardise import parsers
from candour.pipeline.standardise.columns import (
    Typed,
    as_sent,
    entities,
    load_field,
    wide_columns,
    wide_name,
)
from candour.pipeline.standardise.dates import FAULT, Dates, Wanted, Way, looked_up
from candour.pipeline.standardise.identity import Keys
from candour.pipeline.standardise.noted import noted
from candour.pipeline.standardise.sent import Sent
from candour.pipeline.standardise.shape import columns
from candour.pipeline.standardise.speaks import has, rejected_for
from candour.sources.mapping import Target

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

TEXT = "text__"
YEAR_FIRST = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}($|[ T])"


@dataclass(frozen=True)
class File:
    """One staged table on its way: its texts, and how each field is to be read.

    ``texts``: ``_row, _line``, the columns as sent, and ``text__N``, what the file says of target N.
    """

    sent: Sent
    keys: Keys
    texts: ir.Table
    targets: tuple[Target, ...]
    survey: dict[int, dict[str, Any]]
    wanted: tuple[Wanted, ...]


def opened(engine: Engine, sent: Sent, keys: Keys, dates: Dates) -> File:
    """Look at a staged table's columns as wholes, and ask for the dates in it."""
    role = sent.mapping.files[sent.role]
    staged = engine.read(sent.path)
    targets = tuple(t for t in role.targets() if any(c in staged.columns for c in t.columns))
    texts = engine.keep(
        staged.mutate(
            **{
                f"{TEXT}{n}": parsers.one_text(t, as_sent(staged, role.nulls, t.columns))
                for n, t in enumerate(targets)
            }
        )
    )
    survey = _survey(engine, texts, targets)
    wanted = []
    for n, target in enumerate(targets):
        about = load_field(target.path)
        if about.type in DATE_TYPES:
            way = Way.of(about, target, survey.get(n, {}).get("order"))
            dates.ask(way, texts[f"{TEXT}{n}"], sent.received_on)
            wanted.append(Wanted(wide_name(target.path), f"{TEXT}{n}", way))
    return File(sent, keys, texts, targets, survey, tuple(wanted))


def _survey(
    engine: Engine, texts: ir.Table, targets: Sequence[Target]
) -> dict[int, dict[str, Any]]:
    """What has to be asked of whole columns, by the target's place.

    A date column that the mapping gives a format, or that is year first throughout, needs no
    question, and that is asked first because it costs little.
    """
    dated = {n for n, t in enumerate(targets) if load_field(t.path).type in DATE_TYPES}
    plain = {n: texts[f"{TEXT}{n}"].re_search(YEAR_FIRST) for n in dated}
    settled = {n for n in dated if targets[n].how == "year-month-day" or targets[n].dates.format}
    first = {n: expr.all() for n, expr in plain.items() if n not in settled}
    if first:
        (year_first,) = engine.rows(texts.aggregate(**{str(n): e for n, e in first.items()}))
        settled |= {int(n) for n, every in year_first.items() if every is not False}
    asked: dict[str, ir.Scalar] = {}
    for n, target in enumerate(targets):
        if n not in settled:
            for name, scalar in survey_field(load_field(target.path), texts[f"{TEXT}{n}"]).items():
                asked[f"{n}:{name}"] = scalar
    # Where every text is year first the order cannot matter; one that is settled costs least.
    found: dict[int, dict[str, Any]] = {n: {"order": "dmy"} for n in settled}
    if not asked:
        return found
    (answer,) = engine.rows(texts.aggregate(**asked))
    for name, value in answer.items():
        place, _, question = name.partition(":")
        found.setdefault(int(place), {})[question] = value
    return found


def wide_table(engine: Engine, file: File, dates: Dates) -> tuple[ir.Table, list[Finding]]:
    """Type one staged table: its rows in the shape shared by every layout, and its findings."""
    sent, role = file.sent, file.sent.mapping.files[file.sent.role]
    rows, date_faults = looked_up(engine, file.texts, dates, file.wanted, sent.received_on)
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
            row=rows._row,
            line=rows._line,
        )
    )
    across = _across_fields(role.rows_are, typed)
    faults += [(name, "", code) for name, (code, _) in across.items()]
    marked = engine.keep(
        typed.mutate(
            **has(role, typed),
            **{name: expr for name, (_, expr) in across.items()},
            **_identity(typed, file),
            rejected_for=rejected_for(role, file.keys, typed),
        )
    )
    found = noted(engine, marked, faults, sent)
    return _shaped(engine, marked, sent), found


def _column(file: File, text: str) -> str:
    return ", ".join(file.targets[int(text.removeprefix(TEXT))].columns)


def _values(rows: ir.Table, file: File, plain: Sequence[Typed]) -> dict[str, ir.Value]:
    """Value columns by name: what the file says, then what the layout implies where it says none."""
    role = file.sent.mapping.files[file.sent.role]
    values: dict[str, ir.Value] = {}

    def add(name: str, expr: ir.Value) -> None:
        # Two columns may feed one field: the first that holds something is taken.
        values[name] = ibis.coalesce(values[name], expr) if name in values else expr

    for n, target in enumerate(file.targets):
        add(f"{wide_name(target.path)}__sent", rows[f"{TEXT}{n}"])
    for each in plain:
        add(wide_name(each.path), each.value)
    for path, value in file.sent.mapping.implied(file.sent.role).items():
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


def _identity(rows: ir.Table, file: File) -> dict[str, ir.StringValue]:
    """The identities of each row, and the hash that equal rows share."""
    sent, keys = file.sent, file.keys
    role = sent.mapping.files[sent.role]
    used = sorted({c for c in role.known_columns() if c in rows.columns})
    whole: ir.StringValue = ibis.literal("")
    for name, text in zip(used, as_sent(rows, role.nulls, used), strict=True):
        whole = whole + (ibis.literal(f"\x1f{name}\x1e") + text).fill_null("")
    row_hash = whole.hexdigest("sha256")
    of_row = ibis.literal("#") + row_hash.substr(0, 16)
    source = f"{sent.provider}/{sent.role}" if sent.provider else sent.role

    def local_id(names: Sequence[str]) -> ir.StringValue:
        parts = as_sent(rows, role.nulls, names)
        if not parts:
            return of_row
        text = parts[0].fill_null("")
        for part in parts[1:]:
            text = text + "|" + part.fill_null("")
        if keys.hides(tuple(names)):
            return ibis.literal("#") + text.hexdigest("sha256").substr(0, 16)
        return text

    # Two providers' local ids, and two layouts' ids, never mean each other.
    owner = f"{sent.provider or ''}/{keys.space}:"
    space = ibis.literal(owner) + local_id(keys.joined)
    named = as_sent(rows, role.nulls, keys.joined[:1])
    return {
        "row_hash": row_hash,
        "identity": space,
        "person_key": ibis.literal(f"{source}:") + local_id(keys.person),
        "row_key": ibis.literal(f"{source}:") + local_id(keys.row),
        "stay_key": ibis.literal(f"{source}:") + local_id(keys.stay),
        "namespace_key": ibis.ifelse(named[0].isnull(), None, space) if named else ibis.null("string"),
    }


def _shaped(engine: Engine, marked: ir.Table, sent: Sent) -> ir.Table:
    """The file's rows with every column of the wide table, and its ragged rows beside them."""
    role = sent.mapping.files[sent.role]
    place: dict[str, Any] = {
        "submission": sent.submission,
        "file": sent.file,
        "sheet": sent.sheet,
        "seq": sent.seq,
        "provider": sent.provider,
        "layout": sent.mapping.id,
        "role": sent.role,
        "kind": role.kind,
        "period": sent.period,
        "snapshot": sent.mapping.delivery != "increment",
        "received_on": sent.received_on,
    }
    chosen: dict[str, ir.Value] = {}
    for name, type_ in columns().items():
        if name in place:
            chosen[name] = ibis.literal(place[name], type=type_)
        elif name in marked.columns:
            chosen[name] = marked[name].cast(type_)
        else:
            chosen[name] = ibis.null(type_)
    shaped = marked.select(**chosen)
    if not sent.ragged:
        return shaped
    nothing = {f"has_{e}": False for e in entities()}
    ragged = [
        {**place, **nothing, "row": row, "line": line, "rejected_for": code}
        for row, line, code in sent.ragged
    ]
    schema = ibis.schema(columns()).to_pyarrow()
    return ibis.union(shaped, engine.table(pa.Table.from_pylist(ragged, schema=schema)))


__all__ = ["File", "opened", "wide_columns", "wide_table"]
