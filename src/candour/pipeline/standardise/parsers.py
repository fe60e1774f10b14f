"""The text of one target, and the reading of anything that is not a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ibis

from candour.dataset.types import parse_field
from candour.pipeline.standardise.columns import Typed
from candour.pipeline.standardise.dates import PARTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.dataset.model import Field
    from candour.dataset.types import Parsed
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


def plain_field(
    about: Field, target: Target, text: ir.StringValue, survey: Mapping[str, Any]
) -> Typed:
    """Anything but a date: its value, and what is wrong with which rows."""
    faults: dict[str, ir.BooleanValue] = {}
    value: ir.Value
    if target.codes is not None:
        known = [(text == said, code) for said, code in target.codes.items() if code is not None]
        value = ibis.cases(*known, else_=ibis.null("string")) if known else ibis.null("string")
        faults["unmapped-code"] = text.notnull() & text.notin(list(target.codes) or [""])
    else:
        parsed: Parsed = parse_field(
            about, text, column_rounded=survey.get("column-rounded-by-a-spreadsheet")
        )
        value = parsed.value.cast("string")
        faults |= parsed.faults
    return Typed(about.path, ", ".join(target.columns), value, faults)


def _joined(texts: Sequence[ir.StringValue], between: str) -> ir.StringValue:
    whole = texts[0].fill_null("")
    for text in texts[1:]:
        whole = whole + between + text.fill_null("")
    return whole.nullif(between * (len(texts) - 1))
