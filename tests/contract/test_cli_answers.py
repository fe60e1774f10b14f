"""What the commands that need no run answer, in the shapes that people script against."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from candour.cli.main import main

Ask = Callable[..., Any]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command with `--format json` and gives its document."""

    def run(*words: str) -> Any:
        code = main([*words, "--format", "json"])
        printed = capsys.readouterr()
        assert code == 0, printed.err
        return json.loads(printed.out)

    return run


def _csv(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, str]]:
    assert main([*words, "--format", "csv"]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_a_code_list_has_its_version_and_its_codes(ask: Ask) -> None:
    answer = ask("codes", "sex")

    assert (answer["list"], answer["version"]) == ("sex", "1")
    assert {code["code"]: code["display"] for code in answer["codes"]}["9"] == "Indeterminate"


def test_a_code_list_can_be_asked_for_by_version(ask: Ask) -> None:
    assert ask("codes", "sex@1") == ask("codes", "sex")


@pytest.mark.parametrize(("words", "said"), [("sxe", "Did you mean sex?"), ("sex@9", "It has: 1")])
def test_an_unknown_code_list_or_version_is_the_users_to_mend(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["codes", words]) == 1
    assert said in capsys.readouterr().err


def _system(path: Path, lists: dict[str, dict[str, str]]) -> str:
    content = {
        name: {"title": name, "codes": [{"code": c, "display": d} for c, d in codes.items()]}
        for name, codes in lists.items()
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def test_two_files_of_code_systems_are_compared_by_names_without_their_version(
    ask: Ask, tmp_path: Path
) -> None:
    a = _system(
        tmp_path / "a.json",
        {
            "harm-4": {"1": "None", "2": "Low", "3": "High"},
            "place-4": {"1": "Ward"},
            "gone-4": {"1": "x"},
            "same-4": {"1": "As  before"},
        },
    )
    b = _system(
        tmp_path / "b.json",
        {
            "harm-5": {"1": "No harm", "3": "High", "4": "Fatal"},
            "place-5": {"1": "Ward"},
            "new-5": {"1": "y"},
            "same-5": {"1": "As before"},
        },
    )

    assert ask("codes", "diff", a, b) == {
        "only_in_a": ["gone"],
        "only_in_b": ["new"],
        "changed": {
            "harm": {
                "added": [{"code": "4", "display": "Fatal"}],
                "removed": [{"code": "2", "display": "Low"}],
                "reworded": [{"code": "1", "from": "None", "to": "No harm"}],
            }
        },
    }


def test_a_number_that_is_part_of_a_lists_name_stays(ask: Ask, tmp_path: Path) -> None:
    a = _system(tmp_path / "a.json", {"harm-5": {"1": "x"}, "level-2-5": {"1": "x"}, "old-3": {}})
    b = _system(tmp_path / "b.json", {"harm-6": {"1": "x"}, "level-2-6": {"1": "x"}, "new-6": {}})

    changes = ask("codes", "diff", a, b)

    assert (changes["only_in_a"], changes["only_in_b"]) == (["old-3"], ["new"])


def test_a_shipped_list_equals_itself_and_its_own_json(ask: Ask, tmp_path: Path) -> None:
    own = tmp_path / "sex.json"
    assert main(["codes", "sex", "--out", str(own)]) == 0

    assert ask("codes", "diff", "sex@1", str(own)) == {
        "only_in_a": [],
        "only_in_b": [],
        "changed": {},
    }


def test_the_real_taxonomy_equals_itself(ask: Ask, real_data: Path) -> None:
    path = str(real_data / "lfpse" / "code_systems_v5.json")

    assert not any(ask("codes", "diff", path, path).values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "is not JSON"),
        ("{}", "holds no list of codes"),
        ('{"a": {"codes": [{"display": "x"}]}}', "an entry without a code"),
        (
            '{"a": {"codes": [{"code": "1", "display": "x"}, {"code": "1", "display": "y"}]}}',
            "two meanings",
        ),
    ],
)
def test_a_file_that_is_no_code_system_is_refused_plainly(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")

    assert main(["codes", "diff", str(path), "sex"]) == 1
    assert said in capsys.readouterr().err


def test_definitions_say_how_far_each_is_agreed(ask: Ask) -> None:
    found = {row["id"]: row["agreement"] for row in ask("definitions")}

    assert set(found) >= {"inpatient", "post-discharge", "hssib-2025", "lampard-2024"}
    assert set(found.values()) <= {"agreed", "varied", "contested", "none"}


def test_one_definition_gives_its_rule_source_and_settings(ask: Ask) -> None:
    found = ask("definitions", "post-discharge")

    assert found["settings"]["days"]["default"] == 30
    assert found["rule_in_words"]
    assert found["source"]


def test_an_unknown_definition_is_the_users_to_mend(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["definitions", "hssib-1999"]) == 1
    assert "Known definitions" in capsys.readouterr().err


def test_layouts_list_every_shipped_layout_and_one_names_its_columns(
    ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {row["id"] for row in ask("layouts")} >= {"epr", "registration", "datix"}
    columns = {row["columns"]: row["field"] for row in _csv(capsys, "layouts", "epr")}
    assert columns["DateOfDeath"] == "death.death_date"


def test_the_dictionary_says_of_every_field_why_it_is_collected(ask: Ask) -> None:
    fields = ask("dictionary")

    assert len(fields) > 40
    assert all(field["meaning"] and field["why"] and field["sensitivity"] for field in fields)


def test_a_field_can_be_asked_for_by_path_name_or_entity(ask: Ask) -> None:
    assert ask("dictionary", "person.sex")["codes"][0] == {"code": "1", "display": "Male"}
    assert [field["path"] for field in ask("dictionary", "sex")] == ["person.sex"]
    assert {field["path"].split(".")[0] for field in ask("dictionary", "Death")} == {"death"}


def test_an_unknown_field_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dictionary", "death.deathdate"]) == 1
    assert "Did you mean death.death_date" in capsys.readouterr().err


def test_the_dictionary_can_be_written_as_a_page_that_needs_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "dictionary.html"

    assert main(["dictionary", "--page", str(page)]) == 0

    text = page.read_text(encoding="utf-8")
    assert '<html lang="en' in text
    assert "death.death_date" in text
    assert not re.findall(r'(?:src|href)="https?:', text)


def test_a_body_is_shown_with_what_it_became(ask: Ask) -> None:
    answer = ask("organisations", "show", "QJG", "--on", "2026-03-31")

    assert (answer["name"][:11], answer["state"]) == ("NHS Suffolk", "open")
    assert [one["code"] for one in answer["successors"]] == ["D7T5G", "T6Y0W"]
    assert answer["region"]["code"] == "Y61"


def test_the_head_office_gives_a_default_only_and_that_is_said(
    ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask("organisations", "show", "RX2", "--on", "2026-04-01")["icb"] == {
        "code": "S9B9J",
        "name": "NHS Surrey and Sussex Integrated Care Board",
        "basis": "head office",
    }
    main(["organisations", "show", "RX2"])
    assert "head office: a default only" in " ".join(capsys.readouterr().out.split())


def test_what_cannot_be_told_is_null_and_never_a_guess(ask: Ask) -> None:
    assert ask("organisations", "show", "RPG", "--on", "2025-12-01")["icb"] is None


def test_the_list_of_a_day_holds_the_bodies_of_that_day(ask: Ask) -> None:
    before = {
        r["code"] for r in ask("organisations", "list", "--on", "2024-10-31", "--kind", "mh_trust")
    }
    after = {
        r["code"] for r in ask("organisations", "list", "--on", "2024-11-01", "--kind", "mh_trust")
    }

    assert before - after == {"RRP", "TAF"}
    assert after - before == {"G6V2S"}


@pytest.mark.parametrize("kind", ["mh_trust", "mh-trust"])
def test_a_kind_may_be_written_with_either_dash(ask: Ask, kind: str) -> None:
    rows = ask("organisations", "list", "--on", "2026-04-01", "--kind", kind)

    assert {row["kind"] for row in rows} == {"mh_trust"}


def test_an_unknown_body_names_the_nearest_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["organisations", "show", "RXX1"]) == 1
    assert "Did you mean RXX" in capsys.readouterr().err


def test_two_real_ods_files_are_compared(ask: Ask, real_data: Path) -> None:
    folder = real_data / "providers"

    changes = ask(
        "organisations",
        "diff",
        str(folder / "ods_nhs_trusts_2022-03.csv"),
        str(folder / "ods_nhs_trusts_2025-07.csv"),
    )

    assert set(changes) == {"added", "removed", "renamed", "closed", "moved"}
    assert all("code" in row for rows in changes.values() for row in rows)
    assert [row["code"] for row in changes["added"]] == ["G6V2S"]


def test_a_column_of_dates_is_read_in_one_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "dates.csv"
    path.write_text("n,seen\n1,03/05/2025\n2,20/10/2025\n3,10/13/2025\n4,\n", encoding="utf-8")

    rows = _csv(capsys, "read", "dates", str(path), "--column", "seen")

    assert [(r["row"], r["raw"], r["value"], r["decision"]) for r in rows] == [
        ("1", "03/05/2025", "2025-05-03", "read"),
        ("2", "20/10/2025", "2025-10-20", "read"),
        ("3", "10/13/2025", "", "unreadable"),
        ("4", "", "", "unreadable"),
    ]


def test_where_nothing_proves_the_order_a_date_is_for_review(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "dates.csv"
    path.write_text("seen\n03/05/2025\n04/04/2025\n", encoding="utf-8")

    rows = ask("read", "dates", str(path), "--column", "seen")

    assert [row["decision"] for row in rows] == ["review", "read"]
    assert rows[0]["value"] == ""


def test_fc_d1_one_column_two_orders(ask: Ask, real_data: Path) -> None:
    path = real_data / "field_cases" / "d1_one_order.csv"

    rows = ask("read", "dates", str(path), "--column", "raw")

    assert [row["value"] for row in rows[:4]] == [
        "2025-03-11",
        "2025-05-03",
        "2025-10-20",
        "2025-08-04",
    ]
    assert {row["decision"] for row in rows[4:]} <= {"review", "unreadable"}
    assert [row["row"] for row in rows] == list(range(1, 8))


def test_a_row_that_could_not_be_taken_apart_is_reported_and_not_dropped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "dates.csv"
    path.write_text("seen,town\n20/10/2025,A\n21/10/2025,B,extra\n", encoding="utf-8")

    assert main(["read", "dates", str(path), "--column", "seen", "--format", "json"]) == 0

    printed = capsys.readouterr()
    assert [row["row"] for row in json.loads(printed.out)] == [1, 2]
    assert "row 2" in printed.err


def test_a_missing_column_names_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "dates.csv"
    path.write_text("seen_on,town\n20/10/2025,A\n", encoding="utf-8")

    assert main(["read", "dates", str(path), "--column", "seen_no"]) == 1
    assert "Did you mean seen_on?" in capsys.readouterr().err


def test_the_invented_nation_is_made_whole_and_says_that_it_is_invented(
    ask: Ask, tmp_path: Path
) -> None:
    out = tmp_path / "nation"

    answer = ask("synthesise", "--people", "60", "--seed", "7", "--out", str(out))

    assert answer["invented"] is True
    assert (out / "truth").is_dir()
    assert all((out / one["file"]).is_file() for one in answer["files"])


def test_doctor_finds_this_installation_ready(ask: Ask) -> None:
    answer = ask("doctor")

    assert answer["ready"] is True
    states = {(check["part"], check["what"]): check["state"] for check in answer["checks"]}
    assert states["Engine", "duckdb"] == "ok"
    assert states["Packages", "duckdb"] == "ok"
    assert ("Optional", "spark") in states


def test_doctor_finds_a_folder_that_others_can_read_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_folder, own_folder = tmp_path / "open", tmp_path / "own"
    open_folder.mkdir(mode=0o755)
    own_folder.mkdir(mode=0o700)

    assert main(["doctor", str(own_folder)]) == 0
    capsys.readouterr()
    assert main(["doctor", str(open_folder)]) == 1
    assert f"chmod 700 {open_folder}"[:30] in " ".join(capsys.readouterr().out.split())
