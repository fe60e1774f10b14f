"""Nothing that tells who somebody was leaves the closed folder: a canary test over all that is
written outside it and every line that is printed."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from canaries import folder_of_canaries
from canary import Canaries
from promise_world import Said, done, manifest, say, table

from candour.cli.words import COUNT_BY
from candour.dataset import load


@dataclass(frozen=True)
class World:
    """The folder of canaries with a run of it, an earlier run without decisions, what was said."""

    folder: Path
    canaries: Canaries
    said: Said

    @property
    def run(self) -> Path:
        return self.folder / "run"


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> World:
    folder = tmp_path_factory.mktemp("canaries")
    canaries = folder_of_canaries(folder)
    said = done(
        "run",
        folder / "in",
        "--out",
        folder / "run",
        "--mappings",
        folder / "mappings",
        "--decisions",
        folder / "decisions.csv",
    )
    return World(folder, canaries, said)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dt.date):
        return [value.isoformat()]
    return [] if value is None else [str(value)]


def test_every_layout_is_there_and_every_canary_that_may_be_kept_is_kept(world):
    used = {i["layout"] for i in manifest(world.run)["inputs"] if i["left_out"] is None}
    kept = " ".join(
        text
        for name in ("people", "values", "rejected", "decisions")
        for row in table(world.run, name).to_pylist()
        for value in row.values()
        for text in _texts(value)
    )

    found = set(world.canaries.in_text(kept).values())

    assert used == {"datix", "discharge-deaths", "epr", "registration", "names-only"}
    assert found >= {
        "shared nhs",
        "shared surname",
        "shared birth",
        "Surname",
        "FNAMD_1",
        "PCDR",
        "con_surname",
        "con_dob",
        "con_surname of a member of staff",
        "a name that is a key",
        "inc_locactual",
        "AbsenceEndReason",
        "decision why",
        "Surname without a key",
    }


def test_no_open_table_holds_a_canary(world):
    leaks = {
        (path.stem, name): found
        for path in sorted((world.run / "open").glob("*.parquet"))
        for name, column in pq.read_table(path).to_pydict().items()
        if (found := world.canaries.in_text("\n".join(t for v in column for t in _texts(v))))
    }

    assert leaks == {}


def test_no_birth_date_stands_in_the_open_as_any_kind_of_date_or_number(world):
    days = {(day - dt.date(1970, 1, 1)).days for day in world.canaries.births}
    years = {day.year for day in world.canaries.births}
    leaks = [
        (path.stem, name)
        for path in sorted((world.run / "open").glob("*.parquet"))
        for name, column in pq.read_table(path).to_pydict().items()
        if any(
            value in world.canaries.births
            or (isinstance(value, dt.date) and value.year in years)
            or (type(value) is int and value in days)
            for value in column
        )
    ]

    assert leaks == []


def test_no_file_outside_the_closed_folder_holds_a_canary_in_its_bytes_or_its_name(world):
    leaks = {}
    for path in sorted(world.folder.rglob("*")):
        inside = path.relative_to(world.folder).parts
        if inside[0] in ("in", "mappings", "decisions.csv") or not path.is_file():
            continue
        if found := world.canaries.in_text("/".join(inside)):
            leaks["name of", inside] = found
        kept = inside[0] == "candour-store" or inside[1] == "identified"
        if not kept and (
            found := world.canaries.in_text(path.read_bytes().decode("utf-8", "replace"))
        ):
            leaks[inside] = found

    assert leaks == {}
    assert (world.run / "findings.csv").stat().st_size > 1000


def test_the_run_prints_no_canary(world):
    assert world.canaries.in_text(world.said.out + world.said.err) == {}


def test_the_open_tables_hold_no_text_that_the_data_set_calls_identifying_or_special(world):
    texts = {
        field.name
        for field in load().fields()
        if field.sensitivity in ("identifying", "restricted-detail", "judgement")
        or (field.sensitivity == "special" and field.type == "text")
    }
    columns = {
        column.name
        for path in (world.run / "open").glob("*.parquet")
        for column in pq.read_schema(path)
        # That a list states a learning disability is a yes or no, and no text of anybody's.
        if not pa.types.is_boolean(column.type)
    }

    assert columns & texts == set()


QUESTIONS = [
    ("deaths", "{run}", "--definition", "hssib-2025"),
    ("deaths", "{run}", "--definition", "post-discharge", "--format", "json"),
    ("deaths", "{run}", "--definition", "inpatient", "--format", "csv"),
    ("count", "{run}", "--definition", "hssib-2025", "--by", *COUNT_BY),
    ("diff", "{run}", "{run}"),
    ("layouts", "--mappings", "{folder}/mappings"),
    ("explain", "{run}", "DNOBODY"),
    ("explain", "{run}", "{word}"),
    ("deaths", "{run}", "--definition", "{word}"),
    ("deaths", "{run}", "--definition", "post-discharge", "--set", "days={word}"),
    ("count", "{run}", "{word}"),
    ("{word}",),
    ("run", "{folder}/in", "--out", "{folder}/other", "--as-known-on", "2025-05-01"),
]


@pytest.mark.parametrize("words", QUESTIONS, ids=lambda words: " ".join(words)[:60])
def test_no_question_and_no_refusal_prints_a_canary(world, words):
    # A word that was typed is a canary too: half of a name often stands where a word should.
    typed = world.canaries.word("typed")
    given = [w.format(run=world.run, folder=world.folder, word=typed) for w in words]

    said = say(*given)

    assert said.out + said.err
    assert world.canaries.in_text(said.out + said.err) == {}


def test_validating_files_prints_no_canary_in_any_format(world, tmp_path):
    from candour.cli import validate
    from candour.cli.main import parser_of
    from candour.cli.output import render
    from candour.cli.registry import find

    names = ("ZX901/caseload.csv", "no header.csv", "letter.txt", "picture.pdf", "damaged.parquet")
    files = [world.folder / "in" / name for name in names]
    command = find(["validate"])
    words = [*map(str, files), "--mappings", str(world.folder / "mappings")]
    words += ["--workbook", str(tmp_path / "findings.xlsx")]

    answer = validate.execute(parser_of(command, validate.configure).parse_args(words))

    codes = {row["code"] for row in answer.data}
    assert codes >= {
        "unknown-layout",
        "file-type-not-read",
        "file-not-readable",
        "nul-bytes",
        "row-has-too-few-fields",
        "row-has-too-many-fields",
        "row-not-readable",
        "row-without-its-key",
        "date-unreadable",
        "unmapped-code",
        "nhs-number-not-ten-digits",
    }
    for kind in ("human", "json", "csv"):
        assert world.canaries.in_text(render(answer, kind)) == {}


@pytest.mark.parametrize("error", [ValueError, KeyError, OSError])
def test_a_fault_of_ours_shows_no_canary_and_leaves_nothing(world, tmp_path, monkeypatch, error):
    secret = next(iter(world.canaries.words))

    def breaks(*args: Any, **named: Any) -> None:
        raise error(f"cannot read {secret} {next(iter(world.canaries.numbers))}")

    (tmp_path / "debug").mkdir()
    monkeypatch.setenv("CANDOUR_DEBUG_DIR", str(tmp_path / "debug"))
    monkeypatch.setattr("candour.pipeline.run.standardise", breaks)

    said = say("run", world.folder / "in", "--out", tmp_path / "run")

    (kept,) = (tmp_path / "debug").iterdir()
    assert (said.code, said.out) == (3, "")
    assert "Reference: " in said.err
    assert not (tmp_path / "run").exists()
    assert world.canaries.in_text(said.err + kept.read_text(encoding="utf-8")) == {}


def test_a_decision_that_cannot_be_kept_is_found_by_its_row_alone(world):
    found = [f for f in table(world.run, "findings").to_pylist() if f["stage"] == "linked"]

    assert [(f["code"], f["row"]) for f in found] == [("decision-cannot-be-kept", 2)]


def test_what_went_into_the_run_is_listed_without_what_was_not_asked_for(world):
    text = (world.run / "manifest.json").read_text(encoding="utf-8")
    text += (world.run / "submissions.csv").read_text(encoding="utf-8")

    assert json.loads((world.run / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert world.canaries.in_text(text) == {}
