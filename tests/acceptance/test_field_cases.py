"""Faults that people really met in work like ours, each with its file and its right answer.

The folder is run once where it lies, flat and with all that is in it; and once as its senders
would have sent it: a folder for each provider, a list of submissions, and a mapping of our own for
two lists of people that no shipped layout knows.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from acceptance_runs import Ask, Made

from candour.pipeline.receive import read_text_table

LISTS = """\
id: two-lists-of-people
version: 1.0.0
title: Two lists of people, for linking
delivery: increment
purpose: acceptance tests
cannot_say: [stay, death, absence, near_miss]
files:
  people:
    kind: patient-list
    header: {find: [id, given_name, surname, birth_date, nhs_number]}
    rows_are: [person]
    key: {person: [id]}
    columns:
      id: person.local_patient_id
      given_name: person.given_name
      surname: person.surname
      birth_date: person.birth_date
      sex: person.sex
      postcode: person.postcode
      nhs_number: person.nhs_number
    codes: {sex: {F: "2", M: "1"}}
    dates: {order: iso}
    nulls: [""]
"""
SUBMISSIONS = """\
file,received_on
ZX901/s1_provider_a.csv,2025-04-01
ZX902/s1_provider_b.csv,2025-04-01
ZX903/first.csv,2025-04-01
ZX903/first, once more.csv,2025-04-02
ZX903/corrected.csv,2025-04-09
l1_left.csv,2025-04-01
l1_right.csv,2025-04-01
"""


@pytest.fixture(scope="module")
def cases(real_data: Path) -> Path:
    there = real_data / "field_cases"
    if not there.is_dir():
        pytest.skip("no real data here: field_cases")
    return there


@pytest.fixture(scope="module")
def flat(cases: Path, runs: Callable[..., Made]) -> Made:
    return runs(cases)


@pytest.fixture(scope="module")
def sent(cases: Path, runs: Callable[..., Made], tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("sent")
    for old, new in (
        ("s1_provider_a.csv", "ZX901/s1_provider_a.csv"),
        ("s1_provider_b.csv", "ZX902/s1_provider_b.csv"),
        ("w2_first.csv", "ZX903/first.csv"),
        ("w2_first.csv", "ZX903/first, once more.csv"),
        ("w2_corrected.csv", "ZX903/corrected.csv"),
        ("l1_left.csv", "l1_left.csv"),
        ("l1_right.csv", "l1_right.csv"),
    ):
        (folder / new).parent.mkdir(exist_ok=True)
        shutil.copyfile(cases / old, folder / new)
    quoted = SUBMISSIONS.replace("ZX903/first, once more.csv", '"ZX903/first, once more.csv"')
    (folder / "submissions.csv").write_text(quoted, encoding="utf-8")
    mappings = tmp_path_factory.mktemp("mappings")
    (mappings / "two-lists-of-people").mkdir()
    (mappings / "two-lists-of-people" / "mapping.yaml").write_text(LISTS, encoding="utf-8")
    return runs(folder, "--mappings", mappings)


def deaths(ask: Ask, run: Made, definition: str) -> dict[str, dict[str, Any]]:
    """Deaths under a definition, by each local id of the person."""
    rows = ask("deaths", run.folder, "--definition", definition)
    return {each["id"]: row for row in rows for each in row["person_ids"]}


def table(run: Made, name: str) -> list[dict[str, Any]]:
    return pq.read_table(run.folder / "open" / f"{name}.parquet").to_pylist()


def outcomes(rows: dict[str, dict[str, Any]], *ids: str) -> list[str]:
    return [rows[each]["outcome"] for each in ids]


def test_r4_a_semicolon_in_a_value_does_not_become_a_separator(cases):
    read = read_text_table(cases / "r4_one_column.csv")

    assert read.columns == ("area",)
    assert read.column("area") == [(1, "Durham and Darlington"), (2, "Bedfordshire; Luton")]
    assert read.rows_read == 2


def test_r4_a_row_with_a_field_too_many_takes_no_other_with_it(cases):
    read = read_text_table(cases / "r4_extra_field.csv")

    assert read.columns == ("org", "town")
    assert [row for row, _ in read.column("org")] == [1, 2]
    assert read.rows_read == 3
    assert [(row, code) for row, _, code in read.rejected] == [(3, "row-has-too-many-fields")]


def test_r4_a_sender_who_asks_is_told_the_row(cases, ask):
    found = ask("validate", cases / "r4_extra_field.csv")

    assert {(f["row"], f["code"]) for f in found} == {
        (None, "unknown-layout"),
        (3, "row-has-too-many-fields"),
    }


def test_d1_one_day_that_can_only_be_day_first_settles_the_column(cases, ask):
    rows = ask("read", "dates", cases / "d1_one_order.csv", "--column", "raw")

    assert [row["value"] for row in rows[:4]] == [
        "2025-03-11", "2025-05-03", "2025-10-20", "2025-08-04",
    ]  # fmt: skip
    assert {row["decision"] for row in rows[:4]} == {"read"}
    assert [row["raw"] for row in rows[4:]] == ["10/13/2025", "31/04/2025", "29/02/2025"]
    assert {row["decision"] for row in rows[4:]} <= {"unreadable", "review"}
    assert [row["value"] for row in rows[4:]] == ["", "", ""]


def test_d2_an_instant_becomes_the_civil_day_in_london(flat, ask):
    rows = deaths(ask, flat, "post-discharge")

    assert outcomes(rows, "P-401", "P-402", "P-403") == ["in", "out", "out"]
    assert [
        (
            rows[each]["index_discharge"],
            rows[each]["death_date"],
            rows[each]["days_since_discharge"],
        )
        for each in ("P-401", "P-402", "P-403")
    ] == [
        ("2025-06-01", "2025-07-01", 30),
        ("2025-01-31", "2025-03-03", 31),
        ("2025-05-15", "2025-06-15", 31),
    ]


def test_d3_three_months_end_on_the_same_day_of_the_month_or_on_its_last(flat, ask):
    rows = deaths(ask, flat, "lampard-2024")

    ids = [f"P-50{n}" for n in range(1, 7)]
    assert outcomes(rows, *ids) == ["in", "out", "in", "out", "in", "out"]
    assert [rows[each]["days_since_discharge"] for each in ids] == [92, 93, 90, 91, 91, 92]


@pytest.mark.parametrize("how", ["flat", "sent"])
def test_s1_a_move_a_death_on_the_ward_and_a_closed_caseload_are_no_discharges(how, request, ask):
    run: Made = request.getfixturevalue(how)
    inpatient, after = deaths(ask, run, "inpatient"), deaths(ask, run, "post-discharge")
    jessop, kershaw, lomax, mistry = "A-601", "A-602", "A-603", "A-604"

    assert len({after[each]["death_id"] for each in (jessop, kershaw, lomax, mistry)}) == 4
    assert after["B-77"] == after[jessop]
    assert outcomes(after, jessop, kershaw, lomax, mistry) == ["in", "out", "out", "in"]
    assert outcomes(inpatient, jessop, kershaw, lomax, mistry) == ["out", "in", "out", "out"]
    assert after[jessop]["index_discharge"] == "2025-02-10"
    assert after[jessop]["days_since_discharge"] == 15
    assert after[kershaw]["index_discharge"] is None
    assert after[lomax]["index_discharge"] is None
    assert after[mistry]["days_since_discharge"] == 0
    on_the_day = [each for each in ("A-601", "A-602", "A-603", "A-604")
                  if "day-of-discharge" in after[each]["flags"]]  # fmt: skip
    assert on_the_day == [mistry]


def test_s1_both_providers_share_the_death_and_the_one_that_discharged_last_is_primary(sent, ask):
    jessop = deaths(ask, sent, "post-discharge")["A-601"]["death_id"]

    shares = {
        row["provider"]: row["is_primary"]
        for row in table(sent, "shares")
        if row["death_id"] == jessop
    }

    assert shares == {"ZX901": False, "ZX902": True}


def test_l1_blank_never_equals_blank(sent):
    person = {
        row["person_key"].partition(":")[2]: row["person_id"]
        for row in table(sent, "identities")
        if row["person_key"].startswith("people:")
    }

    assert set(person) == {"a1", "a2", "a3", "b1", "b2", "b3"}
    assert person["a1"] == person["b1"]
    assert len(set(person.values())) == 5
    named = [row for row in table(sent, "links") if "people:" in row["left"] + row["right"]]
    assert [(row["left"], row["right"], row["decision"]) for row in named] == [
        ("people:a1", "people:b1", "match")
    ]


def test_w2_the_same_bytes_under_another_name_are_one_submission(sent):
    files = {each["file"]: each for each in sent.said["files"]}
    submissions = {row["file"]: row for row in table(sent, "submissions")}
    again = [row for row in table(sent, "findings") if row["code"] == "same-file-again"]

    assert "ZX903/first, once more.csv" not in files
    assert submissions["ZX903/first.csv"]["also_as"] == "ZX903/first, once more.csv"
    assert submissions["ZX903/first.csv"]["received_on"] == dt.date(2025, 4, 1)
    assert [row["file"] for row in again] == ["ZX903/first, once more.csv"]
    assert "ZX903/first.csv on 2025-04-01" in again[0]["message"]


@pytest.mark.parametrize(
    ("how", "first", "corrected"),
    [
        ("flat", "w2_first.csv", "w2_corrected.csv"),
        ("sent", "ZX903/first.csv", "ZX903/corrected.csv"),
    ],
)
def test_w2_a_file_sent_again_after_a_correction_adds_its_one_new_row(
    how, first, corrected, request, ask
):
    run: Made = request.getfixturevalue(how)
    became = {
        name: [row["outcome"] for row in table(run, "rows") if row["file"] == name]
        for name in (first, corrected)
    }
    rows = deaths(ask, run, "post-discharge")
    told = ask("explain", run.folder, rows["W-3"]["death_id"])

    # Without a list of submissions nothing says which came first: either may hold the duplicates.
    one, other = sorted(became.values(), key=lambda found: found.count("duplicate"))
    assert one == ["accepted"] * 4
    assert other == ["duplicate", "duplicate", "accepted", "duplicate"]
    assert len({rows[f"W-{n}"]["death_id"] for n in range(1, 5)}) == 4
    assert outcomes(rows, "W-1", "W-2", "W-3", "W-4") == ["in"] * 4
    said = {
        value["value"]: (value["file"], value["row"], value["known_on"])
        for value in told["values"]
        if (value["entity"], value["field"]) == ("death", "death_date")
    }
    assert said == {
        "2025-02-19": (first, 3, "2025-02-19"),
        "2025-02-18": (corrected, 3, "2025-02-19"),
    }


def test_w2_what_came_last_is_what_the_source_says_now(sent, ask):
    row = deaths(ask, sent, "post-discharge")["W-3"]

    assert row["death_date"] == "2025-02-18"
    earlier = [
        value["standing"]
        for value in ask("explain", sent.folder, row["death_id"])["values"]
        if (value["field"], value["value"]) == ("death_date", "2025-02-19")
    ]
    assert earlier == ["superseded"]


@pytest.mark.parametrize("how", ["flat", "sent"])
def test_rows_in_are_those_accepted_rejected_and_duplicate(how, request):
    counts = request.getfixturevalue(how).said["counts"]

    assert counts["rows_in"] == counts["accepted"] + counts["rejected"] + counts["duplicate"]
    assert counts["duplicate"] == 3
    assert counts["rejected"] == 0
