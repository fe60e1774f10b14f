"""A sender follows the findings alone, from a workbook that is refused to one that is accepted."""

import csv
import json
import subprocess
import sys

import openpyxl
import pytest
from workbooks import EPR, person, write

from candour.cli.main import main


def validate(capsys, *words):
    """The findings that `candour validate` gives."""
    code = main(["validate", *map(str, words), "--format", "json"])
    told = capsys.readouterr()
    assert code == 0, told.err
    return json.loads(told.out)


def codes(found):
    return {row["code"] for row in found}


def test_an_ugly_workbook_is_mended_by_its_findings_alone(tmp_path, capsys):
    # As it lies on a shared drive: a macro book's name, a title, a filter, formulas, merged cells.
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Deaths Q4"
    sheet["A1"] = "Northvale (invented): deaths of people on our caseload"
    sheet.merge_cells("A1:Q1")
    for column, name in enumerate(EPR, start=1):
        sheet.cell(3, column, name)
    rows = [
        person(1),
        person(2, DOB="31/02/1962"),
        person(3, DischMethod="77"),
        person(4, NHSNumber=9.43476e09),
        person(5, Surname='="Alder"&"moor"'),
        person(6),
    ]
    for number, row in enumerate(rows, start=4):
        for column, value in enumerate(row, start=1):
            if value is not None:
                sheet.cell(number, column, value)
    sheet["A11"] = "Total: 6"
    sheet.merge_cells("I4:I5")
    sheet.row_dimensions[9].hidden = True
    old = book.create_sheet("Old list")
    old.sheet_state = "hidden"
    path = tmp_path / "deaths q4.xlsx"
    book.save(path)
    locked = tmp_path / "locked.xlsx"
    locked.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))

    # 1. Locked with a password: the finding says what to do, and the sender does it.
    (refused,) = validate(capsys, locked)
    assert refused["code"] == "workbook-encrypted"
    assert "without a password" in refused["remedy"]

    # 2. The first look at the workbook itself, given back with what to mend.
    out = tmp_path / "to mend.xlsx"
    found = validate(capsys, path, "--workbook", out)
    assert {
        "sheet-hidden",
        "row-hidden",
        "cells-merged",
        "formula-without-value",
        "totals-row",
        "date-unreadable",
        "code-not-in-list",
    } <= codes(found)
    back = openpyxl.load_workbook(out)
    assert back.sheetnames == ["What to mend", "Deaths Q4"]
    given = back["Deaths Q4"]
    assert given.cell(3, 18).value == "What to mend"
    to_mend = {n: given.cell(n, 18).value for n in range(4, 12) if given.cell(n, 18).value}
    assert to_mend[5].startswith("DOB: This is no day of the calendar")
    assert to_mend[6].startswith("DischMethod: ")
    assert to_mend[8].startswith("Surname: ")
    assert "hidden" in to_mend[9]
    assert given.cell(4, 1).value == "P-1"
    assert given.cell(9, 3).value is None

    # 3. Row by row the sender does what stands there, in the workbook of their own.
    mended = openpyxl.load_workbook(path)
    del mended["Old list"]
    own = mended["Deaths Q4"]
    own.unmerge_cells("I4:I5")
    own["D5"] = "1962-02-28"
    own["N6"] = "1"
    own["B7"] = None
    own["C8"] = "Aldermoor"
    own.row_dimensions[9].hidden = False
    mended.save(path)
    left = validate(capsys, path)
    assert {row["severity"] for row in left} <= {"informs"}

    # 4. And the return is accepted, each row once.
    (tmp_path / "input").mkdir()
    path.rename(tmp_path / "input" / "deaths q4.xlsx")
    assert main(["run", str(tmp_path / "input"), "--out", str(tmp_path / "run")]) == 0
    counted = json.loads((tmp_path / "run" / "manifest.json").read_text())["counts"]
    assert (counted["rows_in"], counted["accepted"], counted["deaths"]) == (6, 6, 6)


def test_a_text_is_given_back_as_a_sheet_with_rejected_rows_too(tmp_path, capsys):
    lines = [",".join(EPR), ",".join(c or "" for c in person(1)), "P-2,too,few"]
    lines += ["=cmd," + ",".join(c or "" for c in person(3)[1:])]
    path = tmp_path / "deaths.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "out.xlsx"

    validate(capsys, path, "--workbook", out)

    sheet = openpyxl.load_workbook(out)["deaths"]
    assert [sheet.cell(n, 1).value for n in (1, 2, 3, 4)] == ["ClientID", "P-1", "P-2", "=cmd"]
    assert sheet.cell(4, 1).data_type == "s"
    assert sheet.cell(4, 1).quotePrefix
    assert sheet.cell(3, 18).value.startswith("The row has fewer fields")


def test_several_files_are_given_back_in_one_workbook(tmp_path, capsys):
    write(tmp_path / "a.xlsx", {"Deaths": [EPR, person(1)], "What to mend": [["x"], ["y"]]})
    write(tmp_path / "b.xlsx", {"Deaths": [EPR, person(2, DOB="never")]})
    out = tmp_path / "out.xlsx"

    validate(capsys, tmp_path / "a.xlsx", tmp_path / "b.xlsx", "--workbook", out)

    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["What to mend", "Deaths", "What to mend (2)", "Deaths (2)"]
    assert book["Deaths"].cell(2, 18).value is None
    assert book["Deaths (2)"].cell(2, 18).value.startswith("DOB: ")


WRONG = {
    "NHSNumber": ["123", "9990000019", "0000000000", "9.43476E+09", "12345"],
    "DOB": [
        *("31/02/1962", "yesterday", "44240", "2050-01-01", "1850-01-01", "1962", "17/04/61"),
        *("1961-01-01", "1961-04-17 25:61", "2199-04-17"),
    ],
    "DateOfDeath": [
        *("2025-13-01", "1960-01-01", "2025-02", "00/00/2025", "45708", "20/02/25", "2199-01-01"),
        *("1888-01-01", "2025-02-20 30:00"),
    ],
    "DeathNotifiedDate": ["2020-01-01", "x", "2025-03", "45710", "01/03/25", "2199-01-01"],
    "AdmitDT": ["2025-03-30", "2025-02-30", "1950-01-01", "45663", "06/01/25", "2025-01"],
    "DischDT": ["2025-01-01", "2026-01-01", "never", "45691", "03/02/25", "2025-02"],
    "DischMethod": ["77", "04", "ZZ"],
    "DischDest": ["00", "79", "QQ"],
    "MHASection": ["Sec 99", "section of the act"],
    "ObsLevel": ["all", "0"],
    "ClientID": ["", "1.5E+10"],
    "LastContactDate": ["03/04/25", "soon", "2025-01", "45670", "2199-01-01"],
    "ReferralEnd": ["2025-02-31", "31-12-24", "45691", "2025-02", "1888-01-01"],
    "Surname": ["Alder\u200bmoor"],
}


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured as on POSIX")
def test_a_hundred_thousand_rows_of_which_a_third_are_bad_are_answered(tmp_path, checkout):
    path = tmp_path / "deaths.csv"
    ways = [(column, text) for column, texts in WRONG.items() for text in texts]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(EPR)
        for number in range(100_000):
            if number % 10 >= 3:
                writer.writerow(person(number))
                continue
            kind = (number // 10 * 3 + number % 10) % (len(ways) + 3)
            if kind < len(ways):
                column, text = ways[kind]
                writer.writerow(person(number, **{column: text}))
            elif kind == len(ways):
                writer.writerow(person(number)[:9])
            elif kind == len(ways) + 1:
                writer.writerow([*person(number), "one more"])
            else:
                writer.writerow(person(0))
    report = tmp_path / "report.json"
    program = (
        "import resource, sys; from candour.cli.main import main;"
        f"code = main(['validate', {str(path)!r}, '--format', 'json', '--out', {str(report)!r}]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(code)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(checkout / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    # Of this process alone: other tests have children, too.
    peak = int(done.stdout)
    found = json.loads(report.read_text(encoding="utf-8"))
    assert len(codes(found)) >= 27
    assert len({(row["field"], row["code"]) for row in found}) >= 50
    # No bad row goes without an answer; of rows that are equal the first is as good as any.
    answered = {row["row"] for row in found}
    unanswered = [n + 1 for n in range(100_000) if n % 10 < 3 and n + 1 not in answered]
    assert len(unanswered) == 1
    assert unanswered[0] < min(row["row"] for row in found if row["code"] == "same-row-again")
    bad = {row["row"] for row in found if row["severity"] != "informs"}
    assert 25_000 <= len(bad) <= 30_000
    assert peak <= 512 * (1024 if sys.platform == "linux" else 1024 * 1024)
