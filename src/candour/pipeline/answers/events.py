"""Events that people survived, counted as each body would call them a near miss."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from candour.definitions import catalogue
from candour.pipeline.answers.counts import value

if TYPE_CHECKING:
    from candour.pipeline.answers.opening import OpenRun

COLUMNS = ("definition", "version", "owner", "in", "out", "cannot_tell")


def near_misses(run: OpenRun) -> list[dict[str, Any]]:
    """One row per definition of events: how many of the run's events are in, out, not to be told.

    The same events stand in each row; only the sense of the words differs. Typed values.
    """
    from candour.definitions.columnar import outcomes_side_by_side
    from candour.tables import open_engine

    shelf = list(catalogue("event").values())
    with open_engine() as engine:
        held = engine.table(run.table("near_misses"))
        answered = engine.rows(outcomes_side_by_side([(d, {}) for d in shelf], held))
    rows = []
    for number, definition in enumerate(shelf):
        tally = Counter(row[f"outcome_{number}"] for row in answered)
        rows.append(
            {
                "definition": definition.id,
                "version": definition.version,
                "owner": definition.owner,
                "in": value(tally["in"]),
                "out": value(tally["out"]),
                "cannot_tell": value(tally["cannot-tell"]),
            }
        )
    return rows
