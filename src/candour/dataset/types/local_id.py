"""Identifiers that one organisation gives out: text, kept as sent."""

from __future__ import annotations

import ibis.expr.types as ir

from candour.dataset.types.parsed import SCIENTIFIC, Parsed, clean, only_where, true_where


def parse_column(texts: ir.StringValue) -> Parsed:
    """The ids as sent, blanks at the ends taken off. Noughts at the front stay.

    An id in scientific notation has lost digits, so it is refused: two people could share it.
    """
    text = clean(texts)
    scientific = true_where(text.re_search(SCIENTIFIC) & text.re_search("[.,+]"))
    return Parsed(
        value=only_where(text.notnull() & ~scientific, text),
        faults={"number-in-scientific-notation": scientific},
    )
