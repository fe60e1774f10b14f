"""What stands beside a stay and a death: the ward and legal status of a spell, and reviews.

Some flows tell of a spell in several tables: the spell itself, the wards on which it was spent, and
the periods of legal status of the person. Where the spell's own record does not hold its last ward
or status, those tables do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import PortableEngine

# Only what held within the spell counts: a status that ended before it, or began after it, says
# nothing of it. The last to begin is the last one known.
_COMPLETED = """
WITH periods AS (
  SELECT i.person_id, r.legal_status__mha_status AS mha_status,
         r.legal_status__started_on AS began, r.legal_status__ended_on AS ended
  FROM {rows} r JOIN {ids} i ON i.person_key = r.person_key
  WHERE r.outcome = 'accepted' AND r.standing = 'present' AND r.has_legal_status
    AND r.legal_status__mha_status IS NOT NULL),
wards AS (
  SELECT i.person_id, r.ward_stay__ward AS ward, r.ward_stay__started_on AS began,
         r.ward_stay__ended_on AS ended
  FROM {rows} r JOIN {ids} i ON i.person_key = r.person_key
  WHERE r.outcome = 'accepted' AND r.standing = 'present' AND r.has_ward_stay
    AND r.ward_stay__ward IS NOT NULL),
status_of AS (
  SELECT s.spell_key, arg_max(p.mha_status, (p.began, p.mha_status)) AS mha_status
  FROM {spells} s JOIN periods p ON p.person_id = s.person_id
    AND p.began <= coalesce(s.discharged_on, DATE '9999-12-31')
    AND coalesce(p.ended, DATE '9999-12-31') >= coalesce(s.discharged_on, s.admitted_on)
  GROUP BY s.spell_key),
ward_of AS (
  SELECT s.spell_key, arg_max(w.ward, (w.began, w.ward)) AS ward
  FROM {spells} s JOIN wards w ON w.person_id = s.person_id
    AND w.began BETWEEN s.admitted_on AND coalesce(s.discharged_on, DATE '9999-12-31')
  GROUP BY s.spell_key)
SELECT s.* EXCLUDE (ward, mha_status), coalesce(s.ward, w.ward) AS ward,
       coalesce(s.mha_status, m.mha_status) AS mha_status
FROM {spells} s LEFT JOIN status_of m ON m.spell_key = s.spell_key
LEFT JOIN ward_of w ON w.spell_key = s.spell_key
"""

_REVIEWS = """
SELECT r.row_key, i.person_id, i.death_id, r.provider,
       r.review__screened_on AS screened_on, r.review__in_scope AS in_scope,
       r.review__tool AS tool, r.review__reviewer_apart AS reviewer_apart,
       r.review__family_contacted AS family_contacted,
       r.review__family_contacted_on AS family_contacted_on,
       r.review__response_kind AS response_kind, r.review__started_on AS started_on,
       r.review__finished_on AS finished_on,
       try_cast(r.review__actions_agreed AS BIGINT) AS actions_agreed,
       try_cast(r.review__actions_done AS BIGINT) AS actions_done, r.submission, r."row"
FROM {rows} r JOIN {ids} i ON i.person_key = r.person_key
WHERE r.outcome = 'accepted' AND r.standing = 'present' AND r.has_review
"""


def completed(engine: PortableEngine, spells: ir.Table, rows: ir.Table, ids: ir.Table) -> ir.Table:
    """Spells with the last ward and legal status that other tables of their source tell of."""
    return engine.sql(_COMPLETED, spells=spells, rows=rows, ids=ids)


def reviews(engine: PortableEngine, rows: ir.Table, ids: ir.Table) -> ir.Table:
    """One row per review, without any free text."""
    return engine.sql(_REVIEWS, rows=rows, ids=ids)
