"""How an answer leaves: JSON, CSV, tables for people, files."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from datetime import date
from pathlib import Path

import pytest

from candour.cli import cells, human, output, progress
from candour.cli.output import Answer, Section, true_figures
from candour.errors import UserError

ROWS = [
    {"death_id": "D1", "death_date": date(2025, 3, 1), "days": -3, "why": None},
    {"death_id": "D2", "death_date": None, "days": 4, "why": ["a", "b"]},
]


def test_json_is_the_data_with_iso_dates_and_nothing_lost() -> None:
    text = output.render(Answer(ROWS), "json")

    assert json.loads(text) == [
        {"death_id": "D1", "death_date": "2025-03-01", "days": -3, "why": None},
        {"death_id": "D2", "death_date": None, "days": 4, "why": ["a", "b"]},
    ]


def test_csv_joins_lists_and_leaves_what_is_missing_empty() -> None:
    text = output.render(Answer(ROWS, columns=("death_id", "death_date", "why", "days")), "csv")

    assert text.splitlines() == [
        "death_id,death_date,why,days",
        "D1,2025-03-01,,-3",
        "D2,,a|b,4",
    ]


def test_csv_writes_a_source_and_its_id_with_a_colon() -> None:
    people = [{"source": "epr", "id": "P-1"}, {"source": "datix", "id": "7"}]

    assert cells.for_csv(people) == "epr:P-1|datix:7"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(first: str) -> None:
    text = output.as_csv([{"raw": f"{first}1+1"}])

    assert next(csv.DictReader(io.StringIO(text, newline="")))["raw"] == f"'{first}1+1"


def test_a_list_that_begins_like_a_formula_gets_an_apostrophe_too() -> None:
    assert cells.for_csv(["=a", "b"]) == "'=a|b"


@pytest.mark.parametrize("number", [-5, -0.25, 12])
def test_a_number_stays_a_number_in_csv(number: float) -> None:
    assert cells.for_csv(number) == number


def test_a_suppressed_count_is_its_kind_and_never_nought() -> None:
    suppressed = {"kind": "suppressed", "value": None}

    assert cells.for_people(suppressed) == "suppressed"
    assert cells.for_csv(suppressed) == "suppressed"
    assert cells.for_people({"kind": "count", "value": 0}) == "0"


def test_what_is_missing_is_said_to_people_and_a_no_is_a_no() -> None:
    assert cells.for_people(None) == "not stated"
    assert cells.for_people(False) == "no"


def test_a_value_cannot_steer_the_terminal() -> None:
    shown = cells.for_people("Ash\x1b[2J Ward\u202e\nline two")

    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.endswith(" line two")


def test_square_brackets_in_a_value_are_shown_as_they_are() -> None:
    page = human.page(Answer([{"ward": "[red]Ash[/red]"}]))

    assert "[red]Ash[/red]" in page


def test_true_figures_say_so_in_every_row_and_at_the_foot() -> None:
    answer = Answer(true_figures([{"in": 3}]), not_for_publication=True)

    assert answer.data == [{"in": 3, "disclosure": "none"}]
    assert human.page(answer).rstrip().endswith("True figures, not for publication.")


def test_a_table_too_wide_for_the_page_becomes_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    wide = {f"column_{at}": "x" * 15 for at in range(6)}

    page = human.page(Answer([wide, wide]))

    assert max(map(len, page.splitlines())) <= 60
    assert page.count("column 5  " + "x" * 15) == 2


def test_prose_is_folded_within_its_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    rows = [{"id": "inpatient", "meaning": "a person died during a stay in a hospital " * 3}]

    lines = human.page(Answer(rows)).splitlines()

    assert max(map(len, lines)) <= 70
    assert lines[1].startswith("inpatient  a person died")
    assert len(lines) > 3


def test_an_empty_table_says_what_there_is_none_of() -> None:
    sections = [Section("Renamed", [], if_empty="No body was renamed.")]

    assert "No body was renamed." in human.page(Answer({}, sections=sections))


def test_a_mapping_without_sections_shows_its_facts_and_its_tables() -> None:
    page = human.page(Answer({"people": 4, "steps": [{"reason": "day 31", "change": -1}]}))

    assert "people  4" in page
    assert "day 31" in page


def test_out_writes_the_whole_file_closed_to_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "deaths.csv"

    output.deliver(Answer([{"a": 1}]), None, str(path))

    assert path.read_text(encoding="utf-8") == "a\n1\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Written" in printed.err
    assert list(tmp_path.iterdir()) == [path]


def test_out_into_a_folder_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"is not there\. Make it first"):
        output.deliver(Answer([{"a": 1}]), None, str(tmp_path / "no" / "deaths.csv"))


def test_a_write_that_breaks_off_leaves_the_old_file_and_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "deaths.csv"
    path.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        output.deliver(Answer([{"a": 1}]), None, str(path))

    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_number_is_missing_in_json() -> None:
    assert (
        output.render(Answer([{"rate": float("nan")}]), "json")
        == '[\n  {\n    "rate": null\n  }\n]\n'
    )


def test_progress_goes_to_standard_error_one_line_for_each_stage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress.stages() as begin:
        begin("receiving 2 files")
        begin("standardising")

    assert capsys.readouterr() == ("", "receiving 2 files\nstandardising\n")


def test_no_value_is_cut_off_however_narrow_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    name = "Alderwick and the Vale of Hither Shires Mental Health Trust"
    row = {f"column_{at}": "x" * 15 for at in range(6)} | {"name": name, "path": "y" * 70}

    page = human.page(Answer([row]))

    assert name in " ".join(page.split())
    assert page.count("y") == 70


def test_a_thousand_rows_of_markup_and_brackets_are_shown_as_they_are() -> None:
    rows = [{"id": f"[{n}]", "n": n} for n in range(1000)]

    lines = human.page(Answer(rows)).splitlines()

    assert lines[1:3] == ["[0]      0", "[1]      1"]
    assert len(lines) == 1001
