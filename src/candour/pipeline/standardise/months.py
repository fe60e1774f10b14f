"""Flows that are sent month by month: which month a row is of, and the flow's own rules on dates.

A month is written as NHS England numbers it: (year - 1900) x 12 + month - 3, so 1489 is April 2024
(domain E, MHSDS). The rules are those of the flow's specification, under its codes; what is not
known breaks none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from candour.dataset.findings import kind
from candour.pipeline.standardise.columns import as_sent, wide_name

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.sources.mapping import FileRole
    from candour.sources.parts import Check

OLDEST = 130
"""Years; nobody is taken to be older (MHS00171)."""
FIRST, LAST = 800, 2400
"""Months believed: late in the 1960s to the end of the next century."""


def month_of(role: FileRole, rows: ir.Table) -> ir.IntegerValue:
    """The number of the submitted month of each row; null where none can be read."""
    if role.month is None or role.month not in rows.columns:
        return ibis.null("int64")
    (text,) = as_sent(rows, role.nulls, [role.month])
    number = text.try_cast("int64")
    return ibis.ifelse(number.between(FIRST, LAST), number, ibis.null("int64"))


def month_unread(role: FileRole, rows: ir.Table) -> ir.BooleanValue:
    """True where the row states a month that is no number of a month."""
    if role.month is None or role.month not in rows.columns:
        return ibis.literal(False)
    (text,) = as_sent(rows, role.nulls, [role.month])
    return text.notnull() & month_of(role, rows).isnull()


def broken(role: FileRole, typed: ir.Table) -> dict[str, tuple[str, ir.BooleanValue]]:
    """For each check of the role, by its code: the column as sent, and the rows that break it.

    Where two checks have one code, a row that breaks either breaks it.
    """
    columns = {target.path: ", ".join(target.columns) for target in role.targets()}
    found: dict[str, tuple[str, ir.BooleanValue]] = {}
    for check in role.checks:
        if f"{wide_name(check.field)}__sent" not in typed.columns:
            continue
        expr = _never(check, role, typed).fill_null(False)
        column, before = found.get(check.code, (columns[check.field], None))
        found[check.code] = (column, expr if before is None else before | expr)
    return found


def rejects(code: str) -> bool:
    """Whether a row that breaks the check is left out."""
    return kind(code).severity == "rejects-row"


def _never(check: Check, role: FileRole, typed: ir.Table) -> ir.BooleanValue:
    name = wide_name(check.field)
    sent = typed[f"{name}__sent"]
    first, last = typed[f"{name}__from"], typed[f"{name}__to"]
    if check.never == "blank":
        return sent.isnull()
    if check.never == "unreadable":
        return sent.notnull() & first.isnull()
    if check.than_found is not None:
        if check.than_found not in typed.columns:
            return ibis.literal(False)
        (text,) = as_sent(typed, role.nulls, [check.than_found])
        day = text.substr(0, 10).try_cast("date")
        return last < day if check.never == "before" else first > day
    if check.than is not None:
        other = wide_name(check.than)
        if f"{other}__from" not in typed.columns:
            return ibis.literal(False)
        if check.never == "before":
            return last < typed[f"{other}__from"]
        return first > typed[f"{other}__to"]
    begins, ends = _month(month_of(role, typed))
    if check.never == "no-age":
        return (first >= ends) | (last < begins - ibis.interval(years=OLDEST))
    if check.never == "after-next-day":
        return first > ends
    return last < begins if check.never == "before-month" else first >= ends


def _month(number: ir.IntegerValue) -> tuple[ir.DateValue, ir.DateValue]:
    """The first day of a month, and of the next one."""
    return _first_day(number), _first_day(number + 1)


def _first_day(number: ir.IntegerValue) -> ir.DateValue:
    since = number + 2
    year = ((since - since % 12) / 12).cast("int64") + 1900
    text = year.cast("string") + "-" + (since % 12 + 1).cast("string").lpad(2, "0") + "-01"
    return text.try_cast("date")
