"""Which entities a row speaks of, and which rows are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis

from candour.dataset import codelist
from candour.pipeline.standardise.columns import as_sent, entities, later_columns, wide_name

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.pipeline.standardise.identity import Keys
    from candour.sources.mapping import FileRole, OnlyWhere


def has(role: FileRole, typed: ir.Table) -> dict[str, ir.BooleanValue]:
    """``has_person``, ``has_stay``, … for each row of a typed table.

    A row of a caseload list without an admission speaks of no stay; one without a date of death, of
    no death, unless the stay on it ended by death or the layout implies that the person died.
    """
    answers = {
        "stay": _said(typed, "stay.local_stay_id", "stay.admitted_on", "stay.discharged_on"),
        "absence": _said(typed, "absence.absence_kind", "absence.started_on"),
        "death": _died(role, typed),
        "ward_stay": _said(typed, "ward_stay.local_ward_stay_id", "ward_stay.started_on"),
        "legal_status": _said(typed, "legal_status.mha_status", "legal_status.started_on"),
    }
    found: dict[str, ir.BooleanValue] = {}
    for entity in entities():
        if entity not in role.rows_are:
            if f"has_{entity}" in later_columns():
                continue
            found[f"has_{entity}"] = ibis.literal(False)
            continue
        expr = answers.get(entity, ibis.literal(True))
        if f"has_{entity}" in later_columns():
            # What a layout implies is true only of what a row speaks of by itself.
            expr = _said(typed, *(t.path for t in role.targets() if t.entity == entity))
        # One condition is enough: a system may say death by its result or by its category.
        asked = [only for only in role.only_where.get(entity, ()) if only.column in typed.columns]
        if asked:
            met: ir.BooleanValue = ibis.literal(False)
            for only in asked:
                met = met | _met(only, as_sent(typed, role.nulls, [only.column])[0])
            expr = expr & met
        found[f"has_{entity}"] = expr
    return found


def _met(only: OnlyWhere, text: ir.StringValue) -> ir.BooleanValue:
    """Whether a cell holds, or begins with, what a condition asks for."""
    said = text.fill_null("")
    met: ir.BooleanValue = ibis.literal(False)
    if only.between is None:
        met = met | said.isin(only.within)
    else:
        for value in only.within:
            met = met | (only.between + said + only.between).contains(
                only.between + value + only.between
            )
    for beginning in only.begins:
        met = met | said.lower().startswith(beginning.lower())
    return met


def _said(typed: ir.Table, *paths: str, like: str | None = None) -> ir.BooleanValue:
    """Whether a row says anything of one of these fields, or something ``like`` a pattern."""
    found: ir.BooleanValue = ibis.literal(False)
    for path in dict.fromkeys(paths):
        name = f"{wide_name(path)}__sent"
        if name in typed.columns:
            # A pattern costs every row; that there is something at all, nearly nothing.
            met = typed[name] != "" if like is None else typed[name].re_search(like)
            found = found | met.fill_null(False)
    return found


def _is(typed: ir.Table, path: str, *values: str) -> ir.BooleanValue:
    name = wide_name(path)
    if name not in typed.columns:
        return ibis.literal(False)
    return typed[name].isin(values).fill_null(False)


def _died(role: FileRole, typed: ir.Table) -> ir.BooleanValue:
    # A word where a date belongs ("alive", "not known") does not say that somebody died.
    told = _said(typed, "death.registered_on") | _said(typed, "death.death_date", like="[0-9]")
    died = _is(typed, "death.died", "yes") | told
    if "stay" in role.rows_are:
        died = (
            died
            | _is(typed, "stay.ended_by_death", "yes")
            | _is(typed, "stay.discharge_method", *codelist("discharge_method").where(left="died"))
            | _is(
                typed,
                "stay.discharge_destination",
                *codelist("discharge_destination").where(kind="died"),
            )
        )
    return died


def rejected_for(
    role: FileRole,
    keys: Keys,
    table: ir.Table,
    broken: Mapping[str, ir.BooleanValue] | None = None,
) -> ir.StringValue:
    """The finding for which a row is left out of the data set; null where it is taken.

    ``broken`` are rows that break a rule of the flow's own, by the code of its finding.
    """
    answers: list[tuple[ir.BooleanValue, str]] = []
    for where in role.where:
        if where.column not in table.columns:
            continue
        text = table[where.column].strip()
        if where.within is not None:
            answers.append((text.notin(where.within), where.finding))
        if where.not_in is not None:
            answers.append((text.isin(where.not_in), where.finding))
    for column in keys.required:
        (text,) = as_sent(table, role.nulls, [column])
        lost = column in role.found_by
        answers.append((text.isnull(), "row-leads-to-nobody" if lost else "row-without-its-key"))
    answers += [(expr, code) for code, expr in (broken or {}).items()]
    return ibis.cases(*answers, else_=None) if answers else ibis.null("string")
