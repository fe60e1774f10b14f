"""The blank workbook: made of the data set, filled in by hand, checked and run."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from candour.cli.main import main
from candour.dataset import codelist, load
from candour.dataset.model import RESTRICTED
from candour.sources import Layouts, by_hand
from candour.sources.words import words_of

WHOSE = by_hand.WHOSE


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("blank") / "blank.xlsx"
    assert main(["dictionary", "--workbook", str(path), "--format", "json"]) == 0
    return path


@pytest.fixture(scope="module")
def filled(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people as somebody enters them: words from the lists, days, a code, empty sheets."""
    book = openpyxl.load_workbook(blank)

    def enter(sheet: str, **said: object) -> None:
        page = book[sheet]
        heads = [cell.value for cell in page[1]]
        row = 2
        while page.cell(row, 1).value is not None:
            row += 1
        for name, value in said.items():
            page.cell(row, heads.index(name) + 1, value)

    enter("person", local_patient_id="H-01", surname="Aldermoor", birth_date=dt.date(1961, 4, 17))
    enter("person", local_patient_id="H-02", nhs_number="9990070377", sex="Male")
    enter("death", local_patient_id="H-01", died="Yes", death_date=dt.date(2025, 2, 20))
    enter("death", local_patient_id="H-02", died="Yes", death_date="2025-03")
    enter(
        "stay",
        local_patient_id="H-01",
        local_stay_id="007",
        admitted_on=dt.date(2024, 12, 4),
        discharged_on=dt.date(2025, 2, 3),
        discharge_method="On clinical advice, or with clinical consent",
        discharge_destination="38",
    )
    enter(
        "review",
        local_patient_id="H-01",
        local_review_id="R-1",
        tool=codelist("review_tool").codes[0].display,
        response_kind="After action review",
        flag_family_concern="Yes",
    )
    folder = tmp_path_factory.mktemp("filled")
    book.save(folder / "cases.xlsx")
    return folder / "cases.xlsx"


def test_each_sheet_has_the_fields_in_use_and_none_that_tells_of_a_means(blank: Path) -> None:
    book = openpyxl.load_workbook(blank)

    assert book.sheetnames[0] == by_hand.GUIDE
    for entity in by_hand.entities():
        names = [cell.value for cell in book[entity.path][1]]
        open_ones = [
            f.name
            for f in entity.fields.values()
            if f.retired is None and f.sensitivity != RESTRICTED and f.name != WHOSE
        ]
        assert names == [WHOSE, *open_ones]
    texts = {str(c.value) for row in book[by_hand.CODES].iter_rows() for c in row}
    for each in load().fields():
        if each.sensitivity == RESTRICTED and each.codelist:
            assert codelist(each.codelist).title not in " ".join(texts)


def test_a_workbook_that_asks_for_means_says_so(tmp_path: Path) -> None:
    path = tmp_path / "restricted.xlsx"

    assert main(["dictionary", "circumstances", "--restricted", "--workbook", str(path)]) == 0

    book = openpyxl.load_workbook(path)
    assert [n for n in book.sheetnames if n not in (by_hand.GUIDE, by_hand.CODES)] == [
        "person",
        "circumstances",
    ]
    assert "ligature_anchoring" in [cell.value for cell in book["circumstances"][1]]
    said = " ".join(str(c.value) for row in book[by_hand.GUIDE].iter_rows() for c in row if c.value)
    assert "only those who have to know" in said


def test_every_coded_column_has_the_words_of_its_list_and_every_name_has_a_note(
    blank: Path,
) -> None:
    book = openpyxl.load_workbook(blank)
    words = book[by_hand.CODES]

    for entity in by_hand.entities():
        sheet = book[entity.path]
        lists = {
            str(rule.sqref).split(":")[0]: str(rule.formula1)
            for rule in sheet.data_validations.dataValidation
        }
        for cell in sheet[1]:
            assert cell.comment is not None, (entity.path, cell.value)
            found = load().entity_at(entity.path).fields.get(str(cell.value))
            if found is None or (found.codelist is None and found.type != "yes_no_unknown"):
                continue
            assert found.meaning[:60] in cell.comment.text
            asked = lists[f"{cell.column_letter}2"]
            area = re.sub(r"^='?.*?'?!|\$", "", asked.lstrip("="))
            area = area.split("!")[-1].replace("$", "")
            offered = [str(c.value) for row in words[area] for c in row]
            known = words_of(found.path)
            assert known is not None
            assert offered
            assert [word for word in offered if word not in known] == []


def test_a_column_in_which_a_month_may_stand_is_text_so_that_no_day_is_made_of_it(
    blank: Path,
) -> None:
    sheet = openpyxl.load_workbook(blank)["death"]
    # Neighbouring columns that look alike are held as one range.
    formats = {
        str(cell.value): held.number_format
        for held in sheet.column_dimensions.values()
        for cell in sheet[1]
        if held.min <= cell.column <= held.max
    }

    assert formats["death_date"] == "@"
    assert formats["registered_on"] == "yyyy-mm-dd"


def test_the_layout_is_the_one_that_the_data_set_makes() -> None:
    assert by_hand.MAPPING.read_text(encoding="utf-8") == by_hand.mapping()
    roles = Layouts.shipped().get("by-hand").files
    assert set(roles) == {entity.path for entity in by_hand.entities()}
    told = {target.path for role in roles.values() for target in role.targets()}
    asked = {f.path for e in by_hand.entities() for f in e.fields.values()}
    assert told == asked


def test_a_word_that_an_older_code_shares_stands_for_the_code_in_force() -> None:
    words = words_of("ward_stay.patient_class")

    assert words is not None
    assert words["Acute, adult"] == "200"
    assert words["10"] == "10"
    assert words_of("stay.ward") is None


def test_an_empty_workbook_reports_nothing_and_is_not_taken_for_another(
    blank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(blank), "--format", "json"]) == 0

    assert [f["code"] for f in json.loads(capsys.readouterr().out)] == ["file-without-rows"]


def test_filled_in_it_validates_with_no_more_than_a_month_without_its_day(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(filled), "--format", "json"]) == 0

    found = [(f["code"], f["sheet"], f["row"]) for f in json.loads(capsys.readouterr().out)]
    assert found == [("date-partial", "death", 3)]


def test_filled_in_it_runs_and_what_was_not_entered_is_not_taken_for_no(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert main(["run", str(filled.parent), "--out", str(out), "--format", "json"]) == 0
    capsys.readouterr()

    asked = ["deaths", str(out), "--definition", "post-discharge", "--format", "json"]
    assert main(asked) == 0
    outcomes = {d["death_date"]: d["outcome"] for d in json.loads(capsys.readouterr().out)}

    assert outcomes == {"2025-02-20": "in", "2025-03": "cannot-tell"}
    values = pq.read_table(out / "identified" / "values.parquet").to_pylist()
    said = {(v["entity"], v["field"]): v["value"] for v in values}
    assert said["stay", "local_stay_id"] == "007"
    assert said["stay", "discharge_method"] == "1"
    assert said["review", "flag_family_concern"] == "yes"
    assert said["review", "response_kind"] == "after-action-review"
    versions = {v["field"]: v["list_version"] for v in values if v["entity"] == "stay"}
    assert versions["discharge_method"] == "mhsds-6"
    assert versions["discharge_destination"] == "mhsds-4"
