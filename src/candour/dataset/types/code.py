"""Codes of a dated list.

A code is taken as written: noughts in front are part of it. ``3`` is not read as ``03``, because
local labels (section 3) and national codes use the same figures for different things; the layout's
mapping says which is meant.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from candour.dataset.code_lists import Code, CodeList
from candour.dataset.types.parsed import Parsed, clean, true_where


def parse_column(
    texts: ir.StringValue, codelist: CodeList, on: ir.DateValue | None = None
) -> Parsed:
    """Codes of ``codelist``, capitals or not; null where the list has no such code.

    ``on`` is the day on which each code was used. With it, a code that was not yet or no longer in
    use then is kept with ``code-retired``.
    """
    word = clean(texts)
    upper = word.upper()
    value = ibis.cases(
        *((upper == each.code.upper(), each.code) for each in codelist.codes),
        else_=ibis.null("string"),
    )
    faults = {"code-not-in-list": true_where(word.notnull() & value.isnull())}
    if on is not None:
        faults["code-retired"] = _retired(value, codelist, on)
    return Parsed(value=value, faults=faults)


def _retired(value: ir.StringValue, codelist: CodeList, on: ir.DateValue) -> ir.BooleanValue:
    found: ir.BooleanValue = ibis.literal(False)
    for each in codelist.codes:
        out = _out_of_use(each, on)
        if out is not None:
            found = found | true_where((value == each.code) & on.notnull() & out)
    return found


def _out_of_use(code: Code, on: ir.DateValue) -> ir.BooleanValue | None:
    out: ir.BooleanValue | None = None
    if code.valid_from is not None:
        out = on < ibis.literal(code.valid_from)
    if code.valid_to is not None:
        late = on > ibis.literal(code.valid_to)
        out = late if out is None else out | late
    elif code.retired_in is not None:
        out = ibis.literal(True)
    return out
