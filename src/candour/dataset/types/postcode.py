"""Postcodes of the United Kingdom.

``ZZ99`` codes are the pseudo-postcodes of the NHS (no fixed abode, abroad, not known). No real
postcode begins with ZZ, so invented people live there too.
"""

from __future__ import annotations

import ibis.expr.types as ir

from candour.dataset.types.parsed import Parsed, only_where, squeezed, true_where

FORM = r"^(GIR0AA|[A-Z][A-Z]?[0-9][0-9A-Z]?[0-9][A-Z]{2})$"


def parse_column(texts: ir.StringValue) -> Parsed:
    """Postcodes in capitals with one space before the last three characters."""
    code = squeezed(texts).upper()
    good = true_where(code.re_search(FORM))
    spaced = code.re_replace(r"^(.+)(.{3})$", r"\1 \2")
    return Parsed(
        value=only_where(good, spaced),
        faults={
            "postcode-unreadable": code.notnull() & ~good,
            "postcode-not-allocated": good & true_where(code.startswith("ZZ")),
        },
    )
