"""What people read when they ask a run: kept as text, so that a change shows as a change.

The extracts beside this file are invented: five people, four of whom are known to more than one
list. Where an answer has changed and ought to have, write the new one with

    CANDOUR_UPDATE_GOLDEN=1 ./run test tests/golden

and read the difference before you commit it, as the family of one of the five would.
"""

from __future__ import annotations

import difflib
import io
import os
import shutil
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from candour.cli.main import main

HERE = Path(__file__).parent
KEPT = HERE / "answers"
UPDATE = "CANDOUR_UPDATE_GOLDEN"

# Name of the kept answer, and the words that ask for it. G-1 and so on stand for the id of the
# death of the person whom the caseload of ZX901 names so.
ASKED = {
    "run": "run extracts --out june",
    "count": "count june --definition inpatient post-discharge:days=7 post-discharge hssib-2025 "
    "lampard-2024",
    "count_by_provider": "count june --definition hssib-2025 --by provider",
    "count_in_a_period": "count june --definition hssib-2025 --from 2025-03-01 --to 2025-03-31",
    "deaths": "deaths june --definition post-discharge",
    "explain_dates_that_differ": "explain june G-1",
    "explain_a_death_on_the_ward": "explain june G-2",
    "explain_a_caseload_that_was_closed": "explain june G-3",
    "explain_a_move_and_a_list_that_was_not_told": "explain june G-4",
    "explain_a_move_of_which_nothing_is_heard": "explain june G-5",
}

VALUES = "What each source says"
SHORT = {name for name in ASKED if name.startswith("explain_")} - {"explain_dates_that_differ"}
"""Pages of which the values are not kept: one page of them is enough to see a change."""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every answer, given in a folder in which paths are short and the same everywhere."""
    folder = tmp_path_factory.mktemp("golden")
    shutil.copytree(HERE / "extracts", folder / "extracts")
    given: dict[str, str] = {}
    with pytest.MonkeyPatch.context() as patch, chdir(folder):
        patch.setenv("COLUMNS", "100")
        for name, words in ASKED.items():
            whole = _said(words.split())
            given[name] = whole if name not in SHORT else whole.partition(VALUES)[0]
    return given


def _said(words: list[str]) -> str:
    out, err = io.StringIO(), io.StringIO()
    asked = [_death_of(word) if word.startswith("G-") else word for word in words]
    with redirect_stdout(out), redirect_stderr(err):
        code = main(asked)
    assert code == 0, err.getvalue()
    return out.getvalue()


def _death_of(local_id: str) -> str:
    from candour.pipeline.answers import open_run

    rows = open_run(Path("june")).rows("identities")
    (found,) = {r["death_id"] for r in rows if r["person_key"].endswith(f":{local_id}")}
    return str(found)


@pytest.mark.parametrize("name", ASKED)
def test_people_read_what_they_read_before(name, answers):
    path = KEPT / f"{name}.txt"
    if os.environ.get(UPDATE):
        path.write_text(answers[name], encoding="utf-8")
    before = path.read_text(encoding="utf-8") if path.is_file() else ""

    changed = difflib.unified_diff(
        before.splitlines(), answers[name].splitlines(), "as kept", "as given now", lineterm="", n=2
    )

    told = "\n".join(changed)
    assert not told, f"candour {ASKED[name]}\n\n{told}\n\nIf it ought to: {UPDATE}=1"


def test_no_answer_is_kept_that_nobody_asks_for():
    assert {path.stem for path in KEPT.glob("*.txt")} == set(ASKED)


def test_no_kept_answer_holds_a_place_of_the_machine_that_wrote_it():
    for path in KEPT.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "/tmp" not in text  # noqa: S108 - looked for, not used
        assert str(Path.home()) not in text


def test_only_the_page_of_one_death_names_anybody():
    for path in KEPT.glob("*.txt"):
        if path.stem.startswith("explain_"):
            continue
        text = path.read_text(encoding="utf-8")
        for personal in ("Aldermoor", "Birchenall", "Corrimony", "Dunwhistle", "Eastholm", "99900"):
            assert personal not in text, path.name
