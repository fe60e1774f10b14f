"""References of coroners' reports: a year, a hyphen, four digits, at times a letter."""

from __future__ import annotations

import re

Reading = tuple[str, str]
"""A value (several joined by `|`) and `read`, `review` or `unreadable`."""

FIRST_YEAR = 2013
"""The register of reports to prevent future deaths began with the Coroners (Investigations)
Regulations 2013; no report has an earlier number."""

MOST_IN_A_YEAR = 1999
"""No year has come near this number of reports; a higher one is a slip of typing."""

_REFERENCE = re.compile(
    r"(?<![\d/.\-\u2013\u2014])"
    r"(?P<year>\d{4,8})\s*[-\u2013\u2014\u2012\u2011\u2212/_. ]\s*(?P<number>\d{1,6})"
    r"\s*\(?(?P<letter>[A-Za-z])?(?![A-Za-z])\)?"
    r"(?!\s*[-\u2013\u2014/.]?\d)"
)
_RUN_TOGETHER = re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<number>\d{4})(?P<letter>[A-Za-z])?(?!\w)")
_BESIDE = re.compile(
    r"(?:\b(?:and|ref|refs|reference|number|no|pfd|report)\b|[\s,;&:.()|#-])+", re.I
)


def read_reference(text: str | None, this_year: int) -> Reading:
    """The reference in a cell as `YYYY-NNNN`, with its letter in capitals where it has one.

    Another dash, spaces, noughts left out or put in before a number, a year with a digit doubled or
    written twice leave no doubt and are read. A year or a number that no report bore is for review,
    as is a reference among words that may say something else. Several are joined by `|`.
    ``this_year`` is the latest year that a report can bear.
    """
    cell = " ".join((text or "").replace("\u00a0", " ").split())
    found = list(_REFERENCE.finditer(cell)) or list(_RUN_TOGETHER.finditer(cell))
    if not found:
        return "", "unreadable"
    rest = cell
    values: list[str] = []
    doubtful = False
    for one in found:
        rest = rest.replace(one.group(0), " ", 1)
        value = _written(one, this_year)
        if value is None:
            doubtful = True
        elif value not in values:
            values.append(value)
    alone = not _BESIDE.sub("", rest)
    return "|".join(values), "read" if alone and not doubtful else "review"


def _written(found: re.Match[str], this_year: int) -> str | None:
    year = _year(found["year"], this_year)
    number = int(found["number"])
    if year is None or not 1 <= number <= MOST_IN_A_YEAR:
        return None
    return f"{year}-{number:04d}{(found['letter'] or '').upper()}"


def _year(digits: str, this_year: int) -> int | None:
    """The year that was meant: as it stands, written twice, or with one digit too many."""
    if len(digits) == 8 and digits[:4] == digits[4:]:
        digits = digits[:4]
    if len(digits) == 4:
        candidates = {int(digits)}
    elif len(digits) == 5:
        candidates = {int(digits[:at] + digits[at + 1 :]) for at in range(5)}
    else:
        return None
    possible = {year for year in candidates if FIRST_YEAR <= year <= this_year}
    return possible.pop() if len(possible) == 1 else None
