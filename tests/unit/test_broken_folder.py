"""Folders that once gave a wrong answer, or none: each person here is one fault that was mended."""

from __future__ import annotations

import csv
import io
from typing import Any

import nhs_number
import pytest

from candour.definitions import get
from candour.pipeline.answers import open_run
from candour.pipeline.answers.deaths import deaths
from candour.pipeline.answers.periods import Period
from candour.pipeline.run import run

EPR = [
    "ClientID",
    "NHSNumber",
    "Surname",
    "DOB",
    "DateOfDeath",
    "AdmitDT",
    "DischDT",
    "DischMethod",
    "DischDest",
]
ADMISSIONS = (
    "subject_id,hadm_id,admittime,dischtime,deathtime,discharge_location,hospital_expire_flag\n"
)
DAY = Period()


def number(tail: int) -> str:
    """A sound NHS number of the test range, another one for each ``tail``."""
    whole = (f"999{tail:05d}{last:02d}" for last in range(100))
    return next(each for each in whole if nhs_number.is_valid(each))


def epr(*rows: dict[str, str], columns: list[str] | None = None) -> str:
    page = io.StringIO()
    writer = csv.DictWriter(page, columns or EPR, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return page.getvalue()


def person(id_: str, tail: int, surname: str, born: str, **more: str) -> dict[str, str]:
    return {
        "ClientID": id_,
        "NHSNumber": number(tail),
        "Surname": surname,
        "DOB": born,
        "AdmitDT": "2025-01-20",
        "DischDT": "2025-02-01",
        "DischMethod": "1",
        "DischDest": "19",
    } | more


TWO_STAYS = person("STAYS", 1, "Abelard", "1960-03-04", DateOfDeath="2025-02-18")
RENAMED = person("RENAMED", 2, "Bernard", "1961-02-03", DateOfDeath="2025-02-18")
FIRST = person("SAME", 3, "Corday", "1962-02-03", DateOfDeath="2025-02-05")
SECOND = person("SAME", 4, "Dunmore", "1989-07-16", DateOfDeath="2025-02-25")
WARD = person(
    "WARD", 5, "Elphick", "1963-03-05", DischMethod="4", DischDest="79", DateOfDeath="2025-02-09"
)
RETURNED = person("RETURNED", 6, "Farrow", "1964-04-06", DateOfDeath="2025-03-20")
NOTHING_SAID = ("N/A", "n/a", "-", "None", "null", "00/00/0000")
OURS = [
    "filename",
    "From__Path",
    "came__file",
    "came__received_on",
    "fault__d0_0",
    "known_on",
    "death__death_date",
    "DEATH__DEATH_DATE__SENT",
    "identity",
    "_row",
    "x.y",
    '"q',
    "{x}",
]
PLAIN = person("PLAIN", 7, "Garland", "1965-05-07", DateOfDeath="2025-02-12")
CAPITALS = person("CAPITALS", 8, "Hollis", "1966-06-08", DateOfDeath="2025-02-12")

FILES = {
    "RAT/first.csv": epr(
        TWO_STAYS | {"AdmitDT": "2025-01-01", "DischDT": "2025-01-10"},
        TWO_STAYS,
        RENAMED,
        FIRST,
        SECOND,
        WARD,
        RETURNED | {"DateOfDeath": "", "DischMethod": "4", "DischDest": "79"},
        RETURNED | {"AdmitDT": "2025-03-01", "DischDT": "2025-03-10"},
        *(
            person(
                f"ALIVE{n}", 20 + n, f"Ivory{'abcdef'[n]}", f"19{70 + n}-02-03", DateOfDeath=text
            )
            for n, text in enumerate(NOTHING_SAID)
        ),
    ),
    "RAT/second.csv": epr(
        TWO_STAYS | {"DateOfDeath": "2025-02-19"},
        RENAMED | {"Surname": "Burnard", "DOB": "1961-12-03"},
    ),
    "RAT/ours.csv": epr(PLAIN | dict.fromkeys(OURS, "1999-09-09"), columns=[*OURS, *EPR]),
    "RAT/capitals.csv": epr(
        CAPITALS | {"CLIENTID": "no", "dateofdeath": "", "dischdt": "1999-09-09"},
        columns=["CLIENTID", "dateofdeath", "dischdt", *EPR],
    ),
    # Two providers that nobody told apart, and the first one's correction.
    "a.csv": epr(person("1001", 10, "Jessamy", "1967-07-09", DateOfDeath="2025-02-05")),
    "b.csv": epr(person("1001", 11, "Kestrel", "1968-08-10", DateOfDeath="2025-02-25")),
    "c.csv": epr(person("1001", 10, "Jessamy", "1967-07-09", DateOfDeath="2025-02-06")),
    # Two months of admissions of one person, and one number given to two people's admissions.
    "january.csv": f"{ADMISSIONS}1,101,2025-01-01,2025-01-10,,HOME,0\n"
    "8,109,2025-01-01,2025-01-10,,HOME,0\n",
    "february.csv": f"{ADMISSIONS}1,150,2025-02-01,2025-02-10,,HOME,0\n"
    "9,109,2025-02-01,2025-02-12,,HOME,0\n",
    "deaths_provider.csv": "subject_id,date_of_death\n1,2025-01-20\n8,2025-02-09\n9,2025-02-28\n",
}
ORDER = [
    "RAT/first.csv",
    "RAT/second.csv",
    "january.csv",
    "february.csv",
    "a.csv",
    "b.csv",
    "c.csv",
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Each death by the local ids that name it, from one run over all the files."""
    place = tmp_path_factory.mktemp("broken")
    folder = place / "in"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    days = (f"{name},2025-04-{day:02d}\n" for day, name in enumerate(ORDER, start=1))
    (folder / "submissions.csv").write_text("file,received_on\n" + "".join(days), encoding="utf-8")
    made = run(folder, place / "run")
    rows = deaths(open_run(made.folder), get("post-discharge"), {}, DAY)
    return {" ".join(sorted({p["id"] for p in row["person_ids"]})): row for row in rows}


def test_columns_named_as_ours_are_neither_read_nor_in_the_way(found: dict[str, Any]) -> None:
    assert (found["PLAIN"]["death_date"], found["PLAIN"]["outcome"]) == ("2025-02-12", "in")


def test_a_column_in_other_capitals_does_not_hide_the_layouts_own(found: dict[str, Any]) -> None:
    death = found["CAPITALS"]

    assert (death["death_date"], death["index_discharge"]) == ("2025-02-12", "2025-02-01")


def test_a_later_extract_does_not_take_an_earlier_stay_away(found: dict[str, Any]) -> None:
    assert (found["1"]["outcome"], found["1"]["index_discharge"]) == ("in", "2025-01-10")


def test_one_number_for_two_peoples_admissions_loses_neither(found: dict[str, Any]) -> None:
    assert [found[id_]["index_discharge"] for id_ in ("8", "9")] == ["2025-01-10", "2025-02-12"]
    assert [found[id_]["days_since_discharge"] for id_ in ("8", "9")] == [30, 16]


def test_a_name_and_birth_date_corrected_under_one_nhs_number_stay_one_person(
    found: dict[str, Any],
) -> None:
    assert "RENAMED" in found
    assert not [ids for ids in found if ids.startswith("RENAMED#")]


def test_a_date_of_death_corrected_on_one_of_two_stays_is_the_sources_date(
    found: dict[str, Any],
) -> None:
    death = found["STAYS"]

    assert (death["death_date"], death["days_since_discharge"]) == ("2025-02-19", 18)
    assert death["conflicts"] == []


def test_two_people_under_one_id_in_one_file_are_two_deaths(found: dict[str, Any]) -> None:
    assert found["SAME"]["death_date"] == "2025-02-05"
    assert found["SAME#2"]["death_date"] == "2025-02-25"


def test_a_correction_finds_its_own_person_among_two_of_one_id(found: dict[str, Any]) -> None:
    assert found["1001"]["death_date"] == "2025-02-06"
    assert found["1001"]["conflicts"] == []
    assert found["1001#2"]["death_date"] == "2025-02-25"
    assert "1001#3" not in found


def test_a_date_that_the_end_of_a_stay_outranks_is_still_a_conflict(found: dict[str, Any]) -> None:
    assert found["WARD"]["death_date"] == "2025-02-01"
    assert found["WARD"]["conflicts"] == ["spell-end-and-date-of-death-differ"]


def test_who_was_admitted_again_did_not_die_at_the_end_of_the_earlier_stay(
    found: dict[str, Any],
) -> None:
    death = found["RETURNED"]

    assert (death["death_date"], death["outcome"]) == ("2025-03-20", "in")
    assert death["index_discharge"] == "2025-03-10"


def test_a_word_for_nothing_in_the_date_of_death_is_no_death(found: dict[str, Any]) -> None:
    assert not [ids for ids in found if ids.startswith("ALIVE")]
