"""Why a count of deaths moved between two runs: every death under one reason, nothing left over."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tiny_run
from tiny_run import day

from candour.cli.main import main
from candour.pipeline.answers import open_run
from candour.pipeline.answers.differences import differences, figures_moved


def _input(name):
    return {"submission": name, "file": f"{name}.csv", "received_on": "2025-08-01",
            "left_out": None}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    """Writes a run under a name, with the files that speak of each death, and opens it."""

    def written(name, changed=None, files=("first",), speak=None, **manifest):
        inputs = [_input(each) for each in files]
        folder = tiny_run.write(tmp_path / name, changed, inputs=inputs, **manifest)
        keys = {row["death_id"]: row["person_key"] for row in tiny_run.tables()["identities"]}
        rows = [
            {"submission": file, "person_key": keys[death]}
            for death, several in (speak or {}).items()
            for file in several
        ]
        schema = pa.schema([("submission", pa.string()), ("person_key", pa.string())])
        table = pa.Table.from_pylist(rows, schema=schema)
        pq.write_table(table, folder / "open" / "rows.parquet")
        return open_run(folder)

    return written


def _with_outcomes(**outcomes):
    known = tiny_run.tables()
    known["classified"] = [
        {**row, "outcome": outcomes[row["death_id"].replace("-", "_")]}
        if row["definition"] == "hssib-2025" and row["death_id"].replace("-", "_") in outcomes
        else row
        for row in known["classified"]
    ]
    return known


def _hssib(rows):
    return [(r["before"], r["after"], r["why"], r["change"]) for r in rows
            if r["definition"] == "hssib-2025"]  # fmt: skip


def test_equal_runs_move_no_count(write):
    assert figures_moved(write("a"), write("b")) == []


def test_each_death_that_moves_a_count_has_the_reason_of_the_files_that_speak_of_it(write):
    before = write(
        "before",
        files=("first", "wrong"),
        speak={"D-WINDOW": ["first", "wrong"], "D-LATER": ["first"]},
    )
    after = write(
        "after",
        _with_outcomes(D_WINDOW="out", D_LATER="in"),
        files=("first", "second"),
        speak={"D-WINDOW": ["first"], "D-LATER": ["first", "second"]},
    )

    assert _hssib(figures_moved(before, after)) == [
        (2, 2, "correction", 1),
        (2, 2, "withdrawal", -1),
    ]


def test_a_death_that_comes_and_one_that_moves_add_up_to_the_difference(write):
    known = tiny_run.tables()
    fewer = {n: [r for r in rows if r.get("death_id") != "D-WARD"] for n, rows in known.items()}
    before = write("before", fewer)
    after = write("after", _with_outcomes(D_TWICE="in"), files=("first", "second"))

    rows = figures_moved(before, after)

    assert sum(change for *_, change in _hssib(rows)) == 2
    for row in rows:
        same = [r["change"] for r in rows if r["definition"] == row["definition"]]
        assert row["after"] - row["before"] == sum(same)
    ids = [d for r in rows if r["definition"] == "hssib-2025" for d in r["death_ids"]]
    assert sorted(ids) == ["D-TWICE", "D-WARD"]


def test_a_decision_about_a_death_is_the_reason_for_its_change_alone(write):
    known = _with_outcomes(D_WINDOW="out", D_LATER="in")
    known["links"] = [{**known["links"][0], "decision": "different"}]
    before = write("before", speak={"D-LATER": ["first"]})
    after = write("after", known, files=("first", "second"), speak={"D-LATER": ["first", "second"]})

    assert _hssib(figures_moved(before, after)) == [
        (2, 2, "correction", 1),
        (2, 2, "decision", -1),
    ]


def test_a_new_version_of_a_definition_is_the_reason_where_its_answers_differ(write):
    known = _with_outcomes(D_LATER="in")
    for row in known["classified"]:
        row.update(version="2.0.0")

    after = write("after", known, definitions=["hssib-2025@2.0.0"])

    assert _hssib(figures_moved(write("before"), after)) == [(2, 3, "definition", 1)]


def test_a_death_whose_files_are_the_same_is_not_said_to_be_withdrawn_with_another(write):
    known = tiny_run.tables()
    window = next(d for d in known["deaths"] if d["death_id"] == "D-WINDOW")
    window.update(death_date=day("2025-02-21"), death_date_from=day("2025-02-21"),
                  death_date_to=day("2025-02-21"))  # fmt: skip
    before = write("before", files=("first", "wrong"), speak={"D-WARD": ["wrong"]})
    after = write("after", known, files=("first", "second"), speak={"D-WINDOW": ["second"]})

    (row,) = differences(before, after)

    assert (row["what"], row["why"]) == ("date of death", "correction")


def test_the_command_says_why_each_count_moved(write, capsys):
    before = write("before")
    after = write("after", _with_outcomes(D_TWICE="in"), files=("first", "second"))
    words = ["diff", str(before.folder), str(after.folder), "--figures"]

    assert main([*words, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert main(words) == 0
    page = " ".join(capsys.readouterr().out.split())

    assert [(r["definition"], r["change"]) for r in rows] == [("hssib-2025", 1)]
    assert "hssib-2025 2 3 +1 correction" in page
