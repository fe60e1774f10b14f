"""The ways in which people and systems write a day.

A text is taken apart into its day and its time of day, and the day is brought near enough to one
way of writing for a list of formats to read it. Each step is one replacement on the text before it,
so that a column of millions costs a handful of passes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from candour.dataset.types.parsed import BLANKS, clean, true_where
from candour.dataset.types.words import by_formats

_B = f"[{BLANKS}]"
_WEEKDAY = "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_JUNK = rf"(?i)^{_B}*{_WEEKDAY}\b[, ]*|{_B}*,{_B}+|{_B}+of{_B}+|{_B}+"
_ORDINAL = r"(?i)([0-9]|\bsep)(?:st|nd|rd|th|t)\b\.?"

_PIECE = "(?:[0-9]+|[a-z]+)"
_CLOCK_START = "[0-9]{1,2}[:.]?[0-9]{2}"
TAIL = (
    rf"(?i)^(?:({_PIECE}[-/. ]{_PIECE}[-/. ][0-9]+|[0-9]+[a-z]+[0-9]+)(?: at |[ t])"
    rf"|([0-9]{{8}})[ t]?)({_CLOCK_START}.*)$"
)
"""A whole day, and then a time. The pieces of the day come first, so that the year of "4 March
2025" is not taken for five minutes before half past eight."""

_GAP = " ?[-/.] ?| "

# From here on the pieces of a day are joined by dashes.
_NO_DAY = (
    # 2025-00-00 and 20250000; 2025-03-00 and 20250300; 00-00-2025; 00-03-2025
    r"^(?:([0-9]{4})-?00-?00|([0-9]{4})-?([0-9]{2})-?00"
    r"|0?0-0?0-([0-9]{4})|0?0-([0-9]{1,2})-([0-9]{4}))$"
)
_BEFORE_SHORT = "([0-9]{1,2}(?:-[0-9]{1,2}-|-?[a-z]{3,9}-?))"
_SHORT_2000S = rf"(?i)^{_BEFORE_SHORT}([0-2][0-9])$"
_SHORT_1900S = rf"(?i)^{_BEFORE_SHORT}([3-9][0-9])$"
_SHORT_YEAR = rf"(?i)^{_BEFORE_SHORT}[0-9]{{2}}$"

_NEVER = (
    # No digit; a year of three digits or that begins with nought; a month without a whole year.
    r"(?i)^(?:[^0-9]*|[0-9]{1,3}|.*[^0-9][0-9]{3}|[0-9]{3}[^0-9].*"
    r"|0[0-9]{3}(?:[^0-9].*|[0-9]{4})?|.*[^0-9]0[0-9]{3}|(?:[a-z]+|[0-9]{1,2})-[0-9]{1,2})$"
)

# Of dates in three columns: a year that is none, and a part without the one above it.
_NO_YEAR_FIRST = "^(?:0.*|[0-9]{0,3}-.*|[0-9]{5,}-.*|[^-]*[^0-9-].*)$"
_PART_LACKING = "^0*-.*[^0-]|^[^-]+-0*-.*[^0-]"

YEAR_ONLY = "^[0-9]{4}-?$"
MONTH_ONLY = "^[^-]+-[^-]+$"
SPREADSHEET_NUMBER = r"^[0-9]{5}(\.[0-9]+)?$"

# A format that does not fit costs far more than one that does: so each kind has a list of its own.
_BY_NAME = ("%d-%b-%Y", "%d-%B-%Y", "%b-%d-%Y", "%B-%d-%Y", "%d%b%Y", "%b-%Y", "%B-%Y")
_YEAR_FIRST = ("%Y-%m-%d", "%Y%m%d", "%Y-%m", "%Y", "%Y-", "%Y-%b-%d", "%Y-%B-%d", "%Y-%b", "%Y-%B")
_DAY_FIRST = ("%d-%m-%Y", "%m-%Y")
_MONTH_FIRST = ("%m-%d-%Y", "%m-%Y")


class Pieces(NamedTuple):
    """A column of dates taken apart. Texts and days are null where there is none.

    ``written`` is the day as written and ``tidied`` the same brought near to one way of writing;
    ``clock`` is the time of day with its offset. ``day_first`` and ``month_first`` are the days
    that the text may be: equal where the order does not matter, null where there is no such day.
    ``short_year`` is true where the year has two digits, ``gap`` where a date in several columns
    has a part and lacks the one above it.
    """

    written: ir.StringValue
    tidied: ir.StringValue
    clock: ir.StringValue
    day_first: ir.DateValue
    month_first: ir.DateValue
    short_year: ir.BooleanValue
    gap: ir.BooleanValue


def take_apart(texts: ir.StringValue | Pieces) -> Pieces:
    """Take texts apart; what has been taken apart already is given back."""
    if isinstance(texts, Pieces):
        return texts
    plain = texts.re_replace(_JUNK, " ").strip().nullif("").re_replace(_ORDINAL, r"\1")
    written = plain.re_replace(TAIL, r"\1\2")
    joined = written.re_replace(_GAP, "-")
    shorter = joined.re_replace(_NO_DAY, r"\1\2\4\6-\3\5")
    # Groups are named by one figure: \120 is the first group, and then "20".
    whole_year = shorter.re_replace(_SHORT_2000S, r"\120\2").re_replace(_SHORT_1900S, r"\119\2")
    tidied = whole_year.re_replace(_NEVER, "").nullif("")
    return Pieces(
        written=written,
        tidied=tidied,
        clock=plain.re_extract(TAIL, 3).nullif(""),
        day_first=_read(tidied, _DAY_FIRST),
        month_first=_read(tidied, _MONTH_FIRST),
        short_year=true_where(joined.re_search(_SHORT_YEAR)),
        gap=ibis.literal(False),
    )


def take_apart_parts(year: ir.StringValue, month: ir.StringValue, day: ir.StringValue) -> Pieces:
    """The same for a year, a month and a day that stand in columns of their own."""
    parts = (clean(text).fill_null("") for text in (year, month, day))
    whole = reduce(lambda before, text: before + "-" + text, parts)
    written = whole.re_replace("^0*-0*-0*$", "").nullif("")
    shorter = written.re_replace("^([^-]+)-0*-0*$", r"\1-").re_replace("^([^-]+-[^-]+)-0*$", r"\1")
    whole_year = shorter.re_replace("^([0-2][0-9])-", r"20\1-").re_replace(
        "^([3-9][0-9])-", r"19\1-"
    )
    tidied = whole_year.re_replace(_NO_YEAR_FIRST, "").nullif("")
    read = by_formats(tidied, _YEAR_FIRST).date()
    return Pieces(
        written=written,
        tidied=tidied,
        clock=ibis.null("string"),
        day_first=read,
        month_first=read,
        short_year=true_where(written.re_search("^[0-9]{2}-")),
        gap=true_where(written.re_search(_PART_LACKING)),
    )


def stage(table: ir.Table, columns: Mapping[str, ir.StringValue | Pieces]) -> ir.Table:
    """The table with the pieces of date columns beside its own columns.

    ``columns`` gives texts of the table, or the pieces of parts, under a key of the caller's
    choice. Have the engine keep the result, and ``staged`` gives the pieces back: so a text is
    taken apart once, and not again for every question that is asked of it.
    """
    made: dict[str, ir.Value] = {}
    for key, texts in columns.items():
        for name, piece in take_apart(texts)._asdict().items():
            made[f"__{key}__{name}"] = piece
    return table.mutate(**made)


def staged(table: ir.Table, key: str) -> Pieces:
    """The pieces that ``stage`` put beside the columns of ``table`` under ``key``."""
    return Pieces(*(table[f"__{key}__{name}"] for name in Pieces._fields))


def _read(tidied: ir.StringValue, numbers: Sequence[str]) -> ir.DateValue:
    moment = ibis.cases(
        (tidied.re_search("^[0-9]{4}"), by_formats(tidied, _YEAR_FIRST)),
        (tidied.re_search("[A-Za-z]"), by_formats(tidied, _BY_NAME)),
        else_=by_formats(tidied, numbers),
    )
    return moment.date()
