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
from candour.pipeline.standardise.opened import SUBMISSION
from candour.pipeline.standardise.surveys import YEAR_FIRST

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.sources.mapping import FileRole
    from candour.sources.parts import Check

OLDEST = 130
"""Years; nobody is taken to be older (MHS00171)."""
FIRST, LAST = 800, 2400
"""Months believed: late in the 1960s to the end of the next century."""


def month_of(role: FileRole, rows: ir.Table) -> ir.IntegerValue:
    """The number of the submitted month of each row; null where none can be read.

    A number on the row outranks the period that a header gives for the whole of what was sent.
    """
    number: ir.IntegerValue = ibis.null("int64")
    if role.month_begins is not None and role.month_begins in rows.columns:
        first = _column(role, rows, role.month_begins)[1]
        number = ((first.year() - 1900) * 12 + first.month() - 3).cast("int64")
    if role.month is not None and role.month in rows.columns:
        (text,) = as_sent(rows, role.nulls, [role.month])
        said = text.try_cast("int64")
        stated = ibis.ifelse(said.between(FIRST, LAST), said, ibis.null("int64"))
        number = ibis.ifelse(text.isnull(), number, stated)
    return number


def month_unread(role: FileRole, rows: ir.Table) -> ir.BooleanValue:
    """True where the row states a month that is no number of a month."""
    if role.month is None or role.month not in rows.columns:
        return ibis.literal(False)
    (text,) = as_sent(rows, role.nulls, [role.month])
    return text.notnull() & ~text.try_cast("int64").between(FIRST, LAST).fill_null(False)


def broken(role: FileRole, typed: ir.Table) -> dict[str, tuple[str, ir.BooleanValue]]:
    """For each check of the role, by its code: the column as sent, and the rows that break it.

    Where two checks have one code, a row that breaks either breaks it.
    """
    columns = {target.path: ", ".join(target.columns) for target in role.targets()}
    found: dict[str, tuple[str, ir.BooleanValue]] = {}
    for check in role.checks:
        expr = _never(check, role, typed)
        if expr is None:
            continue
        spoken_of = columns[check.field] if check.field else check.column or ""
        column, before = found.get(check.code, (spoken_of, None))
        broken_by = expr.fill_null(False)
        found[check.code] = (column, broken_by if before is None else before | broken_by)
    return found


def rejects(code: str) -> bool:
    """Whether a row that breaks the check is left out."""
    return kind(code).severity == "rejects-row"


_Dated = tuple["ir.StringValue", "ir.DateValue", "ir.DateValue"]
"""A date as sent, and the first and the last day that it may be."""


def _never(check: Check, role: FileRole, typed: ir.Table) -> ir.BooleanValue | None:
    """The rows that break a check; None where the file has nothing that it speaks of."""
    if check.never == "not-alone":
        return typed.count().over(group_by=typed[SUBMISSION]) > 1
    dated = _dated(role, typed, check.field, check.column)
    if dated is None:
        return None
    sent, first, last = dated
    if check.never == "blank":
        return sent.isnull()
    if check.never == "unreadable":
        return sent.notnull() & first.isnull()
    if check.never in ("before", "after"):
        other = _dated(role, typed, check.than, check.than_column)
        if other is None:
            return None
        return last < other[1] if check.never == "before" else first > other[2]
    begins, ends = _month(month_of(role, typed))
    if check.never == "no-age":
        return (first >= ends) | (last < begins - ibis.interval(years=OLDEST))
    if check.never == "after-next-day":
        return first > ends
    return last < begins if check.never == "before-month" else first >= ends


def _dated(role: FileRole, typed: ir.Table, path: str | None, column: str | None) -> _Dated | None:
    if path is not None:
        name = wide_name(path)
        if f"{name}__sent" not in typed.columns:
            return None
        return typed[f"{name}__sent"], typed[f"{name}__from"], typed[f"{name}__to"]
    if column is None or column not in typed.columns:
        return None
    return _column(role, typed, column)


def _column(role: FileRole, rows: ir.Table, column: str) -> _Dated:
    """A column that the data set does not carry: a day written year first, with a time or not."""
    (sent,) = as_sent(rows, role.nulls, [column])
    written = ibis.ifelse(sent.re_search(YEAR_FIRST), sent.substr(0, 10), ibis.null("string"))
    day = written.try_cast("date")
    return sent, day, day


def _month(number: ir.IntegerValue) -> tuple[ir.DateValue, ir.DateValue]:
    """The first day of a month, and of the next one."""
    return _first_day(number), _first_day(number + 1)


def _first_day(number: ir.IntegerValue) -> ir.DateValue:
    since = number + 2
    year = ((since - since % 12) / 12).cast("int64") + 1900
    text = year.cast("string") + "-" + (since % 12 + 1).cast("string").lpad(2, "0") + "-01"
    return text.try_cast("date")
