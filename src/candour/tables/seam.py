"""What the stages after linking ask of an engine, and how their tables come to it and back.

Receiving, standardising and linking have the size of what was sent, and run in this process. From
stays onward a national history may be more than one machine holds: there the same expressions run
on DuckDB or on Spark. This file is the seam between the two.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from candour.tables.engine import Engine


class PortableEngine(Protocol):
    """An engine as the stages after linking may use it: what DuckDB and Spark both give.

    ``sql`` takes DuckDB's SQL, limited to what :mod:`candour.tables.portable` lists.
    """

    def table(self, arrow: pa.Table) -> ir.Table:
        """A table from Arrow data."""

    def keep(self, expr: ir.Table) -> ir.Table:
        """Work the expression out now, so that what builds on it need not do so again."""

    def sql(self, text: str, **tables: ir.Table) -> ir.Table:
        """A table by SQL, in which ``{name}`` stands for a table given by that name."""

    def arrow(self, expr: ir.Table) -> pa.Table:
        """The expression's rows, as an Arrow table."""

    def rows(self, expr: ir.Table) -> list[dict[str, Any]]:
        """The expression's rows, as plain Python."""

    def count(self, expr: ir.Table) -> int:
        """How many rows the expression has."""


@dataclass(frozen=True)
class AfterLinking:
    """The engine of the stages after linking, with the way to it and back.

    ``take`` gives a table of the engine before as one of this engine; ``give`` gives a table of
    this engine back to the engine before, where it is sorted, digested and written. With DuckDB
    both engines are the same and nothing moves.
    """

    engine: PortableEngine
    take: Callable[[ir.Table], ir.Table]
    give: Callable[[ir.Table], ir.Table]


@contextlib.contextmanager
def after_linking(name: str, before: Engine, work: Path) -> Iterator[AfterLinking]:
    """Open the engine of that name for what follows linking; it ends with the block.

    :param before: the engine that standardised and linked; it stays open.
    :param work: a folder that nobody else may read and that goes when the run is whole.
    :raises UserError: Spark cannot be reached, or its storage cannot be written.
    """
    if name == "spark":
        from candour.tables.spark import open_spark

        with open_spark(work) as spark:
            yield AfterLinking(spark, partial(spark.take, before), partial(spark.give, before))
    else:
        yield AfterLinking(before, _as_it_is, _as_it_is)


def _as_it_is(table: ir.Table) -> ir.Table:
    return table
