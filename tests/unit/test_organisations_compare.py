"""What changed between two ODS files."""

from __future__ import annotations

from pathlib import Path

import pytest

from candour.errors import UserError
from candour.organisations.compare import compare, facts

HEADER = "organisation_code,name,national_grouping,high_level_health_geography,open_date,close_date"


def _file(path: Path, *lines: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def test_each_kind_of_change_is_found_once(tmp_path: Path) -> None:
    old = _file(
        tmp_path / "old.csv",
        "XA1,ALDER TRUST,XY1,XI1,20010401,",
        "XB1,BIRCH TRUST,XY1,XI1,20010401,",
        "XC1,CEDAR TRUST,XY1,XI1,20010401,",
        "XD1,DAMSON TRUST,XY1,XI1,20010401,20200331",
        "XE1,Elm  Trust,XY1,XI1,20010401,",
    )
    new = _file(
        tmp_path / "new.csv",
        "XA1,ALDER AND ASH TRUST,XY1,XI1,20010401,",
        "XB1,BIRCH TRUST,XY2,XI2,20010401,",
        "XC1,CEDAR TRUST,XY1,XI1,20010401,20250331",
        "XE1,ELM TRUST,XY1,XI1,20010401,",
        "XF1,FIR TRUST,XY1,XI1,20250401,",
    )

    changes = compare(facts(old), facts(new))

    assert {kind: [row["code"] for row in rows] for kind, rows in changes.items()} == {
        "added": ["XF1"],
        "removed": ["XD1"],
        "renamed": ["XA1"],
        "closed": ["XC1"],
        "moved": ["XB1"],
    }
    assert changes["closed"][0]["closed"] == "2025-03-31"
    assert changes["moved"][0] | {"name": ""} == {
        "code": "XB1",
        "name": "",
        "old_icb": "XI1",
        "new_icb": "XI2",
        "old_region": "XY1",
        "new_region": "XY2",
    }


def test_columns_are_known_by_other_names_and_a_missing_one_is_not_a_change(
    tmp_path: Path,
) -> None:
    old = _file(tmp_path / "old.csv", "XA1,XI1,ALDER TRUST", header=" ODS Code,ICB Code,Name ")
    new = _file(tmp_path / "new.csv", "xa1,ALDER TRUST,XY9", header="code,organisation-name,region")

    changes = compare(facts(old), facts(new))

    assert not any(changes.values())


def test_an_ods_file_without_a_header_is_read_by_its_places(tmp_path: Path) -> None:
    places = [
        "XA1",
        "ALDER TRUST",
        "XY1",
        "XI1",
        "",
        "",
        "",
        "",
        "",
        "X1 1XX",
        "20010401",
        "20250331",
        "C",
    ]
    path = tmp_path / "etr.csv"
    path.write_text(",".join(places) + "\n", encoding="utf-8")

    assert facts(path)["XA1"] == {
        "name": "ALDER TRUST",
        "region": "XY1",
        "icb": "XI1",
        "opened": "20010401",
        "closed": "20250331",
    }


def test_a_file_without_codes_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = _file(tmp_path / "other.csv", "1,2", header="area,count")

    with pytest.raises(UserError, match="no column of organisation codes"):
        facts(path)


def test_a_file_that_is_not_there_is_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not there"):
        facts(tmp_path / "none.csv")


def test_the_real_files_of_2022_and_2025_differ_as_their_closing_dates_say(real_data: Path) -> None:
    folder = real_data / "providers"

    changes = compare(
        facts(folder / "ods_nhs_trusts_2022-03.csv"), facts(folder / "ods_nhs_trusts_2025-07.csv")
    )

    closed = {row["code"]: row["closed"] for row in changes["closed"]}
    assert [row["code"] for row in changes["added"]] == ["G6V2S"]
    assert closed == {
        "R1C": "2024-09-30",
        "RAP": "2024-12-31",
        "RRP": "2024-10-31",
        "RY9": "2024-10-31",
        "RYK": "2024-09-30",
    }
    assert {row["code"] for row in changes["moved"]} == {"RXK", "RXT"}
    assert "RW1" in {row["code"] for row in changes["renamed"]}
    assert len(changes["removed"]) == 9
