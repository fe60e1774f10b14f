"""People, deaths and their ids, from clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from candour.pipeline.unify.ids import made_id

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

ORDER = "printf('%08d:%012d', r.seq, r.\"row\")"

_NODES = f"""
SELECT r.person_key, c.cluster, min({ORDER}) AS first_order,
       CASE WHEN bool_or(r.has_death AND r.standing = 'present')
            THEN min({ORDER}) FILTER (r.has_death) END AS first_death,
       bool_or(r.has_person) AS names_somebody
FROM {{rows}} r JOIN {{clusters}} c ON c.person_key = r.person_key
WHERE r.outcome = 'accepted'
GROUP BY r.person_key, c.cluster
"""

IDS = pa.schema(
    [
        ("person_key", pa.string()),
        ("person_id", pa.string()),
        ("death_id", pa.string()),
        ("identified", pa.bool_()),
    ]
)
ALIASES = pa.schema(
    [
        ("alias", pa.string()),
        ("id", pa.string()),
        ("source_identity", pa.string()),
        ("reason", pa.string()),
    ]
)
_REASON = "This source identity is one person with the identity that was received first."


def numbered(engine: Engine, rows: ir.Table, clusters: ir.Table) -> tuple[ir.Table, ir.Table]:
    """Ids for every source identity, and the ids that they would have had alone.

    :returns: ``person_key, person_id, death_id (null: nobody says that they died), identified``
        (false: an event report that names nobody), and aliases: an id that an identity had, or
        would have had, before it was found to be one person with an earlier one, with the id in
        force. So an id once printed always leads to its record, and after a split back to its own.
    """
    nodes = engine.rows(engine.sql(_NODES, rows=rows, clusters=clusters))
    by_cluster: dict[str, list[dict[str, str]]] = {}
    for node in sorted(nodes, key=lambda n: (n["first_order"], n["person_key"])):
        by_cluster.setdefault(node["cluster"], []).append(node)
    ids, aliases = [], []
    for members in by_cluster.values():
        person_id = made_id("P", members[0]["person_key"])
        dying = sorted(
            (m for m in members if m["first_death"]),
            key=lambda n: (n["first_death"], n["person_key"]),
        )
        death_id = made_id("D", dying[0]["person_key"]) if dying else None
        named = any(m["names_somebody"] for m in members)
        for member in members:
            key = member["person_key"]
            ids.append(
                {
                    "person_key": key,
                    "person_id": person_id,
                    "death_id": death_id,
                    "identified": named,
                }
            )
            for letter, current in (("P", person_id), ("D", death_id)):
                alone = made_id(letter, key)
                if current is not None and alone != current:
                    aliases.append(
                        {"alias": alone, "id": current, "source_identity": key, "reason": _REASON}
                    )
    return (
        engine.table(pa.Table.from_pylist(ids, schema=IDS)),
        engine.table(pa.Table.from_pylist(aliases, schema=ALIASES)),
    )
