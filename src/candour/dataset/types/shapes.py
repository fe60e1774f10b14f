"""The ways in which people and systems write a day.

A text is taken apart into its day and its time of day, and the day is brought near enough to one
way of writing for a list of formats to read it. Each step is one replacement on the text before it,
so that a column of millions costs a handful of passes.
"""

from __future__ import annotations

from typing import NamedTuple

import ibis.expr.types as ir

from candour.dataset.types.parsed import BLANKS

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

_NO_DAY = (
    # 2025-00-00 and 20250000; 2025-03-00 and 20250300; 00/00/2025; 00/03/2025
    r"^(?:([0-9]{4})[-/.]?00[-/.]?00|([0-9]{4})[-/.]?([0-9]{2})[-/.]?00"
    r"|0?0[-/.]0?0[-/.]([0-9]{4})|0?0[-/.]([0-9]{1,2})[-/.]([0-9]{4}))$"
)
_SHORT_2000S = r"(?i)^([0-9]{1,2}(?:[-/. ][0-9]{1,2}[-/. ]|[-/. ]?[a-z]{3,9}[-/. ]?))([0-2][0-9])$"
_SHORT_1900S = r"(?i)^([0-9]{1,2}(?:[-/. ][0-9]{1,2}[-/. ]|[-/. ]?[a-z]{3,9}[-/. ]?))([3-9][0-9])$"
SHORT_YEAR = r"(?i)^[0-9]{1,2}(?:[-/. ][0-9]{1,2}[-/. ]|[-/. ]?[a-z]{3,9}[-/. ]?)[0-9]{2}$"
"""A day whose year has two digits: read as 1930 to 2029."""

_NEVER = (
    # No digit; a year of three digits or that begins with nought; a month without a whole year.
    r"(?i)^(?:[^0-9]*|[0-9]{1,3}|.*[^0-9][0-9]{3}|[0-9]{3}[^0-9].*"
    r"|0[0-9]{3}(?:[^0-9].*|[0-9]{4})?|.*[^0-9]0[0-9]{3}"
    r"|(?:[a-z]+|[0-9]{1,2})\.?[-/. ][0-9]{1,2})$"
)

YEAR_ONLY = "^[0-9]{4}-?$"
MONTH_ONLY = r"^[^-/. ]+\.?[-/. ][^-/. ]+$"
SPREADSHEET_NUMBER = r"^[0-9]{5}(\.[0-9]+)?$"

_EITHER_WAY = (
    *(f"%Y{s}%m{s}%d" for s in "-/."),
    "%Y%m%d",
    *(f"%d{s}%b{s}%Y" for s in "-/ "),
    *(f"%d{s}%B{s}%Y" for s in "-/ "),
    "%d%b%Y",
    *(f"%Y{s}%b{s}%d" for s in "-/ "),
    *(f"{month} %d %Y" for month in ("%b", "%B", "%b.")),
    "%b-%d-%Y",
    "%d %b. %Y",
    *(f"{month}{s}%Y" for month in ("%b", "%B") for s in "- "),
    *(f"%Y{s}%m" for s in "-/"),
    *(f"%m{s}%Y" for s in "-/"),
    "%Y-",
    "%Y",
)
DAY_FIRST = (*(f"%d{s}%m{s}%Y" for s in "/-. "), *_EITHER_WAY)
MONTH_FIRST = (*(f"%m{s}%d{s}%Y" for s in "/-. "), *_EITHER_WAY)


class Pieces(NamedTuple):
    """A column of dates taken apart: the day as written, tidied for reading, and the time of day.

    All three are null where the text holds none.
    """

    written: ir.StringValue
    tidied: ir.StringValue
    clock: ir.StringValue


def take_apart(texts: ir.StringValue) -> Pieces:
    """Take texts apart into day and time of day."""
    plain = texts.re_replace(_JUNK, " ").strip().nullif("").re_replace(_ORDINAL, r"\1")
    written = plain.re_replace(TAIL, r"\1\2")
    return Pieces(
        written=written,
        tidied=tidy(written),
        clock=plain.re_extract(TAIL, 3).nullif(""),
    )


def tidy(written: ir.StringValue) -> ir.StringValue:
    """The day with unknown parts left out and the year in full; null where it can be none."""
    shorter = written.re_replace(_NO_DAY, r"\1\2\4\6-\3\5")
    # Groups are named by one figure: \120 is the first group, and then "20".
    whole_year = shorter.re_replace(_SHORT_2000S, r"\120\2").re_replace(_SHORT_1900S, r"\119\2")
    return whole_year.re_replace(_NEVER, "").nullif("")
