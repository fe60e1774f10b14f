"""In which order a column writes its days and months.

Decided for the column and never value by value: by the mapping if it says so, else by the values
that can be read in one order only. Where some can only be day first and others only month first,
day first stands unless it is outnumbered, because the layouts are British and a lone month-first
value is more often a slip than the rule; if it is outnumbered the column is ``mixed`` and nothing
in it that depends on the order is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import ibis
import ibis.expr.datatypes as dtypes
import ibis.expr.types as ir

from candour.dataset.types.shapes import DAY_FIRST, MONTH_FIRST, Pieces, take_apart
from candour.errors import UserError

DECLARED = ("iso", "dmy", "mdy")
"""Orders that a mapping may declare. ``iso`` says nothing about values that are not year first: if
there are any, the column has to settle them."""

SETTLED = ("dmy", "mdy", "mixed", "unsettled")
"""What a column may settle: ``unsettled`` where no value shows an order."""


@ibis.udf.scalar.builtin(name="try_strptime")
def _by_formats(text: str, forms: dtypes.Array(dtypes.string)) -> dtypes.timestamp:  # type: ignore[valid-type]
    """The local time by the first format that fits, or null."""


class Readings(NamedTuple):
    """The two days that each text may be, null where it is none; equal where order is no matter."""

    day_first: ir.DateValue
    month_first: ir.DateValue

    @property
    def only_day_first(self) -> ir.BooleanValue:
        """Texts that show that the column is day first: a day that exists, and only so."""
        return self.day_first.notnull() & self.month_first.isnull()

    @property
    def only_month_first(self) -> ir.BooleanValue:
        """Texts that show that the column is month first: a day that exists, and only so."""
        return self.month_first.notnull() & self.day_first.isnull()


def readings(pieces: Pieces) -> Readings:
    """Both readings of every text."""
    return Readings(read_as(pieces, "dmy"), read_as(pieces, "mdy"))


def read_as(pieces: Pieces, order: str) -> ir.DateValue:
    """The day of every text, read day first (``dmy``) or month first (``mdy``)."""
    forms = MONTH_FIRST if order == "mdy" else DAY_FIRST
    return _by_formats(pieces.tidied, list(forms)).date()


def settle_order(texts: ir.StringValue) -> ir.StringScalar:
    """``dmy``, ``mdy``, ``mixed``, or ``unsettled`` where no value of the column shows an order.

    ``texts`` is the whole column. The answer is a scalar: work it out once and hand it to
    ``parse_date_column``.
    """
    both = readings(take_apart(texts))
    return _settled(
        both.only_day_first.sum().fill_null(0), both.only_month_first.sum().fill_null(0)
    )


def settle_within(both: Readings) -> ir.StringValue:
    """The same for each row of the column itself, as a window over it."""
    whole = ibis.window()
    return _settled(
        both.only_day_first.sum().over(whole), both.only_month_first.sum().over(whole)
    )


def column_faults(texts: ir.StringValue) -> Mapping[str, ir.BooleanScalar]:
    """Faults that only the column as a whole can show, as one boolean each."""
    both = readings(take_apart(texts))
    mixes = both.only_day_first.any() & both.only_month_first.any()
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
