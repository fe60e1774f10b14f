"""`candour forensics`, `known`, `precursors` and `figures check`: one document each, and a page."""

from __future__ import annotations

import json

import pytest
import tiny_run
import tiny_switch
from tiny_run import day
from tiny_switch import said, spell

from candour.cli.main import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    known = tiny_run.tables()
    for entry in known["ledger"]:
        if (entry["death_id"], entry["file"]) == ("D-WINDOW", "caseload.csv"):
            entry.update(knows=False, known_on=None)
    event = {
        "near_miss_id": "N-1",
        "person_id": "P-WINDOW",
        "provider": "ZX901",
        "occurred_on": day("2025-01-21"),
        "event_kind": "local-incident",
        "harm_actual": "moderate",
    }
    return tiny_switch.write(
        tmp_path_factory.mktemp("runs") / "run",
        known,
        spells=[spell("WINDOW", "s", "2025-01-06", "2025-02-20", "not-told")],
        values=[said("WINDOW", "care_closed_on", "2025-02-20")],
        submissions=[{"submission": "1", "file": "registrations.csv", "may_be_shown_to": "anyone"}],
        near_misses=[event],
    )


@pytest.fixture
def say(capsys, folder):
    """Runs a command on the run; gives its JSON document and its page in one line."""

    def told(command, *words):
        assert main([command, str(folder), *words, "--format", "json"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert main([command, str(folder), *words]) == 0
        return document, " ".join(capsys.readouterr().out.split())

    return told


def test_forensics_gives_sources_and_cases_and_explains_each_kind(say):
    document, page = say("forensics")

    (source,) = document["sources"]
    assert (source["provider"], source["source"]) == ("ZX901", "ZX901/caseload")
    assert (source["closed_on_death"], source["care_closed_on_death"]) == (1, 1)
    assert {case["kind"] for case in document["cases"]} == {
        "closed_on_death",
        "care_closed_on_death",
    }
    assert "closed on the day of the death, without saying how the stay ended" in page
    assert "a question to the provider" in page


def test_known_gives_lists_and_deaths_and_asks_whether_the_family_was_told(say):
    document, page = say("known", "--provider", "ZX901", "--definition", "hssib-2025")

    death = next(d for d in document["deaths"] if d["death_id"] == "D-WINDOW")
    assert death["outcome"] == "in"
    assert death["known_by"][0]["days_to_know"] == 9
    assert "D-WINDOW" in page
    assert "has the family been told by a person?" in page
    assert "not for publication" in page


def test_precursors_says_that_before_is_not_because(say):
    document, page = say("precursors")

    assert [chain["gap_days"] for chain in document["chains"]] == [30]
    assert document["groups"][0]["near_misses"] == {"kind": "count", "value": 1}
    assert "does not say that it led to it" in page
    assert "near miss" not in page.lower()


def test_figures_check_gives_kind_rows_and_message(capsys, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text(
        "provider,measure_in_their_words,value,unit\n"
        "Northmoor,deaths,40,deaths\nNorthmoor,natural causes,30,deaths\n"
        "Northmoor,suicides,7,deaths\n",
        encoding="utf-8",
    )

    assert main(["figures", "check", str(table), "--format", "json"]) == 0
    (remark,) = json.loads(capsys.readouterr().out)

    assert set(remark) == {"kind", "rows", "message"}
    assert (remark["kind"], remark["rows"]) == ("does-not-add-up", [1, 2, 3])
    assert "30 + 7 = 37" in remark["message"]


def test_a_table_without_a_column_that_is_needed_is_refused_by_name(capsys, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("provider,value\nNorthmoor,40\n", encoding="utf-8")

    assert main(["figures", "check", str(table)]) == 1
    assert "measure_in_their_words" in capsys.readouterr().err
