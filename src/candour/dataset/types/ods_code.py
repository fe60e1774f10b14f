"""Codes of the Organisation Data Service, for organisations and their sites.

They have three characters (trusts, ICBs), five (newer trusts, sites, regions' new ICBs), and in the
independent sector and primary care other lengths up to six. The form is checked here; whether such
an organisation exists is for ``candour.organisations``.
"""

from __future__ import annotations

import ibis.expr.types as ir

from candour.dataset.types.parsed import Parsed, only_where, squeezed, true_where

# Four and six letters alone are far more often a word ("WARD", "LONDON") than a code.
FORM = r"^([A-Z0-9]{3}|[A-Z0-9]{5}|[A-Z]+[0-9][A-Z0-9]*|[0-9][A-Z0-9]+)$"


def parse_column(texts: ir.StringValue) -> Parsed:
    """Organisation codes in capitals without spaces."""
    code = squeezed(texts).upper()
    good = true_where(code.re_search(FORM) & code.length().between(3, 6))
    return Parsed(
        value=only_where(good, code),
        faults={"ods-code-unreadable": code.notnull() & ~good},
    )
