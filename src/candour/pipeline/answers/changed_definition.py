"""A dual run: one run counted under a definition and under its next version, death by death."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from candour.definitions import Definition, evaluate
from candour.definitions.model import Moved
from candour.pipeline.answers.counts import NOT_STATED, outcomes_of

if TYPE_CHECKING:
    from candour.pipeline.answers.opening import OpenRun


@dataclass(frozen=True)
class DualRun:
    """What a change moves: ``moved`` in numbers, ``rows`` one for each death that moves.

    A row holds ``death_id, provider`` (the primary one), ``before, after`` and ``reasons``, those
    of the newer version; ``providers`` has a row for each provider, whether any of its deaths moves
    or none.
    """

    moved: Moved
    rows: list[dict[str, Any]]
    providers: list[dict[str, Any]]


def dual_run(run: OpenRun, before: Definition, after: Definition) -> DualRun:
    """Count a run under both versions, each under its own settings as published."""
    old, new = outcomes_of(run, before, {}), outcomes_of(run, after, {})
    primary = {r["death_id"]: r["provider"] for r in run.rows("shares") if r["is_primary"]}
    rows = []
    for death_id in sorted(run.deaths):
        if old[death_id] != new[death_id]:
            rows.append(
                {
                    "death_id": death_id,
                    "provider": primary.get(death_id, NOT_STATED),
                    "before": old[death_id],
                    "after": new[death_id],
                    "reasons": evaluate(after, run.scenarios[death_id], {}).reasons,
                }
            )
    where = Counter(row["provider"] for row in rows)
    how = Counter(f"{row['before']} to {row['after']}" for row in rows)
    return DualRun(
        Moved(
            run=run.manifest["tables"]["facets"]["digest"],
            invented=run.manifest["data"] == "invented",
            deaths=len(run.deaths),
            moved=len(rows),
            by_provider=dict(sorted(where.items())),
            by_answer=dict(sorted(how.items())),
        ),
        rows,
        _providers(run, primary, old, new),
    )


def _providers(
    run: OpenRun, primary: dict[str, str], old: dict[str, str], new: dict[str, str]
) -> list[dict[str, Any]]:
    tallies: dict[str, Counter[str]] = {}
    for death_id in run.deaths:
        tally = tallies.setdefault(primary.get(death_id, NOT_STATED), Counter())
        tally["deaths"] += 1
        tally["in_before"] += old[death_id] == "in"
        tally["in_after"] += new[death_id] == "in"
        tally["moved"] += old[death_id] != new[death_id]
    names = ("deaths", "in_before", "in_after", "moved")
    return [
        {"provider": provider, **{name: tally[name] for name in names}}
        for provider, tally in sorted(tallies.items())
    ]
