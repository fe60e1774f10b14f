"""What happened to an ask, one event at a time; events are added and never changed.

An event says what (`type`), to which ask, on which day it happened (`on`), on which day the
register learned of it (`recorded_on`) and from where (`source`). What was wrong is retracted by a
further event; both stay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from candour.errors import UserError

TYPES: dict[str, frozenset[str]] = {
    "asked": frozenset({"kind", "issuer"}),
    "addressed": frozenset({"to"}),
    "due_stated": frozenset({"due"}),
    "acknowledged": frozenset({"by"}),
    "redirected": frozenset({"by", "to", "why"}),
    "replied": frozenset({"position"}),
    "tallied": frozenset({"replies"}),
    "progress": frozenset({"by", "delivery"}),
    "evidence": frozenset({"level", "by"}),
    "assessed": frozenset({"voice", "by", "verdict"}),
    "checked": frozenset({"months", "held", "by"}),
    "finished": frozenset({"outcome", "by", "why"}),
    "reopened": frozenset({"by", "why"}),
    "decided": frozenset({"decision", "by"}),
    "retracted": frozenset({"event", "by", "why"}),
}
"""The types of events, and the details that each must have."""

POSITIONS = ("accepted", "accepted_in_part", "alternative", "rejected", "not_stated")
DELIVERIES = ("planned", "under_way", "done", "stopped")
LEVELS = ("claimed", "documented", "verified", "sustained", "outcome_moved")
"""The evidence ladder, the lowest rung first. A claim needs nothing; each further rung a source."""
VERDICTS = ("adequate", "adequate_in_part", "not_adequate")
VOICES = ("issuer", "regulator", "independent", "affected")
OUTCOMES = ("implemented", "rejected", "superseded", "duplicate", "reconsidered", "withdrawn")
DECISIONS = ("continue", "escalate", "join", "rewrite", "finish", "reopen")
HELD = ("yes", "no", "cannot_tell")
CHECKS = (6, 12, 24)
"""Months after verification at which it is looked at again."""

ALLOWED: dict[tuple[str, str], tuple[Any, ...]] = {
    ("replied", "position"): POSITIONS,
    ("progress", "delivery"): DELIVERIES,
    ("evidence", "level"): LEVELS[1:],
    ("assessed", "voice"): VOICES,
    ("assessed", "verdict"): VERDICTS,
    ("finished", "outcome"): OUTCOMES,
    ("decided", "decision"): DECISIONS,
    ("checked", "held"): HELD,
    ("checked", "months"): CHECKS,
}


@dataclass(frozen=True)
class Event:
    """One thing that happened; ``details`` are what its type needs and what more is known."""

    type: str
    ask: str
    on: date
    recorded_on: date
    source: str
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """A name that follows from all that the event says: the same event has the same name."""
        return "E" + hashlib.sha256(self._line().encode()).hexdigest()[:16]

    def get(self, name: str) -> Any:
        """A detail; none where the event does not tell it."""
        return self.details.get(name)

    def wrong(self) -> str | None:
        """What makes the event no event: a code of `states.REFUSALS`, or none."""
        if self.type not in TYPES:
            return "unknown-type"
        if not TYPES[self.type] <= {name for name, value in self.details.items() if value != ""}:
            return "detail-missing"
        for name, value in self.details.items():
            allowed = ALLOWED.get((self.type, name))
            if allowed is not None and value not in allowed:
                return "word-not-known"
        if self.recorded_on < self.on:
            return "recorded-before-it-happened"
        return None

    def _line(self) -> str:
        told = {
            "type": self.type,
            "ask": self.ask,
            "on": self.on.isoformat(),
            "recorded_on": self.recorded_on.isoformat(),
            "source": self.source,
            "details": dict(self.details),
        }
        return json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)


class Log:
    """The events of a register: a file of one JSON object a line, to which lines are only added."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[Event]:
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield self._event(line, number)

    def add(self, events: Iterable[Event]) -> int:
        """Write what is not there yet, at the end and all at once; gives how many were new.

        The same event again is no second event, so that an import may be repeated.
        """
        known = {event.id for event in self}
        new = list({event.id: event for event in events if event.id not in known}.values())
        if new:
            from candour.tables.folders import write_whole_within

            before = self._path.read_bytes() if self._path.exists() else b""
            # The file is put in place whole, so that a run cut short leaves no half line.
            added = "".join(f"{event._line()}\n" for event in new).encode()
            write_whole_within(self._path, before + added)
        return len(new)

    def _event(self, line: str, number: int) -> Event:
        try:
            told = json.loads(line)
            return Event(
                told["type"],
                told["ask"],
                date.fromisoformat(told["on"]),
                date.fromisoformat(told["recorded_on"]),
                told["source"],
                told["details"],
            )
        except (ValueError, KeyError, TypeError) as fault:
            raise UserError(
                f"{self._path.name}, line {number}, is no event.",
                "Put the file back as it was: lines are only ever added to it.",
            ) from fault
