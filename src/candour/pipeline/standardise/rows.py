"""What becomes of each row: accepted, rejected or a duplicate; and which rows still stand.

Every data row of a file gets one outcome, so rows in = accepted + rejected + duplicate. A row equal
to one already received from the same provider and role is a duplicate of the earliest. Of one
source identity the latest received is what the source says now; what it said before stays,
superseded. A row that a later snapshot no longer holds was withdrawn by its source (design 6.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

_DUPLICATES = """
SELECT *, first_value(submission) OVER same AS first_submission,
       first_value("row") OVER same AS first_row, row_number() OVER same AS place
FROM {rows}
WINDOW same AS (PARTITION BY coalesce(provider, ''), layout, role, row_hash, rejected_for IS NULL
                ORDER BY seq, "row")
"""

_OUTCOMES = """
SELECT * EXCLUDE (place, first_submission, first_row),
       CASE WHEN rejected_for IS NOT NULL THEN 'rejected'
            WHEN place > 1 THEN 'duplicate' ELSE 'accepted' END AS outcome,
       CASE WHEN rejected_for IS NULL AND place > 1 THEN first_submission END AS duplicate_of,
       CASE WHEN rejected_for IS NULL AND place > 1 THEN first_row END AS duplicate_of_row
FROM {rows}
"""

# Two rows of one local id that share neither birth date nor surname, or hold two NHS numbers
# without the birth date to speak for a correction, are two people: the later submission's rows get
# an identity of their own, so that strangers are never joined by an id that was given out twice or
# by files of two providers that nobody told apart.
_CONTRADICTED = """
SELECT a.identity, b.submission, min(b.seq) AS seq
FROM {rows} a JOIN {rows} b
  ON a.identity = b.identity AND a.seq < b.seq
WHERE (a.person__birth_date <> b.person__birth_date AND
       lower(a.person__surname) <> lower(b.person__surname))
   OR (a.person__nhs_number <> b.person__nhs_number AND
       coalesce(a.person__birth_date <> b.person__birth_date, true) AND
       coalesce(lower(a.person__surname) <> lower(b.person__surname), true))
GROUP BY a.identity, b.submission
"""

_NUMBERED = """
SELECT identity, submission,
       1 + row_number() OVER (PARTITION BY identity ORDER BY seq, submission) AS number
FROM {contradicted}
"""

_APART = """
SELECT r.* EXCLUDE (person_key, row_key, namespace_key, stay_key),
       r.person_key || coalesce('#' || n.number, '') AS person_key,
       r.row_key || coalesce('#' || n.number, '') AS row_key,
       r.namespace_key || coalesce('#' || n.number, '') AS namespace_key,
       r.stay_key || coalesce('#' || n.number, '') AS stay_key,
       n.number IS NOT NULL AS given_out_twice
FROM {rows} r LEFT JOIN {numbered} n
  ON n.identity = r.identity AND n.submission = r.submission AND r.outcome <> 'rejected'
"""

# What a source says now is its latest mention of an identity. Where that mention repeats an earlier
# row word for word, the earlier row is the one that stands again.
#
# A flow that comes month by month may send a record in each: the latest month says what holds now.
# But such a month has no room for a death of another one, so a later month without the death takes
# nothing back; only what is sent again for the month of the death does.
_STANDING = """
WITH ordered AS (
  SELECT submission, "row", row_key, month, seq, has_death, duplicate_of, duplicate_of_row,
         (coalesce(month, -1), seq) AS placed,
         max(seq) OVER (PARTITION BY row_key, month) AS seq_of_month
  FROM {rows} WHERE outcome <> 'rejected'),
latest AS (SELECT row_key, max(placed) AS placed FROM ordered GROUP BY row_key),
deaths AS (
  SELECT row_key, max(placed) AS placed FROM ordered
  WHERE has_death AND month IS NOT NULL AND seq = seq_of_month GROUP BY row_key),
said AS (
  SELECT DISTINCT coalesce(r.duplicate_of, r.submission) AS submission,
         coalesce(r.duplicate_of_row, r."row") AS "row"
  FROM ordered r LEFT JOIN latest l ON r.row_key = l.row_key AND r.placed = l.placed
  LEFT JOIN deaths d ON r.row_key = d.row_key AND r.placed = d.placed AND r.has_death
  WHERE l.row_key IS NOT NULL OR d.row_key IS NOT NULL)
SELECT r.*,
       CASE WHEN r.outcome <> 'accepted' THEN NULL
            WHEN s.submission IS NULL THEN 'superseded'
            WHEN g.gone THEN 'withdrawn-by-source'
            ELSE 'present' END AS standing
FROM {rows} r
LEFT JOIN said s ON s.submission = r.submission AND s."row" = r."row"
LEFT JOIN {gone} g ON g.row_key = r.row_key
"""

_GONE = """
WITH snapshots AS (
  SELECT DISTINCT coalesce(provider, '') AS provider, layout, role, coalesce(period, '') AS period,
         submission, seq FROM {rows} WHERE snapshot),
latest AS (
  SELECT provider, layout, role, period, max(seq) AS seq FROM snapshots GROUP BY ALL)
SELECT r.row_key, true AS gone
FROM {rows} r JOIN latest l ON coalesce(r.provider, '') = l.provider AND r.layout = l.layout
  AND r.role = l.role AND coalesce(r.period, '') = l.period
WHERE r.snapshot AND r.outcome <> 'rejected' AND r.row_key IS NOT NULL
GROUP BY r.row_key, l.seq
HAVING max(r.seq) < l.seq
"""


def with_outcomes(engine: Engine, rows: ir.Table) -> ir.Table:
    """Add ``outcome`` and, for a duplicate, the submission and row that it repeats."""
    return engine.sql(_OUTCOMES, rows=engine.sql(_DUPLICATES, rows=rows))


def kept_apart(engine: Engine, rows: ir.Table) -> ir.Table:
    """Give rows that contradict earlier rows of their identity an identity of their own."""
    contradicted = engine.sql(_CONTRADICTED, rows=rows.filter(rows.outcome == "accepted"))
    numbered = engine.sql(_NUMBERED, contradicted=contradicted)
    return engine.sql(_APART, rows=rows, numbered=numbered)


def with_standing(engine: Engine, rows: ir.Table) -> ir.Table:
    """Add ``standing`` to accepted rows: ``present | superseded | withdrawn-by-source``."""
    gone = engine.sql(_GONE, rows=rows)
    return engine.sql(_STANDING, rows=rows, gone=gone)
