"""Whole numbers. A number with a fraction is not rounded, and a hidden figure is not a nought."""

from __future__ import annotations

import ibis.expr.types as ir

from candour.dataset.types.parsed import Parsed, only_where, squeezed, true_where

FORM = r"^[+-]?([0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5})(\.0*)?$"


def parse_column(texts: ir.StringValue) -> Parsed:
    """Whole numbers of up to eighteen digits; commas between thousands are understood."""
    text = squeezed(texts)
    good = true_where(text.re_search(FORM))
    digits = only_where(good, text.re_replace(r",|\.0*$|^\+", ""))
    return Parsed(
        value=digits.try_cast("int64"),
        faults={"number-unreadable": text.notnull() & ~good},
    )
