"""Yes, no, unknown. Empty is none of the three: it means that nothing was said."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from candour.dataset.types.parsed import Parsed, clean, true_where

SPELLINGS = {
    "yes": ("yes", "y", "true", "t", "1"),
    "no": ("no", "n", "false", "f", "0"),
    "unknown": ("unknown", "u", "not known", "nk", "don't know", "dont know"),
}


def parse_column(texts: ir.StringValue) -> Parsed:
    """``yes``, ``no`` or ``unknown``; null where the text is empty or none of them."""
    word = clean(texts).lower()
    value = ibis.cases(
        *((word.isin(list(spellings)), answer) for answer, spellings in SPELLINGS.items()),
        else_=ibis.null("string"),
    )
    return Parsed(
        value=value,
        faults={"yes-no-unreadable": true_where(word.notnull() & value.isnull())},
    )
