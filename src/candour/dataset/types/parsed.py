"""What every parser gives back, and the small words that parsers share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

# RE2's \s knows ASCII only; spreadsheets and web pages leave these others around a value.
BLANKS = (
    r"\s\x0b\x1c-\x1f\x{0085}\x{00a0}\x{1680}\x{2000}-\x{200b}\x{2028}\x{2029}\x{202f}"
    r"\x{205f}\x{2060}\x{3000}\x{feff}"
)

SCIENTIFIC = r"^[+-]?[0-9]+([.,][0-9]*)?[eE][+-]?[0-9]+$"


class PartialDate(NamedTuple):
    """A date as exactly as it is known: the days it may lie between, both included.

    ``precision`` is ``day``, ``month`` or ``year``.
    """

    earliest: date
    latest: date
    precision: str


@dataclass(frozen=True)
class Parsed:
    """A column of texts, parsed.

    ``value`` is null where no value could be taken. ``faults`` gives, for a code of
    ``findings.yaml``, a boolean column that is true on the rows concerned and never null.
    For a date ``value`` is the day, null where only the month or the year is known, and
    ``earliest``, ``latest`` and ``precision`` tell the rest; for other types these are None.
    """

    value: ir.Value
    faults: Mapping[str, ir.BooleanValue] = dataclass_field(
        default_factory=lambda: MappingProxyType({})
    )
    earliest: ir.DateValue | None = None
    latest: ir.DateValue | None = None
    precision: ir.StringValue | None = None


def clean(texts: ir.StringValue) -> ir.StringValue:
    """The texts without blanks at either end; null where nothing is left."""
    return texts.re_replace(f"^[{BLANKS}]+|[{BLANKS}]+$", "").nullif("")


def squeezed(texts: ir.StringValue) -> ir.StringValue:
    """The texts without any blank, also within."""
    return texts.re_replace(f"[{BLANKS}]+", "").nullif("")


def true_where(condition: ir.BooleanValue) -> ir.BooleanValue:
    """The condition, false where it would be null."""
    return condition.fill_null(False)


def only_where(condition: ir.BooleanValue, value: ir.Value) -> ir.Value:
    """The value where the condition is true, else null."""
    return ibis.ifelse(condition, value, ibis.null(value.type()))
