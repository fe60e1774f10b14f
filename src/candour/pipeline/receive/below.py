"""What stands beside the records of a table kept in a spreadsheet: totals, and further tables.

Only what can be told for certain is kept out. A row that is kept out is counted and told, so a
record that was taken for part of a further table is missed by nobody for long.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_COUNTED = r"(rows?|records?|deaths?|incidents?|patients?|cases?|people|number|count|of|for|in)"
TOTALS = re.compile(
    r"^\W*((grand|sub|overall)[ -]?)?totals?(\s+" + _COUNTED + r"\b.*|\W*\d[\d,. ]*|\W*)$"
    r"|^\W*(number|count|no\.?) of (rows|records|deaths|incidents|patients|cases)\b.*$"
    r"|^\W*(row|record) ?count\b.*$",
    re.IGNORECASE,
)
"""The first filled cell of a line of totals. A body's name may begin so too ("Total Care"), so what
follows the word is looked at."""

TOTAL = "otal"
"""What a reader looks for in the first column before it looks closer; also all in capitals."""

FEW = 4
"""Columns. In a table of fewer a row of one cell may be a record."""

LONGEST = 500
"""Rows of a further table. A longer one is no summary, and its rows are left to speak for
themselves."""

_MOST_TITLES = 3
_FIGURE = re.compile(r"\d")


def is_totals(cells: Sequence[str]) -> bool:
    """Whether a row says of itself that it holds totals; ``cells`` are trimmed."""
    filled = [text for text in cells if text]
    few = max(1, len(cells) // 2)
    return 0 < len(filled) <= few and TOTALS.match(filled[0]) is not None


def says_total(cell: str) -> bool:
    """Whether a cell may be that of a line of totals; most are not, and that costs little."""
    return TOTAL in cell or TOTAL.upper() in cell


def may_begin(cells: Sequence[str]) -> bool:
    """Whether the first row after a blank one may begin a further table: with a title, or with a
    head that names few columns and holds no figure."""
    filled = [text for text in cells if text]
    return len(cells) >= FEW and (len(filled) == 1 or _is_head(cells))


def further_table(
    block: Sequence[Sequence[str]], above: frozenset[int] = frozenset()
) -> frozenset[int]:
    """The places of the columns of a further table, or none where the rows are no such thing.

    ``block`` are the rows between a blank row and the next, their cells trimmed. They are a table
    of their own where they begin with a head (after a title or without) that names at most half as
    many columns as the table above has, without a figure, and the rows below it fill no others.
    ``above`` are the places of a further table that stands above: what goes on within them alone
    is part of it.
    """
    if not block or len(block) > LONGEST or len(block[0]) < FEW:
        return frozenset()
    filled = [_filled(cells) for cells in block]
    if above and all(places <= above for places in filled):
        return above
    head = next((n for n, places in enumerate(filled) if len(places) != 1), len(block))
    if head > _MOST_TITLES or head + 1 >= len(block) or not _is_head(block[head]):
        return frozenset()
    wide = filled[head]
    return wide if all(places <= wide for places in filled[head + 1 :]) else frozenset()


def _is_head(cells: Sequence[str]) -> bool:
    names = [text.casefold() for text in cells if text]
    return (
        2 <= len(names) <= len(cells) // 2
        and len(set(names)) == len(names)
        and not any(_FIGURE.search(name) for name in names)
    )


def _filled(cells: Sequence[str]) -> frozenset[int]:
    return frozenset(place for place, text in enumerate(cells) if text)
