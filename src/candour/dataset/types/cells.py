"""Cells that hold a date among other words, or several dates: taken apart before they are read."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Callable, Sequence
from functools import cache

from candour.spelling import Vocabulary

Reading = tuple[str, str]
"""A value (`YYYY-MM-DD`, several joined by `|`) and `read`, `review` or `unreadable`."""

_DATE = re.compile(
    r"(?<![\d/.-])(?:"
    r"\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})"
    r"|\d{1,2}(?:st|nd|rd|th)?\s*(?:of\s+)?[A-Za-z]{3,9}\s*,?\s*\d{4}"
    r")(?![\d/.-])",
    re.IGNORECASE,
)

_MONTH = re.compile(
    r"(\d{1,2}(?:st|nd|rd|th)?\s*(?:of\s+)?)([A-Za-z]{4,10})(\s*,?\s*\d{4})", re.IGNORECASE
)

# What may stand between two dates or after one without changing what they say: joining words, and
# the heading of the next field where a page was read without its line ends.
_JOINING = re.compile(r"(?:\b(?:and|to|ref)\b|[\s,;&:.()|-])+", re.IGNORECASE)


def read_cells(
    texts: Sequence[str | None], read: Callable[[Sequence[str | None]], Sequence[Reading]]
) -> list[Reading]:
    """Read a column in which some cells hold more than one bare date.

    ``read`` reads a whole column of bare dates and settles its order. A cell that it cannot read is
    taken apart; its dates join the column, so that all are read in one order. Several dates are
    joined by `|`. A month's name with a slip of typing that fits one month alone is read as that
    month. Dates among words that may change their meaning are for review, as is a cell of
    which only some dates could be read.
    """
    texts = [None if text is None else _MONTH.sub(_month_as_meant, text) for text in texts]
    parts = [
        None if decision != "unreadable" else _taken_apart(text or "")
        for text, (_, decision) in zip(texts, read(texts), strict=True)
    ]
    bare: list[str | None] = []
    for text, found in zip(texts, parts, strict=True):
        bare += [text] if not found else found[0]
    answers = iter(read(bare))
    return [
        _joined([next(answers) for _ in found[0]], alone=found[1]) if found else next(answers)
        for found in parts
    ]


def _taken_apart(text: str) -> tuple[list[str], bool] | None:
    """The dates in a cell and whether nothing but joining words stands beside them; none if none.

    Nothing is taken apart where the cell is the date itself: what cannot be read stays unread.
    """
    dates = _DATE.findall(text)
    rest = _JOINING.sub("", _DATE.sub(" ", text))
    if not dates or (len(dates) == 1 and dates[0] == text.strip() and not _glued(text)):
        return None
    return [_spaced(one) for one in dates], not rest


def _month_as_meant(found: re.Match[str]) -> str:
    before, word, after = found.groups()
    return before + (_months().meant(word.casefold()) or word) + after


@cache
def _months() -> Vocabulary:
    return Vocabulary(name.casefold() for name in month_name if name)


def _glued(text: str) -> bool:
    return _spaced(text.strip()) != text.strip()


def _spaced(text: str) -> str:
    """Day, month's name and year with one space between: a lost space is a slip of typing."""
    found = re.fullmatch(
        r"(\d{1,2}(?:st|nd|rd|th)?)\s*(?:of\s+)?([A-Za-z]{3,9})\s*,?\s*(\d{4})",
        text,
        re.IGNORECASE,
    )
    return " ".join(found.groups()) if found else text


def _joined(readings: Sequence[Reading], *, alone: bool) -> Reading:
    values = [value for value, decision in readings if decision == "read"]
    if not values:
        undecided = any(decision == "review" for _, decision in readings)
        return "", "review" if undecided else "unreadable"
    whole = alone and len(values) == len(readings)
    return "|".join(values), "read" if whole else "review"
