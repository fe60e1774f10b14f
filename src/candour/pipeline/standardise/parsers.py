"""One target of a role, read by the parser of its field's type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ibis

from candour.dataset.types import parse_date_parts, parse_field
from candour.dataset.types.dates import CIVIL_ZONE
from candour.dataset.types.fields import BIRTH_FIELDS
from candour.pipeline.standardise.columns import Typed
from candour.sources.mapping import Target

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.dataset.model import Field
    from candour.dataset.types import Parsed


def date_field(
    about: Field,
    target: Target,
    sent: Sequence[ir.StringValue],
    received_on: dt.date | None,
    survey: Mapping[str, Any],
) -> Typed:
    """A date: its day, the ends it lies between, and the text as sent."""
    if target.how == "year-month-day":
        parsed = parse_date_parts(
            *sent,
            received_on=received_on,
            birth=about.path in BIRTH_FIELDS,
            may_be_future=about.may_be_future,
        )
        together = _joined(sent, "-")
    else:
        together = _one_text(target, sent)
        style = target.dates
        declared = style.order if style.order in ("dmy", "mdy") else survey.get("order")
        parsed = parse_field(
            about,
            together,
            order=declared or style.order,
            format=style.format,
            zone=style.zone or CIVIL_ZONE,
            received_on=received_on,
        )
    return Typed(
        about.path,
        target.columns[0],
        {
            "": parsed.value,
            "__from": parsed.earliest,
            "__to": parsed.latest,
            "__sent": together,
        },
        dict(parsed.faults),
    )


def plain_field(
    about: Field, target: Target, sent: Sequence[ir.StringValue], survey: Mapping[str, Any]
) -> Typed:
    """Anything but a date: its value and the text as sent."""
    text = _one_text(target, sent)
    faults: dict[str, ir.BooleanValue] = {}
    value: ir.Value
    if target.codes:
        value = ibis.cases(
            *((text == said, code) for said, code in target.codes.items() if code is not None),
            else_=ibis.null("string"),
        )
        faults["unmapped-code"] = text.notnull() & text.notin(list(target.codes))
    else:
        parsed: Parsed = parse_field(
            about, text, column_rounded=survey.get("column-rounded-by-a-spreadsheet")
        )
        value = parsed.value.cast("string")
        faults |= parsed.faults
    return Typed(about.path, target.columns[0], {"": value, "__sent": text}, faults)


def surveyed_text(target: Target, sent: Sequence[ir.StringValue]) -> ir.StringValue | None:
    """The column as one text, where its values have to be looked at together before any is read."""
    if target.how == "year-month-day" or target.dates.format:
        return None
    return _one_text(target, sent)


def _one_text(target: Target, sent: Sequence[ir.StringValue]) -> ir.StringValue:
    if target.how == "first-of":
        return ibis.coalesce(*sent)
    if target.how == "date-and-time":
        date, time = sent
        return ibis.ifelse(time.isnull(), date, date + " " + time)
    return sent[0]


def _joined(texts: Sequence[ir.StringValue], between: str) -> ir.StringValue:
    whole = texts[0].fill_null("")
    for text in texts[1:]:
        whole = whole + between + text.fill_null("")
    return whole.nullif(between * (len(texts) - 1))
