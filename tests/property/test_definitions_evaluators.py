"""Laws that hold for any rule and any facts: above all, that both evaluators agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from candour.dataset import codelist
from candour.definitions import catalogue, columnar, evaluate, get
from candour.definitions.facets import facets, whole_scenario
from candour.definitions.grammar import facets_of, rule_from, settings_of
from candour.definitions.model import Definition
from candour.definitions.windows import add_months

ARROW = {"text": pa.string(), "integer": pa.int64(), "yes-no": pa.bool_(), "date": pa.date32()}
SCHEMA = pa.schema([(f.name, ARROW[f.type]) for f in facets().values()])
EVENTS = pa.schema([(f.name, ARROW[f.type]) for f in facets("event").values()])
SHELF = list(catalogue().values())
YES_NO = st.sampled_from([True, False, None])
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Dates that lie on the edges where windows go wrong: ends of months, leap days, ends of years.
EDGES = [
    date(2024, 2, 29),
    date(2024, 1, 31),
    date(2024, 11, 30),
    date(2025, 2, 28),
    date(2025, 5, 31),
    date(2025, 8, 31),
    date(2100, 2, 28),
]
STEPS = [-1, 0, 1, 7, 29, 30, 31, 89, 90, 91, 92, 93, 365]
NEAR_EDGES = st.builds(
    lambda edge, days: edge + timedelta(days=days), st.sampled_from(EDGES), st.sampled_from(STEPS)
)
DATES = st.one_of(st.none(), NEAR_EDGES, st.dates(date(2024, 1, 1), date(2025, 12, 31)))
KNOWN_CODES = ["X60", "X700", "X70.0", "x84X", "Y10", "Y34", "U509", "U50", "U50.8", "U50X", "R99"]
CODES = st.one_of(st.none(), st.sampled_from(KNOWN_CODES), st.text("AUXY0123459.x-", max_size=6))
KNOWN_RANGES = ["X60-X84", "Y10-Y34", "U50.9", "U50.1-U50.8", "X60.5-X70.2", "R99"]
RANGES = st.sampled_from(KNOWN_RANGES)
STARTS = [f.name for f in facets().values() if f.may_start_a_window]
LENGTHS = st.one_of(st.sampled_from([0, 1, 3, 7, 30, 31, 90, 3660]), st.just("$days"))

ASKED = [f.name for f in facets().values() if f.may_be_asked]
CONCLUSIONS = ["suicide", "open", "narrative", "misadventure", "natural-causes"]
UNSETTLED = st.sampled_from([{}, {"unsettled": ["U50.9"]}, {"unsettled": ["U50.1-U50.8", "R99"]}])

CLAUSES = st.one_of(
    st.builds(lambda n: {"fact": n}, st.sampled_from(ASKED)),
    st.builds(
        lambda since, unit, length, before: {"within": {"since": since, unit: length, **before}},
        st.sampled_from(STARTS),
        st.sampled_from(["days", "months"]),
        LENGTHS,
        st.sampled_from([{}, {}, {"or_before": True}]),
    ),
    st.builds(
        lambda ranges, unsettled: {"code": "underlying_cause", "in": ranges, **unsettled},
        st.lists(RANGES, min_size=1, max_size=3),
        UNSETTLED,
    ),
    st.builds(
        lambda words, more: {"word": "inquest_conclusion", "in": words, **more},
        st.lists(st.sampled_from(CONCLUSIONS), min_size=1, max_size=3),
        st.sampled_from([{}, {"unsettled": ["narrative"]}, {"unsettled": ["open", "suicide"]}]),
    ),
    st.builds(
        lambda low, high: {"age": {"at_least": low, "at_most": high}},
        st.integers(0, 60),
        st.one_of(st.none(), st.integers(0, 120)),
    ),
    st.just({"age": {"at_most": 17}}),
)


def combined(
    parts: st.SearchStrategy[dict[str, Any]], *, negated: bool, first: bool = False
) -> st.SearchStrategy[Any]:
    several = st.lists(parts, min_size=1, max_size=3)
    joined = [
        st.builds(lambda p: {"any_of": p}, several),
        st.builds(lambda p: {"all_of": p}, several),
    ]
    if negated:
        joined.append(st.builds(lambda p: {"not": p}, parts))
    if first:
        two_or_more = st.lists(parts, min_size=2, max_size=3)
        joined.append(st.builds(lambda p: {"first_that_tells": p}, two_or_more))
    return st.one_of(*joined)


RULES = st.recursive(CLAUSES, lambda p: combined(p, negated=True, first=True), max_leaves=6)
# To know less can change which part is the first that tells.
RULES_WITHOUT_FIRST = st.recursive(CLAUSES, lambda p: combined(p, negated=True), max_leaves=6)
RULES_WITHOUT_NOT = st.recursive(CLAUSES, lambda p: combined(p, negated=False), max_leaves=6)


def scenario_with(**facts: Any) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {
            "assumption": st.sampled_from(["", "the death was early", "the death was late"]),
            "transfer_as": st.sampled_from([None, "discharge", "stay"]),
            "stays_known": YES_NO,
            "death_date": DATES,
            "during_stay": YES_NO,
            "last_discharge": DATES,
            "last_absence_start": DATES,
            "last_transfer": DATES,
            "detained": YES_NO,
            "underlying_cause": CODES,
            "age_years": st.one_of(st.none(), st.integers(0, 110)),
            "last_contact": DATES,
            "recorded_discharge": DATES,
            "inquest_conclusion": st.sampled_from([None, *CONCLUSIONS]),
            **{name: YES_NO for name in ASKED if name not in ("during_stay", "detained")},
            **facts,
        }
    )


EVENT = st.fixed_dictionaries(
    {
        "event_kind": st.sampled_from([None, *(c.code for c in codelist("event_kind").codes)]),
        **{
            name: st.sampled_from([None, "none", "low", "moderate", "severe", "fatal"])
            for name in ("harm_actual", "harm_psychological", "harm_potential")
        },
        "intercepted_by": st.sampled_from([None, "staff-found", "chance", "unknown"]),
        "prevented_result": YES_NO,
    }
)


def numbered(ways: list[dict[str, object]], death: str) -> list[dict[str, object]]:
    return [whole_scenario({**way, "death_id": death}, n) for n, way in enumerate(ways)]


DEATH = st.lists(scenario_with(), min_size=1, max_size=3).map(lambda ways: numbered(ways, "D0"))
TABLES = st.lists(st.lists(scenario_with(), min_size=1, max_size=3), min_size=1, max_size=8).map(
    lambda deaths: [numbered(ways, f"D{n}") for n, ways in enumerate(deaths)]
)
READINGS = st.sampled_from(["cannot-tell", "discharge", "stay"])


def definition_of(rule: Mapping[str, Any]) -> Definition:
    """An unpublished definition with the given rule and whatever settings it refers to."""
    read = rule_from(rule)
    needed = settings_of(read) | {"unresolved_transfer"}
    body = get("post-discharge").model_dump(by_alias=True)
    anyone = [{"words": "anyone", "scenarios": [{}], "outcome": "cannot-tell"}]
    body.update(
        id="tried",
        rule=rule,
        settings={name: kind for name, kind in body["settings"].items() if name in needed},
        needs=facets_of(read),
        examples=anyone,
        near_misses=anyone,
    )
    return Definition.model_validate(body)


def settings_for(definition: Definition, reading: str, days: int) -> dict[str, int | str]:
    return {"unresolved_transfer": reading} | (
        {"days": days} if "days" in definition.settings else {}
    )


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def columnar_answers(
    engine: Any,
    definition: Definition,
    deaths: list[list[dict[str, object]]],
    chosen: Mapping[str, int | str],
) -> dict[str, str]:
    rows = [row for ways in deaths for row in ways]
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    facts = engine.create_table("facts", table, overwrite=True)
    answered = columnar.outcomes(definition, facts, chosen).to_pyarrow().to_pylist()
    assert len(answered) == len({row["death_id"] for row in answered})
    return {row["death_id"]: row["outcome"] for row in answered}


def reference_answers(
    definition: Definition,
    deaths: list[list[dict[str, object]]],
    chosen: Mapping[str, int | str],
) -> dict[str, str]:
    return {str(w[0]["death_id"]): evaluate(definition, w, chosen).outcome for w in deaths}


@settings(QUICK, max_examples=100)
@given(RULES, TABLES, READINGS, st.sampled_from([0, 7, 30, 31, 90]))
def test_both_evaluators_agree_on_every_death_under_any_rule(
    engine: Any, rule: dict[str, Any], deaths: Any, reading: str, days: int
) -> None:
    definition = definition_of(rule)
    chosen = settings_for(definition, reading, days)

    answers = columnar_answers(engine, definition, deaths, chosen)

    assert answers == reference_answers(definition, deaths, chosen)


@settings(QUICK, max_examples=20)
@given(TABLES, READINGS)
def test_both_evaluators_agree_under_every_published_definition(
    engine: Any, deaths: Any, reading: str
) -> None:
    rows = [row for ways in deaths for row in ways]
    facts = engine.create_table("facts", pa.Table.from_pylist(rows, schema=SCHEMA), overwrite=True)
    asked = [(d, {"unresolved_transfer": reading} if d.settings else {}) for d in SHELF]

    answered = columnar.outcomes_side_by_side(asked, facts).to_pyarrow().to_pylist()

    assert len(answered) == len(deaths)
    for number, (definition, chosen) in enumerate(asked):
        answers = {row["death_id"]: row[f"outcome_{number}"] for row in answered}
        assert answers == reference_answers(definition, deaths, chosen), definition.id


@settings(QUICK, max_examples=20)
@given(st.lists(EVENT, min_size=1, max_size=12))
def test_both_evaluators_agree_on_every_event_under_every_published_definition(
    engine: Any, events: Any
) -> None:
    rows = [
        whole_scenario({**e, "near_miss_id": f"N{n}"}, 0, "event") for n, e in enumerate(events)
    ]
    held = engine.create_table("held", pa.Table.from_pylist(rows, schema=EVENTS), overwrite=True)
    shelf = list(catalogue("event").values())

    answered = columnar.outcomes_side_by_side([(d, {}) for d in shelf], held).to_pyarrow()

    for row in answered.to_pylist():
        event = next(r for r in rows if r["near_miss_id"] == row["near_miss_id"])
        for number, definition in enumerate(shelf):
            assert row[f"outcome_{number}"] == evaluate(definition, [event]).outcome, definition.id


def test_both_evaluators_agree_where_a_column_holds_nothing_and_has_no_type(engine: Any) -> None:
    rows = [whole_scenario({"death_id": "D0", "death_date": date(2025, 2, 10)})]
    table = ibis.memtable(pa.Table.from_pylist(rows))

    for definition in catalogue().values():
        answered = engine.to_pyarrow(columnar.outcomes(definition, table)).to_pylist()

        assert [row["outcome"] for row in answered] == [evaluate(definition, rows).outcome]


def test_both_evaluators_agree_on_every_known_code_against_every_kind_of_range(engine: Any) -> None:
    codes = [None, *KNOWN_CODES, "X7", "not a code", ""]
    deaths = [numbered([{"underlying_cause": c}], f"D{n}") for n, c in enumerate(codes)]

    for within in KNOWN_RANGES:
        definition = definition_of({"code": "underlying_cause", "in": [within]})

        answers = columnar_answers(engine, definition, deaths, {})

        assert answers == reference_answers(definition, deaths, {})
        assert set(answers.values()) == {"in", "out", "cannot-tell"}


@pytest.mark.parametrize("window", [{"days": 0}, {"days": 30}, {"months": 1}, {"months": 3}])
def test_both_evaluators_agree_on_every_day_about_an_edge_of_the_calendar(
    engine: Any, window: dict[str, int]
) -> None:
    pairs = [(edge, edge + timedelta(days=step)) for edge in EDGES for step in STEPS]
    deaths = [
        numbered([{"last_discharge": left, "death_date": died}], f"D{n}")
        for n, (left, died) in enumerate(pairs)
    ]
    definition = definition_of({"within": {"since": "last_discharge", **window}})

    answers = columnar_answers(engine, definition, deaths, {})

    assert answers == reference_answers(definition, deaths, {})
    assert set(answers.values()) == {"in", "out"}


@QUICK
@given(RULES, DEATH)
def test_not_not_a_rule_is_the_rule(rule: dict[str, Any], ways: Any) -> None:
    once, twice = definition_of(rule), definition_of({"not": {"not": rule}})

    assert evaluate(twice, ways).outcome == evaluate(once, ways).outcome


@QUICK
@given(RULES, DEATH)
def test_a_rule_and_its_opposite_are_never_both_in(rule: dict[str, Any], ways: Any) -> None:
    outcome = evaluate(definition_of(rule), ways).outcome
    opposite = evaluate(definition_of({"not": rule}), ways).outcome

    assert {"in": "out", "out": "in", "cannot-tell": "cannot-tell"}[outcome] == opposite


@QUICK
@given(RULES_WITHOUT_NOT, DEATH, st.integers(0, 120), st.integers(0, 400))
def test_a_wider_window_never_turns_in_into_anything_else(
    rule: dict[str, Any], ways: Any, days: int, more: int
) -> None:
    # The rule is put beside a window on days so that each example has something to widen.
    definition = definition_of(
        {"any_of": [{"within": {"since": "last_discharge", "days": "$days"}}, rule]}
    )
    narrow = evaluate(definition, ways, {"days": days}).outcome
    wide = evaluate(definition, ways, {"days": days + more}).outcome

    assert wide == "in" or narrow != "in"
    assert narrow == "out" or wide != "out"


@QUICK
@given(RULES, DEATH.flatmap(lambda ways: st.tuples(st.just(ways), st.permutations(ways))), READINGS)
def test_the_order_of_scenarios_changes_neither_outcome_nor_reasons(
    rule: dict[str, Any], pair: Any, reading: str
) -> None:
    definition, (ways, shuffled) = definition_of(rule), pair
    chosen = {"unresolved_transfer": reading}

    assert evaluate(definition, shuffled, chosen) == evaluate(definition, ways, chosen)


@QUICK
@given(RULES_WITHOUT_FIRST, DEATH)
def test_knowing_less_never_turns_one_answer_into_its_opposite(
    rule: dict[str, Any], ways: Any
) -> None:
    definition = definition_of(rule)
    told = evaluate(definition, ways).outcome
    untold = [{**way, "stays_known": None} for way in ways]

    assert evaluate(definition, untold).outcome in (told, "cannot-tell")


@QUICK
@given(RULES, DEATH)
def test_every_answer_gives_a_reason_and_no_death_id(rule: dict[str, Any], ways: Any) -> None:
    named = [{**way, "death_id": "DEATHIDCANARY"} for way in ways]

    result = evaluate(definition_of(rule), named)

    assert result.reasons
    assert "DEATHIDCANARY" not in " ".join(result.reasons)


@settings(QUICK, max_examples=200)
@given(st.dates(date(1900, 1, 1), date(9999, 12, 31)), st.integers(0, 120))
@example(date(2024, 11, 30), 3)
@example(date(9999, 12, 31), 3)
def test_adding_months_keeps_the_day_or_ends_on_the_last_of_the_month(
    start: date, months: int
) -> None:
    end = add_months(start, months)

    if end == date.max:
        assert start.year * 12 + start.month + months >= 9999 * 12 + 12
    else:
        assert (end.year - start.year) * 12 + end.month - start.month == months
        assert end.day == start.day or (
            end.day < start.day and (end + timedelta(days=1)).month != end.month
        )
