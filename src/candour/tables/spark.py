"""Spark behind the same door as DuckDB: the stages after linking for a national history.

Each table that is made is written as Parquet to the storage that is set and read from there by what
follows, so that no step is worked out twice and a plan never grows over the whole journey.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from candour.errors import UserError
from candour.tables.folders import private
from candour.tables.portable import in_spark
from candour.tables.spark_settings import SAME_ANSWERS, SparkSettings, refuse_without_spark
from candour.tables.spark_storage import Beside, Elsewhere, Storage

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables.engine import Engine


class SparkEngine:
    """Spark as a :class:`~candour.tables.seam.PortableEngine`.

    :param session: a session of Spark's, whose answers are set by ``SAME_ANSWERS``.
    :param storage: where tables lie between the steps.
    :param work: a private folder of this machine, for what comes and goes.
    """

    def __init__(self, session: Any, storage: Storage, work: Path) -> None:
        import ibis

        self._session = session
        self._storage = storage
        self._work = work
        self._con: Any = ibis.pyspark.connect(session)
        self._number = itertools.count()

    def table(self, arrow: pa.Table) -> ir.Table:
        """A table from Arrow data; a column without any value is one of text."""
        name = self._name()
        path = self._work / f"{name}.parquet"
        typed = pa.schema(
            [
                pa.field(f.name, pa.string() if pa.types.is_null(f.type) else f.type)
                for f in arrow.schema
            ]
        )
        pq.write_table(arrow.cast(typed), path, coerce_timestamps="us")
        return self._put(name, path)

    def take(self, before: Engine, expr: ir.Table) -> ir.Table:
        """A table of DuckDB's as one of Spark's."""
        name = self._name()
        path = self._work / f"{name}.parquet"
        before.copy(expr, path)
        return self._put(name, path)

    def give(self, before: Engine, expr: ir.Table) -> ir.Table:
        """The rows of a table of Spark's as one of DuckDB's, in no given order."""
        paths = self._fetched(expr)
        if paths:
            return before.read(paths)
        return before.table(expr.schema().to_pyarrow().empty_table())

    def keep(self, expr: ir.Table) -> ir.Table:
        """Work the expression out now; its columns have the types that the expression says."""
        from ibis.backends.pyspark.datatypes import PySparkType

        frame = self._session.sql(self._con.compile(expr))
        said = expr.schema()
        return self._made(
            frame.select(
                [
                    frame[f"`{name}`"].cast(PySparkType.from_ibis(said[name])).alias(name)
                    for name in frame.columns
                ]
            )
        )

    def sql(self, text: str, **tables: ir.Table) -> ir.Table:
        """A table by SQL, in which ``{name}`` stands for a table given by that name."""
        query = in_spark(text.format(**{name: f'"{self._named(t)}"' for name, t in tables.items()}))
        return self._made(self._session.sql(query))

    def arrow(self, expr: ir.Table) -> pa.Table:
        """The expression's rows, as an Arrow table."""
        paths = self._fetched(expr)
        schema = expr.schema().to_pyarrow()
        pieces = [pq.ParquetFile(path).read() for path in paths]
        return pa.concat_tables(pieces).cast(schema) if pieces else schema.empty_table()

    def rows(self, expr: ir.Table) -> list[dict[str, Any]]:
        """The expression's rows, as plain Python."""
        rows: list[dict[str, Any]] = self.arrow(expr).to_pylist()
        return rows

    def count(self, expr: ir.Table) -> int:
        """How many rows the expression has."""
        with _finished():
            return int(self._session.sql(self._con.compile(expr)).count())

    def _name(self) -> str:
        return f"made{next(self._number)}"

    def _put(self, name: str, path: Path) -> ir.Table:
        """A table over a file of this machine, brought to where the workers can read it."""
        self._storage.put(path, name)
        at = self._storage.to_read(name)
        return self._over(name, self._session.read.parquet(at).schema)

    def _made(self, frame: Any) -> ir.Table:
        name = self._name()
        # Parquet has no column without a type.
        untyped = [f.name for f in frame.schema.fields if f.dataType.typeName() == "void"]
        for column in untyped:
            frame = frame.withColumn(column, frame[f"`{column}`"].cast("string"))
        with _finished():
            frame.write.parquet(self._storage.to_write(name))
        return self._over(name, frame.schema)

    def _over(self, name: str, schema: Any) -> ir.Table:
        import ibis.expr.operations as ops
        import ibis.expr.schema as sch
        from ibis.backends.pyspark.datatypes import PySparkType

        frame = self._session.read.schema(schema).parquet(self._storage.to_read(name))
        frame.createOrReplaceTempView(name)
        said = sch.Schema(PySparkType.to_ibis(frame.schema))
        return ops.DatabaseTable(
            name, schema=said, source=self._con, namespace=ops.Namespace()
        ).to_expr()

    def _named(self, expr: ir.Table) -> str:
        """The name by which SQL can speak of a table; a view of it where it has none."""
        import ibis.expr.operations as ops

        operation = expr.op()
        if isinstance(operation, ops.DatabaseTable):
            return str(operation.name)
        view = self._name()
        self._session.sql(self._con.compile(expr)).createOrReplaceTempView(view)
        return view

    def _fetched(self, expr: ir.Table) -> list[Path]:
        """The files that hold an expression's rows, on this machine."""
        import ibis.expr.operations as ops

        operation = expr.op()
        kept = expr if isinstance(operation, ops.DatabaseTable) else self.keep(expr)
        return self._storage.get(kept.op().name)


@contextlib.contextmanager
def _finished() -> Iterator[None]:
    """A step that a cluster may fail to finish, by no fault of the query: said in plain words."""
    from py4j.protocol import Py4JError

    try:
        yield
    except Py4JError as refusal:
        raise UserError(
            "Spark began a step of the run and could not finish it.",
            "See the cluster's own logs: mostly a worker was lost, or had too little memory "
            "(spark.executor.memory), or the storage was full. Then run it again.",
        ) from refusal


@contextlib.contextmanager
def open_spark(work: Path, settings: SparkSettings | None = None) -> Iterator[SparkEngine]:
    """Open Spark; tables made in it end with the block.

    A session that this process has already is used as it is reached, and left running; else one is
    begun by the settings and ended.

    :param work: a private folder of this machine that outlives the block, and goes with the run.
    :raises UserError: pyspark or Java is not here, the cluster or its storage cannot be reached.
    """
    refuse_without_spark()
    from pyspark.sql import SparkSession

    chosen = settings or SparkSettings.from_environment()
    aside = private(work / "spark")
    running = SparkSession.getActiveSession()
    session = running.newSession() if running else _begun(chosen.conf(aside))
    try:
        for name, value in SAME_ANSWERS.items():
            session.conf.set(name, value)
        with _storage(session, chosen, aside) as storage:
            yield SparkEngine(session, storage, private(aside / "to-spark"))
    finally:
        if running is None:
            session.stop()


def _begun(conf: dict[str, str]) -> Any:
    from py4j.protocol import Py4JError
    from pyspark import SparkConf
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    # A Spark of the user's own keeps the user's folder of settings.
    if not {"SPARK_HOME", "SPARK_CONF_DIR"} & set(os.environ):
        os.environ["SPARK_CONF_DIR"] = str(Path(__file__).parent / "spark_conf")
    try:
        return SparkSession.builder.config(
            conf=SparkConf().setAll(list(conf.items()))
        ).getOrCreate()
    except (Py4JError, PySparkException) as refusal:
        raise UserError(
            f"Spark could not be started at {conf['spark.master']}.",
            "Check the address, that the cluster runs Spark 4.0, and the file of further settings.",
        ) from refusal


@contextlib.contextmanager
def _storage(session: Any, settings: SparkSettings, aside: Path) -> Iterator[Storage]:
    if settings.storage is None:
        yield Beside(private(aside / "tables"))
        return
    elsewhere = Elsewhere(session, settings.storage, private(aside / "given"))
    try:
        yield elsewhere
    finally:
        elsewhere.close()
