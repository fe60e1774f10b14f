"""Random walks over events: no state that the rules forbid, none that hangs on their order."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from candour.register import Event, Log, kinds, state
from candour.register.events import ALLOWED, TYPES
from candour.register.states import OVERDUE, REFUSALS

_DAY = date(2023, 1, 1)
_BODIES = ("Alder Trust", "Birch Board", "Cedar Council")
_ASKS = ("A1", "A2")
_END = _DAY + timedelta(days=1200)

_WORDS = {
    "kind": st.sampled_from(sorted(kinds())),
    "issuer": st.just("an invented issuer"),
    "to": st.sampled_from(_BODIES),
    "by": st.sampled_from(_BODIES),
    "why": st.just("a reason"),
    "due": st.dates(_DAY, _END).map(date.isoformat),
    "replies": st.integers(0, 4),
    "event": st.just("E0"),
}


@st.composite
def _events(draw: st.DrawFn) -> Event:
    name = draw(st.sampled_from(sorted(TYPES)))
    details = {
        key: draw(st.sampled_from(ALLOWED[name, key]) if (name, key) in ALLOWED else _WORDS[key])
        for key in sorted(TYPES[name])
    }
    if name == "replied" and draw(st.booleans()):
        details["by"] = draw(_WORDS["by"])
    if name == "tallied" and draw(st.booleans()):
        details["addressees"] = draw(st.integers(0, 4))
    on = _DAY + timedelta(days=draw(st.integers(0, 1000)))
    source = draw(st.sampled_from(["a list", "a visit", ""]))
    return Event(name, draw(st.sampled_from(_ASKS)), on, on, source, details)


_WALKS = st.lists(_events(), max_size=40).map(
    lambda walk: [
        *walk,
        *(
            Event("asked", ask, _DAY, _DAY, "a list", {"kind": kind, "issuer": "an issuer"})
            for ask, kind in zip(_ASKS, ("recommendation", "coroners_concern"), strict=True)
        ),
        *(Event("addressed", ask, _DAY, _DAY, "a list", {"to": _BODIES[0]}) for ask in _ASKS),
    ]
)


@settings(max_examples=150, deadline=None)
@given(_WALKS, st.integers(0, 1200))
def test_no_walk_leads_to_a_state_that_the_rules_forbid(walk, days) -> None:
    as_at = _DAY + timedelta(days=days)

    found = state(walk, as_at)

    for ask in found.asks.values():
        kind = kinds()[ask.kind]
        assert ask.finished is None or kind.can_finish
        assert ask.finished != "implemented" or ask.verified_on is not None
        assert ask.level not in ("verified", "sustained", "outcome_moved") or ask.verified_on
        assert set(ask.verdicts) <= kind.may_assess
        overdue = [one for one in ask.addressees.values() if one.clock == OVERDUE]
        assert not overdue or (kind.reply_owed and ask.due is not None and ask.due < as_at)
        assert all(one.position is None and one.redirected_to is None for one in overdue)
        assert ask.outstanding is None or 0 <= ask.outstanding <= (ask.addressees_known or 0)
        assert not (overdue and ask.outstanding == 0)
    assert all(one.code in REFUSALS for one in found.refused)


@settings(max_examples=80, deadline=None)
@given(_WALKS, st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_read_does_not_matter(walk, random) -> None:
    shuffled = list(walk)
    random.shuffle(shuffled)

    assert state(shuffled, _END) == state(walk, _END)


@settings(max_examples=80, deadline=None)
@given(_WALKS, st.integers(0, 1000))
def test_what_comes_later_does_not_change_an_earlier_day(walk, days) -> None:
    as_at = _DAY + timedelta(days=days)

    assert state([one for one in walk if one.on <= as_at], as_at) == state(walk, as_at)


@settings(max_examples=60, deadline=None)
@given(_WALKS)
def test_events_that_were_refused_could_as_well_not_be_there(walk) -> None:
    found = state(walk, _END)
    left_out = {one.event for one in found.refused}

    assert state([one for one in walk if one.id not in left_out], _END).asks == found.asks


@settings(max_examples=25, deadline=None)
@given(_WALKS)
def test_a_log_loses_nothing_and_takes_nothing_twice(walk) -> None:
    with TemporaryDirectory() as folder:
        log = Log(Path(folder) / "events.jsonl")
        log.add(walk)
        again = log.add(walk)

        assert again == 0
        assert state(log, _END) == state(walk, _END)
