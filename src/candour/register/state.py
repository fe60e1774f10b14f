"""From events to states: a pure function, the same events in any order give the same register."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from candour.register.events import LEVELS, Event
from candour.register.kinds import Kind
from candour.register.kinds import kinds as shipped_kinds
from candour.register.states import (
    ANSWERED,
    DUE_SOON,
    DUE_SOON_DAYS,
    NOT_DUE,
    NOT_KNOWN,
    NOT_OWED,
    OVERDUE,
    AddresseeState,
    AskState,
    Refusal,
    Standing,
)

SUSTAINED_AFTER = timedelta(days=182)
"""The first check of a verified action falls six months after it was verified."""

# Of events of one day, what makes an ask comes before what is done to it.
_ORDER = ("asked", "addressed", "due_stated")


def state(
    events: Iterable[Event],
    as_at: date,
    known_by: date | None = None,
    kinds: Mapping[str, Kind] | None = None,
) -> Standing:
    """How every ask stands at the end of a day.

    What happened after ``as_at`` is left out, and with ``known_by`` what was learned after that
    day, so that a past answer can be given again. An event that the rules forbid changes nothing
    and is told among the refused.
    """
    by_kind = kinds or shipped_kinds()
    told = {event.id: event for event in events if event.on <= as_at}
    if known_by is not None:
        told = {name: event for name, event in told.items() if event.recorded_on <= known_by}
    walk = _Walk(by_kind)
    gone = walk.retracted(told)
    for event in sorted(told.values(), key=_order):
        if event.id not in gone and event.type != "retracted":
            walk.take(event)
    for ask in walk.asks.values():
        _set_clocks(ask, by_kind[ask.kind], as_at)
        _find(ask)
    return Standing(as_at, walk.asks, tuple(walk.refused))


def _order(event: Event) -> tuple[date, int, date, str]:
    first = _ORDER.index(event.type) if event.type in _ORDER else len(_ORDER)
    return event.on, first, event.recorded_on, event.id


class _Walk:
    """The asks so far, changed by one event after the other."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self.asks: dict[str, AskState] = {}
        self.refused: list[Refusal] = []
        self._kinds = kinds
        self._how: dict[str, Callable[[AskState, Event], str | None]] = {
            "addressed": self._addressed,
            "due_stated": self._due_stated,
            "acknowledged": self._acknowledged,
            "redirected": self._redirected,
            "replied": self._replied,
            "tallied": self._tallied,
            "progress": self._progress,
            "evidence": self._evidence,
            "assessed": self._assessed,
            "checked": self._checked,
            "finished": self._finished,
            "reopened": self._reopened,
            "decided": self._decided,
        }

    def retracted(self, told: Mapping[str, Event]) -> set[str]:
        """The events that a later one takes back. What is taken back may itself be a retraction."""
        gone: set[str] = set()
        for event in sorted(told.values(), key=_order, reverse=True):
            if event.type != "retracted" or event.id in gone:
                continue
            taken_back = told.get(event.get("event"))
            there = taken_back is not None and taken_back.ask == event.ask
            code = event.wrong() or (None if there else "no-such-event")
            if code:
                self.refused.append(Refusal(event.id, event.ask, code))
            else:
                gone.add(event.get("event"))
        return gone

    def take(self, event: Event) -> None:
        """Let an event change its ask, or tell why it cannot."""
        code = event.wrong() or self._changed(event)
        if code:
            self.refused.append(Refusal(event.id, event.ask, code))

    def _changed(self, event: Event) -> str | None:
        ask = self.asks.get(event.ask)
        if event.type == "asked":
            return self._asked(ask, event)
        return "no-such-ask" if ask is None else self._how[event.type](ask, event)

    def _asked(self, ask: AskState | None, event: Event) -> str | None:
        if ask is not None:
            return "asked-twice"
        if event.get("kind") not in self._kinds:
            return "unknown-kind"
        self.asks[event.ask] = AskState(event.ask, event.get("kind"), event.get("issuer"), event.on)
        return None

    @staticmethod
    def _addressed(ask: AskState, event: Event) -> None:
        ask.addressees.setdefault(event.get("to"), AddresseeState(event.get("to"), event.on))

    @staticmethod
    def _due_stated(ask: AskState, event: Event) -> str | None:
        try:
            ask.due = date.fromisoformat(str(event.get("due")))
        except ValueError:
            return "word-not-known"
        return None

    @staticmethod
    def _acknowledged(ask: AskState, event: Event) -> str | None:
        one = ask.addressees.get(event.get("by"))
        if one is None:
            return "not-addressed"
        if one.receipt == "sent":
            one.receipt = "acknowledged"
        return None

    @staticmethod
    def _redirected(ask: AskState, event: Event) -> str | None:
        one, to = ask.addressees.get(event.get("by")), event.get("to")
        if one is None or one.redirected_to is not None:
            return "not-addressed"
        if to == one.body or (to in ask.addressees and ask.addressees[to].redirected_to):
            return "not-addressed"
        one.receipt, one.redirected_to = "redirected", to
        ask.addressees.setdefault(to, AddresseeState(to, event.on))
        return None

    @staticmethod
    def _replied(ask: AskState, event: Event) -> str | None:
        by = event.get("by")
        if by is None:
            ask.replies_unplaced += 1
            return None
        one = ask.addressees.get(by)
        if one is None:
            return "not-addressed"
        one.position = event.get("position")
        one.replied_on = one.replied_on or event.on
        return None

    @staticmethod
    def _tallied(ask: AskState, event: Event) -> str | None:
        asked, came = event.get("addressees"), event.get("replies")
        if not isinstance(came, int) or came < 0 or not (asked is None or isinstance(asked, int)):
            return "word-not-known"
        ask.tally = (asked, came)
        return None

    @staticmethod
    def _progress(ask: AskState, event: Event) -> str | None:
        one = ask.addressees.get(event.get("by"))
        if one is None:
            return "not-addressed"
        one.delivery = event.get("delivery")
        if one.delivery == "done" and ask.level is None:
            ask.level = "claimed"
        return None

    @staticmethod
    def _evidence(ask: AskState, event: Event) -> str | None:
        level = event.get("level")
        if not event.source.strip():
            return "evidence-without-source"
        if level in ("sustained", "outcome_moved"):
            if ask.verified_on is None:
                return "needs-verified"
            if level == "sustained" and event.on < ask.verified_on + SUSTAINED_AFTER:
                return "sustained-too-early"
        if level == "verified" and ask.verified_on is None:
            ask.verified_on = event.on
        if ask.level is None or LEVELS.index(level) > LEVELS.index(ask.level):
            ask.level = level
        return None

    def _assessed(self, ask: AskState, event: Event) -> str | None:
        if event.get("voice") not in self._kinds[ask.kind].may_assess:
            return "not-for-this-voice"
        ask.verdicts[event.get("voice")] = event.get("verdict")
        return None

    @staticmethod
    def _checked(ask: AskState, event: Event) -> str | None:
        if ask.verified_on is None:
            return "needs-verified"
        if event.get("held") == "no":
            # What no longer holds is no longer verified, and what was finished on it is open again.
            ask.level, ask.verified_on = "documented", None
            if ask.finished:
                ask.finished, ask.reopened = None, True
        return None

    def _finished(self, ask: AskState, event: Event) -> str | None:
        if not self._kinds[ask.kind].can_finish:
            return "cannot-finish"
        if ask.finished:
            return "already-finished"
        if event.get("outcome") == "implemented" and ask.verified_on is None:
            return "final-without-evidence"
        if not event.source.strip():
            return "evidence-without-source"
        ask.finished, ask.reopened = event.get("outcome"), False
        return None

    @staticmethod
    def _reopened(ask: AskState, event: Event) -> str | None:
        if not ask.finished:
            return "not-finished"
        ask.finished, ask.reopened = None, True
        return None

    @staticmethod
    def _decided(ask: AskState, event: Event) -> str | None:
        if event.get("next_review") is not None:
            try:
                ask.next_review = date.fromisoformat(str(event.get("next_review")))
            except ValueError:
                return "word-not-known"
        # A meeting that decides to finish or to reopen records that as an event of its own, under
        # the rules of those; the decision alone changes no state.
        ask.decision = event.get("decision")
        return None


def _set_clocks(ask: AskState, kind: Kind, as_at: date) -> None:
    ask.due = kind.due(ask.dated, ask.due)
    # With every reply in, whosever they are, nobody's is missing.
    none_missing = ask.outstanding == 0
    unplaced = bool(ask.replies_unplaced or ask.tally)
    for one in ask.addressees.values():
        if not kind.reply_owed:
            one.clock = NOT_OWED
        elif one.position is not None or none_missing or one.redirected_to is not None:
            one.clock = ANSWERED if one.redirected_to is None else NOT_OWED
        elif ask.due is None or unplaced:
            one.clock = NOT_KNOWN
        elif as_at > ask.due:
            one.clock = OVERDUE
        else:
            soon = ask.due - as_at <= timedelta(days=DUE_SOON_DAYS)
            one.clock = DUE_SOON if soon else NOT_DUE


def _find(ask: AskState) -> None:
    owed = ask.addressees_known
    if owed is not None and ask.replies > owed:
        ask.findings.append("more-replies-than-addressees")
    if ask.disagreement:
        ask.findings.append("voices-differ")
