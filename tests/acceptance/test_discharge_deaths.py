"""Fifty real, de-identified patients of whom two lists of deaths know different parts.

What is right stands in ``expected.json`` beside the data, counted by another road. The folder is
read where it lies, with all that lies in it.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from acceptance_runs import Ask, Made

WINDOWS = (7, 28, 29, 30, 31, 90)
UNCHANGED = ("deaths", "stays", "facets", "classified", "identities")


@pytest.fixture(scope="module")
def folder(real_data: Path) -> Path:
    there = real_data / "discharge_deaths"
    if not there.is_dir():
        pytest.skip("no real data here: discharge_deaths")
    return there


@pytest.fixture(scope="module")
def expected(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made(folder: Path, runs: Callable[..., Made]) -> Made:
    return runs(folder)


@pytest.fixture(scope="module")
def within_30(made: Made, ask: Ask) -> list[dict[str, Any]]:
    rows = ask("deaths", made.folder, "--definition", "post-discharge")
    return [row for row in rows if row["outcome"] == "in"]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def local_id(row: dict[str, Any]) -> int:
    """The one id by which all four lists name the person of a death."""
    ids = {each["id"] for each in row["person_ids"]}
    assert len(ids) == 1
    return int(ids.pop())


def test_people_stays_discharges_and_deaths_are_as_counted_by_another_road(made, expected):
    counts = made.said["counts"]

    assert counts["people"] == expected["patients"]
    assert counts["stays"] == expected["admissions"]
    assert counts["discharges_alive"] == expected["live_discharges"]
    assert counts["deaths"] == expected["deaths_union"]
    assert counts["conflicts"] == len(expected["conflicting_dates"])


def test_every_row_of_the_four_lists_is_accounted_for(made, folder):
    counts = made.said["counts"]
    sent = sum(len(rows_of(path)) for path in folder.glob("*.csv"))

    assert counts["rows_in"] == sent
    assert sent == counts["accepted"] + counts["rejected"] + counts["duplicate"]
    assert counts["rejected"] == 0


def test_what_is_no_extract_is_left_out_and_said_so(made, folder):
    left_out = {each["file"] for each in made.said["files"] if each["left_out"]}

    assert left_out == {path.name for path in folder.iterdir() if path.suffix != ".csv"}


def test_deaths_on_the_ward_are_those_of_the_hospitals_own_flag(made, folder, expected, ask):
    rows = ask("deaths", made.folder, "--definition", "inpatient")
    flagged = {
        int(row["subject_id"])
        for row in rows_of(folder / "admissions.csv")
        if row["hospital_expire_flag"] == "1"
    }

    assert {local_id(row) for row in rows if row["outcome"] == "in"} == flagged
    assert len(flagged) == expected["inpatient_deaths"]
    assert {row["outcome"] for row in rows} == {"in", "out"}


def test_deaths_within_each_window_after_discharge(made, expected, ask):
    asked = [f"post-discharge:days={days}" for days in WINDOWS]

    counted = ask("count", made.folder, "--definition", *asked)

    assert [row["in"] for row in counted] == [
        {
            "kind": "count",
            "value": expected[f"deaths_within_{days}_days_after_discharge_union"],
        }
        for days in WINDOWS
    ]
    assert [row["cannot_tell"]["value"] for row in counted] == [0] * len(WINDOWS)
    assert {row["disclosure"] for row in counted} == {"none"}


def test_the_deaths_within_thirty_days_are_the_ones_expected(within_30, expected):
    assert sorted(local_id(row) for row in within_30) == expected["subjects_within_30"]
    on_day = {day: [r for r in within_30 if r["days_since_discharge"] == day] for day in (30, 31)}
    assert len(on_day[30]) == len(expected["subjects_on_day_30"])
    assert on_day[31] == []


def test_neither_list_alone_knows_of_all_of_them(within_30, expected):
    def known_to(word: str) -> set[int]:
        return {
            local_id(row)
            for row in within_30
            if any(word in file for file in row["sources_knowing"])
        }

    provider, registry = known_to("known_to_provider"), known_to("known_to_registry")

    assert len(provider) == expected["deaths_within_30_provider_only_known"]
    assert len(registry) == expected["deaths_within_30_registry_only_known"]
    assert provider | registry == set(expected["subjects_within_30"])
    assert len(provider & registry) == len(provider) + len(registry) - len(provider | registry)


def test_the_two_lists_hold_what_their_files_hold(made, expected, ask):
    rows = ask("deaths", made.folder, "--definition", "hssib-2025")
    lists = [
        {local_id(r) for r in rows if f"deaths_known_to_{word}.csv" in r["sources_knowing"]}
        for word in ("provider", "registry")
    ]

    assert [len(each) for each in lists] == [
        expected["deaths_provider"],
        expected["deaths_registry"],
    ]
    assert len(lists[0] & lists[1]) == expected["deaths_both"]
    assert len(lists[0] | lists[1]) == expected["deaths_union"]


def test_hssib_2025_counts_who_is_in_both_of_its_parts_once(made, folder, expected, ask):
    died_on_ward = {
        int(row["subject_id"])
        for row in rows_of(folder / "admissions.csv")
        if row["hospital_expire_flag"] == "1"
    }
    after = set(expected["subjects_within_30"])

    rows = ask("deaths", made.folder, "--definition", "hssib-2025")

    counted = [local_id(row) for row in rows if row["outcome"] == "in"]
    assert sorted(counted) == sorted(died_on_ward | after)
    assert len(counted) == expected["inpatient_deaths"] + len(after - died_on_ward)


def test_dates_beyond_this_century_are_kept_as_sent_with_a_finding(made, folder, ask):
    sent = {
        row["subject_id"]: row["date_of_death"]
        for name in ("provider", "registry")
        for row in rows_of(folder / f"deaths_known_to_{name}.csv")
    }

    rows = ask("deaths", made.folder, "--definition", "inpatient")
    findings = rows_of(made.folder / "findings.csv")

    assert {str(local_id(row)): row["death_date"] for row in rows} == sent
    assert all(dt.date.fromisoformat(date).year > 2100 for date in sent.values())
    for name in ("provider", "registry"):
        file = f"deaths_known_to_{name}.csv"
        noted = {
            f["row"] for f in findings if (f["file"], f["code"]) == (file, "date-far-in-the-future")
        }
        assert noted == {str(n + 1) for n in range(len(rows_of(folder / file)))}
    assert {f["severity"] for f in findings if f["code"] == "date-far-in-the-future"} == {"warns"}


def test_one_death_is_explained_by_the_list_that_knows_and_the_list_that_does_not(
    made, within_30, ask
):
    one = next(row for row in within_30 if len(row["sources_knowing"]) == 1)

    told = ask("explain", made.folder, one["death_id"])

    assert [entry["file"] for entry in told["known_by"]] == one["sources_knowing"]
    assert {entry["file"] for entry in told["not_known_by"]}.isdisjoint(one["sources_knowing"])
    answers = {answer["id"]: answer["outcome"] for answer in told["definitions"]}
    assert (answers["post-discharge"], answers["hssib-2025"]) == ("in", "in")
    dates = {v["value"] for v in told["values"] if v["field"] == "death_date"}
    assert dates == {one["death_date"]}


def test_other_names_for_the_folder_and_its_files_change_nothing(
    made, folder, runs, tmp_path_factory
):
    """Only the words that tell the two lists apart are kept: provider, and regist."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "Mappe 7"
    elsewhere.mkdir()
    for old, new in (
        ("patients.csv", "b.csv"),
        ("admissions.csv", "Spells 2019.txt"),
        ("deaths_known_to_provider.csv", "Provider's own.CSV"),
        ("deaths_known_to_registry.csv", "2 from the Registrar.csv"),
    ):
        shutil.copyfile(folder / old, elsewhere / new)

    again = runs(elsewhere)

    tables = [
        json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))["tables"]
        for run in (made, again)
    ]
    assert again.said["counts"]["left_out"] == 0
    assert {n: tables[0][n] for n in UNCHANGED} == {n: tables[1][n] for n in UNCHANGED}


def test_nothing_in_the_code_knows_this_folder_beside_its_mapping(checkout: Path):
    words = ("discharge_deaths", "subject_id", "hadm_id", "hospital_expire_flag", "MIMIC")
    source = checkout / "src" / "candour"
    mapping = source / "sources" / "discharge-deaths"  # with its page and its sample
    # Whoever writes invented extracts in every layout names the columns of each.
    invented = source / "synthetic"

    knowing = [
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.suffix in (".py", ".yaml", ".csv", ".json")
        and not {mapping, invented} & {*path.parents}
        if any(word.encode() in path.read_bytes() for word in words)
    ]

    assert knowing == []
