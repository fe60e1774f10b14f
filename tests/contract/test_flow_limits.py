"""What the monthly flow cannot carry, on a folder of which the truth is known by hand.

| person | last in hospital | died | learned of | the flow |
| --- | --- | --- | --- | --- |
| A | 3 February | 20 February | 24 February | holds it, in the file of February |
| B | 3 February, care closed that day | 10 March | 12 March | March has no care of hers |
| C | 3 February | 20 February | 2 April | February would have to be sent again |
| D | 3 February | 25 February | 5 March | could have stood in February's file |
| E | 3 February, end of care not told | 10 March | 12 March | cannot be told |
| F | on the ward since December | 10 March | not told | time not told |
| G | 3 February, seen on 4 March | 10 March | 12 March | could have stood in March's file |
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from candour.cli.main import main

EPR = """\
ClientID,NHSNumber,Surname,DOB,DateOfDeath,DeathNotifiedDate,LastContactDate,Team,ReferralEnd,AdmitDT,DischDT,DischMethod,DischDest
A,9990070008,Aldermoor,1961-04-17,2025-02-20,2025-02-24,,,2025-02-03,2025-01-10,2025-02-03,1,19
B,9990070377,Birchenall,1947-09-30,2025-03-10,2025-03-12,,,2025-02-03,2025-01-10,2025-02-03,1,19
C,9990070741,Corrimony,1938-12-12,2025-02-20,2025-04-02,,,2025-02-03,2025-01-10,2025-02-03,1,19
D,9990071853,Eastholm,1972-05-05,2025-02-25,2025-03-05,,,2025-02-03,2025-01-10,2025-02-03,1,19
E,9990072221,Fenwarren,1966-11-23,2025-03-10,2025-03-12,,North,,2025-01-10,2025-02-03,1,19
F,9990072590,Garrowby,1959-07-02,2025-03-10,,,,,2024-12-04,,,
G,9990072965,Hallowmere,1983-10-09,2025-03-10,2025-03-12,2025-03-04,North,,2025-01-10,2025-02-03,1,19
"""
MHS001 = """\
LocalPatientID,NHSNumber,PersonBirthDate,PersDeathDate,UniqMonthID
A,9990070008,1961-04-17,2025-02-20,1499
B,9990070377,1947-09-30,2025-03-10,1499
"""
TRUTH = {
    "A": "carried",
    "B": "no-record-in-its-month",
    "C": "only-by-sending-again",
    "D": "in-its-month",
    "E": "cannot-tell",
    "F": "time-not-told",
    "G": "in-its-month",
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("flow")
    (place / "in" / "ZX901").mkdir(parents=True)
    (place / "in" / "ZX901" / "caseload.csv").write_text(EPR, encoding="utf-8")
    (place / "in" / "ZX901" / "MHS001.csv").write_text(MHS001, encoding="utf-8")
    assert main(["run", str(place / "in"), "--out", str(place / "run"), "--format", "json"]) == 0
    return place / "run"


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    capsys.readouterr()
    assert main(["flow", *words, "--format", "json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def by_person(ran: Path, found: dict[str, object], capsys: pytest.CaptureFixture[str]) -> dict:  # type: ignore[type-arg]
    capsys.readouterr()
    words = ["deaths", str(ran), "--definition", "post-discharge", "--format", "json"]
    assert main(words) == 0
    people = {
        d["death_id"]: next(p["id"] for p in d["person_ids"] if "caseload" in p["source"])
        for d in json.loads(capsys.readouterr().out)
    }
    return {people[d["death_id"]]: d for d in found["deaths"]}  # type: ignore[attr-defined]


def test_each_death_has_the_room_that_its_month_leaves_it(
    ran: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = asked(capsys, str(ran))

    said = by_person(ran, found, capsys)
    assert {person: row["flow"] for person, row in said.items()} == TRUTH


def test_the_share_of_deaths_after_discharge_leaves_out_what_cannot_be_told(
    ran: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = asked(capsys, str(ran))

    after: dict[str, object] = found["of_definition"]  # type: ignore[assignment]
    # B, C of A, B, C, D; E and G died on day 35, F on the ward.
    assert (after["no_room"], after["told"], after["deaths"]) == (1, 3, 3)
    wider: dict[str, object] = asked(capsys, str(ran), "--set", "days=40")["of_definition"]  # type: ignore[assignment]
    assert (wider["no_room"], wider["told"], wider["deaths"]) == (2, 5, 6)


def test_a_shorter_window_leaves_less_room(ran: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = by_person(ran, asked(capsys, str(ran), "--window", "2"), capsys)

    assert said["D"]["flow"] == "only-by-sending-again"
    assert said["G"]["flow"] == "in-its-month"


def test_the_row_of_the_later_month_is_what_its_rule_leaves_out(ran: Path) -> None:
    findings = (ran / "findings.csv").read_text(encoding="utf-8")

    assert "MHS00142" in findings
    assert findings.count("MHS00142") == 1


def test_a_person_reads_how_many_and_by_which_rule(
    ran: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["flow", str(ran), "--from", "2025-03-01"]) == 0

    told = capsys.readouterr().out
    assert "MHS00141" in told
    assert "had no room in the file of their month" in " ".join(told.split())
    assert "not for publication" in told
