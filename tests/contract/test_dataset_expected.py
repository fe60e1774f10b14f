"""What England records is held, or a reason is given; the lane of judgements stands apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import candour.dataset
from candour import yaml_file
from candour.dataset import codelist, codelist_ids, load
from candour.pipeline.standardise.columns import entities, wide_columns

ROOM = Path(candour.dataset.__file__).parent
BLOCKS: dict[str, Any] = yaml_file.read(ROOM / "expected_fields.yaml")["blocks"]
FACTS = [(block, fact) for block, held in BLOCKS.items() for fact in held["facts"]]
PATHS = {each.path for each in load().fields()}


def paths_of(fact: dict[str, Any]) -> set[str]:
    """The fields that a fact names; `entity.*` is every field of the entity."""
    found: set[str] = set()
    for path in fact.get("fields", ()):
        entity, _, name = path.partition(".")
        found |= {p for p in PATHS if p.startswith(f"{entity}.")} if name == "*" else {path}
    return found


def test_every_block_of_what_is_recorded_is_listed() -> None:
    assert {"B1", "B2", "B3", "B4", "B5", "B6", "C2"} <= set(BLOCKS)


@pytest.mark.parametrize(
    ("block", "fact"), FACTS, ids=[f"{block}: {fact['fact'][:40]}" for block, fact in FACTS]
)
def test_each_fact_has_its_field_or_its_reason(block: str, fact: dict[str, Any]) -> None:
    assert ("fields" in fact) is not ("reason" in fact), block
    if "reason" in fact:
        assert fact["reason"].endswith(".")
    else:
        assert paths_of(fact) <= PATHS
        assert paths_of(fact)


def test_no_field_stands_outside_a_block() -> None:
    named = set().union(*(paths_of(fact) for _, fact in FACTS))

    assert PATHS - named == set()


def test_what_tells_of_a_means_is_restricted_and_nothing_else_uses_its_lists() -> None:
    by_list: dict[str, set[str]] = {}
    for each in load().fields():
        if each.codelist:
            by_list.setdefault(each.codelist, set()).add(each.sensitivity)

    restricted = {name for name in codelist_ids() if codelist(name).restricted}

    assert restricted == {name for name, used in by_list.items() if "restricted-detail" in used}
    assert all(by_list[name] == {"restricted-detail"} for name in restricted)
    ligature = {p for p in PATHS if "ligature" in p or p.endswith((".means", ".drug_class"))}
    assert len(ligature) >= 8
    for each in load().fields():
        if each.path in ligature:
            assert each.sensitivity == "restricted-detail", each.path


def test_a_judgement_is_joined_to_nobody() -> None:
    lane = load().entity_at("judgement_lfd")

    assert lane.apart
    assert not [f.path for f in lane.fields.values() if f.type in ("local_id", "nhs_number")]
    assert not [f.path for f in lane.fields.values() if "date" in f.type]
    assert "judgement_lfd" not in entities()
    assert not [name for name in wide_columns() if name.startswith("judgement_lfd")]
    outside = [f for f in load().fields() if not f.path.startswith("judgement_lfd.")]
    assert not [f.path for f in outside if "avoidab" in f.path or f.sensitivity == "judgement"]


def test_a_kind_of_thing_is_in_no_more_than_one_lane() -> None:
    for entity in load().entities.values():
        assert not (entity.derived and entity.apart)
        assert all(not f.retired or int(f.retired) > int(f.release) for f in entity.fields.values())
