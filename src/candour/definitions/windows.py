"""Windows of time in whole civil days and calendar months.

Times of day are never used: a date is the civil date in Europe/London. Source: Candour's reference
rules, day count: "three months" is calendar months, never 90 days, and a month too short for the
day ends the window on its own last day.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, date


def add_months(start: date, months: int) -> date:
    """The same day so many months on, or that month's last day: 30 November + 3 is 28 February.

    Beyond the calendar's last year the answer is its last day, which no death can pass.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
