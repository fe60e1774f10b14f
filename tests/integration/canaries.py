"""A folder of every shipped layout in which each value that could tell who somebody was is unique.

So wherever one of them turns up, it is known which value leaked, and from which column.
"""

from __future__ import annotations

from pathlib import Path

from canary import Canaries
from promise_world import (
    ABSENCES,
    CASELOAD,
    REGISTRATIONS,
    SUBMISSIONS,
    registration,
    submission,
    write_csv,
)

CONTACTS = (
    "recordid",
    "link_type",
    "con_forenames",
    "con_surname",
    "con_nhsno",
    "con_dob",
    "con_dod",
)
INCIDENTS = (
    "recordid",
    "inc_ourref",
    "inc_name",
    "inc_type",
    "inc_category",
    "inc_subcategory",
    "inc_severity",
    "inc_result",
    "inc_grade",
    "inc_dincident",
    "inc_time",
    "inc_dreported",
    "inc_dopened",
    "inc_dsched",
    "inc_unit",
    "inc_specialty",
    "inc_locactual",
    "inc_notes",
    "inc_actiontaken",
    "rep_approved",
)
OWN_MAPPING = """id: names-only
version: 1.0.0
title: A list of people told apart by their names
delivery: increment
purpose: learning from deaths
files:
  people:
    kind: provider-deaths
    header: {find: [FamilyName, BornOn, DiedOn]}
    rows_are: [person, death]
    key: {person: [FamilyName, BornOn], death: [FamilyName, BornOn]}
    columns: {FamilyName: person.surname, BornOn: person.birth_date, DiedOn: death.death_date}
    dates: {order: iso}
    nulls: [""]
    implies: {death.died: "yes"}
joins: []
"""


def dmy(iso: str) -> str:
    """An ISO date as 17/05/1931."""
    return "/".join(reversed(iso.split("-")))


def folder_of_canaries(folder: Path) -> Canaries:
    """Write the folder `in`, a mapping of one's own and decisions; gives the canaries."""
    c = Canaries()
    source = folder / "in"
    shared = {"nhs": c.number("shared nhs"), "surname": c.word("shared surname")}
    shared["born"] = c.born("shared birth")
    _epr(source, c, shared)
    _registrations(source, c, shared)
    _incidents(source, c, shared)
    _four_lists(source, c)
    _others(source, c)
    _submissions(source, c)
    (folder / "mappings").mkdir()
    (folder / "mappings" / "own.yaml").write_text(OWN_MAPPING, encoding="utf-8")
    write_csv(
        folder / "decisions.csv",
        ("left", "right", "decision", "decided_on", "by", "why"),
        [
            {
                "left": "ZX901/caseload:EX-1",
                "right": "ZX900/registrations:RX-1",
                "decision": "same",
                "decided_on": "2025-05-01",
                "by": c.word("decision by"),
                "why": f"Her sister {c.word('decision why')} confirmed it.",
            },
            {
                "left": f"caseload:{c.word('decision about an unknown identity')}",
                "right": c.number("decision about a number"),
                "decision": "different",
                "decided_on": "2025-05-01",
                "by": "A linkage officer",
                "why": c.word("why of a decision that cannot be kept"),
            },
        ],
    )
    return c


def _epr(source: Path, c: Canaries, shared: dict[str, str]) -> None:
    stay = {"AdmitDT": "2025-01-06", "DischDT": "2025-02-03", "DischMethod": "1", "DischDest": "19"}
    rows = [
        {
            "ClientID": "EX-1",
            "NHSNumber": shared["nhs"],
            "Surname": shared["surname"],
            "DOB": shared["born"],
            "DateOfDeath": "2025-02-20",
            "DeathNotifiedDate": "2025-02-24",
            "SourceOfDeathInfo": f"Told by {c.word('SourceOfDeathInfo')}",
            "Team": c.word("Team"),
            "MHASection": c.word("an unmapped MHASection"),
            "ObsLevel": c.word("an unmapped ObsLevel"),
            **stay,
        },
        # The system uses the NHS number as its own id.
        {
            "ClientID": c.number("ClientID"),
            "Surname": c.word("Surname"),
            "DOB": c.born("DOB"),
            "DateOfDeath": "2025-03-01",
            **stay,
        },
        # What cannot be read must not be shown in saying so; AdmitDT is part of a key.
        {
            "ClientID": "EX-3",
            "NHSNumber": f"{c.word('NHSNumber that is none')}",
            "Surname": c.word("Surname"),
            "DOB": f"{c.word('DOB that is none')}",
            "DateOfDeath": f"{c.word('DateOfDeath that is none')}",
            "DischMethod": c.word("DischMethod"),
            "DischDest": c.word("DischDest"),
            "AdmitDT": c.word("AdmitDT that is none"),
            "DischDT": c.born("a birth date in DischDT")[:4] + "-13-01",
        },
        {"Surname": c.word("Surname without a key"), "DOB": c.born("DOB without a key")},
        {"ClientID": "EX-5", "NHSNumber": shared["nhs"][:-1] + "x", "DOB": c.born("DOB")},
    ]
    path = write_csv(source / "ZX901" / "caseload.csv", CASELOAD, rows)
    ragged = f"EX-6,{c.number('ragged row')},{c.word('ragged row')},{c.born('ragged row')}"
    stray = f'EX-7,"{c.number("row with a stray quote")},{c.word("row with a stray quote")}'
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(f"{ragged}\n{ragged}{',x' * len(CASELOAD)}\n{stray}\n")
    write_csv(
        source / "ZX901" / "absences.csv",
        ABSENCES,
        [
            {
                "ClientID": "EX-1",
                "AbsenceType": c.word("an unmapped AbsenceType"),
                "AbsenceStart": c.word("AbsenceStart that is none"),
                "AbsenceEndReason": f"Came back with {c.word('AbsenceEndReason')}",
            }
        ],
    )


def _registrations(source: Path, c: Canaries, shared: dict[str, str]) -> None:
    write_csv(
        source / "registrations.csv",
        REGISTRATIONS,
        [
            registration(
                "RX-1",
                shared["nhs"],
                shared["surname"],
                shared["born"],
                "2025-02-20",
                FNAMD_1=c.word("FNAMD_1"),
                PCDR=c.postcode("PCDR"),
                CORAREAT=c.word("CORAREAT"),
                ICD10U=c.word("ICD10U"),
                INQCERT=c.word("INQCERT"),
                SEX=c.word("SEX"),
            ),
            registration(
                "RX-2",
                c.number("NHSNO_1"),
                c.word("SNAMD"),
                c.born("DOBYR, DOBMT, DOBDY"),
                "2025-03-18",
                FNAMD_1=c.word("FNAMD_1"),
                PCDR=c.word("PCDR that is none"),
            ),
        ],
    )


def _incidents(source: Path, c: Canaries, shared: dict[str, str]) -> None:
    written = ("inc_ourref", "inc_name", "inc_category", "inc_subcategory", "inc_severity")
    written += ("inc_grade", "inc_unit", "inc_specialty", "inc_locactual", "inc_notes")
    written += ("inc_actiontaken", "inc_time")
    rows = [
        {
            **{name: c.word(name) for name in written},
            "recordid": f"D{number}",
            "inc_type": "PAT",
            "inc_result": result,
            "inc_dincident": "20/02/2025",
            "inc_dreported": "21/02/2025",
            "rep_approved": "FINAL",
        }
        for number, result in enumerate(("DEATH", "NOHARM", "HARM"), start=1)
    ]
    write_csv(source / "ZX901" / "incidents.csv", INCIDENTS, rows)
    write_csv(
        source / "ZX901" / "contacts.csv",
        CONTACTS,
        [
            {
                "recordid": "D1",
                "link_type": "A",
                "con_forenames": c.word("con_forenames"),
                "con_surname": shared["surname"],
                "con_nhsno": shared["nhs"],
                "con_dob": dmy(shared["born"]),
                "con_dod": "20/02/2025",
            },
            {
                "recordid": "D2",
                "link_type": "A",
                "con_forenames": c.word("con_forenames"),
                "con_surname": c.word("con_surname"),
                "con_nhsno": c.number("con_nhsno"),
                "con_dob": dmy(c.born("con_dob")),
            },
            {
                "recordid": "D3",
                "link_type": c.word("link_type"),
                "con_forenames": c.word("con_forenames of a member of staff"),
                "con_surname": c.word("con_surname of a member of staff"),
                "con_dob": dmy(c.born("con_dob of a member of staff")),
            },
        ],
    )


def _four_lists(source: Path, c: Canaries) -> None:
    write_csv(
        source / "ZX902" / "patients.csv",
        ("subject_id", "gender", "dob"),
        [
            {"subject_id": "901", "gender": c.word("gender"), "dob": c.born("dob")},
            {"subject_id": "902", "gender": "F", "dob": c.word("dob that is none")},
        ],
    )
    write_csv(
        source / "ZX902" / "admissions.csv",
        (
            "subject_id",
            "hadm_id",
            "admittime",
            "dischtime",
            "deathtime",
            "admission_type",
            "admission_location",
            "discharge_location",
            "hospital_expire_flag",
        ),
        [
            {
                "subject_id": "901",
                "hadm_id": "9101",
                "admittime": "2025-01-01 10:00:00",
                "dischtime": "2025-01-09 10:00:00",
                "admission_type": c.word("admission_type"),
                "admission_location": c.word("admission_location"),
                "discharge_location": c.word("discharge_location"),
                "hospital_expire_flag": c.word("hospital_expire_flag"),
            }
        ],
    )
    for name in ("deaths_known_to_provider.csv", "deaths_known_to_registry.csv"):
        write_csv(
            source / "ZX902" / name,
            ("subject_id", "date_of_death", "extra"),
            [
                {"subject_id": "901", "date_of_death": "2025-02-01", "extra": c.word("extra")},
                {"subject_id": "902", "date_of_death": c.word("date_of_death that is none")},
            ],
        )


def _others(source: Path, c: Canaries) -> None:
    write_csv(
        source / "ZX903" / "names.csv",
        ("FamilyName", "BornOn", "DiedOn"),
        [
            {
                "FamilyName": c.word("a name that is a key"),
                "BornOn": c.born("a birth date that is a key"),
                "DiedOn": "2025-04-01",
            }
        ],
    )
    twice = c.word("the first line of a file without a header")
    (source / "no header.csv").write_text(
        f"{twice},{twice},{c.number('a file without a header')}\n{c.word('its second line')},,\n",
        encoding="utf-8",
    )
    (source / "letter.txt").write_bytes(f"{c.word('a letter')}\0{c.born('a letter')}".encode())
    (source / "picture.pdf").write_bytes(f"%PDF {c.word('a document')}".encode())
    damaged = f"PAR1{c.word('a damaged Parquet file')}PAR1"
    (source / "damaged.parquet").write_bytes(damaged.encode())


def _submissions(source: Path, c: Canaries) -> None:
    path = write_csv(
        source / "submissions.csv",
        (*SUBMISSIONS, "remarks"),
        [
            {
                **submission("ZX901/caseload.csv", "2025-04-01", "ZX901"),
                "remarks": c.word("a column of submissions.csv that is not asked for"),
            },
            {
                **submission("registrations.csv", "2025-04-01", "ZX900"),
                "received_on": c.word("received_on that is none"),
            },
            {
                **submission("no header.csv", "2025-04-01", "ZX901"),
                "layout": c.word("a layout that is none"),
            },
            submission(f"{c.word('the name of a file that is not there')}.csv", "2025-04-01", ""),
        ],
    )
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{c.word('a ragged line of submissions.csv')},2025-04-01\n")
