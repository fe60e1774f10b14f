"""Small doors to the parsers: one value, or a list, for people and for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from candour.dataset.types.dates import parse_date_column
from candour.dataset.types.parsed import PartialDate, Parsed
from candour.tables import Engine, open_engine

Parser = Callable[[ir.StringValue], Parsed]


@cache
def _engine() -> Engine:
    return open_engine()


def parse_many(parser: Parser, texts: Sequence[str | None]) -> list[tuple[Any, list[str]]]:
    """Run a column parser over a list of texts that are taken to be one whole column.

    Gives for each its value and the codes of its findings in alphabetical order. A date is a
    PartialDate. For anything large give the parser a table's column instead.
    """
    numbered = pa.table(
        {"n": pa.array(range(len(texts)), pa.int64()), "text": pa.array(texts, pa.string())}
    )
    engine = _engine()
    table = engine.table(numbered)
    parsed = parser(table.text)
    columns: dict[str, Any] = {"n": table.n, "value": parsed.value}
    if parsed.earliest is not None:
        columns |= {
            "earliest": parsed.earliest,
            "latest": parsed.latest,
            "precision": parsed.precision,
        }
    codes = sorted(parsed.faults)
    columns |= {code: parsed.faults[code] for code in codes}
    rows = engine.rows(table.select(**columns).order_by("n"))
    return [(_value(row), [code for code in codes if row[code]]) for row in rows]


def parse_one(parser: Parser, text: str | None) -> tuple[Any, list[str]]:
    """Run a column parser on one text: its value and the codes of its findings."""
    return parse_many(parser, [text])[0]


def read_dates(texts: Iterable[str | None]) -> list[tuple[str, str]]:
    """Read one column of dates: for each text its value and ``read|review|unreadable``.

    The value is ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY`` as far as it is known, and empty unless it
    was read. ``review`` is a text that has two readings and that nothing in the column settles.
    """
    return [_decided(value, codes) for value, codes in parse_many(parse_date_column, [*texts])]


def _value(row: dict[str, Any]) -> Any:
    if "precision" not in row:
        return row["value"]
    if row["precision"] is None:
        return None
    return PartialDate(row["earliest"], row["latest"], row["precision"])


def _decided(value: PartialDate | None, codes: list[str]) -> tuple[str, str]:
    if "date-ambiguous" in codes:
        return "", "review"
    if value is None:
        return "", "unreadable"
    length = {"year": 4, "month": 7, "day": 10}[value.precision]
    return value.earliest.isoformat()[:length], "read"
