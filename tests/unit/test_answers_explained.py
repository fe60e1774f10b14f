"""One death explained: both sides of what differs, who decided, and why it counts."""

from __future__ import annotations

import json

import pytest
import tiny_run

from candour.cli.cells import plain
from candour.definitions import catalogue, get
from candour.errors import UserError
from candour.pipeline.answers import open_run
from candour.pipeline.answers.explained import explained


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return open_run(tiny_run.write(tmp_path_factory.mktemp("runs") / "run"))


def test_an_explanation_holds_the_keys_that_people_script_against(run):
    found = explained(run, "D-WINDOW", list(catalogue().values()))

    assert set(found) >= {"death_id", "aliases", "known_by", "values", "conflicts", "definitions"}
    assert set(found["known_by"][0]) >= {"source", "known_on", "received_on", "expected"}
    assert set(found["definitions"][0]) >= {"id", "version", "outcome", "reasons"}
    assert json.loads(json.dumps(plain(found)))["death_id"] == "D-WINDOW"


def test_who_knows_and_who_does_not_stand_apart(run):
    found = explained(run, "D-MONTH", [get("inpatient")])

    assert [entry["source"] for entry in found["known_by"]] == ["ZX900/registrations"]
    assert [entry["source"] for entry in found["not_known_by"]] == ["ZX901/caseload"]
    assert found["not_known_by"][0]["expected"] == "need-not"


def test_a_list_that_nobody_owns_to_is_named_by_its_role(tmp_path):
    known = tiny_run.tables()
    for entry in known["ledger"]:
        entry["provider"] = None
    run = open_run(tiny_run.write(tmp_path / "run", known))

    found = explained(run, "D-MONTH", [])

    assert [entry["source"] for entry in found["known_by"]] == ["registrations"]


def test_an_earlier_id_is_explained_under_the_id_in_force(run):
    found = explained(run, "D-EARLIER", [get("hssib-2025")])

    assert (found["death_id"], found["aliases"]) == ("D-WINDOW", ["D-EARLIER"])
    assert found["definitions"][0]["outcome"] == "in"


def test_every_value_has_its_source_and_both_sides_of_a_conflict_stand(run):
    found = explained(run, "D-WINDOW", [])

    dates = [v for v in found["values"] if v["field"] == "death_date"]
    assert [(v["value"], v["chosen"], v["file"]) for v in dates] == [
        ("2025-02-20", True, "registrations.csv"),
        ("2025-02-21", False, "caseload.csv"),
    ]
    (conflict,) = found["conflicts"]
    assert (conflict["chosen_value"], conflict["other_value"]) == ("2025-02-20", "2025-02-21")


def test_a_decision_shows_who_took_it_and_why(run):
    (link,) = explained(run, "D-WINDOW", [])["links"]

    assert link["decision"] == "same"
    assert (link["decided_by"], link["why"]) == ("A linkage officer", "Both records were read.")


def test_nothing_of_another_person_is_shown(run):
    found = explained(run, "D-WARD", [])

    assert (found["values"], found["stays"], found["links"], found["conflicts"]) == ([], [], [], [])
    assert found["person_ids"] == [{"source": "ZX901/caseload", "id": "EX-4"}]


def test_a_death_that_the_run_does_not_hold_is_the_users_to_mend(run):
    with pytest.raises(UserError, match="holds no death of that id"):
        explained(run, "D-NOBODY", [])
