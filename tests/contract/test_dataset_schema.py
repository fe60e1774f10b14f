"""Every field, code list, rule and finding says what it has to; derived files are fresh."""

from __future__ import annotations

import html.parser
import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from candour.dataset import Field, codelist, codelist_ids, field, load
from candour.dataset import dictionary as pages
from candour.dataset.code_lists import FOLDER
from candour.dataset.code_lists import read as read_codelist
from candour.dataset.derive import DERIVED, main, stale
from candour.dataset.findings import CATALOGUE, SEVERITIES, catalogue, finding
from candour.dataset.loading import SCHEMA
from candour.dataset.loading import read as read_schema
from candour.dataset.model import SENSITIVITIES, TYPES
from candour.dataset.rules import rules
from candour.errors import CandourError, UserError

CHECKOUT = Path(__file__).resolve().parents[2]
FIELDS = load().fields()
CONTRACT = {
    "person": "local_patient_id nhs_number nhs_number_status given_name surname birth_date sex "
    "ethnic_category postcode full_name",
    "stay": "local_stay_id admitted_on discharged_on discharge_method discharge_destination "
    "ended_by_death ward mha_status observation_level",
    "absence": "local_absence_id absence_kind started_on ended_on end_reason",
    "discharge": "discharge_date discharge_method discharge_destination discharge_kind",
    "death": "died death_date notified_on information_source place_kind underlying_cause "
    "certified_by registered_on coroner_area inquest_on inquest_conclusion coroner_reference "
    "inquest_opened_on inquest_jury inquest_article_2 pfd_issued pfd_on",
    "near_miss": "occurred_on reported_on event_kind category severity_as_sent harm_actual "
    "where_it_happened harm_psychological harm_potential",
    "report": "local_reference reported_on opened_on finished_on last_contact_on team "
    "care_closed_on category severity_as_sent result approval referred_on due_on "
    "serious_incident reporting_organisation commissioner addressees",
    "ward_stay": "local_ward_stay_id ward started_on ended_on",
    "legal_status": "local_period_id mha_status started_on ended_on",
    "restrictive": "local_incident_id local_intervention_id intervention_kind reason_as_sent "
    "started_on ended_on person_injured",
    "review": "local_review_id screened_on screened_by in_scope red_flags tool reviewer "
    "reviewer_apart family_contacted family_contacted_on family_not_heard_because "
    "family_questions response_kind started_on finished_on actions_agreed actions_done "
    "care_as_person_saw_it care_as_family_saw_it",
}


def test_the_entities_hold_the_fields_of_the_first_release_that_the_rooms_agreed_on() -> None:
    first = {
        entity.path: " ".join(f.name for f in entity.fields.values() if f.release == "1")
        for entity in load().entities.values()
    }

    assert {path: names for path, names in first.items() if names} == CONTRACT


@pytest.mark.parametrize("each", FIELDS, ids=lambda each: each.path)
def test_every_field_says_what_it_is_and_why_it_is_asked_for(each: Field) -> None:
    assert each.type in TYPES
    assert each.sensitivity in SENSITIVITIES
    assert each.seconds >= 0
    assert 1 <= int(each.release) <= int(load().release)
    assert each.meaning.endswith(".")
    assert each.why.endswith(".")
    assert each.required_when.endswith(".")
    assert (each.type == "code") == (each.codelist is not None)


def test_names_numbers_births_and_addresses_are_identifying() -> None:
    identifying = {each.path for each in FIELDS if each.sensitivity == "identifying"}

    assert identifying == {
        "person.nhs_number",
        "person.given_name",
        "person.surname",
        "person.birth_date",
        "person.postcode",
        "person.full_name",
        # What people said in their own words may name somebody.
        "review.family_questions",
        "review.care_as_person_saw_it",
        "review.care_as_family_saw_it",
        "family.communication",
        "family_question.question",
    }


def test_an_unknown_field_is_the_users_to_mend() -> None:
    with pytest.raises(UserError, match="no field"):
        field("death.nothing")


@pytest.mark.parametrize("tag", ["why", "required_when", "sensitivity", "seconds", "release"])
def test_a_schema_in_which_a_field_leaves_something_out_is_refused(
    tag: str, tmp_path: Path
) -> None:
    for path in SCHEMA.parent.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if path.stem == "absence":
            text = re.sub(rf"\n +{tag}: .*", "", text, count=1)
        (tmp_path / path.name).write_text(text, encoding="utf-8")

    with pytest.raises(CandourError, match=r"absence\.local_absence_id does not say"):
        read_schema(tmp_path / SCHEMA.name)


@pytest.mark.parametrize("name", codelist_ids())
def test_every_code_list_has_a_field_and_plain_words(name: str) -> None:
    held = codelist(name)

    assert held.source
    assert held.licence
    assert all(code.display and "\n" not in code.display for code in held.codes)
    used = {each.codelist for each in FIELDS} | {
        each.type for each in FIELDS if each.type == "yes_no_unknown"
    }
    assert (name in used) is (held.used_by is None)


def test_the_lists_follow_their_sources() -> None:
    method, destination = codelist("discharge_method"), codelist("discharge_destination")

    assert [code.code for code in method.codes if code.retired_in] == ["2"]
    assert method.get("5") is None
    assert {c.code for c in destination.codes if c.retired_in} == {"38", "54", "65", "85"}
    transfers = {"30", "48", "49", "50", "53", "84", "87"}
    assert set(destination.where(kind="mental-health-transfer")) == transfers
    assert set(destination.where(kind="acute-transfer")) == {"51", "52"}
    assert "01" not in codelist("mha_status").where(detained="yes")
    assert codelist("mha_status").get("99").properties.get("detained") is None  # type: ignore[union-attr]


def test_a_list_or_version_that_is_not_there_is_the_users_to_mend() -> None:
    with pytest.raises(UserError, match="no code list"):
        codelist("nothing")
    with pytest.raises(UserError, match="no version"):
        codelist("sex", "0")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('code: "2"', 'code: "1"'), "twice"),
        (('code: "1"', "code: 1"), "without quotes"),
        (("source:", "not_source:"), "source"),
    ],
)
def test_a_broken_code_list_is_refused(change: tuple[str, str], says: str, tmp_path: Path) -> None:
    text = (FOLDER / "sex.yaml").read_text(encoding="utf-8").replace(*change)
    (tmp_path / "sex.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(CandourError, match=says):
        read_codelist(tmp_path / "sex.yaml")


def test_every_finding_says_what_is_wrong_and_how_to_mend_it() -> None:
    for kind in catalogue().values():
        assert kind.severity in SEVERITIES
        assert kind.message.endswith(".")
        assert kind.remedy.endswith(".")


def test_a_finding_of_an_unknown_kind_cannot_be_made() -> None:
    with pytest.raises(CandourError, match="No kind"):
        finding("not-a-kind")


def test_a_finding_takes_its_words_from_the_catalogue() -> None:
    made = finding("date-ambiguous", row=3, field="death.death_date", detail="Column DOD.")

    assert (made.severity, made.row, made.line) == ("warns", 3, None)
    assert made.message == f"{catalogue()['date-ambiguous'].message} Column DOD."


def test_no_finding_blames() -> None:
    text = CATALOGUE.read_text(encoding="utf-8").lower()

    assert not re.findall(r"failed to|committed|abscond|\bsilent\b|should have", text)


def test_every_rule_between_fields_names_a_finding_and_says_itself() -> None:
    for rule in rules():
        assert rule.code in catalogue()
        assert rule.words.endswith(".")
        assert rule.severity in SEVERITIES


def test_every_field_list_rule_and_finding_is_in_both_pages() -> None:
    for page in (pages.markdown(), pages.html()):
        for each in FIELDS:
            assert each.path in page
        for code in [*catalogue(), *(rule.code for rule in rules())]:
            assert code in page


def test_the_page_for_a_browser_needs_nothing_beside_itself_and_its_links_lead_somewhere() -> None:
    ids: set[str] = set()
    links: set[str] = set()

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            for name, value in attrs:
                if name == "id":
                    assert value not in ids
                    ids.add(str(value))
                if name in ("href", "src"):
                    links.add(str(value))

    Reader().feed(pages.html())

    assert links
    assert all(link.startswith("#") and link[1:] in ids for link in links)


def test_one_field_is_given_with_its_codes() -> None:
    given = pages.dictionary("person.sex")

    assert isinstance(given, dict)
    assert given["codes"][0] == {"code": "1", "display": "Male"}


def test_codes_are_given_by_list_and_by_version() -> None:
    version = codelist("discharge_method").version

    assert pages.codes(f"discharge_method@{version}") == pages.codes("discharge_method")
    assert set(pages.codes()["lists"]) == set(codelist_ids())


def test_the_derived_files_are_fresh() -> None:
    pytest.importorskip("linkml", reason="the schema group of dependencies is not installed")

    assert stale(CHECKOUT) == []


def test_a_derived_file_that_was_edited_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("linkml", reason="the schema group of dependencies is not installed")
    main([], tmp_path)
    edited = tmp_path / next(iter(DERIVED))
    edited.write_text(edited.read_text(encoding="utf-8") + " ", encoding="utf-8")

    assert main(["--check"], tmp_path) == 1
    assert edited.name in capsys.readouterr().err


def _schema(entity: str) -> dict[str, object]:
    whole = json.loads((CHECKOUT / "schema" / "candour-2.schema.json").read_text(encoding="utf-8"))
    return {**whole, "$ref": f"#/$defs/{entity}", "additionalProperties": True}


@pytest.mark.parametrize(
    ("entity", "good", "bad"),
    [
        ("Person", {"nhs_number": "9994104411", "sex": "2"}, {"nhs_number": "999410441"}),
        ("Person", {"birth_date": "1950-03"}, {"sex": "F"}),
        ("Death", {"underlying_cause": "X70", "died": None}, {"underlying_cause": "X70X-"}),
        ("Stay", {"discharge_method": "4"}, {"shoe_size": "9"}),
    ],
)
def test_the_json_schema_takes_what_the_parsers_give(
    entity: str, good: dict[str, str], bad: dict[str, str]
) -> None:
    jsonschema.validate(good, _schema(entity))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(bad, _schema(entity))


def test_asking_for_a_code_list_loads_no_engine() -> None:
    program = (
        "import sys, candour.dataset, candour.dataset.findings\n"
        "candour.dataset.codelist('sex')\n"
        "heavy = {'ibis', 'duckdb', 'pyarrow', 'polars', 'linkml_runtime', 'jinja2'}\n"
        "print(*heavy & set(sys.modules))"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(CHECKOUT / "src")},
    )

    assert (ran.returncode, ran.stdout.strip()) == (0, "")
