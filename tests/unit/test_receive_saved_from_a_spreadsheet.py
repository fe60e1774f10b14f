"""Text that a spreadsheet program saved: what stands beside the records, and whose letters."""

import pyarrow.parquet as pq
import pytest
from workbooks import EPR, person, write

from candour.pipeline.receive import receive_folder
from candour.pipeline.receive.below import further_table
from candour.pipeline.receive.encoding import GUESSES, guessed
from candour.sources import Layouts

WIDE = len(EPR)


def cells(*texts):
    return [*texts, *[""] * (WIDE - len(texts))]


def records(*numbers):
    return [[cell or "" for cell in person(number)] for number in numbers]


SUMMARY = [
    cells("Ward summary"),
    cells("Ward", "Deaths", "Reviewed"),
    cells("W1", "1", "<5"),
    cells("W2", "2", "-"),
]


@pytest.fixture
def read(tmp_path):
    """Rows of cells as CSV and as a workbook: what was taken, and what was kept out and why."""

    def received(rows, kind, separator=","):
        (tmp_path / "in").mkdir(exist_ok=True)
        if kind == "xlsx":
            write(tmp_path / "in" / "deaths.xlsx", {"Deaths": rows})
        else:
            text = "\r\n".join(separator.join(row) for row in rows)
            (tmp_path / "in" / "deaths.csv").write_text(text, newline="")
        found = receive_folder(
            tmp_path / "in", tmp_path / "work", Layouts.shipped(), tmp_path / "store"
        )
        (staged,) = found.staged
        taken = pq.read_table(staged.path).column("ClientID").to_pylist()
        return taken, [code for _, _, code in staged.rejected], {f.code for f in found.findings}

    return received


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_below_the_table_is_nobody(read, kind):
    rows = [EPR, *records(1, 2), cells(), cells("TOTAL", "", "2"), cells(), cells(), *SUMMARY]

    taken, kept_out, codes = read(rows, kind)

    assert taken == ["P-1", "P-2"]
    below = [code for code in kept_out if code != "row-of-totals"]
    assert below == ["table-below-the-table"] * 4
    assert codes >= {"blank-rows", "row-of-totals" if kind == "csv" else "totals-row"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("after", [1, 2])
def test_records_below_a_blank_row_are_records_however_few_cells_they_fill(read, kind, after):
    few = cells("P-9", "", "Aldermoor", "1961-04-17")
    rows = [EPR, *records(1, 2)[:after], cells(), few, cells("P-10", "", "Birchenall"), cells()]

    taken, kept_out, _ = read(rows, kind)

    assert taken[-2:] == ["P-9", "P-10"]
    assert kept_out == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_further_table_may_have_a_blank_row_within(read, kind):
    rows = [EPR, *records(1), cells(), *SUMMARY, cells(), cells("W3", "4", "-"), cells()]
    rows += [cells("Cause", "Deaths"), cells("Not yet known", "3")]

    taken, kept_out, _ = read(rows, kind)

    assert taken == ["P-1"]
    assert kept_out == ["table-below-the-table"] * 7


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_rows_of_separators_alone_are_no_rows(read, separator):
    rows = [EPR, *records(1), cells(), cells(), *records(2), cells(), cells()]

    taken, kept_out, codes = read(rows, "csv", separator)

    assert (taken, kept_out) == (["P-1", "P-2"], [])
    assert "blank-rows" in codes
    assert "row-without-its-key" not in codes


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
def test_the_last_row_may_be_of_separators_whatever_ends_it(tmp_path, end):
    from candour.pipeline.receive.survey import survey

    path = tmp_path / "a.csv"
    path.write_bytes(f"a,b,c{end or chr(10)}1,2,3{end or chr(10)},,{end}".encode())

    assert survey(path).blank_rows or end == "\r"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1 << 20])
def test_rows_of_separators_are_seen_across_the_seams_of_reading(tmp_path, monkeypatch, size):
    from candour.pipeline.receive import survey as surveys

    monkeypatch.setattr(surveys, "_CHUNK", size)
    path = tmp_path / "a.csv"
    for text, blank in (
        ("a,b\n1,2\n,\n3,4\n", True),
        ("a,b\n,2\n3,\n", False),
        ("a;b;c\n1;2;3\n;;\n", True),
        ("a;b;c\n1;2;3\n;;x\n", False),
        ('a,b\n1,""\n"",2\n', False),
        ("a,b\n1,2\n\n\n3,4\n", False),
    ):
        path.write_text(text)
        assert surveys.survey(path).blank_rows is blank, text


@pytest.mark.parametrize("name", ["Total", "TOTAL", "Grand total", "total: 3"])
def test_a_row_of_totals_right_below_the_records_is_nobody(read, name):
    taken, kept_out, _ = read([EPR, *records(1, 2), cells(name, "", "2")], "csv")

    assert taken == ["P-1", "P-2"]
    assert kept_out == ["row-of-totals"]


def test_a_client_whose_id_says_total_is_somebody(read):
    rows = [EPR, *records(1), cells("TOTALCARE-7", "", "Aldermoor", "1961-04-17")]

    assert read(rows, "csv")[0] == ["P-1", "TOTALCARE-7"]


def test_a_long_list_below_a_blank_row_is_left_to_speak_for_itself():
    head, rows = cells("Name", "Ward"), [cells(f"N{n}", "W") for n in range(600)]

    assert further_table([head, *rows[:400]]) == {0, 1}
    assert further_table([head, *rows]) == frozenset()


# ---------------------------------------------------------------- letters

NAMES = ["Zoë", "Renée", "Müller", "André", "Niño", "Bjørn", "Óscar", "Åsa", "ÉLISE", "naïve"]


@pytest.mark.parametrize(
    "name",
    [
        *NAMES,
        "O\N{RIGHT SINGLE QUOTATION MARK}Brien",
        "Smith \N{EN DASH} Jones",
        "£5",
        "½",
        "François",
        "Siân",
    ],
)
def test_windows_letters_are_never_taken_for_a_macs(tmp_path, name):
    path = tmp_path / "a.csv"
    path.write_bytes(f"ClientID,Surname\r\n1,{name}\r\n".encode("cp1252"))

    assert guessed(path) == "cp1252"


@pytest.mark.parametrize("encoding", GUESSES)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_list_of_names_is_read_in_the_letters_that_it_was_saved_in(tmp_path, read, encoding, end):
    rows = [",".join(cell or "" for cell in person(n, Surname=s)) for n, s in enumerate(NAMES)]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "deaths.csv").write_bytes(end.join([",".join(EPR), *rows]).encode(encoding))

    found = receive_folder(
        tmp_path / "in", tmp_path / "work", Layouts.shipped(), tmp_path / "store"
    )

    assert pq.read_table(found.staged[0].path).column("Surname").to_pylist() == NAMES
    (said,) = [f.message for f in found.findings if f.code == "encoding-guessed"]
    assert said.endswith(f"It was read as {GUESSES[encoding]}.")


# ---------------------------------------------------------------- heads


def test_columns_in_other_blanks_and_signs_are_those_of_the_layout(read):
    head = ["Client ID", "NHS Number", "Surname", "D.O.B", "date of death", *EPR[5:]]

    taken, kept_out, codes = read([head, *records(1)], "csv")

    assert (len(taken), kept_out) == (1, [])
    assert "header-spelled-differently" in codes
    assert "column-not-used" not in codes


def test_a_column_that_is_not_asked_for_is_known_in_other_blanks_too(read):
    head = [*EPR[:-1], "Obs Level"]

    _, _, codes = read([head, *records(1)], "csv")

    assert "column-not-used" not in codes


@pytest.mark.parametrize("titles", [0, 1, 3])
def test_a_sender_is_told_what_is_missing_also_below_titles(tmp_path, titles):
    (tmp_path / "in").mkdir()
    head = ",".join(["ClientID", "Date deceased", *EPR[5:]])
    text = "\n".join([*["Deaths of the quarter,,"] * titles, head, "P-1,2025-01-01" + "," * 12])
    (tmp_path / "in" / "deaths.csv").write_text(text)

    found = receive_folder(
        tmp_path / "in", tmp_path / "work", Layouts.shipped(), tmp_path / "store"
    )

    (said,) = [f.message for f in found.findings if f.code == "unknown-layout"]
    assert said.endswith("The nearest is epr (caseload), which also needs DateOfDeath.")
