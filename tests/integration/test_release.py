"""A release of an invented run: what leaves, what does not, and what the register remembers."""

from __future__ import annotations

import csv
import json
import re
import shutil

import pytest
from promise_world import done, say

from candour.cli.words import RELEASE_BY
from candour.definitions import catalogue
from candour.measures.disclosure import profile
from candour.publish.release import MEANINGS
from candour.publish.released_counts import BY, COLUMNS


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    done("synthesise", "--people", "600", "--seed", "7", "--small", "--out", str(folder / "nation"))
    done("run", str(folder / "nation"), "--out", str(folder / "run"))
    return folder


@pytest.fixture(scope="module")
def released(place):
    said = done(*words(place, "first"))
    return place / "first", said


def words(place, name, *more):
    bodies = str(place / "nation" / "organisations.csv")
    return (
        *("release", str(place / "run"), "--out", str(place / name)),
        *("--organisations", bodies, "--register", str(place / f"{name}.jsonl")),
        *(more or ("--definition", "inpatient", "hssib-2025", "--by", "provider", "sex")),
    )


def figures(folder):
    with (folder / "figures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_release_is_a_folder_of_four_files_whose_hashes_the_manifest_holds(released):
    folder, said = released
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    assert sorted(path.name for path in folder.iterdir()) == [
        "README.txt",
        "dictionary.csv",
        "figures.csv",
        "manifest.json",
    ]
    assert set(manifest["files"]) == {"README.txt", "dictionary.csv", "figures.csv"}
    assert manifest["profile"] == "public@1"
    assert manifest["suppressed"] > 0
    assert "Invented data." in said.out


def test_every_figure_is_a_multiple_of_five_or_hidden(released):
    folder, _ = released
    rows = figures(folder)

    assert {row["kind"] for row in rows} == {"count", "suppressed"}
    for row in rows:
        if row["kind"] == "count":
            assert int(row["value"]) == 0 or int(row["value"]) >= 10
            assert int(row["value"]) % 5 == 0
        else:
            assert row["value"] == ""


def test_totals_are_rounded_from_true_counts(released, place):
    folder, _ = released
    (whole,) = json.loads(
        done("count", str(place / "run"), "--definition", "hssib-2025", "--format", "json").out
    )
    (told,) = (
        row
        for row in figures(folder)
        if (row["definition"], row["outcome"], row["financial_year"], row["by"])
        == ("hssib-2025", "in", "", "")
    )

    true = whole["in"]["value"]
    assert true >= 8
    assert abs(int(told["value"]) - true) <= 2


def test_no_id_and_no_hash_of_a_file_leaves(released, place):
    folder, _ = released
    manifest = json.loads((place / "run" / "manifest.json").read_text(encoding="utf-8"))
    texts = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    register = (place / "first.jsonl").read_text(encoding="utf-8")

    for text in (texts, register):
        assert not re.search(r"\b[DPSN][A-Z2-7]{12}\b", text)
        assert not any(each["submission"] in text for each in manifest["inputs"])


def test_the_dictionary_tells_of_every_column(released):
    folder, _ = released
    with (folder / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        told = [row["column"] for row in csv.DictReader(file)]

    assert tuple(told) == COLUMNS == tuple(MEANINGS)
    assert RELEASE_BY == BY


def test_the_same_run_gives_the_same_bytes(released, place):
    folder, _ = released
    done(*words(place, "second"))

    for path in folder.iterdir():
        assert path.read_bytes() == (place / "second" / path.name).read_bytes()


def test_a_release_after_another_tells_nothing_more(released, place):
    folder, _ = released
    shutil.copy(place / "first.jsonl", place / "third.jsonl")
    before = len((place / "third.jsonl").read_text(encoding="utf-8").splitlines())

    done(*words(place, "third"))

    assert figures(place / "third") == figures(folder)
    after = (place / "third.jsonl").read_text(encoding="utf-8").splitlines()
    assert (before, len(after)) == (1, 2)


@pytest.mark.parametrize("wrong", [("--by", "ward"), ("--by", "month")])
def test_nothing_finer_leaves(place, wrong):
    said = say(*words(place, "finer", *wrong))

    assert said.code == 2
    assert not (place / "finer").exists()


def test_suicide_is_not_told_by_place_and_year(place):
    said = say(*words(place, "by place", "--definition", "coded-suicide", "--by", "provider"))

    assert said.code == 1
    assert "whole country" in said.err
    assert not (place / "by place").exists()


def test_every_definition_of_suicide_is_told_for_the_whole_country_alone():
    named = {d.id for d in catalogue().values() if "suicide" in f"{d.id} {d.title}".lower()}

    kept = set(profile("public").whole_country_alone)
    assert named <= kept <= set(catalogue())


def test_a_run_whose_basis_is_not_stated_is_not_released(place, tmp_path):
    shutil.copytree(place / "run", tmp_path / "run")
    manifest = tmp_path / "run" / "manifest.json"
    said_so = json.loads(manifest.read_text(encoding="utf-8")) | {"basis": "basis not stated"}
    manifest.write_text(json.dumps(said_so), encoding="utf-8")

    said = say("release", str(tmp_path / "run"), "--out", str(tmp_path / "out"))

    assert said.code == 1
    assert "legal basis" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_run_with_a_file_withdrawn_since_is_not_released(place, tmp_path):
    shutil.copytree(place / "run", tmp_path / "run")
    (tmp_path / "run" / "withdrawn.json").write_text(
        '[{"submission": "x", "by": "y", "reason": "z", "on": "2025-01-01"}]', encoding="utf-8"
    )

    said = say("release", str(tmp_path / "run"), "--out", str(tmp_path / "out"))

    assert said.code == 1
    assert "withdrawn" in said.err
    assert not (tmp_path / "out").exists()


def test_a_table_of_ones_own_is_rounded_and_hidden(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("place,sex,n\nA,1,9\nA,2,14\nB,1,3\nB,2,11\n", encoding="utf-8")

    said = done(
        *("disclose", str(table), "--by", "place", "sex", "--value", "n"),
        *("--profile", "hes", "--format", "json"),
    )

    rows = {(row["place"], row["sex"]): row["value"] for row in json.loads(said.out)}
    assert rows["B", "1"] is None
    assert (rows["A", "all"], rows["B", "2"], rows["all", "all"]) == (25, 10, 35)


@pytest.mark.parametrize(
    ("rows", "words_of_it"),
    [
        ("A,1,<5\n", "no count"),
        ("A,1,3\nA,1,4\n", "earlier"),
        (",1,3\n", "group"),
        ("", "no data rows"),
    ],
)
def test_a_table_that_cannot_be_protected_is_refused_with_what_to_mend(tmp_path, rows, words_of_it):
    table = tmp_path / "table.csv"
    table.write_text(f"place,sex,n\n{rows}", encoding="utf-8")

    said = say("disclose", str(table), "--by", "place", "sex", "--value", "n")

    assert said.code == 1
    assert words_of_it in said.err
