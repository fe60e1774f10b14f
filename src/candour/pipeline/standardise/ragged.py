"""Rows that receiving could not take apart, as rows of the wide table: they count, no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import ibis
import pyarrow as pa

from candour.pipeline.standardise.opened import CAME
from candour.pipeline.standardise.sent import Sent
from candour.pipeline.standardise.shape import columns

AT_ONCE = 100_000
"""Rows of one table: a damaged file may have millions of them."""


def ragged_rows(sent: Sequence[Sent], alike: Mapping[str, Any]) -> Iterator[pa.Table]:
    """Tables of the ragged rows of staged tables, with those columns that are known of them.

    ``alike`` is what is known of all of them by the name of its column.
    """
    shape = columns()
    for each in sent:
        came = {**{name: getattr(each, name) for name in CAME}, **alike}
        rows = iter(each.ragged)
        while some := list(islice(rows, AT_ONCE)):
            numbers, lines, codes = zip(*some, strict=True)
            said = {"row": numbers, "line": lines, "rejected_for": codes}
            wanted = {name: shape[name] for name in shape if name in came or name in said}
            schema = ibis.schema(wanted).to_pyarrow()
            yield pa.table(
                [
                    pa.array(said[f.name], f.type)
                    if f.name in said
                    else pa.repeat(pa.scalar(came[f.name], f.type), len(some))
                    for f in schema
                ],
                schema=schema,
            )
