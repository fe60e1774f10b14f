"""Which pairs are looked at: never all of them where the lists are long.

What no rule brings together no weight can find, so the rules set the ceiling of what is found.
Where the lists are short enough every pair is looked at. Where they are not, each rule's pairs are
estimated first, and rules are taken from the one with the fewest pairs upward while a budget lasts:
short lists get generous rules, long ones only rules that few strangers share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

EVERY_PAIR = 500_000
"""Up to so many pairs all are looked at."""
WITHIN, BETWEEN, LEAST, MOST = 40, 2, 200_000, 1_500_000
"""Pairs to be looked at for each record: of a list in which one person may stand many times, and
of the shorter of two lists; within the bounds that follow."""
SAMPLED, SAMPLED_RIGHT = 3_000, 50_000
"""Records of the two lists by which a rule's pairs are estimated."""

_CONSONANTS = "consonants"
_INITIAL = "{0}[1:3]"
_YEAR, _DAY = "{0}[1:4]", "{0}[6:10]"

_PARTS = {_INITIAL: 5e-3, _YEAR: 1e-2, _DAY: 2.5e-3, _CONSONANTS: 1e-3}
"""How often strangers agree in a part of a column, at the least."""

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
    (f"surname:{_CONSONANTS}", "birth"),
    (f"surname:{_CONSONANTS}", f"given:{_INITIAL}", f"birth:{_YEAR}"),
    (f"surname:{_CONSONANTS}", f"given:{_INITIAL}", f"birth:{_DAY}"),
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
"""Each rule: columns that must agree, at times only in part (``COLUMN:FORM``): a form is SQL on the
column, or the name of a column that was made of it."""

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


def block(
    engine: Engine,
    side: Side,
    columns: set[str],
    keys: tuple[str, ...],
    shares: Mapping[str, float],
) -> Blocked:
    """The pairs of a side that some rule brings together.

    :param shares: how often strangers agree, by column: it tells without any counting which rules
        would give far too many pairs.
    """
    if side.pairs <= EVERY_PAIR:
        pairs = _joined(engine, side, {"every pair": "true"})
        return Blocked(pairs, engine.count(pairs), ("every pair",))
    columns = columns & said_in(engine, side.left, columns) & said_in(engine, side.right, columns)
    rules = {" and ".join(rule): _on(rule) for rule in RULES if _needs(rule) <= columns}
    rules |= {key: f"l.{key} = r.{key}" for key in keys if key in columns}
    if {"surname", "given"} <= columns:
        rules["names changed round"] = _CHANGED_ROUND
    per_record = WITHIN if side.condition == "l.n < r.n" else BETWEEN
    budget = min(max(LEAST, per_record * min(side.left_rows, side.right_rows)), MOST)
    rules = {
        name: on for name, on in rules.items() if side.pairs * _at_least(name, shares) <= budget
    }
    chosen, spent = {}, 0
    for expected, name in sorted((n, name) for name, n in _expected(engine, side, rules).items()):
        # The numbers people are known by are asked whatever they cost.
        if spent + expected <= budget or name in ("nhs", *keys):
            chosen[name], spent = rules[name], spent + expected
    chosen = {
        name: on
        for name, on in chosen.items()
        if not any(_covers(other, name) for other in chosen if other != name)
    }
    pairs = _joined(engine, side, chosen)
    return Blocked(pairs, engine.count(pairs), tuple(map(_said, chosen)))


def said_in(engine: Engine, table: ir.Table, columns: Iterable[str]) -> set[str]:
    """Those of the columns in which at least one record of the table says something."""
    there = sorted(c for c in columns if c in table.columns)
    if not there:
        return set()
    # The first record that says something is enough: a long list need not be gone through.
    said = ", ".join(
        f"EXISTS (SELECT 1 FROM (SELECT 1 FROM {{t}} WHERE {c} IS NOT NULL LIMIT 1)) AS {c}"
        for c in there
    )
    (row,) = engine.rows(engine.sql(f"SELECT {said}", t=table))
    return {c for c in there if row[c]}


def _at_least(name: str, shares: Mapping[str, float]) -> float:
    """The share of strangers' pairs that a rule lets through, if its columns know nothing of each
    other; half of that, since it is an estimate."""
    share = 0.5
    for part in name.split(" and "):
        column, _, form = part.partition(":")
        share *= max(shares.get(column, 0.0), _PARTS.get(form, 0.0))
    return share


def _covers(wide: str, narrow: str) -> bool:
    """Whether every pair of the one rule is a pair of the other: its parts say no more."""
    parts = set(narrow.split(" and "))
    return all(part in parts or part.partition(":")[0] in parts for part in wide.split(" and "))


def _needs(rule: tuple[str, ...]) -> set[str]:
    return {part.partition(":")[0] for part in rule}


def _on(rule: tuple[str, ...]) -> str:
    return " AND ".join(f"{_asked('l', part)} = {_asked('r', part)}" for part in rule)


def _asked(alias: str, part: str) -> str:
    column, _, form = part.partition(":")
    if form == _CONSONANTS:
        return f"{alias}.{form}"
    return (form or "{0}").format(f"{alias}.{column}")


def _said(name: str) -> str:
    """A rule in words: ``surname and year of birth``."""
    words = {
        f":{_CONSONANTS}": " (main consonants)", f":{_INITIAL}": " (first three letters)",
        f":{_YEAR}": " (year)", f":{_DAY}": " (month and day)",
    }  # fmt: skip
    for form, said in words.items():
        name = name.replace(form, said)
    return name


def _expected(engine: Engine, side: Side, rules: dict[str, str]) -> dict[str, int]:
    """How many pairs each rule gives, from a part of the left table."""
    some = drawn(engine, side.left, side.left_rows, SAMPLED)
    others = drawn(engine, side.right, side.right_rows, SAMPLED_RIGHT)
    also = f" AND {side.condition}" if side.condition else ""
    counts = " UNION ALL ".join(
        f"SELECT {number} AS rule, count(*) AS pairs FROM {{some}} l JOIN {{r}} r ON {on}{also}"
        for number, on in enumerate(rules.values())
    )
    found = {r["rule"]: r["pairs"] for r in engine.rows(engine.sql(counts, some=some, r=others))}
    scale = side.left_rows * side.right_rows / (engine.count(some) * engine.count(others))
    return {name: int(found[number] * scale) for number, name in enumerate(rules)}


def drawn(engine: Engine, table: ir.Table, rows: int, about: int) -> ir.Table:
    """About so many records of a table, the same ones from the same table; all if it is short."""
    if rows <= about:
        return table
    return engine.sql(f"SELECT * FROM {{t}} WHERE hash(n) % {rows // about} = 0", t=table)


def _joined(engine: Engine, side: Side, rules: dict[str, str]) -> ir.Table:
    also = f" AND {side.condition}" if side.condition else ""
    queries = [
        f"SELECT l.n AS a, r.n AS b FROM {{l}} l JOIN {{r}} r ON {on}{also}"
        for on in rules.values()
    ]
    # UNION without ALL: a pair that several rules give is looked at once.
    return engine.sql(" UNION ".join(queries), l=side.left, r=side.right)
