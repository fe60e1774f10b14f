"""A workbook opened: what is safe and of the kind that is read, and what a person sees in it."""

import datetime as dt
import io
import struct
import time
import zipfile

import openpyxl
import pytest
import xlsxwriter

from candour.pipeline.receive.workbook import Refusal, open_package, shown
from candour.pipeline.receive.workbook.formats import look_of

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def book(tmp_path):
    """Write cells (reference to value, or to value and format) into a workbook of one sheet."""

    def written(cells, **settings):
        made = openpyxl.Workbook()
        if settings.get("from_1904"):
            made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        sheet = made.active
        sheet.title = "Deaths"
        for place, value in cells.items():
            value, look = value if isinstance(value, tuple) else (value, None)
            sheet[place] = value
            if look:
                sheet[place].number_format = look
        path = tmp_path / "book.xlsx"
        made.save(path)
        return path

    return written


def rebuilt(path, change):
    """The same workbook with some parts changed: ``change`` maps a name to new bytes or None."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    for name, make in change.items():
        parts[name] = make(parts.get(name, b"")) if callable(make) else make
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def read(path):
    package = open_package(path)
    return shown(package, package.sheets[0])


def refused(path) -> str:
    with pytest.raises(Refusal) as caught:
        read(path)
    return caught.value.code


@pytest.mark.parametrize(
    ("value", "look", "seen"),
    [
        (123, "0000000", "0000123"),
        (70012, "0000000", "0070012"),
        (12345678, "0000000", "12345678"),
        (0, "0000", "0000"),
        (9990000018, "000 000 0000", "999 000 0018"),
        (42, '"P-"0000', "P-0042"),
        (42, "\\R000", "R042"),
        (12.5, "0000", "12.5"),
        (0.25, "0%", "25%"),
        (0.255, "0.0%", "25.5%"),
        (1234567, "#,##0", "1234567"),
        (1.5, "[h]:mm", "36:00"),
        (0.382, "hh:mm", "09:10:04"),
        (True, None, "TRUE"),
        (False, None, "FALSE"),
        (12, None, "12"),
        (12.0, None, "12"),
        (9990000018, None, "9990000018"),
        ("007", None, "007"),
        ("  padded ", None, "  padded "),
        ("2023-05-01", None, "2023-05-01"),
        (dt.date(2025, 2, 14), "dd/mm/yyyy", "2025-02-14"),
        (45702.395833333336, "dd/mm/yyyy hh:mm", "2025-02-14 09:30:00"),
        (60, "dd/mm/yyyy", "1900-02-29"),
        (59, "dd/mm/yyyy", "1900-02-28"),
        (61, "dd/mm/yyyy", "1900-03-01"),
    ],
)
def test_a_cell_is_read_as_a_person_sees_it(book, value, look, seen):
    path = book({"A1": "Head", "B1": "Other", "A2": (value, look), "B2": "x"})

    assert read(path).row(2) == [seen, "x"]


def test_days_are_counted_from_the_epoch_that_the_workbook_states(book):
    path = book({"A1": (dt.date(2025, 2, 14), "yyyy-mm-dd")}, from_1904=True)

    assert open_package(path).dates_from_1904
    assert read(path).row(1) == ["2025-02-14"]


def test_a_time_of_day_stays_a_time_where_days_count_from_1904(book):
    path = book({"A1": (0.5, "hh:mm"), "A2": (0.382, "hh:mm:ss")}, from_1904=True)

    assert [read(path).row(n) for n in (1, 2)] == [["12:00"], ["09:10:05"]]


def test_rows_and_columns_keep_the_sheets_own_numbers(book):
    found = read(book({"C4": "Head", "D6": "value"}))

    assert (found.rows, found.first_column) == (6, 3)
    assert found.row(6) == ["", "value"]


def test_formulas_errors_merges_and_what_is_hidden_are_told(tmp_path):
    path = tmp_path / "book.xlsx"
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet("Deaths")
    sheet.write_row(0, 0, ["A", "B", "C"])
    sheet.write_formula(1, 0, "=1+1", None, 2)
    sheet.write_formula(2, 0, "=1+1", None, "")
    sheet.write_formula(3, 1, "=1/0", None, "#DIV/0!")
    sheet.merge_range(4, 1, 5, 2, "merged")
    sheet.write(6, 2, "kept from sight")
    sheet.set_row(6, None, None, {"hidden": True})
    sheet.set_column(2, 2, None, None, {"hidden": True})
    made.add_worksheet("Notes").hide()
    made.close()

    found = read(path).structure

    assert found.formulas == {1: 2}
    assert found.errors == [(4, 2)]
    assert found.merged == [(5, 2, 6, 3)]
    assert (found.hidden_rows, found.hidden_columns) == ({7}, {3})
    assert [sheet.hidden for sheet in open_package(path).sheets] == [False, True]


def test_a_formula_that_was_never_worked_out_is_told(book):
    found = read(book({"A1": "Head", "A2": "=1+1"})).structure

    assert (found.formulas, found.uncached) == ({1: 1}, [(2, 1)])


def test_a_sheet_whose_xml_uses_another_prefix_is_read_alike(book):
    path = book({"A1": "Head", "A2": (123, "0000000"), "A3": "=1+1"})

    def prefixed(xml: bytes) -> bytes:
        text = xml.decode()
        for name in ("worksheet", "sheetData", "row", "c", "v", "f", "is", "t", "dimension"):
            for end in (" ", ">", "/"):
                text = text.replace(f"<{name}{end}", f"<x:{name}{end}")
            text = text.replace(f"</{name}>", f"</x:{name}>")
        return text.replace("xmlns=", "xmlns:x=").encode()

    with zipfile.ZipFile(path) as archive:
        xml = prefixed(archive.read(SHEET))
    from candour.pipeline.receive.workbook.structure import read_structure

    package = open_package(path)
    found = read_structure(iter([xml]), package.looks)

    assert found.texts == {(2, 1): "0000123"}
    assert found.uncached == [(3, 1)]


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_the_structure_does_not_depend_on_how_the_bytes_arrive(book, size):
    from candour.pipeline.receive.workbook.structure import read_structure

    path = book({f"A{n}": (n, "0000") for n in range(1, 60)} | {"B7": "=A1", "C9": True})
    package = open_package(path)
    xml = b"".join(package.stream(package.sheets[0].part))
    pieces = [xml[n : n + size] for n in range(0, len(xml), size)]

    assert read_structure(iter(pieces), package.looks) == read_structure(iter([xml]), package.looks)


@pytest.mark.parametrize(
    ("code", "pattern"),
    [
        ("0000000", "0000000"),
        ("0000000;-0000000", "0000000"),
        ('"RX"000', "RX000"),
        ("000\\-000", "000-000"),
        ("0", None),
        ("#", None),
        ("0.00", None),
        ("#,##0", None),
        ("General", None),
        ("@", None),
        ("dd/mm/yyyy", None),
        ("0.00E+00", None),
    ],
)
def test_only_a_format_that_adds_figures_or_text_counts_as_one(code, pattern):
    look = look_of(code)

    assert (look.pattern if look and look.kind == "digits" else None) == pattern


# ---------------------------------------------------------------- what is refused


def test_a_part_that_unpacks_to_a_thousand_times_its_size_is_refused_at_once(book):
    path = rebuilt(book({"A1": "x"}), {SHEET: lambda xml: xml + b" " * 60_000_000})

    begun = time.process_time()
    assert refused(path) == "workbook-not-safe"
    assert time.process_time() - begun < 1


def test_a_part_that_is_longer_than_it_says_is_refused(book):
    path = rebuilt(book({"A1": "x"}), {SHEET: lambda xml: xml + b" " * 200_000})
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(SHEET)
    stated = struct.pack("<L", info.file_size)
    path.write_bytes(content.replace(stated, struct.pack("<L", 1000)))

    assert refused(path) == "workbook-not-safe"


def test_too_many_parts_are_refused(book):
    path = rebuilt(book({"A1": "x"}), {f"xl/media/{n}.png": b"x" for n in range(200)})

    assert refused(path) == "workbook-not-safe"


def test_a_workbook_within_a_workbook_is_refused(book):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a", "b")
    path = rebuilt(book({"A1": "x"}), {"xl/embeddings/one.xlsx": inner.getvalue()})

    assert refused(path) == "workbook-not-safe"


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]
)
def test_definitions_within_the_xml_are_refused_at_once(book, doctype, part):
    def with_doctype(xml: bytes) -> bytes:
        head = b'<?xml version="1.0" encoding="UTF-8"?>'
        return head + doctype + xml.split(b"?>", 1)[-1]

    path = rebuilt(book({"A1": "x"}), {part: with_doctype})

    begun = time.process_time()
    assert refused(path) == "workbook-not-safe"
    assert time.process_time() - begun < 1


def test_xml_in_an_encoding_that_could_hide_definitions_is_refused(book):
    path = rebuilt(book({"A1": "x"}), {SHEET: lambda xml: xml.decode().encode("utf-16")})

    assert refused(path) == "workbook-not-safe"


@pytest.mark.parametrize("far", ["XFD1048576", "A1048576:XFD1", "ZZ999999"])
def test_cells_in_far_corners_are_refused_at_once(book, far):
    cells = dict.fromkeys(far.split(":"), "x") | {"A1": "x"}
    path = book(cells)

    begun = time.process_time()
    assert refused(path) == "workbook-too-large"
    assert time.process_time() - begun < 1


def test_a_huge_size_that_is_only_declared_does_no_harm(book):
    def declared(xml: bytes) -> bytes:
        return xml.replace(b'<dimension ref="A1:A2"', b'<dimension ref="A1:XFD1048576"')

    path = rebuilt(book({"A1": "Head", "A2": "x"}), {SHEET: declared})
    found = read(path)

    assert found.rows == 2
    assert found.structure.declared_last_row == 1_048_576


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"xl/vbaProject.bin": b"x"}, "workbook-with-macros"),
        (
            {
                "[Content_Types].xml": lambda xml: xml.replace(
                    b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"ms-excel.sheet.macroEnabled.main+xml",
                )
            },
            "workbook-with-macros",
        ),
        (
            {
                "[Content_Types].xml": lambda xml: xml.replace(
                    b"spreadsheetml.sheet.main", b"wordprocessingml.document.main"
                )
            },
            "file-type-not-read",
        ),
        ({SHEET: b"<worksheet"}, "file-not-readable"),
        ({"xl/workbook.xml": b"not xml"}, "file-not-readable"),
    ],
)
def test_what_is_no_plain_workbook_is_refused_for_what_it_is(book, change, code):
    assert refused(rebuilt(book({"A1": "x", "A2": "y"}), change)) == code


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_that_was_cut_off_is_refused(book, share):
    path = book({f"A{n}": f"value {n}" for n in range(1, 200)})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    assert refused(path) == "file-not-readable"


def test_a_workbook_with_a_flipped_byte_is_refused(book):
    path = book({f"A{n}": f"value {n}" for n in range(1, 200)})
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(SHEET)
    content = bytearray(path.read_bytes())
    content[info.header_offset + 120] ^= 0xFF
    path.write_bytes(bytes(content))

    assert refused(path) == "file-not-readable"
