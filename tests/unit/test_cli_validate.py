"""`candour validate`: findings without a run, and no value of a file in any of them."""

from __future__ import annotations

import csv
import io
import json

import pytest

from candour.cli.main import main

HEADER = (
    "ClientID,NHSNumber,Surname,DOB,DateOfDeath,DeathNotifiedDate,SourceOfDeathInfo,"
    "LastContactDate,Team,ReferralEnd,WardCode,AdmitDT,DischDT,DischMethod,DischDest,MHASection,"
    "ObsLevel"
)
ROWS = (
    "EX-1,9990070009,Aldermoor,1961-04-17,2025-02-20,,,,,,,2025-01-06,2025-02-03,1,19,Informal,",
    "EX-2,,Birchenall,1947-13-40,2025-03-09,,,,,,,2025-02-11,2025-03-09,4,79,Quinquireme,",
)


@pytest.fixture(scope="module")
def caseload(tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "caseload.csv"
    path.write_text("\n".join((HEADER, *ROWS)) + "\n", encoding="utf-8")
    return path


def _say(capsys, *words):
    code = main(["validate", *map(str, words)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_findings_come_with_place_weight_and_remedy_in_every_format(capsys, caseload, tmp_path):
    workbook = tmp_path / "findings.xlsx"

    code, out, err = _say(capsys, caseload, "--format", "json", "--workbook", workbook)

    rows = json.loads(out)
    found = [(row["code"], row["row"], row["field"]) for row in rows]
    assert (code, err) == (0, f"Written: {workbook}\n")
    assert found == [
        ("nhs-number-check-digit", 1, "NHSNumber"),
        ("date-unreadable", 2, "DOB"),
        ("unmapped-code", 2, "MHASection"),
    ]
    keys = {"code", "severity", "field", "row", "message", "remedy"}
    assert all(keys <= set(row) for row in rows)
    assert workbook.read_bytes().startswith(b"PK")
    for value in ("9990070009", "Aldermoor", "1947-13-40", "Quinquireme"):
        assert value not in out


def test_the_page_groups_findings_by_kind_and_fits_its_width(capsys, caseload, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    _, out, _ = _say(capsys, caseload)

    assert max(map(len, out.splitlines())) <= 80
    assert "what it means, and what to do" in out
    assert "nhs-number-check-digit" in out
    assert "Look the number up again." in " ".join(out.split())


def test_a_file_of_no_known_layout_is_told_without_a_word_of_its_first_line(capsys, tmp_path):
    # No header: the first line is a person, whose surname stands there twice.
    path = tmp_path / "export.csv"
    path.write_text("Quinquireme,Quinquireme,9990070008\nB,C,D\nE,F\n", encoding="utf-8")

    code, out, err = _say(capsys, path, "--format", "csv")

    codes = [row["code"] for row in csv.DictReader(io.StringIO(out))]
    assert code == 0
    assert codes == ["unknown-layout", "row-has-too-few-fields"]
    for printed in (out, err):
        assert "Quinquireme" not in printed
        assert "9990070008" not in printed


def test_a_layout_that_the_user_names_and_the_columns_deny_is_a_finding(capsys, tmp_path):
    path = tmp_path / "deaths.csv"
    path.write_text("subject_id,date_of_death\n901,2030-11-20\n", encoding="utf-8")

    _, out, _ = _say(capsys, path, "--layout", "datix", "--format", "json")

    assert [row["code"] for row in json.loads(out)] == ["unknown-layout"]


def test_nothing_found_is_said_in_words_and_is_an_empty_list_in_json(capsys, tmp_path):
    path = tmp_path / "absences.csv"
    path.write_text(
        "ClientID,AbsenceType,AbsenceStart,AbsenceEnd,AbsenceEndReason\n"
        "EX-1,S17,2025-01-13,2025-01-14,Returned\n",
        encoding="utf-8",
    )

    _, page, _ = _say(capsys, path)
    _, out, _ = _say(capsys, path, "--format", "json")

    assert "Nothing to mend was found." in page
    assert json.loads(out) == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nowhere.csv",), 1, "There is no file nowhere.csv."),
        ((), 2, "Still needed: FILE."),
        (("{caseload}", "--layout", "epro"), 1, "Did you mean epr?"),
        (("{caseload}", "{caseload}"), 1, "one name"),
        (("{caseload}", "--mappings", "nowhere"), 1, "folder of mappings"),
    ],
)
def test_what_cannot_be_looked_at_says_what_to_do(capsys, caseload, words, code, said):
    found, out, err = _say(capsys, *(w.format(caseload=caseload) for w in words))

    assert (found, out) == (code, "")
    assert said in err
