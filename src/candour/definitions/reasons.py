"""The words in which an answer is explained.

They are read by the people who count and, one day, by a family: what happened when, which window
was asked for, and what is not known. Nothing here decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from candour.definitions.facets import every_facet

NO_STAY = "no stay in any list received, on or before the death"
NO_DEATH_DATE = "the date of death is not known"
STAYS_NOT_KNOWN = (
    "no list received can speak of all of this person's stays, so finding none says nothing"
)
NO_FACTS = "no facts about this death reached the definition"

_AS = {"discharge": "a discharge", "stay": "one continuing stay"}
_TRANSFER = "a transfer to another ward was recorded and no onward stay was found"
_OUTCOME = {
    True: "it would be in",
    False: "it would be out",
    None: "it still could not be told",
}


@dataclass(frozen=True)
class Way:
    """One way the world may have been: the rule's answer there, and the facts that decided it."""

    value: bool | None
    said: tuple[str, ...]
    assumption: str
    transfer_as: str | None


def window_in_words(
    since_facet: str, death: date, since: date, length: int, last_day: date | None
) -> str:
    """How the death lies to a window: in months where ``last_day`` is given, else in days."""
    anchor = every_facet()[since_facet].words["since"]
    days = (death - since).days
    window = _counted(length, "day") if last_day is None else _counted(length, "calendar month")
    ends = "" if last_day is None else f" and ends on {last_day}"
    if days < 0:
        when = f"before {anchor} of {since}"
    elif days == 0:
        when = f"the day of {anchor}"
    else:
        when = f"{_counted(days, 'day')} after {anchor} of {since}"
    return f"died on {death}, {when}; the window is {window}{ends}"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def joined_reasons(ways: list[Way], *, any_given: bool, transfer_as: str | None) -> list[str]:
    """The reasons of all ways together, each said once.

    Where the ways agree, what decided in each; where they differ, what would make the death in and
    what out. ``transfer_as`` is the reading of an unresolved transfer that was asked for, if any.
    """
    reasons: list[str] = []
    if transfer_as is not None:
        reasons.append(f"{_TRANSFER}: taken as {_AS[transfer_as]}, as the setting says")
    if not ways:
        return [*reasons, "no scenario takes it so"] if any_given else [NO_FACTS]
    if len({way.value for way in ways}) == 1:
        alike = len({way.said for way in ways}) == 1
        for way in ways:
            told = alike or not way.assumption
            reasons += way.said if told else [f"{way.assumption}: {'; '.join(way.said)}"]
    else:
        by_transfer = _by_transfer(ways)
        reasons += by_transfer
        if not by_transfer or _differ_within_a_reading(ways):
            reasons += [_would_be(way) for way in ways]
    return list(dict.fromkeys(reasons))


def _by_transfer(ways: list[Way]) -> list[str]:
    """One sentence on what hangs on the transfer, if anything does."""
    answers: dict[str, bool | None] = {}
    for reading in _AS:
        values = {way.value for way in ways if way.transfer_as == reading}
        if values:
            answers[reading] = values.pop() if len(values) == 1 else None
    if len(answers) < 2 or len(set(answers.values())) == 1:
        return []
    parts = [f"taken as {_AS[r]} {_OUTCOME[v]}" for r, v in answers.items()]
    return [f"{_TRANSFER}: {', '.join(parts)}"]


def _differ_within_a_reading(ways: list[Way]) -> bool:
    readings = {way.transfer_as for way in ways}
    return any(len({w.value for w in ways if w.transfer_as == r}) > 1 for r in readings) or (
        None in readings
    )


def _would_be(way: Way) -> str:
    told = f"{_OUTCOME[way.value]} ({'; '.join(way.said)})"
    return f"{way.assumption}: {told}" if way.assumption else told
