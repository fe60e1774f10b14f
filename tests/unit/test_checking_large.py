"""Files of many rows and of many faults: memory has a bound, and nothing goes without a word."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from workbooks import EPR, person

from candour.cli.main import main
from candour.pipeline.checking import checked, found, keys, spool
from candour.pipeline.checking.found import Found, Told, limit_for
from candour.tables.bare import BareEngine

LOCAL = [f"local_{n}" for n in range(23)]


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([EPR, *rows])
    return path


@pytest.fixture
def many_faults(tmp_path):
    """Twelve rows with an unreadable date each, and two without a key."""
    rows = [person(n, DOB="31/02/1960") for n in range(12)]
    rows += [person(20, ClientID=None), person(21, ClientID=None)]
    return write(tmp_path / "caseload.csv", rows)


# ---------------------------------------------------------------- findings told in part


def test_findings_beyond_the_bound_are_told_by_kind_with_a_count_and_the_first_rows(
    many_faults, monkeypatch
):
    monkeypatch.setattr(found, "MOST_TOLD", 8)

    of = checked([many_faults])

    rows = [f.row for f in of.findings if f.code == "date-unreadable"]
    (said,) = (f for f in of.findings if f.code == "findings-told-in-part")
    assert rows == [1, 2, 3, 4, 5, 6]
    assert [f.row for f in of.findings if f.code == "row-without-its-key"] == [13, 14]
    assert said.field == "DOB"
    assert "date-unreadable: 12 rows, of which the first 6 are named." in said.message
    assert of.untold == {"date-unreadable": 6}


def test_several_files_at_once_are_told_in_part_too(many_faults, tmp_path, monkeypatch):
    other = write(tmp_path / "other.csv", [person(50)])
    monkeypatch.setattr(found, "MOST_TOLD", 60)

    of = checked([many_faults, other])

    assert of.untold == {}
    monkeypatch.setattr(found, "MOST_TOLD", 8)
    part = checked([many_faults, other])
    told = [f for f in part.findings if f.code == "date-unreadable"]
    assert len(told) + part.untold["date-unreadable"] == 12
    assert any("date-unreadable: 12 rows" in f.message for f in part.findings)


def test_rows_that_could_not_be_taken_apart_are_told_in_part(tmp_path, monkeypatch):
    path = tmp_path / "caseload.csv"
    rows = [",".join(cell or "" for cell in person(n)) for n in range(9)]
    path.write_text("\n".join([",".join(EPR), rows[0], *(f"{row},x" for row in rows[1:])]) + "\n")
    monkeypatch.setattr(found, "MOST_TOLD", 3)

    of = checked([path])

    assert [f.row for f in of.findings if f.code == "row-has-too-many-fields"] == [2, 3, 4]
    assert of.untold == {"row-has-too-many-fields": 5}


@pytest.mark.parametrize("kind", ["human", "json", "csv"])
def test_every_answer_says_that_it_is_told_in_part(many_faults, monkeypatch, capsys, kind):
    monkeypatch.setattr(found, "MOST_TOLD", 8)

    main(["validate", str(many_faults), "--format", kind])

    said = " ".join(capsys.readouterr().out.split())
    assert "findings-told-in-part" in said
    assert "12 rows, of which the first 6" in said


def test_counts_by_kind_are_those_of_all_rows(many_faults, monkeypatch, capsys):
    monkeypatch.setattr(found, "MOST_TOLD", 8)

    main(["validate", str(many_faults)])

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["12", "date-unreadable"] in [line[:2] for line in lines]


def test_the_sheet_given_back_counts_all_rows(many_faults, tmp_path, monkeypatch):
    monkeypatch.setattr(found, "MOST_TOLD", 8)

    main(["validate", str(many_faults), "--workbook", str(tmp_path / "back.xlsx")])

    front = openpyxl.load_workbook(tmp_path / "back.xlsx").worksheets[0]
    kinds = {row[1]: row for row in front.iter_rows(values_only=True)}
    assert kinds["date-unreadable"][0] == 12
    assert (
        kinds["date-unreadable"][-1] == "line 2, line 3, line 4, line 5, line 6, line 7 and 6 more"
    )
    assert "findings-told-in-part" in kinds


def test_a_sheet_that_has_no_room_for_all_rows_says_so(many_faults, tmp_path, monkeypatch):
    from candour.cli import returned_sheet

    monkeypatch.setattr(returned_sheet, "MOST_ROWS", 6)

    main(["validate", str(many_faults), "--workbook", str(tmp_path / "back.xlsx")])

    front, back = openpyxl.load_workbook(tmp_path / "back.xlsx").worksheets
    assert back.max_row == 6
    said = [str(cell) for row in front.iter_rows(values_only=True) for cell in row if cell]
    assert any("Only the first 5 rows of caseload.csv are given back" in cell for cell in said)


def test_a_page_lists_the_first_places_and_says_where_the_others_are(
    many_faults, monkeypatch, capsys
):
    from candour.cli import validate

    monkeypatch.setattr(validate, "MOST_SHOWN", 5)

    main(["validate", str(many_faults)])

    out = capsys.readouterr().out
    assert "the first 5 places; 9 more" in " ".join(out.split())


def test_json_in_pieces_is_the_same_document(many_faults, monkeypatch, capsys):
    from candour.cli import output

    main(["validate", str(many_faults), "--format", "json"])
    whole = capsys.readouterr().out
    monkeypatch.setattr(output, "_PIECE", 4)
    main(["validate", str(many_faults), "--format", "json"])
    pieces = capsys.readouterr().out

    assert pieces == whole == json.dumps(json.loads(whole), ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize(
    ("counts", "most", "limit"),
    [
        ([5, 5, 5], 20, 5),
        ([1, 2, 100], 20, 17),
        ([100, 100], 21, 10),
        ([100, 3, 100, 1], 24, 10),
        ([7, 7, 7], 2, 1),
        ([], 5, 1),
    ],
)
def test_a_rare_kind_is_told_whole_and_the_others_share_the_room(counts, most, limit):
    assert limit_for(counts, most) == limit


def test_part_by_part_the_first_rows_of_each_kind_are_the_same_as_at_once():
    at_once, by_parts = Told(most=10), Told(most=10)
    for told, step in ((at_once, 100), (by_parts, 7)):
        for start in range(0, 100, step):
            part = Found()
            rows = np.arange(start, min(start + step, 100))
            part.add("date-unreadable", "DOB", rows)
            part.add("row-without-its-key", None, rows[rows % 40 == 0])
            told.add(part, lambda at: (at + 1, at + 2))

    assert by_parts.findings("s", "f", None) == at_once.findings("s", "f", None)
    assert by_parts.untold() == at_once.untold() == {"date-unreadable": 93}
    assert len(at_once.findings("s", "f", None)) == 10


# ---------------------------------------------------------------- memory


@pytest.mark.parametrize("in_memory", [10, 1 << 20])
def test_numbers_come_back_from_the_disk_as_they_went(in_memory, monkeypatch, request):
    monkeypatch.setattr(spool, "IN_MEMORY", in_memory)
    held = spool.Spool(np.uint64)
    request.addfinalizer(held.close)
    for start in range(0, 50, 7):
        held.add(np.arange(start, start + 7))

    assert len(held) == 56
    assert [at for at, _ in held.slices(10)] == sorted(at for at, _ in held.slices(10))
    assert np.concatenate([part for _, part in held.slices(10)]).tolist() == list(range(56))


@pytest.mark.parametrize("at_once", [3, 1000])
def test_keys_that_stand_twice_are_found_whatever_part_they_are_in(at_once, monkeypatch):
    monkeypatch.setattr(keys, "AT_ONCE", at_once)
    seen = keys.KeysSeen()
    said = ["a", "b", "", "ab", "ba", "a", "é", "c", "", "é", "a" * 300, "a" * 299]
    for start in (0, 5):
        part = said[start : start + 5] if start == 0 else said[5:]
        seen.add(pa.array(part), np.array([text == "" for text in part]))

    twice = [text for text, again in zip(said, seen.repeated(), strict=True) if again]

    assert twice == ["a", "", "a", "é", "", "é"]


def test_what_does_not_fit_in_memory_goes_to_the_folder_that_is_named(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    (tmp_path / "spill").mkdir()
    engine = BareEngine(tmp_path / "spill", megabytes=60)
    rows = engine.sql("SELECT i, i::varchar || repeat('x', 60) AS text FROM range(900000) r(i)")

    counted = engine.arrow(engine.sql("SELECT count(*) AS n FROM {rows}", rows=rows))
    used = [*(tmp_path / "spill").rglob("*")]
    engine.close()

    assert counted.to_pylist() == [{"n": 900_000}]
    assert used != []
    assert [*(tmp_path / "elsewhere").iterdir()] == []


PEAK = """
import re, sys
from candour.cli.main import main
main(["validate", sys.argv[1], "--format", "csv", "--out", sys.argv[2]])
# Not ru_maxrss: a process begins with the peak of the one that started it.
print(re.search(r"VmHWM:\\s*([0-9]+) kB", open("/proc/self/status").read())[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux counts it")
def test_memory_grows_by_few_bytes_a_row(tmp_path):
    """A third of the rows are bad. Every further row of a file costs its findings, and no more."""
    peaks = []
    head = ",".join([*EPR, *LOCAL])
    for count in (60_000, 200_000):
        path = tmp_path / f"{count}.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write(head + "\n")
            for n in range(count):
                born = "31/02/1960" if n % 3 == 0 else "1961-04-17"
                cells = [cell or "" for cell in person(n, DOB=born)]
                file.write(",".join([*cells, *(f"x{n % 7}" for _ in LOCAL)]) + "\n")
        done = subprocess.run(
            [sys.executable, "-c", PEAK, str(path), str(tmp_path / "out.csv")],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stdout) * 1024)

    assert (peaks[1] - peaks[0]) / 140_000 < 450
