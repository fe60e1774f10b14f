"""Two lists of anybody's, or one with itself: prepared, scored, judged, clustered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from candour.pipeline.link.blocking import Side
from candour.pipeline.link.cluster import MODEL, Pair, cluster
from candour.pipeline.link.comparisons import COLUMNS, KEYS, Comparison
from candour.pipeline.link.judging import Candidate, Judged, in_words, judge
from candour.pipeline.link.model import Model
from candour.pipeline.link.plain import plain, sound_number
from candour.pipeline.link.scoring import Scored, score

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

DECIDED = "decision"
BY_WAY_OF = "They are one person by way of others."


@dataclass(frozen=True)
class Prepared:
    """Lists made plain: ``n`` (a record's number across all lists, from 0), ``list`` (which list,
    from 0) and the columns to compare by. ``sizes`` are the rows of each list, ``records`` all of
    them together."""

    parts: tuple[ir.Table, ...]
    sizes: tuple[int, ...]
    records: ir.Table


@dataclass(frozen=True, slots=True)
class Found:
    """One pair that was found, by ``n``: the decision and why.

    ``probability`` is None where a person decided, and where the pair was never compared but both
    belong to one cluster. ``decision`` is ``match | review | same | different``.
    """

    left: int
    right: int
    probability: float | None
    decision: str
    reason: str


@dataclass(frozen=True)
class LinkedLists:
    """What linking lists gives: pairs worth telling, and ``n`` to the first ``n`` of its cluster
    (only records that share one with another)."""

    pairs: tuple[Found, ...]
    clusters: Mapping[int, int]
    scored: Scored


def prepare(
    engine: Engine, tables: Sequence[ir.Table], held: Sequence[Mapping[str, str]]
) -> Prepared:
    """Make lists plain.

    :param tables: each with ``n`` (from 0 within the list) and its columns as text.
    :param held: for each list, kind of field to the expression or column that holds it.
    """
    parts: list[ir.Table] = []
    sizes: list[int] = []
    for number, (table, kinds) in enumerate(zip(tables, held, strict=True)):
        start = f"n + {sum(sizes)} AS n, {number} AS list"
        parts.append(plain(engine, table, kinds, start))
        sizes.append(engine.count(table))
    columns = sorted({c for part in parts for c in part.columns} - {"n", "list"})
    return Prepared(tuple(parts), tuple(sizes), _together(engine, parts, columns))


def _together(engine: Engine, parts: Sequence[ir.Table], columns: Sequence[str]) -> ir.Table:
    """One view of several lists; long lists are not copied for it."""
    if len(parts) == 1:
        return parts[0]
    queries = []
    for number, part in enumerate(parts):
        said = ", ".join(c if c in part.columns else f"NULL::varchar AS {c}" for c in columns)
        queries.append(f"SELECT n, list, {said} FROM {{p{number}}}")
    every = {f"p{number}": part for number, part in enumerate(parts)}
    return engine.view(" UNION ALL ".join(queries), **every)


def sides_of(engine: Engine, prepared: Prepared) -> list[Side]:
    """Each pair of records of two lists once; of a single list each pair of its records once.

    Each list is compared with all shorter ones, the longest first: so a long list is gone through
    once, and what is known of values is needed for the short ones alone.
    """
    order = sorted(range(len(prepared.sizes)), key=lambda n: (-prepared.sizes[n], n))
    if len(order) == 1:
        (size,) = prepared.sizes
        return [Side(prepared.records, prepared.records, "l.n < r.n", size, size)]
    columns = sorted(set(prepared.records.columns) - {"n", "list"})
    sides = []
    for place, longest in enumerate(order[:-1]):
        shorter = sorted(order[place + 1 :])
        rest = engine.keep(_together(engine, [prepared.parts[n] for n in shorter], columns))
        rows = sum(prepared.sizes[n] for n in shorter)
        sides.append(Side(rest, prepared.parts[longest], "", rows, prepared.sizes[longest]))
    return sides


def link_lists(
    engine: Engine,
    prepared: Prepared,
    model: Model,
    *,
    once_each: bool = False,
    decisions: Mapping[tuple[int, int], str] | None = None,
) -> LinkedLists:
    """Find who stands in several lists, or several times in one.

    :param once_each: every list names each person once.
    :param decisions: pairs of ``n`` that a person decided: ``same`` or ``different``.
    """
    decided = {tuple(sorted(pair)): word for pair, word in (decisions or {}).items()}
    scored = score(engine, sides_of(engine, prepared), model, prepared.records)
    candidates = candidates_of(engine, scored)
    facts = facts_of(engine, prepared.records, candidates, decided)
    judged = judge(
        candidates,
        facts,
        model,
        once_each=once_each,
        within=len(prepared.sizes) == 1,
        families=scored.families,
        apart=lambda a, b: decided.get((min(a, b), max(a, b))) == "different",
    )
    pairs = [_pair(each) for each in judged]
    pairs += [_said(a, b, word) for (a, b), word in decided.items()]
    nodes = {node for pair in pairs for node in (pair.a, pair.b)}
    numbers = {
        node: frozenset([facts[int(node)]["nhs"]])
        for node in nodes
        if sound_number(facts[int(node)]["nhs"])
    }
    grouped, refused = cluster(nodes, numbers, pairs)
    roots: dict[str, int] = {}
    for node, root in grouped.items():
        roots[root] = min(roots.get(root, int(node)), int(node))
    clusters = {int(node): roots[root] for node, root in grouped.items()}
    why = {(p.a, p.b): reason for p, reason in refused}
    found = _told(judged, decided, clusters, why, scored.comparisons)
    found += _by_way_of(clusters, facts, {(f.left, f.right) for f in found}, len(prepared.sizes))
    return LinkedLists(tuple(sorted(found, key=lambda f: (f.left, f.right))), clusters, scored)


def candidates_of(engine: Engine, scored: Scored) -> list[Candidate]:
    """The scored pairs, with the names of their levels."""
    kinds = scored.comparisons
    return [
        Candidate(
            row["a"],
            row["b"],
            row["weight"],
            row["probability"],
            _levels(kinds, row),
        )
        for row in engine.rows(scored.pairs)
    ]


def _levels(kinds: Sequence[Comparison], row: Mapping[str, Any]) -> dict[str, str]:
    """By kind of field; of several further keys the one that agrees best speaks."""
    levels: dict[str, str] = {}
    for number, kind in enumerate(kinds):
        at = row[f"g{number}"]
        if at >= 0 and (kind.name not in levels or at == 0):
            levels[kind.name] = kind.levels[at].name
    return levels


def facts_of(
    engine: Engine,
    records: ir.Table,
    candidates: Sequence[Candidate],
    decided: Mapping[tuple[int, ...], str],
    also: Sequence[str] = (),
) -> dict[int, dict[str, Any]]:
    """What the records of these pairs say, as far as the rules over weights need it."""
    import numpy as np
    import pyarrow as pa

    from candour.tables.arrays import place_array

    wanted = {n for pair in candidates for n in (pair.a, pair.b)} | {n for p in decided for n in p}
    asked = engine.table(pa.table({"n": place_array(np.array(sorted(wanted)))}))
    names = ("surname", "given", "birth", "death", "nhs")
    said = ", ".join(
        c if c in records.columns else f"NULL::varchar AS {c}" for c in (*names, *also)
    )
    rows = engine.rows(
        engine.sql(
            f"SELECT n, list, {said} FROM {{r}} SEMI JOIN {{a}} USING (n)", r=records, a=asked
        )
    )
    return {row["n"]: row for row in rows}


def _pair(each: Judged) -> Pair:
    a, b = sorted((each.pair.a, each.pair.b))
    return Pair(
        str(a), str(b), MODEL, each.decision, " ".join(each.held),
        each.pair.probability, each.pair.weight, each.conflict,
    )  # fmt: skip


def _said(a: int, b: int, word: str) -> Pair:
    return Pair(str(a), str(b), DECIDED, word, "")


def _told(
    judged: Sequence[Judged],
    decided: Mapping[tuple[int, ...], str],
    clusters: Mapping[int, int],
    why: Mapping[tuple[str, str], str],
    kinds: Sequence[Comparison],
) -> list[Found]:
    words: dict[tuple[tuple[str, str], ...], str] = {}
    parted = {
        frozenset((clusters[a], clusters[b]))
        for (a, b), word in decided.items()
        if word == "different"
    }
    found = [
        Found(a, b, None, word, "A person decided.") for (a, b), word in sorted(decided.items())
    ]
    for each in judged:
        a, b = sorted((each.pair.a, each.pair.b))
        if (a, b) in decided:
            continue
        together = clusters[a] == clusters[b]
        if not together and frozenset((clusters[a], clusters[b])) in parted:
            continue  # what a person decided about one of them settles it for their clusters
        levels = tuple(each.pair.levels.items())
        if levels not in words:
            words[levels] = in_words(each.pair, kinds)
        reasons = [words[levels]]
        if together and each.decision != "match":
            reasons.append(BY_WAY_OF)
        elif not together:
            reasons = [*each.held, *filter(None, [why.get((str(a), str(b)))]), *reasons]
        found.append(
            Found(a, b, each.pair.probability, "match" if together else "review", " ".join(reasons))
        )
    return found


def _by_way_of(
    clusters: Mapping[int, int],
    facts: Mapping[int, Mapping[str, Any]],
    told: set[tuple[int, int]],
    lists: int,
) -> list[Found]:
    """Pairs of one cluster that were never compared."""
    members: dict[int, list[int]] = {}
    for node, root in sorted(clusters.items()):
        members.setdefault(root, []).append(node)
    return [
        Found(a, b, None, "match", BY_WAY_OF)
        for group in members.values()
        for place, b in enumerate(group)
        for a in group[:place]
        if (a, b) not in told and (lists == 1 or facts[a]["list"] != facts[b]["list"])
    ]


def columns_compared(prepared: Prepared) -> set[str]:
    """The columns by which records are compared."""
    return set(prepared.records.columns) & {*COLUMNS, *KEYS}
