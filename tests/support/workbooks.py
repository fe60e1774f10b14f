"""Workbooks for tests, written as people and systems write them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

EPR = [
    *("ClientID", "NHSNumber", "Surname", "DOB", "DateOfDeath", "DeathNotifiedDate"),
    *("SourceOfDeathInfo", "LastContactDate", "Team", "ReferralEnd", "WardCode", "AdmitDT"),
    *("DischDT", "DischMethod", "DischDest", "MHASection", "ObsLevel"),
]

ULYSSES = """
id: ulysses-of-a-test
version: 1.0.0
title: Incidents, one row a person, for a test
purpose: learning from deaths
files:
  incidents:
    kind: incident
    header: {find: [Incident Number, Incident Date, Date Reported, NHS No, DOB]}
    stop_at: "end of report*"
    rows_are: [person, report]
    key: {person: [NHS No], report: [Incident Number, NHS No]}
    columns:
      Incident Number: report.local_reference
      NHS No: person.nhs_number
      DOB: person.birth_date
      Date Reported: report.reported_on
      Incident Date: report.opened_on
      Date Closed: report.finished_on
      Cause Group: report.category
    not_carried: [Time, Directorate, Department, Cause 1, Person Type, Actual Impact,
      Potential Impact, SI Y/N, Outcome]
    dates: {order: dmy}
"""


def write(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    """Write each sheet from its first row; None leaves a cell out."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    sheet.cell(number, column, value)
    book.save(path)
    return path


def person(number: int, **changed: Any) -> list[Any]:
    """One row of the EPR layout about an invented person."""
    row = dict.fromkeys(EPR) | {
        "ClientID": f"P-{number}",
        "NHSNumber": None,
        "Surname": "Alder" + "".join("bcdfghklmn"[int(digit)] for digit in str(number)),
        "DOB": "1961-04-17",
        "DateOfDeath": "2025-02-20",
        "WardCode": "ELM",
        "AdmitDT": "2025-01-06",
        "DischDT": "2025-02-03",
        "DischMethod": "1",
        "DischDest": "19",
    }
    return [*(row | changed).values()]
