"""Whatever bytes come, reading ends: with every row accounted for, or with a reason in words."""

import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import EPR, person

from candour.dataset.findings import catalogue
from candour.pipeline.receive import receive_folder
from candour.sources import Layouts

CALM = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(),
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
        max_size=12,
    ).filter(lambda text: not text.startswith("=")),
    st.sampled_from(["Total", "Total rows: 4", "ClientID", " ", "'", "0007", "1900-02-29"]),
)


@pytest.fixture(scope="module")
def layouts():
    return Layouts.shipped()


@pytest.fixture(scope="module")
def plain() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(EPR)
    for number in range(30):
        book.active.append(person(number))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def received(layouts, content: bytes, name: str):
    """Receive one file, and hold the promises that hold for any."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "input"
        folder.mkdir()
        (folder / name).write_bytes(content)
        found = receive_folder(folder, Path(place) / "work", layouts, Path(place) / "store")
        kept = {s.path.name for s in found.staged}
        assert {p.name for p in (Path(place) / "work").iterdir()} == kept
    (submission,) = found.submissions
    assert (submission.left_out is None) == bool(found.staged)
    if submission.left_out is not None:
        assert catalogue()[submission.left_out].severity in ("blocks-file", "informs")
        assert catalogue()[submission.left_out].remedy
    for staged in found.staged:
        assert staged.rows_read >= len(staged.rejected)
    return found


@CALM
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"\xff\xfe"]))
def test_any_bytes_are_read_or_answered(layouts, content, begins):
    received(layouts, begins + content, "return.xlsx")


@CALM
@given(data=st.data())
def test_a_workbook_with_any_bytes_changed_is_read_or_answered(layouts, plain, data):
    content = bytearray(plain)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(content) // 2, len(content)))

    found = received(layouts, bytes(content[:cut]), "return.xlsx")

    assert sum(s.rows_read for s in found.staged) in (0, 30)


@CALM
@given(data=st.data())
def test_a_sheet_with_any_of_its_xml_changed_is_read_or_answered(layouts, plain, data):
    part = data.draw(
        st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
    )
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == part:
                at = data.draw(st.integers(0, len(text)))
                gone = data.draw(st.integers(0, 40))
                put = data.draw(
                    st.sampled_from(
                        [
                            *(b"", b"<", b">", b'"', b"&", b"<row", b"<c r=", b"<!--"),
                            *(b'<c r="ZZZZZ99"/>', b"<f/>", b"\xff", b"<sheetData/>"),
                            *(b'hidden="1"', b"</sheetData>"),
                        ]
                    )
                )
                text = text[:at] + put + text[at + gone :]
            new.writestr(name, text)

    received(layouts, content.getvalue(), "return.xlsx")


@CALM
@given(st.lists(st.lists(VALUES, min_size=1, max_size=len(EPR)), max_size=8))
def test_no_row_of_a_sheet_goes_missing(layouts, rows):
    book = openpyxl.Workbook()
    book.active.append(EPR)
    for row in rows:
        # A key in every row: then each is a row, whatever else it holds.
        book.active.append(["P-1", "filled", *row[: len(EPR) - 2]])
    content = io.BytesIO()
    book.save(content)

    found = received(layouts, content.getvalue(), "return.xlsx")

    assert sum(s.rows_read for s in found.staged) == len(rows)


@CALM
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=12))
def test_no_row_of_a_text_goes_missing(layouts, lines):
    text = "\n".join([",".join(EPR), *lines])

    found = received(layouts, text.encode(), "return.csv")

    for staged in found.staged:
        numbers = sorted(row for row, _, _ in staged.rejected)
        assert numbers == sorted(set(numbers))
        assert all(1 <= row <= staged.rows_read for row in numbers)
