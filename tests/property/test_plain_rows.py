"""Rows told by comparing bytes are told as a parser of XML tells them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.pipeline.receive.workbook import Refusal
from candour.pipeline.receive.workbook.formats import Look
from candour.pipeline.receive.workbook.plain import Glance
from candour.pipeline.receive.workbook.structure import column_name, read_structure

LOOKS = {3: Look("digits", "0000000")}
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
CELLS = st.sampled_from(
    (
        *('<c r="{r}"><v>12</v></c>', '<c r="{r}" s="3"><v>12</v></c>', '<c r="{r}" s="33"/>'),
        *('<c r="{r}" t="b"><v>1</v></c>', '<c r="{r}" t="e"><v>#N/A</v></c>', '<c r="{r}"/>'),
        '<c r="{r}"><f>1+1</f><v>2</v></c>',
        '<c r="{r}" t="str"><f t="shared" si="0"/></c>',
        '<c r="{r}" t="inlineStr"><is><t>O\'Brien="x"! hidden, open="no"</t></is></c>',
        '<c r="{r}" t="inlineStr"><is><r><rPr/><t>in parts</t></r></is></c>',
        "<c><v>12</v></c>",
        "<c r='{r}'><v>12</v></c>",
    )
)
TAGS = st.sampled_from(
    ('<row r="{n}">', '<row r="{n}" spans="1:9" hidden="1">', '<row r="{n}" ht="15" hidden="0">')
)
PLACES = st.sampled_from((1, 2, 26, 27, 52, 53, 702, 703, 800))
ROWS = st.lists(st.tuples(TAGS, st.lists(st.tuples(PLACES, CELLS), max_size=6)), max_size=8)


def sheet(rows, start):
    body = ""
    for number, (tag, cells) in enumerate(rows, start=start):
        body += tag.format(n=number)
        for column, cell in sorted(cells):
            body += cell.format(r=f"{column_name(column)}{number}")
        body += "</row>"
    return body


def told(body, head):
    xml = f'{head}<worksheet {NAMESPACE}><dimension ref="A1"/><sheetData>{body}</sheetData>'
    try:
        return read_structure(iter([f"{xml}</worksheet>".encode()]), LOOKS)
    except Refusal as refusal:
        return refusal.code


@given(rows=ROWS, start=st.sampled_from((1, 9, 99, 12_000, 1_048_000)))
def test_blocks_of_rows_give_what_parsing_all_of_it_gives(rows, start):
    body = sheet(rows, start)

    # A single quotation mark in what comes before the rows is what makes all of it parsed.
    by_blocks = told(body, '<?xml version="1.0"?>')
    parsed = told(body, "<?xml version='1.0'?>")

    assert by_blocks == parsed


@pytest.mark.parametrize("reference", ["a1", "1A", "A", "ABCD1", "A12345678", "A 1", "A1x", ""])
def test_a_cell_that_names_no_place_is_not_taken_for_plain(reference):
    row = f'<row r="1"><c r="{reference}"><v>1</v></c></row>'.encode()

    assert Glance([]).at(row) is None


@pytest.mark.parametrize("size", [1, 5, 16, 17])
def test_definitions_are_seen_wherever_the_bytes_are_cut(size):
    xml = b"<?xml version='1.0'?><!DOCTYPE worksheet []><worksheet><sheetData/></worksheet>"
    pieces = [xml[n : n + size] for n in range(0, len(xml), size)]

    with pytest.raises(Refusal) as caught:
        read_structure(iter(pieces), {})

    assert caught.value.code == "workbook-not-safe"


def test_the_reach_is_that_of_cells_and_not_of_rows_without_any():
    body = '<row r="1"><c r="B1"><v>1</v></c></row><row r="1048576" hidden="1"/>'

    assert told(body, "").reach == (1, 2)


def test_a_cell_that_names_another_row_than_its_own_counts_where_it_says():
    body = '<row r="1"><c r="A1"><v>1</v></c><c r="AZ1048576"><v>1</v></c></row>'

    assert told(body, "") == "workbook-too-large"
