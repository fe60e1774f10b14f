"""A mother's number on her newborn, a number lent for the time being, two numbers of one person:
never merged without a word, in a run and in `candour link`; each is reported as a question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from linking import decisions, link, person, write_list
from promise_world import (
    CASELOAD,
    REGISTRATIONS,
    SUBMISSIONS,
    done,
    nhs_number,
    registration,
    submission,
    table,
    write_csv,
)

MOTHERS, LENT, FIRST, SECOND = (nhs_number(n) for n in (11, 12, 13, 14))

# A mother and her newborn under her number; three people under one temporary number; one person
# who has two numbers. Last, somebody about whom there is no doubt.
ON_THE_WARD = [
    ("EX-1", MOTHERS, "Tregenna", "1991-07-14"),
    ("EX-2", LENT, "Ellisthorpe", "1958-03-02"),
    ("EX-3", LENT, "Garrowby", "1983-11-25"),
    ("EX-4", FIRST, "Haldenby", "1949-01-30"),
    ("EX-5", nhs_number(15), "Ivelchester", "1966-06-06"),
]
REGISTERED = [
    ("RX-1", MOTHERS, "Tregenna", "2025-02-17", "BABY"),
    ("RX-2", LENT, "Jerviston", "1990-09-09", "ORMOND"),
    ("RX-4", SECOND, "Haldenby", "1949-01-30", "PIERS"),
    ("RX-5", nhs_number(15), "Ivelchester", "1966-06-06", "RUFUS"),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("numbers")
    out = tmp_path_factory.mktemp("made") / "run"
    write_csv(
        folder / "caseload.csv",
        CASELOAD,
        [
            dict(zip(("ClientID", "NHSNumber", "Surname", "DOB"), row, strict=True))
            for row in ON_THE_WARD
        ],
    )
    write_csv(
        folder / "registrations.csv",
        REGISTRATIONS,
        [
            registration(key, number, surname, born, "2025-03-01", FNAMD_1=given)
            for key, number, surname, born, given in REGISTERED
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
    done("run", folder, "--out", out)
    return out


def rows(run: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table(run, name).to_pylist()
    return found


def of(identity: str, row: dict[str, Any]) -> bool:
    return any(row[side].endswith(f":{identity}") for side in ("left", "right"))


def between(run: Path, one: str, other: str) -> set[str]:
    return {row["decision"] for row in rows(run, "links") if of(one, row) and of(other, row)}


@pytest.mark.parametrize(
    ("whose", "one", "other"),
    [
        ("a mother and her newborn", "EX-1", "RX-1"),
        ("two on one ward under a temporary number", "EX-2", "EX-3"),
        ("the same number on a third", "EX-2", "RX-2"),
        ("and on both", "EX-3", "RX-2"),
    ],
)
def test_people_under_one_number_stay_apart_in_a_run_and_are_asked_about(run, whose, one, other):
    assert between(run, one, other) == {"review"}, whose


def test_one_person_with_two_numbers_is_not_joined_by_a_rule(run):
    assert "match" not in between(run, "EX-4", "RX-4")


def test_whoever_has_a_number_of_their_own_is_still_joined(run):
    assert between(run, "EX-5", "RX-5") == {"match"}


def test_there_are_as_many_people_as_there_were(run):
    identified = [row for row in rows(run, "people") if row["identified"]]

    assert len(identified) == len(ON_THE_WARD) + len(REGISTERED) - 1


WARD = [
    person("W1", "Morwenna", "Tregenna", "1991-07-14", "F", "ZZ1 1AA", MOTHERS),
    person("W2", "Piers", "Ellisthorpe", "1958-03-02", "M", "ZZ2 2BB", LENT),
    person("W3", "Rufus", "Haldenby", "1949-01-30", "M", "ZZ3 3DD", FIRST),
    person("W4", "Ysella", "Ivelchester", "1966-06-06", "F", "ZZ4 4EE", nhs_number(15)),
]
REGISTER = [
    person("R1", "Baby", "Tregenna", "2025-02-17", "F", "ZZ1 1AA", MOTHERS),
    person("R2", "Odo", "Jerviston", "1990-09-09", "M", "ZZ7 7GG", LENT),
    person("R3", "Rufus", "Haldenby", "1949-01-30", "M", "ZZ3 3DD", SECOND),
    person("R4", "Ysella", "Ivelchester", "1966-06-06", "F", "ZZ4 4EE", nhs_number(15)),
]


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linked")
    left = write_list(folder / "ward.csv", WARD)
    right = write_list(folder / "register.csv", REGISTER)
    said = link(folder / "out", left, right)
    assert said.code == 0, said.err
    return folder / "out"


@pytest.mark.parametrize(
    ("whose", "pair"),
    [("a newborn under the mother's number", {"W1", "R1"}), ("two numbers", {"W3", "R3"})],
)
def test_two_lists_leave_such_a_pair_to_a_person(linked, whose, pair):
    assert decisions(linked).get(frozenset(pair)) == "review", whose


def test_a_temporary_number_and_nothing_else_in_common_joins_nobody(linked):
    assert decisions(linked).get(frozenset(("W2", "R2"))) != "match"


def test_two_lists_join_whoever_has_a_number_of_their_own(linked):
    assert decisions(linked)[frozenset(("W4", "R4"))] == "match"
