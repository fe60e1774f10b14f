"""The only door to a query engine.

Expressions are Ibis tables, so that what is said once can run on DuckDB (this file, in this
process) and, after linking, on Spark (``seam``). Where Ibis has no word for something and the work
always stays in this process (reading, linking), :meth:`Engine.sql` takes DuckDB's SQL; what may run
on Spark as well keeps to the list in ``portable``.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from candour.errors import UserError
from candour.tables.digests import Digest

if TYPE_CHECKING:
    import ibis.expr.types as ir

ENGINES = ("duckdb", "spark")
"""What the stages after linking may run on; those before run on DuckDB (see ``seam``)."""
ROWS_A_BATCH = 100_000
IN_FILES = frozenset({"VARCHAR", "BOOLEAN", "DATE", "INTEGER", "BIGINT", "DOUBLE", "TIMESTAMP"})
"""Types of columns that a file holds as the engine does."""
ASIDE = "FORMAT parquet, ROW_GROUP_SIZE 24576"
"""How tables are laid aside. A writer holds a group of rows whole, and some of them are wide."""
_MADE = "made"
"""How names of our tables begin. Ibis calls its own relations t0, t1, … within a query."""


@dataclass(frozen=True)
class Written:
    """A table that was written: how many rows, and the digest of what it says."""

    rows: int
    digest: str


class Engine:
    """One engine, open. Use as a context manager; tables made in it end with it."""

    def __init__(self) -> None:
        import ibis

        self._con: Any = ibis.duckdb.connect()
        # Order is restored where it is output (write, arrow); keeping it in between only costs.
        self._con.raw_sql("SET preserve_insertion_order=false")
        self._con.raw_sql("SET TimeZone='UTC'")
        # What is printed is an answer; a bar that the engine draws by itself would spoil it.
        self._con.raw_sql("SET enable_progress_bar=false")
        import duckdb

        self._not_of_that_kind = duckdb.CatalogException
        self._number = itertools.count()
        self._types: dict[str, Any] = {}
        self._aside: Path | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the engine and the tables made in it."""
        self._con.disconnect()

    def _name(self) -> str:
        return f"{_MADE}{next(self._number)}"

    def read(
        self,
        paths: Path | Sequence[Path],
        *,
        path_as: str | None = None,
        row_as: str | None = None,
    ) -> ir.Table:
        """A table over one Parquet file, or over several of the same columns.

        ``path_as`` names a column to be added that says which file each row is from, by its
        absolute path; ``row_as`` one with the row's number in its file, from 0, which the reader
        knows, while a window over all rows would have to count.
        """
        several = [paths] if isinstance(paths, Path) else list(paths)
        options: dict[str, Any] = {"filename": path_as} if path_as else {}
        if row_as:
            options["file_row_number"] = True
        read = self._con.read_parquet([str(p) for p in several], table_name=self._name(), **options)
        return read.rename({row_as: "file_row_number"}) if row_as else read

    def table(self, arrow: pa.Table) -> ir.Table:
        """A table from Arrow data."""
        name = self._name()
        given = f"{name}_given"
        self._con.con.register(given, arrow)
        try:
            self._con.raw_sql(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM "{given}"')
        finally:
            self._con.con.unregister(given)
        return self._known(name)

    def keep(self, expr: ir.Table) -> ir.Table:
        """Work the expression out now, so that what builds on it need not do so again."""
        query = self._con.compile(expr)
        # DuckDB makes a timestamp of a date and an interval; Ibis says that it is a date.
        dates = [name for name, type_ in expr.schema().items() if type_.is_date()]
        if dates:
            cast = ", ".join(f'CAST("{name}" AS DATE) AS "{name}"' for name in dates)
            query = f"SELECT * REPLACE ({cast}) FROM ({query})"
        return self._made(query)

    def sql(self, text: str, **tables: ir.Table) -> ir.Table:
        """A table by DuckDB's SQL, in which ``{name}`` stands for a table given by that name."""
        return self._made(text.format(**{name: self._named(t) for name, t in tables.items()}))

    def view(self, text: str, **tables: ir.Table) -> ir.Table:
        """As :meth:`sql`, worked out anew whenever it is asked: for what is large and asked once
        or twice."""
        name = self._name()
        query = text.format(**{name: self._named(t) for name, t in tables.items()})
        self._con.raw_sql(f'CREATE TEMP VIEW "{name}" AS {query}')
        return self._con.table(name)

    def _made(self, query: str) -> ir.Table:
        # Ibis' own create_table prepares a query twice and asks for its columns each time, which
        # on small files costs more than the work itself.
        name = self._name()
        if self._aside is not None and self._can_lie_in_a_file(query):
            path = str(self._aside / f"{name}.parquet").replace("'", "''")
            self._con.raw_sql(f"COPY ({query}) TO '{path}' ({ASIDE})")
            self._con.raw_sql(f"CREATE TEMP VIEW \"{name}\" AS FROM read_parquet('{path}')")
        else:
            self._con.raw_sql(f'CREATE TEMP TABLE "{name}" AS {query}')
        return self._known(name)

    def _can_lie_in_a_file(self, query: str) -> bool:
        """Whether each column comes back from a file as it went in."""
        described = self._con.raw_sql(f"DESCRIBE {query}").fetchall()
        return all(type_.removesuffix("[]") in IN_FILES for _, type_, *_ in described)

    def _known(self, name: str) -> ir.Table:
        """A table that was made here. Ibis asks for its columns through Arrow, and parses the name
        of each type anew, which on hundreds of columns costs more than the table."""
        import ibis
        import ibis.expr.operations as ops

        described = self._con.raw_sql(f'DESCRIBE "{name}"').fetchall()
        parse = self._con.compiler.type_mapper.from_string
        types = self._types
        for _, type_, *_ in described:
            if type_ not in types:
                types[type_] = parse(type_)
        schema = ibis.schema({column: types[type_] for column, type_, *_ in described})
        return ops.DatabaseTable(
            name, schema=schema, source=self._con, namespace=ops.Namespace()
        ).to_expr()

    def _named(self, expr: ir.Table) -> str:
        """The name by which SQL can speak of a table; a view of it where it has none."""
        import ibis.expr.operations as ops

        operation = expr.op()
        if isinstance(operation, ops.DatabaseTable):
            return f'"{operation.name}"'
        view = self._name()
        self._con.raw_sql(f'CREATE TEMP VIEW "{view}" AS {self._con.compile(expr)}')
        return f'"{view}"'

    def within(self, megabytes: int, spill: Path, *, aside: bool = False) -> None:
        """Keep to some memory, and put into the folder ``spill`` what does not fit.

        The folder holds people's details then: it must belong to its owner alone, and go away.
        ``aside``: tables made from now on lie in files there, not in memory. That costs more where
        they are small; where they are large, each later step reads the few columns that it asks
        for, and nothing is put away and fetched again.
        """
        folder = str(spill).replace("'", "''")
        self._con.raw_sql(f"SET temp_directory='{folder}'")
        self._con.raw_sql(f"SET memory_limit='{megabytes}MB'")
        if megabytes < 512:
            # Each thread holds buffers of its own.
            self._con.raw_sql("SET threads=1")
        if aside:
            self._aside = spill

    def mark(self) -> int:
        """A point in time, for ``forget_since``."""
        return next(self._number)

    def forget_since(self, mark: int, but: Sequence[ir.Table]) -> None:
        """Let go of the tables made since ``mark``, except those in ``but`` (tables, not
        expressions on them). Whatever was built on a table that is gone can be used no more."""
        kept = {table.op().name for table in but}
        made = (f"{_MADE}{number}" for number in range(mark, next(self._number)))
        self._drop(name for name in made if name not in kept)

    def forget(self, *tables: ir.Table) -> None:
        """Let go of tables (not of expressions on them) as soon as nothing builds on them."""
        self._drop(table.op().name for table in tables)

    def _drop(self, names: Iterable[str]) -> None:
        for name in names:
            for kind in ("VIEW", "TABLE"):
                with contextlib.suppress(self._not_of_that_kind):
                    self._con.raw_sql(f'DROP {kind} IF EXISTS "{name}"')

    def arrow(self, expr: ir.Table) -> pa.Table:
        """The expression's rows, as an Arrow table."""
        from ibis.formats.pyarrow import PyArrowData

        # What Ibis does too, but that it loads pandas for it.
        given = self._con.con.sql(self._con.compile(expr)).to_arrow_table()
        table: pa.Table = PyArrowData.convert_table(given, expr.schema())
        return table

    def rows(self, expr: ir.Table) -> list[dict[str, Any]]:
        """The expression's rows, as plain Python."""
        rows: list[dict[str, Any]] = self.arrow(expr).to_pylist()
        return rows

    def batches(self, text: str, **tables: ir.Table) -> Iterator[pa.RecordBatch]:
        """The rows that DuckDB's SQL gives, some at once, so that no more of them need be held.

        ``{name}`` stands for a table given by that name. Nothing else can be asked meanwhile.
        """
        query = text.format(**{name: self._named(t) for name, t in tables.items()})
        yield from self._con.con.sql(query).to_arrow_reader(ROWS_A_BATCH)

    def count(self, expr: ir.Table) -> int:
        """How many rows the expression has."""
        # Ibis' own execute() loads pandas to hold one number.
        ((rows,),) = self._con.raw_sql(self._con.compile(expr.count())).fetchall()
        return int(rows)

    def copy(self, expr: ir.Table, path: Path) -> None:
        """Write the rows as Parquet in no given order, for another engine to read."""
        at = str(path).replace("'", "''")
        self._con.raw_sql(f"COPY ({self._con.compile(expr)}) TO '{at}' (FORMAT parquet)")

    def write(self, expr: ir.Table, path: Path, key: Sequence[str]) -> Written:
        """Write rows sorted by ``key`` (and then by every other column) as Parquet.

        One writer, one order: the same rows give the same digest everywhere and the same bytes
        under one set of library versions.
        """
        order = [*key, *(c for c in expr.columns if c not in key)]
        # Ibis 12 asks DuckDB 2 for its batches by a name that is gone: ask DuckDB itself.
        query = self._con.compile(expr.order_by(order))
        reader = self._con.con.sql(query).to_arrow_reader(ROWS_A_BATCH)
        return write_batches(reader, reader.schema, path)


def write_batches(batches: Any, schema: pa.Schema, path: Path) -> Written:
    """Write Arrow batches, in the order given, as Parquet; gives their count and digest."""
    digest, rows = Digest(schema), 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            digest.add(batch)
            rows += batch.num_rows
    return Written(rows, digest.hexdigest())


def refuse_unknown_engine(name: str) -> None:
    """Raise UserError, before anything is begun, for a name that is not one of :data:`ENGINES`,
    and for Spark where something that it needs is not here."""
    if name not in ENGINES:
        raise UserError(
            f"There is no engine {name!r} in this version.", f"Use one of: {', '.join(ENGINES)}."
        )
    if name == "spark":
        from candour.tables.spark_settings import refuse_without_spark

        refuse_without_spark()


def open_engine() -> Engine:
    """DuckDB, in this process: the engine of every stage, or of those up to linking."""
    return Engine()
