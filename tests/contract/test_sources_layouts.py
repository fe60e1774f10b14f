"""Every layout that is shipped has what a layout must have."""

import csv
import json
import re
from pathlib import Path

import pytest

from candour.dataset.findings import catalogue
from candour.pipeline.receive import receive_folder
from candour.sources import Layouts, as_data
from candour.sources.registry import SHIPPED

FOLDERS = sorted(path for path in SHIPPED.iterdir() if (path / "mapping.yaml").exists())
NHS_NUMBER = re.compile(r"(?<!\d)\d{3} ?\d{3} ?\d{4}(?!\d)")


@pytest.fixture(scope="module")
def layouts():
    return Layouts.shipped()


def expected(folder: Path) -> list[dict[str, str]]:
    with (folder / "expected_findings.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def text_of(path: Path) -> str:
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    return data.decode("utf-8-sig", errors="replace")


def test_the_four_layouts_of_this_release_are_there():
    assert {folder.name for folder in FOLDERS} >= {
        "datix",
        "discharge-deaths",
        "epr",
        "registration",
    }


def test_no_folder_beside_the_code_lacks_its_mapping():
    others = [path for path in SHIPPED.iterdir() if path.is_dir() and path not in FOLDERS]

    assert [path.name for path in others if path.name != "__pycache__"] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_layout_has_a_page_a_sample_and_expected_findings(folder):
    assert (folder / "README.md").read_text(encoding="utf-8").startswith(f"# {folder.name}\n")
    assert (folder / "expected_findings.csv").is_file()
    assert any((folder / "sample").iterdir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_layout_is_named_as_its_folder(folder, layouts):
    assert layouts.get(folder.name).id == folder.name


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_expected_findings_name_files_of_the_sample_and_codes_of_the_catalogue(folder):
    rows = expected(folder)

    assert rows
    assert {row["file"] for row in rows} <= {path.name for path in (folder / "sample").iterdir()}
    assert {row["code"] for row in rows} <= set(catalogue())
    assert all(row["row"] == "" or row["row"].isdigit() for row in rows)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_sample_holds_only_numbers_of_the_test_range(folder):
    for path in (folder / "sample").iterdir():
        numbers = {n.replace(" ", "") for n in NHS_NUMBER.findall(text_of(path))}
        assert all(n.startswith("999") or n == "0" * 10 for n in numbers), path.name


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_role_is_recognised_in_its_sample_and_nothing_is_left_out(folder, layouts, tmp_path):
    received = receive_folder(folder / "sample", tmp_path / "work", layouts, tmp_path / "store")

    assert {staged.role for staged in received.staged} == set(layouts.get(folder.name).files)
    assert [each.left_out for each in received.submissions if each.left_out] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_receiving_a_sample_finds_what_is_expected_of_this_stage_and_no_more(
    folder, layouts, tmp_path
):
    of_receiving = {
        "encoding-guessed",
        "header-repeated-column",
        "header-spelled-differently",
        "column-not-used",
        "row-has-too-few-fields",
        "row-has-too-many-fields",
        "row-not-readable",
        "row-not-an-event",
    }
    wanted = {
        (row["file"], row["row"], row["code"])
        for row in expected(folder)
        if row["code"] in of_receiving
    }

    received = receive_folder(folder / "sample", tmp_path / "work", layouts, tmp_path / "store")

    assert {(f.file, str(f.row or ""), f.code) for f in received.findings} == wanted


def test_layouts_are_told_as_plain_data(layouts):
    listed = as_data(layouts=layouts)

    assert [each["id"] for each in listed] == sorted(layouts.by_id)
    for each in listed:
        whole = as_data(each["id"], layouts)
        assert json.loads(json.dumps(whole)) == whole
        assert [file["role"] for file in whole["files"]] == each["files"]


def test_severity_and_free_text_of_an_incident_never_reach_a_death(layouts):
    targets = list(layouts.get("datix").files["incidents"].targets())

    assert {t.path for t in targets if "inc_severity" in t.columns} == {
        "report.severity_as_sent",
        "near_miss.severity_as_sent",
    }
    assert [t.path for t in targets if t.entity == "death"] == []
    assert not any("inc_notes" in t.columns or "inc_name" in t.columns for t in targets)
