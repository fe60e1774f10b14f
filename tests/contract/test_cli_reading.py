"""What `read` and `organisations resolve` answer, in the shapes that people script against."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from candour.cli.main import main


def _column(folder: Path, *texts: str) -> str:
    path = folder / "column.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["said"], *([text] for text in texts)])
    return str(path)


def _ask(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert main([*words, "--column", "said", "--format", "json"]) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


@pytest.mark.parametrize(
    ("what", "texts", "told"),
    [
        (
            "references",
            ["2016 \u2013 0272", "20217-0003", "pending"],
            [("2016-0272", "read"), ("", "review"), ("", "unreadable")],
        ),
        (
            "areas",
            ["London Inner (North)", "West Yorkshire", "Glasgow"],
            [("Inner North London", "read"), ("", "review"), ("", "unreadable")],
        ),
        (
            "categories",
            ["Suicide (from 2015), Other", "Suicide; A Trust", "A Trust"],
            [("suicide|other", "read"), ("suicide", "review"), ("", "unreadable")],
        ),
        (
            "dates",
            ["13 Jannuary 2020", "2 Decembe 2015", "soon"],
            [("2020-01-13", "read"), ("2015-12-02", "read"), ("", "unreadable")],
        ),
    ],
)
def test_a_reader_says_of_each_row_what_it_read(
    what: str,
    texts: list[str],
    told: list[tuple[str, str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = _ask(capsys, "read", what, _column(tmp_path, *texts))

    assert [list(row) for row in rows] == [["row", "raw", "value", "decision"]] * 3
    assert [row["row"] for row in rows] == [1, 2, 3]
    assert [row["raw"] for row in rows] == texts
    assert [(row["value"], row["decision"]) for row in rows] == told


def test_resolve_says_of_each_row_which_bodies_it_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _column(
        tmp_path,
        "Oxleas NHS FT, Kent Police and Solent NHS Trust",
        "Pennine NHS Trust",
        "Barts Health NHS Trust",
    )

    rows = _ask(capsys, "organisations", "resolve", path)

    first = ["row", "raw", "codes", "kind", "confidence", "decision"]
    assert all(list(row)[:6] == first for row in rows)
    assert [row["decision"] for row in rows] == ["match", "review", "none"]
    assert [row["codes"] for row in rows] == ["RPG|R1C", "", ""]
    assert rows[0]["kind"] == "mh_trust|police|mh_trust"
    assert rows[1]["candidates"] == "RT2|RW6"
    assert rows[2]["bodies"] == "Barts Health NHS Trust"


def test_resolve_gives_the_codes_of_every_kind_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _column(tmp_path, "Barts Health NHS Trust")

    rows = _ask(capsys, "organisations", "resolve", path, "--every-kind")

    assert (rows[0]["codes"], rows[0]["decision"]) == ("R1H", "match")


def test_bodies_of_ones_own_are_resolved_beside_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.csv"
    own.write_text("code,name,type\nXV1,Alderwick Mental Health NHS Trust,mh_trust\n", "utf-8")
    path = _column(tmp_path, "Alderwick Mental Health Trust and Oxleas NHS Trust")

    rows = _ask(capsys, "organisations", "resolve", path, "--extra", str(own))

    assert rows[0]["codes"] == "XV1|RPG"


@pytest.mark.parametrize(
    "words", [("read", "areas"), ("read", "references"), ("organisations", "resolve")]
)
def test_a_column_that_is_not_there_is_the_users_to_mend(
    words: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, _column(tmp_path, "x"), "--column", "siad"]) == 1
    assert "Did you mean said?" in capsys.readouterr().err


def test_an_empty_file_has_no_rows_and_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ask(capsys, "organisations", "resolve", _column(tmp_path)) == []


def test_the_csv_of_resolve_has_a_column_for_each_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _column(tmp_path, "CNWL")

    assert main(["organisations", "resolve", path, "--column", "said", "--format", "csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))

    assert (row["codes"], row["decision"]) == ("RV3", "match")
