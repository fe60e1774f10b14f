"""Findings of a typed file: one pass over the rows that have any."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candour.dataset.noticed import Notices, Place

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy.typing as npt

    from candour.pipeline.standardise.sent import Sent
    from candour.tables import Engine

STAGE = "standardised"

# A file is told by its place in the order of receipt: its name and its hash, written out for every
# finding, would be most of what there is to sort.
_MARKED = """
SELECT came__seq AS seq, came__sheet AS sheet, _row AS "row", _line AS line,
       unnest(list_filter([{marks}], lambda x: x IS NOT NULL)) AS kind
FROM {{rows}} WHERE {any} ORDER BY seq, sheet, "row", kind
"""

_LEFT_OUT = """
SELECT came__seq AS seq, came__sheet AS sheet, _row AS "row", _line AS line, rejected_for AS kind
FROM {rows} WHERE rejected_for IS NOT NULL ORDER BY seq, sheet, "row"
"""

Kind = tuple[str, str | None]
"""The code of a finding, and the column that it concerns (None: the whole row)."""


def noted(
    engine: Engine,
    rows: ir.Table,
    faults: Sequence[tuple[str, str, str]],
    notices: Notices,
    places: Mapping[tuple[int, str | None], Place],
    columns: Mapping[str, str | None] = MappingProxyType({}),
    also_reasons: Collection[str] = (),
) -> None:
    """Tell the findings of typed rows, of each kind in the order of files and rows.

    :param rows: typed rows with a boolean column for each fault, and ``rejected_for``.
    :param faults: name of the boolean column, the column as sent ("" where several are concerned),
        code of the finding.
    :param places: the files that the rows are of (``places_of``).
    :param columns: the column that a finding about a row left out concerns, by its code.
    :param also_reasons: codes among ``faults`` for which rows are left out: each fault of such a
        row is told, and not only the first for which it was left out.
    """
    # A column that feeds two fields is still one cell to mend.
    marks: dict[Kind, list[str]] = {}
    for name, column, code in faults:
        marks.setdefault((code, column or None), []).append(f'"{name}"')
    if marks:
        kinds = list(marks)
        of_kind = [" OR ".join(marks[each]) for each in kinds]
        query = _MARKED.format(
            marks=", ".join(f"CASE WHEN {each} THEN {n} END" for n, each in enumerate(of_kind)),
            any=" OR ".join(of_kind),
        )
        for batch in engine.batches(query, rows=rows):
            tell(batch, dict(enumerate(kinds)), notices, places)
    for batch in engine.batches(_LEFT_OUT, rows=rows):
        codes = pc.unique(batch.column("kind")).to_pylist()
        reasons = {code: (code, columns.get(code)) for code in codes if code not in also_reasons}
        tell(batch, reasons, notices, places)


def places_of(sent: Iterable[Sent]) -> dict[tuple[int, str | None], Place]:
    """Staged tables by their place in the order of receipt, and their sheet."""
    return {(s.seq, s.sheet): Place(s.submission, s.file, s.sheet) for s in sent}


def tell(
    batch: pa.RecordBatch,
    kinds: Mapping[Any, Kind],
    notices: Notices,
    places: Mapping[tuple[int, str | None], Place],
) -> None:
    """Tell the findings of some rows: ``seq, sheet, row, line`` and ``kind``, a key of ``kinds``.

    Rows of any other kind are passed over.
    """
    seq, which_seq = _different(batch.column("seq"))
    sheet, which_sheet = _different(batch.column("sheet"))
    said, which_kind = _different(batch.column("kind"))
    which = (which_seq * len(sheet) + which_sheet) * len(said) + which_kind
    order = np.argsort(which, kind="stable")
    starts = np.flatnonzero(np.diff(which[order], prepend=-1))
    rows = filled(batch.column("row"))
    lines = filled(batch.column("line"))
    for at in np.split(order, starts[1:]):
        if not len(at):
            continue
        of = int(which[at[0]])
        found = kinds.get(said[of % len(said)])
        if found is not None:
            came = of // len(said)
            place = places[seq[came // len(sheet)], sheet[came % len(sheet)]]
            notices.rows(STAGE, place, found[0], found[1], rows[at], lines[at])


def _different(column: pa.Array) -> tuple[list[Any], npt.NDArray[np.int64]]:
    """The different values of a column, and for each row which of them it has."""
    coded = column.dictionary_encode(null_encoding="encode")
    return coded.dictionary.to_pylist(), coded.indices.to_numpy().astype(np.int64)


def filled(column: pa.Array) -> npt.NDArray[np.int64]:
    """Whole numbers, -1 for those that are not there."""
    made: npt.NDArray[np.int64] = pc.fill_null(pc.cast(column, pa.int64()), -1).to_numpy()
    return made
