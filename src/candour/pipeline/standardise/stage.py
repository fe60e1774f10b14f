"""The stage: staged text in; typed rows, row outcomes and findings out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from candour.dataset.findings import Finding
from candour.dataset.noticed import Listed, Notices
from candour.pipeline.standardise.noted import Kind, places_of, tell
from candour.pipeline.standardise.opened import opened
from candour.pipeline.standardise.returns import RETURNS, about_figures, returns_of
from candour.pipeline.standardise.sent import Sent
from candour.pipeline.standardise.settled import settled, widened
from candour.pipeline.standardise.shape import empty_table
from candour.pipeline.standardise.shifted import shifted
from candour.pipeline.standardise.texts import Texts
from candour.pipeline.standardise.wide import wide_table

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine


@dataclass
class Standardised:
    """What standardising gives.

    ``rows``: the wide table (one row per row received, typed, with identities, outcome, standing);
    ``findings``: a table of findings by place. Columns of ``rows`` that hold values are named
    ``entity__field``, with ``__from`` and ``__to`` for the ends of a date and ``__sent`` for the
    text.
    """

    rows: ir.Table
    findings: list[Finding] = field(default_factory=list)
    returns: pa.Table = field(default_factory=RETURNS.empty_table)
    """Figures of aggregates, typed: see ``returns``."""


def standardise(engine: Engine, sent: Sequence[Sent]) -> Standardised:
    """Type every row of every staged table, and say what becomes of it."""
    if not sent:
        return Standardised(empty_table(engine))
    begun = engine.mark()
    notices = Listed()
    parts = _typed(engine, sent, notices)
    outcomes = settled(engine, parts)
    _of_rows(engine, outcomes, sent, notices)
    standing = widened(engine, parts, outcomes)
    engine.forget_since(begun, but=[standing])
    for each in shifted(engine, standing, sent):
        notices.one(each)
    figures = returns_of(engine, sent, standing, notices)
    return Standardised(standing, notices.findings, figures)


def check(engine: Engine, sent: Sequence[Sent], notices: Notices) -> None:
    """Tell the findings alone of ``standardise``, of files that nobody has dated.

    The wide table is never made: it costs more than all else. Of rows that share no key with
    another it is known what becomes of them, so that only the others are held against each other.
    """
    if not sent:
        return
    parts = _typed(engine, sent, notices)
    figures = sorted({s.role for s in sent if s.mapping.files[s.role].returns is not None})
    outcomes = settled(engine, parts, only=figures)
    _of_rows(engine, outcomes, sent, notices)
    about_figures(engine, sent, outcomes, notices)


def _typed(engine: Engine, sent: Sequence[Sent], notices: Notices) -> list[ir.Table]:
    """Parts of the wide table. What is found in rows by themselves is told."""
    texts = Texts(engine)
    together = opened(engine, sent, texts)
    texts.read_all()
    return [part for files in together for part in wide_table(engine, files, texts, notices)]


_NOTED = """
WITH died AS (SELECT DISTINCT row_key FROM {rows} WHERE standing = 'superseded' AND has_death)
SELECT seq, sheet, r."row", line, unnest(list_filter([
         CASE WHEN outcome = 'duplicate' THEN 'same-row-again' END,
         CASE WHEN standing = 'withdrawn-by-source' THEN 'withdrawn-by-source' END,
         CASE WHEN given_out_twice AND outcome = 'accepted'
              THEN 'same-local-id-different-people' END,
         CASE WHEN standing = 'present' AND NOT has_death AND d.row_key IS NOT NULL
              THEN 'death-no-longer-said' END], lambda x: x IS NOT NULL)) AS kind
FROM {rows} r LEFT JOIN died d ON d.row_key = r.row_key
WHERE outcome = 'duplicate' OR standing = 'withdrawn-by-source'
   OR (given_out_twice AND outcome = 'accepted')
   OR (standing = 'present' AND NOT has_death AND d.row_key IS NOT NULL)
ORDER BY seq, sheet, r."row"
"""
_OF_ROWS = (
    *("same-row-again", "withdrawn-by-source", "same-local-id-different-people"),
    "death-no-longer-said",
)


def _of_rows(engine: Engine, standing: ir.Table, sent: Sequence[Sent], notices: Notices) -> None:
    """Tell what can only be found when all rows lie side by side."""
    kinds: dict[str, Kind] = {code: (code, None) for code in _OF_ROWS}
    for batch in engine.batches(_NOTED, rows=standing):
        tell(batch, kinds, notices, places_of(sent))
