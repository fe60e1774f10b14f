"""The death ledger: who knows of each death, since when, and whether each ought to know."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from candour import yaml_file
from candour.errors import CandourError

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import PortableEngine

HERE = Path(__file__).parent / "expected_sources.yaml"
RELATIONS = ("national", "died-in-its-care", "after-its-care", "knows-the-person")
VERDICTS = ("expected", "need-not", "could-not", "cannot-be-told")


@dataclass(frozen=True)
class Rule:
    """A dated, sourced rule that says whether a kind of source ought to know of a death."""

    id: str
    kinds: tuple[str, ...]
    relation: str
    verdict: str
    words: str
    source: str
    valid_from: dt.date


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of ``expected_sources.yaml``."""
    read = yaml_file.read(HERE)["rules"]
    for each in read:
        if each["relation"] not in RELATIONS or each["verdict"] not in VERDICTS:
            raise CandourError(f"The rule {each['id']} has a relation or verdict that is none.")
    return tuple(
        Rule(
            r["id"],
            tuple(r["kinds"]),
            r["relation"],
            r["verdict"],
            r["words"],
            r["source"],
            dt.date.fromisoformat(r["valid_from"]),
        )
        for r in read
    )


def _rules_table(engine: PortableEngine) -> ir.Table:
    rows = [
        {
            "kind": kind,
            "relation": rule.relation,
            "expected": rule.verdict,
            "rule": rule.id,
            "rule_words": rule.words,
            "valid_from": rule.valid_from,
        }
        for rule in rules()
        for kind in rule.kinds
    ]
    return engine.table(pa.Table.from_pylist(rows))


# A list stands in the ledger of a death if it knows of it, if it is national, or if it knows the
# person. Its relation to the death comes from the stay in which the person died, or from the last
# discharge; where those are not settled the list "knows the person" and no more is claimed.
_LEDGER = """
WITH known AS (
  SELECT death_id, provider, layout, role, kind, file, bool_or(knows_death) AS knows,
         min(known_on) FILTER (knows_death) AS known_on, min(received_on) AS received_on,
         min(received_on) FILTER (knows_death) AS told_on,
         min(says) FILTER (knows_death) AS says
  FROM {knowledge} WHERE death_id IS NOT NULL
  GROUP BY death_id, provider, layout, role, kind, file),
unheard AS (
  SELECT d.death_id, l.provider, l.layout, l.role, l.kind, l.file, false AS knows,
         NULL::date AS known_on, l.received_on, NULL::date AS told_on, NULL::varchar AS says
  FROM {deaths} d CROSS JOIN {lists} l
  WHERE l.kind IN ({national}) AND NOT EXISTS (
    SELECT 1 FROM known k WHERE k.death_id = d.death_id AND k.kind = l.kind AND k.role = l.role)),
all_rows AS (SELECT * FROM known UNION ALL SELECT * FROM unheard),
placed AS (
  SELECT a.*,
         CASE WHEN a.kind IN ({national}) THEN 'national'
              WHEN coalesce(a.provider, '') = c.during_provider THEN 'died-in-its-care'
              WHEN coalesce(a.provider, '') = c.index_provider THEN 'after-its-care'
              ELSE 'knows-the-person' END AS relation
  FROM all_rows a LEFT JOIN {care} c ON c.death_id = a.death_id)
SELECT p.death_id, p.provider, p.layout, p.role, p.kind, p.file, p.knows, p.known_on, p.received_on,
       p.says, p.relation,
       CASE WHEN {too_early} THEN 'could-not' ELSE coalesce(r.expected, 'cannot-be-told') END
         AS expected,
       CASE WHEN {too_early} THEN '{early_rule}' ELSE r.rule END AS rule,
       CASE WHEN {too_early} THEN '{early_words}' ELSE r.rule_words END AS rule_words
FROM placed p
LEFT JOIN {deaths} d ON d.death_id = p.death_id
LEFT JOIN {rules} r ON r.kind = p.kind AND r.relation = p.relation
  AND r.valid_from <= coalesce(d.death_date_to, DATE '9999-12-31')
"""

# A file that was here before the person died says nothing against its sender.
_EARLY = {
    "too_early": "NOT p.knows AND p.received_on < d.death_date_from",
    "early_rule": "received-before-the-death",
    "early_words": "This file was received before the person died.",
}


def ledger(
    engine: PortableEngine, deaths: ir.Table, knowledge: ir.Table, lists: ir.Table, care: ir.Table
) -> ir.Table:
    """One row per death and list: does it know, since when, what does it say, ought it to.

    :param knowledge: what each list holds of each person (``knows_death``, ``known_on``, ``says``).
    :param lists: every list received: ``provider, layout, role, kind, file, received_on``.
    :param care: ``death_id, during_provider, index_provider`` where settled ("" is a provider that
        nothing states, null is none).
    """
    national = sorted({k for r in rules() if r.relation == "national" for k in r.kinds})
    query = _LEDGER.replace("{national}", ", ".join(f"'{k}'" for k in national))
    for name, words in _EARLY.items():
        query = query.replace(f"{{{name}}}", words)
    return engine.sql(
        query,
        knowledge=knowledge,
        deaths=deaths,
        lists=lists,
        care=care,
        rules=_rules_table(engine),
    )
