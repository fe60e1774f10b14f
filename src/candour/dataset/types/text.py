"""Words as the source wrote them."""

from __future__ import annotations

import ibis.expr.types as ir

from candour.dataset.types.parsed import Parsed, clean


def parse_column(texts: ir.StringValue) -> Parsed:
    """The texts as sent, blanks at the ends taken off; nothing within is changed."""
    return Parsed(value=clean(texts))
