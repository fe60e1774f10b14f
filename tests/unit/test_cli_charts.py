"""The words of chart, funnel and series, and what they answer to a wrong one."""

from __future__ import annotations

import csv
import io
import json
from contextlib import redirect_stderr, redirect_stdout

import pytest

from candour.cli.main import main


def asked(*words):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(word) for word in words])
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def series(tmp_path):
    path = tmp_path / "series.csv"
    rows = [f"2022-{month:02d}-01,A,{8 + month % 3}" for month in range(1, 13)]
    rows += [f"2022-{month:02d}-01,B,{20 + month % 4}" for month in range(1, 13)]
    path.write_text("date,unit,value\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_answer_has_the_keys_that_are_fixed(series):
    code, out, _ = asked("chart", series, "--where", "unit=A", "--kind", "xmr", "--format", "json")

    made = json.loads(out)
    assert code == 0
    assert {"kind", "why", "points", "variation", "assurance", "run_signal", "warnings"} <= set(
        made
    )
    assert set(made["points"][0]) == {"x", "y", "centre", "lower", "upper", "part", "special"}
    assert made["points"][0]["x"] == "2022-01-01"


def test_a_chart_is_never_of_two_units(series):
    code, _, err = asked("chart", series)

    assert code == 1
    assert "2 series" in err
    assert "--where unit=VALUE" in err


def test_a_csv_of_the_points_can_be_written(series, tmp_path):
    out = tmp_path / "points.csv"
    code, _, _ = asked("chart", series, "--where", "unit=B", "--out", out)

    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert code == 0
    assert len(rows) == 12
    assert list(rows[0]) == ["x", "y", "centre", "lower", "upper", "part", "special"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--where", "unit=A", "--y", "nothing"), 1, "no column nothing"),
        (("--where", "unit"), 2, "COLUMN=VALUE"),
        (("--where", "unit=C"), 1, "No row is left"),
        (("--kind", "pie"), 2, "--kind takes one of"),
        (("--target", "much"), 2, "takes a number"),
        (("--fix-after", "0"), 2, "whole number from 1"),
        (("--where", "unit=A", "--reason", "x"), 2, "--reason is given once"),
        (("--where", "unit=A", "--kind", "p"), 1, "--n COL"),
        (("--where", "unit=A", "--rebase", "soon"), 1, "YYYY-MM-DD"),
    ],
)
def test_a_wrong_word_is_answered_with_the_way_out(series, words, code, told):
    found, out, err = asked("chart", series, *words)

    assert (found, out) == (code, "")
    assert told in err


def test_a_picture_appears_whole_or_not_at_all(series, tmp_path):
    words = ("--where", "unit=A", "--svg", tmp_path / "no such folder" / "a.svg")
    code, _, err = asked("chart", series, *words)

    assert code == 1
    assert "no such folder" in err


def test_a_funnel_answers_with_the_keys_that_are_fixed(tmp_path):
    table = tmp_path / "t.csv"
    rows = [f"U{at},{5 + at},{6 + at}" for at in range(22)]
    table.write_text("unit,o,e\n" + "\n".join(rows) + "\n", encoding="utf-8")
    columns = ("--unit", "unit", "--numerator", "o", "--denominator", "e", "--kind", "sr")

    code, out, _ = asked("funnel", table, *columns, "--format", "json")

    made = json.loads(out)
    assert code == 0
    assert {"centre", "phi", "tau2", "units", "outliers", "warnings"} <= set(made)
    keys = {"unit", "value", "lower", "upper", "outlier", "too_small"}
    assert keys <= set(made["units"][0])
    assert made["outliers"] == []


def test_few_units_are_told_and_not_drawn(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("unit,o,e\nA,3,4\nB,5,4\n", encoding="utf-8")
    columns = ("--unit", "unit", "--numerator", "o", "--denominator", "e", "--kind", "sr")

    code, out, err = asked("funnel", table, *columns, "--svg", tmp_path / "f.svg")

    assert code == 0
    assert "fewer than 20" in out
    assert "No picture" in err
    assert not (tmp_path / "f.svg").exists()


def test_series_of_a_folder_that_has_none_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n", encoding="utf-8")

    words = ("--unit", "code", "--period", "when", "--value", "n")
    code, _, err = asked("series", tmp_path, *words)

    assert code == 1
    assert "Check the names of the columns" in err


def test_a_file_that_cannot_be_read_does_not_stop_a_folder_of_returns(tmp_path):
    (tmp_path / "a.csv").write_text("code,when,n\nA,2024-01,3\n", encoding="utf-8")
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 no workbook")

    words = ("--unit", "code", "--period", "when", "--value", "n", "--format", "json")
    code, out, err = asked("series", tmp_path, *words)

    assert code == 0
    assert json.loads(out) == [{"unit": "A", "name": "A", "period": "2024-01", "value": 3}]
    assert "b.xlsx is left out" in err
