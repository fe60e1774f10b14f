"""Whole columns of dates that lie four years and a day away from when their file came.

Workbooks count days from 1900 or from 1904. Copied from one kind into the other, dates move by
1,462 days, all alike: ages, gaps and windows stay right, and only the dates themselves betray it.
What can betray them is the day on which the file was received.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from candour.dataset import load
from candour.dataset.findings import Finding, finding
from candour.dataset.model import BIRTH_FIELDS, DATE_TYPES
from candour.pipeline.standardise.columns import wide_name
from candour.pipeline.standardise.noted import STAGE
from candour.pipeline.standardise.sent import Sent

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

SHIFT = 1462
"""Days between the two ways of counting."""
BEFORE, AFTER = 92, 7
"""Days before and after its receipt in which the latest event of a current extract lies."""
FEWEST = 2


def shifted(engine: Engine, rows: ir.Table, sent: Sequence[Sent]) -> list[Finding]:
    """A finding for each date column of which every date may be off by that shift.

    Birth dates tell nothing. Of files of which nobody says when they were received nothing can be
    said. ``rows`` is the wide table.
    """
    dated = [s for s in sent if s.received_on is not None]
    paths = [
        each.path
        for each in load().fields()
        if each.type in DATE_TYPES
        and each.path not in BIRTH_FIELDS
        and wide_name(each.path) in rows.columns
    ]
    if not dated or not paths:
        return []
    asked: dict[str, ir.Scalar] = {}
    for path in paths:
        column = rows[wide_name(path)]
        asked |= {f"{path}:first": column.min(), f"{path}:last": column.max()}
        asked[f"{path}:n"] = column.nunique()
    known = rows.filter(rows.received_on.notnull())
    answers = {
        (row["submission"], row["role"], row["sheet"]): row
        for row in engine.rows(known.group_by("submission", "role", "sheet").aggregate(**asked))
    }
    found = []
    for each in sorted(dated, key=lambda s: (s.seq, s.role, s.sheet or "")):
        row = answers.get((each.submission, each.role, each.sheet))
        if row is None or each.received_on is None:
            continue
        columns = {t.path: ", ".join(t.columns) for t in each.mapping.files[each.role].targets()}
        for path, column in columns.items():
            if path not in paths or (row[f"{path}:n"] or 0) < FEWEST:
                continue
            early = (each.received_on - row[f"{path}:last"]).days - SHIFT
            late = (row[f"{path}:last"] - each.received_on).days - SHIFT
            first_is_late = (row[f"{path}:first"] - each.received_on).days > AFTER
            if -AFTER <= early <= BEFORE or (first_is_late and -BEFORE <= late <= AFTER):
                found.append(
                    finding(
                        "dates-shifted-by-an-epoch",
                        submission=each.submission,
                        file=each.file,
                        stage=STAGE,
                        field=column,
                        sheet=each.sheet,
                    )
                )
    return found
