"""The field case of addressees, FC-T1: names that hold commas and "and" are not cut apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from candour.cli.main import main


def test_t1_addressees_are_cut_where_one_ends_and_the_next_begins(
    real_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = real_data / "field_cases" / "t1_addressees.csv"
    if not path.exists():
        pytest.skip("no real data here")

    code = main(["organisations", "resolve", str(path), "--column", "sent_to", "--format", "json"])

    rows = json.loads(capsys.readouterr().out)
    assert code == 0
    assert [len(row["bodies"].split("|")) for row in rows] == [2, 1, 3, 2, 2, 1]
    assert [row["codes"] for row in rows] == ["RX3", "", "RRP|RNK", "RW5|RV3", "RXT", ""]
    invented = {"Culture", "Media and Sport", "Esk", "Enfield", "Women\u2019s Health"}
    assert not invented & {body for row in rows for body in row["bodies"].split("|")}
