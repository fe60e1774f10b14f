"""From a field of the data set to the parser of its type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import ibis.expr.types as ir

from candour.dataset.code_lists import codelist
from candour.dataset.model import BIRTH_FIELDS, DATE_TYPES, Field
from candour.dataset.types import (
    code,
    icd10,
    integer,
    local_id,
    nhs_number,
    ods_code,
    orders,
    postcode,
    text,
    yes_no_unknown,
)
from candour.dataset.types.dates import CIVIL_ZONE, parse_date_column
from candour.dataset.types.parsed import Parsed
from candour.dataset.types.shapes import Pieces
from candour.errors import CandourError

PARSERS = {
    "text": text.parse_column,
    "ods_code": ods_code.parse_column,
    "icd10": icd10.parse_column,
    "postcode": postcode.parse_column,
    "yes_no_unknown": yes_no_unknown.parse_column,
    "integer": integer.parse_column,
    "local_id": local_id.parse_column,
}


def parse_field(
    field: Field,
    texts: ir.StringValue | Pieces,
    *,
    order: str | None = None,
    format: str | None = None,  # noqa: A002 - the mapping's own word
    zone: str = CIVIL_ZONE,
    received_on: dt.date | ir.DateValue | None = None,
    on: ir.DateValue | None = None,
    column_rounded: bool | None = None,
) -> Parsed:
    """A column of texts by the type of ``field``.

    ``order`` and ``column_rounded`` are what ``survey_field`` found for the whole column; left out,
    the column is asked on the way, which costs a window over it. ``on`` is the day on which a code
    was used. What does not concern the field's type is ignored.
    """
    if field.type in DATE_TYPES:
        return parse_date_column(
            texts,
            order,
            format,
            zone,
            received_on=received_on,
            birth=field.path in BIRTH_FIELDS,
            may_be_future=field.may_be_future,
        )
    if isinstance(texts, Pieces):
        raise CandourError(f"{field.path} is no date and was taken apart as one.")
    if field.type == "nhs_number":
        return nhs_number.parse_column(texts, column_rounded=column_rounded)
    if field.codelist is not None:
        return code.parse_column(texts, codelist(field.codelist), on)
    return PARSERS[field.type](texts)


def survey_field(field: Field, texts: ir.StringValue | Pieces) -> Mapping[str, ir.Scalar]:
    """What has to be asked of a whole column before its values are read: one scalar each.

    ``order`` (dates) is text; every other key is the code of a finding about the column and
    boolean. Put them into one ``table.aggregate(...)`` for all columns of a file.
    """
    if field.type in DATE_TYPES:
        return {"order": orders.settle_order(texts), **orders.column_faults(texts)}
    if field.type == "nhs_number" and not isinstance(texts, Pieces):
        return nhs_number.whole_column_faults(texts)
    return {}
