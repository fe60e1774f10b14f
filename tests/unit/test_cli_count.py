"""`candour count`: definitions side by side, typed values, groups in words for people."""

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
    """Runs `candour count` on the tiny run; gives exit code, standard output, standard error."""

    def said(*words):
        code = main(["count", str(folder), *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return said


def test_json_is_one_document_and_every_count_has_its_kind(say):
    code, out, err = say("--definition", "hssib-2025", "post-discharge", "--format", "json")

    rows = json.loads(out)
    assert (code, err) == (0, "")
    assert [row["definition"] for row in rows] == ["hssib-2025", "post-discharge"]
    keys = {"definition", "version", "settings", "by", "in", "out", "cannot_tell"}
    assert all(keys | {"primary", "shared", "disclosure"} == set(row) for row in rows)
    assert rows[0]["in"] == {"kind": "count", "value": 2}
    assert rows[0]["primary"] == {"kind": "not applicable", "value": None}


def test_definitions_may_be_given_in_one_go_or_one_by_one(say):
    one = say("--definition", "inpatient", "hssib-2025", "--format", "json")
    other = say("--definition", "inpatient", "--definition", "hssib-2025", "--format", "json")

    assert one == other


def test_a_definition_can_stand_there_twice_with_two_settings(say):
    _, out, _ = say(
        "--definition", "post-discharge:days=7", "post-discharge:days=90", "--format", "json"
    )

    assert [row["in"]["value"] for row in json.loads(out)] == [0, 3]


def test_in_csv_a_count_is_its_number_and_what_cannot_be_counted_says_so(say):
    _, out, _ = say("--definition", "hssib-2025", "--by", "sex", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["by"], row["in"], row["primary"]) for row in rows] == [
        ("sex=1", "1", "not applicable"),
        ("sex=2", "1", "not applicable"),
        ("sex=not stated", "0", "not applicable"),
    ]


def test_for_people_codes_are_words_and_settings_show_where_they_matter(say):
    _, out, _ = say("--definition", "post-discharge:days=7", "--by", "sex")

    assert "Female" in out
    assert "post-discharge@1.0.0 (days=7): Died within" in out
    assert "unresolved_transfer" not in out


@pytest.mark.parametrize("width", ["80", "120"])
def test_a_count_by_several_groups_stays_a_table(say, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)

    _, out, _ = say("--definition", "hssib-2025", "--by", "provider", "sex", "age-band")

    assert out.splitlines()[1].split() == [
        "provider",
        "sex",
        "age-band",
        "in",
        "out",
        "cannot",
        "tell",
        "primary",
        "shared",
    ]
    assert max(map(len, out.splitlines())) <= int(width)
    assert "once as primary" in " ".join(out.split())


def test_a_body_from_a_file_of_ones_own_gives_icb_and_region(say, tmp_path):
    bodies = tmp_path / "organisations.csv"
    bodies.write_text(
        "code,name,type,icb_code,icb_name,region_code,region_name\n"
        "ZX901,Invented Vale Trust,mh_trust,ZXI01,Invented Vale ICB,ZXR01,Invented East\n",
        encoding="utf-8",
    )

    words = ("--definition", "inpatient", "--by", "icb", "--organisations", str(bodies))
    _, out, _ = say(*words, "--format", "json")
    _, page, _ = say(*words)

    assert {row["by"]["icb"]: row["in"]["value"] for row in json.loads(out)} == {
        "ZXI01": 1,
        "not stated": 0,
    }
    assert "head office" in page


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--definition", "nope"), 1, "Known definitions"),
        (("--definition", "inpatient", "--set", "days=7"), 1, "no setting called 'days'"),
        (("--definition", "inpatient", "--by", "colour"), 2, "--by takes one of: provider, icb"),
        (("--definition", "inpatient", "--by", "icb", "--organisations", "no.csv"), 1, "no.csv"),
        ((), 2, "Still needed: --definition."),
    ],
)
def test_what_cannot_be_counted_says_what_to_do(say, words, code, said):
    found, out, err = say(*words)

    assert (found, out) == (code, "")
    assert said in err


def test_a_setting_that_one_of_the_definitions_has_goes_to_that_one(say):
    _, out, _ = say(
        "--definition", "inpatient", "post-discharge", "--set", "days=7", "--format", "json"
    )

    assert [row["settings"] for row in json.loads(out)] == [
        "unresolved_transfer=cannot-tell",
        "days=7, unresolved_transfer=cannot-tell",
    ]
