"""What each layout promises beyond its expected findings."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from candour.dataset.loading import field
from candour.dataset.model import DATE_TYPES
from candour.pipeline.checking import findings_of
from candour.pipeline.run import run
from candour.sources import Layouts
from candour.sources.registry import SHIPPED

RAW = {"ulysses", "steis", "lfpse", "mhsds", "pfd-text", "mortality-review-log", "inquest-tracker"}


def sample(layout: str) -> list[Path]:
    files = sorted((SHIPPED / layout / "sample").iterdir())
    return [path for path in files if path.name != "submissions.csv"]


def rows_of(folder: Path, table: str, room: str = "open") -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(folder / room / f"{table}.parquet").to_pylist()
    return found


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The run over each sample, made when first asked for."""

    class Runs(dict[str, Path]):
        def __missing__(self, layout: str) -> Path:
            out = tmp_path_factory.mktemp(layout) / "run"
            self[layout] = run(SHIPPED / layout / "sample", out).folder
            return self[layout]

    return Runs()


# ---------------------------------------------------------------- mhsds


def test_tables_and_fields_of_mhsds_are_named_as_in_the_specification(real_data: Path) -> None:
    path = real_data / "mhsds" / "mhsds_validation_rules_v6.0.csv"
    tables: dict[str, set[str]] = {}
    rules: dict[str, str] = {}
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            tables.setdefault(row["Table"][:6], set()).add(row["XML ELEMENT NAME"])
            rules[row["Error Code"]] = row["XML ELEMENT NAME"]
    with (real_data / "mhsds" / "mhsds_table_names_v6.0.csv").open(encoding="utf-8-sig") as handle:
        names = {row["TBL_Code"] for row in csv.DictReader(handle)}
    before_v5 = {"DischMethCodeHospProvSpell", "DischDestCodeHospProvSpell"}
    derived = {"UniqMonthID"}
    looked_up = {"LocalPatientID"}

    roles = Layouts.shipped().get("mhsds").files

    assert set(roles) <= names
    for table, role in roles.items():
        unknown = set(role.known_columns()) - tables[table] - before_v5 - derived
        assert unknown <= (looked_up if "LocalPatientID" in role.found_by else set()), table
        fields = {t.path: t.columns for t in role.targets()}
        for check in role.checks:
            assert rules[check.code] in fields[check.field], check.code
            if check.than_found is not None:
                assert check.than_found in tables[role.found_by[check.than_found].role]


def test_every_rule_on_the_dates_that_are_read_is_checked_or_named_as_not(real_data: Path) -> None:
    path = real_data / "mhsds" / "mhsds_validation_rules_v6.0.csv"
    roles = Layouts.shipped().get("mhsds").files
    readme = (SHIPPED / "mhsds" / "README.md").read_text(encoding="utf-8")
    lacking = set()
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for rule in csv.DictReader(handle):
            role = roles.get(rule["Table"][:6])
            if role is None:
                continue
            dated = {
                c for t in role.targets() if field(t.path).type in DATE_TYPES for c in t.columns
            }
            if rule["XML ELEMENT NAME"] in dated:
                lacking.add(rule["Error Code"])
        lacking -= {check.code for role in roles.values() for check in role.checks}

    assert {code for code in lacking if code not in readme} == set()


def test_a_death_outside_its_month_is_left_out_and_sent_again_it_is_kept(
    ran: dict[str, Path],
) -> None:
    codes = {r["rejected_for"] for r in rows_of(ran["mhsds"], "rejected", "identified")}
    dates = {str(d["death_date"]) for d in rows_of(ran["mhsds"], "deaths")}

    assert {"MHS00140", "MHS00141", "MHS00142", "MHS50118", "MHS50714"} <= codes
    assert dates == {"2024-04-28", "2024-05-20"}


def test_a_later_month_without_the_death_takes_nothing_back(ran: dict[str, Path]) -> None:
    rows = [r for r in rows_of(ran["mhsds"], "rows") if r["role"] == "MHS001"]

    assert [r["standing"] for r in rows if r["row"] in (1, 2, 3)] == [
        "superseded",
        "present",
        "present",
    ]


def test_a_spell_is_found_by_its_referral_and_has_the_ward_and_status_that_other_tables_tell(
    ran: dict[str, Path],
) -> None:
    (died,) = [s for s in rows_of(ran["mhsds"], "stays") if s["ending"] == "died"]
    (older,) = [s for s in rows_of(ran["mhsds"], "stays") if s["ward"] == "ASH"]

    assert (died["ward"], died["mha_status"]) == ("OAK", "03")
    assert (older["ending"], older["discharge_method"]) == ("alive", "1")


def test_the_ledger_says_that_an_mhsds_month_could_not_hold_a_later_death(
    ran: dict[str, Path],
) -> None:
    said = {
        (r["role"], r["relation"]): (r["expected"], r["rule"])
        for r in rows_of(ran["mhsds"], "ledger")
    }

    assert said[("MHS001", "after-its-care")] == ("could-not", "mhsds-month-after-discharge")
    assert said[("MHS001", "died-in-its-care")] == ("expected", "record-of-the-ward")
    assert said[("MHS502", "died-in-its-care")][0] == "need-not"


# ---------------------------------------------------------------- returns


def figures(ran: dict[str, Path]) -> dict[tuple[object, object, object], tuple[object, object]]:
    return {
        (r["period"], r["measure"], r["standing"]): (r["kind"], r["value"])
        for r in rows_of(ran["lfd-dashboard"], "returns")
    }


def test_a_hidden_figure_is_neither_five_nor_nought(ran: dict[str, Path]) -> None:
    said = figures(ran)

    assert said[("2024-25-Q1", "deaths-judged-avoidable", "present")] == ("suppressed", None)
    assert said[("2024-25-Q2", "deaths-judged-avoidable", "present")] == ("not-collected", None)
    assert said[("2024-25-Q2", "ld-deaths-in-scope", "present")] == ("not-applicable", None)
    assert said[("2024-25-Q4", "deaths-judged-avoidable", "present")] == ("not-yet-due", None)
    assert said[("2024-25-Q3", "ld-deaths-in-scope", "superseded")] == ("not-stated", None)
    assert said[("2024-10", "ld-deaths-in-scope", "present")] == ("count", 0)


def test_a_later_return_restates_a_quarter_and_the_earlier_stays_beside_it(
    ran: dict[str, Path],
) -> None:
    said = figures(ran)

    assert said[("2024-25-Q3", "deaths-in-scope", "superseded")] == ("count", 1044)
    assert said[("2024-25-Q3", "deaths-in-scope", "present")] == ("count", 44)


def test_figures_about_many_make_no_person_and_no_death(ran: dict[str, Path]) -> None:
    assert rows_of(ran["lfd-dashboard"], "people", "identified") == []
    assert rows_of(ran["lfd-dashboard"], "deaths") == []
    assert rows_of(ran["lfd-dashboard"], "identities") == []


# ---------------------------------------------------------------- lfpse


def test_harm_1_is_fatal_and_the_other_patient_of_an_event_survived(ran: dict[str, Path]) -> None:
    harms = sorted(str(n["harm_actual"]) for n in rows_of(ran["lfpse"], "near_misses"))

    assert len(rows_of(ran["lfpse"], "deaths")) == 2
    assert harms == ["low", "moderate", "none", "none", "severe"]


def test_fields_and_codes_of_lfpse_are_those_of_version_5(real_data: Path) -> None:
    with (real_data / "lfpse" / "taxonomy_fields_v5.csv").open(encoding="utf-8-sig") as handle:
        fields = {row["field"] for row in csv.DictReader(handle)}
    made = {"event", "patient", "profile", "resourceType", "category", "recordedDate"}

    role = Layouts.shipped().get("lfpse").files["events"]
    found = findings_of([real_data / "lfpse" / "code_systems_v5.json"])

    assert set(role.known_columns()) - made <= fields
    assert [f.code for f in found] == ["code-lists-agree"]


def test_a_list_of_another_version_is_refused_with_what_differs(tmp_path: Path) -> None:
    held = Layouts.shipped().get("lfpse").code_systems["level-of-physical-harm"]
    codes = [{"code": c, "display": d} for c, d in held.codes.items() if c != "4"]
    codes[0]["display"] = "Nothing came of it"
    codes.append({"code": "6", "display": "Not known"})
    path = tmp_path / "lists.json"
    path.write_text(json.dumps({"level-of-physical-harm-6": {"codes": codes}}), encoding="utf-8")

    (found,) = findings_of([path])

    assert (found.code, found.severity) == ("code-list-of-another-version", "blocks-file")
    for said in ("level-of-physical-harm", "version 6", "new 6", "gone 4", "worded otherwise"):
        assert said in found.message


def test_events_in_another_version_are_refused_naming_the_lists(tmp_path: Path) -> None:
    text = (SHIPPED / "lfpse" / "sample" / "events.json").read_text(encoding="utf-8")
    path = tmp_path / "events.json"
    path.write_text(text.replace("level-of-physical-harm-5", "level-of-physical-harm-6"), "utf-8")

    (found,) = findings_of([path])

    assert found.code == "code-list-of-another-version"
    assert "level-of-physical-harm 6" in found.message


def test_events_may_come_one_a_line_and_a_broken_file_is_refused(tmp_path: Path) -> None:
    bundle = json.loads((SHIPPED / "lfpse" / "sample" / "events.json").read_text("utf-8"))
    events = [entry["resource"] for entry in bundle["entry"]]
    lines = tmp_path / "lines.json"
    lines.write_text("\n".join(json.dumps(event) for event in events), encoding="utf-8")
    broken = tmp_path / "broken.json"
    broken.write_text(lines.read_text(encoding="utf-8")[:900], encoding="utf-8")

    by_line = findings_of([lines])
    cut_off = findings_of([broken])

    assert {f.code for f in by_line} == {f.code for f in findings_of(sample("lfpse"))}
    assert [f.code for f in cut_off] == ["json-unreadable"]


# ---------------------------------------------------------------- reviews, inquests, incidents


def test_a_review_stands_as_it_was_last_sent_and_no_words_of_a_family_lie_in_the_open(
    ran: dict[str, Path],
) -> None:
    reviews = rows_of(ran["mortality-review-log"], "reviews")
    values = rows_of(ran["mortality-review-log"], "values", "identified")
    said = {v["field"]: v["value"] for v in values if v["chosen"] and v["entity"] == "review"}

    assert len(reviews) == 5
    assert [r["family_contacted"] for r in reviews if r["response_kind"] == "psii"] == ["yes"]
    assert said["care_as_family_saw_it"]
    for path in (ran["mortality-review-log"] / "open").glob("*.parquet"):
        assert "They were kind" not in str(pq.read_table(path).to_pylist()), path.name


def test_a_blank_about_a_report_of_the_coroner_is_not_a_no(ran: dict[str, Path]) -> None:
    values = rows_of(ran["inquest-tracker"], "values", "identified")
    said = [v for v in values if v["field"] == "pfd_issued" and v["standing"] == "present"]

    assert sorted(str(v["value"]) for v in said) == ["no", "yes", "yes"]


def test_a_threat_and_a_catastrophic_impact_are_no_death_and_an_expected_death_is_one(
    ran: dict[str, Path],
) -> None:
    assert len(rows_of(ran["ulysses"], "deaths")) == 2
    assert len(rows_of(ran["steis"], "deaths")) == 0
    assert len(rows_of(ran["steis"], "near_misses")) == 4


def test_no_layout_carries_how_somebody_died_or_whose_fault_it_was() -> None:
    kept_out = {
        "Cause 1",
        "Method",
        "Circumstances",
        "Avoidability",
        "Problems In Care",
        "Medical Cause",
        "Description",
        "concerns",
        "BuildingsInfrastructure",
    }

    for layout in RAW:
        for role in Layouts.shipped().get(layout).files.values():
            read = {column for target in role.targets() for column in target.columns}
            assert read & kept_out == set()


@pytest.mark.parametrize(
    "name", ["pfd/register_2023-06-28.csv", "pfd/register_2022-06-23.csv", "pfd/reports_text.csv"]
)
def test_real_registers_of_coroners_reports_are_read_and_every_row_accounted_for(
    name: str, real_data: Path, tmp_path: Path
) -> None:
    extracts = tmp_path / "in"
    extracts.mkdir()
    (extracts / Path(name).name).write_bytes((real_data / name).read_bytes())

    made = run(extracts, tmp_path / "run")

    assert made.counts.left_out == 0
    assert made.counts.rows_in == made.counts.accepted + made.counts.duplicate
    assert made.counts.rows_in > 400
