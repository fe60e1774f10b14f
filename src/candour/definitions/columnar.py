"""The same rule for many deaths at once, as one expression that an engine runs.

Only operations that DuckDB and Spark answer alike are used: comparison, three-valued and, or, not,
the difference of two dates in days, adding months, regular expressions, parts of a text, and one
grouping with sums. This module imports the expression language, so import it only when needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

import ibis

from candour.definitions.codes import CODE_PATTERN, SUBDIVIDED_PATTERN, CodeRange
from candour.definitions.facets import FacetType, every_facet, key_of
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
from candour.definitions.model import Definition
from candour.definitions.settings import CANNOT_TELL, UNRESOLVED_TRANSFER, Settings, filled

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ENGINE_TYPE: Mapping[FacetType, str] = {
    "text": "string",
    "integer": "int64",
    "yes-no": "boolean",
    "date": "date",
}


Asked = tuple[Definition, Mapping[str, int | str] | None]
"""A definition and the settings that are not as published."""


def outcomes(
    definition: Definition, table: ir.Table, settings: Mapping[str, int | str] | None = None
) -> ir.Table:
    """``death_id, outcome`` for every death of a facets table, one row each, in no given order.

    ``table`` has one row per death and scenario with the facets of the contract; one that it lacks,
    as an older run may, is not known. ``outcome`` is ``in``, ``out`` or ``cannot-tell`` by the same
    law as ``reference.evaluate``. Of a definition of events the table is that of near misses and
    the first column ``near_miss_id``. Raises ``UserError`` for a setting that the definition does
    not have.
    """
    return outcomes_side_by_side([(definition, settings)], table).rename(outcome="outcome_0")


def outcomes_side_by_side(asked: Sequence[Asked], table: ir.Table) -> ir.Table:
    """The same under several definitions of one kind, in one reading of the table.

    Gives the id of the death or event, and ``outcome_0``, ``outcome_1`` … in the order asked.
    """
    chosen = [(definition, filled(definition, settings)) for definition, settings in asked]
    counts = {definition.counts for definition, _ in chosen}
    if len(counts) != 1:
        raise ValueError("definitions of deaths and of events have no table in common")
    key = key_of(counts.pop())
    needed = dict.fromkeys(name for definition, _ in chosen for name in definition.needs)
    names = [key, *(n for n in ("scenario", "transfer_as") if n in table.columns), *needed]
    typed = table.select([_typed(table, name) for name in dict.fromkeys(names)])
    codes = {f"way_{n}": _way(d, typed, settings) for n, (d, settings) in enumerate(chosen)}
    if "scenario" not in typed.columns:
        return _said(typed.select(key, **codes), key, list(codes), list(codes))
    # Most deaths have one scenario, which needs no other beside it.
    several = typed.filter(typed.scenario > 0).select(key).distinct()
    ways = typed.select(key, **codes)
    alone = _said(ways.anti_join(several, key), key, list(codes), list(codes))
    lowest = {f"low_{n}": ways[name].min() for n, name in enumerate(codes)}
    highest = {f"high_{n}": ways[name].max() for n, name in enumerate(codes)}
    together = ways.semi_join(several, key).group_by(key).aggregate(**lowest, **highest)
    return alone.union(_said(together, key, list(lowest), list(highest)))


_IN, _OUT, _NOT_KNOWN = 1, 0, 2


def _way(definition: Definition, table: ir.Table, settings: Settings) -> ir.IntegerValue:
    """What one scenario says, as a number; null if the settings leave the scenario aside."""
    answer = rule_expression(definition.rule, table, settings)
    told = [(answer, _IN), (~answer, _OUT)]
    kept = _kept(table, settings)
    if kept is not None:
        told.insert(0, (~kept, ibis.null("int64")))
    return ibis.cases(*told, else_=_NOT_KNOWN)


def _said(table: ir.Table, key: str, lowest: Sequence[str], highest: Sequence[str]) -> ir.Table:
    """Numbers into outcomes: where the lowest and the highest of a death's ways are the same."""

    def outcome(low: ir.IntegerColumn, high: ir.IntegerColumn) -> ir.StringValue:
        return ibis.cases(
            ((low == _IN) & (high == _IN), "in"),
            ((low == _OUT) & (high == _OUT), "out"),
            else_="cannot-tell",
        )

    answered = {
        f"outcome_{n}": outcome(table[low], table[high])
        for n, (low, high) in enumerate(zip(lowest, highest, strict=True))
    }
    return table.select(key, **answered)


def _typed(table: ir.Table, name: str) -> ir.Value:
    # A column in which every value is missing arrives without a type of its own.
    kind = _ENGINE_TYPE[every_facet()[name].type]
    if name not in table.columns:
        return ibis.null(kind).name(name)
    return table[name].cast(kind).name(name)


def _kept(table: ir.Table, settings: Settings) -> ir.BooleanValue | None:
    """Whether the settings keep a scenario; None if they keep every one."""
    wanted = settings.get(UNRESOLVED_TRANSFER, CANNOT_TELL)
    if wanted == CANNOT_TELL or "transfer_as" not in table.columns:
        return None
    return table.transfer_as.isnull() | (table.transfer_as == wanted).fill_null(False)


def rule_expression(rule: Rule, table: ir.Table, settings: Settings) -> ir.BooleanValue:
    """The rule's answer in each row: true, false, or null where it is not known."""
    match rule:
        case AnyOf(any_of=parts):
            return reduce(or_, [rule_expression(part, table, settings) for part in parts])
        case AllOf(all_of=parts):
            return reduce(and_, [rule_expression(part, table, settings) for part in parts])
        case FirstThatTells(first_that_tells=parts):
            return ibis.coalesce(*(rule_expression(part, table, settings) for part in parts))
        case Not(rule=part):
            return ~rule_expression(part, table, settings)
        case Fact(fact=name):
            value = table[name]
            if every_facet()[name].no_needs_stays_known:
                return ibis.ifelse(value | _stays_known(table), value, _unknown())
            return value
        case Within(within=window):
            return _within(window, table, settings)
        case Coded(code=name):
            found = reduce(or_, [_in_range(table[name], within) for within in rule.code_ranges])
            if not rule.unsettled_ranges:
                return found
            pending = [_in_range(table[name], within) for within in rule.unsettled_ranges]
            return ibis.ifelse(reduce(or_, pending).fill_null(False), _unknown(), found)
        case Worded(word=name, words=words, unsettled=unsettled):
            found = table[name].isin(words)
            if not unsettled:
                return found
            return ibis.ifelse(table[name].isin(unsettled).fill_null(False), _unknown(), found)
        case Age(age=bounds):
            years, asked = table.age_years, []
            if bounds.at_least is not None:
                asked.append(years >= bounds.at_least)
            if bounds.at_most is not None:
                asked.append(years <= bounds.at_most)
            return reduce(and_, asked)
    raise TypeError(type(rule).__name__)


def _unknown() -> ir.BooleanValue:
    return ibis.null("boolean")


def _stays_known(table: ir.Table) -> ir.BooleanValue:
    return table.stays_known.fill_null(False)


def _within(window: Window, table: ir.Table, settings: Settings) -> ir.BooleanValue:
    death, since = table.death_date, table[window.since]
    length = length_in(window, settings)
    if window.days is not None:
        days = death.delta(since, unit="day")
        inside = days <= length
    else:
        last_day = (since + ibis.interval(months=length)).cast("date")
        inside = death <= last_day
    if not window.or_before:
        inside = inside & (death >= since)
    # Not found and not to be found differ: "no" needs a list that can speak of the person's stays.
    none_known = since.isnull() if not every_facet()[window.since].none_is_an_answer else None
    return ibis.cases(
        (death.isnull(), _unknown()),
        *([(none_known, _unknown())] if none_known is not None else []),
        (since.notnull() & inside, True),
        (_stays_known(table), False),
        else_=_unknown(),
    )


def _in_range(code: ir.StringValue, within: CodeRange) -> ir.BooleanValue:
    tidy = code.upper().replace(".", "")
    category = tidy.substr(0, 3)
    in_category = (category >= within.first[:3]) & (category <= within.last[:3])
    answer = in_category
    if within.subdivided:
        exact = tidy.substr(0, 4)
        answer = ibis.cases(
            (code.re_search(SUBDIVIDED_PATTERN), (exact >= within.first) & (exact <= within.last)),
            (in_category, _unknown()),
            else_=False,
        )
    return ibis.ifelse(code.re_search(CODE_PATTERN), answer, _unknown())
