"""One staged table as rows of the wide table, with its findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from candour.dataset.findings import Finding, finding, kind
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
from candour.pipeline.standardise.identity import Keys
from candour.pipeline.standardise.sent import STAGE, Sent
from candour.sources.mapping import FileRole, Target

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

MARK = "fault__"
PLACE = {
    "submission": "string",
    "file": "string",
    "sheet": "string",
    "seq": "int64",
    "row": "int64",
    "line": "int64",
    "provider": "string",
    "layout": "string",
    "role": "string",
    "kind": "string",
    "period": "string",
    "snapshot": "boolean",
    "received_on": "date",
    "known_on": "date",
    "rejected_for": "string",
    "row_hash": "string",
    "identity": "string",
    "person_key": "string",
    "row_key": "string",
    "stay_key": "string",
    "namespace_key": "string",
}


@dataclass
class Wide:
    """One staged table, typed: rows in the shape shared by every layout, and findings."""

    table: ir.Table
    findings: list[Finding]


def columns() -> dict[str, str]:
    """Every column of the wide table, in order, with its type."""
    return {**PLACE, **{f"has_{e}": "boolean" for e in entities()}, **wide_columns()}


def empty_table(engine: Engine) -> ir.Table:
    """The wide table of a run that received nothing, as the stage hands it on."""
    more = {
        "outcome": "string",
        "duplicate_of": "string",
        "duplicate_of_row": "int64",
        "given_out_twice": "boolean",
        "standing": "string",
    }
    schema = ibis.schema({**columns(), **more}).to_pyarrow()
    return engine.table(schema.empty_table())


def wide_table(engine: Engine, sent: Sent, keys: Keys) -> Wide:
    """Type one staged table."""
    role = sent.mapping.files[sent.role]
    table = engine.read(sent.path)
    targets = [t for t in role.targets() if any(c in table.columns for c in t.columns)]
    survey = _survey(engine, table, role, targets)
    fields = [_typed(table, role, t, sent, survey.get(n, {})) for n, t in enumerate(targets)]
    values = _values(fields, sent)
    typed = table.mutate(**values, row=table._row, line=table._line)
    typed = typed.mutate(**_has(role, typed))
    faults = [(code, each.column, expr) for each in fields for code, expr in each.faults.items()]
    faults += [(code, "", expr) for code, expr in _cross_field(role, typed).items()]
    rejected = _rejected_for(table, role, keys)
    marked = typed.mutate(
        rejected_for=rejected,
        **_identity(table, role, keys, sent),
        **{f"{MARK}{n}": expr for n, (_, _, expr) in enumerate(faults)},
    )
    kept = engine.keep(marked)
    found = _findings(engine, kept, faults, sent)
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
    chosen = {}
    for name, type_ in columns().items():
        value = kept[name] if name in kept.columns and name not in place else place.get(name)
        chosen[name] = (ibis.literal(value) if not isinstance(value, ibis.Value) else value).cast(
            type_
        )
    return Wide(_with_ragged(engine, kept.select(**chosen), sent, role), found)


def _survey(
    engine: Engine, table: ir.Table, role: FileRole, targets: Sequence[Target]
) -> dict[int, dict[str, Any]]:
    """What has to be asked of whole columns, in one pass over the file, by the target's place."""
    asked: dict[str, ir.Scalar] = {}
    for number, target in enumerate(targets):
        text = parsers.surveyed_text(target, as_sent(table, role.nulls, target.columns))
        if text is None:
            continue
        for name, scalar in survey_field(load_field(target.path), text).items():
            asked[f"{number}:{name}"] = scalar
    if not asked:
        return {}
    (answer,) = engine.rows(table.aggregate(**asked))
    found: dict[int, dict[str, Any]] = {}
    for name, value in answer.items():
        number, _, question = name.partition(":")
        found.setdefault(int(number), {})[question] = value
    return found


def _typed(
    table: ir.Table, role: FileRole, target: Target, sent: Sent, survey: Mapping[str, Any]
) -> Typed:
    texts = as_sent(table, role.nulls, target.columns)
    about = load_field(target.path)
    if about.type in DATE_TYPES:
        return parsers.date_field(about, target, texts, sent.received_on, survey)
    return parsers.plain_field(about, target, texts, survey)


def _values(fields: Sequence[Typed], sent: Sent) -> dict[str, ir.Value]:
    """Value columns by name: what the file says, then what the layout implies where it says none."""
    values: dict[str, ir.Value] = {}
    for each in fields:
        for suffix, expr in each.values.items():
            name = wide_name(each.path) + suffix
            # Two columns may feed one field: the first that holds something is taken.
            values[name] = ibis.coalesce(values[name], expr) if name in values else expr
    for path, value in sent.mapping.implied(sent.role).items():
        name = wide_name(path)
        if name not in wide_columns() or path.split(".")[0] not in sent.mapping.files[sent.role].rows_are:
            continue
        implied = ibis.literal(value)
        values[name] = ibis.coalesce(values[name], implied) if name in values else implied
    role = sent.mapping.files[sent.role]
    known = role.known_on
    if known is not None:
        column = next(
            (v for f in fields if f.column == known for s, v in f.values.items() if s == ""), None
        )
        if column is not None:
            values["known_on"] = column
    return values


def _has(role: FileRole, typed: ir.Table) -> dict[str, ir.BooleanValue]:
    """Which entities each row speaks of."""

    def said(*paths: str) -> ir.BooleanValue:
        found: ir.BooleanValue = ibis.literal(False)
        for path in paths:
            name = f"{wide_name(path)}__sent"
            if name in typed.columns:
                found = found | typed[name].notnull()
        return found

    def is_yes(path: str) -> ir.BooleanValue:
        name = wide_name(path)
        if name not in typed.columns:
            return ibis.literal(False)
        return (typed[name] == "yes").fill_null(False)

    died_there = is_yes("stay.ended_by_death")
    for path, code in (("stay.discharge_method", "4"), ("stay.discharge_destination", "79")):
        if wide_name(path) in typed.columns:
            died_there = died_there | (typed[wide_name(path)] == code).fill_null(False)
    speaks = {
        "person": ibis.literal(True),
        "stay": said("stay.local_stay_id", "stay.admitted_on", "stay.discharged_on"),
        "absence": said("absence.absence_kind", "absence.started_on"),
        "death": is_yes("death.died")
        | said("death.death_date", "death.registered_on")
        | (died_there if "stay" in role.rows_are else ibis.literal(False)),
        "near_miss": ibis.literal(True),
        "report": ibis.literal(True),
    }
    has: dict[str, ir.BooleanValue] = {}
    for entity in entities():
        if entity not in role.rows_are:
            has[f"has_{entity}"] = ibis.literal(False)
            continue
        expr = speaks.get(entity, ibis.literal(True))
        only = role.only_where.get(entity)
        if only is not None and only.column in typed.columns:
            (text,) = as_sent(typed, role.nulls, [only.column])
            expr = expr & text.fill_null("").isin(only.within)
        has[f"has_{entity}"] = expr
    return has


def _cross_field(role: FileRole, typed: ir.Table) -> dict[str, ir.BooleanValue]:
    from candour.dataset import rules

    faults: dict[str, ir.BooleanValue] = {}
    for entity in role.rows_are:
        for code, expr in rules.compiled(entity, typed).items():
            faults[code] = faults[code] | expr if code in faults else expr
    return faults


def _rejected_for(table: ir.Table, role: FileRole, keys: Keys) -> ir.StringValue:
    """The finding for which a row is left out of the data set; null where it is taken."""
    answers = []
    for where in role.where:
        if where.column not in table.columns:
            continue
        text = table[where.column].strip()
        if where.within is not None:
            answers.append((text.notin(where.within), where.finding))
        if where.not_in is not None:
            answers.append((text.isin(where.not_in), where.finding))
    lacking = [
        text.isnull() for text in as_sent(table, role.nulls, keys.required)
    ]
    for blank in lacking:
        answers.append((blank, "row-without-its-key"))
    if not answers:
        return ibis.null("string")
    return ibis.cases(*answers, else_=ibis.null("string"))


def _identity(
    table: ir.Table, role: FileRole, keys: Keys, sent: Sent
) -> dict[str, ir.StringValue]:
    """The identities of each row, and the hash that equal rows share."""
    used = sorted({c for c in role.known_columns() if c in table.columns})
    texts = as_sent(table, role.nulls, used)
    whole: ir.StringValue = ibis.literal("")
    for name, text in zip(used, texts, strict=True):
        whole = whole + ibis.ifelse(text.isnull(), "", ibis.literal(f"\x1f{name}\x1e") + text.fill_null(""))
    row_hash = whole.hexdigest("sha256")
    source = f"{sent.provider}/{sent.role}" if sent.provider else sent.role

    def key(columns: tuple[str, ...]) -> ir.StringValue:
        parts = as_sent(table, role.nulls, columns)
        if not parts:
            return ibis.literal(f"{source}:#") + row_hash.substr(0, 16)
        text = parts[0].fill_null("")
        for part in parts[1:]:
            text = text + "|" + part.fill_null("")
        if keys.hides(columns):
            text = ibis.literal("#") + (ibis.literal("\x1f") + text).hexdigest("sha256").substr(0, 16)
        return ibis.literal(f"{source}:") + text

    (space, *_) = as_sent(table, role.nulls, keys.joined) or [ibis.null("string")]
    # Two providers' local ids, and two layouts' ids, never mean each other.
    owner = ibis.literal(f"{sent.provider or ''}/{keys.space}:")
    hidden = keys.hides(keys.joined)
    name = (ibis.literal("#") + space.hexdigest("sha256").substr(0, 16)) if hidden else space
    return {
        "row_hash": row_hash,
        "identity": ibis.literal(f"{sent.provider or ''}/{keys.space}:") + name.fill_null(""),
        "person_key": key(keys.person),
        "row_key": key(keys.row),
        "stay_key": key(keys.stay) if keys.stay else ibis.literal(f"{source}:#") + row_hash.substr(0, 16),
        "namespace_key": ibis.ifelse(space.isnull(), ibis.null("string"), owner + name.fill_null("")),
    }


_MARKED = """
SELECT "row", line, unnest(list_filter([{marks}], lambda x: x IS NOT NULL)) AS fault
FROM {{kept}} WHERE {any} ORDER BY "row", fault
"""


def _findings(
    engine: Engine, kept: ir.Table, faults: Sequence[tuple[str, str, Any]], sent: Sent
) -> list[Finding]:
    """The findings of a typed table: one pass, only rows that have any."""
    found: list[Finding] = []
    base = {"submission": sent.submission, "file": sent.file, "sheet": sent.sheet, "stage": STAGE}
    if faults:
        marks = ", ".join(f"CASE WHEN {MARK}{n} THEN {n} END" for n in range(len(faults)))
        any_of = " OR ".join(f"{MARK}{n}" for n in range(len(faults)))
        marked: pa.Table = engine.arrow(engine.sql(_MARKED.format(marks=marks, any=any_of), kept=kept))
        for each in marked.sort_by([("row", "ascending"), ("fault", "ascending")]).to_pylist():
            code, column, _ = faults[each["fault"]]
            found.append(
                finding(code, field=column or None, row=each["row"], line=each["line"], **base)
            )
    left_out = kept.filter(kept.rejected_for.notnull()).select("row", "line", "rejected_for")
    for each in engine.arrow(left_out.order_by("row")).to_pylist():
        kind(each["rejected_for"])
        found.append(finding(each["rejected_for"], row=each["row"], line=each["line"], **base))
    return found


def _with_ragged(engine: Engine, wide: ir.Table, sent: Sent, role: FileRole) -> ir.Table:
    """Rows that could not be taken apart: they count, and say where they stood."""
    if not sent.ragged:
        return wide
    rows = [
        {
            "submission": sent.submission,
            "file": sent.file,
            "sheet": sent.sheet,
            "seq": sent.seq,
            "row": row,
            "line": line,
            "provider": sent.provider,
            "layout": sent.mapping.id,
            "role": sent.role,
            "kind": role.kind,
            "rejected_for": code,
            **{f"has_{e}": False for e in entities()},
        }
        for row, line, code in sent.ragged
    ]
    schema = ibis.schema(columns()).to_pyarrow()
    return ibis.union(wide, engine.table(pa.Table.from_pylist(rows, schema=schema)))
