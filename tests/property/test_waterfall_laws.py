"""Laws of the waterfall between two counts, for any two rules of the grammar and any facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_definitions_evaluators import (
    READINGS,
    RULES,
    TABLES,
    definition_of,
    reference_answers,
    settings_for,
)

from candour.definitions import Definition, catalogue, evaluate
from candour.definitions.differing import Stage, normal, way
from candour.pipeline.answers.compared import waterfall

Deaths = list[list[dict[str, object]]]
ENDS = st.tuples(RULES, READINGS, st.sampled_from([0, 7, 30, 90])).map(
    lambda parts: (d := definition_of(parts[0]), settings_for(d, parts[1], parts[2]))
)
SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large]
LAWS = settings(max_examples=40, deadline=None, suppress_health_check=SLOW_TO_DRAW)


def evaluator(deaths: Deaths) -> Any:
    def outcomes(stages: Sequence[Stage]) -> list[dict[str, str]]:
        return [reference_answers(s.definition, deaths, s.settings) for s in stages]

    return outcomes


def counted(end: Any, deaths: Deaths, outcome: str) -> set[str]:
    definition, chosen = end
    answers = reference_answers(definition, deaths, chosen)
    return {death for death, said in answers.items() if said == outcome}


def ids_of(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    return [death for step in steps for death in step["death_ids"]]


@LAWS
@given(ENDS, ENDS, TABLES)
def test_the_steps_lead_from_one_count_to_the_other_and_leave_nothing(
    one: Any, other: Any, deaths: Deaths
) -> None:
    found = waterfall(one, other, evaluator(deaths))

    for outcome, said in (("in", found), ("cannot-tell", found["cannot_tell"])):
        before, after = counted(one, deaths, outcome), counted(other, deaths, outcome)
        moving = [step for step in said["steps"] if step["change"]]
        assert (said["from"], said["to"]) == (len(before), len(after))
        assert sum(step["change"] for step in moving) == len(after) - len(before)
        assert sorted(ids_of(moving)) == sorted(before ^ after)
        for step in moving:
            came = step["change"] > 0
            assert abs(step["change"]) == len(step["death_ids"])
            assert set(step["death_ids"]) <= (after - before if came else before - after)


@LAWS
@given(ENDS, ENDS, TABLES)
def test_no_death_stands_in_two_steps_and_an_overlap_is_counted_by_both(
    one: Any, other: Any, deaths: Deaths
) -> None:
    found = waterfall(one, other, evaluator(deaths))

    ids = ids_of(found["steps"])
    assert len(ids) == len(set(ids))
    both = counted(one, deaths, "in") & counted(other, deaths, "in")
    still = [step for step in found["steps"] if not step["change"]]
    assert set(ids_of(still)) <= both


@LAWS
@given(ENDS, ENDS, TABLES)
def test_the_way_back_is_the_way_turned_round(one: Any, other: Any, deaths: Deaths) -> None:
    there = waterfall(one, other, evaluator(deaths))
    back = waterfall(other, one, evaluator(deaths))

    def told(steps: Sequence[Mapping[str, Any]], sign: int) -> list[Any]:
        moving = [step for step in steps if step["change"]]
        return [(s["reason"], sign * s["change"], s["death_ids"]) for s in moving][::sign]

    assert told(there["steps"], 1) == told(back["steps"], -1)
    assert told(there["cannot_tell"]["steps"], 1) == told(back["cannot_tell"]["steps"], -1)
    assert (there["from"], there["to"]) == (back["to"], back["from"])


@LAWS
@given(ENDS, ENDS, TABLES)
def test_a_step_moves_no_death_both_ways(one: Any, other: Any, deaths: Deaths) -> None:
    """What lets more in comes first, then how a transfer is taken, then what keeps more out."""
    between = way(*one, *other)
    stages = [between.start, *(step.after for step in between.steps)]
    order = {"out": 0, "cannot-tell": 1, "in": 2}

    answers = [reference_answers(s.definition, deaths, s.settings) for s in stages]

    for before, after, step in zip(answers, answers[1:], between.steps, strict=False):
        ways = {(order[after[d]] > order[before[d]]) - (order[after[d]] < order[before[d]])
                for d in before}  # fmt: skip
        assert "a transfer without an onward stay" in step.reason or not ways >= {1, -1}


@LAWS
@given(RULES, TABLES)
def test_a_rule_written_without_not_round_a_group_has_the_same_answers(
    rule: dict[str, Any], deaths: Deaths
) -> None:
    definition = definition_of(rule)
    plain = definition.model_copy(update={"rule": normal(definition.rule)})

    for ways in deaths:
        assert evaluate(plain, ways).outcome == evaluate(definition, ways).outcome


SHELF: list[Definition] = [
    d for d in catalogue().values() if getattr(d, "counts", "death") == "death"
]


@LAWS
@given(st.sampled_from(SHELF), st.sampled_from(SHELF), TABLES)
def test_any_two_of_the_catalogue_sum_on_any_facts(
    one: Definition, other: Definition, deaths: Deaths
) -> None:
    found = waterfall((one, {}), (other, {}), evaluator(deaths))

    assert found["from"] + sum(s["change"] for s in found["steps"]) == found["to"]


def test_between_any_two_of_the_catalogue_every_step_has_a_reason_that_names_a_definition() -> None:
    for one in SHELF:
        for other in SHELF:
            steps = way(one, {}, other, {}).steps
            # Two bodies may ask the same, and then there is nothing to explain.
            assert bool(steps) == (one.rule != other.rule)
            for step in steps:
                assert one.id in step.reason
                assert other.id in step.reason
                assert "other reasons" not in step.reason
