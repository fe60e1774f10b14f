"""`candour deaths`: one row per death, in three formats, with reasons and without surprises."""

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
    """Runs `candour deaths` on the tiny run; gives exit code, standard output, standard error."""

    def said(*words, run=folder):
        code = main(["deaths", str(run), *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return said


def test_json_is_one_document_of_rows_marked_as_true_figures(say):
    code, out, err = say("--definition", "hssib-2025", "--format", "json")

    rows = json.loads(out)
    assert (code, err, len(rows)) == (0, "", 6)
    assert {row["disclosure"] for row in rows} == {"none"}
    assert rows[0]["person_ids"] == [{"source": "ZX901/caseload", "id": "EX-1"}]


def test_in_csv_lists_are_joined_by_a_bar_and_identities_read_source_and_id(say):
    _, out, _ = say("--definition", "hssib-2025", "--format", "csv")

    window = next(csv.DictReader(io.StringIO(out)))
    assert window["person_ids"] == "ZX901/caseload:EX-1"
    assert window["sources_knowing"] == "caseload.csv|registrations.csv"
    assert (window["outcome"], window["days_since_discharge"]) == ("in", "17")


@pytest.mark.parametrize("width", ["80", "120"])
def test_the_page_adds_up_and_fits_its_width(say, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)

    _, out, _ = say("--definition", "hssib-2025")

    assert "In: 2. Out: 2. Cannot tell: 2." in out
    assert max(map(len, out.splitlines())) <= int(width)
    assert "Invented data." in out
    assert out.rstrip().endswith("not for publication.")


def test_a_setting_shows_in_the_heading_and_one_left_as_published_does_not(say):
    _, out, _ = say("--definition", "post-discharge", "--set", "days=7")

    assert out.startswith("post-discharge@1.0.0 (days=7): ")
    assert "unresolved_transfer" not in out.splitlines()[0]


def test_settings_may_stand_beside_the_definition(say):
    one = say("--definition", "post-discharge:days=34", "--format", "json")
    other = say("--definition", "post-discharge", "--set", "days=34", "--format", "json")

    assert one == other


def test_a_period_without_deaths_says_where_it_looked(say):
    code, out, _ = say("--definition", "inpatient", "--from", "1999-01-01", "--to", "1999-12-31")

    assert code == 0
    assert "In: 0. Out: 0. Cannot tell: 1." in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--definition", "hssib-1999"), 1, "Known definitions: absence-discharged"),
        (("--definition", "post-discharge", "--set", "day=7"), 1, "Its settings are: days"),
        (("--definition", "post-discharge", "--set", "days=soon"), 1, "a whole number from 0"),
        (("--definition", "post-discharge", "--set", "days"), 1, "NAME=VALUE"),
        ((), 2, "Still needed: --definition."),
        (("--definition", "inpatient", "--from", "2025-02-30"), 2, "YYYY-MM-DD"),
        (("--definition", "inpatient", "--from", "2025-03-01", "--to", "2025-02-01"), 2, "ends"),
    ],
)
def test_what_cannot_be_answered_says_what_to_do(say, words, code, said):
    found, out, err = say(*words)

    assert (found, out) == (code, "")
    assert said in err


def test_a_folder_that_is_no_run_and_a_damaged_table_end_with_1(say, tmp_path):
    damaged = tiny_run.write(tmp_path / "run")
    (damaged / "open" / "facets.parquet").write_bytes(b"PAR1")

    for run, said in ((tmp_path / "nowhere", "is not a run"), (damaged, "facets is damaged")):
        code, out, err = say("--definition", "inpatient", run=run)
        assert (code, out) == (1, "")
        assert said in err


def test_the_answer_can_be_written_whole_to_a_file(say, tmp_path):
    target = tmp_path / "deaths.csv"

    code, out, err = say("--definition", "inpatient", "--out", str(target))

    assert (code, out, err) == (0, "", f"Written: {target}\n")
    assert target.read_text(encoding="utf-8").startswith("death_id,person_ids,death_date,outcome,")
    assert [path.name for path in tmp_path.iterdir()] == ["deaths.csv"]
