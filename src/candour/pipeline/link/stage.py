"""The stage: standardised rows in; links, clusters and doubtful pairs out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from candour.dataset.findings import Finding, finding
from candour.pipeline.link import exact
from candour.pipeline.link.cluster import Pair, cluster
from candour.pipeline.link.decisions import Decision

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
        ("decided_by", pa.string()),
        ("model", pa.string()),
    ]
)
CLUSTERS = pa.schema([("person_key", pa.string()), ("cluster", pa.string())])


@dataclass(frozen=True)
class Linked:
    """What linking gives.

    ``links``: pairs with rule and decision (``same | different | match | review``); ``clusters``:
    every source identity with the identity that stands for its person; ``findings``: decisions
    that could not be kept, numbers shared by many.
    """

    links: ir.Table
    clusters: ir.Table
    findings: list[Finding]


def link(engine: Engine, standard: ir.Table, decisions: Sequence[Decision] = ()) -> Linked:
    """Bring source identities together that are one person.

    :param standard: standardised rows; of these the accepted ones count, superseded rows only as
        far as they name an identity that nothing else names.
    :param decisions: what people decided; they outrank every rule.
    """
    rows = engine.keep(
        standard.filter((standard.outcome == "accepted") & standard.person_key.notnull())
    )
    present = rows.filter(rows.standing == "present")
    known = exact.facts(engine, present)
    nodes = {
        r["person_key"]: r
        for r in engine.rows(
            engine.sql(
                "SELECT person_key, min(namespace_key) AS space, min(file) AS file FROM {r} "
                "GROUP BY person_key",
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
    said, findings = _resolved(decisions, nodes)
    pairs += [pair for pair, _ in said]
    clusters, refused = cluster(nodes, numbers, pairs)
    return Linked(
        links=engine.table(_links(pairs, said, refused, clusters)),
        clusters=engine.table(
            pa.table(
                {"person_key": list(clusters), "cluster": list(clusters.values())}, schema=CLUSTERS
            )
        ),
        findings=findings,
    )


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
            Pair(*sorted((one, other)), "same-local-id", "review", _SEVERAL)  # type: ignore[call-arg]
            for one in single[:1]
            for other in several
        ]
    return pairs


_SAME_ID = "The layout says that these lists name people by the same local id."
_SEVERAL = "One local id stands for several people in one of the lists."


def _resolved(
    decisions: Sequence[Decision], nodes: dict[str, dict[str, str]]
) -> tuple[list[tuple[Pair, Decision]], list[Finding]]:
    """Find the identities that decisions speak of, however their author wrote them."""
    by_spelling: dict[str, set[str]] = defaultdict(set)
    for key, node in nodes.items():
        source, _, local = key.partition(":")
        spellings = {key, f"{node['file']}:{local}", f"{source.rpartition('/')[2]}:{local}", local}
        for spelling in spellings:
            by_spelling[spelling].add(key)
    said, findings = [], []
    for decision in decisions:
        found = [by_spelling.get(side, set()) for side in (decision.left, decision.right)]
        if any(len(keys) != 1 for keys in found):
            findings.append(finding("decision-cannot-be-kept", row=decision.row, stage="linked"))
            continue
        a, b = sorted(key for keys in found for key in keys)
        if a != b:
            pair = Pair(a, b, "decision", decision.decision, decision.why)
            said.append((pair, decision))
    return said, findings


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
        if kept == "review" and (pair.a, pair.b) in settled and pair.rule != "decision":
            continue
        if kept == "review" and clusters[pair.a] == clusters[pair.b]:
            continue
        rows.append(
            {
                "left": pair.a,
                "right": pair.b,
                "rule": pair.rule,
                "decision": kept,
                "probability": 1.0 if kept == "match" else None,
                "reason": " ".join(filter(None, (pair.reason, refusal))),
                "decided_on": human.decided_on if human and pair.rule == "decision" else None,
                "decided_by": human.by if human and pair.rule == "decision" else None,
                "model": None if pair.rule == "decision" else exact.MODEL,
            }
        )
    return pa.Table.from_pylist(rows, schema=LINKS)
