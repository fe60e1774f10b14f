"""A first draft of a mapping is the same whether the list came as text, workbook or Parquet."""

import json

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from sheets_of_samples import rows_of_text, write_as_workbook
from workbooks import EPR, person, write

from candour.cli.main import main


@pytest.fixture
def lists(tmp_path):
    rows = [[cell or "" for cell in person(n)] for n in range(12)]
    table = pa.table(dict(zip(EPR, map(list, zip(*rows, strict=True)), strict=True)))
    pa.csv.write_csv(table, tmp_path / "ward.csv")
    pq.write_table(table, tmp_path / "ward.parquet")
    titled = [["Deaths known to us"], [], EPR, *[[c or None for c in row] for row in rows]]
    write(tmp_path / "ward.xlsx", {"List": titled, "Notes": [["kept by hand"]]})
    return tmp_path


@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
def test_the_draft_is_that_of_the_text(lists, ending, capsys):
    drafts = []
    for name in ("ward.csv", f"ward.{ending}"):
        assert main(["layouts", "new", str(lists / name), "--id", "ward", "--format", "json"]) == 0
        drafts.append(json.loads(capsys.readouterr().out)["mapping"])

    assert "ClientID" in drafts[0]
    assert drafts[1] == drafts[0]


def drafted(capsys, *words: str) -> dict[str, str]:
    assert main(["layouts", "new", *words, "--format", "json"]) == 0
    found: dict[str, str] = json.loads(capsys.readouterr().out)
    return found


def test_the_first_filled_sheet_is_drafted_or_the_one_that_is_named(lists, capsys):
    first = drafted(capsys, str(lists / "ward.xlsx"))
    notes = drafted(capsys, str(lists / "ward.xlsx"), "--sheet", "notes")

    assert (first["sheet"], notes["sheet"]) == ("List", "Notes")
    assert "kept by hand" in notes["mapping"]
    assert "ClientID" not in notes["mapping"]


def test_a_person_is_told_of_the_other_sheets(lists, capsys):
    main(["layouts", "new", str(lists / "ward.xlsx")])

    assert "Other sheets: Notes (--sheet NAME)." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "sheet", "said"),
    [
        ("ward.xlsx", "Lost", "Its sheets: List, Notes."),
        ("ward.csv", "List", "is no workbook"),
        ("ward.parquet", "List", "is no workbook"),
    ],
)
def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(lists, name, sheet, said, capsys):
    assert main(["layouts", "new", str(lists / name), "--sheet", sheet]) == 1
    assert said in capsys.readouterr().err


def test_a_head_of_two_rows_with_tall_names_is_one_head_and_no_row_becomes_a_name(
    lists, tmp_path, capsys
):
    head, rows = rows_of_text(lists / "ward.csv")
    write_as_workbook(tmp_path / "tall.xlsx", head, rows)

    of_text = drafted(capsys, str(lists / "ward.csv"), "--id", "ward")["mapping"]
    of_sheet = drafted(capsys, str(tmp_path / "tall.xlsx"), "--id", "ward")["mapping"]

    columns = of_text[of_text.index("    columns:") : of_text.index("    not_carried")]
    assert columns in of_sheet
    assert "Alder" not in of_sheet


def test_words_that_differ_by_blanks_alone_are_one_key_of_the_draft(tmp_path, capsys):
    rows = [person(n, ObsLevel=level) for n, level in enumerate(["General", "General ", "hourly"])]
    write(tmp_path / "ward.xlsx", {"List": [EPR, *rows]})

    mapping = drafted(capsys, str(tmp_path / "ward.xlsx"))["mapping"]

    assert mapping.count('"General"') == 1
