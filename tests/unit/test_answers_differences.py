"""What changed between two runs, and the reason read from what differs between their inputs."""

from __future__ import annotations

import pytest
import tiny_run
from tiny_run import day

from candour.pipeline.answers import open_run
from candour.pipeline.answers.differences import COLUMNS, differences

LATER_FILE = {
    "submission": "9" * 64,
    "file": "second.csv",
    "received_on": "2025-09-01",
    "left_out": None,
}


def _inputs(*files, more=()):
    return [
        {
            "submission": f"{sum(file.encode()):064x}",
            "file": file,
            "received_on": "2025-08-01",
            "left_out": None,
        }
        for file in files
    ] + list(more)


BOTH = _inputs("caseload.csv", "registrations.csv")


@pytest.fixture
def write(tmp_path):
    """Writes a run under a name and opens it."""

    def written(name, changed=None, **manifest):
        return open_run(tiny_run.write(tmp_path / name, changed, **{"inputs": BOTH, **manifest}))

    return written


def _without(death):
    known = tiny_run.tables()
    return {
        name: [row for row in rows if row.get("death_id") != death] for name, rows in known.items()
    }


def _said(rows):
    return [(row["death_id"], row["what"], row["before"], row["after"], row["why"]) for row in rows]


def test_two_equal_runs_do_not_differ(write):
    assert differences(write("a"), write("b")) == []


def test_a_death_that_a_new_file_brings_is_a_late_notice(write):
    before = write("before", _without("D-WARD"))
    after = write("after", inputs=[*BOTH, LATER_FILE])

    rows = differences(before, after)

    assert _said(rows) == [("D-WARD", "death", None, "there", "late notice")]
    assert tuple(rows[0]) == COLUMNS


def test_a_death_that_goes_with_its_file_was_withdrawn(write):
    before = write("before", inputs=[*BOTH, LATER_FILE])
    after = write("after", _without("D-WARD"))

    assert _said(differences(before, after)) == [
        ("D-WARD", "death", "there", None, "withdrawal"),
    ]


def test_a_date_that_a_later_file_gives_differently_is_a_correction(write):
    known = tiny_run.tables()
    window = next(d for d in known["deaths"] if d["death_id"] == "D-WINDOW")
    window.update(
        death_date=day("2025-03-20"),
        death_date_from=day("2025-03-20"),
        death_date_to=day("2025-03-20"),
    )
    known["classified"] = [
        {**row, "outcome": "out"}
        if (row["death_id"], row["definition"]) == ("D-WINDOW", "hssib-2025")
        else row
        for row in known["classified"]
    ]

    rows = differences(write("before"), write("after", known, inputs=[*BOTH, LATER_FILE]))

    assert _said(rows) == [
        ("D-WINDOW", "date of death", "2025-02-20", "2025-03-20", "correction"),
        ("D-WINDOW", "outcome under hssib-2025", "in", "out", "correction"),
    ]


def test_a_list_that_learns_of_a_death_later_is_a_late_notice(write):
    known = tiny_run.tables()
    entry = dict(known["ledger"][0])
    known["ledger"].append({**entry, "file": "second.csv", "provider": "ZX902"})

    rows = differences(write("before"), write("after", known, inputs=[*BOTH, LATER_FILE]))

    assert _said(rows) == [("D-WINDOW", "known to ZX902/caseload", None, "knows", "late notice")]


def test_a_second_file_of_a_list_that_knew_already_is_no_difference(write):
    known = tiny_run.tables()
    for entry in known["ledger"]:
        if entry["file"] == "caseload.csv":
            entry["file"] = "second.csv"

    assert differences(write("before"), write("after", known, inputs=[*BOTH, LATER_FILE])) == []


def test_a_list_without_an_owner_is_named_by_its_file(write):
    known = tiny_run.tables()
    entry = dict(known["ledger"][0])
    known["ledger"].append({**entry, "file": "second.csv", "provider": None})

    rows = differences(write("before"), write("after", known, inputs=[*BOTH, LATER_FILE]))

    assert [row["what"] for row in rows] == ["known to second.csv"]


def test_two_deaths_that_a_decision_makes_one_keep_a_trail(write):
    after_tables = _without("D-WARD")
    after_tables["aliases"].append(
        {"alias": "D-WARD", "id": "D-WINDOW", "source_identity": "x", "reason": "One person."}
    )
    before = write("before", decisions={"count": 0, "digest": None})
    after = write("after", after_tables)

    assert _said(differences(before, after)) == [
        ("D-WINDOW", "id", "D-WARD", "D-WINDOW", "decision"),
    ]


def test_a_decision_that_parts_them_again_gives_back_the_id(write):
    merged = _without("D-WARD")
    merged["aliases"].append(
        {"alias": "D-WARD", "id": "D-WINDOW", "source_identity": "x", "reason": "One person."}
    )
    before = write("before", merged)
    after = write("after", decisions={"count": 2, "digest": "1" * 64})

    assert _said(differences(before, after)) == [
        ("D-WARD", "death", None, "there", "decision"),
    ]


def test_an_outcome_that_a_new_version_of_a_definition_changes_says_so(write):
    known = tiny_run.tables()
    known["classified"] = [
        {**row, "version": "2.0.0", "outcome": "in"}
        if (row["death_id"], row["definition"]) == ("D-MONTH", "hssib-2025")
        else row
        for row in known["classified"]
    ]

    rows = differences(write("before"), write("after", known, definitions=["hssib-2025@2.0.0"]))

    assert _said(rows) == [("D-MONTH", "outcome under hssib-2025", "out", "in", "definition")]


def test_no_difference_holds_more_than_ids_dates_outcomes_and_file_names(write):
    before = write("before", _without("D-WARD"))
    after = write("after", inputs=[*BOTH, LATER_FILE])

    words = " ".join(str(value) for row in differences(before, after) for value in row.values())

    assert "EX-" not in words
