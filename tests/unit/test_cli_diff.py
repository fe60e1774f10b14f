"""`candour diff`: what changed between two runs, in one document."""

from __future__ import annotations

import csv
import io
import json

import pytest
import tiny_run

from candour.cli.main import main


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The tiny run, and one in which a death is not there yet."""
    folder = tmp_path_factory.mktemp("runs")
    known = tiny_run.tables()
    fewer = {n: [r for r in rows if r.get("death_id") != "D-WARD"] for n, rows in known.items()}
    before = tiny_run.write(folder / "before", fewer, inputs=[])
    return str(before), str(tiny_run.write(folder / "after", as_known_on="2025-09-30"))


def _say(capsys, *words):
    code = main(["diff", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_json_is_one_document_of_differences(capsys, runs):
    code, out, err = _say(capsys, *runs, "--format", "json")

    assert (code, err) == (0, "")
    assert json.loads(out) == [
        {
            "death_id": "D-WARD",
            "what": "death",
            "before": None,
            "after": "there",
            "why": "late notice",
        }
    ]


def test_csv_has_a_header_and_nothing_where_there_was_nothing(capsys, runs):
    _, out, _ = _say(capsys, *runs, "--format", "csv")

    (row,) = csv.DictReader(io.StringIO(out))
    assert (row["before"], row["after"]) == ("", "there")


def test_the_page_says_why_and_as_known_when(capsys, runs):
    _, out, _ = _say(capsys, *runs)

    assert "D-WARD death not there there late notice" in " ".join(out.split())
    assert "As known on 2025-09-30." in out


def test_two_equal_runs_say_so_and_their_json_is_an_empty_list(capsys, runs):
    _, page, _ = _say(capsys, runs[1], runs[1])
    _, out, _ = _say(capsys, runs[1], runs[1], "--format", "json")

    assert "The two runs say the same of every death." in page
    assert json.loads(out) == []


def test_what_is_no_run_ends_with_1_and_one_run_alone_with_2(capsys, runs, tmp_path):
    assert _say(capsys, runs[0], str(tmp_path / "nowhere"))[0] == 1
    code, out, err = _say(capsys, runs[0])
    assert (code, out) == (2, "")
    assert "Still needed: RUN2." in err
