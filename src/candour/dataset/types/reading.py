"""Small doors to the parsers: one value, or a list, for people and for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from candour.dataset.types.dates import parse_date_column
from candour.dataset.types.parsed import Parsed, PartialDate
from candour.dataset.types.shapes import stage, staged
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
    table = _numbered(texts)
    return _rows(table, parser(table.text))


def parse_one(parser: Parser, text: str | None) -> tuple[Any, list[str]]:
    """Run a column parser on one text: its value and the codes of its findings."""
    return parse_many(parser, [text])[0]


def parse_dates(
    texts: Sequence[str | None], **how: Any
) -> list[tuple[PartialDate | None, list[str]]]:
    """Read a list of texts that is one whole column of dates.

    ``how`` is what ``parse_date_column`` takes beside the texts. Gives for each its value and the
    codes of its findings in alphabetical order.
    """
    if how.get("format") is not None:
        return parse_many(lambda column: parse_date_column(column, **how), texts)
    engine = _engine()
    table = _numbered(texts)
    table = engine.keep(stage(table, {"date": table.text}))
    return _rows(table, parse_date_column(staged(table, "date"), **how))


def read_dates(texts: Iterable[str | None]) -> list[tuple[str, str]]:
    """Read one column of dates: for each text its value and ``read|review|unreadable``.

    The value is ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY`` as far as it is known, and empty unless it
    was read. ``review`` is a text that has two readings and that nothing in the column settles.
    """
    return [_decided(value, codes) for value, codes in parse_dates([*texts])]


def _numbered(texts: Sequence[str | None]) -> ir.Table:
    return _engine().table(
        pa.table(
            {"n": pa.array(range(len(texts)), pa.int64()), "text": pa.array(texts, pa.string())}
        )
    )


def _rows(table: ir.Table, parsed: Parsed) -> list[tuple[Any, list[str]]]:
    columns: dict[str, Any] = {"n": table.n, "value": parsed.value}
    if parsed.earliest is not None:
        columns |= {
            "earliest": parsed.earliest,
            "latest": parsed.latest,
            "precision": parsed.precision,
        }
    codes = sorted(parsed.faults)
    columns |= {code: parsed.faults[code] for code in codes}
    rows = _engine().rows(table.select(**columns).order_by("n"))
    return [(_value(row), [code for code in codes if row[code]]) for row in rows]


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
