"""A rule as one phrase that can be read aloud within a sentence."""

from __future__ import annotations

from candour.definitions.facets import facets
from candour.definitions.grammar import AllOf, AnyOf, Not, Rule, Window, Within
from candour.definitions.words import rule_in_words


def rule_in_one_line(rule: Rule) -> str:
    """The rule in one line; a group within it is set apart by semicolons."""
    match rule:
        case AnyOf(any_of=parts):
            return "; or ".join(rule_in_one_line(part) for part in parts)
        case AllOf(all_of=parts):
            return "; and ".join(rule_in_one_line(part) for part in parts)
        case Not(rule=part):
            return f"it is not so that {rule_in_one_line(part)}"
        case Within(within=window) if isinstance(window.length, int):
            return _window(window, window.length)
    first, *rest = rule_in_words(rule)
    return " ".join([first, *(line.strip().removeprefix("- ") for line in rest)])


def _window(window: Window, length: int) -> str:
    unit = "day" if window.days is not None else "calendar month"
    anchor = facets()[window.since].words["since"]
    before = "before or " if getattr(window, "or_before", None) else ""
    return f"died {before}within {length} {unit}{'' if length == 1 else 's'} of {anchor}"
