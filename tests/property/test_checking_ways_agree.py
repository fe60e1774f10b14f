"""The quick way of checking a file gives what the long way gives, finding for finding."""

import csv
import datetime as dt
import shutil
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import person

import candour.sources
from candour.pipeline.checking import columns, keys, repeats, spool
from candour.pipeline.checking.files import thorough_findings
from candour.pipeline.checking.quick import quick_findings
from candour.pipeline.receive import fast
from candour.sources import Layouts

SAMPLES = sorted(
    path
    for path in Path(candour.sources.__file__).parent.glob("*/sample/*")
    if path.suffix in (".csv", ".xlsx") and path.name != "submissions.csv"
)
EPR = (
    *("ClientID", "NHSNumber", "Surname", "DOB", "DateOfDeath", "DeathNotifiedDate"),
    *("SourceOfDeathInfo", "LastContactDate", "Team", "ReferralEnd", "WardCode", "AdmitDT"),
    *("DischDT", "DischMethod", "DischDest", "MHASection", "ObsLevel"),
)
DATES = (
    *("2024-03-01", "2024-03-09", "2023-12-31", "1950-01-01", "1951-06-02", "31/12/2024"),
    *("03/04/2024", "12/25/2023", "2024-02-30", "03/04/24", "04-Mar-2024", "March 2024", "1890"),
    *("45123", "2024-03-01 23:30", "2024-03-01T23:30:00Z", "01/03/2024 25:61", "2199-01-01"),
    *("", "NULL", "-", "soon", " 2024-03-01 ", "1889-01-01", "\u0662024-03-01"),
)
CELLS = {
    "ClientID": st.sampled_from(("P1", "P2", " P1", "P3", "", "NULL", "1.2E+05", "1e5", "A|B")),
    "NHSNumber": st.sampled_from(
        (
            *("9990000018", "999 000 0018", "9990000026", "999000002", "9999999999", "x"),
            *(
                "",
                "n/a",
                "9.99E+09",
                "9990000000.0",
                "3999999990",
                "\uff19\uff19\uff19\uff10\uff10\uff10\uff10018",
            ),
        )
    ),
    "Surname": st.sampled_from(("Alder", "alder", "Birch", "", "O'Brien", "Brie\u0301")),
    "SourceOfDeathInfo": st.just("Family"),
    "Team": st.just("CMHT"),
    "WardCode": st.just("ELM"),
    "DischMethod": st.sampled_from(("1", "4", "5", "", "9x", " 1", "04")),
    "DischDest": st.sampled_from(("19", "79", "", "ZZ", "19 ")),
    "MHASection": st.sampled_from(("Informal", "S2", "informal", "", "S99", "CTO")),
    "ObsLevel": st.sampled_from(("general", "1:1", "", "Level 9")),
}
ROW = st.tuples(*(CELLS.get(name, st.sampled_from(DATES)) for name in EPR))


def told(findings):
    return sorted(
        (f.row or 0, f.line or 0, f.code, f.field or "", f.sheet or "", f.stage, f.message)
        for f in findings or []
    )


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: f"{p.parents[1].name}/{p.name}")
def test_every_sample_of_a_layout(path):
    quick = quick_findings(path, Layouts.shipped())

    # Which lists take the quick way is the test below.
    if quick is not None:
        assert told(quick.findings) == told(thorough_findings([path], Layouts.shipped()).findings)


def test_the_quick_way_is_taken_for_most_lists_of_one_file():
    taken = {p.parents[1].name for p in SAMPLES if quick_findings(p, Layouts.shipped()) is not None}

    assert taken >= {"epr", "discharge-deaths", "pfd-text", "mortality-review-log", "steis"}


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(rows=st.lists(ROW, min_size=20, max_size=90), ending=st.sampled_from(("\n", "\r\n")))
def test_rows_of_every_kind(tmp_path_factory, rows, ending):
    folder = tmp_path_factory.mktemp("rows")
    path = folder / "caseload.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator=ending).writerows([EPR, *rows])

    quick = quick_findings(path, Layouts.shipped())

    assert quick is not None or _rounded(rows)
    if quick is not None:
        assert told(quick.findings) == told(thorough_findings([path], Layouts.shipped()).findings)
    shutil.rmtree(folder)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(rows=st.lists(ROW, min_size=60, max_size=120))
def test_rows_that_are_looked_at_in_parts(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("parts")
    path = folder / "caseload.csv"
    # The order of days is that of the whole column: only the last part shows it.
    rows = [[*row[:3], "03/04/1961", *row[4:]] for row in rows]
    rows.append([*rows[0][:3], "20/04/1961", *rows[0][4:]])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([EPR, *rows, *rows[:20]])

    with pytest.MonkeyPatch.context() as little:
        little.setattr(fast, "_BLOCK", 1_000)
        little.setattr(columns, "MOST_ROWS", 9)
        little.setattr(keys, "AT_ONCE", 11)
        little.setattr(repeats, "AT_ONCE", 7)
        little.setattr(spool, "IN_MEMORY", 200)
        quick = quick_findings(path, Layouts.shipped())

    assert quick is not None or _rounded(rows)
    if quick is not None:
        assert told(quick.findings) == told(thorough_findings([path], Layouts.shipped()).findings)
        assert "same-row-again" in {f.code for f in quick.findings}
    shutil.rmtree(folder)


def _rounded(rows):
    """Where no number is sound the column may have been rounded, which takes the long way."""
    return not any(row[1].replace(" ", "") in ("9990000018", "9990000026") for row in rows)


def test_a_workbook_with_everything_that_people_put_around_rows(tmp_path):
    path = tmp_path / "return.xlsx"
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["Deaths of the quarter", None, None])
    sheet.append([])
    sheet.append([*EPR, "Notes of the ward"])
    for number in range(1, 30):
        sheet.append([*person(number, DOB="31/02/1960" if number % 7 == 0 else "1961-04-17"), "x"])
    sheet.append(person(3))
    sheet.append([*EPR])
    sheet.append([None, "a slip", None])
    sheet.append([*person(40, DateOfDeath=dt.date(2025, 2, 20), DischDest="79\u200b")])
    sheet.append(["Total", 31])
    sheet.append(["Printed on a Monday"])
    sheet.row_dimensions[9].hidden = True
    sheet.column_dimensions["R"].hidden = True
    sheet["C5"] = '=UPPER("alder")'
    sheet.merge_cells("I7:I8")
    made.create_sheet("Guide").append(["How to fill this in"])
    made.create_sheet("Lists").sheet_state = "hidden"
    made.save(path)

    quick = quick_findings(path, Layouts.shipped())

    assert told(quick.findings) == told(thorough_findings([path], Layouts.shipped()).findings)
    assert {f.code for f in quick.findings} >= {
        *("row-hidden", "totals-row", "header-row-repeated", "row-holds-one-cell", "cells-merged"),
        *("column-hidden", "sheet-hidden", "sheet-not-recognised", "formula-without-value"),
        *("same-row-again", "characters-that-do-not-show", "date-unreadable"),
    }
