"""Where weights come from: pairs whose truth is known, or EM by Splink on a list of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from candour.pipeline.link.comparisons import Comparison
from candour.pipeline.link.model import Model, Odds

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.pipeline.link.lists import Prepared
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
                f"SELECT g{number} AS level, count(*) AS n FROM {{t}} "
                f"WHERE g{number} >= 0 GROUP BY 1",
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
        name: tuple(Odds(m, chance.u) for m, chance in zip(ms, model.kinds[name], strict=True))
        for name, ms in shares.items()
    }
    return model.with_kinds(kinds, **changes)


def trained_here(engine: Engine, prepared: Prepared, model: Model) -> Model:
    """The model with ``m`` learned by EM, with Splink, from these lists alone."""
    import datetime as dt

    from candour.pipeline.link.comparisons import KEYS, comparisons_of
    from candour.pipeline.link.lists import sides_of
    from candour.pipeline.link.scoring import columns_of, strangers
    from candour.pipeline.link.splink_door import trained

    columns = columns_of(engine, prepared.records)
    kinds = comparisons_of(columns)
    side = max(sides_of(engine, prepared), key=lambda each: each.pairs)
    odds = strangers(engine, side, model, kinds, columns)
    prior = 0.5 * min(side.left_rows, side.right_rows) / max(side.pairs, 1)
    tables = [
        engine.arrow(
            engine.sql(f"SELECT * FROM {{r}} WHERE list = {n} ORDER BY n", r=prepared.records)
        )
        for n in range(len(prepared.sizes))
    ]
    learned = trained(tables, model, kinds, odds, min(prior, 1e-3))
    training = {
        "how": "m by EM (Splink) on the lists that were linked, u on drawn pairs of strangers",
        "rows": list(prepared.sizes),
        "further_keys": sum(key in columns for key in KEYS),
        "trained_on": dt.date.today().isoformat(),  # noqa: DTZ011 - the day as the user knows it
        "began_with": model.id,
    }
    return model.with_kinds(learned, id="trained-here", training=training)
