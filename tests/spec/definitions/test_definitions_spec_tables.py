"""Every table that lies with the definitions is read as it stands and put to both evaluators."""

from __future__ import annotations

import ibis
import pyarrow as pa
import pytest

from candour.definitions import columnar, evaluate, get, settings_from, whole_catalogue
from candour.definitions.facets import facets, key_of
from candour.definitions.tables import Case, Table, read, tables
from candour.errors import CandourError

ARROW = {"text": pa.string(), "integer": pa.int64(), "yes-no": pa.bool_(), "date": pa.date32()}

ANSWERS = [
    pytest.param(case, column, outcome, id=f"{table.name}: {case.words} -> {column}")
    for table in tables()
    for case in table.cases
    for column, outcome in case.expected.items()
]


@pytest.mark.parametrize(("case", "column", "outcome"), ANSWERS)
def test_the_reference_evaluator_answers_as_the_table_says(
    case: Case, column: str, outcome: str
) -> None:
    identity, *texts = column.split()
    definition = get(identity, None)

    result = evaluate(definition, case.scenarios, settings_from(definition, texts))

    assert result.outcome == outcome
    assert result.reasons


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_the_columnar_evaluator_answers_every_row_of_the_table(table: Table) -> None:
    key = key_of(table.about)
    rows = [row for case in table.cases for row in case.scenarios]
    schema = pa.schema([(f.name, ARROW[f.type]) for f in facets(table.about).values()])
    engine = ibis.duckdb.connect()
    facts = engine.create_table("facts", pa.Table.from_pylist(rows, schema=schema))
    asked = []
    for column in table.asked:
        identity, *texts = column.split()
        definition = get(identity, None)
        asked.append((definition, settings_from(definition, texts)))

    answered = columnar.outcomes_side_by_side(asked, facts).to_pyarrow().to_pylist()

    for number, column in enumerate(table.asked):
        answers = {row[key]: row[f"outcome_{number}"] for row in answered}
        assert answers == {c.scenarios[0][key]: c.expected[column] for c in table.cases}, column


def test_the_tables_hold_every_kind_of_answer() -> None:
    answers = {
        outcome for table in tables() for case in table.cases for outcome in case.expected.values()
    }

    assert answers == {"in", "out", "cannot-tell"}


def test_every_definition_is_asked_in_some_table() -> None:
    asked = {column.split()[0] for table in tables() for column in table.asked}

    assert asked == set(whole_catalogue())


def test_a_column_that_is_neither_fact_nor_definition_is_refused() -> None:
    with pytest.raises(CandourError, match="neither fact nor definition"):
        read(
            "wrong", "# Wrong\n\n| case | died | sort of |\n| --- | --- | --- |\n| a | none | in |"
        )
