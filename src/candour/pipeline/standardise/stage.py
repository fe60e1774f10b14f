"""The stage: staged text in; typed rows, row outcomes and findings out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from candour.dataset.findings import Finding, finding
from candour.pipeline.standardise.noted import STAGE, one_by_one
from candour.pipeline.standardise.opened import opened
from candour.pipeline.standardise.returns import RETURNS, returns_of
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
    parts, outcomes, found = _settled(engine, sent)
    standing = widened(engine, parts, outcomes)
    engine.forget_since(begun, but=[standing])
    found += shifted(engine, standing, sent)
    figures, about_figures = returns_of(engine, sent, standing)
    return Standardised(standing, [*found, *about_figures], figures)


def check(engine: Engine, sent: Sequence[Sent]) -> list[Finding]:
    """The findings alone of ``standardise``, of files that nobody has dated.

    The wide table is never made: it costs more than all else.
    """
    if not sent:
        return []
    _, outcomes, found = _settled(engine, sent)
    _, about_figures = returns_of(engine, sent, outcomes)
    return [*found, *about_figures]


def _settled(
    engine: Engine, sent: Sequence[Sent]
) -> tuple[list[ir.Table], ir.Table, list[Finding]]:
    """Parts of the wide table, every row with its outcome, and the findings so far."""
    texts = Texts(engine)
    together = opened(engine, sent, texts)
    texts.read_all()
    read = [wide_table(engine, files, texts) for files in together]
    parts = [part for tables, _ in read for part in tables]
    found = [finding_ for _, findings in read for finding_ in findings]
    outcomes = settled(engine, parts)
    found += _of_rows(engine, outcomes)
    return parts, outcomes, found


_NOTED = """
WITH died AS (SELECT DISTINCT row_key FROM {rows} WHERE standing = 'superseded' AND has_death)
SELECT submission, file, r."row", line, sheet, outcome, given_out_twice, standing,
       standing = 'present' AND NOT has_death AND d.row_key IS NOT NULL AS no_longer_died
FROM {rows} r LEFT JOIN died d ON d.row_key = r.row_key
WHERE outcome = 'duplicate' OR standing = 'withdrawn-by-source'
   OR (given_out_twice AND outcome = 'accepted')
   OR (standing = 'present' AND NOT has_death AND d.row_key IS NOT NULL)
ORDER BY seq, "row"
"""


def _of_rows(engine: Engine, standing: ir.Table) -> list[Finding]:
    """Findings that can only be made when all rows lie side by side."""
    table: pa.Table = engine.arrow(engine.sql(_NOTED, rows=standing))
    found = []
    for row in one_by_one(table):
        codes = []
        if row["outcome"] == "duplicate":
            codes.append("same-row-again")
        if row["standing"] == "withdrawn-by-source":
            codes.append("withdrawn-by-source")
        if row["given_out_twice"] and row["outcome"] == "accepted":
            codes.append("same-local-id-different-people")
        if row["no_longer_died"]:
            codes.append("death-no-longer-said")
        place = {k: row[k] for k in ("submission", "file", "row", "line", "sheet")}
        found += [finding(code, stage=STAGE, **place) for code in codes]
    return found
