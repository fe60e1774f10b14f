"""The few words of the default engine that Ibis has no name for.

Reading files stays in this process, on the default engine, so these need not run elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

_INSTANT = dt.Timestamp("UTC")
_LOCAL = dt.Timestamp()


def _word(name: str, takes: Sequence[dt.DataType], gives: dt.DataType) -> Any:
    def meaning(first: Any, second: Any) -> Any:
        """Stands for the engine's function of the same name."""

    def meaning_of_one(only: Any) -> Any:
        """Stands for the engine's function of the same name."""

    stands = meaning if len(takes) == 2 else meaning_of_one
    return ibis.udf.scalar.builtin(stands, name=name, signature=(tuple(takes), gives))


_local_in = _word("timezone", (dt.string, _INSTANT), _LOCAL)
_instant_of = _word("timezone", (dt.string, _LOCAL), _INSTANT)
_by_format = _word("try_strptime", (dt.string, dt.string), _LOCAL)
_instant_by_format = _word("try_strptime", (dt.string, dt.string), _INSTANT)
_by_formats = _word("try_strptime", (dt.string, dt.Array(dt.string)), _LOCAL)
_last_day = _word("last_day", (dt.date,), dt.date)


def local_in(zone: str, instant: ir.TimestampValue) -> ir.TimestampValue:
    """What the clocks of ``zone`` show at an instant."""
    return cast("ir.TimestampValue", _local_in(zone, instant))


def instant_of(zone: str, local: ir.TimestampValue) -> ir.TimestampValue:
    """The instant at which the clocks of ``zone`` show a time."""
    return cast("ir.TimestampValue", _instant_of(zone, local))


def by_format(text: ir.StringValue, form: str) -> ir.TimestampValue:
    """The local time by a strptime format, or null."""
    return cast("ir.TimestampValue", _by_format(text, form))


def instant_by_format(text: ir.StringValue, form: str) -> ir.TimestampValue:
    """The instant by a strptime format that holds an offset, or null."""
    return cast("ir.TimestampValue", _instant_by_format(text, form))


def by_formats(text: ir.StringValue, forms: Sequence[str]) -> ir.TimestampValue:
    """The local time by the first format that fits, or null."""
    return cast("ir.TimestampValue", _by_formats(text, list(forms)))


def last_of_month(day: ir.DateValue) -> ir.DateValue:
    """The last day of the month in which a day lies."""
    return cast("ir.DateValue", _last_day(day))
