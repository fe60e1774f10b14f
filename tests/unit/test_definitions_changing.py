"""A change to a definition: prepared by anybody, published by nobody without a dual run."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import tiny_run
import yaml

from candour.cli.main import main
from candour.definitions import get, published
from candour.definitions.changing import draft, next_version, read_draft, refusals, without_dual_run
from candour.definitions.model import Definition, Moved
from candour.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "src" / "candour" / "definitions" / "catalogue"
ASKED = {
    "from": dt.date(2026, 9, 1),
    "to": dt.date(2026, 10, 15),
    "who": "families, trusts",
    "with_lived_experience": True,
}
WHY = {
    "motive": "Thirty-one days were proposed.",
    "decided_by": "an invented board",
    "decided_on": dt.date(2026, 11, 1),
    "consultation": ASKED,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_run.write(tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A copy of the catalogue, so that a test may publish."""
    return Path(shutil.copytree(CATALOGUE, tmp_path / "catalogue"))


def written(folder: Path, days: int = 31, version: str = "2.0.0", **change: Any) -> Path:
    """A draft of hssib-2025 that counts to another day."""
    sheet = yaml.safe_load(draft(get("hssib-2025"), "major"))
    (content,) = sheet["versions"]
    content["version"] = version
    content["rule"]["any_of"][1]["within"]["days"] = days
    content["change"] = {**WHY, **change}
    for each in (*content["examples"], *content["near_misses"]):
        if each["words"] == "A man died on day 31 after his discharge.":
            each["outcome"] = "in"
    path = folder / "draft.yaml"
    path.write_text(yaml.safe_dump(sheet, allow_unicode=True), encoding="utf-8")
    return path


def change(*words: Any) -> int:
    return main(["definitions", "change", "hssib-2025", *map(str, words)])


@pytest.mark.parametrize(
    ("part", "expected"), [("major", "2.0.0"), ("minor", "1.4.0"), ("patch", "1.3.8")]
)
def test_the_next_version_raises_one_number_and_begins_the_later_ones_again(
    part: Any, expected: str
) -> None:
    assert next_version("1.3.7", part) == expected


@pytest.mark.parametrize("identity", ["hssib-2025", "ncish", "near-miss-hse", "inpatient"])
def test_a_draft_reads_as_the_version_that_it_was_made_from(identity: str, tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(draft(get(identity, None), "major"), encoding="utf-8")

    content = read_draft(path, get(identity, None), whole=False)

    assert Definition.model_validate(content).rule == get(identity, None).rule
    assert content["version"] == "2.0.0"


def test_without_a_draft_one_is_written_and_nothing_is_published(tmp_path: Path, capsys) -> None:
    path = tmp_path / "draft.yaml"

    assert change("--draft", path) == 0
    assert "hssib-2025@2.0.0" in path.read_text(encoding="utf-8")
    assert "--on RUN" in capsys.readouterr().out


def test_a_draft_alone_is_answered_with_the_need_for_a_dual_run(tmp_path: Path, capsys) -> None:
    assert change("--draft", written(tmp_path)) == 1
    assert "only with a dual run" in capsys.readouterr().err


def test_publishing_without_a_run_is_refused_and_changes_no_file(
    tmp_path: Path, shelf: Path, capsys
) -> None:
    before = {p.name: p.read_bytes() for p in shelf.iterdir()}

    assert change("--draft", written(tmp_path), "--publish", shelf) == 1
    assert "there is no dual run" in capsys.readouterr().err
    assert {p.name: p.read_bytes() for p in shelf.iterdir()} == before


def test_a_dual_run_says_which_deaths_move_at_which_provider_and_why(
    tmp_path: Path, run: Path, capsys
) -> None:
    assert change("--draft", written(tmp_path), "--on", run, "--format", "json") == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["from"], found["to"], found["moved"], found["deaths"]) == ("1.0.0", "2.0.0", 1, 6)
    (row,) = found["moves"]
    assert (row["death_id"], row["before"], row["after"]) == ("D-LATER", "out", "in")
    assert row["provider"] == "not stated"
    assert row["reasons"] == [
        "died on 2025-06-30, 31 days after the discharge of 2025-05-30; the window is 31 days"
    ]
    assert found["by_provider"] == {"not stated": 1}
    assert {p["provider"]: p["moved"] for p in found["providers"]} == {"ZX901": 0, "not stated": 1}
    assert found["published"] is None


def test_a_version_is_published_with_its_dual_run_and_the_earlier_one_stays(
    tmp_path: Path, run: Path, shelf: Path, capsys
) -> None:
    locked = json.loads((shelf / "lock.json").read_text(encoding="utf-8"))
    earlier = yaml.safe_load((shelf / "hssib-2025.yaml").read_text(encoding="utf-8"))

    assert change("--draft", written(tmp_path), "--on", run, "--publish", shelf) == 0

    sheet = yaml.safe_load((shelf / "hssib-2025.yaml").read_text(encoding="utf-8"))
    now = json.loads((shelf / "lock.json").read_text(encoding="utf-8"))
    first, second = sheet["versions"]
    assert first == earlier["versions"][0]
    assert second["change"]["dual_run"]["moved"] == 1
    assert second["change"]["dual_run"]["by_answer"] == {"out to in": 1}
    assert now == locked | {"hssib-2025@2.0.0": now["hssib-2025@2.0.0"]}
    contents = [{"id": "hssib-2025", **version} for version in sheet["versions"]]
    assert published.digests(iter(contents)).items() <= now.items()
    assert "Published: hssib-2025@2.0.0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"consultation": None}, "nobody was asked"),
        ({"consultation": ASKED | {"to": dt.date(2026, 9, 20)}}, "19 days; it takes 30"),
        ({"consultation": ASKED | {"with_lived_experience": False}}, "has lived it"),
        ({"version": "1.1.0"}, "first number"),
    ],
)
def test_a_change_that_moves_deaths_needs_people_who_were_asked_and_a_first_number(
    more: dict[str, Any], said: str, tmp_path: Path, run: Path, shelf: Path, capsys
) -> None:
    path = written(tmp_path, **more)

    assert change("--draft", path, "--on", run, "--publish", shelf) == 1
    assert said in capsys.readouterr().err


def test_a_change_of_words_alone_needs_a_dual_run_and_nobodys_answer(tmp_path: Path) -> None:
    latest = get("hssib-2025")
    content = read_draft(written(tmp_path, 30, "1.0.1", consultation=None), latest, whole=True) | {
        "plain": "Said more plainly."
    }
    nothing = Moved(run="0", invented=True, deaths=6, moved=0)

    assert refusals(latest, content, nothing) == []
    assert refusals(latest, content, None)


def test_a_dual_run_on_a_run_without_deaths_shows_nothing(tmp_path: Path) -> None:
    latest = get("hssib-2025")
    content = read_draft(written(tmp_path), latest, whole=True)

    assert (
        "no death" in refusals(latest, content, Moved(run="0", invented=True, deaths=0, moved=0))[0]
    )


def test_a_draft_of_the_same_version_is_refused(tmp_path: Path, run: Path, capsys) -> None:
    assert change("--draft", written(tmp_path, version="1.0.0"), "--on", run) == 1
    assert "no later version" in capsys.readouterr().err


def test_a_damaged_draft_is_the_users_to_mend_and_repeats_none_of_it(
    tmp_path: Path, capsys
) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text("versions: [{version: 2.0.0, rule: {fact: CANARY}}]\nid: hssib-2025\n")

    assert change("--draft", path) == 1
    said = capsys.readouterr().err
    assert "does not hold together" in said
    assert "CANARY" not in said


def test_a_version_that_was_written_by_hand_is_not_locked_without_a_dual_run() -> None:
    first = get("hssib-2025")
    second = first.model_copy(update={"version": "1.1.0"})

    assert without_dual_run([first, second], {first.ref: "x"}) == ["hssib-2025@1.1.0"]
    assert without_dual_run([first, second], {first.ref: "x", second.ref: "y"}) == []
    assert without_dual_run([first], {}) == []


def test_events_have_no_dual_run_of_deaths(tmp_path: Path, run: Path, capsys) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(draft(get("near-miss-hse", "event"), "major"), encoding="utf-8")

    code = main(["definitions", "change", "near-miss-hse", "--draft", str(path), "--on", str(run)])

    assert code == 1
    assert "counts events" in capsys.readouterr().err


def test_a_version_cannot_be_read_as_an_id(capsys) -> None:
    assert main(["definitions", "change", "hssib-2025@1.0.0", "--draft", "x.yaml"]) == 2


def test_no_such_catalogue_is_said(tmp_path: Path, run: Path, capsys) -> None:
    code = change("--draft", written(tmp_path), "--on", run, "--publish", tmp_path)

    assert code == 1
    assert "no catalogue" in capsys.readouterr().err


def test_user_errors_of_a_missing_draft() -> None:
    with pytest.raises(UserError, match="There is no file"):
        read_draft(Path("not-there.yaml"), get("hssib-2025"), whole=False)
