"""A run with Spark from stays onward is the run with DuckDB: keys, codes, dates, counts, outcomes.

Spark starts once for this file, which is the only one that starts it: two at a time would not be
quicker on two cores.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from names_written_in_two_ways import TWO_NAMES, values
from spark_for_tests import QUICK

from candour.definitions import catalogue
from candour.pipeline.run import run
from candour.synthetic.make import synthesise
from candour.synthetic.nation import whole_nation
from candour.tables import Engine, open_engine
from candour.tables.spark_settings import SparkSettings

pytestmark = pytest.mark.scale

FROM_STAYS_ONWARD = (
    "stays", "spells", "absences", "deaths", "near_misses", "reviews", "people", "values",
    "conflicts", "facets", "classified", "ledger", "shares", "identities", "aliases",
)  # fmt: skip
NATIONS = {"six providers": lambda: None, "whole": whole_nation}


@dataclass(frozen=True)
class Pair:
    """One nation's run by each engine."""

    nation: str
    duckdb: Path
    spark: Path

    def manifests(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What each run says went in and came out."""
        first, second = (
            json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            for folder in (self.duckdb, self.spark)
        )
        return first, second

    def tables(self, name: str) -> tuple[pa.Table, pa.Table]:
        """One table as each engine made it."""
        first, second = (
            pq.read_table(next(folder.glob(f"*/{name}.parquet")))
            for folder in (self.duckdb, self.spark)
        )
        return first, second


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Spark, open for every test of this file; runs use the session that is there."""
    from candour.tables.spark import open_spark

    with open_spark(tmp_path_factory.mktemp("spark"), SparkSettings(further=QUICK)) as opened:
        yield opened


@pytest.fixture(scope="module", params=NATIONS)
def pair(
    request: pytest.FixtureRequest, spark: Any, tmp_path_factory: pytest.TempPathFactory
) -> Pair:
    """A nation of 2,000, run by each engine: six providers and three layouts, and then all."""
    place = tmp_path_factory.mktemp("pair")
    synthesise(2000, 5, place / "nation", NATIONS[request.param]())
    for engine in ("duckdb", "spark"):
        run(place / "nation", place / engine, engine=engine, store=place / "store")
    return Pair(request.param, place / "duckdb", place / "spark")


def test_every_table_says_the_same_in_the_same_columns(pair: Pair) -> None:
    duckdb, spark_run = (manifest["tables"] for manifest in pair.manifests())

    assert spark_run == duckdb
    for name in FROM_STAYS_ONWARD:
        first, second = pair.tables(name)
        assert second.schema.equals(first.schema), name
        assert second.equals(first), name


def test_the_nation_has_something_in_every_table_that_is_compared(pair: Pair) -> None:
    rows = {name: said["rows"] for name, said in pair.manifests()[0]["tables"].items()}

    # Few layouts carry no reviews, and no record that is a review alone.
    none_of = {"reviews"} if "six" in pair.nation else set()
    assert {name for name in FROM_STAYS_ONWARD if not rows[name]} == none_of
    assert rows["stays"] > 300
    assert rows["deaths"] > 100


def test_counts_and_outcomes_are_the_same(pair: Pair) -> None:
    duckdb, spark_run = pair.manifests()

    assert spark_run["counts"] == duckdb["counts"]
    assert spark_run["counts"]["discharges_alive"] > 0
    first, second = (
        table.group_by(["definition", "outcome"]).aggregate([("death_id", "count")]).to_pylist()
        for table in pair.tables("classified")
    )
    assert sorted(map(str, second)) == sorted(map(str, first))
    assert {row["outcome"] for row in second} == {"in", "out", "cannot-tell"}


def test_the_run_says_which_engine_made_it_and_differs_in_nothing_else(pair: Pair) -> None:
    duckdb, spark_run = pair.manifests()

    assert (duckdb.pop("engine"), spark_run.pop("engine")) == ("duckdb", "spark")
    assert spark_run == duckdb


def test_nothing_that_spark_put_aside_is_left(pair: Pair) -> None:
    made = {str(path.relative_to(pair.spark)) for path in pair.spark.rglob("*")}

    assert made == {str(path.relative_to(pair.duckdb)) for path in pair.duckdb.rglob("*")}
    assert {path.name for path in pair.spark.parent.iterdir()} == {
        "nation", "duckdb", "spark", "store",
    }  # fmt: skip


@pytest.mark.parametrize("settings", [{}, {"unresolved_transfer": "discharge"}])
def test_a_definition_answers_alike_whatever_is_set(
    pair: Pair, spark: Any, settings: dict[str, int | str]
) -> None:
    from candour.definitions.columnar import outcomes

    facets = pair.tables("facets")[0]
    for definition in catalogue().values():
        chosen = settings if definition.settings else {}
        with open_engine() as duckdb:
            here = duckdb.arrow(outcomes(definition, duckdb.table(facets), chosen))
        there = spark.arrow(outcomes(definition, spark.table(facets), chosen))

        assert there.sort_by("death_id").equals(here.sort_by("death_id")), definition.id


# What a nation may not hold, asked of both engines on a few invented rows.

ROWS = pa.table(
    {
        "key": pa.array(["a", "b", "c", "d", "e"], pa.string()),
        "name": pa.array(["Zoë", "Zoe\u0308", None, "", "zoe"], pa.string()),
        "day": pa.array(
            [
                dt.date(2024, 2, 29),
                dt.date(2025, 3, 1),
                None,
                dt.date(1, 1, 1),
                dt.date(9999, 12, 31),
            ]
        ),
        "born": pa.array(
            [dt.date(1960, 3, 1), dt.date(1960, 2, 29), dt.date(1990, 1, 1), None, None]
        ),
        "flag": pa.array([True, False, None, None, True]),
        "number": pa.array([3, 1, None, 2, None], pa.int64()),
        "nothing": pa.nulls(5),
    }
)
ASKED = {
    "what has no value comes last, whichever way the order goes": (
        "SELECT key, row_number() OVER (ORDER BY number, key) AS up, "
        "row_number() OVER (ORDER BY number DESC, key DESC) AS down FROM {rows}"
    ),
    "missing is neither yes nor no": (
        "SELECT key, flag AND number > 1 AS both, flag OR number > 1 AS either, NOT flag AS other "
        "FROM {rows}"
    ),
    "a filter leaves out what is missing": (
        "SELECT bool_or(flag) FILTER (flag) AS some, max(name) FILTER (number > 1) AS last, "
        "count(*) AS n, count(DISTINCT name) AS names FROM {rows}"
    ),
    "days and months of the calendar": (
        "SELECT key, date_diff('day', born, day) AS days, last_day(day) = day AS ends, "
        "date_trunc('month', day) = day AS begins, dayofyear(day) AS place, "
        "strftime(day, '%Y-%m') AS month, strftime(day, '%m%d') < strftime(born, '%m%d') AS before "
        "FROM {rows} WHERE year(day) BETWEEN 1900 AND 2100"
    ),
    "small letters, and letters with marks": (
        "SELECT key, lower(name) AS small, translate(lower(name), 'oe', 'eo') AS turned, "
        "regexp_replace(name, '[oe]', '', 'g') AS less, regexp_matches(name, '[^ -~]') AS marked "
        "FROM {rows}"
    ),
    "what is last of a group": (
        "SELECT arg_max(name, (day, name)) AS last, arg_min(key, (number, key)) AS first "
        "FROM {rows} WHERE name IS NOT NULL AND number IS NOT NULL GROUP BY flag IS NULL"
    ),
    "a number from a text that holds none": (
        "SELECT key, try_cast(name AS BIGINT) AS none, try_cast(number AS BIGINT) AS some, nothing "
        "FROM {rows}"
    ),
    "who is in neither list": (
        "SELECT a.key FROM {rows} a WHERE NOT EXISTS (SELECT 1 FROM {rows} b "
        "WHERE b.name = a.name AND b.key < a.key) AND a.name IS NOT DISTINCT FROM a.name"
    ),
    "a text in the order that its reader expects": (
        "SELECT printf('%08d:%012d', number, number) AS padded, key || '.' || number AS joined "
        "FROM {rows} WHERE number IS NOT NULL"
    ),
}


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Engine]:
    """DuckDB, whose answers Spark's are held against."""
    with open_engine() as opened:
        yield opened


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(map(repr, rows))


@pytest.mark.parametrize("asked", ASKED)
def test_one_text_has_one_answer(spark: Any, duckdb: Engine, asked: str) -> None:
    text = ASKED[asked]

    here = duckdb.rows(duckdb.sql(text, rows=duckdb.table(ROWS)))
    there = spark.rows(spark.sql(text, rows=spark.table(ROWS)))

    assert here
    assert in_order(there) == in_order(here)


def test_a_name_is_told_from_another_as_duckdb_tells_it(spark: Any) -> None:
    from candour.pipeline.unify.values import conflicts

    found = spark.rows(conflicts(spark, spark.table(values())))

    assert {row["person_id"] for row in found} == TWO_NAMES


def test_a_table_goes_to_spark_and_comes_back_as_it_was(spark: Any, duckdb: Engine) -> None:
    sent = duckdb.table(ROWS.drop_columns("nothing"))

    for some in (sent, sent.filter(sent.key == "nobody"), sent.mutate(more=sent.number + 1)):
        back = spark.give(duckdb, spark.take(duckdb, some))

        assert duckdb.arrow(back).sort_by("key").equals(duckdb.arrow(some).sort_by("key"))


@pytest.fixture
def elsewhere(spark: Any, tmp_path: Path) -> Callable[[Path], Any]:
    """Opens Spark with its tables in a folder that is named, as a cluster has to have it."""
    from candour.tables.spark import open_spark

    return lambda storage: open_spark(tmp_path / "work", SparkSettings(storage=str(storage)))


def test_tables_may_lie_in_a_storage_of_their_own_which_is_left_clean(
    elsewhere: Callable[[Path], Any], duckdb: Engine, tmp_path: Path
) -> None:
    storage = tmp_path / "shared [by all] *"
    storage.mkdir()

    with elsewhere(storage) as opened:
        taken = opened.take(duckdb, duckdb.table(ROWS.select(["key", "number"])))
        made = opened.sql("SELECT key FROM {t} WHERE number > 1", t=taken)
        (inside,) = storage.iterdir()
        mode = inside.stat().st_mode & 0o777
        back = duckdb.rows(opened.give(duckdb, made))

    assert in_order(back) == ["{'key': 'a'}", "{'key': 'd'}"]
    assert mode == 0o700
    assert list(storage.iterdir()) == []


def test_a_storage_that_cannot_be_written_is_refused_in_plain_words(
    elsewhere: Callable[[Path], Any], tmp_path: Path
) -> None:
    from candour.errors import UserError

    (tmp_path / "file").write_text("x", encoding="utf-8")

    with (
        pytest.raises(UserError, match="cannot read or write its storage"),
        elsewhere(tmp_path / "file"),
    ):
        pass


def test_a_step_that_spark_cannot_finish_is_told_in_plain_words(
    elsewhere: Callable[[Path], Any], tmp_path: Path
) -> None:
    from candour.errors import UserError

    storage = tmp_path / "storage"
    storage.mkdir()

    with elsewhere(storage) as opened:
        rows = opened.table(ROWS)
        opened.count(rows)
        (inside,) = storage.iterdir()
        inside.rename(tmp_path / "gone")
        with pytest.raises(UserError, match="could not finish it") as told:
            opened.count(rows.filter(rows.number > 1))

    assert "cluster's own logs" in told.value.remedy
    assert not any(name in str(told.value) for name in ("zoe", "Zo"))
