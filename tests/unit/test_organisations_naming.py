"""Names of bodies in free text: cut apart, met in the register, or left to a person."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from candour.organisations.naming import MATCH, NONE, REVIEW, Resolver


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver.shipped()


def _kinds(resolver: Resolver, text: str) -> list[str]:
    return [body.kind for body in resolver.resolve(text).bodies]


def test_real_addressees_are_resolved(resolver: Resolver, real_data: Path) -> None:
    path = real_data / "providers" / "recipient_resolution_cases.csv"
    if not path.exists():
        pytest.skip("no real data here")
    with path.open(encoding="utf-8", newline="") as file:
        cases = [
            (row["raw_recipient"], {c for c in row["expected_codes"].split("|") if c})
            for row in csv.DictReader(file)
        ]

    found = [(set(resolver.resolve(text).codes()), wanted) for text, wanted in cases]

    right = sum(len(got & wanted) for got, wanted in found)
    assert right / sum(len(got) for got, _ in found) >= 0.97
    assert right / sum(len(wanted) for _, wanted in found) >= 0.92


@pytest.mark.parametrize(
    ("text", "bodies", "codes"),
    [
        ("Tees, Esk and Wear Valleys NHS Foundation Trust and Care Quality Commission", 2, "RX3"),
        ("Department for Culture, Media and Sport", 1, ""),
        (
            "Barnet, Enfield and Haringey Mental Health NHS Trust, NHS England and Tavistock and "
            "Portman NHS Foundation Trust",
            3,
            "RRP|RNK",
        ),
        ("Minister of State for Patient Safety, Women\u2019s Health and Mental Health", 1, ""),
        ("Brighton and Hove City Council, Oxleas NHS Trust", 2, "RPG"),
        ("Minister of State for Prisons and Probation and Solent NHS Trust", 2, "R1C"),
        ("Kent County Council; Kent and Medway NHS and Social Care Partnership Trust", 2, "RXY"),
    ],
)
def test_a_text_is_cut_where_names_end_and_not_within_them(
    resolver: Resolver, text: str, bodies: int, codes: str
) -> None:
    found = resolver.resolve(text)

    assert len(found.bodies) == bodies
    assert "|".join(found.codes()) == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("East London NHS Foundation Trust", "RWK"),
        ("North East London NHS Foundation Trust", "RAT"),
        ("West London NHS Trust", "RKL"),
        ("Central and North West London NHS Foundation Trust", "RV3"),
        ("Humber Teaching NHS Foundation Trust", "RV9"),
        ("Rotherham Doncaster and South Humber NHS Foundation Trust", "RXE"),
        ("Manchester Mental Health NHS Trust", "TAE"),
        ("Greater Manchester Mental Health NHS Trust", "RXV"),
        ("NHS North West London Integrated Care Board", "QRV"),
        ("NHS West and North London ICB", "Z9B2Z"),
    ],
)
def test_look_alikes_are_told_apart(resolver: Resolver, text: str, code: str) -> None:
    assert resolver.resolve(text).codes() == (code,)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("5 Boroughs Partnership NHS Foundation Trust", "RTV"),
        ("2gether NHS Trust", "RTQ"),
        ("Bradford District Care Trust", "TAD"),
        ("Black Country Healthcare NHS FT", "TAJ"),
        ("Sheffield Health & Social Care", "TAH"),
        ("Camden & Islington NHS Foundation Trust (C&I)", "TAF"),
        ("Surrey and Borders Partnershi", "RXX"),
        ("CNWL NHS Trust", "RV3"),
        ("RDaSH NHS Foundation Trust", "RXE"),
        ("Acute Mental Health Services, West London NHS Trust", "RKL"),
        ("St George\u2019s Mental Health NHS Trust", "RQY"),
        ("SW Yorks Partnership NHS Trust", "RXG"),
        ("Sussex Mental Health NHS Trust", "RX2"),
        ("Cygnet Hospital Harrow", "Cygnet"),
    ],
)
def test_old_short_and_cut_off_names_are_met(resolver: Resolver, text: str, code: str) -> None:
    assert resolver.resolve(text).codes() == (code,)


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("Leicestershire NHS Trust", ("RT5", "RWE")),
        ("Pennine NHS Trust", ("RT2", "RW6")),
        ("CPFT", ("RJ8", "RNN", "RT1")),
    ],
)
def test_what_may_be_one_of_several_is_for_review(
    resolver: Resolver, text: str, candidates: tuple[str, ...]
) -> None:
    found = resolver.resolve(text)

    assert found.decision() == REVIEW
    assert found.codes() == ()
    assert found.bodies[0].candidates == candidates


@pytest.mark.parametrize(
    "text",
    [
        "NHS North Eeast and North Cumbria Integrated Care Board",
        "Brmnghm, North and Solihull Mental Health NHS Foundation Trust",
    ],
)
def test_the_end_of_a_longer_name_is_not_taken_for_another_body(
    resolver: Resolver, text: str
) -> None:
    assert resolver.resolve(text).codes() == ()


def test_a_short_name_beside_the_full_one_is_that_body(resolver: Resolver) -> None:
    text = "Cumbria Partnership NHS Foundation Trust (CPFT)"

    found = resolver.resolve(text)

    assert (found.codes(), found.decision(), len(found.bodies)) == (("RNN",), MATCH, 1)


@pytest.mark.parametrize(
    "text",
    [
        "NHS Suffolk",
        "Suffolk Safeguarding Partnership",
        "NHS Birmingham and Solihull CCG",
        "Greater Manchester Health & Social Care Partnership",
        "Priory Road Surgery",
        "Royal Sussex County Hospital",
        "Devon and Cornwall Police",
        "Norfolk and Norwich University Hospitals NHS Foundation Trust",
        "",
    ],
)
def test_a_body_of_the_same_place_is_not_the_mental_health_trust(
    resolver: Resolver, text: str
) -> None:
    assert resolver.resolve(text).codes() == ()
    assert resolver.resolve(text).decision() == NONE


def test_an_integrated_trust_is_followed_where_it_was_a_mental_health_trust(
    resolver: Resolver,
) -> None:
    followed = resolver.resolve("Somerset NHS Foundation Trust")
    beside = resolver.resolve("Isle of Wight NHS Trust")

    assert followed.codes() == ("RH5",)
    assert (beside.codes(), beside.codes(every_kind=True)) == ((), ("R1F",))


def test_every_kind_gives_the_codes_of_other_bodies_too(resolver: Resolver) -> None:
    found = resolver.resolve("Barts Health NHS Trust and NHS England")

    assert found.codes() == ()
    assert found.codes(every_kind=True) == ("R1H", "X24")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Sheffield City Council", ["council"]),
        ("London Borough of Southwark", ["council"]),
        ("Chief Constable of Kent Police", ["police"]),
        ("Farnham Medical Centre", ["gp_practice"]),
        ("Rossmere Park Care Home", ["care_home"]),
        ("HMP Alderwick", ["prison"]),
        ("Royal College of Psychiatrists", ["royal_college"]),
        ("Zinnia Healthcare Limited", ["company"]),
        ("NHS Tameside and Glossop CCG", ["clinical_commissioning_group"]),
        ("Secretary of State for Health & Social Care", ["department"]),
        ("Care Quality Commission", ["regulator"]),
    ],
)
def test_a_body_without_a_code_of_ours_has_its_kind(
    resolver: Resolver, text: str, kinds: list[str]
) -> None:
    assert _kinds(resolver, text) == kinds


def test_offices_people_and_parts_of_a_body_are_no_bodies(resolver: Resolver) -> None:
    text = "Dr [REDACTED], Medical Director, Cornwall Partnership Foundation Trust"

    found = resolver.resolve(text)

    assert [body.code for body in found.bodies] == ["RJ8"]


def test_the_text_of_a_body_is_as_it_was_written(resolver: Resolver) -> None:
    text = "the Chief Executive of Cheshire  and Wirral Partnershp NHS Trust"

    found = resolver.resolve(text)

    assert [body.text for body in found.bodies] == ["Cheshire  and Wirral Partnershp NHS Trust"]
