"""Each layout's sample, received and standardised, gives the findings that its folder promises."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from candour.dataset.findings import Finding
from candour.pipeline.receive import Received, receive_folder
from candour.pipeline.run import sent_tables
from candour.pipeline.standardise.stage import standardise
from candour.sources import Layouts
from candour.sources.registry import SHIPPED
from candour.tables import open_engine

FOLDERS = sorted(path.parent for path in SHIPPED.glob("*/mapping.yaml"))
TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")


@dataclass(frozen=True)
class Kept:
    """A sample after two stages."""

    received: Received
    findings: list[Finding]
    outcomes: list[tuple[str, int, str]]
    """File, row and what became of it."""


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Kept]:
    """Every sample, through one engine."""
    layouts, kept = Layouts.shipped(), {}
    with open_engine() as engine:
        for folder in FOLDERS:
            place = tmp_path_factory.mktemp(folder.name)
            received = receive_folder(folder / "sample", place / "work", layouts, place / "store")
            standard = standardise(engine, sent_tables(received, layouts))
            rows = standard.rows.select("file", "row", "outcome")
            kept[folder.name] = Kept(
                received,
                [*received.findings, *standard.findings],
                [(r["file"], r["row"], r["outcome"]) for r in engine.rows(rows)],
            )
    return kept


def expected(folder: Path) -> set[tuple[str, int | None, str]]:
    with (folder / "expected_findings.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["file"], int(row["row"]) if row["row"] else None, row["code"])
            for row in csv.DictReader(file)
        }


def text_of(path: Path) -> str:
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    return data.decode("utf-8-sig", errors="replace")


def modulus_11(digits: str) -> bool:
    """Whether ten digits carry the check digit of an NHS number."""
    check = 11 - sum(int(d) * (10 - place) for place, d in enumerate(digits[:9])) % 11
    return check != 10 and int(digits[9]) == check % 11


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_sample_gives_exactly_the_findings_that_are_expected_of_it(folder, samples):
    found = {(f.file, f.row, f.code) for f in samples[folder.name].findings}

    assert found - expected(folder) == set()
    assert expected(folder) - found == set()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_row_of_a_sample_is_accepted_rejected_or_a_duplicate(folder, samples):
    kept = samples[folder.name]
    read = sum(staged.rows_read for staged in kept.received.staged)
    tally = {
        word: sum(outcome == word for _, _, outcome in kept.outcomes)
        for word in ("accepted", "rejected", "duplicate")
    }

    assert read == len(kept.outcomes) == len(set(kept.outcomes)) == sum(tally.values())
    assert tally["accepted"] > 0


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_rejected_row_of_a_sample_has_a_finding_that_rejects_it(folder, samples):
    kept = samples[folder.name]
    rejected = {(file, row) for file, row, outcome in kept.outcomes if outcome == "rejected"}

    assert {(f.file, f.row) for f in kept.findings if f.severity == "rejects-row"} == rejected


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_ten_digits_of_a_sample_could_be_somebodys_nhs_number(folder):
    """Unless they begin with 999, or are one digit ten times over."""
    for path in sorted((folder / "sample").iterdir()):
        for found in TEN_DIGITS.findall(text_of(path)):
            digits = re.sub(r"\D", "", found)
            if digits.startswith("999") or len(set(digits)) == 1:
                continue
            assert not modulus_11(digits), f"{path.name} holds ten digits with a good check digit"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_page_of_a_layout_names_every_column_that_it_knows(folder):
    page = (folder / "README.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE))

    for role, file in Layouts.shipped().get(folder.name).files.items():
        assert re.findall(r"`([^`]+)`", listed[role]) == file.known_columns()
