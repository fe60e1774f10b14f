"""The long way of checking: what it holds has a bound, and nothing goes without a word."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from workbooks import EPR, person

from candour.dataset.findings import finding
from candour.dataset.noticed import Listed, Place
from candour.pipeline.checking import checked, found
from candour.pipeline.checking.files import thorough_findings
from candour.pipeline.checking.gathered import Gathered
from candour.pipeline.receive.exact import KeptOut
from candour.pipeline.standardise import ragged
from candour.sources import Layouts

ONE, OTHER = Place("s", "one.csv"), Place("s", "two.csv", "Deaths")


def take(notices, place, code, rows):
    notices.rows("standardised", place, code, "DOB", np.array(rows), np.array(rows) + 1)


def test_findings_that_fit_are_those_of_a_list(monkeypatch):
    monkeypatch.setattr(found, "MOST_TOLD", 9)
    listed, gathered = Listed(), Gathered()
    for notices in (listed, gathered):
        notices.one(finding("file-empty", file="three.csv"))
        take(notices, ONE, "date-unreadable", [1, 4])
        take(notices, OTHER, "date-unreadable", [2])
        take(notices, ONE, "date-unreadable", [7])

    of = gathered.checked()

    assert sorted(map(repr, of.findings)) == sorted(map(repr, listed.findings))
    assert of.untold == {}


def test_of_each_kind_and_file_the_first_rows_are_told_whatever_parts_they_came_in(monkeypatch):
    monkeypatch.setattr(found, "MOST_TOLD", 10)
    gathered = Gathered()
    for start in range(0, 100, 7):
        rows = np.arange(start, min(start + 7, 100))
        take(gathered, ONE, "date-unreadable", rows)
        take(gathered, OTHER, "date-partial", rows[rows % 40 == 0])

    of = gathered.checked()

    assert [f.row for f in of.findings if f.code == "date-unreadable"] == [*range(7)]
    assert [f.row for f in of.findings if f.code == "date-partial"] == [0, 40, 80]
    assert of.untold == {"date-unreadable": 93}
    (said,) = (f for f in of.findings if f.code == "findings-told-in-part")
    assert (said.file, said.field) == ("one.csv", "DOB")
    assert "100 rows, of which the first 7 are named" in said.message


def test_rows_kept_out_come_back_as_they_went():
    kept = KeptOut()
    rows = [(3, 4, "row-hidden"), (5, None, "row-not-readable"), (9, 12, "row-hidden")]
    for row in rows:
        kept.add(*row)

    assert kept == tuple(rows)
    assert kept[1:] == rows[1:]
    assert {code: (at.tolist(), on.tolist()) for code, at, on in kept.by_code()} == {
        "row-hidden": ([3, 9], [4, 12]),
        "row-not-readable": ([5], [-1]),
    }


def test_rows_that_cannot_be_taken_apart_are_told_in_parts_too(tmp_path, monkeypatch):
    monkeypatch.setattr(ragged, "AT_ONCE", 2)
    path = tmp_path / "caseload.csv"
    rows = [",".join(cell or "" for cell in person(n)) for n in range(7)]
    path.write_text("\n".join([",".join(EPR), rows[0], *(f"{row},x" for row in rows[1:])]) + "\n")

    of = thorough_findings([path], Layouts.shipped())

    assert [f.row for f in of.findings if f.code == "row-has-too-many-fields"] == [*range(2, 8)]


def test_a_file_of_no_known_layout_is_told_its_rows_without_holding_them(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Colour,Colour\nred,1\nblue\ngreen,2,3\n")

    of = checked([path])

    about = {(f.code, f.row) for f in of.findings}
    assert about >= {("row-has-too-few-fields", 2), ("row-has-too-many-fields", 3)}
    assert "unknown-layout" in {f.code for f in of.findings}
    assert not any("Colour" in f.message for f in of.findings if f.code != "unknown-layout")


PEAK = """
import re, sys
from pathlib import Path
from candour.cli.main import main
from candour.pipeline.checking import files
# As for a large file, at a size that takes seconds.
files._LEAST_MEGABYTES = files._MOST_MEGABYTES = 100
files._LARGE_MEGABYTES = -1
main(["validate", sys.argv[1], "--format", "csv", "--out", sys.argv[2]])
# Not ru_maxrss: a process begins with the peak of the one that started it.
print(re.search(r"VmHWM:\\s*([0-9]+) kB", open("/proc/self/status").read())[1])
"""
HEAD = (
    "Incident Number,Incident Date,Time,Date Reported,Directorate,Department,Cause Group,Cause 1,"
    "Person Type,NHS No,DOB,Actual Impact,Potential Impact,SI Y/N,Outcome,Date Closed"
)
REST = "2 - Low Harm,3 - Moderate Harm,N,Reviewed,2024-02-20"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux counts it")
def test_memory_of_the_long_way_grows_by_few_bytes_a_row(tmp_path):
    """A third of the rows are bad, and every tenth stands twice."""
    peaks = []
    for count in (40_000, 100_000):
        path = tmp_path / f"incidents_{count}.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write(HEAD + "\n")
            for n in range(count):
                born = "31/02/1960" if n % 3 == 0 else "17/04/1961"
                key = f"UL-{n - n % 10 // 9},2024-02-01,09:15,2024-02-02,Adult,Elm,FALL,"
                file.write(f"{key},Patient,9990000018,{born},{REST}\n")
        done = subprocess.run(
            [sys.executable, "-c", PEAK, str(path), str(tmp_path / "out.csv")],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stdout) * 1024)
        assert "date-unreadable" in (tmp_path / "out.csv").read_text()

    assert (peaks[1] - peaks[0]) / 60_000 < 600, peaks
