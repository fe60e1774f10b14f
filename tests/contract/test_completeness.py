"""How far fields are filled, on samples whose every cell is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from candour.cli.main import main
from candour.dataset import load

EPR = """\
ClientID,NHSNumber,DOB,DateOfDeath,WardCode,AdmitDT,DischDT,MHASection
A,9990070008,1961-04-17,2025-02-20,Elm,2025-01-10,2025-02-03,99
B,9990070377,1947-09-30,,,2025-01-10,,Informal
C,,1938-12-12,,,,,
"""
ABSENCES = """\
ClientID,AbsenceType,AbsenceStart,AbsenceEnd
A,AWOL,2025-01-12,2025-01-13
A,S17,2025-01-20,
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("completeness")
    for provider, rows in (("ZX901", EPR), ("ZX902", EPR.replace("Elm", ""))):
        (place / "in" / provider).mkdir(parents=True)
        (place / "in" / provider / "caseload.csv").write_text(rows, encoding="utf-8")
    (place / "in" / "ZX901" / "absences.csv").write_text(ABSENCES, encoding="utf-8")
    assert main(["run", str(place / "in"), "--out", str(place / "run"), "--format", "json"]) == 0
    return place / "run"


def asked(ran: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["completeness", str(ran), *words, "--format", "json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def counted(row: dict[str, Any]) -> tuple[int, int, int]:
    return row["rows"], row["filled"], row["not_known"]


def test_a_gap_is_counted_among_rows_of_its_kind_alone(
    ran: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = asked(ran, capsys, "--field", "stay", "person.nhs_number", "absence")
    said = {row["field"]: row for row in rows}

    # Two of three rows of each provider tell of a stay; one of the six names a ward.
    assert counted(said["stay.ward"]) == (4, 1, 0)
    assert counted(said["person.nhs_number"]) == (6, 4, 0)
    assert counted(said["absence.ended_on"]) == (2, 1, 0)


def test_an_answer_that_it_is_not_known_is_no_gap(
    ran: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (row,) = asked(ran, capsys, "--field", "stay.mha_status")

    assert counted(row) == (4, 4, 2)


def test_what_no_list_carries_is_not_collected_and_not_nought(
    ran: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {row["field"]: row for row in asked(ran, capsys, "--field", "absence", "death")}

    assert said["absence.escorted"]["kind"] == "not collected"
    assert said["absence.escorted"]["filled"] is None
    assert said["absence.end_reason"]["kind"] == "count"
    assert counted(said["absence.end_reason"]) == (2, 0, 0)
    assert counted(said["death.death_date"]) == (2, 2, 0)


def test_each_provider_can_be_told_apart(ran: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = asked(ran, capsys, "--field", "stay.ward", "--by-provider")

    assert {row["provider"]: counted(row) for row in rows} == {
        "ZX901": (2, 1, 0),
        "ZX902": (2, 0, 0),
    }


def test_every_field_has_a_line_and_what_a_layout_implies_is_nobodys_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "in" / "ZX901"
    place.mkdir(parents=True)
    (place / "log.csv").write_text(
        "Log No,Date of Death,Screened On,Review Tool,Response Type\n"
        "ML-1,20/02/2025,25/02/2025,SJR,PSII\n",
        encoding="utf-8",
    )
    run = tmp_path / "run"
    assert main(["run", str(tmp_path / "in"), "--out", str(run), "--format", "json"]) == 0

    said = {row["field"]: row for row in asked(run, capsys)}

    assert set(said) == {field.path for field in load().fields()}
    assert said["death.died"]["kind"] == "by the layout"
    assert counted(said["review.tool"]) == (1, 1, 0)
    assert counted(said["family.involvement"]) == (0, 0, 0)


def test_a_field_that_is_none_is_told_with_the_nearest(
    ran: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completeness", str(ran), "--field", "absense.escorted"]) == 1
    assert "absence.escorted" in capsys.readouterr().err
