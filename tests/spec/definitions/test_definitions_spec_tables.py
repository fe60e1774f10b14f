"""Every table beside this file is read as it stands and put to both evaluators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from candour.definitions import catalogue, columnar, evaluate, get, settings_from
from candour.definitions.facets import whole_scenario

HERE = Path(__file__).parent
FACET_OF = {
    "died": "death_date",
    "stays known": "stays_known",
    "during a stay": "during_stay",
    "last discharge": "last_discharge",
    "last absence start": "last_absence_start",
    "last transfer": "last_transfer",
    "transfer taken as": "transfer_as",
}
YES_NO = {"yes": True, "no": False, "not known": None}
SCHEMA = pa.schema(
    [
        ("death_id", pa.string()),
        ("scenario", pa.int64()),
        ("assumption", pa.string()),
        ("transfer_as", pa.string()),
        ("stays_known", pa.bool_()),
        ("death_date", pa.date32()),
        ("during_stay", pa.bool_()),
        ("last_discharge", pa.date32()),
        ("last_absence_start", pa.date32()),
        ("last_transfer", pa.date32()),
        ("detained", pa.bool_()),
        ("underlying_cause", pa.string()),
        ("age_years", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Case:
    words: str
    scenarios: list[dict[str, object]]
    expected: dict[str, str]


def cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in inner.split("|")]


def value(facet: str, text: str) -> object:
    if facet in ("stays_known", "during_stay"):
        return YES_NO[text]
    if text in ("none", "not known"):
        return None
    return text if facet == "transfer_as" else date.fromisoformat(text)


def cases(path: Path) -> list[Case]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    header = cells(lines[0])
    found: list[Case] = []
    for line in lines[2:]:
        row = dict(zip(header, cells(line), strict=True))
        words = row.pop("case")
        facts = {FACET_OF[n]: value(FACET_OF[n], t) for n, t in row.items() if n in FACET_OF}
        if words:
            expected = {n: t.replace(" ", "-") for n, t in row.items() if n not in FACET_OF}
            found.append(Case(words, [], expected))
        number = len(found[-1].scenarios)
        facts["assumption"] = f"way {number}" if number else ""
        facts["death_id"] = f"{path.stem}: {found[-1].words}"
        found[-1].scenarios.append(whole_scenario(facts, number))
    return found


def tables() -> list[Path]:
    return sorted(HERE.glob("*.md"))


ANSWERS = [
    pytest.param(case, column, outcome, id=f"{path.stem}: {case.words} -> {column}")
    for path in tables()
    for case in cases(path)
    for column, outcome in case.expected.items()
]


@pytest.mark.parametrize(("case", "column", "outcome"), ANSWERS)
def test_the_reference_evaluator_answers_as_the_table_says(
    case: Case, column: str, outcome: str
) -> None:
    identity, *texts = column.split()
    definition = get(identity)

    result = evaluate(definition, case.scenarios, settings_from(definition, texts))

    assert result.outcome == outcome
    assert result.reasons


@pytest.mark.parametrize("path", tables(), ids=lambda path: path.stem)
def test_the_columnar_evaluator_answers_every_row_of_the_table(path: Path) -> None:
    found = cases(path)
    rows = [row for case in found for row in case.scenarios]
    engine = ibis.duckdb.connect()
    facets = engine.create_table("facets", pa.Table.from_pylist(rows, schema=SCHEMA))

    for column in found[0].expected:
        identity, *texts = column.split()
        definition = get(identity)
        expression = columnar.outcomes(definition, facets, settings_from(definition, texts))
        answered = expression.to_pyarrow().to_pylist()
        answers = {row["death_id"]: row["outcome"] for row in answered}
        expected = {case.scenarios[0]["death_id"]: case.expected[column] for case in found}

        assert answers == expected, column


def test_every_row_of_every_table_has_an_outcome_in_every_column() -> None:
    answers = {
        outcome for path in tables() for case in cases(path) for outcome in case.expected.values()
    }

    assert answers == {"in", "out", "cannot-tell"}


def test_every_definition_is_asked_in_some_table() -> None:
    asked = {column.split()[0] for path in tables() for column in cases(path)[0].expected}

    assert asked == set(catalogue())
