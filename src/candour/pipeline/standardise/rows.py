"""What becomes of each row: accepted, rejected or a duplicate; and which rows still stand.

Every data row of a file gets one outcome, so rows in = accepted + rejected + duplicate. A row equal
to one already received from the same provider and role is a duplicate of the earliest. Of one
source identity the latest received is what the source says now; what it said before stays,
superseded. A row that a later snapshot no longer holds was withdrawn by its source (design 6.3).
"""

from __future__ import annotations

from typing import Protocol, TypeVar

Table = TypeVar("Table")


class Statements(Protocol[Table]):
    """An engine that makes tables by SQL, as both of ours do."""

    def sql(self, text: str, **tables: Table) -> Table:
        """A table by SQL, in which ``{name}`` stands for a table given by that name."""
        ...


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

# Two rows of one local id that share none of birth date, surname and NHS number, or hold two NHS
# numbers without the birth date to speak for a correction, are two people: the later one gets an
# identity of its own, so that strangers are never joined by an id that was given out twice, by
# files joined end to end, or by files of two providers that nobody told apart. One NHS number under
# one local id is one person, however much of the rest was corrected. Rows of one list about
# different people (those whom an incident touched) have keys of their own and are not compared.
_WHO = """coalesce({r}person__nhs_number,
                   {r}person__birth_date::varchar || '|' || lower({r}person__surname))"""

_FACTS = f"""
SELECT identity, submission, role, person_key, seq, "row", person__nhs_number AS nhs,
       person__birth_date AS birth, lower(person__surname) AS surname, {_WHO.format(r="")} AS who
FROM {{rows}} WHERE outcome <> 'rejected'
"""

_CONTRADICTING = """
SELECT DISTINCT b.identity, b.submission, b.seq, b."row", b.nhs, b.birth, b.surname, b.who
FROM {facts} a JOIN {facts} b
  ON a.identity = b.identity AND (a.person_key = b.person_key OR a.role <> b.role)
  AND (a.seq < b.seq OR (a.seq = b.seq AND a."row" < b."row"))
WHERE (a.birth <> b.birth AND a.surname <> b.surname AND coalesce(a.nhs <> b.nhs, true))
   OR (a.nhs <> b.nhs AND coalesce(a.birth <> b.birth, true)
       AND coalesce(a.surname <> b.surname, true))
"""

# A row that contradicts another person's row may still be the first person's, sent again.
_STRANGERS = """
WITH first AS (
  SELECT f.* FROM {facts} f ANTI JOIN {contradicting} c
    ON c.submission = f.submission AND c."row" = f."row")
SELECT c.* FROM {contradicting} c
WHERE NOT EXISTS (
  SELECT 1 FROM first f WHERE f.identity = c.identity
    AND (f.nhs = c.nhs OR (f.birth = c.birth AND f.surname = c.surname)))
"""

_NUMBERED = """
SELECT identity, who,
       1 + row_number() OVER (PARTITION BY identity ORDER BY min((seq, "row")), who) AS number
FROM {strangers} GROUP BY identity, who
"""

# A row that says nothing of the person goes with the others of its file, if they are all of one.
_TOGETHER = """
SELECT f.identity, f.submission, min(n.number) AS number
FROM {facts} f LEFT JOIN {numbered} n ON n.identity = f.identity AND n.who = f.who
WHERE f.who IS NOT NULL
GROUP BY f.identity, f.submission
HAVING count(*) = count(n.number) AND min(n.number) = max(n.number)
"""

_APART = f"""
SELECT r.* EXCLUDE (person_key, row_key, namespace_key, stay_key),
       r.person_key || coalesce('#' || coalesce(n.number, t.number), '') AS person_key,
       r.row_key || coalesce('#' || coalesce(n.number, t.number), '') AS row_key,
       r.namespace_key || coalesce('#' || coalesce(n.number, t.number), '') AS namespace_key,
       r.stay_key || coalesce('#' || coalesce(n.number, t.number), '') AS stay_key,
       coalesce(n.number, t.number) IS NOT NULL AS given_out_twice
FROM {{rows}} r
LEFT JOIN {{numbered}} n ON n.identity = r.identity AND n.who = {_WHO.format(r="r.")}
  AND r.outcome <> 'rejected'
LEFT JOIN {{together}} t ON t.identity = r.identity AND t.submission = r.submission
  AND {_WHO.format(r="r.")} IS NULL AND r.outcome <> 'rejected'
"""

# What a source says now is its latest mention of an identity. Where that mention repeats an earlier
# row word for word, the earlier row is the one that stands again. Of files that nobody dated none
# is later than another: what they say stands side by side, and is a conflict where it differs.
#
# A flow that comes month by month may send a record in each: the latest month says what holds now.
# But such a month has no room for a death of another one, so a later month without the death takes
# nothing back; only what is sent again for the month of the death does.
_LATE = "CASE WHEN received_on IS NULL THEN 9223372036854775807 ELSE seq END"

_STANDING = f"""
WITH dated AS (
  SELECT submission, "row", row_key, month, has_death, duplicate_of, duplicate_of_row,
         {_LATE} AS late
  FROM {{rows}} WHERE outcome <> 'rejected'),
ordered AS (
  SELECT *, (coalesce(month, -1), late) AS placed,
         max(late) OVER (PARTITION BY row_key, month) AS late_of_month
  FROM dated),
latest AS (SELECT row_key, max(placed) AS placed FROM ordered GROUP BY row_key),
deaths AS (
  SELECT row_key, max(placed) AS placed FROM ordered
  WHERE has_death AND month IS NOT NULL AND late = late_of_month GROUP BY row_key),
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
FROM {{rows}} r
LEFT JOIN said s ON s.submission = r.submission AND s."row" = r."row"
LEFT JOIN {{gone}} g ON g.row_key = r.row_key
"""

# Only files that somebody dated can tell which of two snapshots is the later.
_GONE = """
WITH snapshots AS (
  SELECT DISTINCT coalesce(provider, '') AS provider, layout, role, coalesce(period, '') AS period,
         submission, seq FROM {rows} WHERE snapshot AND received_on IS NOT NULL),
latest AS (
  SELECT provider, layout, role, period, max(seq) AS seq FROM snapshots GROUP BY ALL)
SELECT r.row_key, true AS gone
FROM {rows} r JOIN latest l ON coalesce(r.provider, '') = l.provider AND r.layout = l.layout
  AND r.role = l.role AND coalesce(r.period, '') = l.period
WHERE r.snapshot AND r.received_on IS NOT NULL AND r.outcome <> 'rejected'
  AND r.row_key IS NOT NULL
GROUP BY r.row_key, l.seq
HAVING max(r.seq) < l.seq
"""


def with_outcomes(engine: Statements[Table], rows: Table) -> Table:
    """Add ``outcome`` and, for a duplicate, the submission and row that it repeats."""
    return engine.sql(_OUTCOMES, rows=engine.sql(_DUPLICATES, rows=rows))


def kept_apart(engine: Statements[Table], rows: Table) -> Table:
    """Give rows that contradict earlier rows of their identity an identity of their own."""
    facts = engine.sql(_FACTS, rows=rows)
    contradicting = engine.sql(_CONTRADICTING, facts=facts)
    strangers = engine.sql(_STRANGERS, facts=facts, contradicting=contradicting)
    numbered = engine.sql(_NUMBERED, strangers=strangers)
    together = engine.sql(_TOGETHER, facts=facts, numbered=numbered)
    return engine.sql(_APART, rows=rows, numbered=numbered, together=together)


def with_standing(engine: Statements[Table], rows: Table) -> Table:
    """Add ``standing`` to accepted rows: ``present | superseded | withdrawn-by-source``."""
    gone = engine.sql(_GONE, rows=rows)
    return engine.sql(_STANDING, rows=rows, gone=gone)
