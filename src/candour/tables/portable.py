"""SQL of the stages after linking, said once and read by both engines.

It is written as DuckDB reads it and turned into Spark's by SQLGlot. SQLGlot passes on, without a
word, what the other engine lacks or reads in another way; so only what stands in
:data:`PORTABLE` may be used, each of which was held to give the same answer on both. Anything else
is refused; and since DuckDB alone would not notice, a test asks for every text of the stages.

What is left out on purpose: whole years by ``date_diff('year', …)`` (Spark counts birthdays,
DuckDB New Years), one date less another (an interval on Spark), ``* REPLACE``, ``UNION BY NAME``
(unknown to Spark), ``EXISTS`` outside WHERE, and functions of which one engine has none. The value
that goes with the largest or smallest of a group may be asked for only where the order ends with
that value itself, so that no two rows are first; nothing in such an order may be missing, since the
engines place that at other ends of it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from candour.errors import CandourError

if TYPE_CHECKING:
    from sqlglot import exp

PORTABLE = frozenset(
    {
        "Alias", "And", "Anonymous", "ArgMax", "ArgMin", "Between", "Boolean", "CTE",
        "Case", "Cast", "Coalesce", "Column", "Count", "DPipe", "DataType", "DateDiff",
        "DateFromParts", "Day", "DayOfYear", "Distinct", "EQ", "Exists", "Filter", "From", "GT",
        "GTE", "Group", "Having",
        "Identifier", "If", "In", "Is", "Join", "LT", "LTE", "LastDay", "Literal", "LogicalAnd",
        "LogicalOr", "Lower", "Max", "Min", "Month", "NEQ", "Not", "Null", "NullSafeEQ", "Nullif",
        "Or", "Order", "Ordered", "Paren", "Qualify", "RegexpLike", "RegexpReplace", "RowNumber",
        "Select", "Star", "Sub", "Subquery", "Table", "TableAlias", "TimeToStr",
        "TimestampTrunc", "Translate", "TryCast", "Tuple", "Union", "Var", "Where",
        "Window", "With", "Year",
    }
)  # fmt: skip
"""Kinds of SQLGlot's nodes that gave the same answer on DuckDB and Spark."""
FUNCTIONS = frozenset({"PRINTF"})
"""Functions that SQLGlot does not know by a kind of their own, and that both engines have."""


class NotPortable(CandourError):
    """SQL of ours that an engine would refuse, or read in another way: a fault of Candour."""


@lru_cache(maxsize=256)
def in_spark(text: str) -> str:
    """A SELECT of DuckDB's as Spark reads it.

    :raises NotPortable: it uses what is not on the list. The message names the kind of it; SQL of
        the stages holds names of columns and codes, and no value of any person.
    """
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(text, read="duckdb")
    for node in tree.walk():
        _refuse_what_is_not_portable(node)
    for each in tree.find_all(exp.Filter):
        # Spark wants the word that DuckDB lets one leave out.
        if not isinstance(each.expression, exp.Where):
            each.set("expression", exp.Where(this=each.expression))
    try:
        return tree.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    except sqlglot.UnsupportedError as unsupported:
        raise NotPortable(f"Spark has no word for this: {unsupported}") from unsupported


def _refuse_what_is_not_portable(node: exp.Expr) -> None:
    from sqlglot import exp

    kind = type(node).__name__
    if kind not in PORTABLE:
        raise NotPortable(f"SQL of the stages after linking may not use {kind}.")
    if isinstance(node, exp.Anonymous) and node.name.upper() not in FUNCTIONS:
        raise NotPortable(f"SQL of the stages after linking may not use {node.name}().")
    if isinstance(node, exp.Star) and node.args.get("replace"):
        raise NotPortable("SQL of the stages after linking may not use * REPLACE.")
    if isinstance(node, exp.Union) and node.args.get("by_name"):
        raise NotPortable("SQL of the stages after linking may not use UNION BY NAME.")
    if isinstance(node, exp.Join) and node.method:
        raise NotPortable(f"SQL of the stages after linking may not join by {node.method}.")
    if isinstance(node, exp.DateDiff) and node.text("unit").upper() != "DAY":
        raise NotPortable("SQL of the stages after linking may count days alone.")
    if isinstance(node, exp.ArgMax | exp.ArgMin):
        order = node.expression
        settled = isinstance(order, exp.Tuple) and order.expressions[-1] == node.this
        if not settled:
            raise NotPortable("Of equal rows none is first: end the order with the value itself.")
    if isinstance(node, exp.Filter) and isinstance(node.parent, exp.Window):
        raise NotPortable("Spark has no FILTER over a window.")
    if isinstance(node, exp.Exists) and not _in_where(node):
        raise NotPortable("Spark asks whether rows exist in WHERE alone.")


def _in_where(node: exp.Expr) -> bool:
    from sqlglot import exp

    above = node.find_ancestor(exp.Where, exp.Select)
    return isinstance(above, exp.Where)
