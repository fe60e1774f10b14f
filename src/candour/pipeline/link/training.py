"""Where weights come from: pairs whose truth is known, or EM by Splink on a list of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from candour.pipeline.link.comparisons import Comparison
from candour.pipeline.link.model import Model, Odds

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

SURPRISE = 0.05
"""The share of pairs for which the weights expect nothing in particular. Other lists go wrong in
other ways than the one that was trained on; so no level is held to be next to impossible."""


def with_surprise(shares: Sequence[float]) -> list[float]:
    """Shares of levels, made ready for errors that were never seen."""
    total = sum(shares)
    even = SURPRISE / len(shares)
    return [(1 - SURPRISE) * share / total + even for share in shares]


def counted_m(
    engine: Engine, levels: ir.Table, kinds: Sequence[Comparison]
) -> dict[str, list[float]]:
    """How often each level is met in pairs known to be of one person, by kind of field."""
    found = {}
    for number, kind in enumerate(kinds):
        rows = engine.rows(
            engine.sql(
                f"SELECT g{number} AS level, count(*) AS n FROM {{t}} WHERE g{number} >= 0 GROUP BY 1",
                t=levels,
            )
        )
        counts = {r["level"]: r["n"] for r in rows}
        if counts:
            found[kind.name] = with_surprise([counts.get(at, 0) for at in range(len(kind.levels))])
    return found


def renewed(model: Model, shares: Mapping[str, Sequence[float]], **changes: Any) -> Model:
    """The model with other ``m``, its ``u`` as before."""
    kinds = {
        name: tuple(
            Odds(m, chance.u) for m, chance in zip(ms, model.kinds[name], strict=True)
        )
        for name, ms in shares.items()
    }
    return model.with_kinds(kinds, **changes)
