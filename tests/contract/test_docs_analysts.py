"""The guide for analysts is walked from its first line to its last, as a reader would.

A block marked ``sh`` is run; a block marked ``csv`` or ``yaml`` is written into the file that the
sentence before it names ("add … to" appends). Words that stand for something, such as DEATH_ID, are
filled in with what the run before printed.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from candour.cli.main import main
from candour.sources import mapping

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = CHECKOUT / "docs" / "analysts" / "first-run.md"
FILES = ("csv", "yaml")


@dataclass(frozen=True)
class Step:
    """A line to run, or a file to write."""

    line: str = ""
    file: str = ""
    text: str = ""
    adds: bool = False


@dataclass(frozen=True)
class Done:
    """A line that was run."""

    line: str
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Walk:
    """The folder in which the page was walked, and every line of it."""

    folder: Path
    done: list[Done]

    def answer(self, beginning: str) -> Done:
        (found,) = [each for each in self.done if each.line.startswith(f"./run {beginning}")]
        return found


def steps() -> list[Step]:
    """What the page asks a reader to do, in its order."""
    found: list[Step] = []
    file, adds = "", False
    for token in MarkdownIt("commonmark").enable("table").parse(PAGE.read_text(encoding="utf-8")):
        if token.type == "inline":
            codes = [c.content for c in token.children or [] if c.type == "code_inline"]
            named = [code for code in codes if code.endswith(tuple(f".{kind}" for kind in FILES))]
            file = named[-1] if token.content.endswith(":") and named else ""
            adds = "add its line" in token.content
        elif token.type == "fence" and token.info == "sh":
            found += [Step(line=line) for line in token.content.splitlines()]
        elif token.type == "fence" and token.info in FILES:
            assert file, f"no sentence says which file this is: {token.content[:40]}"
            found.append(Step(file=file, text=token.content, adds=adds))
    return found


def asked(*words: str) -> Done:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(words))
    return Done(shlex.join(words), code, out.getvalue(), err.getvalue())


def stands_for(word: str) -> str:
    """What a reader would put in its place."""
    if word == "DEATH_ID":
        return death_of("june", "M-2")["death_id"]
    if word == "HASH":
        inputs = json.loads(Path("june/manifest.json").read_text(encoding="utf-8"))["inputs"]
        (ours,) = [each for each in inputs if each["file"] == "ZQ1/mortality_list.csv"]
        return str(ours["submission"][:12])
    return word


def death_of(run: str, local_id: str) -> dict[str, Any]:
    """A death under hssib-2025, by a local id of its person."""
    rows = json.loads(asked("deaths", run, "--definition", "hssib-2025", "--format", "json").out)
    (found,) = [row for row in rows if local_id in {each["id"] for each in row["person_ids"]}]
    return found


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    folder, done = tmp_path_factory.mktemp("reader"), []
    with contextlib.chdir(folder):
        for step in steps():
            if step.file:
                path = Path(step.file)
                path.parent.mkdir(parents=True, exist_ok=True)
                before = path.read_text(encoding="utf-8") if step.adds else ""
                path.write_text(before + step.text, encoding="utf-8")
                continue
            run, program, *words = shlex.split(step.line)
            assert (run, program) == ("./run", "candour")
            ended = asked(*(stands_for(word) for word in words))
            done.append(Done(step.line, ended.code, ended.out, ended.err))
    return Walk(folder, done)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_command_of_the_guide_ends_well(walked):
    assert len(walked.done) >= 12
    assert [(each.line, each.err) for each in walked.done if each.code != 0] == []


def test_the_example_mapping_is_whole(walked):
    loaded = mapping.load(walked.folder / "mappings" / "mortality-list" / "mapping.yaml")

    sent = table_of(walked.folder / "practice" / "ZQ1" / "mortality_list.csv")
    assert loaded.id == "mortality-list"
    assert set(sent[0]) == set(loaded.files["list"].known_columns())


def table_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_odd_extract_is_unknown_until_its_mapping_is_given(walked):
    without, given = [
        each for each in walked.done if each.line.startswith("./run candour validate")
    ]

    assert "unknown-layout" in without.out
    assert "unknown-layout" not in given.out
    assert "left-out-by-its-sender" in given.out


def test_every_extract_is_used_and_only_what_is_none_is_left_out(walked):
    manifest = json.loads((walked.folder / "june" / "manifest.json").read_text(encoding="utf-8"))
    left_out = {each["file"] for each in manifest["inputs"] if each["left_out"]}

    assert manifest["layouts"]["mortality-list"] == "1.0.0"
    assert left_out
    assert all(
        name.startswith("truth/") or name in ("README.txt", "manifest.json", "organisations.csv")
        for name in left_out
    )
    assert manifest["basis"] == "stated"


def test_findings_name_rows_and_hold_nothing_of_anybody(walked):
    text = (walked.folder / "june" / "findings.csv").read_text(encoding="utf-8")
    people = table_of(walked.folder / "practice" / "ZQ1" / "mortality_list.csv")

    assert any(row["code"] == "left-out-by-its-sender" for row in table(
        walked.folder / "june" / "findings.csv"))  # fmt: skip
    for person in people:
        for name in ("NHS No", "Surname", "D.O.B.", "Died"):
            assert not person[name] or person[name] not in text


def test_the_pair_of_the_guide_waits_until_somebody_decides(walked):
    waiting = table(walked.folder / "june" / "identified" / "review.csv")
    pairs = [(row["left_identity"], row["right_identity"]) for row in waiting]

    assert pairs == [("ZQ1/caseload:C1039598", "ZQ1/list:M-2")]
    assert table(walked.folder / "july" / "identified" / "review.csv") == []
    explained = walked.answer("candour explain").out
    assert "ZQ1/caseload:C1039598" in explained


def test_the_decision_changes_the_answer_and_diff_says_so(walked):
    with contextlib.chdir(walked.folder):
        before, after = death_of("june", "M-2"), death_of("july", "M-2")
        changes = json.loads(asked("diff", "june", "july", "--format", "json").out)

    assert (before["outcome"], after["outcome"]) == ("cannot-tell", "in")
    assert after["days_since_discharge"] == 16
    assert {row["why"] for row in changes} == {"decision"}
    assert {row["death_id"] for row in changes} == {before["death_id"], after["death_id"]}


def test_the_mortality_team_knew_first_and_the_ledger_says_so(walked):
    with contextlib.chdir(walked.folder):
        death = death_of("june", "M-1")
        told = json.loads(asked("explain", "june", death["death_id"], "--format", "json").out)

    known = {entry["file"]: entry["known_on"] for entry in told["known_by"]}
    assert known["ZQ1/mortality_list.csv"] == "2025-04-16"
    assert known["ZQ1/caseload_2025-06-30.csv"] == "2025-05-02"


def test_a_run_as_known_on_a_day_knows_less(walked):
    manifests = {
        name: json.loads((walked.folder / name / "manifest.json").read_text(encoding="utf-8"))
        for name in ("june", "as-of-march")
    }

    assert manifests["as-of-march"]["as_known_on"] == "2025-03-31"
    assert "mortality-list" not in manifests["as-of-march"]["layouts"]
    deaths = {name: said["counts"]["deaths"] for name, said in manifests.items()}
    assert 0 < deaths["as-of-march"] < deaths["june"]


def test_what_is_closed_is_closed(walked):
    for name in ("june/identified", "july/identified", "candour-store"):
        assert (walked.folder / name).stat().st_mode & 0o077 == 0


def test_every_place_that_the_guide_names_is_there(walked):
    for name in ("findings.csv", "manifest.json", "run-log.json", "submissions.csv", "open"):
        assert (walked.folder / "june" / name).exists()
