"""`candour run`: what it hands to the pipeline, what it prints, and what it refuses beforehand."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tiny_run import day

from candour.cli.main import main
from candour.cli.run import STAGES
from candour.pipeline.run import Counts, Run

COUNTS = Counts(
    files=3,
    submissions=2,
    left_out=1,
    rows_in=10,
    accepted=7,
    rejected=2,
    duplicate=1,
    people=5,
    stays=4,
    discharges_alive=3,
    deaths=2,
    deaths_naming_nobody=0,
    near_misses=1,
    conflicts=0,
    review=0,
    findings=6,
)
INPUTS = [
    {
        "file": "caseload.csv",
        "received_on": "2025-08-01",
        "provider": "ZX901",
        "layout": "epr",
        "left_out": None,
    },
    {
        "file": "notes.csv",
        "received_on": None,
        "provider": None,
        "layout": None,
        "left_out": "unknown-layout",
    },
]


@pytest.fixture
def pipeline(monkeypatch):
    """Stands in for the pipeline: notes what it was asked and gives a run."""
    asked = SimpleNamespace(words=None, basis="stated", data="invented")

    def run(input_folder: Path, out: Path, **settings: Any) -> Run:
        asked.words = (input_folder, out, settings)
        settings["progress"]("receiving")
        manifest = {
            "format": 1,
            "data": asked.data,
            "basis": asked.basis,
            "as_known_on": None,
            "counts": COUNTS.as_data(),
            "inputs": INPUTS,
        }
        return Run(out, manifest, COUNTS)

    monkeypatch.setattr("candour.pipeline.run.run", run)
    return asked


def _say(capsys, *words):
    code = main(["run", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_every_option_reaches_the_pipeline(capsys, pipeline):
    words = "in --out r --mappings a --mappings b --as-known-on 2025-06-30 --decisions d.csv"

    code, _, err = _say(capsys, *words.split(), "--store", "s")

    folder, out, settings = pipeline.words
    settings.pop("progress")
    assert (code, err) == (0, "receiving\n")
    assert (folder, out) == (Path("in"), Path("r"))
    assert settings == {
        "mappings": [Path("a"), Path("b")],
        "as_known_on": day("2025-06-30"),
        "decisions": Path("d.csv"),
        "engine": "duckdb",
        "store": Path("s"),
    }


def test_json_is_one_document_whose_counts_add_up(capsys, pipeline):
    _, out, _ = _say(capsys, "in", "--out", "r", "--format", "json")

    said = json.loads(out)
    counts = said["counts"]
    assert counts["rows_in"] == counts["accepted"] + counts["rejected"] + counts["duplicate"]
    assert said["disclosure"] == "none"
    assert [file["file"] for file in said["files"]] == ["caseload.csv", "notes.csv"]


def test_csv_has_one_row_a_stage(capsys, pipeline):
    _, out, _ = _say(capsys, "in", "--out", "r", "--format", "csv")

    assert {row["stage"] for row in csv.DictReader(io.StringIO(out))} == set(COUNTS.as_data())


def test_every_count_of_a_run_is_printed():
    assert {key for _, key in STAGES} == set(COUNTS.as_data())


@pytest.mark.parametrize("width", ["80", "120"])
def test_the_page_says_what_came_what_was_left_out_and_where_to_go_on(
    capsys, pipeline, monkeypatch, width
):
    monkeypatch.setenv("COLUMNS", width)

    _, out, _ = _say(capsys, "in", "--out", "r")

    page = " ".join(out.split())
    assert max(map(len, out.splitlines())) <= int(width)
    assert "rows in 10 = accepted 7 + rejected 2 + duplicate 1" in page
    assert "notes.csv not stated not stated unknown-layout" in page
    assert "candour deaths r --definition hssib-2025" in page
    assert "Invented data." in page
    assert page.endswith("True figures, not for publication.")


def test_a_run_without_a_stated_basis_says_that_it_cannot_be_published(capsys, pipeline):
    pipeline.basis, pipeline.data = "basis not stated", "real"

    _, out, _ = _say(capsys, "in", "--out", "r")

    assert "legal basis of these files is not stated" in " ".join(out.split())
    assert "Invented data." not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("in",), "Still needed: --out."),
        ((), "Still needed: INPUT, --out."),
        (("in", "--out", "r", "--engine", "postgres"), "--engine takes one of: duckdb, spark."),
        (("in", "--out", "r", "--as-known-on", "30/06/2025"), "YYYY-MM-DD"),
        (("in", "--out", "r", "--as-known", "2025-06-30"), "Did you mean --as-known-on?"),
    ],
)
def test_wrong_words_end_with_2_and_nothing_is_begun(capsys, pipeline, words, said):
    code, out, err = _say(capsys, *words)

    assert (code, out) == (2, "")
    assert said in err
    assert pipeline.words is None


@pytest.fixture
def place(tmp_path):
    """A folder with extracts in it, beside which a run may be made."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.csv").write_text("a\n1\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said", "remedy"),
    [
        ("nowhere --out r", "There is no folder", "Name the folder that holds the extracts."),
        ("in --out in", "written into the folder that it reads", "Name a folder beside"),
        ("in --out in/r", "written into the folder that it reads", "Name a folder beside"),
        ("in --out .", "within the run's folder", "Name a folder beside"),
        ("in --out no/such/r", "There is no folder", "Make it first"),
        ("in --out in/x.csv/r", "written into the folder that it reads", "Name a folder"),
        ("in --out other", "holds something else", "Name a folder that is not there yet."),
        ("in --out nation", "holds something else", "Name a folder that is not there yet."),
        ("in --out r --mappings no", "folder of mappings", "LAYOUT/mapping.yaml"),
        ("in --out r --decisions no.csv", "no decisions file", "Check the name."),
        ("in --out r --engine spark", "needs pyspark", "pip install 'pyspark"),
        ("in --out r --store in/s", "store of received bytes", "--store"),
        ("in --out r --store r", "store of received bytes", "--store"),
        ("in --out r --store other/file", "is a file", "Name a folder."),
        ("in --out other/file", "is a file", "Name a folder"),
        ("in --out r --as-known-on 2025-06-30", "needs submissions.csv", "file and received_on"),
    ],
)
def test_what_the_user_can_mend_ends_with_1_its_remedy_and_nothing_written(
    capsys, place, monkeypatch, words, said, remedy
):
    (place / "other").mkdir()
    (place / "other" / "file").write_text("x", encoding="utf-8")
    (place / "nation").mkdir()
    (place / "nation" / "manifest.json").write_text('{"people": 60}', encoding="utf-8")
    monkeypatch.chdir(place)
    monkeypatch.setattr("candour.tables.spark_settings.find_spec", lambda name: None)

    code, out, err = _say(capsys, *words.split())

    assert (code, out) == (1, "")
    assert said in err
    assert remedy in err
    left = {path.name for path in place.iterdir()} - {"candour-store"}
    assert left == {"in", "other", "nation"}
    assert {path.name for path in (place / "in").iterdir()} == {"x.csv"}
    assert (place / "other" / "file").read_text(encoding="utf-8") == "x"


def test_a_store_that_others_can_read_is_refused_with_the_remedy(capsys, place):
    store = place / "candour-store"
    store.mkdir()
    store.chmod(0o755)

    code, _, err = _say(capsys, str(place / "in"), "--out", str(place / "r"))

    assert code == 1
    assert f"Close it with: chmod 700 {store}" in err
    assert list(store.iterdir()) == []
