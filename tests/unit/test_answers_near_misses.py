"""The same events under each body's sense of the words; and expectations counted over a run."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
import tiny_run

from candour.casework import expectations
from candour.cli.main import main
from candour.definitions import catalogue
from candour.pipeline.answers import OpenRun, open_run
from candour.pipeline.answers.events import near_misses
from candour.pipeline.answers.expected import met

EVENTS = [
    {"near_miss_id": "N1", "event_kind": "local-incident", "harm_actual": "none",
     "harm_psychological": "none", "harm_potential": "fatal"},
    {"near_miss_id": "N2", "event_kind": "mhsds-self-harm", "harm_actual": "severe",
     "harm_potential": "fatal"},
    {"near_miss_id": "N3", "event_kind": "lfpse-risk"},
]  # fmt: skip
VALUES = [
    ("P-WINDOW", "review", "screened_on", "r1", "2025-03-01", "present"),
    ("P-WINDOW", "review", "family_contacted", "r1", "yes", "present"),
    ("P-WARD", "review", "screened_on", "r2", "2025-05-01", "present"),
    ("P-WARD", "review", "family_contacted", "r2", "no", "present"),
    ("P-WARD", "family_question", "question", "q1", "Why was nobody there?", "present"),
    ("P-WARD", "family_question", "answered", "q1", "yes", "present"),
    ("P-WARD", "family_question", "question", "q2", "Who saw him last?", "present"),
    ("P-WARD", "staff_support", "offered", "s1", "yes", "withdrawn"),
    ("P-LIVING", "family_question", "answered", "q3", "yes", "present"),
]
NAMES = ("person_id", "entity", "field", "about", "value", "standing")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_run.write(tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> OpenRun:
    """The tiny run, with a few events and values of its own."""
    real = OpenRun.table

    def table(self: OpenRun, name: str) -> pa.Table:
        if name == "near_misses":
            return pa.Table.from_pylist(EVENTS)
        if name == "values":
            return pa.Table.from_pylist([dict(zip(NAMES, v, strict=True)) for v in VALUES])
        return real(self, name)

    monkeypatch.setattr(OpenRun, "table", table)
    return open_run(folder)


def test_each_body_counts_the_same_events_in_its_own_way(run: OpenRun) -> None:
    rows = {row["definition"]: row for row in near_misses(run)}

    assert set(rows) == set(catalogue("event"))
    said = {
        name: tuple(row[column]["value"] for column in ("in", "out", "cannot_tell"))
        for name, row in rows.items()
    }
    assert said == {
        "near-miss-lfpse": (2, 1, 0),
        "near-miss-steis-2015": (1, 1, 1),
        "near-miss-datix": (0, 0, 3),
        "near-miss-hse": (1, 1, 1),
        "near-miss-self-harm-survived": (0, 1, 2),
        "near-miss-serious": (2, 0, 1),
    }


def test_the_command_never_gives_one_figure_for_all(run: OpenRun, folder: Path, capsys) -> None:
    assert main(["near-misses", str(folder), "--format", "json"]) == 0

    rows = json.loads(capsys.readouterr().out)
    assert {row["definition"] for row in rows} == set(catalogue("event"))
    assert {row["disclosure"] for row in rows} == {"none"}
    assert "near-miss" not in {row["definition"] for row in rows}


def test_expectations_are_counted_over_those_who_died_and_each_of_their_rows(run: OpenRun) -> None:
    found = met(run)

    assert set(found) == {each.id for each in expectations()}
    heard = found["heard-or-why-not"]
    assert (heard["among"], heard["met"], heard["not_met"], heard["not_said"]) == (2, 1, 1, 0)
    asked = found["questions-answered"]
    assert (asked["among"], asked["met"], asked["not_said"]) == (2, 1, 1)


def test_what_a_source_took_back_does_not_count(run: OpenRun) -> None:
    support = met(run)["staff-supported"]

    assert (support["among"], support["met"], support["not_said"]) == (6, 0, 6)


def test_the_command_counts_them_and_says_what_not_said_means(
    run: OpenRun, folder: Path, capsys
) -> None:
    assert main(["expectations", str(folder)]) == 0

    said = capsys.readouterr().out
    assert "Not said is not the same as not done" in said
    assert "nobody there" not in said
