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
PIECES = "pieces"


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that reads the table ``{texts}`` and gives ``text``, ``value`` (as text; of dates a day,
    with ``earliest`` and ``latest``), and ``f0``, ``f1``, … for the findings ``codes``."""

    sql: str
    codes: tuple[str, ...]


def statement_for(field: Field, order: str | None = None) -> Statement:
    """How the texts of a field are read. For dates ``order`` is what the column settled on, and the
    statement reads what ``pieces()`` made; an NHS number's column is taken not to be rounded."""
    return _made()[_key(field, order)]


def pieces() -> Statement:
    """Texts of dates taken apart, with ``only_day_first`` and ``only_month_first``."""
    return _made()[PIECES]


@cache
def _made() -> Mapping[str, Statement]:
    made: dict[str, dict[str, Any]] = json.loads(MADE.read_text(encoding="utf-8"))
    return {key: Statement(one["sql"], tuple(one["codes"])) for key, one in made.items()}


def _key(field: Field, order: str | None) -> str:
    if field.type in DATE_TYPES:
        birth = "birth" if field.path in BIRTH_FIELDS else "any"
        future = "future" if field.may_be_future else "past"
        return f"date/{order}/{birth}/{future}"
    return f"list/{field.codelist}" if field.codelist else f"type/{field.type}"


def settled_of(day_first: int, month_first: int) -> str:
    """What a column settles on in which so many values can only be day first, and so many only
    month first: what ``types.orders`` says of a column, said of counts."""
    if not day_first and not month_first:
        return "unsettled"
    if day_first >= month_first:
        return "dmy"
    return "mdy" if not day_first else "mixed"
