"""From events to the state of an ask: clocks, four axes, three voices, the evidence ladder."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from candour.errors import UserError
from candour.register import AskState, Event, Log, kinds, state
from candour.register.states import (
    ANSWERED,
    DUE_SOON,
    NOT_DUE,
    NOT_KNOWN,
    NOT_OWED,
    OVERDUE,
    REFUSALS,
)

DAY = date(2024, 1, 1)
LATER = date(2030, 1, 1)


def _event(type: str, days: int = 0, ask: str = "A1", **details: Any) -> Event:  # noqa: A002
    on = DAY + timedelta(days=days)
    return Event(type, ask, on, on, details.pop("source", "an invented list"), details)


def _asked(kind: str, *to: str) -> list[Event]:
    asked = _event("asked", kind=kind, issuer="an invented coroner")
    return [asked, *(_event("addressed", to=body) for body in to)]


def _ask(events: list[Event], on: date = LATER) -> AskState:
    return state(events, on).asks["A1"]


def _refused(events: list[Event]) -> list[str]:
    return [one.code for one in state(events, LATER).refused]


@pytest.mark.parametrize(
    ("day", "clock"), [(48, NOT_DUE), (49, DUE_SOON), (56, DUE_SOON), (57, OVERDUE)]
)
def test_a_reply_to_a_coroner_is_due_56_days_after_the_report(day: int, clock: str) -> None:
    events = _asked("coroners_concern", "Alder Trust")

    assert _ask(events, DAY + timedelta(day)).addressees["Alder Trust"].clock == clock


def test_a_day_that_the_issuer_states_outranks_the_count_of_days() -> None:
    events = [*_asked("coroners_concern", "Alder Trust"), _event("due_stated", 5, due="2024-06-01")]

    assert _ask(events, date(2024, 6, 1)).addressees["Alder Trust"].clock == DUE_SOON
    assert _ask(events, date(2024, 6, 2)).addressees["Alder Trust"].clock == OVERDUE


def test_a_setting_of_the_register_outranks_the_shipped_days() -> None:
    events = _asked("coroners_concern", "Alder Trust")

    found = state(events, DAY + timedelta(20), kinds=kinds({"coroners_concern": 14}))

    assert found.asks["A1"].addressees["Alder Trust"].clock == OVERDUE


def test_a_reply_after_its_day_is_a_reply_and_nothing_is_overdue() -> None:
    events = [
        *_asked("coroners_concern", "Alder Trust"),
        _event("replied", 200, by="Alder Trust", position="accepted"),
    ]

    ask = _ask(events)

    assert ask.addressees["Alder Trust"].clock == ANSWERED
    assert ask.outstanding == 0


def test_two_replies_of_one_addressee_do_not_answer_for_another() -> None:
    events = [
        *_asked("coroners_concern", "Alder Trust", "Birch Board"),
        _event("replied", 10, by="Alder Trust", position="not_stated"),
        _event("replied", 20, by="Alder Trust", position="accepted"),
    ]

    ask = _ask(events)

    assert ask.outstanding == 1
    assert ask.addressees["Birch Board"].clock == OVERDUE


def test_a_reply_whose_author_is_not_known_makes_nobody_overdue() -> None:
    events = [
        *_asked("coroners_concern", "Alder Trust", "Birch Board"),
        _event("replied", 10, position="not_stated"),
    ]

    ask = _ask(events)

    assert ask.outstanding == 1
    assert {one.clock for one in ask.addressees.values()} == {NOT_KNOWN}


def test_a_count_of_replies_without_addressees_leaves_what_is_outstanding_unknown() -> None:
    events = [*_asked("coroners_concern"), _event("tallied", 90, replies=1)]

    ask = _ask(events)

    assert (ask.addressees_known, ask.outstanding, ask.replies) == (None, None, 1)


def test_more_replies_than_addressees_is_a_finding() -> None:
    events = [*_asked("coroners_concern"), _event("tallied", 90, addressees=1, replies=3)]

    ask = _ask(events)

    assert ask.outstanding == 0
    assert "more-replies-than-addressees" in ask.findings


def test_an_observation_has_no_clock() -> None:
    events = _asked("observation", "Alder Trust")

    assert _ask(events).due is None
    assert _ask(events).addressees["Alder Trust"].clock == NOT_OWED


def test_a_recommendation_whose_day_nobody_stated_is_never_overdue() -> None:
    assert (
        _ask(_asked("recommendation", "Alder Trust")).addressees["Alder Trust"].clock == NOT_KNOWN
    )


def test_a_redirected_ask_keeps_its_clock_with_the_new_addressee() -> None:
    events = [
        *_asked("coroners_concern", "Alder Trust"),
        _event("redirected", 9, by="Alder Trust", to="Birch Board", why="not its service"),
    ]

    ask = _ask(events)

    assert ask.addressees["Alder Trust"].receipt == "redirected"
    assert ask.addressees["Birch Board"].clock == OVERDUE
    assert ask.outstanding == 1


def test_a_reply_is_not_implementation() -> None:
    events = [
        *_asked("recommendation", "Alder Trust"),
        _event("replied", 9, by="Alder Trust", position="accepted"),
    ]

    ask = _ask(events)

    assert (ask.assurance, ask.level, ask.finished) == ("unassessed", None, None)


def test_nothing_is_finished_as_implemented_on_a_claim_or_a_document() -> None:
    events = [
        *_asked("recommendation", "Alder Trust"),
        _event("progress", 9, by="Alder Trust", delivery="done"),
        _event("evidence", 10, level="documented", by="Alder Trust"),
        _event("finished", 11, outcome="implemented", by="the issuer", why="done"),
    ]

    assert _refused(events) == ["final-without-evidence"]
    assert _ask(events).level == "documented"


def test_what_is_verified_is_sustained_after_six_months_and_no_sooner() -> None:
    begun = [
        *_asked("recommendation", "Alder Trust"),
        _event("evidence", 10, level="verified", by="a visitor"),
    ]

    soon = [*begun, _event("evidence", 100, level="sustained", by="a visitor")]
    in_time = [*begun, _event("evidence", 192, level="sustained", by="a visitor")]

    assert _refused(soon) == ["sustained-too-early"]
    assert _ask(in_time).assurance == "sustained"


def test_a_check_that_did_not_hold_reopens_what_was_finished() -> None:
    events = [
        *_asked("recommendation", "Alder Trust"),
        _event("evidence", 10, level="verified", by="a visitor"),
        _event("finished", 11, outcome="implemented", by="the issuer", why="verified"),
        _event("checked", 200, months=6, held="no", by="a visitor"),
    ]

    ask = _ask(events)

    assert (ask.finished, ask.reopened, ask.level) == (None, True, "documented")
    assert _ask(events, DAY + timedelta(199)).finished == "implemented"


def test_a_coroner_neither_assesses_nor_finishes_a_concern() -> None:
    events = [
        *_asked("coroners_concern", "Alder Trust"),
        _event("assessed", 9, voice="issuer", by="the coroner", verdict="adequate"),
        _event("finished", 10, outcome="implemented", by="the coroner", why="answered"),
    ]

    assert _refused(events) == ["not-for-this-voice", "cannot-finish"]


def test_voices_stand_side_by_side_and_their_difference_is_a_finding() -> None:
    events = [
        *_asked("recommendation", "Alder Trust"),
        _event("assessed", 9, voice="issuer", by="the issuer", verdict="adequate"),
        _event("assessed", 10, voice="affected", by="a family", verdict="not_adequate"),
    ]

    ask = _ask(events)

    assert ask.verdicts == {"issuer": "adequate", "affected": "not_adequate"}
    assert ask.findings == ["voices-differ"]


def test_a_retracted_event_changes_nothing_from_the_day_on_which_that_was_learned() -> None:
    reply = _event("replied", 9, by="Alder Trust", position="accepted")
    back = _event("retracted", 30, event=reply.id, by="a reader", why="another report's reply")
    events = [*_asked("coroners_concern", "Alder Trust"), reply, back]

    assert _ask(events, DAY + timedelta(20)).replies == 1
    assert _ask(events, DAY + timedelta(30)).replies == 0
    assert state(events, LATER, known_by=DAY + timedelta(20)).asks["A1"].replies == 1


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (_event("replied", 1, ask="A9", by="Alder Trust", position="accepted"), "no-such-ask"),
        (_event("replied", 1, by="Cedar Council", position="accepted"), "not-addressed"),
        (_event("replied", 1, by="Alder Trust", position="agreed"), "word-not-known"),
        (_event("replied", 1, by="Alder Trust"), "detail-missing"),
        (_event("asked", 1, kind="recommendation", issuer="another"), "asked-twice"),
        (
            _event("evidence", 1, level="verified", by="a visitor", source=" "),
            "evidence-without-source",
        ),
        (_event("reopened", 1, by="the issuer", why="new deaths"), "not-finished"),
        (_event("sent", 1), "unknown-type"),
        (_event("retracted", 1, event="E0", by="a reader", why="wrong"), "no-such-event"),
    ],
)
def test_an_event_that_the_rules_forbid_is_told_and_changes_nothing(
    event: Event, code: str
) -> None:
    events = _asked("recommendation", "Alder Trust")

    found = state([*events, event], LATER)

    assert [one.code for one in found.refused] == [code]
    assert code in REFUSALS
    assert found.asks == state(events, LATER).asks


def test_a_log_keeps_each_event_once_and_gives_it_back_as_it_was(tmp_path: Path) -> None:
    log = Log(tmp_path / "reg" / "events.jsonl")
    events = _asked("coroners_concern", "Alder Trust", "Birch\u2019s Board")

    first, again = log.add(events), log.add(events)

    assert (first, again) == (3, 0)
    assert list(log) == events


def test_a_log_only_grows(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = Log(path)
    log.add(_asked("coroners_concern", "Alder Trust"))
    before = path.read_bytes()

    log.add([_event("acknowledged", 3, by="Alder Trust")])

    assert path.read_bytes().startswith(before)


def test_a_damaged_line_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    Log(path).add(_asked("coroners_concern"))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"type": "asked"')

    with pytest.raises(UserError, match="line 2"):
        list(Log(path))
