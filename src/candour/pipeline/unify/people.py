"""People, deaths and their ids, from clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from candour.pipeline.unify.ids import made_id

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import PortableEngine

ORDER = "printf('%08d:%012d', r.seq, r.\"row\")"

# Who was received first in a cluster, and who of those first to say that the person died; an
# identity's place is that of its first row, and identities of one place stand by their keys.
_NODES = f"""
WITH nodes AS (
  SELECT r.person_key, c.cluster, min({ORDER}) AS first_order,
         CASE WHEN bool_or(r.has_death AND r.standing = 'present')
              THEN min({ORDER}) FILTER (r.has_death) END AS first_death,
         bool_or(r.has_person) AS names_somebody
  FROM {{rows}} r JOIN {{clusters}} c ON c.person_key = r.person_key
  WHERE r.outcome = 'accepted'
  GROUP BY r.person_key, c.cluster),
firsts AS (
  SELECT cluster, arg_min(person_key, (first_order, person_key)) AS first_person,
         arg_min(person_key, (first_death, person_key)) FILTER (first_death IS NOT NULL)
           AS first_dying,
         bool_or(names_somebody) AS identified
  FROM nodes GROUP BY cluster)
SELECT n.person_key, f.first_person, f.first_dying, f.identified
FROM nodes n JOIN firsts f ON f.cluster = n.cluster
ORDER BY n.person_key
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


def numbered(
    engine: PortableEngine, rows: ir.Table, clusters: ir.Table
) -> tuple[ir.Table, ir.Table]:
    """Ids for every source identity, and the ids that they would have had alone.

    :returns: ``person_key, person_id, death_id (null: nobody says that they died), identified``
        (false: an event report that names nobody), and aliases: an id that an identity had, or
        would have had, before it was found to be one person with an earlier one, with the id in
        force. So an id once printed always leads to its record, and after a split back to its own.
    """
    nodes = engine.arrow(engine.sql(_NODES, rows=rows, clusters=clusters))
    keys = nodes["person_key"]
    person_ids, death_ids = _ids("P", nodes["first_person"]), _ids("D", nodes["first_dying"])
    ids = pa.table([keys, person_ids, death_ids, nodes["identified"]], schema=IDS)
    aliases = [
        _aliases(keys, alone, current)
        for alone, current in ((_ids("P", keys), person_ids), (_ids("D", keys), death_ids))
    ]
    return engine.table(ids), engine.table(pa.concat_tables(aliases))


def _ids(letter: str, identities: pa.ChunkedArray) -> pa.Array:
    """The id of each identity; null where there is none."""
    made = [None if each is None else made_id(letter, each) for each in identities.to_pylist()]
    return pa.array(made, pa.string())


def _aliases(keys: pa.ChunkedArray, alone: pa.Array, current: pa.Array) -> pa.Table:
    """What each identity's id would be, where another is in force."""
    other = pc.fill_null(pc.not_equal(alone, current), False)
    said = pa.table({"alias": alone, "id": current, "source_identity": keys}).filter(other)
    return said.append_column("reason", pa.array([_REASON] * len(said), pa.string())).cast(ALIASES)
