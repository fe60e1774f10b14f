"""Text files of every make, read without losing or inventing a row."""

import os
from pathlib import Path

import pytest

from candour.errors import UserError
from candour.pipeline.receive import read_text_table

TWO_COLUMNS = "org,town\nNorthvale,Ashby\nSouthvale,Ferring\n"


@pytest.fixture
def table(tmp_path):
    def read(content: str | bytes, known=(), name="file.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_text_table(path, known)

    return read


def values(table) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in table.columns) for row in table.table.to_pylist()]


def places(table) -> list[tuple[int, int]]:
    return [(row["_row"], row["_line"]) for row in table.table.to_pylist()]


def codes(table) -> list[tuple[int | None, int | None, str]]:
    return [(f.row, f.line, f.code) for f in table.findings]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_unicode_is_read_with_and_without_its_mark(table, encoding):
    found = table("name,place\nZoë Ørsted,Łódź\nSam,York\n".encode(encoding))

    assert values(found) == [("Zoë Ørsted", "Łódź"), ("Sam", "York")]
    assert found.columns == ("name", "place")
    assert codes(found) == []


def test_windows_1252_is_read_with_a_finding(table):
    found = table("name,place\nZoë O\N{RIGHT SINGLE QUOTATION MARK}Brien,Café\n".encode("cp1252"))

    assert values(found) == [("Zoë O\N{RIGHT SINGLE QUOTATION MARK}Brien", "Café")]
    assert codes(found) == [(None, None, "encoding-guessed")]


def test_letters_that_are_utf_8_stay_right_beside_others_that_are_not(table):
    found = table("name\nZoë\n".encode() + "Renée\n".encode("cp1252"))

    assert values(found) == [("Zoë",), ("Renée",)]


def test_bytes_that_no_encoding_explains_are_told(table):
    found = table(b"name\n5\x81\n")

    assert values(found) == [("5\N{REPLACEMENT CHARACTER}",)]
    assert {code for _, _, code in codes(found)} == {"encoding-guessed", "characters-not-readable"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_is_a_line_end(table, end):
    found = table(TWO_COLUMNS.replace("\n", end))

    assert values(found) == [("Northvale", "Ashby"), ("Southvale", "Ferring")]
    assert places(found) == [(1, 2), (2, 3)]


def test_mixed_line_ends_are_line_ends(table):
    found = table("a,b\r\n1,2\n3,4\r5,6\r\n")

    assert values(found) == [("1", "2"), ("3", "4"), ("5", "6")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_told_by_the_header(table, separator):
    found = table(TWO_COLUMNS.replace(",", separator))

    assert values(found) == [("Northvale", "Ashby"), ("Southvale", "Ferring")]


def test_known_columns_settle_the_separator(table):
    found = table("Id;Name, first;Name, last, maiden\n7;Ann;Orr\n", known=["Id"])

    assert found.columns == ("Id", "Name, first", "Name, last, maiden")


def test_a_file_of_one_column_stays_one_column(table):
    found = table("area\nDurham and Darlington\nBedfordshire; Luton\nYork, North\n")

    assert values(found) == [("Durham and Darlington",), ("Bedfordshire; Luton",), ("York, North",)]


def test_a_first_line_may_state_the_separator(table):
    found = table("sep=;\na;b\n1;2\n")

    assert found.columns == ("a", "b")
    assert places(found) == [(1, 3)]


def test_a_row_with_a_field_too_many_is_kept_out_and_told(table):
    found = table("org,town\nNorthvale,Ashby\nSouthvale,Ferring\nEastvale,Ashby,closed\n")

    assert values(found) == [("Northvale", "Ashby"), ("Southvale", "Ferring")]
    assert found.rows_read == 3
    assert found.rejected == ((3, 4, "row-has-too-many-fields"),)
    assert codes(found) == [(3, 4, "row-has-too-many-fields")]


def test_a_row_with_too_few_fields_is_kept_out_and_told(table):
    found = table("a,b,c\n1,2\n3,4,5\n")

    assert places(found) == [(2, 3)]
    assert found.rejected == ((1, 2, "row-has-too-few-fields"),)


def test_blank_lines_are_no_rows_and_count_as_lines(table):
    found = table("\n\na,b\n\n1,2\n   \n3,4\n\n\n")

    assert places(found) == [(1, 5), (2, 7)]
    assert found.rows_read == 2


def test_a_line_end_within_quotes_stays_in_the_value(table):
    found = table('a,b\n"one\ntwo",x\n"say ""yes""",y\n')

    assert values(found) == [("one\ntwo", "x"), ('say "yes"', "y")]
    assert places(found) == [(1, 2), (2, 4)]


def test_a_quote_that_is_never_closed_costs_its_own_line_only(table):
    found = table('a,b\n1,2\n3,"4\n5,6\n7,8\n')

    assert values(found) == [("1", "2"), ("5", "6"), ("7", "8")]
    assert found.rejected == ((2, 3, "row-not-readable"),)


def test_two_stray_quotes_do_not_swallow_the_rows_between_them(table):
    found = table('a,b\n1,"2\n3,4\n5,"6\n7,8\n')

    assert values(found) == [("3", "4"), ("7", "8")]
    assert [row for row, _, _ in found.rejected] == [1, 3]


def test_a_quote_within_a_word_is_part_of_it(table):
    found = table('a,b\n5" pipe,x\n')

    assert values(found) == [('5" pipe', "x")]


def test_a_quote_that_is_never_closed_does_not_read_on_without_end(table):
    found = table('a,b\n1,"' + "x" * 1_000_001 + '",\n3,4\n')

    assert values(found) == [("3", "4")]
    assert found.rejected == ((1, 2, "row-not-readable"),)


def test_a_header_that_comes_again_is_no_row_of_data(table):
    found = table("a,b\n1,2\n a ,b\n3,4\n")

    assert values(found) == [("1", "2"), ("3", "4")]
    assert found.rejected == ((2, 3, "header-row-repeated"),)


def test_column_names_are_trimmed_and_each_stands_once(table):
    found = table("\ufeff id \u00a0,name,,name,_row\n1,A,x,B,9\n".encode())

    assert found.columns == ("id", "name", "(column 3)", "name (2)", "_row (2)")
    assert [code for _, _, code in codes(found)] == [
        "header-repeated-column",
        "header-repeated-column",
    ]


def test_what_is_empty_stays_the_empty_text_and_values_are_kept_as_sent(table):
    found = table("a,b,c\n, x ,NULL\n")

    assert values(found) == [("", " x ", "NULL")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds nothing, not even a header"),
        (b"\n\n\n", "holds nothing, not even a header"),
        (b"a,b\n1,\x00\n", "bytes that no text has"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04...", "could not be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "old format"),
        (b"PAR1 and then nothing", "could not be read"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(table, content, said):
    with pytest.raises(UserError, match=said):
        table(content)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UserError, match="There is no file"):
        read_text_table(tmp_path / "nothing.csv")


def test_a_column_is_handed_out_with_its_row_numbers(table):
    found = table("a,b\n1,2\n3\n5,6\n")

    assert found.column("b") == [(1, "2"), (3, "6")]


def test_a_column_that_is_not_there_is_answered_with_the_nearest(table):
    with pytest.raises(UserError, match="Did you mean town"):
        table(TWO_COLUMNS).column("towm")


def test_the_field_cases_of_guessed_separators_come_out_whole():
    data = os.environ.get("CANDOUR_DATA")
    beside = Path(__file__).parents[2].parent / "shared" / "data"
    cases = (Path(data) if data else beside) / "field_cases"
    if not cases.is_dir():
        pytest.skip("no real data here")

    one = read_text_table(cases / "r4_one_column.csv", ["area"])
    extra = read_text_table(cases / "r4_extra_field.csv", ["org"])

    assert one.column("area")[1] == (2, "Bedfordshire; Luton")
    assert one.rows_read == 2
    assert extra.columns == ("org", "town")
    assert [row for row, _ in extra.column("org")] == [1, 2]
    assert extra.rejected == ((3, 4, "row-has-too-many-fields"),)
