"""What was known when, what people decided, and why two runs differ; on one small register."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from promise_world import (
    CASELOAD,
    REGISTRATIONS,
    SUBMISSIONS,
    digests,
    done,
    manifest,
    nhs_number,
    registration,
    say,
    submission,
    table,
    write_csv,
)

DECISIONS = ("left", "right", "decision", "decided_on", "by", "why")
EARLY = ("caseload.csv", "registrations.csv")
LATE = "again.csv"


def _patient(
    number: int, surname: str, born: str, died: str, nhs: str = "", **more: str
) -> dict[str, str]:
    return {
        "ClientID": f"EX-{number}",
        "NHSNumber": nhs,
        "Surname": surname,
        "DOB": born,
        "DateOfDeath": died,
        "AdmitDT": "2025-01-06",
        "DischDT": "2025-02-03",
        "DischMethod": "1",
        "DischDest": "19",
        **more,
    }


def _decision(left: str, right: str, decision: str, on: str = "2025-05-15") -> dict[str, str]:
    return {
        "left": left,
        "right": right,
        "decision": decision,
        "decided_on": on,
        "by": "A linkage officer",
        "why": "Both records were read.",
    }


# EX-1 and RX-1 are joined by a rule. EX-2 and RX-2 are one person, of whom the two lists give
# dates of death two weeks apart, which no rule joins. EX-3's date is corrected by the second
# caseload list, and EX-4's death is first told in it; EX-1 stands in it again, unchanged but for
# the ward, so that a decision that names the first file has to survive a second.
FIRST = [
    _patient(1, "Aldermoor", "1961-04-17", "2025-02-20", nhs_number(1)),
    _patient(2, "Birchenall", "1947-09-30", "2025-03-01"),
    _patient(3, "Corrimony", "1972-06-05", "2025-03-04"),
]
SECOND = [
    _patient(1, "Aldermoor", "1961-04-17", "2025-02-20", nhs_number(1), WardCode="ELM"),
    _patient(3, "Corrimony", "1972-06-05", "2025-03-06"),
    _patient(4, "Dunwold", "1955-03-28", "2025-02-28"),
]
REGISTERED = [
    registration("RX-1", nhs_number(1), "Aldermoor", "1961-04-17", "2025-02-20"),
    registration("RX-2", "", "Birchenall", "1947-09-30", "2025-03-15"),
]
TAKEN = [
    _decision("ZX901/caseload:EX-2", "ZX900/registrations:RX-2", "same"),
    _decision("caseload.csv:EX-1", "registrations.csv:RX-1", "different"),
]


@dataclass(frozen=True)
class Register:
    """The folder, and runs of it by name."""

    folder: Path

    def run(self, name: str, *words: object, source: str = "in") -> Path:
        done("run", self.folder / source, "--out", self.folder / name, *words)
        return self.folder / name

    def decisions(self, name: str, rows: list[dict[str, str]]) -> Path:
        return write_csv(self.folder / name, DECISIONS, rows)


@pytest.fixture(scope="module")
def register(tmp_path_factory) -> Register:
    folder = tmp_path_factory.mktemp("register")
    day = folder / "that day"
    write_csv(day / "caseload.csv", CASELOAD, FIRST)
    write_csv(day / "registrations.csv", REGISTRATIONS, REGISTERED)
    lines = [
        submission("caseload.csv", "2025-04-01", "ZX901"),
        submission("registrations.csv", "2025-04-10", "ZX900"),
    ]
    write_csv(day / "submissions.csv", SUBMISSIONS, lines)
    shutil.copytree(day, folder / "in")
    write_csv(folder / "in" / LATE, CASELOAD, SECOND)
    # A folder of later files only; its name is no provider's, which is a finding of the later day.
    write_csv(folder / "in" / "later still" / "more.csv", CASELOAD, SECOND[:1])
    lines += [submission(LATE, "2025-06-30", "ZX901")]
    lines += [submission("later still/more.csv", "2025-07-01", "ZX901")]
    write_csv(folder / "in" / "submissions.csv", SUBMISSIONS, lines)
    return Register(folder)


@pytest.fixture(scope="module")
def early(register) -> Path:
    """The register as known on 30 April, with decisions that were only taken in May."""
    taken = register.decisions("taken.csv", TAKEN)
    return register.run("early", "--as-known-on", "2025-04-30", "--decisions", taken)


@pytest.fixture(scope="module")
def full(register) -> Path:
    return register.run("full")


@pytest.fixture(scope="module")
def decided(register) -> Path:
    return register.run("decided", "--decisions", register.decisions("taken.csv", TAKEN))


def _deaths(run: Path) -> dict[str, str]:
    """Death id by each source identity."""
    return {
        r["person_key"]: r["death_id"]
        for r in table(run, "identities").to_pylist()
        if r["death_id"]
    }


def _differences(before: Path, after: Path) -> list[tuple[Any, ...]]:
    rows = done("diff", before, after, "--format", "json").document
    return [(r["death_id"], r["what"], r["before"], r["after"], r["why"]) for r in rows]


def test_as_known_on_a_day_is_the_run_that_was_made_that_day(register, early):
    that_day = register.run("made that day", source="that day")

    assert digests(early) == digests(that_day)
    assert manifest(early) == {**manifest(that_day), "as_known_on": "2025-04-30"}
    assert (early / "submissions.csv").read_bytes() == (that_day / "submissions.csv").read_bytes()


def test_decisions_taken_later_are_left_out_and_the_page_says_as_known_when(early):
    assert manifest(early)["decisions"] == {"count": 0, "digest": None}
    assert "As known on 2025-04-30." in done("count", early, "--definition", "inpatient").out


def test_a_run_as_known_on_a_day_needs_every_file_to_be_dated(register):
    shutil.copytree(register.folder / "in", register.folder / "uncovered")
    write_csv(
        register.folder / "uncovered" / "submissions.csv",
        SUBMISSIONS,
        [submission("caseload.csv", "2025-04-01", "ZX901")],
    )

    out = register.folder / "refused"
    said = say("run", register.folder / "uncovered", "--out", out, "--as-known-on", "2025-04-30")

    assert (said.code, said.out) == (1, "")
    assert "registrations.csv" in said.err
    assert "Give each a line" in said.err
    assert not out.exists()


def test_what_came_later_is_told_as_late_notice_and_as_correction(early, full):
    ids = _deaths(full)

    differences = _differences(early, full)

    dunwold, corrimony = ids["ZX901/caseload:EX-4"], ids["ZX901/caseload:EX-3"]
    assert (dunwold, "death", None, "there", "late notice") in differences
    assert (corrimony, "date of death", "2025-03-04", "2025-03-06", "correction") in differences
    assert [d for d in differences if d[1].startswith("known to")] == []
    assert _differences(full, full) == []


def test_a_decision_joins_what_no_rule_joins_and_parts_what_a_rule_joins(full, decided):
    before, after = _deaths(full), _deaths(decided)
    ex1, rx1 = "ZX901/caseload:EX-1", "ZX900/registrations:RX-1"
    ex2, rx2 = "ZX901/caseload:EX-2", "ZX900/registrations:RX-2"

    assert before[ex1] == before[rx1]
    assert before[ex2] != before[rx2]
    assert after[ex1] != after[rx1]
    assert after[ex2] == after[rx2]


def test_a_decision_that_names_the_first_file_survives_the_second(decided):
    kept = table(decided, "decisions").to_pylist()

    assert [(d["left"], d["right"], d["decision"]) for d in kept] == [
        ("ZX900/registrations:RX-1", "ZX901/caseload:EX-1", "different"),
        ("ZX900/registrations:RX-2", "ZX901/caseload:EX-2", "same"),
    ]
    codes = table(decided, "findings").column("code").to_pylist()
    assert "decision-cannot-be-kept" not in codes


def test_a_merge_keeps_the_earlier_id_and_the_later_one_leads_to_it(full, decided):
    before, after = _deaths(full), _deaths(decided)
    earlier, later = before["ZX901/caseload:EX-2"], before["ZX900/registrations:RX-2"]

    explained = done("explain", decided, later, "--format", "json").document

    assert after["ZX900/registrations:RX-2"] == earlier
    assert (explained["death_id"], later in explained["aliases"]) == (earlier, True)
    (link,) = [k for k in explained["links"] if k["rule"] == "decision"]
    assert (link["decided_by"], link["why"]) == ("A linkage officer", "Both records were read.")


def test_who_decided_and_why_stands_behind_the_closed_door_alone(decided):
    assert (decided / "identified" / "decisions.parquet").is_file()
    names = set(table(decided, "links").column_names)
    assert not {"decided_by", "by", "why"} & names
    reasons = set(table(decided, "links").column("reason").to_pylist())
    assert not any("Both records" in (reason or "") for reason in reasons)


def test_a_difference_that_a_decision_made_says_so(full, decided):
    before = _deaths(full)
    later, earlier = before["ZX900/registrations:RX-2"], before["ZX901/caseload:EX-2"]

    differences = _differences(full, decided)

    assert (earlier, "id", later, earlier, "decision") in differences
    assert {why for *_, why in differences} == {"decision"}


def test_later_decisions_stand_contradictions_and_unknown_identities_are_found(
    register, full, decided
):
    # The later of two decisions about one pair stands, however each is spelled: so EX-1 and RX-1
    # are one person again, and EX-2 and RX-2 two. Of three that cannot all be kept, the one that
    # would join is not kept, and a person is told.
    rows = [
        *TAKEN,
        _decision("EX-1", "RX-1", "same", "2025-06-01"),
        _decision("RX-2", "caseload:EX-2", "different", "2025-06-02"),
        _decision("EX-3", "EX-4", "same", "2025-06-03"),
        _decision("EX-4", "RX-2", "same", "2025-06-03"),
        _decision("EX-3", "RX-2", "different", "2025-06-03"),
        _decision("EX-1", "EX-999", "same", "2025-06-03"),
        _decision("EX-1", "again.csv:EX-1", "different", "2025-06-03"),
    ]

    run = register.run("reversed", "--decisions", register.decisions("reversed.csv", rows))

    after = _deaths(run)
    assert after["ZX901/caseload:EX-1"] == after["ZX900/registrations:RX-1"]
    assert after["ZX901/caseload:EX-2"] != after["ZX900/registrations:RX-2"]
    assert after["ZX901/caseload:EX-3"] != after["ZX900/registrations:RX-2"]
    found = [f for f in table(run, "findings").to_pylist() if f["stage"] == "linked"]
    assert [(f["code"], f["row"]) for f in found] == [
        ("decision-cannot-be-kept", 5),
        ("decision-cannot-be-kept", 8),
        ("decision-cannot-be-kept", 9),
    ]
    # A split gives each part back the id that it had.
    assert after["ZX900/registrations:RX-1"] == _deaths(full)["ZX900/registrations:RX-1"]
    assert after["ZX901/caseload:EX-2"] == _deaths(full)["ZX901/caseload:EX-2"]


def test_what_is_withdrawn_leaves_the_store_and_later_runs_and_earlier_ones_say_so(register, full):
    place = register.folder / "withdrawing"
    place.mkdir()
    for name in ("in", "candour-store", "full"):
        shutil.copytree(register.folder / name, place / name)
    (late,) = [i for i in manifest(full)["inputs"] if i["file"] == LATE]

    told = done(
        "withdraw",
        late["submission"],
        "--reason",
        "Sent by mistake",
        "--by",
        "A records officer",
        "--store",
        place / "candour-store",
        "--format",
        "json",
    ).document
    done("run", place / "in", "--out", place / "later")

    store = {path.name for path in (place / "candour-store").iterdir()}
    assert late["submission"] not in store
    assert f"{late['submission']}.withdrawn" in store
    assert told["runs_marked"] == ["full"]
    left = {i["file"]: i["left_out"] for i in manifest(place / "later")["inputs"]}
    assert left[LATE] == "withdrawn-file-left-out"
    assert "ZX901/caseload:EX-4" not in _deaths(place / "later")
    dunwold = _deaths(full)["ZX901/caseload:EX-4"]
    assert (dunwold, "death", "there", None, "withdrawal") in _differences(full, place / "later")
    assert "withdrawn since" in done("count", place / "full", "--definition", "inpatient").out
    assert "withdrawn since" not in done("count", place / "later", "--definition", "inpatient").out


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"left": "EX-1", "right": "RX-1", "decision": "perhaps"}], "row 1: the decision is"),
        ([{"left": "EX-1", "right": "", "decision": "same"}], "row 1: a decision needs two"),
        (
            [{"left": "EX-1", "right": "RX-1", "decision": "same", "decided_on": "May"}],
            "row 1: decided_on is not a date.",
        ),
    ],
)
def test_a_decisions_file_that_cannot_be_read_is_the_users_to_mend_by_row(register, rows, said):
    path = write_csv(register.folder / "unreadable.csv", DECISIONS, rows)
    out = register.folder / "unreadable"

    refused = say("run", register.folder / "in", "--out", out, "--decisions", path)

    assert (refused.code, refused.out) == (1, "")
    assert said in refused.err
    assert "EX-1" not in refused.err
    assert not out.exists()


def test_a_decision_without_its_date_cannot_be_placed_in_time(register):
    path = write_csv(
        register.folder / "undated.csv", DECISIONS, [_decision("EX-1", "RX-1", "same", on="")]
    )

    refused = say(
        "run",
        register.folder / "in",
        "--out",
        register.folder / "undated",
        "--decisions",
        path,
        "--as-known-on",
        "2025-04-30",
    )

    assert refused.code == 1
    assert "Fill in decided_on" in refused.err
