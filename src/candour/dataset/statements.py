"""Parsers as SQL texts, written once when Candour is made and read where there is no time to lose.

Preparing a parser's expression takes longer than reading a small file. What it comes to is the
same each time, so ``candour.dataset.derive`` writes it down. The expressions stay the only place in
which the rules stand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from candour.dataset.model import BIRTH_FIELDS, DATE_TYPES, Field

MADE = Path(__file__).parent / "made" / "parsers.json"
TEXTS = "texts"
"""The table that a statement reads: a column ``text``, or what ``pieces`` made of it."""
DATE, PIECES, PARTS = "date", "pieces", "parts"
ROUNDED = "/rounded"


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that reads the table ``{texts}`` and gives ``text``, ``value`` (as text; of dates a day,
    with ``earliest`` and ``latest``), and ``f0``, ``f1``, … for the findings ``codes``."""

    sql: str
    codes: tuple[str, ...]


def statement_for(field: Field, order: str | None = None) -> Statement:
    """How the texts of a field are read. For dates ``order`` is what the column settled on, and the
    statement reads what ``pieces()`` made; an NHS number's column is taken not to be rounded."""
    if field.type in DATE_TYPES:
        birth, future = field.path in BIRTH_FIELDS, field.may_be_future
        return of_dates(order or "unsettled", birth=birth, may_be_future=future)
    return of_key(key_of(field))


def of_dates(order: str, *, birth: bool, may_be_future: bool) -> Statement:
    """How dates are read that ``pieces()`` or ``parts()`` took apart, in an order of the column."""
    kind = "birth" if birth else "future" if may_be_future else "past"
    return of_key(f"{DATE}/{order}/{kind}")


def of_key(key: str) -> Statement:
    """A statement by the name under which it is written down."""
    return _made()[key]


def key_of(field: Field, *, rounded: bool = False) -> str:
    """The name of the statement of anything but a date. ``rounded``: a spreadsheet rounded it."""
    if field.codelist:
        return f"list/{field.codelist}"
    return f"type/{field.type}{ROUNDED if rounded else ''}"


def pieces() -> Statement:
    """Texts of dates taken apart, with ``only_day_first`` and ``only_month_first``."""
    return of_key(PIECES)


def parts() -> Statement:
    """The same for year, month and day that stood in three columns, ``-`` between them."""
    return of_key(PARTS)


@cache
def _made() -> Mapping[str, Statement]:
    made: dict[str, dict[str, Any]] = json.loads(MADE.read_text(encoding="utf-8"))
    return {key: Statement(one["sql"], tuple(one["codes"])) for key, one in made.items()}


def settled_of(day_first: int, month_first: int) -> str:
    """What a column settles on in which so many values can only be day first, and so many only
    month first: what ``types.orders`` says of a column, said of counts."""
    if not day_first and not month_first:
        return "unsettled"
    if day_first >= month_first:
        return "dmy"
    return "mdy" if not day_first else "mixed"
