"""Sheets received: heads, rows, totals, what is hidden, and several sheets in one workbook."""

import datetime as dt

import openpyxl
import pyarrow.parquet as pq
import pytest
from workbooks import EPR, ULYSSES, person, write

from candour.pipeline.receive import read_text_table, receive_folder
from candour.pipeline.receive.below import TOTALS
from candour.sources import Layouts

INCIDENTS = [
    *("Incident Number", "Incident Date", "Time", "Date Reported", "NHS No", "DOB"),
    *("Cause Group", "Date Closed"),
]


@pytest.fixture(scope="module")
def layouts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mappings")
    (folder / "ulysses.yaml").write_text(ULYSSES, encoding="utf-8")
    return Layouts.with_folders([folder])


@pytest.fixture
def send(tmp_path, layouts):
    def sent(sheets=None, path=None, submissions=None):
        folder = tmp_path / "input"
        folder.mkdir(exist_ok=True)
        if sheets is not None:
            write(folder / "return.xlsx", sheets)
        if submissions is not None:
            (folder / "submissions.csv").write_text(submissions, encoding="utf-8")
        return receive_folder(folder, tmp_path / "work", layouts, tmp_path / "store")

    return sent


def incident(number, **changed):
    row = dict.fromkeys(INCIDENTS) | {
        "Incident Number": f"INC-{number}",
        "Incident Date": "14-Jan-25",
        "Date Reported": "15-Jan-25",
        "NHS No": "9990000018",
        "DOB": "02-Mar-1958",
        "Cause Group": "Death",
    }
    return [*(row | changed).values()]


def numbers(staged):
    return pq.read_table(staged.path).column("_row").to_pylist()


def told(received, code):
    return [(f.sheet, f.row, f.field) for f in received.findings if f.code == code]


def test_a_sheet_is_staged_with_its_own_row_numbers_and_its_name(send):
    received = send({"Deaths": [EPR, person(1), person(2)]})

    (staged,) = received.staged
    assert (staged.layout_id, staged.role, staged.sheet) == ("epr", "caseload", "Deaths")
    table = pq.read_table(staged.path)
    assert numbers(staged) == [2, 3]
    assert table.column("_line").null_count == 2
    assert table.column("ClientID").to_pylist() == ["P-1", "P-2"]
    assert table.column("NHSNumber").to_pylist() == ["", ""]


def test_titles_bands_blank_rows_and_totals_do_not_move_the_rows(send):
    rows = [
        ["Incident extract, Northvale (invented)"],
        ["Run on", "03/04/2025"],
        [],
        [],
        ["Incident", None, None, None, "Person", None, "Outcome"],
        INCIDENTS,
        incident(1),
        [],
        incident(2),
        [],
        ["Total rows: 2"],
        ["Produced by the informatics team"],
    ]

    received = send({"Extract": rows})

    assert numbers(received.staged[0]) == [7, 9]
    assert received.staged[0].rows_read == 2
    assert told(received, "totals-row") == [("Extract", 11, None)]
    assert told(received, "note-outside-the-table") == [("Extract", 12, None)]


def test_a_head_may_stand_anywhere_and_begin_in_any_column(send):
    rows = [[None, None, *row] for row in ([], ["A title"], [], INCIDENTS, incident(1))]

    received = send({"Extract": rows})

    assert numbers(received.staged[0]) == [5]


def test_a_head_in_two_rows_is_put_together_under_its_bands(tmp_path, layouts):
    mapping = ULYSSES.replace("ulysses-of-a-test", "two-rows-of-a-test").replace(
        "header: {find: [Incident Number, Incident Date, Date Reported, NHS No, DOB]}",
        "header: {find: [Incident / Number, Incident / Date, Person / NHS No], rows: 2, "
        'join: " / "}',
    )
    renamed = {
        "Incident Number": "Incident / Number",
        "Incident Date": "Incident / Date",
        "NHS No": "Person / NHS No",
        "DOB": "Person / DOB",
    }
    for old, new in renamed.items():
        mapping = mapping.replace(f"      {old}: ", f"      {new}: ")
        mapping = mapping.replace(f"[{old}]", f"[{new}]").replace(
            "[Incident Number, NHS No]", "[Incident / Number, Person / NHS No]"
        )
    mapping = mapping.replace("Date Reported: report", "Date Reported: report")
    folder = tmp_path / "mappings"
    folder.mkdir()
    (folder / "two.yaml").write_text(mapping, encoding="utf-8")
    book = openpyxl.Workbook()
    sheet = book.active
    for column, (band, name) in enumerate(
        [
            ("Incident", "Number"),
            (None, "Date"),
            ("Date Reported", None),
            ("Person", "NHS No"),
            (None, "DOB"),
        ],
        start=1,
    ):
        sheet.cell(3, column, band)
        sheet.cell(4, column, name)
    sheet.merge_cells("A3:B3")
    sheet.merge_cells("C3:C4")
    sheet.merge_cells("D3:E3")
    sheet.append(["INC-1", "14-Jan-25", "15-Jan-25", "9990000018", "02-Mar-1958"])
    (tmp_path / "input").mkdir()
    book.save(tmp_path / "input" / "two.xlsx")

    received = receive_folder(
        tmp_path / "input", tmp_path / "work", Layouts.with_folders([folder]), tmp_path / "store"
    )

    (staged,) = received.staged
    assert staged.layout_id == "two-rows-of-a-test"
    (row,) = pq.read_table(staged.path).to_pylist()
    assert row["_row"] == 5
    assert row["Incident / Number"] == "INC-1"
    assert row["Person / DOB"] == "02-Mar-1958"
    assert row["Date Reported"] == "15-Jan-25"


def test_what_the_layout_ends_the_table_with_ends_it(send):
    rows = [INCIDENTS, incident(1), ["End of report", "x"], incident(2)]

    received = send({"Extract": rows})

    assert numbers(received.staged[0]) == [2]
    assert told(received, "end-of-the-table") == [("Extract", 3, None)]


@pytest.mark.parametrize(
    "text",
    [
        *("Total", "TOTALS", "Total rows: 4", "Grand total", "Sub-total", "Total: 12", "total 4"),
        *("Number of records: 4", "Row count", "Total incidents 4", "Overall total"),
    ],
)
def test_lines_of_totals_are_known(text):
    assert TOTALS.match(text)


@pytest.mark.parametrize(
    "text",
    [
        "Total Care Ltd",
        "Totalov",
        "P-1",
        "Totnes",
        "Number One Ward",
        "Noel",
        "Recorder",
        "Counter",
    ],
)
def test_names_that_only_look_like_totals_are_none(text):
    assert not TOTALS.match(text)


def test_hidden_rows_are_rows_that_were_kept_out(tmp_path, send):
    folder = tmp_path / "input"
    folder.mkdir()
    path = write(folder / "return.xlsx", {"Deaths": [EPR, person(1), person(2), person(3)]})
    book = openpyxl.load_workbook(path)
    book["Deaths"].row_dimensions[3].hidden = True
    book["Deaths"].column_dimensions["C"].hidden = True
    book.create_sheet("Old").append(EPR)
    book["Old"].append(person(9))
    book["Old"].sheet_state = "veryHidden"
    book.save(path)

    received = send()

    (staged,) = received.staged
    assert numbers(staged) == [2, 4]
    assert (staged.rows_read, staged.rejected) == (3, ((3, None, "row-hidden"),))
    assert "Surname" not in pq.read_schema(staged.path).names
    assert told(received, "column-hidden") == [("Deaths", None, None)]
    assert told(received, "sheet-hidden") == [("Old", None, None)]
    assert not any("Alder" in f"{finding}" for finding in received.findings)


def test_several_sheets_of_one_workbook_are_read_each_by_its_columns(send):
    absences = ["ClientID", "AbsenceType", "AbsenceStart", "AbsenceEnd"]
    received = send(
        {
            "Guide": [["How to fill in this return"], ["One row per person"]],
            "Deaths": [EPR, person(1)],
            "Leave": [absences, ["P-1", "S17", "2025-01-01", None]],
            "Deaths ward B": [EPR, person(2), person(3)],
        }
    )

    assert [(s.sheet, s.role, s.rows_read) for s in received.staged] == [
        ("Deaths", "caseload", 1),
        ("Leave", "absences", 1),
        ("Deaths ward B", "caseload", 2),
    ]
    assert len({s.path for s in received.staged}) == 3
    assert told(received, "sheet-not-recognised") == [("Guide", None, None)]


def test_the_sheets_name_decides_where_columns_do_not(tmp_path, send, layouts):
    mapping = """
id: twins-of-a-test
version: 1.0.0
title: Two lists with the same columns
purpose: learning from deaths
files:
  known:
    kind: epr
    sheet: "known*"
    header: {find: [subject, died_on]}
    rows_are: [person, death]
    key: {person: [subject], death: [subject]}
    columns: {subject: person.local_patient_id, died_on: death.death_date}
  suspected:
    kind: epr
    sheet: "suspected*"
    header: {find: [subject, died_on]}
    rows_are: [person, death]
    key: {person: [subject], death: [subject]}
    columns: {subject: person.local_patient_id, died_on: death.death_date}
"""
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "twins.yaml").write_text(mapping, encoding="utf-8")
    (tmp_path / "input").mkdir()
    rows = [["subject", "died_on"], ["S-1", "2025-01-01"]]
    write(tmp_path / "input" / "two.xlsx", {"Suspected 2025": rows, "KNOWN": rows})

    received = receive_folder(
        tmp_path / "input",
        tmp_path / "work",
        Layouts.with_folders([tmp_path / "mappings"]),
        tmp_path / "store",
    )

    assert [(s.sheet, s.role) for s in received.staged] == [
        ("Suspected 2025", "suspected"),
        ("KNOWN", "known"),
    ]


def test_a_workbook_of_strangers_is_left_out_with_the_nearest_layout(send):
    received = send({"Deaths": [EPR[:5] + EPR[6:11], person(1)[:10]]})

    (submission,) = received.submissions
    assert submission.left_out == "unknown-layout"
    assert any("which also needs" in f.message for f in received.findings)


def test_the_type_of_a_file_is_told_by_its_bytes_and_not_by_its_name(tmp_path, send):
    folder = tmp_path / "input"
    folder.mkdir()
    write(folder / "return.xlsx", {"Deaths": [EPR, person(1)]}).rename(folder / "return.csv")
    (folder / "text.xlsx").write_text(",".join(EPR) + "\n" + "P-9" + "," * 16 + "\n")

    received = send()

    assert sorted(s.file for s in received.submissions if s.left_out is None) == [
        "return.csv",
        "text.xlsx",
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook-of-the-old-format"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "workbook-encrypted",
        ),
        (b"PK\x03\x04 and no more", "file-not-readable"),
    ],
)
def test_what_is_not_read_is_answered_with_advice(tmp_path, send, content, code):
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "return.xls").write_bytes(content)

    received = send()

    assert [s.left_out for s in received.submissions] == [code]
    (finding,) = [f for f in received.findings if f.code == code]
    assert finding.severity == "blocks-file"
    assert finding.remedy


def test_rows_that_its_sender_counted_must_be_there(send):
    sheets = {"Deaths": [EPR, person(1), person(2)]}

    short = send(sheets, submissions="file,rows\nreturn.xlsx,3\n")
    right = send(sheets, submissions="file,rows\nreturn.xlsx,2\n")

    assert [s.left_out for s in short.submissions] == ["row-count-not-as-stated"]
    assert short.staged == []
    assert [s.left_out for s in right.submissions] == [None]


def test_a_formula_that_was_never_worked_out_is_told_at_its_row(send):
    received = send({"Deaths": [EPR, person(1), person(2, Surname='=UPPER("x")')]})

    assert told(received, "formula-without-value") == [("Deaths", 3, "Surname")]
    assert told(received, "formula-values-used") == [("Deaths", None, "Surname")]


def test_dates_and_numbers_of_a_sheet_are_texts(send):
    row = person(1, ClientID=7, DateOfDeath=dt.date(2025, 2, 20), DOB=dt.datetime(1961, 4, 17))  # noqa: DTZ001 - local

    received = send({"Deaths": [EPR, row]})

    (read,) = pq.read_table(received.staged[0].path).to_pylist()
    assert (read["ClientID"], read["DateOfDeath"], read["DOB"]) == (
        "7",
        "2025-02-20",
        "1961-04-17",
    )


def test_a_heading_between_rows_is_a_row_that_was_kept_out(send):
    received = send({"Deaths": [EPR, ["Ward A"], person(1), ["Ward B"], person(2)]})

    (staged,) = received.staged
    assert numbers(staged) == [3, 5]
    assert [code for _, _, code in staged.rejected] == ["row-holds-one-cell"] * 2


def test_a_head_that_comes_again_is_no_record(send):
    received = send({"Deaths": [EPR, person(1), EPR, person(2)]})

    assert received.staged[0].rejected == ((3, None, "header-row-repeated"),)


def test_a_sheet_is_a_table_for_every_command(tmp_path):
    path = write(tmp_path / "dates.xlsx", {"One": [["A title"], [], ["id", "raw"], ["1", "x"]]})

    table = read_text_table(path, ["raw"])

    assert table.columns == ("id", "raw")
    assert table.column("raw") == [(4, "x")]
