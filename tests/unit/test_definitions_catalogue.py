"""The published definitions: locked, complete, found by name, and said with care."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from candour.definitions import (
    as_data,
    catalogue,
    evaluate,
    get,
    heading,
    published,
    terms,
    whole_catalogue,
)
from candour.definitions.derive import FOLDER, LOCK, PAGE, main
from candour.definitions.facets import every_facet, whole_scenario
from candour.definitions.grammar import facets_of
from candour.definitions.model import Definition, content_digest
from candour.errors import CandourError, UserError

ROOT = Path(__file__).resolve().parents[2]
DEFINITIONS = list(published.all_versions().values())


def body(reference: str) -> dict[str, object]:
    return copy.deepcopy(next(c for c in published.contents() if c["id"] == reference))


D1 = [
    "hssib-2025",
    "lampard-2024",
    "nqb-lfd-2017",
    "rcpsych-crt-2018",
    "ncish",
    "mhsds-v6",
    "nhse-72h",
    "cqc-reg17",
    "cqc-reg16",
    "leder-2021",
    "steis-2015",
    "lfpse",
    "mazars",
    "nrtsss",
    "ons-suicide",
]


def test_each_definition_in_force_that_disagrees_is_published() -> None:
    assert set(D1) <= set(catalogue())


def test_the_reference_rules_are_published_as_version_one() -> None:
    ours = [d for d in whole_catalogue().values() if d.owner == "The Candour project"]

    assert {"inpatient", "post-discharge", "detained-death", "coded-suicide"} <= {
        d.id for d in ours
    }
    assert {d.version for d in ours} == {"1.0.0"}


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d.ref)
def test_a_rule_that_no_run_can_answer_says_so_to_the_reader(definition: Definition) -> None:
    not_held = [n for n in definition.needs if every_facet()[n].not_held]
    asked_alone = set(not_held) == set(definition.needs)

    for name in not_held:
        said = every_facet()[name].words.get("unknown") or str(every_facet()[name].not_held)
        about = definition.counts
        result = evaluate(definition, [whole_scenario({}, 0, about)])
        assert not asked_alone or any(said in reason for reason in result.reasons)


def test_cqc_is_cited_by_the_regulations_that_a_provider_knows() -> None:
    for identity in ("cqc-reg16", "cqc-reg17"):
        assert "CQC (Registration) Regulations 2009, regs 16/17" in get(identity).source


def test_every_published_version_still_reads_as_it_was_locked() -> None:
    present, locked = published.digests(), published.lock()

    assert published.changed_since_published(present, locked) == []
    assert published.not_yet_locked(present, locked) == []


def test_a_changed_word_in_a_published_version_is_found() -> None:
    changed = body("inpatient")
    changed["plain"] = str(changed["plain"]) + " Or not."
    present = published.digests() | {"inpatient@1.0.0": content_digest(changed)}

    assert published.changed_since_published(present, published.lock()) == ["inpatient@1.0.0"]


def test_a_published_version_that_is_taken_away_is_found() -> None:
    present = published.digests()
    del present["lampard-2024@1.0.0"]

    assert published.changed_since_published(present, published.lock()) == ["lampard-2024@1.0.0"]


def test_the_lock_does_not_feel_layout_or_the_order_of_keys() -> None:
    content = body("hssib-2025")
    turned = dict(reversed(content.items()))

    assert content_digest(turned) == content_digest(content)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d.ref)
def test_every_example_and_near_miss_is_answered_as_it_says(definition: Definition) -> None:
    for shown in (*definition.examples, *definition.near_misses):
        assert evaluate(definition, shown.rows(), shown.settings).outcome == shown.outcome, shown


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d.ref)
def test_the_examples_show_every_kind_of_answer(definition: Definition) -> None:
    shown = (*definition.examples, *definition.near_misses)

    assert {example.outcome for example in shown} == {"in", "out", "cannot-tell"}


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d.ref)
def test_no_definition_is_called_agreed_and_each_says_whose_it_is(definition: Definition) -> None:
    assert definition.agreement != "agreed"
    assert definition.owner
    assert definition.source
    assert definition.unverified
    assert list(definition.needs) == facets_of(definition.rule)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d.ref)
def test_no_definition_uses_a_word_that_wounds(definition: Definition) -> None:
    text = json.dumps(as_data(definition)).lower()

    for word in ("abscond", "committed su", "failed to", "manner of"):
        assert word not in text


def test_a_borrowed_scope_is_headed_as_if_and_names_its_place_and_period() -> None:
    words = heading(get("lampard-2024"))

    assert words.startswith("as if LAMPARD-2024")
    assert "Essex" in words
    assert "2000-01-01 to 2023-12-31" in words
    assert "no period stated" in heading(get("hssib-2025"))


def test_a_count_within_the_borrowed_place_and_period_is_not_headed_as_if() -> None:
    assert heading(get("lampard-2024"), elsewhere=False).startswith("LAMPARD-2024:")


def test_a_definition_that_is_our_own_is_headed_by_its_title() -> None:
    assert heading(get("inpatient")) == get("inpatient").title


def test_a_definition_is_found_by_id_by_version_and_whatever_the_capitals() -> None:
    assert get("HSSIB-2025") is get("hssib-2025@1.0.0")
    assert get("post-discharge").ref == "post-discharge@1.0.0"


def test_an_unknown_definition_is_answered_with_the_known_ones() -> None:
    with pytest.raises(
        UserError, match=r"Known definitions: .*hssib-2025, inpatient, lampard-2024"
    ):
        get("nqb-2017")


def test_an_unknown_version_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"Published versions: 1\.0\.0"):
        get("inpatient@9.9.9")


def test_the_latest_version_is_the_highest_number_not_the_last_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    older, newer = body("inpatient"), body("inpatient")
    older["version"], newer["version"] = "1.9.0", "1.10.0"
    read = [published.read(newer), published.read(older)]
    monkeypatch.setattr(published, "all_versions", lambda: {d.ref: d for d in read})

    assert published.catalogue()["inpatient"].version == "1.10.0"
    with pytest.raises(UserError, match=r"1\.9\.0, 1\.10\.0"):
        published.get("inpatient@2.0.0")


def test_a_definition_as_data_is_json_and_holds_the_rule_in_both_forms() -> None:
    data = json.loads(json.dumps(as_data(get("post-discharge"))))

    assert data["rule"] == {"within": {"since": "last_discharge", "days": "$days"}}
    assert data["rule_in_words"]
    assert data["settings"]["days"]["default"] == 30
    assert data["ref"] == "post-discharge@1.0.0"
    assert as_data(get("lampard-2024"))["period"] == {"from": "2000-01-01", "to": "2023-12-31"}


@pytest.mark.parametrize(
    "change",
    [
        {"needs": ["during_stay"]},
        {"agreement": "settled"},
        {"settings": {}},
        {"version": "one"},
        {"valid_to": "1999-01-01"},
        {"rule": {"fact": "unheard_of"}},
        {"examples": []},
        {"colour": "red"},
    ],
)
def test_a_definition_that_does_not_hold_together_cannot_be_read(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Definition.model_validate(body("inpatient") | change)


def test_a_damaged_catalogue_is_our_fault_and_says_which_definition() -> None:
    with pytest.raises(CandourError, match=r"inpatient@1\.0\.0 cannot be read") as caught:
        published.read(body("inpatient") | {"needs": []})

    assert not isinstance(caught.value, UserError)


def test_the_page_of_definitions_is_not_stale() -> None:
    assert main(["--check"]) == 0


def test_derive_writes_the_page_and_the_lock_and_then_finds_nothing_stale(tmp_path: Path) -> None:
    (tmp_path / LOCK).parent.mkdir(parents=True)

    before = main(["--check"], tmp_path)
    written = main([], tmp_path)
    after = main(["--check"], tmp_path)

    assert (before, written, after) == (1, 0, 0)
    assert (tmp_path / LOCK).read_bytes() == (ROOT / LOCK).read_bytes()
    assert (tmp_path / PAGE).read_bytes() == (ROOT / PAGE).read_bytes()


def test_derive_refuses_to_lock_a_changed_version_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / LOCK).parent.mkdir(parents=True)
    (tmp_path / LOCK).write_text(json.dumps({"inpatient@1.0.0": "0" * 64}), encoding="utf-8")

    codes = (main([], tmp_path), main(["--check"], tmp_path))

    assert codes == (1, 1)
    assert "inpatient@1.0.0" in capsys.readouterr().err
    assert not (tmp_path / PAGE).exists()
    assert not (tmp_path / FOLDER).exists()


def test_the_page_leads_to_every_definition_and_every_term() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")

    for identity in (*whole_catalogue(), *terms()):
        assert f"(definitions/{identity}.md)" in page
        assert (ROOT / FOLDER / f"{identity}.md").is_file()
    for facet in every_facet():
        assert f"| {facet} |" in page


def test_a_page_without_a_definition_is_stale_and_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / LOCK).parent.mkdir(parents=True)
    main([], tmp_path)
    stranger = tmp_path / FOLDER / "no-such-definition.md"
    stranger.write_text("gone", encoding="utf-8")

    assert main(["--check"], tmp_path) == 1
    assert main([], tmp_path) == 0
    assert not stranger.exists()


def test_reading_the_catalogue_loads_no_engine() -> None:
    program = (
        "import sys; from candour.definitions import catalogue; catalogue(); "
        "print(sorted({'ibis', 'duckdb', 'polars', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )

    assert done.stdout.strip() == "[]"
