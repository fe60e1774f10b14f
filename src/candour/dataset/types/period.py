"""Periods as returns write them: a month, a quarter or a year of the NHS, which begins in April.

``Q1 2024-25`` is April to June 2024, ``Apr-24`` one month, ``2024-25`` the whole year. The
canonical forms are those of the command line: ``2024-25-Q1``, ``2024-04``, ``2024-25``; the year up
to a quarter is ``2024-25-YTD-Q1`` (``2024-25-YTD`` where nothing says up to when).
"""

from __future__ import annotations

import re

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_YEAR = r"(?P<first>(?:19|20)?\d{2})\s*(?:-|/|to)\s*(?P<second>(?:19|20)?\d{2})"
_QUARTER = r"(?:q|qtr|quarter)\s*(?P<quarter>[1-4])"
_TO_DATE = r"(?P<ytd>ytd|year to date)"
_FORMS = tuple(
    re.compile(rf"^{form}$")
    for form in (
        rf"(?:fy\s*)?{_YEAR}",
        rf"{_QUARTER}[\s,(]*(?:fy\s*)?{_YEAR}\)?",
        rf"(?:fy\s*)?{_YEAR}[\s,-]*{_QUARTER}",
        rf"{_TO_DATE}[\s,]*(?:to\s*)?{_QUARTER}[\s,]*{_YEAR}",
        rf"{_TO_DATE}[\s,(]*{_YEAR}\)?",
        rf"{_YEAR}[\s,-]*{_TO_DATE}",
    )
)
_MONTH = re.compile(r"^(?P<name>[a-z]{3,9})\.?[\s\-/']*(?P<year>(?:19|20)?\d{2})$")
_ISO_MONTH = re.compile(
    r"^(?P<year>(?:19|20)\d{2})-(?P<month>0[1-9]|1[0-2])(?:-01)?(?:[ t]00:00.*)?$"
)
_DASHES = re.compile("[\N{EN DASH}\N{EM DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{MINUS SIGN}]")


def parse_period(text: str) -> str | None:
    """The period in its canonical form, or None where it is none that we can read.

    A quarter without its year is not read, nor two years that do not follow each other: which
    quarter it was would be a guess. Two figures of a year mean the 2000s.
    """
    plain = " ".join(_DASHES.sub("-", text).casefold().split())
    iso = _ISO_MONTH.match(plain)
    if iso:
        return f"{iso['year']}-{iso['month']}"
    for form in _FORMS:
        found = form.match(plain)
        if found:
            return _of_year(found)
    month = _MONTH.match(plain)
    if month and month["name"][:3] in MONTHS and _names_a_month(month["name"]):
        return f"{_full(month['year'])}-{MONTHS.index(month['name'][:3]) + 1:02d}"
    return None


def _of_year(found: re.Match[str]) -> str | None:
    parts = found.groupdict()
    first, second = _full(parts["first"]), _full(parts["second"])
    if second != first + 1:
        return None
    year = f"{first}-{second % 100:02d}"
    quarter = f"-Q{parts['quarter']}" if parts.get("quarter") else ""
    return f"{year}-YTD{quarter}" if parts.get("ytd") else f"{year}{quarter}"


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _names_a_month(word: str) -> bool:
    whole = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
    return word in {"sept", *MONTHS, *whole}
