"""What a body is, and what is known of the time in which a thing about it held."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

STARTED_UNKNOWN = "start not stated"
ENDED_UNKNOWN = "end not stated"


@dataclass(frozen=True)
class Held:
    """A name, an ICB or a region that a body had, and when.

    ``valid_from`` and ``valid_to`` are the first and last day (none: not stated). ``seen_from`` and
    ``seen_to`` are days on which the source shows it so: it began by the one, and where ``seen_to``
    is given it ended on some unstated later day. With neither end it holds still.
    """

    value: str
    valid_from: date | None = None
    valid_to: date | None = None
    seen_from: date | None = None
    seen_to: date | None = None
    source: str = ""

    def surely(self, on: date) -> bool:
        """Whether it certainly held on the day."""
        begun = self.valid_from or self.seen_from
        last = self.valid_to or self.seen_to
        return begun is not None and begun <= on and (last is None or on <= last)

    def possibly(self, on: date) -> bool:
        """Whether nothing that is stated rules the day out."""
        return not (
            (self.valid_from is not None and on < self.valid_from)
            or (self.valid_to is not None and on > self.valid_to)
        )


@dataclass(frozen=True)
class Succession:
    """One body that took over from another.

    ``on`` is a date, a month or a year as the source gives it; none: not stated. ``extent`` is
    whole, part (a body divided) or services (the predecessor itself went on). ``certainty`` is
    stated or unverified.
    """

    predecessor: str
    successor: str
    on: str | None
    extent: str
    note: str
    certainty: str
    source: str


@dataclass(frozen=True)
class Body:
    """An organisation: kind (region, icb, mh_trust, integrated_trust, or a user's own), and dates.

    ``closed`` is true where the source says that it has ended, whether or not it says when.
    """

    code: str
    kind: str
    closed: bool
    valid_from: date | None
    valid_to: date | None
    source: str
    names: tuple[Held, ...] = ()
    icbs: tuple[Held, ...] = ()
    regions: tuple[Held, ...] = ()
    succeeded_by: tuple[Succession, ...] = field(default=())
    came_from: tuple[Succession, ...] = field(default=())

    def may_be_there(self, on: date) -> bool:
        """Whether nothing stated rules out that the body was open on the day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)

    def state(self, on: date) -> str:
        """Open, not yet open or closed on the day, or what is not known about it."""
        if self.valid_from is not None and on < self.valid_from:
            return "not yet open"
        if self.valid_to is not None and on > self.valid_to:
            return "closed"
        unknown = [STARTED_UNKNOWN] if self.valid_from is None else []
        if self.closed and self.valid_to is None:
            unknown.append(ENDED_UNKNOWN)
        return f"open ({', '.join(unknown)})" if unknown else "open"

    def name(self, on: date | None = None) -> str:
        """The name that the body bore on the day; none: its latest."""
        latest = self.names[-1].value
        if on is None:
            return latest
        held = pick(self.names, on)
        if held is not None:
            return held.value
        begun = [n for n in self.names if (n.valid_from or n.seen_from or date.max) <= on]
        return begun[-1].value if begun else self.names[0].value

    def with_successions(self, out: list[Succession], into: list[Succession]) -> Body:
        """The same body with what it became and what it came from."""
        return replace(self, succeeded_by=tuple(out), came_from=tuple(into))


def pick(held: tuple[Held, ...], on: date) -> Held | None:
    """The one of several that held on the day, or none where that cannot be told.

    What certainly held outranks what may have; two that may have held leave it open.
    """
    sure = [one for one in held if one.surely(on)]
    if len(sure) == 1:
        return sure[0]
    possible = [one for one in held if one.possibly(on)]
    return possible[0] if not sure and len(possible) == 1 else None
