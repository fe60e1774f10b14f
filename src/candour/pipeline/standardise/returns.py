"""Figures about many: a return's cells as typed values, and which of them still hold.

A hidden figure is neither five nor nought, and a blank is neither. So each value has a kind:
``count`` (with its number), ``suppressed`` (``<5``, ``*``), ``not-collected`` (``-``),
``not-applicable`` (``n/a``), ``not-yet-due``, ``not-stated`` (a blank, or what cannot be read).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from candour.dataset.noticed import Notices, Place
from candour.dataset.types.period import parse_period
from candour.dataset.types.typed_count import TypedCount, parse_count
from candour.pipeline.standardise.noted import STAGE, filled
from candour.tables.arrays import mask_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.pipeline.standardise.sent import Sent
    from candour.sources.parts import Returns
    from candour.tables import Engine

RETURNS = pa.schema(
    [
        ("submission", pa.string()),
        ("row", pa.int64()),
        ("provider", pa.string()),
        ("period", pa.string()),
        ("measure", pa.string()),
        ("kind", pa.string()),
        ("value", pa.int64()),
        ("as_sent", pa.string()),
        ("standing", pa.string()),
    ]
)
"""``standing``: ``present``, or ``superseded`` where a later return gives the period again."""
NOT_STATED = "not-stated"
"""The kind of a cell that is blank or could not be read: nobody said a figure."""


_CELLS = """
SELECT s.*, r."row" AS "{row}", r.line AS "{line}", r.provider AS "{provider}",
       r.period AS "{period}", r.standing AS "{standing}"
FROM {{cells}} s JOIN {{rows}} r ON s._row = r."row"
JOIN {{this}} t ON r.submission = t.submission AND r.sheet IS NOT DISTINCT FROM t.sheet
WHERE r.outcome = 'accepted' ORDER BY s._row
"""
# Headers are trimmed, so no sender's column begins with a space.
_ROW, _LINE, _STANDING = " row", " line", " standing"
_PROVIDER, _PERIOD = " provider", " period"
_MEANS = " means"


def about_many(
    engine: Engine, staged: ir.Table, returns: Returns, provider: str, period: str
) -> ir.Table:
    """Rows of a return, each under the provider and the period that it states.

    ``provider`` and ``period`` are the table's columns for these.
    """
    import ibis

    if returns.provider is not None and returns.provider in staged.columns:
        whose = staged[returns.provider].strip().nullif("")
        staged = staged.mutate(**{provider: ibis.coalesce(whose, staged[provider])})
    read = _periods(engine, staged.select(**{_PERIOD: staged[returns.period]}))
    said = staged.left_join(read, staged[returns.period] == read[_PERIOD])
    return said.mutate(**{period: said[_MEANS]}).drop(_PERIOD, _MEANS)


def _periods(engine: Engine, stated: ir.Table) -> ir.Table:
    """The period that each text means, of those texts that mean one."""
    read: dict[str, str] = {}
    for batch in engine.batches(f'SELECT DISTINCT "{_PERIOD}" FROM {{stated}}', stated=stated):
        for text in batch.column(0).to_pylist():
            if text is not None and (period := parse_period(text)):
                read[text] = period
    meant = {
        _PERIOD: pa.array([*read], pa.string()),
        _MEANS: pa.array([*read.values()], pa.string()),
    }
    return engine.table(pa.table(meant))


def returns_of(engine: Engine, sent: Sequence[Sent], rows: ir.Table, notices: Notices) -> pa.Table:
    """Every figure of every accepted row of an aggregate. What is found in cells is told.

    ``rows`` are the standardised rows of all files, with outcome and standing.
    """
    made = [RETURNS.empty_table()]
    for each, batch in _accepted(engine, sent, rows):
        made += [_figures(each, batch, *one) for one in _told(each, batch, notices)]
    return pa.concat_tables(made)


def about_figures(engine: Engine, sent: Sequence[Sent], rows: ir.Table, notices: Notices) -> None:
    """Tell what is found in the cells of aggregates, and which of them were given again."""
    for each, batch in _accepted(engine, sent, rows):
        for _ in _told(each, batch, notices):
            pass


def _accepted(
    engine: Engine, sent: Sequence[Sent], rows: ir.Table
) -> Iterator[tuple[Sent, pa.RecordBatch]]:
    """The accepted rows of each aggregate as sent, some at once, with what is known of them."""
    for each in sent:
        if each.mapping.files[each.role].returns is None:
            continue
        there = [name for name in pq.read_schema(each.path).names if name in _measures(each)]
        this = {"submission": [each.submission], "sheet": pa.array([each.sheet], pa.string())}
        query = _CELLS.format(
            row=_ROW, line=_LINE, provider=_PROVIDER, period=_PERIOD, standing=_STANDING
        )
        for batch in engine.batches(
            query,
            cells=engine.read(each.path).select("_row", *there),
            rows=rows,
            this=engine.table(pa.table(this)),
        ):
            yield each, batch


def _measures(sent: Sent) -> Mapping[str, str]:
    returns = sent.mapping.files[sent.role].returns
    return {} if returns is None else returns.measures


def _told(
    sent: Sent, batch: pa.RecordBatch, notices: Notices
) -> Iterator[tuple[str, list[tuple[str, TypedCount | None]]]]:
    """The cells of each measure, read, by its column: of each row its text and its figure.

    Cells that cannot be read are told, and rows whose period was given again.
    """
    rows, lines = batch.column(_ROW).to_numpy(), filled(batch.column(_LINE))
    place = Place(sent.submission, sent.file, sent.sheet)
    for column in _measures(sent):
        if column not in batch.schema.names:
            continue
        coded = batch.column(column).dictionary_encode()
        texts = [str(text).strip() for text in coded.dictionary.to_pylist()]
        read = [parse_count(text) for text in texts]
        of_row = coded.indices.to_numpy()
        bad = np.array([not good for _, good in read], np.bool_)[of_row]
        if bad.any():
            notices.rows(STAGE, place, "figure-unreadable", column, rows[bad], lines[bad])
        yield column, [(texts[n], read[n][0]) for n in of_row.tolist()]
    again = mask_of(pc.equal(batch.column(_STANDING), "superseded"))
    if again.any():
        notices.rows(STAGE, place, "figure-restated", None, rows[again], lines[again])


def _figures(
    sent: Sent,
    batch: pa.RecordBatch,
    column: str,
    cells: Sequence[tuple[str, TypedCount | None]],
) -> pa.Table:
    """The figures of one measure, in the shape of ``RETURNS``."""
    count = batch.num_rows
    figures = {
        "submission": pa.repeat(pa.scalar(sent.submission), count),
        "row": batch.column(_ROW),
        "provider": batch.column(_PROVIDER),
        "period": batch.column(_PERIOD),
        "measure": pa.repeat(pa.scalar(_measures(sent)[column]), count),
        "kind": [NOT_STATED if figure is None else figure.kind for _, figure in cells],
        "value": pa.array([None if f is None else f.value for _, f in cells], pa.int64()),
        "as_sent": pa.array([text or None for text, _ in cells], pa.string()),
        "standing": batch.column(_STANDING),
    }
    return pa.table(figures).cast(RETURNS)
