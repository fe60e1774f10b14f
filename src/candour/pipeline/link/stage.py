"""The stage: standardised rows in; links, clusters and doubtful pairs out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from candour.dataset.findings import Finding, finding
from candour.pipeline.link import exact
from candour.pipeline.link.cluster import MODEL, Pair, cluster
from candour.pipeline.link.decisions import Decision
from candour.pipeline.link.spellings import DECIDED, resolved

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

LINKS = pa.schema(
    [
        ("left", pa.string()),
        ("right", pa.string()),
        ("rule", pa.string()),
        ("decision", pa.string()),
        ("probability", pa.float64()),
        ("reason", pa.string()),
        ("decided_on", pa.date32()),
        ("model", pa.string()),
    ]
)
DECISIONS = pa.schema(
    [
        ("left", pa.string()),
        ("right", pa.string()),
        ("decision", pa.string()),
        ("decided_on", pa.date32()),
        ("decided_by", pa.string()),
        ("why", pa.string()),
        ("row", pa.int64()),
    ]
)
CLUSTERS = pa.schema([("person_key", pa.string()), ("cluster", pa.string())])


@dataclass(frozen=True)
class Linked:
    """What linking gives.

    ``links``: pairs with rule and decision (``same | different | match | review``); ``clusters``:
    every source identity with the identity that stands for its person; ``decisions``: those in
    force, with the words and the name of whoever took them, which ``links`` does not hold;
    ``findings``: decisions that could not be kept.
    """

    links: ir.Table
    clusters: ir.Table
    decisions: ir.Table
    findings: list[Finding]


def link(engine: Engine, standard: ir.Table, decisions: Sequence[Decision] = ()) -> Linked:
    """Bring source identities together that are one person.

    :param standard: standardised rows; of these the accepted ones count, superseded rows only as
        far as they name an identity that nothing else names.
    :param decisions: what people decided; they outrank every rule.
    """
    rows = standard.filter((standard.outcome == "accepted") & standard.person_key.notnull())
    present = rows.filter(rows.standing == "present")
    known = exact.facts(engine, present)
    nodes = {
        r["person_key"]: r
        for r in engine.rows(
            engine.sql(
                "SELECT person_key, min(namespace_key) AS space, "
                "list_sort(list(DISTINCT file)) AS files FROM {r} GROUP BY person_key",
                r=rows,
            )
        )
    }
    numbers = _numbers(engine, known)
    pairs = [
        Pair(r["a"], r["b"], r["rule"], r["decision"], r["reason"])
        for r in engine.rows(exact.suggested(engine, known))
    ]
    pairs += _same_local_id(nodes)
    said, lost = resolved(decisions, nodes)
    pairs += [pair for pair, _ in said]
    pairs += _left_over(engine, present, pairs)
    clusters, refused = cluster(nodes, numbers, pairs)
    taken = {(pair.a, pair.b): decision for pair, decision in said}
    lost += [taken[pair.a, pair.b] for pair, _ in refused if pair.rule == DECIDED]
    return Linked(
        links=engine.table(_links(pairs, said, refused, clusters)),
        clusters=engine.table(
            pa.table(
                {"person_key": list(clusters), "cluster": list(clusters.values())}, schema=CLUSTERS
            )
        ),
        decisions=engine.table(_decisions(said)),
        findings=[_cannot_be_kept(d) for d in sorted(lost, key=lambda d: d.row)],
    )


def _left_over(engine: Engine, present: ir.Table, pairs: Sequence[Pair]) -> list[Pair]:
    """What the model makes of identities that exact rules and people have said nothing about."""
    from candour.pipeline.link.model import stored
    from candour.pipeline.link.remaining import by_model

    spoken = {(pair.a, pair.b) for pair in pairs}
    different = {(pair.a, pair.b) for pair in pairs if pair.decision == "different"}
    matched = [p for p in pairs if p.decision in ("match", "same")]
    joined = sorted({node for pair in matched for node in (pair.a, pair.b)})
    # Whom exact rules made one person need not be compared; what speaks against is seen later.
    whole, _ = cluster({node for p in matched for node in (p.a, p.b)}, {}, matched)

    def known(one: str, other: str) -> bool:
        pair = (min(one, other), max(one, other))
        return pair in spoken or (one in whole and whole[one] == whole.get(other))

    def apart(one: str, other: str) -> bool:
        return (min(one, other), max(one, other)) in different

    table = engine.table(pa.table({"node": pa.array(joined, pa.string())}))
    return by_model(engine, present, table, known, apart, stored())


def _numbers(engine: Engine, known: ir.Table) -> dict[str, frozenset[str]]:
    held: dict[str, set[str]] = defaultdict(set)
    for r in engine.rows(known.filter(known.nhs.notnull())[["node", "nhs"]].distinct()):
        held[r["node"]].add(r["nhs"])
    return {node: frozenset(numbers) for node, numbers in held.items()}


def _same_local_id(nodes: dict[str, dict[str, str]]) -> list[Pair]:
    """Pairs that a layout's own ids give.

    Where one list names several people under one id (the people whom an incident touched), the id
    does not say which of them another list means: such pairs are for a person to decide.
    """
    spaces: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for key, node in nodes.items():
        if node["space"]:
            spaces[node["space"]][key.partition(":")[0]].append(key)
    pairs = []
    for by_list in spaces.values():
        single = sorted(keys[0] for keys in by_list.values() if len(keys) == 1)
        several = sorted(key for keys in by_list.values() if len(keys) > 1 for key in keys)
        pairs += [
            Pair(single[0], other, "same-local-id", "match", _SAME_ID) for other in single[1:]
        ]
        pairs += [
            Pair(min(one, other), max(one, other), "same-local-id", "review", _SEVERAL)
            for one in single[:1]
            for other in several
        ]
    return pairs


_SAME_ID = "The layout says that these lists name people by the same local id."
_SEVERAL = "One local id stands for several people in one of the lists."


def _cannot_be_kept(decision: Decision) -> Finding:
    return finding("decision-cannot-be-kept", row=decision.row, stage="linked")


def _decisions(said: Sequence[tuple[Pair, Decision]]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "left": pair.a,
                "right": pair.b,
                "decision": decision.decision,
                "decided_on": decision.decided_on,
                "decided_by": decision.by or None,
                "why": decision.why or None,
                "row": decision.row,
            }
            for pair, decision in said
        ],
        schema=DECISIONS,
    )


def _model_of(pair: Pair) -> str | None:
    if pair.rule == DECIDED:
        return None
    from candour.pipeline.link.model import stored

    return stored().id if pair.rule == MODEL else exact.MODEL


def _links(
    pairs: Sequence[Pair],
    said: Sequence[tuple[Pair, Decision]],
    refused: Sequence[tuple[Pair, str]],
    clusters: dict[str, str],
) -> pa.Table:
    decided = {(p.a, p.b): d for p, d in said}
    why_not = {(p.a, p.b, p.rule): why for p, why in refused}
    settled = {
        key
        for key, d in decided.items()
        if d.decision == "same" or clusters[key[0]] != clusters[key[1]]
    }
    rows = []
    for pair in sorted(set(pairs), key=lambda p: (p.a, p.b, p.rule)):
        refusal = why_not.get((pair.a, pair.b, pair.rule))
        human = decided.get((pair.a, pair.b))
        kept = pair.decision
        if refusal is not None or (kept == "match" and clusters[pair.a] != clusters[pair.b]):
            kept = "review"
        if kept == "review" and (pair.a, pair.b) in settled and pair.rule != DECIDED:
            continue
        if kept == "review" and clusters[pair.a] == clusters[pair.b]:
            continue
        rows.append(
            {
                "left": pair.a,
                "right": pair.b,
                "rule": pair.rule,
                "decision": kept,
                "probability": pair.probability
                if pair.probability is not None
                else (1.0 if kept == "match" else None),
                "reason": " ".join(filter(None, (pair.reason, refusal, pair.words))),
                "decided_on": human.decided_on if human and pair.rule == DECIDED else None,
                "model": _model_of(pair),
            }
        )
    return pa.Table.from_pylist(rows, schema=LINKS)
