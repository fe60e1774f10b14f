"""Extracts of a few invented people, and the command line called as a person calls it.

Small on purpose: a run costs seconds, so many cases share one.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from candour.cli.main import main

CASELOAD = (
    "ClientID",
    "NHSNumber",
    "Surname",
    "DOB",
    "DateOfDeath",
    "DeathNotifiedDate",
    "SourceOfDeathInfo",
    "LastContactDate",
    "Team",
    "ReferralEnd",
    "WardCode",
    "AdmitDT",
    "DischDT",
    "DischMethod",
    "DischDest",
    "MHASection",
    "ObsLevel",
)
ABSENCES = ("ClientID", "AbsenceType", "AbsenceStart", "AbsenceEnd", "AbsenceEndReason")
REGISTRATIONS = (
    "LEDRID",
    "NHSNO_1",
    "NHSNORSS",
    "FNAMD_1",
    "SNAMD",
    "SEX",
    "DOBDY",
    "DOBMT",
    "DOBYR",
    "DODDY",
    "DODMT",
    "DODYR",
    "DOR",
    "PCDR",
    "CESTRSS",
    "ICD10U",
    "ICD10UF",
    "CERTTYPE",
    "CORAREAT",
    "DOINQT",
    "INQCERT",
)
SUBMISSIONS = ("file", "received_on", "provider", "layout", "purpose", "legal_basis")


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as one JSON document; a second document, or a word beside it, fails."""
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, str]]:
        """Standard output as CSV."""
        return list(csv.DictReader(io.StringIO(self.out)))


def say(*words: object) -> Said:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(word) for word in words])
    return Said(code, out.getvalue(), err.getvalue())


def done(*words: object) -> Said:
    """Run a command that has to end well."""
    said = say(*words)
    assert said.code == 0, said.err
    return said


def write_csv(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> Path:
    """Write rows under a header; what a row does not name is empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def submission(file: str, received_on: str, provider: str) -> dict[str, str]:
    """A line of submissions.csv for invented data."""
    return {
        "file": file,
        "received_on": received_on,
        "provider": provider,
        "purpose": "learning from deaths",
        "legal_basis": "invented data",
    }


def registration(
    ledrid: str, nhs: str, surname: str, born: str, died: str, **more: str
) -> dict[str, str]:
    """A row of the registration extract, its dates given as ISO."""
    born_parts, died_parts = born.split("-"), died.split("-")
    return {
        "LEDRID": ledrid,
        "NHSNO_1": nhs,
        "SNAMD": surname,
        **dict(zip(("DOBYR", "DOBMT", "DOBDY"), born_parts, strict=True)),
        **dict(zip(("DODYR", "DODMT", "DODDY"), died_parts, strict=True)),
        "DOR": "20250401",
        **more,
    }


def nhs_number(number: int) -> str:
    """The nth good number of the range for tests that begins with 999."""
    found = 0
    for middle in range(1_000_000):
        first_nine = f"999{middle:06d}"
        check = -sum(int(d) * (10 - place) for place, d in enumerate(first_nine)) % 11
        if check == 10:
            continue
        found += 1
        if found == number:
            return f"{first_nine}{check}"
    raise ValueError("there are not so many")


def small_folder(folder: Path) -> Path:
    """Four people in two lists: one who died after leaving hospital, one on the ward."""
    write_csv(
        folder / "caseload.csv",
        CASELOAD,
        [
            {
                "ClientID": "EX-1",
                "NHSNumber": nhs_number(1),
                "Surname": "Aldermoor",
                "DOB": "1961-04-17",
                "DateOfDeath": "2025-02-20",
                "DeathNotifiedDate": "2025-02-24",
                "AdmitDT": "2025-01-06",
                "DischDT": "2025-02-03",
                "DischMethod": "1",
                "DischDest": "19",
                "MHASection": "Informal",
            },
            {
                "ClientID": "EX-2",
                "NHSNumber": nhs_number(2),
                "Surname": "Birchenall",
                "DOB": "1947-09-30",
                "DateOfDeath": "2025-03-09",
                "AdmitDT": "2025-02-11",
                "DischDT": "2025-03-09",
                "DischMethod": "4",
                "DischDest": "79",
            },
            {"ClientID": "EX-3", "Surname": "Corrimony", "DOB": "1972-13-01"},
        ],
    )
    write_csv(
        folder / "registrations.csv",
        REGISTRATIONS,
        [
            registration("RX-1", nhs_number(1), "Aldermoor", "1961-04-17", "2025-02-20"),
            registration("RX-4", nhs_number(4), "Dunwold", "1955-03-28", "2025-03-18"),
        ],
    )
    write_csv(
        folder / "submissions.csv",
        SUBMISSIONS,
        [
            submission("caseload.csv", "2025-04-01", "ZX901"),
            submission("registrations.csv", "2025-04-10", "ZX900"),
        ],
    )
    return folder


def manifest(run: Path) -> dict[str, Any]:
    """A run's manifest."""
    found: dict[str, Any] = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    return found


def digests(run: Path) -> dict[str, str]:
    """The content digest of each table, as the manifest has it."""
    return {name: table["digest"] for name, table in manifest(run)["tables"].items()}


def is_whole(run: Path) -> bool:
    """Whether every table that the manifest lists is there with its rows, and the rest too."""
    for name, said in manifest(run)["tables"].items():
        (path,) = run.glob(f"*/{name}.parquet")
        if pq.read_metadata(path).num_rows != said["rows"]:
            return False
    names = {"findings.csv", "submissions.csv", "run-log.json"}
    return names <= {path.name for path in run.iterdir()} and not (run / "work").exists()


def left_over(folder: Path) -> list[str]:
    """What a run that did not end may leave beside its place."""
    return sorted(p.name for p in folder.rglob("*") if ".building-" in p.name or ".arriv" in p.name)


def table(run: Path, name: str) -> pa.Table:
    """One table of a run."""
    (path,) = run.glob(f"*/{name}.parquet")
    return pq.read_table(path)
