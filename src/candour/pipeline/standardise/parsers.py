"""The text of one target, and what is read of it row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis

from candour.dataset.types import parse_field
from candour.pipeline.standardise.columns import Typed
from candour.pipeline.standardise.texts import PARTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.dataset.model import Field
    from candour.sources.mapping import Target


def one_text(target: Target, sent: Sequence[ir.StringValue]) -> ir.StringValue:
    """What the file says of a field, as one text: its columns together, or the first of them."""
    if target.how == "year-month-day":
        return _joined(sent, PARTS)
    if target.how == "first-of":
        return ibis.coalesce(*sent)
    if target.how == "date-and-time":
        date, time = sent
        return ibis.ifelse(time.isnull(), date, date + " " + time)
    return sent[0]


def as_it_comes(about: Field, target: Target, text: ir.StringValue) -> Typed:
    """A field that is read row by row: its value, and what is wrong with which rows."""
    parsed = parse_field(about, text)
    return Typed(
        about.path, ", ".join(target.columns), parsed.value.cast("string"), dict(parsed.faults)
    )


def _joined(texts: Sequence[ir.StringValue], between: str) -> ir.StringValue:
    whole = texts[0].fill_null("")
    for text in texts[1:]:
        whole = whole + between + text.fill_null("")
    return whole.nullif(between * (len(texts) - 1))
