"""Laws of reading: nothing lost, nothing made up, and both readers agree."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from candour.pipeline.receive import read_text_table
from candour.pipeline.receive.exact import Account, read_exactly
from candour.pipeline.receive.fast import NotPlainError, may_be_plain, read_fast
from candour.pipeline.receive.header import read_header
from candour.pipeline.receive.survey import survey

CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\ufeff\ufffd", exclude_categories=["Cs"]),
    max_size=6,
)
AWKWARD = st.text(st.sampled_from(list('ab",;\n\r \té')), max_size=40)


def header(width: int) -> list[str]:
    return [f"column{n}" for n in range(width)]


@st.composite
def tables(draw):
    width = draw(st.integers(2, 4))
    return header(width), draw(
        st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8)
    )


@settings(max_examples=80, deadline=None)
@given(
    tables(),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_what_was_written_is_what_is_read(table, separator, end, encoding, quoting):
    names, rows = table
    rows = [row for row in rows if row != names and any(row)]
    if any("\n" in cell or "\r" in cell for row in rows for cell in row):
        # Python's writer leaves one kind of line end bare where the lines end in the other.
        quoting = csv.QUOTE_ALL
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerows([names, *rows])

    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        found = read_text_table(path, names)

    assert found.columns == tuple(names)
    assert [[row[name] for name in names] for row in found.table.to_pylist()] == rows
    assert found.rejected == ()


@settings(max_examples=120, deadline=None)
@given(st.lists(AWKWARD, max_size=6), st.integers(1, 3))
def test_both_readers_agree_wherever_the_fast_one_does_not_give_up(lines, width):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes("\n".join([",".join(header(width)), *lines]).encode())
        seen, head = survey(path), read_header(path, lambda names: len(names))
        assert head is not None
        account, exact = Account(), Account()
        slow = [row for batch in read_exactly(path, head, exact) for row in batch.to_pylist()]
        if not may_be_plain(seen, head):
            return
        try:
            quick = [row for b in read_fast(path, head, seen, account) for row in b.to_pylist()]
        except NotPlainError:
            return

    assert quick == slow
    assert exact.rejected == []
    assert account.rows_read == exact.rows_read


@settings(max_examples=120, deadline=None)
@given(st.lists(AWKWARD, max_size=8))
def test_every_row_is_read_or_kept_out_with_a_reason(lines):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes("\n".join(["one,two", *lines, ""]).encode())
        found = read_text_table(path, ["one", "two"])

    rows = [*found.table.column("_row").to_pylist(), *(row for row, _, _ in found.rejected)]
    assert sorted(rows) == list(range(1, found.rows_read + 1))
    assert len(found.findings) == len(found.rejected)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["1,2", "1", "1,2,3", '"1\n1",2', "", '1,"2']), max_size=12))
def test_no_text_of_a_sound_line_goes_missing(lines):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes("\n".join(["one,two", *lines]).encode())
        found = read_text_table(path, ["one", "two"])

    assert found.table.num_rows >= lines.count("1,2")
