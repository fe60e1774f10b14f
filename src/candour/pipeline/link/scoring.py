"""The model compiled to SQL: levels of each pair, weights, and what the input itself can tell.

Three things are estimated from the input, since lists differ: how often strangers agree (``u``),
how common each value is, and how many of the pairs are one person at all (the prior).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from candour.pipeline.link.blocking import Side, block, drawn, said_in
from candour.pipeline.link.comparisons import COLUMNS, KEYS, NULL, Comparison, comparisons_of
from candour.pipeline.link.model import Model, Odds

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

STRANGERS = 100_000
"""Pairs drawn, of which nearly all are strangers, to see how often strangers agree."""
_DRAWN_RECORDS = 4_000
AS_MANY_AS = 200
"""How many records' worth of doubt there is about how common a value is: in a list of five people
a surname that stands four times says little of how common it is."""
MOST_LIKELY = 1e-3
"""The prior is never higher than this: of a few records it cannot be told."""
ENOUGH, FEW = 200, 0.02
"""Families are ruled out only by so many likely pairs, with fewer kin to them than this share."""
AS_SURE_AS = 20
"""What the model says of a kind of field weighs as much as so many pairs of the input."""


@dataclass(frozen=True)
class Scored:
    """Pairs that are worth keeping, and what the input told.

    ``pairs``: ``a, b`` (``n`` of the left and the right record), ``weight`` in bits without the
    prior, ``probability``, and the level of each comparison as ``g0, g1, …`` in the order of
    ``comparisons``. ``weighed``: the same of every pair that was looked at, likely or not, without
    ``probability``, and how common the values of its left record are (``tf_COLUMN``, from
    ``common``: by column ``value, share``). ``prior`` is the share of all pairs that are one
    person.
    """

    pairs: ir.Table
    weighed: ir.Table
    common: Mapping[str, ir.Table]
    comparisons: tuple[Comparison, ...]
    odds: tuple[tuple[Odds, ...], ...]
    prior: float
    looked_at: int
    of_pairs: int
    rules: tuple[str, ...]
    families: bool
    """Whether people of one name and one home who are others may stand in these lists."""


def score(engine: Engine, sides: Sequence[Side], model: Model, records: ir.Table) -> Scored:
    """Score the pairs of all sides with the model.

    :param sides: which records are to be compared with which; together they hold each pair once.
    :param records: every record, by which it is told how common a value is.
    """
    columns = columns_of(engine, records)
    kinds = comparisons_of(columns)
    keys = tuple(key for key in KEYS if key in columns)
    main = max(sides, key=lambda side: side.pairs)
    odds = strangers(engine, main, model, kinds, columns)
    common = {c: _how_common(engine, records, sides, c, u) for c, u in _counted(kinds, odds)}
    shares = {kind.columns[0]: o[0].u for kind, o in zip(kinds, odds, strict=True)}
    blocks = [block(engine, side, columns, keys, shares) for side in sides]
    parts = [
        levels_of(engine, side, blocked.pairs, kinds, columns, common)
        for side, blocked in zip(sides, blocks, strict=True)
    ]
    levels = engine.sql(
        " UNION ALL ".join(f"SELECT * FROM {{p{n}}}" for n in range(len(parts))),
        **{f"p{n}": part for n, part in enumerate(parts)},
    )
    every = sum(side.pairs for side in sides)
    weighed = _weighed(engine, levels, kinds, odds)
    prior = _prior(engine, weighed, every)
    families = _families(engine, weighed, kinds, prior)
    adapting = [n for n, kind in enumerate(kinds) if kind.name == "key" or not families]
    if adapting:
        odds = _adapted(engine, weighed, kinds, odds, prior, adapting)
        weighed = _weighed(engine, levels, kinds, odds)
        prior = _prior(engine, weighed, every)
    shift = math.log2(prior / (1 - prior))
    least = math.log2(model.review / (1 - model.review))
    kept = engine.sql(
        f"SELECT *, round(1 / (1 + pow(2, -(weight + {exactly(shift)}))), 6) AS probability "
        f"FROM {{w}} WHERE weight + {exactly(shift)} >= {exactly(least)}",
        w=weighed,
    )
    rules = tuple(dict.fromkeys(rule for blocked in blocks for rule in blocked.rules))
    looked_at = sum(blocked.count for blocked in blocks)
    return Scored(kept, weighed, common, kinds, odds, prior, looked_at, every, rules, families)


def columns_of(engine: Engine, records: ir.Table) -> set[str]:
    """The columns in which at least one record says something."""
    return said_in(engine, records, (*COLUMNS, *KEYS))


def levels_of(
    engine: Engine,
    side: Side,
    pairs: ir.Table,
    kinds: Sequence[Comparison],
    columns: set[str],
    common: Mapping[str, ir.Table] | None = None,
) -> ir.Table:
    """The level of every comparison for every pair (``g0, g1, …``), and of the left record how
    common its values are (``tf_COLUMN``)."""
    common = common or {}
    sides = ", ".join(
        f"{f'{alias}.{c}' if c in columns and c in table.columns else 'NULL::varchar'} "
        f"AS {c}_{alias}"
        for c in sorted({*columns, *COLUMNS})
        for alias, table in (("l", side.left), ("r", side.right))
    )
    shares = "".join(f", tf_{c}.share AS tf_{c}" for c in common)
    joins = " ".join(f"LEFT JOIN {{tf_{c}}} tf_{c} ON tf_{c}.value = l.{c}" for c in common)
    levels = ", ".join(
        f"({kind.level_sql()})::tinyint AS g{number}" for number, kind in enumerate(kinds)
    )
    kept = "".join(f", tf_{c}" for c in common)
    return engine.sql(
        f"SELECT a, b, {levels}{kept} FROM (SELECT p.a, p.b, {sides}{shares} FROM {{p}} p "
        f"JOIN {{l}} l ON l.n = p.a JOIN {{r}} r ON r.n = p.b {joins})",
        p=pairs,
        l=side.left,
        r=side.right,
        **{f"tf_{c}": table for c, table in common.items()},
    )


def _weighed(
    engine: Engine,
    levels: ir.Table,
    kinds: Sequence[Comparison],
    odds: Sequence[Sequence[Odds]],
) -> ir.Table:
    names = ", ".join(f"g{n}" for n in range(len(kinds)))
    shares = "".join(f", {c}" for c in levels.columns if c.startswith("tf_"))
    return engine.sql(
        f"SELECT a, b, {names}{shares}, {_weight(kinds, odds)} AS weight FROM {{t}}", t=levels
    )


def _families(engine: Engine, weighed: ir.Table, kinds: Sequence[Comparison], prior: float) -> bool:
    """Whether families may stand in these lists: people of one name in one home who are others.

    They look like one person in half of all fields, and no weight for a single field can know it.
    Where a list has no homes to go by, and where enough pairs are one person and next to none a
    family, there is nothing to fear.
    """
    at = {kind.name: f"g{number}" for number, kind in enumerate(kinds)}
    shift = math.log2(prior / (1 - prior))
    homes = [f"{at[name]} = 0" for name in ("postcode", "address") if name in at]
    apart = [
        f"{at[name]} = {len(kind.levels) - 1}"
        for kind in kinds
        if (name := kind.name) in ("given_name", "birth_date")
    ]
    kin = (
        " AND ".join([f"({' OR '.join(homes)})", f"{at['surname']} = 0", *apart])
        if (homes and apart and "surname" in at)
        else "false"
    )
    (row,) = engine.rows(
        engine.sql(
            f"SELECT count(*) FILTER (weight + {exactly(shift)} > 0) AS likely, "
            f"count(*) FILTER ({kin}) AS kin FROM {{w}}",
            w=weighed,
        )
    )
    return bool(row["likely"] < ENOUGH or row["kin"] > FEW * row["likely"])


def _adapted(
    engine: Engine,
    weighed: ir.Table,
    kinds: Sequence[Comparison],
    odds: tuple[tuple[Odds, ...], ...],
    prior: float,
    which: Sequence[int],
) -> tuple[tuple[Odds, ...], ...]:
    """How often each kind of field agrees in one person here, by the pairs that all else says are
    one.

    A further key may be anything, an insurance number or an address for mail: how well it is kept
    is no part of the model, so it is always seen in the input. Other kinds follow the input only
    where no families stand in the way: a sister would else teach that one person has two names.
    """
    shift = math.log2(prior / (1 - prior))
    adapted = list(odds)
    for number in which:
        own = weight_sql(kinds[number], f"g{number}", odds[number])
        rows = engine.rows(
            engine.sql(
                f"SELECT g{number} AS level, "
                f"sum(1 / (1 + pow(2, -(weight - ({own}) + {exactly(shift)})))) AS n "
                f"FROM {{w}} WHERE g{number} >= 0 GROUP BY 1 ORDER BY 1",
                w=weighed,
            )
        )
        seen = {r["level"]: r["n"] for r in rows}
        total = sum(seen.values()) + AS_SURE_AS
        adapted[number] = tuple(
            Odds((seen.get(at, 0.0) + AS_SURE_AS * chance.m) / total, chance.u)
            for at, chance in enumerate(odds[number])
        )
    return tuple(adapted)


def _weight(kinds: Sequence[Comparison], odds: Sequence[Sequence[Odds]]) -> str:
    return " + ".join(
        weight_sql(kind, f"g{number}", odds[number]) for number, kind in enumerate(kinds)
    )


def exactly(number: float) -> str:
    """A number in SQL that is computed with as such, not as a decimal of so many places."""
    return f"{number!r}::DOUBLE"


def weight_sql(kind: Comparison, column: str, odds: Sequence[Odds]) -> str:
    """The weight, in bits, of the level in ``column``. Of a counted value the share in this input
    takes the place of ``u``."""
    whens = []
    for number, (level, chance) in enumerate(zip(kind.levels, odds, strict=True)):
        weight = exactly(chance.weight)
        if level.counted:
            share = f"coalesce(tf_{level.counted}, {exactly(chance.u)})"
            weight = f"log2({exactly(chance.m)} / {share})"
        whens.append(f"WHEN {number} THEN {weight}")
    return f"CASE {column} WHEN {NULL} THEN 0.0::DOUBLE {' '.join(whens)} END"


# ------------------------------------------------------------------ what the input tells


def strangers(
    engine: Engine,
    side: Side,
    model: Model,
    kinds: Sequence[Comparison],
    columns: set[str],
    wanted: int = STRANGERS,
) -> tuple[tuple[Odds, ...], ...]:
    """How often strangers agree in this input, level by level.

    Drawn pairs that look like one person are set aside first: in a list that holds everybody five
    times they would spoil the estimate. A level that was seldom or never drawn keeps close to what
    the model says of it.
    """
    few = replace(
        side,
        left=drawn(engine, side.left, side.left_rows, _DRAWN_RECORDS),
        right=drawn(engine, side.right, side.right_rows, _DRAWN_RECORDS),
    )
    levels = levels_of(engine, few, _drawn(engine, few, wanted), kinds, columns)
    first = [model.odds(kind) for kind in kinds]
    rough = " + ".join(
        f"CASE g{number} WHEN {NULL} THEN 0.0::DOUBLE "
        + " ".join(f"WHEN {at} THEN {exactly(chance.weight)}" for at, chance in enumerate(chances))
        + " END"
        for number, chances in enumerate(first)
    )
    unalike = engine.sql(f"SELECT * FROM {{t}} WHERE {rough} < {-math.log2(MOST_LIKELY)}", t=levels)
    counted = ", ".join(
        f"count(*) FILTER (g{number} = {at}) AS c{number}_{at}"
        for number, kind in enumerate(kinds)
        for at in range(len(kind.levels))
    )
    (row,) = engine.rows(engine.sql(f"SELECT {counted} FROM {{t}}", t=unalike))
    return tuple(
        _estimated(chances, [row[f"c{number}_{at}"] for at in range(len(chances))])
        for number, chances in enumerate(first)
    )


def _estimated(chances: Sequence[Odds], seen: Sequence[int]) -> tuple[Odds, ...]:
    """Seen counts, each with one more pair as the model would have had it."""
    drawn = sum(seen)
    shares = [(n + 1) / (drawn + 1 / chance.u) for n, chance in zip(seen, chances, strict=True)]
    rest = max(1 - sum(shares[:-1]), 1e-4)
    return tuple(Odds(chance.m, u) for chance, u in zip(chances, [*shares[:-1], rest], strict=True))


def _drawn(engine: Engine, side: Side, wanted: int) -> ir.Table:
    """Pairs drawn evenly, the same from the same input."""
    every = max(engine.count(side.left) * engine.count(side.right) // wanted, 1)
    return engine.sql(
        f"""
        SELECT l.n AS a, r.n AS b
        FROM (SELECT *, row_number() OVER (ORDER BY hash(n), n) AS turn FROM {{l}}) l
        JOIN (SELECT *, row_number() OVER (ORDER BY hash(n + 1), n) AS turn FROM {{r}}) r
        ON (l.turn + r.turn) % {every} = 0 AND {side.condition or "true"}
        """,
        l=side.left,
        r=side.right,
    )


def _counted(
    kinds: Sequence[Comparison], odds: Sequence[Sequence[Odds]]
) -> list[tuple[str, float]]:
    """Columns whose values are counted, with how often strangers agree in them."""
    return [
        (level.counted, chance.u)
        for kind, chances in zip(kinds, odds, strict=True)
        for level, chance in zip(kind.levels, chances, strict=True)
        if level.counted
    ]


def _how_common(
    engine: Engine, records: ir.Table, sides: Sequence[Side], column: str, u: float
) -> ir.Table:
    """``value, share`` for the values of the left sides alone: no others are ever looked up."""
    lefts = {f"l{n}": side.left for n, side in enumerate(sides)}
    wanted = " UNION ".join(f"SELECT {column} FROM {{{name}}}" for name in lefts)
    return engine.sql(
        f"SELECT {column} AS value, (count(*) + {exactly(AS_MANY_AS * u)}) / "
        f"((SELECT count({column}) FROM {{r}}) + {AS_MANY_AS}) AS share "
        f"FROM {{r}} WHERE {column} IN ({wanted}) GROUP BY {column}",
        r=records,
        **lefts,
    )


def _prior(engine: Engine, weighed: ir.Table, every: int) -> float:
    """The share of all pairs that are one person: what makes the pairs' probabilities add up to it.

    Found by going round: a share gives probabilities, and these a share, until it rests.
    """
    heights: list[dict[str, Any]] = engine.rows(
        engine.sql(
            "SELECT round(weight, 1) AS weight, count(*) AS n FROM {w} WHERE weight > 0 GROUP BY 1 "
            "ORDER BY 1",
            w=weighed,
        )
    )
    prior = MOST_LIKELY
    for _ in range(30):
        odds = prior / (1 - prior)
        found = sum(h["n"] / (1 + 2.0 ** -h["weight"] / odds) for h in heights)
        prior = min(max(found, 0.5) / max(every, 1), MOST_LIKELY)
    return prior
