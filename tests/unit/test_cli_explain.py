"""`candour explain`: one death on a page that a person can read, and nothing cut off."""

from __future__ import annotations

import csv
import io
import json

import pytest
import tiny_run

from candour.cli.main import main
from candour.cli.output import Answer, Section, render


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_run.write(tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture
def say(capsys, folder):
    """Runs `candour explain` on the tiny run; gives exit code, standard output, standard error."""

    def said(*words):
        code = main(["explain", str(folder), *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return said


def test_json_is_one_document_with_the_keys_of_the_reference(say):
    code, out, err = say("D-WINDOW", "--format", "json")

    found = json.loads(out)
    assert (code, err) == (0, "")
    assert set(found) >= {"death_id", "aliases", "known_by", "values", "conflicts", "definitions"}
    assert len(found["definitions"]) >= 4


def test_one_definition_can_be_asked_for(say):
    _, out, _ = say("D-WINDOW", "--definition", "inpatient", "--format", "json")

    assert [d["id"] for d in json.loads(out)["definitions"]] == ["inpatient"]


def test_csv_holds_every_value_with_its_source(say):
    _, out, _ = say("D-WINDOW", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["field"], row["value"], row["file"]) for row in rows] == [
        ("death_date", "2025-02-20", "registrations.csv"),
        ("death_date", "2025-02-21", "caseload.csv"),
        ("died", "yes", "registrations.csv"),
    ]


@pytest.mark.parametrize("width", ["80", "120"])
def test_the_page_says_all_that_is_known_and_fits_its_width(say, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)

    _, out, _ = say("D-EARLIER")

    page = " ".join(out.split())
    assert max(map(len, out.splitlines())) <= int(width)
    for said in (
        "Death D-WINDOW",
        "Last discharged alive on 2025-02-03: 17 days before.",
        "Also known under: D-EARLIER.",
        "left alive",
        "Usual place of residence",
        "2 spells, taken as one stay",
        "20/02/2025)",
        "expected under",
        "keep it as you would their notes",
    ):
        assert said in page


def test_what_is_not_there_is_said_and_not_left_blank(say):
    _, out, _ = say("D-UNDATED")

    assert "Died on a day that is not known." in out
    assert "No stay is on the lists received." in out
    assert "The sources agree." in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("D-NOBODY",), 1, "holds no death of that id"),
        (("D-WARD", "--definition", "nope"), 1, "Known definitions"),
        ((), 2, "Still needed: DEATH_ID."),
    ],
)
def test_what_cannot_be_explained_says_what_to_do(say, words, code, said):
    found, out, err = say(*words)

    assert (found, out) == (code, "")
    assert said in err


@pytest.mark.parametrize("width", range(40, 121, 4))
def test_no_letter_of_a_folded_table_is_cut_off_at_any_width(monkeypatch, width):
    rows = [
        {
            "field": "death.registered_on",
            "value": "2025-09-10 (sent as 20250910)",
            "from": "registrations.csv row 4, DOR, learned 2025-09-10",
            "n": 17,
        },
        {"field": "death.died", "value": "yes", "from": "file row 4, by the layout", "n": 3},
    ]
    monkeypatch.setenv("COLUMNS", str(width))

    page = render(Answer([], sections=[Section("", rows)]), "human")

    words = [word for row in rows for value in row.values() for word in str(value).split()]
    assert max(map(len, page.splitlines())) <= width
    assert [word for word in words if word not in page] == []
