"""One death, one definition: the answer, and why.

This is the slow, plain evaluator: it walks the rule as it is written and keeps the facts that
decided. ``columnar`` answers the same for many deaths at once; a property test holds them equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from candour.definitions.facets import facets
from candour.definitions.grammar import (
    Age,
    AllOf,
    AnyOf,
    Coded,
    Fact,
    Not,
    Rule,
    Window,
    Within,
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
    """Answer for one death from its scenarios, each a mapping with every facet of the contract.

    A scenario that takes an unresolved transfer otherwise than the setting says is left aside. The
    death is in if it is in under every scenario left, out if out under every one, else it cannot be
    told; the same if none is left. The order of scenarios does not matter. Raises ``UserError`` for
    a setting that the definition does not have.
    """
    chosen = filled(definition, settings)
    given = sorted(scenarios, key=_order)
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


def _order(row: Scenario) -> tuple[str, ...]:
    # Every facet takes part, so that the order handed in can never show through in the reasons.
    return (f"{row['scenario']!s:0>9}", *(repr(row[name]) for name in facets()))


def _is_kept(row: Scenario, settings: Settings) -> bool:
    wanted = settings.get(UNRESOLVED_TRANSFER, CANNOT_TELL)
    return wanted == CANNOT_TELL or row["transfer_as"] is None or row["transfer_as"] == wanted


def _setting_in_play(given: list[Scenario], settings: Settings) -> str | None:
    """The reading of an unresolved transfer that was asked for, where this death has one."""
    wanted = settings.get(UNRESOLVED_TRANSFER, CANNOT_TELL)
    has_one = any(row["transfer_as"] is not None for row in given)
    return str(wanted) if has_one and wanted != CANNOT_TELL else None


def _way(rule: Rule, row: Scenario, settings: Settings) -> Way:
    answer = _walk(rule, row, settings)
    texts = [NO_STAY if s.about_none and _no_stay_at_all(row) else s.text for s in answer.said]
    transfer_as = row["transfer_as"]
    return Way(
        value=answer.value,
        said=tuple(dict.fromkeys(texts)),
        assumption=str(row["assumption"] or ""),
        transfer_as=None if transfer_as is None else str(transfer_as),
    )


def _no_stay_at_all(row: Scenario) -> bool:
    starts = [name for name, facet in facets().items() if facet.may_start_a_window]
    return row["during_stay"] is False and all(row[name] is None for name in starts)


def _walk(rule: Rule, row: Scenario, settings: Settings) -> _Answer:
    match rule:
        case AnyOf(any_of=parts):
            return _combined([_walk(part, row, settings) for part in parts], decides=True)
        case AllOf(all_of=parts):
            return _combined([_walk(part, row, settings) for part in parts], decides=False)
        case Not(rule=part):
            inner = _walk(part, row, settings)
            return _Answer(None if inner.value is None else not inner.value, inner.said)
        case Fact(fact=name):
            return _fact(name, row)
        case Within(within=window):
            return _within(window, row, settings)
        case Coded():
            return _coded(rule, row)
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


def _fact(name: str, row: Scenario) -> _Answer:
    facet, value = facets()[name], row[name]
    if value is True:
        return _Answer(True, (_Said(facet.words["yes"]),))
    if facet.no_needs_stays_known and row["stays_known"] is not True:
        return _Answer(None, (_Said(STAYS_NOT_KNOWN),))
    if value is False:
        return _Answer(False, (_Said(facet.words["no"], about_none=facet.no_needs_stays_known),))
    return _Answer(None, (_Said(facet.words["unknown"]),))


def _within(window: Window, row: Scenario, settings: Settings) -> _Answer:
    death, since = row["death_date"], row[window.since]
    if not isinstance(death, date):
        return _Answer(None, (_Said(NO_DEATH_DATE),))
    stays_known = row["stays_known"] is True
    if not isinstance(since, date):
        if not stays_known:
            return _Answer(None, (_Said(STAYS_NOT_KNOWN),))
        return _Answer(False, (_Said(facets()[window.since].words["none"], about_none=True),))
    length = length_in(window, settings)
    if window.days is not None:
        last_day = None
        inside = 0 <= (death - since).days <= length
    else:
        last_day = add_months(since, length)
        inside = since <= death <= last_day
    said = _Said(window_in_words(window.since, death, since, length, last_day))
    if not inside and not stays_known:
        # A list that cannot speak of every stay may miss a later one.
        return _Answer(None, (said, _Said(STAYS_NOT_KNOWN)))
    return _Answer(inside, (said,))


def _coded(clause: Coded, row: Scenario) -> _Answer:
    words, code = facets()[clause.code].words["coded"], row[clause.code]
    if code is None:
        return _Answer(None, (_Said(f"{words} is not known"),))
    found = [within.holds(str(code)) for within in clause.code_ranges]
    value = True if True in found else (None if None in found else False)
    asked = ", ".join(clause.ranges)
    said = {
        True: f"{words} is within {asked}",
        False: f"{words} is not within {asked}",
        None: f"{words} is not precise enough to tell whether it is within {asked}",
    }
    return _Answer(value, (_Said(said[value]),))


def _aged(clause: Age, row: Scenario) -> _Answer:
    age = row["age_years"]
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
            if row[name] not in values:
                values.append(row[name])
        facts[name] = values[0] if len(values) == 1 else values
    return facts
