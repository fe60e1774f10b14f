"""How people died: what is settled, what is not, and what each rests on."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny_run

from candour.cli.main import main
from candour.dataset import codelist
from candour.pipeline.answers import open_run
from candour.pipeline.answers.causes import KINDS, causes, kind_of_cause, kind_of_conclusions
from candour.pipeline.answers.periods import Period


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("I25.1", "natural"),
        ("A00", "natural"),
        ("R94.8", "natural"),
        ("R95", "undetermined"),
        ("R99X", "undetermined"),
        ("X70X", "unnatural"),
        ("V01", "unnatural"),
        ("Y98", "unnatural"),
        ("Y98.9", "unnatural"),
        ("Y33.9", "unnatural"),
        ("U07.1", "natural"),
        ("U07.2", "natural"),
        ("U09.9", "natural"),
        ("U10.9", "natural"),
        ("U509", "pending"),
        ("U50.9", "pending"),
        ("U50.8", None),
        ("Y99", None),
        ("Z99", None),
        ("nothing", None),
    ],
)
def test_a_code_is_placed_by_the_published_groups(code: str, kind: str | None) -> None:
    assert kind_of_cause(code) == kind


@pytest.mark.parametrize(
    ("conclusions", "kind"),
    [
        (["natural-causes"], "natural"),
        (["suicide", "narrative"], "unnatural"),
        (["narrative"], "needs-reading"),
        (["open"], "undetermined"),
        (["natural-causes", "accident"], "needs-reading"),
        ([], None),
        (["no such conclusion"], None),
    ],
)
def test_conclusions_together_say_one_kind_or_need_reading(
    conclusions: list[str], kind: str | None
) -> None:
    assert kind_of_conclusions(conclusions) == kind


def test_every_conclusion_says_how_the_person_died_or_that_it_needs_reading() -> None:
    assert {c.properties["died"] for c in codelist("inquest_conclusion").codes} == set(KINDS)


Tell = Callable[..., dict[str, Any]]


@pytest.fixture
def tell() -> Tell:
    """One value of one death, as a list of some kind says it."""

    def made(death: str, field: str, said: str | dt.date, kind: str, **more: Any) -> dict[str, Any]:
        pattern = tiny_run.tables()["values"][0]
        return {
            **pattern,
            "person_id": death.replace("D-", "P-"),
            "death_id": death,
            "entity": "death",
            "field": field,
            "value": str(said),
            "kind": kind,
            "standing": "present",
            "chosen": True,
            **more,
        }

    return made


@pytest.fixture
def asked(tell: Tell, tmp_path: Path) -> dict[str, Any]:
    """Six deaths: concluded twice over, registered, pending twice, provisional, not told."""
    values = [
        tell("D-WINDOW", "inquest_conclusion", "suicide", "inquest-list"),
        tell("D-WINDOW", "inquest_on", dt.date(2025, 9, 3), "inquest-list"),
        tell("D-WINDOW", "inquest_opened_on", dt.date(2025, 2, 27), "inquest-list"),
        tell("D-WINDOW", "underlying_cause", "I25.1", "registration"),
        tell("D-MONTH", "underlying_cause", "U07.1", "registration"),
        tell("D-WARD", "underlying_cause", "U50.9", "registration"),
        tell("D-WARD", "inquest_on", dt.date(2029, 1, 5), "inquest-list"),
        tell("D-TWICE", "inquest_opened_on", dt.date(2025, 5, 10), "inquest-list"),
        tell("D-TWICE", "underlying_cause", "I25.1", "epr"),
        tell("D-LATER", "underlying_cause", "C34.9", "epr"),
        tell("D-UNDATED", "inquest_conclusion", "open", "inquest-list", standing="superseded"),
    ]
    folder = tiny_run.write(tmp_path / "run", {"values": values})
    return causes(open_run(folder), Period())


def test_what_is_settled_and_what_is_not_stand_in_lines_of_their_own(asked: dict[str, Any]) -> None:
    states = {row["death_id"]: (row["state"], row["kind"]) for row in asked["deaths"]}

    assert states == {
        "D-WINDOW": ("concluded", "unnatural"),
        "D-MONTH": ("concluded", "natural"),
        "D-WARD": ("pending", None),
        "D-TWICE": ("pending", None),
        "D-LATER": ("provisional", "natural"),
        "D-UNDATED": ("not-told", None),
    }
    assert asked["states"] == {"concluded": 2, "provisional": 1, "pending": 2, "not-told": 1}
    assert asked["concluded"]["natural"] == 1
    assert asked["provisional"]["natural"] == 1
    assert asked["rests_on"] == {"inquest": 1, "registration": 1}


def test_an_inquest_is_shown_where_it_and_the_registered_cause_differ(
    asked: dict[str, Any],
) -> None:
    differing = [row["death_id"] for row in asked["deaths"] if row["differs"]]

    assert differing == ["D-WINDOW"]
    assert asked["differs"] == 1


def test_each_step_has_its_days_and_a_hearing_to_come_concludes_nothing(
    asked: dict[str, Any],
) -> None:
    days = {row["death_id"]: row for row in asked["deaths"]}
    steps = {row["step"]: row for row in asked["steps"]}

    assert days["D-WINDOW"]["days_to_inquest-opened"] == 7
    assert days["D-WINDOW"]["days_to_concluded"] == 195
    assert days["D-WARD"]["days_to_concluded"] is None
    assert steps["concluded"]["deaths"] == 1
    assert steps["concluded"]["median_days"] == 195
    assert all(step["deaths"] + step["not_told"] == 6 for step in steps.values())


def test_no_code_of_a_cause_leaves(asked: dict[str, Any]) -> None:
    told = json.dumps(asked, default=str)

    assert "I25" not in told
    assert "U07" not in told


def test_the_command_keeps_provisional_and_concluded_apart(
    tell: Tell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = [tell("D-LATER", "underlying_cause", "C34.9", "epr")]
    folder = tiny_run.write(tmp_path / "run", {"values": values})

    assert main(["causes", str(folder), "--from", "2025-06-01", "--to", "2025-06-30"]) == 0

    told = capsys.readouterr().out
    assert "Concluded: 0. Provisional: 1. Pending: 0. Not told: 1." in told
    assert "may still change" in told
