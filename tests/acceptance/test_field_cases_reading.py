"""The field cases of reading, FC-R1 to FC-R3: faults that people really met with workbooks."""

import json
import shutil

import pyarrow.parquet as pq
import pytest

from candour.cli.main import main
from candour.pipeline.checking import findings_of
from candour.pipeline.receive import read_text_table, receive_folder
from candour.pipeline.run import run
from candour.sources import Layouts


@pytest.fixture
def case(tmp_path, real_data):
    """Copy the file of a case into a folder of its own."""

    def copied(name):
        path = real_data / "field_cases" / name
        if not path.exists():
            pytest.skip("no real data here")
        folder = tmp_path / "input"
        folder.mkdir(exist_ok=True)
        return shutil.copyfile(path, folder / name)

    return copied


def test_r1_a_workbook_that_counts_from_1904_gives_the_days_that_it_shows(case, tmp_path, capsys):
    path = case("r1_epoch_1904.xlsx")

    made = run(path.parent, tmp_path / "run")

    people = pq.read_table(made.folder / "identified" / "people.parquet").to_pylist()
    births = sorted(str(person["birth_date"]) for person in people)
    assert births == ["1950-05-03", "1989-12-31", "2001-04-14"]
    asked = ["deaths", str(made.folder), "--definition", "post-discharge", "--format", "json"]
    assert main(asked) == 0
    found = json.loads(capsys.readouterr().out)
    rows = sorted((str(r["death_date"]), r["days_since_discharge"], r["outcome"]) for r in found)
    assert rows == [
        ("2025-02-14", 17, "in"),
        ("2025-03-02", 30, "in"),
        ("2025-03-04", 31, "out"),
    ]


def test_r2_an_id_whose_noughts_live_in_the_format_keeps_them(case, tmp_path):
    path = case("r2_id_by_number_format.xlsx")

    received = receive_folder(path.parent, tmp_path / "work", Layouts.shipped(), tmp_path / "store")

    ids = pq.read_table(received.staged[0].path).column("ClientID").to_pylist()
    assert ids == ["0000123", "0000045", "0070012"]
    assert [f.field for f in received.findings if f.code == "digits-from-the-format"] == [
        "ClientID"
    ]


def test_r3_title_rows_and_blank_rows_move_no_row_number(case):
    path = case("r3_title_rows.xlsx")

    found = findings_of([path])

    assert [(f.code, f.row) for f in found if f.code == "totals-row"] == [("totals-row", 13)]
    assert [(f.row, f.field) for f in found if f.code == "date-unreadable"] == [(11, "DOB")]


def test_r3_four_rows_and_sixteen_columns_are_read(case, tmp_path):
    path = case("r3_title_rows.xlsx")

    received = receive_folder(path.parent, tmp_path / "work", Layouts.shipped(), tmp_path / "store")

    table = pq.read_table(received.staged[0].path)
    assert table.column("_row").to_pylist() == [7, 8, 10, 11]
    assert len(table.schema.names) == 2 + 16


def test_r4_the_dialect_is_never_guessed_from_rows(case):
    one = read_text_table(case("r4_one_column.csv"), ["area"])
    extra = read_text_table(case("r4_extra_field.csv"), ["org"])

    assert one.column("area")[1] == (2, "Bedfordshire; Luton")
    assert extra.columns == ("org", "town")
    assert [(row, code) for row, _, code in extra.rejected] == [(3, "row-has-too-many-fields")]
