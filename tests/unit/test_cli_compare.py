"""`candour compare`: one document, and a page that can be read aloud."""

from __future__ import annotations

import csv
import io
import json

import pytest
import tiny_run

from candour.cli.main import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_run.write(tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture
def say(capsys, folder):
    """Runs `candour compare` on the tiny run; gives exit code, standard output, standard error."""

    def said(*words):
        code = main(["compare", str(folder), *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return said


def steps(said):
    return [(s["change"], s["death_ids"]) for s in said["steps"]]


def test_json_is_one_document_that_leads_from_one_count_to_the_other(say):
    code, out, err = say("inpatient", "post-discharge", "--format", "json")

    told = json.loads(out)
    assert (code, err) == (0, "")
    assert (told["from"], told["to"]) == (1, 1)
    assert steps(told) == [(1, ["D-WINDOW"]), (-1, ["D-WARD"])]
    assert all(set(step) == {"reason", "change", "death_ids"} for step in told["steps"])
    assert told["from_definition"]["id"] == "inpatient"


def test_deaths_that_cannot_be_told_have_steps_of_their_own(say):
    _, out, _ = say("inpatient", "post-discharge", "--format", "json")

    unsure = json.loads(out)["cannot_tell"]
    assert (unsure["from"], unsure["to"]) == (1, 2)
    assert steps(unsure) == [(1, ["D-TWICE"])]


def test_a_longer_window_is_one_step_under_one_definition(say):
    _, out, _ = say("post-discharge:days=7", "post-discharge:days=90", "--format", "json")

    told = json.loads(out)
    assert (told["from"], told["to"]) == (0, 3)
    ((change, deaths),) = steps(told)
    assert (change, deaths) == (3, ["D-LATER", "D-TWICE", "D-WINDOW"])
    assert "7 days" in told["steps"][0]["reason"]
    assert "90 days" in told["steps"][0]["reason"]


def test_a_definition_beside_itself_has_no_step(say):
    _, out, _ = say("hssib-2025", "hssib-2025", "--format", "json")

    told = json.loads(out)
    assert told["from"] == told["to"] == 2
    assert told["steps"] == []


def test_a_period_and_a_provider_narrow_both_counts(say):
    _, march, _ = say("inpatient", "post-discharge", "--from", "2025-03-01", "--format", "json")
    _, theirs, _ = say("inpatient", "hssib-2025", "--provider", "ZX902", "--format", "json")

    assert steps(json.loads(march)) == [(-1, ["D-WARD"])]
    assert steps(json.loads(theirs)) == [(1, ["D-WINDOW"])]


def test_the_page_says_the_gap_in_a_sentence_and_each_step(say):
    _, out, _ = say("inpatient", "hssib-2025")

    page = " ".join(out.split())
    assert "inpatient counts 1 death. hssib-2025 counts 2 deaths: 1 more." in page
    assert "1 + 1 - 0 = 2" in page
    assert (
        "+1 hssib-2025 counts, and inpatient does not: died within 30 days of the discharge" in page
    )
    assert "as if HSSIB-2025" in page
    assert "not for publication" in page


def test_csv_has_a_row_per_step(say):
    _, out, _ = say("inpatient", "post-discharge", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(r["counted"], r["change"], r["death_ids"]) for r in rows] == [
        ("in", "1", "D-WINDOW"),
        ("in", "-1", "D-WARD"),
        ("cannot-tell", "1", "D-TWICE"),
    ]


def test_a_provider_without_a_death_and_an_unknown_definition_are_said_so(say):
    code, out, err = say("inpatient", "hssib-2025", "--provider", "ZX999")
    assert (code, out) == (1, "")
    assert "has a share in no death" in err

    code, _, err = say("inpatient", "no-such")
    assert code == 1
    assert "no definition of that name" in err
