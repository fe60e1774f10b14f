"""The cases of all tables as one folder of extracts, so that one run answers for all of them."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import nhs_number
from spec_pipeline_tables import Case

FILES = {
    "Northvale": ("northvale.csv", "ZX901", "2026-03-01"),
    "Northvale, later": ("northvale_later.csv", "ZX901", "2026-05-01"),
    "Northvale, leave": ("northvale_leave.csv", "ZX901", "2026-03-02"),
    "Southvale": ("southvale.csv", "ZX902", "2026-03-03"),
    "Westvale, incident": ("westvale_contacts.csv", "ZX903", "2026-03-04"),
    "Registrar": ("register.csv", "ZX900", "2026-03-05"),
    "Registrar, later": ("register_later.csv", "ZX900", "2026-05-05"),
}
"""Who sends: the file, whose it is, and when it came."""
INCIDENTS = ("westvale_incidents.csv", "ZX903", "2026-03-04")

Place = tuple[str, int]
"""A file's name and a row in it, from 1."""


def good_numbers() -> Iterator[str]:
    """NHS numbers of the test range 999 that pass the check digit."""
    for middle in range(1_000, 1_000_000):
        stem = f"999{middle:06d}"
        number = f"{stem}{nhs_number.calculate_checksum(stem)}"
        if nhs_number.is_valid(number):
            yield number


def write_extracts(cases: Sequence[Case], folder: Path) -> dict[str, list[Place]]:
    """Write every file; gives the rows that each case was sent in, by the case's name."""
    numbers = good_numbers()
    shared: dict[str, str] = defaultdict(lambda: next(numbers))
    written: dict[str, list[dict[str, str]]] = defaultdict(list)
    places: dict[str, list[Place]] = defaultdict(list)
    for case in cases:
        first = case.rows[0]
        letter = first["number"] if first["number"] not in ("", "none") else case.name
        born = first["born"] or default_birth(case.number).isoformat()
        for row in case.rows:
            name = FILES[row["sent by"]][0]
            number = "" if row["number"] == "none" else shared[letter]
            written[name].append(_extract_row(case, row, number, born))
            places[case.name].append((name, len(written[name])))
    incidents = [_incident(row["recordid"]) for row in written[FILES["Westvale, incident"][0]]]
    written[INCIDENTS[0]] = incidents
    for name, rows in written.items():
        _write(folder / name, rows)
    _write(
        folder / "submissions.csv",
        [
            {"file": name, "received_on": received, "provider": provider, "legal_basis": "invented"}
            for name, provider, received in (*FILES.values(), INCIDENTS)
        ],
    )
    return places


def default_birth(number: int) -> dt.date:
    """A birth date of the case's own, far from any other case's."""
    return dt.date(1931, 1, 9) + dt.timedelta(days=97 * number)


def _extract_row(case: Case, row: dict[str, str], number: str, born: str) -> dict[str, str]:
    sender = row["sent by"]
    if sender.startswith("Registrar"):
        return _registration(case, row, number, born)
    if sender == "Northvale, leave":
        return {
            "ClientID": f"N-{case.number}",
            "AbsenceType": row["away"],
            "AbsenceStart": row["from"],
            "AbsenceEnd": row["until"],
            "AbsenceEndReason": "",
        }
    if sender == "Westvale, incident":
        return {
            "recordid": f"W-{case.number}",
            "link_type": "A",
            "con_forenames": "",
            "con_surname": case.person,
            "con_nhsno": number,
            "con_dob": _day_first(born),
            "con_dod": _day_first(row["died"]),
        }
    return {
        "ClientID": f"{sender[0]}-{case.number}",
        "NHSNumber": number,
        "Surname": case.person,
        "DOB": born,
        "DateOfDeath": row["died"],
        "DeathNotifiedDate": row["told on"],
        "SourceOfDeathInfo": "",
        "LastContactDate": "",
        "Team": "",
        "ReferralEnd": row["care closed"],
        "WardCode": "ELM" if row["from"] else "",
        "AdmitDT": row["from"],
        "DischDT": row["until"],
        "DischMethod": _code(row["how it ended"]),
        "DischDest": _code(row["went to"]),
        "MHASection": "",
        "ObsLevel": "",
    }


def _registration(case: Case, row: dict[str, str], number: str, born: str) -> dict[str, str]:
    birth = dict.fromkeys(("DOBDY", "DOBMT", "DOBYR"), "")
    if born != "not known":
        birth = dict(zip(("DOBYR", "DOBMT", "DOBDY"), born.split("-"), strict=True))
    year, month, day = "", "", ""
    if row["died"] != "no date":
        year, month, day = (*row["died"].split("-"), "00", "00")[:3]
    return {
        "LEDRID": f"R-{case.number}",
        "NHSNO_1": number,
        "NHSNORSS": "",
        "FNAMD_1": "",
        "SNAMD": case.person,
        "SEX": "",
        **birth,
        "DODDY": day,
        "DODMT": month,
        "DODYR": year,
        "DOR": "2026-02-20",
        "PCDR": "",
        "CESTRSS": "",
        "ICD10U": "",
        "ICD10UF": "",
        "CERTTYPE": "",
        "CORAREAT": "",
        "DOINQT": "",
        "INQCERT": "",
    }


def _incident(reference: str) -> dict[str, str]:
    return {
        "recordid": reference,
        "inc_type": "PAT",
        "inc_category": "DEATH",
        "inc_severity": "HIGH",
        "inc_result": "DEATH",
        "inc_dincident": "20/02/2025",
        "inc_time": "",
        "inc_dreported": "21/02/2025",
        "rep_approved": "FINAL",
    }


def _code(text: str) -> str:
    """`53 ward` as the code alone: the words are for the reader of the table."""
    return text.split(" ")[0]


def _day_first(day: str) -> str:
    return "/".join(reversed(day.split("-"))) if day else ""


def _write(path: Path, rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
