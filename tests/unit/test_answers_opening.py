"""Opening a run: of which format, whole or damaged, closed to others, marked as withdrawn."""

from __future__ import annotations

import json
import os

import pytest
import tiny_run

from candour.errors import UserError
from candour.pipeline.answers import open_run
from candour.pipeline.answers.opening import READABLE
from candour.pipeline.manifest import FORMAT


@pytest.fixture
def folder(tmp_path):
    return tiny_run.write(tmp_path / "run")


def test_a_run_of_format_1_is_read_back(folder):
    run = open_run(folder)

    assert FORMAT in READABLE
    assert 1 in READABLE
    assert set(run.deaths) == set(tiny_run.DATES)
    assert len(run.scenarios["D-TWICE"]) == 2
    assert [e["file"] for e in run.ledger["D-MONTH"] if e["knows"]] == ["registrations.csv"]
    assert [v["value"] for v in run.rows("values")] == ["2025-02-20", "2025-02-21", "yes"]


@pytest.mark.parametrize("number", [FORMAT + 1, 99, "1"])
def test_a_run_of_another_format_is_refused_and_names_the_version_that_made_it(tmp_path, number):
    folder = tiny_run.write(tmp_path / "run", format=number, candour="7.4.0")

    with pytest.raises(UserError, match=r"made by Candour 7\.4\.0") as refused:
        open_run(folder)

    assert "ask it with that one" in refused.value.remedy


def test_a_folder_that_is_not_there_or_holds_no_manifest_is_no_run(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")

    for path in (tmp_path / "nowhere", tmp_path, tmp_path / "file"):
        with pytest.raises(UserError, match="is not a run") as refused:
            open_run(path)
        assert "candour run INPUT --out RUN" in refused.value.remedy


@pytest.mark.parametrize("text", ["{", "\N{SNOWMAN}", ""])
def test_a_damaged_manifest_is_said_plainly(folder, text):
    (folder / "manifest.json").write_text(text, encoding="utf-8")

    with pytest.raises(UserError, match="damaged"):
        open_run(folder)


def test_a_manifest_that_is_json_and_no_manifest_is_refused(folder):
    (folder / "manifest.json").write_text("[1, 2]", encoding="utf-8")

    with pytest.raises(UserError, match="damaged"):
        open_run(folder)


def test_a_manifest_of_something_else_makes_no_run_and_half_a_manifest_is_damaged(folder):
    (folder / "manifest.json").write_text('{"people": 60}', encoding="utf-8")
    with pytest.raises(UserError, match="is not a run"):
        open_run(folder)

    (folder / "manifest.json").write_text('{"format": 1}', encoding="utf-8")
    with pytest.raises(UserError, match="damaged"):
        open_run(folder)


def test_a_table_that_is_damaged_or_gone_is_named_with_what_to_do(folder):
    (folder / "open" / "deaths.parquet").write_bytes(b"PAR1 and then nothing")
    (folder / "open" / "facets.parquet").unlink()
    run = open_run(folder)

    with pytest.raises(UserError, match="table deaths is damaged") as damaged:
        run.rows("deaths")
    with pytest.raises(UserError, match="lacks its table facets"):
        run.rows("facets")
    assert "Make the run again" in damaged.value.remedy


def test_a_table_with_fewer_rows_than_the_manifest_says_is_refused(tmp_path):
    known = tiny_run.tables()
    counted = {name: {"rows": len(rows), "digest": ""} for name, rows in known.items()}
    counted["deaths"]["rows"] += 1
    run = open_run(tiny_run.write(tmp_path / "run", known, tables=counted))

    with pytest.raises(UserError, match="not as the manifest says"):
        run.rows("deaths")


@pytest.mark.skipif(os.name == "nt", reason="modes of this kind are POSIX")
def test_what_identifies_people_is_not_read_from_a_folder_that_others_can_read(folder):
    (folder / "identified").chmod(0o750)
    run = open_run(folder)

    assert run.rows("deaths")
    with pytest.raises(UserError, match="Other accounts") as refused:
        run.rows("values")
    assert refused.value.remedy == f"Close it with: chmod 700 {folder / 'identified'}"


def test_an_earlier_id_leads_to_the_one_in_force_and_an_unknown_one_is_not_repeated(folder):
    run = open_run(folder)

    assert run.death_id("D-EARLIER") == "D-WINDOW"
    assert run.death_id("D-WARD") == "D-WARD"
    with pytest.raises(UserError) as refused:
        run.death_id("Aldermoor")
    assert "Aldermoor" not in str(refused.value)


def test_a_run_knows_what_was_withdrawn_since(folder):
    assert open_run(folder).withdrawn == []

    mark = [{"submission": "0" * 64, "by": "A records officer", "reason": "x", "on": "2025-08-01"}]
    (folder / "withdrawn.json").write_text(json.dumps(mark), encoding="utf-8")
    assert open_run(folder).withdrawn == mark

    (folder / "withdrawn.json").write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match="damaged"):
        _ = open_run(folder).withdrawn
