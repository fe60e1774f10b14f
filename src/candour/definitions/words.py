"""A rule in plain words, for pages and for people who do not read rules."""

from __future__ import annotations

from candour.definitions.facets import every_facet
from candour.definitions.grammar import (
    Age,
    AgeBounds,
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
)


def rule_in_words(rule: Rule) -> list[str]:
    """The rule as lines of text, each part of an any-of or all-of indented on its own line."""
    match rule:
        case AnyOf(any_of=parts):
            return ["at least one of these is true:", *_indented(parts)]
        case AllOf(all_of=parts):
            return ["all of these are true:", *_indented(parts)]
        case FirstThatTells(first_that_tells=parts):
            return ["the first of these that is known is true:", *_indented(parts)]
        case Not(rule=part):
            return ["this is not so:", *_indented((part,))]
        case _:
            return [_clause_in_words(rule)]


def _indented(parts: tuple[Rule, ...]) -> list[str]:
    lines = []
    for part in parts:
        first, *rest = rule_in_words(part)
        lines += [f"- {first}", *(f"  {line}" for line in rest)]
    return lines


def _clause_in_words(rule: Rule) -> str:
    match rule:
        case Fact(fact=name):
            return every_facet()[name].words["yes"]
        case Within(within=window):
            anchor = every_facet()[window.since].words["since"]
            before = "before or " if window.or_before else ""
            return f"the death is {before}on the day of {anchor}, or {_until(window)}"
        case Coded(code=name, ranges=listed, unsettled=unsettled):
            return _one_of(name, listed) + _unsettled(unsettled)
        case Worded(word=name, words=listed, unsettled=unsettled):
            return _one_of(name, listed) + _unsettled(unsettled)
        case Age(age=bounds):
            return age_in_words(bounds)
    raise TypeError(type(rule).__name__)


def _one_of(name: str, listed: tuple[str, ...]) -> str:
    return f"{every_facet()[name].words['coded']} is one of {', '.join(listed)}"


def _unsettled(listed: tuple[str, ...] | None) -> str:
    return f" ({', '.join(listed)}: not known yet)" if listed else ""


def _until(window: Window) -> str:
    if window.days is None:
        last = "up to and including the same day of the month (or that month's last day)"
        if isinstance(window.months, str):
            name = window.months.removeprefix("$")
            return f"within as many calendar months after it as the setting {name} says, {last}"
        unit = "month" if window.months == 1 else "months"
        return f"within {window.months} calendar {unit} after it, {last}"
    if isinstance(window.days, str):
        name = window.days.removeprefix("$")
        return f"up to and including as many days after it as the setting {name} says"
    return f"up to and including {window.days} days after it"


def age_in_words(bounds: AgeBounds) -> str:
    """The bounds as a clause about the person."""
    if bounds.at_most is None:
        return f"the person was {bounds.at_least} or older"
    if bounds.at_least is None:
        return f"the person was {bounds.at_most} or younger"
    return f"the person was from {bounds.at_least} to {bounds.at_most} years old"
