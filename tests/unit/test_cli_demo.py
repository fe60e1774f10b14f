"""`candour demo`: the whole road in one command, and never over something that is not a demo."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import tiny_run

from candour.cli.main import main
from candour.pipeline.run import Counts

COUNTS = Counts(*range(16))


@pytest.fixture
def made(monkeypatch):
    """Stands in for the nation and the pipeline: the tiny run is what comes out of them."""

    def synthesise(people: int, seed: int, out: Path) -> None:
        out.mkdir(exist_ok=True)
        (out / "manifest.json").write_text('{"invented": true}', encoding="utf-8")

    def run(input_folder: Path, out: Path, progress) -> SimpleNamespace:
        progress("receiving")
        if not out.exists():
            tiny_run.write(out)
        return SimpleNamespace(counts=COUNTS)

    monkeypatch.setattr("candour.synthetic.synthesise", synthesise)
    monkeypatch.setattr("candour.pipeline.run.run", run)


def _say(capsys, *words):
    code = main(["demo", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_json_is_one_document_that_says_the_data_are_invented(capsys, made, tmp_path):
    code, out, err = _say(capsys, "--out", str(tmp_path / "demo"), "--once", "--format", "json")

    said = json.loads(out)
    assert code == 0
    assert err.startswith("inventing a nation of 2000 people\n")
    assert said["data"] == "invented"
    assert said["disclosure"] == "none"


def test_four_definitions_stand_there_with_7_30_and_90_days_together(capsys, made, tmp_path):
    _, out, _ = _say(capsys, "--out", str(tmp_path / "demo"), "--format", "json")

    shown = [(d["definition"].split("@")[0], d["window"]) for d in json.loads(out)["definitions"]]
    assert shown == [
        ("inpatient", "as published"),
        ("post-discharge", "7 days"),
        ("post-discharge", "30 days"),
        ("post-discharge", "90 days"),
        ("hssib-2025", "as published"),
        ("lampard-2024", "as published"),
    ]


def test_a_ledger_line_is_of_a_death_that_counts_and_stands_there_once(capsys, made, tmp_path):
    _, out, _ = _say(capsys, "--out", str(tmp_path / "demo"), "--format", "json")

    lines = json.loads(out)["ledger"]
    assert [line["death"] for line in lines] == ["D-WARD", "D-WINDOW"]
    assert {line["why it matters"] for line in lines} == {
        "known to a provider, not yet registered",
        "sources give different dates",
    }


def test_every_file_that_it_names_is_there_and_the_commands_name_this_demo(
    capsys, made, tmp_path, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)

    _, page, _ = _say(capsys, "--out", "demo")
    _, out, _ = _say(capsys, "--out", "demo", "--format", "json")

    assert all(Path(file["where"]).exists() for file in json.loads(out)["files"])
    assert "./run candour count demo/run --definition hssib-2025" in page
    assert "./run candour explain demo/run D-WARD" in page
    assert page.startswith("Candour demo. Invented data: nobody in it has lived.")


@pytest.mark.parametrize("width", ["80", "120"])
def test_the_page_fits_its_width(capsys, made, tmp_path, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)

    # Paths of a test's own folder are longer than any page.
    monkeypatch.chdir(tmp_path)
    _, page, _ = _say(capsys, "--out", "demo")

    assert max(map(len, page.splitlines())) <= int(width)


def test_a_demo_is_not_made_over_something_else(capsys, made, tmp_path):
    other = tiny_run.write(tmp_path / "other")
    mode = other.stat().st_mode
    (tmp_path / "file").write_text("x", encoding="utf-8")

    for place, said in ((other, "holds something else"), (tmp_path / "file", "is a file")):
        code, out, err = _say(capsys, "--out", str(place))
        assert (code, out) == (1, "")
        assert said in err

    assert other.stat().st_mode == mode
    assert not (other / "nation").exists()


def test_a_demo_can_be_made_again_where_it_was(capsys, made, tmp_path):
    assert _say(capsys, "--out", str(tmp_path / "demo"))[0] == 0
    assert _say(capsys, "--out", str(tmp_path / "demo"))[0] == 0
