"""Known there, not here: within what each source allows, with the days until each knew."""

from __future__ import annotations

import pytest
import tiny_run
import tiny_switch
from tiny_run import day

from candour.errors import UserError
from candour.pipeline.answers import open_run
from candour.pipeline.answers.elsewhere import elsewhere, may_be_shown
from candour.pipeline.answers.periods import Period


@pytest.mark.parametrize("said", ["anyone", "Anyone", "ZX901", "ZX902|ZX901", "zx902, zx901"])
def test_a_sender_may_allow_everybody_or_some(said):
    assert may_be_shown(said, "ZX901")


@pytest.mark.parametrize("said", [None, "", " ", "ZX902", "nobody", "ZX9011"])
def test_what_was_not_allowed_is_not_shown(said):
    assert not may_be_shown(said, "ZX901")


@pytest.fixture
def asked(tmp_path):
    """The tiny run, in which the caseload of ZX901 does not know of D-WINDOW."""

    def of(shown_to, provider="ZX901", **changed):
        known = tiny_run.tables()
        for entry in known["ledger"]:
            if (entry["death_id"], entry["file"]) == ("D-WINDOW", "caseload.csv"):
                entry.update(knows=False, known_on=None)
            entry["rule"] = entry["rule"] or "a rule"
            entry.update(changed.get(entry["death_id"], {}))
        submissions = [
            {"submission": "1", "file": "caseload.csv", "may_be_shown_to": None},
            {"submission": "2", "file": "registrations.csv", "may_be_shown_to": shown_to},
        ]
        folder = tiny_switch.write(tmp_path / "run", known, submissions=submissions)
        return elsewhere(open_run(folder), Period(), provider)

    return of


def test_a_death_that_another_source_knows_is_shown_with_the_days_until_it_did(asked):
    found = asked("anyone")

    death = next(d for d in found["deaths"] if d["death_id"] == "D-WINDOW")
    (known,) = death["known_by"]
    assert death["lists_here"] == ["ZX901/caseload"]
    assert known["source"] == "ZX900/registrations"
    assert known["days_to_know"] == (day("2025-03-01") - day("2025-02-20")).days
    assert known["days_to_receipt"] == (day("2025-08-01") - day("2025-02-20")).days


def test_a_death_that_only_a_closed_source_knows_is_counted_and_not_named(asked):
    found = asked(None)

    assert found["deaths"] == []
    whole = found["sources"][0]
    assert whole["source"] == "ZX901, all lists"
    assert whole["counted_only"] == whole["known_elsewhere"] > 0
    assert whole["shown"] == 0


def test_a_list_that_came_before_the_death_is_left_aside(asked):
    early = {"D-WINDOW": {"rule": "received-before-the-death"}}

    found = asked("anyone", **early)

    assert "D-WINDOW" not in {d["death_id"] for d in found["deaths"]}


def test_known_and_not_known_are_all_the_people_of_a_list_who_died(asked):
    for row in asked("anyone")["sources"]:
        assert row["known"] + row["not_known"] == row["people_who_died"]
        assert row["known_elsewhere"] == row["shown"] + row["counted_only"] <= row["not_known"]


def test_a_provider_without_a_list_of_anybody_who_died_is_said_so(asked):
    with pytest.raises(UserError, match="No list of that provider"):
        asked("anyone", provider="ZX999")


def test_a_national_list_that_a_provider_passed_on_is_not_its_own_knowledge(asked):
    found = asked(None, **{"D-WINDOW": {"provider": "ZX901"}})

    (death,) = found["deaths"]
    assert death["lists_here"] == ["ZX901/caseload"]
    assert [known["source"] for known in death["known_by"]] == ["ZX901/registrations"]
    assert {row["source"] for row in found["sources"]} == {"ZX901, all lists", "ZX901/caseload"}
