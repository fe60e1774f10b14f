"""Which pairs are looked at: never all of them where the lists are long.

What no rule brings together no weight can find, so the rules set the ceiling of what is found.
Where the lists are short enough every pair is looked at. Where they are not, each rule's pairs are
estimated first, and rules are taken from the one with the fewest pairs upward while a budget lasts:
short lists get generous rules, long ones only rules that few strangers share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

EVERY_PAIR = 500_000
"""Up to so many pairs all are looked at."""
PER_RECORD, LEAST, MOST = 40, 400_000, 1_500_000
"""Pairs to be looked at: so many for each record of the shorter list, within these bounds."""
SAMPLED = 3_000
"""Records of the shorter list by which a rule's pairs are estimated."""

_SKELETON = "translate({0}, 'aeiouyhwckqzpb', '')"
_INITIAL = "{0}[1:3]"
_YEAR, _DAY = "{0}[1:4]", "{0}[6:10]"

RULES: tuple[tuple[str, ...], ...] = (
    ("nhs",),
    ("surname", "birth"),
    ("given", "birth"),
    ("birth", "postcode"),
    ("birth", "address"),
    ("birth", "place"),
    ("birth", "outcode"),
    ("surname", "given", "postcode"),
    ("surname", "given", "outcode"),
    ("surname", "given", "place"),
    ("surname", "given", "death"),
    ("birth", "death"),
    ("surname", "postcode"),
    ("given", "postcode"),
    ("postcode", "death"),
    ("surname", "address"),
    ("given", "address"),
    ("surname", "given"),
    ("surname", f"birth:{_YEAR}"),
    ("surname", f"birth:{_DAY}"),
    ("given", "postcode", f"birth:{_YEAR}"),
    (f"surname:{_SKELETON}", "birth"),
    (f"surname:{_SKELETON}", f"given:{_INITIAL}", f"birth:{_YEAR}"),
    (f"surname:{_SKELETON}", f"given:{_INITIAL}", f"birth:{_DAY}"),
    (f"surname:{_INITIAL}", "given", f"birth:{_YEAR}"),
    (f"surname:{_INITIAL}", "birth"),
    (f"surname:{_INITIAL}", f"given:{_INITIAL}", "postcode"),
    (f"surname:{_INITIAL}", f"given:{_INITIAL}", "place"),
    ("surname", "place"),
    ("given", "place"),
    ("given", f"birth:{_YEAR}"),
    ("given", f"birth:{_DAY}"),
    ("address",),
    ("birth",),
    ("surname", "occupation"),
)  # fmt: skip
"""Each rule: columns that must agree, at times only in part (``COLUMN:FORM``)."""

_CHANGED_ROUND = "l.surname = r.given AND l.given = r.surname"


@dataclass(frozen=True)
class Side:
    """Two tables of records of which pairs are sought; ``condition`` on them as ``l`` and ``r``."""

    left: ir.Table
    right: ir.Table
    condition: str
    left_rows: int
    right_rows: int

    @property
    def pairs(self) -> int:
        """How many pairs there are in all."""
        every = self.left_rows * self.right_rows
        return every // 2 if self.condition == "l.n < r.n" else every


@dataclass(frozen=True)
class Blocked:
    """Pairs to be looked at (``a`` of the left table, ``b`` of the right, by ``n``), how many, and
    the rules that were used, in words."""

    pairs: ir.Table
    count: int
    rules: tuple[str, ...]


def block(engine: Engine, side: Side, columns: set[str], keys: tuple[str, ...]) -> Blocked:
    """The pairs of a side that some rule brings together."""
    if side.pairs <= EVERY_PAIR:
        pairs = _joined(engine, side, {"every pair": "true"})
        return Blocked(pairs, engine.count(pairs), ("every pair",))
    rules = {" and ".join(rule): _on(rule) for rule in RULES if _needs(rule) <= columns}
    rules |= {key: f"l.{key} = r.{key}" for key in keys if key in columns}
    if {"surname", "given"} <= columns:
        rules["names changed round"] = _CHANGED_ROUND
    budget = min(max(LEAST, PER_RECORD * min(side.left_rows, side.right_rows)), MOST)
    chosen, spent = {}, 0
    for expected, name in sorted((n, name) for name, n in _expected(engine, side, rules).items()):
        # The numbers people are known by are asked whatever they cost.
        if spent + expected <= budget or name in ("nhs", *keys):
            chosen[name], spent = rules[name], spent + expected
    pairs = _joined(engine, side, chosen)
    return Blocked(pairs, engine.count(pairs), tuple(map(_said, chosen)))


def _needs(rule: tuple[str, ...]) -> set[str]:
    return {part.partition(":")[0] for part in rule}


def _on(rule: tuple[str, ...]) -> str:
    terms = []
    for part in rule:
        column, _, form = part.partition(":")
        shape = form or "{0}"
        terms.append(f"{shape.format(f'l.{column}')} = {shape.format(f'r.{column}')}")
    return " AND ".join(terms)


def _said(name: str) -> str:
    """A rule in words: ``surname and year of birth``."""
    words = {
        f":{_SKELETON}": " (main consonants)", f":{_INITIAL}": " (first three letters)",
        f":{_YEAR}": " (year)", f":{_DAY}": " (month and day)",
    }  # fmt: skip
    for form, said in words.items():
        name = name.replace(form, said)
    return name


def _expected(engine: Engine, side: Side, rules: dict[str, str]) -> dict[str, int]:
    """How many pairs each rule gives, from a part of the left table."""
    share = min(SAMPLED, side.left_rows)
    some = engine.sql(f"SELECT * FROM {{l}} ORDER BY hash(n) LIMIT {SAMPLED}", l=side.left)
    counts = " UNION ALL ".join(
        f"SELECT {number} AS rule, count(*) AS pairs FROM {{some}} l JOIN {{r}} r ON {on}"
        for number, on in enumerate(rules.values())
    )
    found = {
        r["rule"]: r["pairs"] for r in engine.rows(engine.sql(counts, some=some, r=side.right))
    }
    return {name: found[number] * side.left_rows // share for number, name in enumerate(rules)}


def _joined(engine: Engine, side: Side, rules: dict[str, str]) -> ir.Table:
    also = f" AND {side.condition}" if side.condition else ""
    queries = [
        f"SELECT l.n AS a, r.n AS b FROM {{l}} l JOIN {{r}} r ON {on}{also}"
        for on in rules.values()
    ]
    # UNION without ALL: a pair that several rules give is looked at once.
    return engine.sql(" UNION ".join(queries), l=side.left, r=side.right)
