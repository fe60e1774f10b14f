"""Files as they go wrong: each is read right, or answered in words that its sender can act on."""

import datetime as dt
import errno
import os
import random
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from workbooks import EPR, person, write

from candour.pipeline.receive import read_text_table, receive_folder
from candour.pipeline.run import run, sent_tables
from candour.pipeline.standardise.stage import standardise
from candour.sources import Layouts
from candour.tables import open_engine

HEADER = ",".join(EPR)


def line(number, **changed):
    return ",".join("" if cell is None else str(cell) for cell in person(number, **changed))


@pytest.fixture(scope="module")
def layouts():
    return Layouts.shipped()


@pytest.fixture
def send(tmp_path, layouts):
    def sent(content, name="deaths.csv", submissions=None):
        folder = tmp_path / "input"
        folder.mkdir(exist_ok=True)
        if content is not None:
            data = content.encode() if isinstance(content, str) else content
            (folder / name).write_bytes(data)
        if submissions:
            (folder / "submissions.csv").write_text(submissions)
        return receive_folder(folder, tmp_path / "work", layouts, tmp_path / "store")

    return sent


def told(received, code):
    return [(f.row, f.field) for f in received.findings if f.code == code]


def standard(received, layouts):
    with open_engine() as engine:
        made = standardise(engine, sent_tables(received, layouts))
        return engine.rows(made.rows), made.findings


# ---------------------------------------------------------------- encodings


def test_a_nul_within_text_refuses_the_file(send):
    assert [s.left_out for s in send(f"{HEADER}\nP\0-1\n").submissions] == ["nul-bytes"]


def test_half_of_a_pair_is_shown_as_unreadable_and_spoils_nothing_else(send):
    received = send(
        f"{HEADER}\n".encode() + line(1, Surname="Zoë@@").encode().replace(b"@@", b"\xed\xa0\x80")
    )

    (read,) = pq.read_table(received.staged[0].path).to_pylist()
    assert read["Surname"] == "Zoë\N{REPLACEMENT CHARACTER}"
    assert told(received, "characters-not-readable") == [(None, None)]


def test_half_of_a_pair_in_utf_16_is_told(send):
    text = f"{HEADER}\n{line(1, Surname='Aldermoor')}\n".encode("utf-16")
    received = send(
        text.replace("moor".encode("utf-16-le"), b"\x00\xd8" + "oor".encode("utf-16-le"))
    )

    assert told(received, "characters-not-readable") == [(None, None)]
    assert received.staged[0].rows_read == 1


@pytest.mark.parametrize(
    "unseen",
    ["\N{ZERO WIDTH SPACE}", "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{SOFT HYPHEN}", "\N{WORD JOINER}"],
)
def test_characters_that_do_not_show_are_told_at_their_place_and_kept(send, unseen):
    received = send("\n".join([HEADER, line(1), line(2, Surname=f"Alder{unseen}moor")]))

    assert told(received, "characters-that-do-not-show") == [(2, "Surname")]
    table = pq.read_table(received.staged[0].path)
    assert table.column("Surname").to_pylist()[1] == f"Alder{unseen}moor"


def test_accents_curly_quotes_and_faces_are_nothing_to_remark_on(send):
    received = send("\n".join([HEADER, line(1, Surname="O\u2019Briën \N{SLIGHTLY SMILING FACE}")]))

    assert told(received, "characters-that-do-not-show") == []


def test_characters_that_do_not_show_are_told_in_a_workbook_too(tmp_path, send):
    (tmp_path / "input").mkdir()
    rows = [EPR, person(1), person(2, Surname="Alder\N{ZERO WIDTH SPACE}moor")]
    write(tmp_path / "input" / "deaths.xlsx", {"Deaths": rows})

    assert told(send(None), "characters-that-do-not-show") == [(3, "Surname")]


def test_one_name_written_in_two_ways_is_one_name_and_shown_as_sent(tmp_path):
    pairs = [
        ("Zo\N{LATIN SMALL LETTER E WITH DIAERESIS}", "Zoe\N{COMBINING DIAERESIS}", "9990000018"),
        ("O'Brien", "O\N{RIGHT SINGLE QUOTATION MARK}Brien", "9990070008"),
        ("Aldermoor", "Alder\N{ZERO WIDTH SPACE}moor", "9990070377"),
        ("BIRCHENALL", "Birchenall", "9990070741"),
    ]
    for folder, which in (("ZX901", 0), ("ZX902", 1)):
        (tmp_path / "input" / folder).mkdir(parents=True)
        rows = [line(n, Surname=p[which], NHSNumber=p[2]) for n, p in enumerate(pairs)]
        (tmp_path / "input" / folder / "deaths.csv").write_text("\n".join([HEADER, *rows]))

    made = run(tmp_path / "input", tmp_path / "run")

    values = pq.read_table(made.folder / "identified" / "values.parquet").to_pylist()
    sent = {name for one, other, _ in pairs for name in (one, other)}
    assert {v["as_sent"] for v in values if v["field"] == "surname"} == sent
    assert made.counts.people == len(pairs)
    conflicts = pq.read_table(made.folder / "identified" / "conflicts.parquet").to_pylist()
    assert [c for c in conflicts if c["field"] == "surname"] == []


# ---------------------------------------------------------------- headers and counts


def test_titles_above_a_known_header_are_no_header(send):
    received = send(
        "\n".join(["Deaths of 2025 (invented)", "", "Run on,03/04/2025", HEADER, line(1)])
    )

    (staged,) = received.staged
    assert staged.rows_read == 1
    assert pq.read_table(staged.path).column("_line").to_pylist() == [5]
    (said,) = [f.message for f in received.findings if f.code == "lines-above-the-header"]
    assert said.endswith("There are 2.")


def test_rows_of_an_unknown_file_are_never_taken_for_titles(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("area\nDurham and Darlington\nBedfordshire; Luton\n")

    assert read_text_table(path, ["area"]).column("area") == [
        (1, "Durham and Darlington"),
        (2, "Bedfordshire; Luton"),
    ]


@pytest.mark.parametrize(("rows", "there"), [(65_535, 1), (65_536, 1), (65_537, 0), (65_534, 0)])
def test_a_list_that_ends_where_a_spreadsheet_is_full_is_doubted(send, rows, there):
    body = "\n".join(f"P-{n}" + "," * 16 for n in range(rows))

    assert len(told(send(f"{HEADER}\n{body}\n"), "row-count-at-a-limit")) == there


@pytest.mark.parametrize(("stated", "left_out"), [("2", None), ("3", "row-count-not-as-stated")])
def test_a_control_total_must_match_rejected_rows_included(send, stated, left_out):
    received = send(
        f"{HEADER}\n{line(1)}\nP-2,cut\n", submissions=f"file,rows\ndeaths.csv,{stated}\n"
    )

    assert [s.left_out for s in received.submissions] == [left_out]
    assert len(received.staged) == (left_out is None)


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize("years", [dt.timedelta(days=-1462), dt.timedelta(days=1462)])
def test_a_column_shifted_by_an_epoch_is_betrayed_by_the_day_it_was_received(send, layouts, years):
    days = [dt.date(2025, 2, day) + years for day in (11, 14, 20)]
    rows = [line(n, DateOfDeath=day) for n, day in enumerate(days)]

    received = send(
        "\n".join([HEADER, *rows]), submissions="file,received_on\ndeaths.csv,2025-03-03\n"
    )

    _, findings = standard(received, layouts)
    found = [f.field for f in findings if f.code == "dates-shifted-by-an-epoch"]
    assert found == ["DateOfDeath"]


def test_dates_of_the_month_before_are_nothing_to_remark_on(send, layouts):
    received = send(
        "\n".join([HEADER, *(line(n, DateOfDeath=f"2025-02-1{n}") for n in range(5))]),
        submissions="file,received_on\ndeaths.csv,2025-03-03\n",
    )

    _, findings = standard(received, layouts)
    assert [f.code for f in findings if f.code == "dates-shifted-by-an-epoch"] == []


def test_a_leap_day_that_never_was_is_no_date(send, layouts):
    received = send("\n".join([HEADER, line(1, DOB="1900-02-29"), line(2, DOB="1904-02-29")]))

    rows, findings = standard(received, layouts)
    assert [(f.row, f.field) for f in findings if f.code == "date-unreadable"] == [(1, "DOB")]
    assert sorted(str(row["person__birth_date"]) for row in rows) == ["1904-02-29", "None"]


def test_identifiers_in_scientific_notation_are_no_identifiers(send, layouts):
    received = send("\n".join([HEADER, line(1, NHSNumber="9.43476E+09"), line(2)]))

    rows, findings = standard(received, layouts)
    assert all(row["person__nhs_number"] is None for row in rows)
    assert "number-in-scientific-notation" in {f.code for f in findings}


# ---------------------------------------------------------------- Parquet, disks, formulas


@pytest.mark.parametrize("seed", range(12))
def test_parquet_that_is_cut_off_or_has_flipped_bytes_is_left_out_whole(send, seed):
    chance = random.Random(seed)  # noqa: S311 - no secret is made
    sink = pa.BufferOutputStream()
    table = {name: [f"{name} {n}" for n in range(500)] for name in EPR}
    pq.write_table(pa.table(table), sink)
    content = bytearray(sink.getvalue().to_pybytes())
    if seed % 2:
        del content[chance.randrange(8, len(content)) :]
    else:
        for _ in range(40):
            content[chance.randrange(4, len(content) - 8)] ^= 0xFF

    received = send(bytes(content), name="deaths.parquet")

    (submission,) = received.submissions
    read = sum(s.rows_read for s in received.staged)
    # A byte that was flipped within a text leaves a file that is whole: all rows, or none.
    assert read in (0, 500)
    assert (submission.left_out is None) == (read == 500)


@pytest.mark.parametrize("nth", [1, 2])
def test_a_disk_that_is_full_is_said_of_the_disk_and_not_of_the_file(
    tmp_path, monkeypatch, layouts, nth
):
    folder, work, store = tmp_path / "input", tmp_path / "work", tmp_path / "store"
    folder.mkdir()
    (folder / "deaths.csv").write_text(f"{HEADER}\n{line(1)}\n")
    calls = {"n": 0}
    replace = os.replace

    def full(*args, **named):
        calls["n"] += 1
        if calls["n"] == nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        return replace(*args, **named)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        receive_folder(folder, work, layouts, store)
    monkeypatch.undo()

    left = {path.name for at in (work, store) if at.exists() for path in at.iterdir()}
    assert all(len(name) == 64 for name in left)
    again = receive_folder(folder, work, layouts, store)
    assert [s.rows_read for s in again.staged] == [1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs limits of POSIX")
@pytest.mark.parametrize("kilobytes", [1, 4, 16])
def test_a_run_that_meets_a_full_disk_is_absent_and_says_so(tmp_path, checkout, kilobytes):
    (tmp_path / "input").mkdir()
    rows = [line(n, Surname=f"Aldermoor{n}" * 9) for n in range(400)]
    (tmp_path / "input" / "deaths.csv").write_text("\n".join([HEADER, *rows]))
    # A limit on the size of files stands in for a disk that fills up while a table is written.
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes * 1024},) * 2);"
        "from candour.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "run", "input", "--out", "run"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(checkout / "src")},
    )

    assert (done.returncode, "disk is full" in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr
    assert "Aldermoor" not in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) in (["candour-store", "input"], ["input"])


def test_no_cell_that_leaves_a_run_is_a_live_formula(tmp_path):
    (tmp_path / "input").mkdir()
    names = {"=1+2": "x", "@SUM": "y", "+3": "z", "-4": "w"}
    text = f"{HEADER},{','.join(names)}\n{line(1)},{','.join(names.values())}\n"
    (tmp_path / "input" / "=cmd.csv").write_text(text)

    made = run(tmp_path / "input", tmp_path / "run")

    for name in ("findings.csv", "submissions.csv"):
        written = read_text_table(made.folder / name)
        cells = [cell for row in written.table.to_pylist() for cell in map(str, row.values())]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert "'=cmd.csv" in (made.folder / "submissions.csv").read_text()


def test_a_list_of_submissions_that_a_run_wrote_is_read_again(tmp_path):
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "=cmd.csv").write_text(f"{HEADER}\n{line(1)}\n")
    (tmp_path / "input" / "submissions.csv").write_text(
        "file,received_on,rows\n=cmd.csv,2025-03-01,1\n"
    )
    made = run(tmp_path / "input", tmp_path / "run")

    (tmp_path / "input" / "submissions.csv").write_bytes(
        (made.folder / "submissions.csv").read_bytes()
    )
    again = run(tmp_path / "input", tmp_path / "again")

    assert again.manifest["tables"] == made.manifest["tables"]
    codes = {f["code"] for f in read_text_table(again.folder / "findings.csv").table.to_pylist()}
    assert "submissions-names-a-missing-file" not in codes
