"""A first draft of a mapping is the same whether the list came as text, workbook or Parquet."""

import json

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
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
