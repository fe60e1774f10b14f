"""Who already collects a field, what that costs, and what two releases differ in."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from candour.cli.main import main
from candour.dataset import codelist, codelist_ids, field, load
from candour.dataset import dictionary as pages
from candour.dataset.burden import burden
from candour.dataset.code_lists import version_of, versions_of
from candour.dataset.collected import flows, kinds, retyping_seconds
from candour.dataset.releases import compare, fields_of
from candour.errors import UserError

LFPSE = {
    "lfpse_physical_harm": "level-of-physical-harm",
    "lfpse_psychological_harm": "level-of-psychological-harm",
    "lfpse_outcome_type": "outcome-type",
    "lfpse_safety_challenge": "safety-challenges",
    "lfpse_gender": "gender",
    "lfpse_ethnicity": "ethnicity",
    "lfpse_service_area": "service-type",
    "lfpse_location": "incident-location",
    "lfpse_cqc_criterion": "cqc-criteria",
    "lfpse_association": "strength-of-association",
}


def test_names_of_the_monthly_flow_are_those_of_its_specification(real_data: Path) -> None:
    path = real_data / "mhsds" / "mhsds_validation_rules_v6.0.csv"
    with path.open(encoding="utf-8-sig", newline="") as handle:
        known = {(r["Table"][:6], r["XML ELEMENT NAME"]) for r in csv.DictReader(handle)}

    named = [
        pair
        for item in flows()["mhsds"].items.values()
        for pair in re.findall(r"(MHS\d{3}) ([A-Z]\w+)", item.name)
    ]

    assert len(named) > 70
    assert [pair for pair in named if pair not in known] == []


def test_names_of_events_are_those_of_the_taxonomy(real_data: Path) -> None:
    path = real_data / "lfpse" / "taxonomy_fields_v5.csv"
    with path.open(encoding="utf-8-sig", newline="") as handle:
        known = {row["field"] for row in csv.DictReader(handle)} | {"category"}

    named = {
        name.strip()
        for item in flows()["lfpse"].items.values()
        if item.name
        for name in item.name.partition(" ")[2].split(",")
    }

    assert named - known == set()


@pytest.mark.parametrize("ours", LFPSE)
def test_lists_of_events_have_the_codes_that_are_published(ours: str, real_data: Path) -> None:
    path = real_data / "lfpse" / "code_systems_v5.json"
    theirs = json.loads(path.read_text(encoding="utf-8"))[f"{LFPSE[ours]}-5"]["codes"]

    assert {code.code for code in codelist(ours, "5").codes} == {one["code"] for one in theirs}


@pytest.mark.parametrize("name", ["lfpse_physical_harm", "lfpse_psychological_harm"])
def test_numbers_of_harm_run_down_with_severity(name: str) -> None:
    ranked = [(int(c.code), int(c.properties["rank"])) for c in codelist(name).codes]

    by_code = [rank for _, rank in sorted(ranked)]
    assert by_code == sorted(by_code, reverse=True)


def test_an_older_form_of_a_list_is_kept_beside_the_one_in_force() -> None:
    assert [held.version for held in versions_of("patient_class")] == ["mhsds-5", "mhsds-6"]
    older, held = versions_of("patient_class")
    assert codelist("patient_class") is held
    assert {code.code for code in older.codes} < {code.code for code in held.codes}


@pytest.mark.parametrize(
    ("name", "code", "version"),
    [
        ("discharge_destination", "38", "mhsds-4"),
        ("discharge_destination", "40", "mhsds-6"),
        ("discharge_destination", "19", "mhsds-6"),
        ("discharge_method", "2", "mhsds-4"),
        ("discharge_method", "6", "mhsds-6"),
        ("patient_class", "10", "mhsds-5"),
        ("patient_class", "200", "mhsds-6"),
        ("sex", "1", "1"),
        ("sex", "in no list", "1"),
    ],
)
def test_a_code_is_of_the_version_in_which_it_was_used(name: str, code: str, version: str) -> None:
    assert version_of(name, code) == version


def test_an_older_form_says_until_when_it_was_in_force_and_its_codes_are_still_read() -> None:
    for name in ("discharge_method", "discharge_destination", "patient_class"):
        older, held = versions_of(name)
        assert older.valid_to is not None
        assert {code.code for code in older.codes} <= {code.code for code in held.codes}
        assert all(held.get(c.code).properties == c.properties for c in older.codes)  # type: ignore[union-attr]


def test_a_list_that_is_not_wholly_known_says_what_is_missing() -> None:
    partial = {name for name in codelist_ids() if not codelist(name).complete}

    assert {"restrictive_kind", "contact_means", "establishment_type"} <= partial
    assert all(pages.codes(name)["missing"].endswith(".") for name in partial)


def test_public_pages_say_what_a_restricted_list_is_for_and_show_no_code_of_it() -> None:
    restricted = [codelist(name) for name in codelist_ids() if codelist(name).restricted]

    assert restricted
    for page in (pages.markdown(), pages.html()):
        for held in restricted:
            assert held.title in page
            _, _, rest = page.partition(f"codes {held.id}")
            assert rest, held.id
        assert "hanging-or-strangulation" not in page
        assert "cord-or-lace" not in page


def test_a_form_costs_what_its_fields_cost_and_asked_once_costs_no_more() -> None:
    for kind in kinds():
        found = burden(kind)
        asked = [path for form in found["forms"] for path in flows()[form["form"]].asks()]

        assert found["asked"] == len(asked)
        assert found["different"] == len(set(asked))
        assert found["repeated"] == sum(asked.count(path) > 1 for path in set(asked))
        seconds = sum(field(path).seconds or retyping_seconds() for path in asked)
        assert found["minutes_now"] == round(seconds / 60, 1)
        assert found["minutes_once"] <= found["minutes_now"]


def test_a_form_that_another_is_to_replace_is_counted_only_when_asked() -> None:
    assert "steis" in burden("detained")["not_counted"]
    assert "steis" in [form["form"] for form in burden("detained", legacy=True)["forms"]]
    with pytest.raises(UserError, match="Not a form"):
        burden("detained", ["mhsds"])
    with pytest.raises(UserError, match="no kind"):
        burden("nothing")


def test_from_the_first_release_to_this_one_no_column_is_gone() -> None:
    found = compare("1", load().release)

    assert found["gone"] == []
    assert {one["path"] for one in found["added"]} == {
        each.path for each in load().fields() if each.release != "1"
    }


def test_a_field_that_goes_out_of_use_is_told_and_keeps_its_column(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = fields_of(load().release)
    later = {p: {**f, "retired": "3"} if p == "report.team" else f for p, f in now.items()}
    monkeypatch.setattr(
        "candour.dataset.releases.fields_of", lambda release: later if release == "3" else now
    )

    found = compare(load().release, "3")

    assert [one["path"] for one in found["retired"]] == ["report.team"]
    assert (found["gone"], found["changed"]) == ([], [])


def test_an_analyst_learns_in_one_command_what_is_already_sent_on_leave(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["dictionary", "leave", "--format", "json"]) == 0

    found = {row["path"]: row for row in json.loads(capsys.readouterr().out)}
    held = {one["flow"]: one["name"] for one in found["absence.absence_kind"]["collected_by"]}
    assert "MHS510" in held["mhsds"]
    assert "absence.escorted" in found


def test_each_command_prints_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["burden"],
        ["burden", "--kind", "detained"],
        ["dictionary", "diff"],
        ["dictionary", "absence.started_on"],
        ["codes"],
        ["codes", "diff", "patient_class"],
    ):
        assert main([*words, "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)
