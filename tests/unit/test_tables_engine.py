"""The door to the engine: rows numbered by the reader, counts, and rows as Arrow."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from candour.tables import Engine, open_engine


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def test_the_reader_numbers_the_rows_of_a_file_from_nought(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    pq.write_table(pa.table({"word": ["a", "b", "c", "d", "e"]}), path, row_group_size=2)

    read = engine.read(path, row_as="place")

    assert {(r["place"], r["word"]) for r in engine.rows(read)} == set(enumerate("abcde"))
    assert engine.count(engine.sql("SELECT * FROM {t} WHERE place > 2", t=read)) == 2


def test_each_of_several_files_is_numbered_by_itself(engine: Engine, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.parquet" for name in ("one", "two")]
    for path in paths:
        pq.write_table(pa.table({"word": ["a", "b"]}), path)

    rows = engine.rows(engine.read(paths, path_as="file", row_as="place"))

    assert {(Path(r["file"]).stem, r["place"]) for r in rows} == {
        ("one", 0), ("one", 1), ("two", 0), ("two", 1),
    }  # fmt: skip


def test_counting_leaves_the_engine_ready_for_the_next_question(engine: Engine) -> None:
    table = engine.table(pa.table({"n": [1, 2, 3]}))

    assert engine.count(table) == 3
    assert engine.count(table.filter(table.n > 5)) == 0
    assert engine.count(engine.table(pa.table({"n": [4]}))) == 1


def test_rows_come_in_the_types_that_the_expression_says(engine: Engine) -> None:
    table = engine.table(pa.table({"n": [1, 2, 3], "word": ["a", None, "c"]}))

    summed = engine.arrow(table.aggregate(total=table.n.sum(), words=table.word.count()))

    assert summed.schema.field("total").type == pa.int64()
    assert summed.to_pylist() == [{"total": 6, "words": 2}]


def test_asking_for_rows_loads_no_pandas() -> None:
    asked = (
        "import sys, pyarrow as pa\n"
        "from candour.tables import open_engine\n"
        "with open_engine() as engine:\n"
        "    made = engine.sql('SELECT 1 AS n')\n"
        "    assert engine.count(made) == 1 and engine.rows(made) == [{'n': 1}]\n"
        "sys.exit('pandas' in sys.modules)\n"
    )

    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
