"""One death, one definition: the answer, and why.

This is the slow, plain evaluator: it walks the rule as it is written and keeps the facts that
decided. ``columnar`` answers the same for many deaths at once; a property test holds them equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from candour.definitions.facets import every_facet, facets
from candour.definitions.grammar import (
    Age,
    AllOf,
    AnyOf,
    Coded,
    Fact,
    FirstThatTells,
    Not,
    Rule,
    Window,
    Within,
    Worded,
    length_in,
)
from candour.definitions.model import Definition, Outcome
from candour.definitions.reasons import (
    NO_DEATH_DATE,
    NO_STAY,
    STAYS_NOT_KNOWN,
    Way,
    joined_reasons,
    window_in_words,
)
from candour.definitions.settings import CANNOT_TELL, UNRESOLVED_TRANSFER, Settings, filled
from candour.definitions.windows import add_months

Scenario = Mapping[str, object]

_OF_STAYS = ("last_discharge", "last_absence_start", "last_transfer")
"""Dates that a person has only after a stay: where none is there, there was no stay."""

OUTCOME_OF: Mapping[bool | None, Outcome] = {True: "in", False: "out", None: "cannot-tell"}


@dataclass(frozen=True)
class Result:
    """The answer for one death: ``in``, ``out`` or ``cannot-tell``, with what it rests on.

    ``reasons`` are plain words, those that decided first, and at the end once what the definition
    leaves out. ``facts`` holds each facet that the definition needs: its value, or the list of its
    values where the scenarios differ.
    """

    outcome: Outcome
    reasons: list[str]
    facts: dict[str, object]


@dataclass(frozen=True)
class _Said:
    """Words for one fact; ``about_none`` marks "there was none" so that it is said only once."""

    text: str
    about_none: bool = False


@dataclass(frozen=True)
class _Answer:
    value: bool | None
    said: tuple[_Said, ...]


def evaluate(
    definition: Definition,
    scenarios: Iterable[Scenario],
    settings: Mapping[str, int | str] | None = None,
) -> Result:
    """Answer for one death, or one event, from its scenarios, each a mapping of facets.

    A facet that a mapping lacks, as those of an older run may, is not known. An event has one row.
    A scenario that takes an unresolved transfer otherwise than the setting says is left aside. The
    death is in if it is in under every scenario left, out if out under every one, else it cannot be
    told; the same if none is left. The order of scenarios does not matter. Raises ``UserError`` for
    a setting that the definition does not have.
    """
    chosen = filled(definition, settings)
    given = sorted(scenarios, key=lambda row: _order(row, definition))
    kept = [row for row in given if _is_kept(row, chosen)]
    ways = [_way(definition.rule, row, chosen) for row in kept]
    values = {way.value for way in ways}
    outcome = OUTCOME_OF[values.pop()] if len(values) == 1 else OUTCOME_OF[None]
    reasons = joined_reasons(
        ways, any_given=bool(given), transfer_as=_setting_in_play(given, chosen)
    )
    if definition.leaves_out:
        left = "; ".join(definition.leaves_out)
        reasons.append(f"not computed in {definition.ref}: {left}")
    return Result(outcome, reasons, _facts(definition, kept))


def _order(row: Scenario, definition: Definition) -> tuple[str, ...]:
    # Every facet takes part, so that the order handed in can never show through in the reasons.
    names = facets(definition.counts)
    return (f"{row.get('scenario', 0)!s:0>9}", *(repr(row.get(name)) for name in names))


def _is_kept(row: Scenario, settings: Settings) -> bool:
    wanted = settings.get(UNRESOLVED_TRANSFER, CANNOT_TELL)
    return (
        wanted == CANNOT_TELL or row.get("transfer_as") is None or row.get("transfer_as") == wanted
    )


def _setting_in_play(given: list[Scenario], settings: Settings) -> str | None:
    """The reading of an unresolved transfer that was asked for, where this death has one."""
    wanted = settings.get(UNRESOLVED_TRANSFER, CANNOT_TELL)
    has_one = any(row.get("transfer_as") is not None for row in given)
    return str(wanted) if has_one and wanted != CANNOT_TELL else None


def _way(rule: Rule, row: Scenario, settings: Settings) -> Way:
    answer = _walk(rule, row, settings)
    texts = [NO_STAY if s.about_none and _no_stay_at_all(row) else s.text for s in answer.said]
    transfer_as = row.get("transfer_as")
    return Way(
        value=answer.value,
        said=tuple(dict.fromkeys(texts)),
        assumption=str(row.get("assumption") or ""),
        transfer_as=None if transfer_as is None else str(transfer_as),
    )


def _no_stay_at_all(row: Scenario) -> bool:
    starts = [name for name in facets() if name in _OF_STAYS]
    return row.get("during_stay") is False and all(row.get(name) is None for name in starts)


def _walk(rule: Rule, row: Scenario, settings: Settings) -> _Answer:
    match rule:
        case AnyOf(any_of=parts):
            return _combined([_walk(part, row, settings) for part in parts], decides=True)
        case AllOf(all_of=parts):
            return _combined([_walk(part, row, settings) for part in parts], decides=False)
        case FirstThatTells(first_that_tells=parts):
            return _first_that_tells([_walk(part, row, settings) for part in parts])
        case Not(rule=part):
            inner = _walk(part, row, settings)
            return _Answer(None if inner.value is None else not inner.value, inner.said)
        case Fact(fact=name):
            return _fact(name, row)
        case Within(within=window):
            return _within(window, row, settings)
        case Coded():
            return _coded(rule, row)
        case Worded():
            return _worded(rule, row)
        case Age():
            return _aged(rule, row)
    raise TypeError(type(rule).__name__)


def _combined(answers: list[_Answer], *, decides: bool) -> _Answer:
    """Any-of (``decides`` true) or all-of (false): one part with that value settles it.

    Only the parts that made the answer what it is are said.
    """
    values = [answer.value for answer in answers]
    value = decides if decides in values else (None if None in values else not decides)
    said = [s for answer in answers if answer.value is value for s in answer.said]
    return _Answer(value, tuple(said))


def _first_that_tells(answers: list[_Answer]) -> _Answer:
    """The first answer that is known, alone; where none is, all that is not known."""
    for answer in answers:
        if answer.value is not None:
            return answer
    return _Answer(None, tuple(s for answer in answers for s in answer.said))


def _fact(name: str, row: Scenario) -> _Answer:
    facet, value = every_facet()[name], row.get(name)
    if value is True:
        return _Answer(True, (_Said(facet.words["yes"]),))
    if facet.no_needs_stays_known and row.get("stays_known") is not True:
        return _Answer(None, (_Said(STAYS_NOT_KNOWN),))
    if value is False:
        return _Answer(False, (_Said(facet.words["no"], about_none=facet.no_needs_stays_known),))
    return _Answer(None, (_Said(facet.words["unknown"]),))


def _within(window: Window, row: Scenario, settings: Settings) -> _Answer:
    death, since, facet = row.get("death_date"), row.get(window.since), every_facet()[window.since]
    if not isinstance(death, date):
        return _Answer(None, (_Said(NO_DEATH_DATE),))
    stays_known = row.get("stays_known") is True
    if not isinstance(since, date):
        if not facet.none_is_an_answer:
            return _Answer(None, (_Said(facet.words["none"]),))
        if not stays_known:
            return _Answer(None, (_Said(STAYS_NOT_KNOWN),))
        about_none = window.since in _OF_STAYS
        return _Answer(False, (_Said(facet.words["none"], about_none=about_none),))
    length = length_in(window, settings)
    if window.days is not None:
        last_day = None
        inside = (death - since).days <= length
    else:
        last_day = add_months(since, length)
        inside = death <= last_day
    inside = inside and (since <= death or window.or_before is True)
    said = _Said(window_in_words(window.since, death, since, length, last_day))
    if not inside and not stays_known:
        # A list that cannot speak of every stay may miss a later one.
        return _Answer(None, (said, _Said(STAYS_NOT_KNOWN)))
    return _Answer(inside, (said,))


def _coded(clause: Coded, row: Scenario) -> _Answer:
    words, code = every_facet()[clause.code].words["coded"], row.get(clause.code)
    if code is None:
        return _Answer(None, (_Said(f"{words} is not known"),))
    if True in [within.holds(str(code)) for within in clause.unsettled_ranges]:
        return _Answer(None, (_Said(f"{words} is still being looked into"),))
    found = [within.holds(str(code)) for within in clause.code_ranges]
    value = True if True in found else (None if None in found else False)
    asked = ", ".join(clause.ranges)
    said = {
        True: f"{words} is within {asked}",
        False: f"{words} is not within {asked}",
        None: f"{words} is not precise enough to tell whether it is within {asked}",
    }
    return _Answer(value, (_Said(said[value]),))


def _worded(clause: Worded, row: Scenario) -> _Answer:
    facet, word = every_facet()[clause.word], row.get(clause.word)
    words = facet.words["coded"]
    if word is None:
        why = f" ({facet.not_held})" if facet.not_held else ""
        return _Answer(None, (_Said(f"{words} is not known{why}"),))
    if word in (clause.unsettled or ()):
        return _Answer(None, (_Said(f"{words} is {word}, which by itself does not tell"),))
    value = word in clause.words
    asked = ", ".join(clause.words)
    return _Answer(value, (_Said(f"{words} is {word}{'' if value else f', not {asked}'}"),))


def _aged(clause: Age, row: Scenario) -> _Answer:
    age = row.get("age_years")
    if not isinstance(age, int):
        return _Answer(None, (_Said("age at death is not known"),))
    low, high = clause.age.at_least, clause.age.at_most
    value = (low is None or age >= low) and (high is None or age <= high)
    return _Answer(value, (_Said(f"the person was {age} years old"),))


def _facts(definition: Definition, kept: list[Scenario]) -> dict[str, object]:
    facts: dict[str, object] = {}
    for name in definition.needs:
        values: list[object] = []
        for row in kept:
            if row.get(name) not in values:
                values.append(row.get(name))
        facts[name] = values[0] if len(values) == 1 else values
    return facts
