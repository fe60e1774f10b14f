"""The model on what the exact rules leave: identities that no exact key brought together.

Whom the exact rules could not place is somebody without a number, or whose death stands in one list
alone. These are compared with everybody; the rest is not compared again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from candour.pipeline.link.blocking import Side
from candour.pipeline.link.cluster import MODEL, Pair
from candour.pipeline.link.judging import Judged, in_words, judge
from candour.pipeline.link.lists import candidates_of, facts_of
from candour.pipeline.link.plain import plain
from candour.pipeline.link.scoring import score

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.pipeline.link.model import Model
    from candour.tables import Engine

TWICE_IN_ONE = "One list has both, each under an id of its own: one person twice, or two people."

_RECORDS = """
SELECT row_number() OVER (ORDER BY node, surname, given, birth, death, sex, postcode, nhs) - 1 AS n,
       dense_rank() OVER (ORDER BY split_part(node, ':', 1)) AS list, *
FROM (SELECT DISTINCT person_key AS node, person__surname AS surname,
             person__given_name AS given, person__birth_date::varchar AS birth,
             death__death_date::varchar AS death, person__sex AS sex,
             person__postcode AS postcode, person__nhs_number AS nhs
      FROM {rows})
WHERE surname IS NOT NULL OR birth IS NOT NULL OR nhs IS NOT NULL
"""
_HELD = {
    "surname": "surname", "given_name": "given", "birth_date": "birth", "death_date": "death",
    "sex": "sex", "postcode": "postcode", "nhs_number": "nhs",
}  # fmt: skip

# An identity asks for a partner where it has no number, or where only its own list knows the death.
_ASKING = """
SELECT r.*, r.nhs IS NULL OR (r.death IS NOT NULL AND NOT r.node IN (SELECT node FROM {joined}))
  AS asking FROM {records} r
"""
_TWO_SIDES = "l.node <> r.node AND (NOT r.asking OR l.n < r.n)"


def by_model(
    engine: Engine,
    rows: ir.Table,
    joined: ir.Table,
    known: Callable[[str, str], bool],
    apart: Callable[[str, str], bool],
    model: Model,
) -> list[Pair]:
    """Pairs that the model finds among identities, ``match`` or ``review``.

    :param rows: standardised rows, accepted and present.
    :param joined: ``node`` of every identity that an exact rule matched with another.
    :param known: whether an exact rule or a person has spoken about two identities already.
    :param apart: whether a person decided that two identities are different people.
    """
    made = plain(engine, engine.sql(_RECORDS, rows=rows), _HELD, "n, list, node")
    records = engine.sql(_ASKING, records=made, joined=joined)
    asking = engine.sql("SELECT * FROM {r} WHERE asking", r=records)
    left, right = engine.count(asking), engine.count(records)
    if left == 0 or right < 2:
        return []
    scored = score(engine, [Side(asking, records, _TWO_SIDES, left, right)], model, records)
    candidates = candidates_of(engine, scored)
    facts = facts_of(engine, records, candidates, {}, ("node",))
    nodes = {n: str(said["node"]) for n, said in facts.items()}
    candidates = [c for c in candidates if not known(nodes[c.a], nodes[c.b])]
    judged = judge(
        candidates,
        facts,
        model,
        families=scored.families,
        apart=lambda a, b: apart(nodes[a], nodes[b]),
    )
    best: dict[tuple[str, str], Pair] = {}
    for each in judged:  # the heaviest first: of several records of two identities it speaks
        a, b = sorted((nodes[each.pair.a], nodes[each.pair.b]))
        if (a, b) not in best:
            best[a, b] = _pair(each, a, b, in_words(each.pair, scored.comparisons))
    return list(best.values())


def _pair(each: Judged, a: str, b: str, words: str) -> Pair:
    if each.decision == "match" and _twice_in_one(a, b):
        each.hold(TWICE_IN_ONE)
    return Pair(
        a,
        b,
        MODEL,
        each.decision,
        " ".join(each.held),
        each.pair.probability,
        each.pair.weight,
        each.conflict,
        words,
    )


def _twice_in_one(a: str, b: str) -> bool:
    """One list, and ids that tell people apart: a hashed id stands for a row, not for a person."""
    (one, _, here), (other, _, there) = a.partition(":"), b.partition(":")
    return one == other and not (here.startswith("#") or there.startswith("#"))
