"""Contested terms, and how each definition stands: said of everything, measured on nothing."""

from __future__ import annotations

import json

import pytest

from candour.dataset import load
from candour.definitions import get, heading, terms, whole_catalogue
from candour.definitions.facets import every_facet
from candour.definitions.pages import pages
from candour.definitions.standing import standings
from candour.definitions.terms import Term
from candour.errors import UserError

TERMS = list(terms().values())
FIELDS = {field.path for entity in load().entities.values() for field in entity.fields.values()}


def test_the_terms_that_hssib_and_bodies_dispute_are_there() -> None:
    assert set(terms()) == {
        "therapeutic-relationship",
        "near-miss",
        "unexpected-death",
        "non-anchored-ligature",
    }


@pytest.mark.parametrize("term", TERMS, ids=lambda t: t.id)
def test_a_term_has_positions_of_several_bodies_an_owner_and_a_watch_date(term: Term) -> None:
    assert len({p.body for p in term.positions}) == len(term.positions) >= 2
    assert term.status == "contested"
    assert term.watch.year >= 2027
    assert term.watch_for


@pytest.mark.parametrize("term", TERMS, ids=lambda t: t.id)
def test_what_a_term_points_to_is_there(term: Term) -> None:
    for axis in term.axes:
        assert set(axis.fields) <= FIELDS
    for position in term.positions:
        assert position.variant is None or position.variant in whole_catalogue()


@pytest.mark.parametrize("term", TERMS, ids=lambda t: t.id)
def test_nothing_can_be_asked_under_a_term_itself(term: Term) -> None:
    assert term.id not in whole_catalogue()
    assert term.id not in every_facet()
    for about in ("death", "event", None):
        with pytest.raises(UserError, match="Bodies dispute"):
            get(term.id, about)


def test_who_asks_for_near_misses_is_told_the_variants() -> None:
    with pytest.raises(UserError, match="near-miss-hse, near-miss-lfpse"):
        get("near-miss", "event")


def test_therapeutic_relationship_has_no_variant_and_is_no_measure() -> None:
    assert not [d for d in whole_catalogue().values() if d.term == "therapeutic-relationship"]
    with pytest.raises(UserError, match="nothing is measured on it"):
        get("therapeutic-relationship")


def test_every_variant_of_a_term_names_whose_it_is_and_is_called_contested() -> None:
    variants = [d for d in whole_catalogue().values() if d.term]

    assert {d.term for d in variants} <= set(terms())
    assert {d.agreement for d in variants} == {"contested"}
    assert all(d.owner for d in variants)


def test_no_definition_rests_on_means_or_ligature() -> None:
    text = json.dumps([facet.model_dump() for facet in every_facet().values()])

    assert "ligature" not in text
    assert "circumstances" not in text


def test_every_definition_has_a_standing_with_an_example_for_a_family() -> None:
    assert set(standings()) == set(whole_catalogue())
    for standing in standings().values():
        assert standing.used_by
        for word in ("abscond", "committed su", "failed to", "verdict", "manner of"):
            assert word not in standing.family.lower()


@pytest.mark.parametrize(
    "identity", ["nqb-lfd-2017", "mazars", "mazars-uu", "near-miss-hse", "near-miss-datix"]
)
def test_what_nobody_read_is_headed_unverified_on_its_page_and_in_its_output(identity: str) -> None:
    definition = get(identity, None)

    assert "UNVERIFIED" in heading(definition)
    assert "**Unverified:**" in pages()[f"{identity}.md"]


@pytest.mark.parametrize("identity", ["inpatient", "ncish", "cqc-reg17", "near-miss-serious"])
def test_what_was_read_is_not_headed_so(identity: str) -> None:
    assert "UNVERIFIED" not in heading(get(identity, None))


def test_each_definition_and_term_has_a_page_that_says_where_help_is() -> None:
    made = pages()

    assert set(made) == {f"{name}.md" for name in (*whole_catalogue(), *terms())}
    for text in made.values():
        assert "116 123" in text
        assert text.endswith("\n")


@pytest.mark.parametrize("definition", whole_catalogue().values(), ids=lambda d: d.id)
def test_the_page_of_a_definition_holds_all_that_is_to_be_said_of_it(definition) -> None:
    page = pages()[f"{definition.id}.md"]

    for part in (
        definition.plain,
        definition.technical,
        definition.source,
        standings()[definition.id].family,
        *standings()[definition.id].used_by,
        *definition.unverified,
        *definition.leaves_out,
        *(e.words for e in (*definition.examples, *definition.near_misses)),
    ):
        assert part in page
    assert "Worked cases" in page
