"""Why two counts differ: a waterfall from one to the other in which every death has its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from candour.definitions import Definition
from candour.definitions.aloud import rule_in_one_line
from candour.definitions.differing import Stage, Way, names_of, way
from candour.definitions.settings import filled
from candour.errors import UserError
from candour.pipeline.answers.counts import Asked, within
from candour.pipeline.answers.periods import Period

if TYPE_CHECKING:
    from candour.pipeline.answers.opening import OpenRun

Outcomes = Mapping[str, str]
Evaluator = Callable[[Sequence[Stage]], list[Outcomes]]


def compared(
    run: OpenRun,
    first: Asked,
    second: Asked,
    period: Period,
    *,
    provider: str | None = None,
) -> dict[str, Any]:
    """``{from, to, steps, cannot_tell, moved_nothing, …}``: the gap between two counts, explained.

    ``from`` and ``to`` are the deaths that are in under each. Each step is ``{reason, change,
    death_ids}``: a change of one clause and the deaths that it lets in or keeps out, each death in
    one step. A step whose change is 0 holds deaths that both count and that a clause of one of
    them would have let in by itself. ``cannot_tell`` explains the deaths that cannot be told in
    the same way, and ``moved_nothing`` names clauses that differ and change no answer.

    :param provider: only deaths of which this provider has a share.
    :raises UserError: for definitions that have nothing in common to count, and for a provider
        that shares no death of the run.
    """
    _refuse_unlike(first[0], second[0])
    chosen = _of_provider(run, provider) if provider else run.deaths.keys()

    def outcomes(stages: Sequence[Stage]) -> list[Outcomes]:
        return [_in_period(run, each, chosen, period) for each in _asked_of(run, stages)]

    return waterfall(first, second, outcomes)


def waterfall(first: Asked, second: Asked, outcomes: Evaluator) -> dict[str, Any]:
    """The same for any deaths: ``outcomes`` gives the answer of each under each stage asked."""
    between = way(first[0], first[1], second[0], second[1])
    stages = [between.start, *(step.after for step in between.steps)]
    alone = [step.alternative for step in between.steps if step.alternative is not None]
    answers = outcomes([*stages, *alone])
    on_the_way, by_itself = answers[: len(stages)], answers[len(stages) :]
    names = names_of(*_with_settings(first), *_with_settings(second))
    steps = _steps(between, on_the_way, "in")
    if overlap := _overlap(alone, by_itself, on_the_way, names):
        steps.append(overlap)
    unsure = _steps(between, on_the_way, "cannot-tell")
    moved = {s["reason"] for s in (*steps, *unsure)}
    start, end = on_the_way[0], on_the_way[-1]
    if between.turned:
        start, end = end, start
    return {
        "from": _how_many(start, "in"),
        "to": _how_many(end, "in"),
        "steps": steps,
        "cannot_tell": {
            "from": _how_many(start, "cannot-tell"),
            "to": _how_many(end, "cannot-tell"),
            "steps": unsure,
        },
        "moved_nothing": list(
            dict.fromkeys(s.reason for s in between.steps if s.reason not in moved)
        ),
        "from_definition": _described(first, names[0]),
        "to_definition": _described(second, names[1]),
    }


def _steps(between: Way, answers: Sequence[Outcomes], counted: str) -> list[dict[str, Any]]:
    """The steps that move a death into or out of those counted, in the order of reading."""
    sets = [{d for d, outcome in each.items() if outcome == counted} for each in answers]
    gained, lost = sets[-1] - sets[0], sets[0] - sets[-1]
    rows = []
    for step, before, after in zip(between.steps, sets, sets[1:], strict=False):
        # Of a death that comes, goes and comes again the first time is its step.
        came, went = (after - before) & gained, (before - after) & lost
        gained, lost = gained - came, lost - went
        for ids, sign in ((came, 1), (went, -1)):
            if ids:
                change = -sign * len(ids) if between.turned else sign * len(ids)
                rows.append({"reason": step.reason, "change": change, "death_ids": sorted(ids)})
    return rows[::-1] if between.turned else rows


def _overlap(
    alone: Sequence[Stage],
    by_itself: Sequence[Outcomes],
    on_the_way: Sequence[Outcomes],
    names: tuple[str, str],
) -> dict[str, Any] | None:
    """Deaths that both count, and that a clause of one alone would have let in as well."""
    both = {d for d, o in on_the_way[0].items() if o == "in" == on_the_way[-1][d]}
    found: set[str] = set()
    words = []
    for stage, answers in zip(alone, by_itself, strict=True):
        here = {d for d in both if answers[d] == "in"}
        if here - found:
            words.append(rule_in_one_line(stage.definition.rule))
        found |= here
    if not found:
        return None
    said = "; or ".join(words)
    reason = (
        f"both {' and '.join(sorted(names))} count these, once each; this holds as well: {said}"
    )
    return {"reason": reason, "change": 0, "death_ids": sorted(found)}


def _how_many(answers: Outcomes, counted: str) -> int:
    return sum(outcome == counted for outcome in answers.values())


def _with_settings(asked: Asked) -> tuple[Definition, dict[str, int | str]]:
    return asked[0], filled(asked[0], asked[1])


def _described(asked: Asked, name: str) -> dict[str, Any]:
    definition, settings = _with_settings(asked)
    return {
        "id": definition.id,
        "version": definition.version,
        "settings": settings,
        "name": name,
    }


def _refuse_unlike(first: Definition, second: Definition) -> None:
    counted = [getattr(each, "counts", "death") for each in (first, second)]
    if counted != ["death", "death"]:
        raise UserError(
            "Only definitions of deaths can be compared death by death.",
            "Name two of them; `candour definitions` says what each counts.",
        )


def _of_provider(run: OpenRun, provider: str) -> Collection[str]:
    shared = {row["death_id"] for row in run.rows("shares") if row["provider"] == provider}
    if not shared:
        raise UserError(
            "That provider has a share in no death of this run.",
            "`candour count RUN --definition ID --by provider` lists those that have.",
        )
    return shared


def _asked_of(run: OpenRun, stages: Sequence[Stage]) -> list[Outcomes]:
    from candour.definitions.columnar import outcomes_side_by_side
    from candour.tables import open_engine

    with open_engine() as engine:
        facets = engine.table(run.table("facets"))
        asked = [(stage.definition, stage.settings) for stage in stages]
        answered = engine.arrow(outcomes_side_by_side(asked, facets))
    ids = answered.column("death_id").to_pylist()
    return [
        dict(zip(ids, answered.column(f"outcome_{n}").to_pylist(), strict=True))
        for n in range(len(stages))
    ]


def _in_period(
    run: OpenRun, answers: Outcomes, chosen: Collection[str], period: Period
) -> Outcomes:
    found = {d: within(period, run.deaths[d], answers[d]) for d in run.deaths if d in chosen}
    return {death_id: outcome for death_id, outcome in found.items() if outcome is not None}
