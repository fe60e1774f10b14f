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
# The one cast is of the end of a window in months, a timestamp in one of the two engines.
SHARED = {
    "Aggregate",
    "And",
    "Cast",
    "Coalesce",
    "DateAdd",
    "DateDelta",
    "Distinct",
    "Equals",
    "Field",
    "Filter",
    "Greater",
    "GreaterEqual",
    "IfElse",
    "InValues",
    "IsNull",
    "JoinChain",
    "JoinLink",
    "JoinReference",
    "LessEqual",
    "Literal",
    "Max",
    "Min",
    "Not",
    "NotNull",
    "Or",
    "Project",
    "RegexSearch",
    "SearchedCase",
    "StringReplace",
    "Substring",
    "UnboundTable",
    "Union",
    "Uppercase",
}

EVERYTHING = rule_from(
    {
        "all_of": [
            {"any_of": [{"fact": "during_stay"}, {"fact": "detained"}]},
            {"not": {"within": {"since": "last_discharge", "days": 30}}},
            {"within": {"since": "last_transfer", "months": 3}},
            {"code": "underlying_cause", "in": ["X60-X84", "U50.9"]},
            {"code": "underlying_cause", "in": ["A00-R94"], "unsettled": ["U50.9"]},
            {
                "first_that_tells": [
                    {"word": "inquest_conclusion", "in": ["open"], "unsettled": ["narrative"]},
                    {"within": {"since": "recorded_discharge", "days": 3, "or_before": True}},
                ]
            },
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
    definition = catalogue()[identity]
    chosen = {"unresolved_transfer": "discharge"} if definition.settings else {}
    expression = columnar.outcomes(definition, FACETS, chosen)

    assert operations(expression) <= SHARED
    for dialect in ("duckdb", "pyspark"):
        assert "outcome" in ibis.to_sql(expression, dialect=dialect)


def test_the_answer_is_one_row_per_death_with_two_columns() -> None:
    expression = columnar.outcomes(catalogue()["hssib-2025"], FACETS)

    assert expression.columns == ("death_id", "outcome")


def test_several_definitions_are_answered_in_one_reading_of_the_table() -> None:
    asked = [(definition, {}) for definition in catalogue().values()]

    expression = columnar.outcomes_side_by_side(asked, FACETS)

    assert expression.columns == ("death_id", *(f"outcome_{n}" for n in range(len(asked))))


def test_deaths_and_events_have_no_table_in_common() -> None:
    deaths, events = catalogue()["inpatient"], catalogue("event")["near-miss-hse"]

    with pytest.raises(ValueError, match="no table in common"):
        columnar.outcomes_side_by_side([(deaths, {}), (events, {})], FACETS)


def test_a_table_of_an_older_run_that_lacks_a_facet_is_answered_as_not_known() -> None:
    older = FACETS.drop("with_coroner", "inquest_conclusion")

    expression = columnar.outcomes(catalogue()["with-coroner"], older)

    assert expression.columns == ("death_id", "outcome")
