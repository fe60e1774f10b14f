"""What the columnar evaluator asks of an engine: only what DuckDB and Spark answer alike."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.operations as ops
import pytest

from candour.definitions import catalogue, columnar
from candour.definitions.facets import facets
from candour.definitions.grammar import rule_from

TYPE = {"text": "string", "integer": "int64", "yes-no": "boolean", "date": "date"}
FACETS = ibis.table({f.name: TYPE[f.type] for f in facets().values()}, name="facets")

# Plain SQL, or shown to answer alike on DuckDB and Spark; anything else needs that proof first.
# A cast is wanting on purpose: here every column has its type, so none is needed.
SHARED = {
    "Aggregate",
    "And",
    "Coalesce",
    "DateAdd",
    "DateDelta",
    "Equals",
    "Field",
    "Greater",
    "GreaterEqual",
    "IfElse",
    "IsNull",
    "LessEqual",
    "Literal",
    "Not",
    "NotNull",
    "Or",
    "Project",
    "RegexSearch",
    "SearchedCase",
    "StringReplace",
    "Substring",
    "Sum",
    "UnboundTable",
    "Uppercase",
}

EVERYTHING = rule_from(
    {
        "all_of": [
            {"any_of": [{"fact": "during_stay"}, {"fact": "detained"}]},
            {"not": {"within": {"since": "last_discharge", "days": 30}}},
            {"within": {"since": "last_transfer", "months": 3}},
            {"code": "underlying_cause", "in": ["X60-X84", "U50.9"]},
            {"age": {"at_least": 10, "at_most": 64}},
        ]
    }
)


def operations(expression: Any) -> set[str]:
    return {type(node).__name__ for node in expression.op().find(ops.Node)}


def test_every_kind_of_clause_uses_only_shared_operations() -> None:
    used = operations(FACETS.mutate(answer=columnar.rule_expression(EVERYTHING, FACETS, {})))

    assert used <= SHARED


@pytest.mark.parametrize("identity", list(catalogue()))
def test_every_published_definition_uses_only_shared_operations(identity: str) -> None:
    expression = columnar.outcomes(
        catalogue()[identity], FACETS, {"unresolved_transfer": "discharge"}
    )

    assert operations(expression) <= SHARED
    for dialect in ("duckdb", "pyspark"):
        assert "outcome" in ibis.to_sql(expression, dialect=dialect)


def test_the_answer_is_one_row_per_death_with_two_columns() -> None:
    expression = columnar.outcomes(catalogue()["hssib-2025"], FACETS)

    assert expression.columns == ("death_id", "outcome")
