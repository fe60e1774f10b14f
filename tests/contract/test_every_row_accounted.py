"""Rows in = accepted + rejected + duplicate, on every file that any test reads and a layout knows.

The rows of a file are counted by another road: Python's own readers and openpyxl.
"""

import csv
import io
import json
import shutil
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from sheets_of_samples import text_of
from workbooks import EPR, person, write

import candour.sources
from candour.pipeline.receive import receive_folder
from candour.pipeline.run import sent_tables
from candour.pipeline.standardise.stage import standardise
from candour.sources import Layouts
from candour.tables import open_engine

SHIPPED = Path(candour.sources.__file__).parent
NOT_ROWS = ("totals-row", "end-of-the-table", "note-outside-the-table")
DUPLICATE = "same-row-again"


def files_of(real_data):
    """Every file by a name of its own: samples, field cases, real data, and made-up dirt."""
    found = {f"{p.parents[1].name}/{p.name}": p for p in sorted(SHIPPED.glob("*/sample/*"))}
    for folder in ("field_cases", "discharge_deaths", "pfd", "provider_returns", "lfpse"):
        found |= {f"{folder}/{p.name}": p for p in sorted((real_data / folder).glob("*.*"))}
    tables = (".csv", ".txt", ".json", ".xlsx")
    return {
        name: path
        for name, path in found.items()
        if path.suffix in tables and path.name != "submissions.csv"
    }


@pytest.fixture(scope="module")
def read(tmp_path_factory, real_data):
    """All of them received and standardised together, as one folder."""
    place = tmp_path_factory.mktemp("every")
    for name, path in files_of(real_data).items():
        (place / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place / "in" / name)
    dirt = place / "in" / "dirt"
    dirt.mkdir()
    rows = [[cell or "" for cell in person(n)] for n in range(6)]
    (dirt / "ragged.csv").write_text(
        "\n".join(
            [
                ",".join(EPR),
                ",".join(rows[0]),
                "",
                ",".join(rows[1][:5]),
                ",".join([*rows[2], "one more"]),
                ",".join(rows[0]),
                '"' + '","'.join(rows[3]).replace("Alder", "Al\nder") + '"',
            ]
        )
        + "\n",
        encoding="utf-8",
    )
    write(dirt / "titles.xlsx", {"List": [["A list"], [], EPR, *rows, rows[0], ["Total", 7]]})
    received = receive_folder(place / "in", place / "work", Layouts.shipped(), place / "store")
    with open_engine() as engine:
        standard = standardise(engine, sent_tables(received, Layouts.shipped()))
        outcomes = engine.rows(standard.rows.select("file", "sheet", "row", "outcome"))
    return place / "in", received, [*received.findings, *standard.findings], outcomes


def counted(path: Path, not_rows: int) -> int:
    """The data rows of a file. ``not_rows`` rows of a sheet are no records, as its findings say."""
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).worksheets[0]
        filled = [[c for c in row if c is not None] for row in sheet.iter_rows(values_only=True)]
        widest = max(len(row) for row in filled)
        head = next(n for n, row in enumerate(filled) if len(row) > widest / 2)
        two = head + 1 < len(filled) and not any(
            isinstance(cell, int | float) or str(cell)[:1].isdigit() for cell in filled[head + 1]
        )
        return sum(bool(row) for row in filled[head + 1 + two :]) - not_rows
    text = text_of(path)
    if path.suffix == ".json":
        # A row for each person whom an event touched, and one where it touched nobody.
        events = [entry["resource"] for entry in json.loads(text)["entry"]]
        return sum(max(1, len(event.get("contained", ()))) for event in events)
    head = text.split("\n", 1)[0]
    mark = max(",;\t|", key=head.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    return sum(any(row) for row in rows[1:])


def test_rows_in_are_accepted_rejected_or_duplicate_and_no_row_is_lost(read):
    folder, received, findings, outcomes = read
    known = {s.file for s in received.submissions if s.left_out is None}
    became = Counter((row["file"], row["outcome"]) for row in outcomes)
    beside = Counter(f.file for f in findings if f.code in NOT_ROWS)

    wrong = {}
    for name in sorted(known):
        rows = counted(folder / name, beside[name])
        said = [became[name, word] for word in ("accepted", "rejected", "duplicate")]
        if rows != sum(said):
            wrong[name] = (rows, *said)

    assert len(known) >= 40
    assert wrong == {}
    assert {row["outcome"] for row in outcomes} == {"accepted", "rejected", "duplicate"}


def test_every_row_that_was_not_taken_has_a_finding_with_its_number(read):
    _, _, findings, outcomes = read
    rejected = {(f.file, f.sheet, f.row) for f in findings if f.severity == "rejects-row"}
    again = {(f.file, f.sheet, f.row) for f in findings if f.code == DUPLICATE}

    for row in outcomes:
        place = (row["file"], row["sheet"], row["row"])
        assert row["outcome"] != "rejected" or place in rejected
        assert row["outcome"] != "duplicate" or place in again
