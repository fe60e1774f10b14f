"""How things stand with an ask: four axes, three voices, and a clock that says what it knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

NOT_OWED, NOT_KNOWN, NOT_DUE, DUE_SOON, OVERDUE, ANSWERED = (
    "no reply owed",
    "cannot be told",
    "not yet due",
    "due within 7 days",
    "no reply known, due day past",
    "replied",
)
"""What a clock says. A reply that came after its day is a reply; a day that is not known makes
nothing overdue."""

DUE_SOON_DAYS = 7

REFUSALS = {
    "unknown-type": "no such event is known",
    "detail-missing": "the event lacks something that its type needs",
    "word-not-known": "a word of the event is none of those that may stand there",
    "recorded-before-it-happened": "the event was recorded before the day on which it happened",
    "no-such-ask": "nothing was asked under this id by that day",
    "asked-twice": "another ask has this id",
    "unknown-kind": "no such kind of ask is known",
    "not-addressed": "the body was not among the addressees",
    "not-for-this-voice": "for this kind of ask that voice records no verdict",
    "cannot-finish": "this kind of ask is followed and never finished",
    "final-without-evidence": "nothing verified stands behind the final state",
    "sustained-too-early": "what was verified less than six months ago is not yet sustained",
    "needs-verified": "this rung of the ladder needs what was verified",
    "evidence-without-source": "evidence names no source",
    "already-finished": "the ask is finished; it has to be reopened first",
    "not-finished": "only what is finished can be reopened",
    "no-such-event": "the event that is retracted is not there",
}
"""Why an event was left out of the state, by code."""


@dataclass(frozen=True)
class Refusal:
    """An event that stands in the log and changes nothing, and why."""

    event: str
    ask: str
    code: str


@dataclass
class AddresseeState:
    """How things stand with one addressee of an ask.

    Four axes: ``receipt`` (sent, acknowledged, redirected), ``position`` (what its reply says,
    none: no reply known), ``delivery`` (its own word, none: nothing said) and, on the ask,
    assurance.
    ``redirected_to`` is the body that now has the ask; the clock goes on.
    """

    body: str
    since: date
    receipt: str = "sent"
    position: str | None = None
    replied_on: date | None = None
    delivery: str | None = None
    redirected_to: str | None = None
    clock: str = NOT_KNOWN


@dataclass
class AskState:
    """How things stand with an ask on a day.

    ``level`` is the rung of the evidence ladder that is reached (none: not even claimed).
    ``verdicts`` are the latest of each voice. ``replies_unplaced`` are replies of which it is not
    known whose they are; ``tally`` is a source's own count of addressees and replies.
    """

    id: str
    kind: str
    issuer: str
    dated: date
    due: date | None = None
    addressees: dict[str, AddresseeState] = field(default_factory=dict)
    replies_unplaced: int = 0
    tally: tuple[int | None, int] | None = None
    level: str | None = None
    verified_on: date | None = None
    verdicts: dict[str, str] = field(default_factory=dict)
    finished: str | None = None
    reopened: bool = False
    next_review: date | None = None
    decision: str | None = None
    findings: list[str] = field(default_factory=list)

    @property
    def answerable(self) -> list[AddresseeState]:
        """The addressees that still have the ask: those that passed it on have it no more."""
        return [one for one in self.addressees.values() if one.redirected_to is None]

    @property
    def addressees_known(self) -> int | None:
        """How many bodies owe a reply; none where it is not known."""
        if self.addressees:
            return len(self.answerable)
        return self.tally[0] if self.tally else None

    @property
    def replies(self) -> int:
        """How many replies are known."""
        named = sum(one.position is not None for one in self.addressees.values())
        counted = self.tally[1] if self.tally else 0
        return max(named + self.replies_unplaced, counted)

    @property
    def outstanding(self) -> int | None:
        """How many replies are not known to have come; none where the addressees are not known.

        A reply of one addressee never answers for another. Where a source only counts, or does not
        say whose a reply is, each such reply is taken off the number.
        """
        owed = self.addressees_known
        if owed is None:
            return None
        if not self.addressees:
            return max(0, owed - self.replies)
        without = sum(one.position is None for one in self.answerable)
        named = sum(one.position is not None for one in self.answerable)
        beyond = max(self.replies_unplaced, (self.tally[1] if self.tally else 0) - named)
        return max(0, without - max(0, beyond))

    @property
    def assurance(self) -> str:
        """The fourth axis: the rung of the ladder, or what ended the ask."""
        if self.finished and self.finished != "implemented":
            return self.finished
        return self.level or "unassessed"

    @property
    def disagreement(self) -> bool:
        """Whether the voices differ: verdicts among each other, or a claim and a verdict."""
        said = set(self.verdicts.values())
        claimed = any(one.delivery == "done" for one in self.addressees.values())
        return len(said) > 1 or (claimed and "not_adequate" in said)


@dataclass(frozen=True)
class Standing:
    """Every ask as it stands on a day, and the events that were left out."""

    as_at: date
    asks: dict[str, AskState]
    refused: tuple[Refusal, ...]
