"""Resources are valid FHIR R4, hold the counts that were counted, and show nothing of means."""

from __future__ import annotations

import datetime as dt
import json
import typing
from pathlib import Path
from typing import Any

import pytest
import tiny_run

from candour.cli.main import main
from candour.dataset import codelist, codelist_ids, load
from candour.dataset.code_lists import versions_of
from candour.definitions import get
from candour.publish.fhir import measure_report, paths, terminology

fhir = pytest.importorskip(
    "fhir.resources.R4B", reason="fhir.resources of the test group is not installed"
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All resources of a tiny run, grouped by provider."""
    place = tmp_path_factory.mktemp("fhir")
    tiny_run.write(place / "run")
    words = ["fhir", str(place / "run"), "--by", "provider", "--out", str(place / "out")]
    assert main([*words, "--format", "json"]) == 0
    return place / "out"


def resources(folder: Path, kind: str = "") -> list[dict[str, Any]]:
    found = sorted(folder.glob(f"{kind}*-*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in found]


def test_every_resource_is_valid_against_the_models_of_r4(written: Path) -> None:
    made = resources(written)

    assert {one["resourceType"] for one in made} == {
        "CodeSystem",
        "ValueSet",
        "ConceptMap",
        "Measure",
        "MeasureReport",
    }
    for one in made:
        model = fhir.get_fhir_model_class(one["resourceType"])
        model.model_validate(one)


def test_ids_and_names_are_of_the_signs_that_fhir_takes_and_none_is_used_twice(
    written: Path,
) -> None:
    made = resources(written)

    keys = [(one["resourceType"], one["id"]) for one in made]
    assert len(keys) == len(set(keys))
    assert all(len(one["id"]) <= 64 for one in made)
    named = [one["name"] for one in made if "name" in one]
    assert all(name.isalnum() and name[0].isupper() for name in named)


def test_every_version_of_a_list_is_a_code_system_and_no_list_of_means_is(written: Path) -> None:
    systems = {(one["url"], one["version"]): one for one in resources(written, "CodeSystem")}

    for name in codelist_ids():
        for held in versions_of(name):
            key = (f"urn:candour:codelist:{name}", held.version)
            assert (key in systems) is not codelist(name).restricted, name
            if key in systems:
                codes = [one["code"] for one in systems[key]["concept"]]
                assert codes == [code.code for code in held.codes]
    assert "hanging" not in json.dumps(list(systems.values()))


def test_a_value_set_leaves_out_what_went_out_of_use(written: Path) -> None:
    (found,) = [v for v in resources(written, "ValueSet") if v["url"].endswith("patient_class")]

    (include,) = found["compose"]["include"]
    assert "200" in [one["code"] for one in include["concept"]]
    assert "10" not in [one["code"] for one in include["concept"]]


def test_a_report_holds_what_is_counted_and_says_that_it_is_not_for_publication(
    written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_run.write(tmp_path / "run")
    capsys.readouterr()
    words = ["count", str(tmp_path / "run"), "--definition", "hssib-2025", "--format", "json"]
    assert main(words) == 0
    (row,) = json.loads(capsys.readouterr().out)

    (report,) = [
        one for one in resources(written, "MeasureReport") if ":hssib-2025|" in one["measure"]
    ]

    (group,) = report["group"]
    counts = {one["code"]["text"]: one["count"] for one in group["population"]}
    assert counts == {
        "Deaths": 6,
        "In": row["in"]["value"],
        "Out": row["out"]["value"],
        "Cannot tell": row["cannot_tell"]["value"],
    }
    tags = {tag["code"] for tag in report["meta"]["tag"]}
    assert "none" in tags
    strata = [s["value"]["text"] for s in group["stratifier"][0]["stratum"]]
    assert "ZX901" in strata
    assert report["period"] == {"start": "2025-02-20", "end": "2025-06-30"}


def test_a_hidden_count_is_masked_and_so_is_every_sum_with_it() -> None:
    hidden = {"kind": "suppressed", "value": None}
    row = {
        "by": None,
        "settings": "",
        "in": hidden,
        "out": {"kind": "count", "value": 0},
        "cannot_tell": {"kind": "count", "value": 2},
    }

    days = (dt.date(2025, 1, 1), dt.date(2025, 3, 31))
    report = measure_report(get("inpatient"), [row], days, invented=False)

    fhir.get_fhir_model_class("MeasureReport").model_validate(report)
    whole, numerator, out, _ = report["group"][0]["population"]
    for one in (whole, numerator):
        assert "count" not in one
        assert one["_count"]["extension"][0]["valueCode"] == "masked"
    assert out["count"] == 0


def test_every_field_has_an_element_or_a_reason_and_the_reasons_are_listed(written: Path) -> None:
    listed = (written / "fields-without-a-path.csv").read_text(encoding="utf-8")

    assert [path.field for path in paths()] == [f.path for f in load().fields()]
    for path in paths():
        assert (path.element is None) is not (path.reason is None)
        assert (f"\n{path.field}," in listed) is (path.element is None)
    (mapped,) = [m for m in terminology() if m["id"] == "fields-to-fhir"]
    assert len(mapped["group"][0]["element"]) == len(paths())


@pytest.mark.parametrize("element", sorted({p.element for p in paths() if p.element}))
def test_an_element_that_is_named_exists_in_r4(element: str) -> None:
    kind, *steps = element.split(".")
    model = fhir.get_fhir_model_class(kind)

    for step in steps:
        held = {field.alias or name: field for name, field in model.model_fields.items()}
        assert step in held, element
        inner = [one for one in leaves(held[step].annotation) if one is not type(None)]
        try:
            model = fhir.get_fhir_model_class(inner[0].__name__.removesuffix("Type"))
        except ValueError:  # a plain value: no step leads on from it
            assert step == steps[-1], element


def leaves(annotation: Any) -> list[Any]:
    """The types within an annotation, without lists and options."""
    inner = typing.get_args(annotation)
    if not inner:
        return [annotation]
    if typing.get_origin(annotation) is typing.Annotated:
        return leaves(inner[0])
    return list(dict.fromkeys(leaf for one in inner for leaf in leaves(one)))


def test_how_another_body_holds_a_field_is_said_from_their_side(written: Path) -> None:
    (lfpse,) = [m for m in resources(written, "ConceptMap") if m["id"] == "collected-lfpse"]
    targets = {e["code"]: e["target"][0] for e in lfpse["group"][0]["element"]}

    assert targets["near_miss.category"]["equivalence"] == "wider"
    assert targets["person.nhs_number"]["equivalence"] == "unmatched"
    assert "code" not in targets["person.nhs_number"]
    narrower = [t for t in targets.values() if t["equivalence"] == "narrower"]
    assert narrower
    assert all(t["comment"] for t in narrower)


def test_terminology_needs_no_run_and_a_folder_that_is_there_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fhir", "--out", str(tmp_path / "out"), "--format", "json"]) == 0
    assert "MeasureReport" not in json.loads(capsys.readouterr().out)["resources"]

    assert main(["fhir", "--out", str(tmp_path / "out")]) == 1
    assert main(["fhir", "--by", "sex", "--out", str(tmp_path / "other")]) == 2
