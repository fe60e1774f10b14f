"""Writes the parsers' expressions down as SQL: see ``candour.dataset.statements``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import ibis

from candour.dataset.code_lists import codelist
from candour.dataset.loading import load
from candour.dataset.statements import DATE, PARTS, PIECES, ROUNDED, TEXTS
from candour.dataset.types import code, nhs_number, orders
from candour.dataset.types.dates import parse_date_column
from candour.dataset.types.fields import PARSERS
from candour.dataset.types.parsed import Parsed
from candour.dataset.types.shapes import stage, staged, take_apart_parts


def as_json() -> str:
    """Every statement, as the text that ``candour.dataset.statements`` reads."""
    made = {key: {"sql": sql, "codes": codes} for key, sql, codes in _statements()}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _statements() -> Iterator[tuple[str, str, list[str]]]:
    texts = ibis.table({"text": "string"}, name=TEXTS)
    taken = stage(texts, {DATE: texts.text})
    pieces = staged(taken, DATE)
    yield (
        PIECES,
        _sql(
            taken.mutate(
                only_day_first=orders.only_day_first(pieces),
                only_month_first=orders.only_month_first(pieces),
            )
        ),
        [],
    )
    year, month, day = (texts.text.split("-")[n] for n in range(3))
    yield PARTS, _sql(stage(texts, {DATE: take_apart_parts(year, month, day)})), []
    apart = ibis.table(taken.schema(), name=TEXTS)
    for order in orders.SETTLED:
        for kind in ("past", "future", "birth"):
            parsed = parse_date_column(
                staged(apart, DATE), order, birth=kind == "birth", may_be_future=kind == "future"
            )
            yield (f"{DATE}/{order}/{kind}", *_one(apart, parsed))
    for name in PARSERS:
        yield (f"type/{name}", *_one(texts, PARSERS[name](texts.text)))
    yield ("type/nhs_number", *_number(texts, rounded=False))
    yield (f"type/nhs_number{ROUNDED}", *_number(texts, rounded=True))
    for name in sorted({each.codelist for each in load().fields() if each.codelist}):
        yield (f"list/{name}", *_one(texts, code.parse_column(texts.text, codelist(name))))


def _number(texts: Any, *, rounded: bool) -> tuple[str, list[str]]:
    # Named once within, the digits are not written out again at each place where they are summed.
    names = ("clean", "digits", "safe")
    parts = dict(zip(names, nhs_number.digits_of(texts.text), strict=True))
    within = _sql(texts.mutate(**parts))
    made = ibis.table(dict.fromkeys(("text", *names), "string"), name=TEXTS)
    number = nhs_number.judged(made.clean, made.digits, made.safe, ibis.literal(rounded))
    outer, codes = _one(made, number)
    return outer.replace(f"{{{TEXTS}}}", f"({within})"), codes


def _one(table: Any, parsed: Parsed) -> tuple[str, list[str]]:
    codes = list(parsed.faults)
    columns: dict[str, Any] = {"text": table.text}
    if parsed.earliest is None:
        columns["value"] = parsed.value.cast("string")
    else:
        columns |= {
            "value": parsed.value.cast("date"),
            "earliest": parsed.earliest.cast("date"),
            "latest": parsed.latest.cast("date") if parsed.latest is not None else None,
        }
    columns |= {f"f{n}": parsed.faults[code] for n, code in enumerate(codes)}
    return _sql(table.select(**columns)), codes


def _sql(expr: Any) -> str:
    # Braces of patterns are doubled, so that the name of the table can be put in.
    text = str(ibis.to_sql(expr, dialect="duckdb", pretty=False))
    return text.replace("{", "{{").replace("}", "}}").replace(f'"{TEXTS}"', f"{{{TEXTS}}}")
