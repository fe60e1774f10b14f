"""What a story says: the beds, the death and the records of one kind of life, as data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum, auto


class End(Enum):
    """How a spell truly ended, and so what was written of it."""

    WENT_HOME = auto()
    SELF_DISCHARGE = auto()
    METHOD_NOT_WRITTEN = auto()
    """Went home; only the destination was written."""
    MOVED = auto()
    """Moved to another mental health ward; the story gives the destination code."""
    TO_ACUTE = auto()
    """Moved to a general hospital, and the spell was closed."""
    CLOSED_WHILE_ABSENT = auto()
    """The person was absent without leave, and the spell was closed."""
    DIED = auto()
    DIED_ENDING_NOT_WRITTEN = auto()
    """Died on the ward; an end was written, but not how it came about."""
    DIED_SPELL_CLOSED = auto()
    """Died on the ward; the spell was closed that day with codes that say "not known"."""
    DIED_LEFT_OPEN = auto()
    """Died on the ward; no end was written."""
    DIED_WRITTEN_AS_LEAVING = auto()
    """Died on the ward; days later a discharge was entered, as if the person had left then."""
    STILL_THERE = auto()
    """In the bed when the last extract was drawn."""

    @property
    def method(self) -> str:
        """The discharge method as written, a national code (domain B2); empty: not written."""
        return _WRITTEN[self][0]

    @property
    def destination(self) -> str:
        """The destination as written, a national code; empty: not written, or in the story."""
        return _WRITTEN[self][1]

    @property
    def by_death(self) -> bool:
        """The spell truly ended because the person died."""
        return self.name.startswith("DIED")

    @property
    def is_written(self) -> bool:
        """The extract holds a discharge date."""
        return self not in (End.DIED_LEFT_OPEN, End.STILL_THERE)


_WRITTEN = {
    End.WENT_HOME: ("1", "19"),
    End.SELF_DISCHARGE: ("6", "19"),
    End.METHOD_NOT_WRITTEN: ("", "19"),
    End.MOVED: ("1", ""),
    End.TO_ACUTE: ("1", "51"),
    End.CLOSED_WHILE_ABSENT: ("6", "19"),
    End.DIED: ("4", "79"),
    End.DIED_ENDING_NOT_WRITTEN: ("", ""),
    End.DIED_SPELL_CLOSED: ("9", "99"),
    End.DIED_LEFT_OPEN: ("", ""),
    End.DIED_WRITTEN_AS_LEAVING: ("1", "19"),
    End.STILL_THERE: ("", ""),
}


@dataclass(frozen=True)
class Bed:
    """One spell. ``at`` is home | other (another trust) | site (an independent one).

    ``nights`` is a range, or one length for each variant of the story. ``gap`` counts days since
    the spell before ended.
    """

    at: str
    end: End
    nights: tuple[int, ...] = (9, 70)
    nights_by_variant: bool = False
    gap: int = 0


@dataclass(frozen=True)
class Away:
    """One absence from the last bed: its kind as the ward wrote it, its start counted back from the
    end of the spell, and whether the person came back to the ward."""

    kind: str
    days_before: int
    came_back: bool = False


@dataclass(frozen=True)
class Story:
    """One kind of life, lived by ``each`` people in a thousand.

    A tuple "by variant" gives one value for the first person of the story in each thousand, the
    next for the second, and so on, round and round. ``days_after`` (by variant) counts from the
    last end of a stay to the death; empty where nobody dies. ``leaves_on`` (by variant) fixes the
    day of that end; else the death, or the end of the stay, falls on a drawn day between ``first``
    and ``last``.

    ``knows``: whose records hold the death: last (the last provider) | all | none.
    ``registered``: soon | after-inquest | inquest-adjourned | no | nothing (nobody died).
    ``number``: how the records hold the NHS number: held | missing | mistyped | shared.
    ``incident``: what the incident system holds: "" | death | near-miss | rejected | grave-survived
    | about-staff. ``written_off_by`` (by variant): days by which the provider's date of death
    differs from the true one.
    """

    name: str
    each: int
    says: str
    beds: tuple[Bed, ...] = ()
    away: Away | None = None
    days_after: tuple[int, ...] = ()
    leaves_on: tuple[dt.date, ...] = ()
    first: dt.date = dt.date(2024, 3, 1)
    last: dt.date = dt.date(2025, 5, 31)
    destinations: tuple[str, ...] = ()
    knows: str = "last"
    registered: str = "soon"
    number: str = "held"
    incident: str = ""
    written_off_by: tuple[int, ...] = (0,)
    clock: tuple[str, ...] = ()
    """By variant: local time of the last discharge, HH:MM; drawn where empty."""
    home: str = "any"
    """any | utc (a trust that writes UTC) | corrects (the trust that corrects a file) |
    closes-spells | closes-caseloads | flow | one-row | four-lists (the sender of these ways)."""
    also_at: str = ""
    """Also on the caseload of: other."""
    closes_care_at_death: bool = False
    """The provider closes the caseload record on the date of death, for every second variant."""
    day_not_registered: bool = False
    """The registration gives month and year of the death, and 00 for the day."""
    written_time: str = ""
    """Local time of the death as the provider writes it, HH:MM."""
    entered_late: int = 0
    """Days between a discharge and its entry in the record."""
    told_after: tuple[int, int] = (1, 25)
    """Days from the death until the provider knew, from and to."""
    in_contact: bool = True
    once: bool = False
    """In the first thousand people alone."""
    trap: bool = True
    """Listed in ``truth/traps.csv``."""
    also_traps: tuple[str, ...] = ()
    """Further names under which the trap is listed."""

    @property
    def dies(self) -> bool:
        """Somebody dies in this story."""
        return bool(self.days_after)

    @property
    def unresolved(self) -> bool:
        """The last written discharge is to another ward, of which nothing is heard."""
        return bool(self.beds) and self.beds[-1].end is End.MOVED
