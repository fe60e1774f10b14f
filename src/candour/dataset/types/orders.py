"""In which order a column writes its days and months.

Decided for the column and never value by value: by the mapping if it says so, else by the values
that can be read in one order only. Where some can only be day first and others only month first,
day first stands unless it is outnumbered, because the layouts are British and a lone month-first
value is more often a slip than the rule; if it is outnumbered the column is ``mixed`` and nothing
in it that depends on the order is read.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from candour.dataset.types.shapes import Pieces, take_apart
from candour.errors import UserError

DECLARED = ("iso", "dmy", "mdy")
"""Orders that a mapping may declare. ``iso`` says nothing about values that are not year first: if
there are any, the column has to settle them."""

SETTLED = ("dmy", "mdy", "mixed", "unsettled")
"""What a column may settle: ``unsettled`` where no value shows an order."""


def only_day_first(pieces: Pieces) -> ir.BooleanValue:
    """Texts that show that the column is day first: a day that exists, and only so."""
    return pieces.day_first.notnull() & pieces.month_first.isnull()


def only_month_first(pieces: Pieces) -> ir.BooleanValue:
    """Texts that show that the column is month first: a day that exists, and only so."""
    return pieces.month_first.notnull() & pieces.day_first.isnull()


def settle_order(texts: ir.StringValue | Pieces) -> ir.StringScalar:
    """``dmy``, ``mdy``, ``mixed``, or ``unsettled`` where no value of the column shows an order.

    ``texts`` is the whole column. The answer is a scalar: work it out once and hand it to
    ``parse_date_column``.
    """
    pieces = take_apart(texts)
    return _settled(
        only_day_first(pieces).sum().fill_null(0), only_month_first(pieces).sum().fill_null(0)
    )


def settle_within(pieces: Pieces) -> ir.StringValue:
    """The same for each row of the column itself, as a window over it."""
    whole = ibis.window()
    return _settled(
        only_day_first(pieces).sum().over(whole), only_month_first(pieces).sum().over(whole)
    )


def column_faults(texts: ir.StringValue | Pieces) -> Mapping[str, ir.BooleanScalar]:
    """Faults that only the column as a whole can show, as one boolean each."""
    pieces = take_apart(texts)
    mixes = only_day_first(pieces).any() & only_month_first(pieces).any()
    return {"date-column-mixes-orders": mixes.fill_null(False)}


def check_order(order: str | None) -> None:
    """Raise UserError where a mapping declares an order that is not one."""
    if order is not None and order not in (*DECLARED, *SETTLED):
        raise UserError(
            f"There is no order of dates {order!r}.", f"Use one of: {', '.join(DECLARED)}."
        )


def _settled(day_first: ir.IntegerValue, month_first: ir.IntegerValue) -> ir.StringValue:
    return ibis.cases(
        ((day_first == 0) & (month_first == 0), "unsettled"),
        (day_first >= month_first, "dmy"),
        (day_first == 0, "mdy"),
        else_="mixed",
    )
