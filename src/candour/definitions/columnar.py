"""The same rule for many deaths at once, as one expression that an engine runs.

Only operations that DuckDB and Spark answer alike are used: comparison, three-valued and, or, not,
the difference of two dates in days, adding months, regular expressions, parts of a text, and one
grouping with sums. This module imports the expression language, so import it only when needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

import ibis

from candour.definitions.codes import CODE_PATTERN, SUBDIVIDED_PATTERN, CodeRange
from candour.definitions.facets import FacetType, facets
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


def outcomes(
    definition: Definition, table: ir.Table, settings: Mapping[str, int | str] | None = None
) -> ir.Table:
    """``death_id, outcome`` for every death of a facets table, one row each, in no given order.

    ``table`` has one row per death and scenario with the facets of the contract. ``outcome`` is
    ``in``, ``out`` or ``cannot-tell`` by the same law as ``reference.evaluate``. Raises
    ``UserError`` for a setting that the definition does not have.
    """
    chosen = filled(definition, settings)
    needed = dict.fromkeys(["death_id", "transfer_as", *definition.needs])
    # A column in which every value is missing arrives without a type of its own.
    typed = table.select([table[n].cast(_ENGINE_TYPE[facets()[n].type]).name(n) for n in needed])
    kept = _kept(typed, chosen)
    answer = rule_expression(definition.rule, typed, chosen)
    ways = typed.select(
        "death_id",
        ways=ibis.ifelse(kept, 1, 0),
        ways_in=ibis.ifelse(kept & answer.fill_null(False), 1, 0),
        ways_out=ibis.ifelse(kept & (~answer).fill_null(False), 1, 0),
    )
    counted = ways.group_by("death_id").aggregate(
        ways=ways.ways.sum(), ways_in=ways.ways_in.sum(), ways_out=ways.ways_out.sum()
    )
    told = counted.ways > 0
    outcome = ibis.cases(
        (told & (counted.ways_in == counted.ways), "in"),
        (told & (counted.ways_out == counted.ways), "out"),
        else_="cannot-tell",
    )
    return counted.select("death_id", outcome=outcome)


def _kept(table: ir.Table, settings: Settings) -> ir.BooleanValue:
    wanted = settings.get(UNRESOLVED_TRANSFER, CANNOT_TELL)
    if wanted == CANNOT_TELL:
        return ibis.literal(True)
    return table.transfer_as.isnull() | (table.transfer_as == wanted).fill_null(False)


def rule_expression(rule: Rule, table: ir.Table, settings: Settings) -> ir.BooleanValue:
    """The rule's answer in each row: true, false, or null where it is not known."""
    match rule:
        case AnyOf(any_of=parts):
            return reduce(or_, [rule_expression(part, table, settings) for part in parts])
        case AllOf(all_of=parts):
            return reduce(and_, [rule_expression(part, table, settings) for part in parts])
        case Not(rule=part):
            return ~rule_expression(part, table, settings)
        case Fact(fact=name):
            value = table[name]
            if facets()[name].no_needs_stays_known:
                return ibis.ifelse(value | _stays_known(table), value, _unknown())
            return value
        case Within(within=window):
            return _within(window, table, settings)
        case Coded(code=name):
            return reduce(or_, [_in_range(table[name], within) for within in rule.code_ranges])
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
        inside = (days >= 0) & (days <= length)
    else:
        last_day = (since + ibis.interval(months=length)).cast("date")
        inside = (death >= since) & (death <= last_day)
    # Not found and not to be found differ: "no" needs a list that can speak of the person's stays.
    return ibis.cases(
        (death.isnull(), _unknown()),
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
