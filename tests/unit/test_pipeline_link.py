"""Exact rules on small tables: what makes two identities one person, and what does not."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from candour.pipeline.link import Decision, link
from candour.pipeline.link.exact import SHARED_BY_MANY, suggested
from candour.pipeline.standardise.shape import SETTLED, columns
from candour.tables import Engine, open_engine

KNOWN = pa.schema(
    [
        ("node", pa.string()),
        ("nhs", pa.string()),
        ("surname", pa.string()),
        ("given", pa.string()),
        ("birth", pa.date32()),
        ("died", pa.date32()),
        ("postcode", pa.string()),
    ]
)
NUMBER, OTHER = "9990010009", "9990010017"
BORN, DIED = dt.date(1971, 5, 8), dt.date(2025, 2, 20)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def pairs(engine: Engine, *people: dict[str, Any]) -> dict[tuple[str, str], tuple[str, str]]:
    """Pairs of nodes, with the decision and the rule. Nodes are a, b, c… where not named."""
    rows = [
        {name: None for name in KNOWN.names} | {"node": "abcdefgh"[n % 8]} | person
        for n, person in enumerate(people)
    ]
    known = engine.table(pa.Table.from_pylist(rows, schema=KNOWN))
    return {
        (r["a"], r["b"]): (r["decision"], r["rule"]) for r in engine.rows(suggested(engine, known))
    }


def decision(engine: Engine, *people: dict[str, Any]) -> str | None:
    return pairs(engine, *people).get(("a", "b"), (None, ""))[0]


PERSON = {"nhs": NUMBER, "surname": "holmby", "given": "ada", "birth": BORN, "died": DIED}


@pytest.mark.parametrize(
    ("words", "changed", "expected"),
    [
        ("all agrees", {}, "match"),
        ("the surname changed", {"surname": "kettleby", "died": None}, "match"),
        ("a year of birth is a slip", {"birth": dt.date(1917, 5, 8), "died": None}, "match"),
        ("day and month of birth changed places", {"birth": dt.date(1971, 8, 5)}, "match"),
        ("the dates of death lie a day apart", {"died": dt.date(2025, 2, 21)}, "match"),
        ("a given name is an initial", {"given": "a", "died": None}, "match"),
        ("a given name has a slip", {"given": "adah", "died": None}, "match"),
        ("born on another day, both died on one", {"birth": dt.date(1944, 1, 1)}, "match"),
        ("the number alone", {n: None for n in ("surname", "given", "birth", "died")}, "review"),
        ("the surname and the birth differ", {"surname": "oxby", "birth": None}, "match"),
        ("twins with one number", {"given": "ivo", "died": None}, "review"),
        ("twins, dead two days apart", {"given": "ivo", "died": dt.date(2025, 2, 22)}, "review"),
        (
            "mother and child with one number",
            {"given": "mia", "birth": dt.date(2001, 9, 30), "died": None},
            "review",
        ),
        (
            "mother and child with one number, and no given name",
            {"given": None, "birth": dt.date(2001, 9, 30), "died": None},
            "review",
        ),
        (
            "nothing but the number agrees",
            {
                "surname": "oxby",
                "given": "lin",
                "birth": dt.date(1990, 1, 30),
                "died": dt.date(2024, 7, 1),
            },
            "review",
        ),
    ],
)
def test_one_number_needs_a_second_fact_and_no_two_against_it(
    engine: Engine, words: str, changed: dict[str, Any], expected: str
) -> None:
    assert decision(engine, PERSON, PERSON | changed) == expected, words


def test_a_postcode_is_a_second_fact_where_nothing_else_is_held_by_both(engine: Engine) -> None:
    one = {"nhs": NUMBER, "surname": "holmby", "postcode": "ZZ1 1AA"}

    assert decision(engine, one, {"nhs": NUMBER, "birth": BORN, "postcode": "ZZ1 1AA"}) == "match"
    assert decision(engine, one, {"nhs": NUMBER, "birth": BORN, "postcode": "ZZ9 9ZZ"}) == "review"


def test_two_people_under_one_number_are_told_from_a_doubtful_pair(engine: Engine) -> None:
    stranger = {"nhs": NUMBER, "surname": "oxby", "birth": dt.date(1990, 1, 30)}

    found = pairs(engine, PERSON, stranger)

    assert found == {("a", "b"): ("review", "one-number-two-people")}


def test_a_blank_never_equals_a_blank(engine: Engine) -> None:
    nobody: dict[str, Any] = {}

    assert pairs(engine, nobody, nobody, {"surname": "holmby"}, {"birth": BORN}) == {}


def test_a_surname_alone_or_a_birth_date_alone_pairs_nobody(engine: Engine) -> None:
    assert decision(engine, {"surname": "holmby"}, {"surname": "holmby"}) is None
    assert decision(engine, {"birth": BORN}, {"birth": BORN}) is None


WITHOUT = PERSON | {"nhs": None}


@pytest.mark.parametrize(
    ("words", "one", "other", "expected"),
    [
        ("no number, all else agrees", WITHOUT, WITHOUT, "match"),
        ("one of them has a number", PERSON, WITHOUT, "match"),
        ("no given names", WITHOUT | {"given": None}, WITHOUT, "match"),
        ("two numbers", PERSON, PERSON | {"nhs": OTHER}, "review"),
        ("twins who died on one day", WITHOUT, WITHOUT | {"given": "ivo"}, "review"),
        ("surname and birth alone", WITHOUT | {"died": None}, WITHOUT, "review"),
        ("the deaths two days apart", WITHOUT, WITHOUT | {"died": dt.date(2025, 2, 22)}, "review"),
        ("the deaths a month apart", WITHOUT, WITHOUT | {"died": dt.date(2025, 3, 22)}, None),
        ("twins, one living", WITHOUT, WITHOUT | {"given": "ivo", "died": None}, None),
        ("two numbers, one living", PERSON, PERSON | {"nhs": OTHER, "died": None}, None),
    ],
)
def test_without_a_common_number_name_birth_and_death_have_to_agree(
    engine: Engine,
    words: str,
    one: dict[str, Any],
    other: dict[str, Any],
    expected: str | None,
) -> None:
    assert decision(engine, one, other) == expected, words


def test_a_bare_surname_that_fits_both_twins_is_matched_to_neither(engine: Engine) -> None:
    twins = (WITHOUT, WITHOUT | {"given": "ivo"}, WITHOUT | {"given": None})

    found = pairs(engine, *twins)

    assert {found[pair][0] for pair in (("a", "b"), ("a", "c"), ("b", "c"))} == {"review"}


@pytest.mark.parametrize(
    ("people", "paired"), [(SHARED_BY_MANY, True), (SHARED_BY_MANY + 1, False)]
)
def test_a_number_that_many_share_is_a_placeholder_and_pairs_nobody(
    engine: Engine, people: int, paired: bool
) -> None:
    crowd = [
        {"node": f"n{n}", "nhs": NUMBER, "surname": f"name{'x' * n}", "postcode": "ZZ1 1AA"}
        for n in range(people)
    ]

    assert bool(pairs(engine, *crowd)) is paired


def test_whoever_shares_a_placeholder_is_still_found_by_name_and_dates(engine: Engine) -> None:
    crowd = [{"node": f"n{n:02d}", "nhs": NUMBER} for n in range(SHARED_BY_MANY + 1)]

    found = pairs(engine, *crowd, PERSON | {"node": "x"}, WITHOUT | {"node": "y"})

    assert found == {("x", "y"): ("match", "name-birth-and-death-date")}


# ------------------------------------------------------------------ the whole stage


def wide(engine: Engine, people: Sequence[dict[str, Any]]) -> ibis.Table:
    """Rows of the wide table, accepted and present, with the values given."""
    schema = ibis.schema({**columns(), **SETTLED}).to_pyarrow()
    rows = [
        dict.fromkeys(schema.names)
        | {"file": "list.csv", "outcome": "accepted", "standing": "present"}
        | person
        for person in people
    ]
    return engine.table(pa.Table.from_pylist(rows, schema=schema))


def sent(key: str, surname: str, birth: str, nhs: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "person_key": key,
        "person__surname": surname or None,
        "person__birth_date": dt.date.fromisoformat(birth),
        "person__nhs_number": nhs or None,
        **more,
    }


def clusters(engine: Engine, people: Sequence[dict[str, Any]], *said: Decision) -> set[str]:
    linked = link(engine, wide(engine, people), said)
    held: dict[str, list[str]] = {}
    for row in engine.rows(linked.clusters):
        held.setdefault(row["cluster"], []).append(row["person_key"])
    return {" ".join(sorted(keys)) for keys in held.values()}


ALIKE = [sent("t:1", "Holmby", "1971-05-08", NUMBER), sent("u:1", "Holmby", "1971-05-08", NUMBER)]
UNLIKE = [sent("t:1", "Holmby", "1971-05-08", NUMBER), sent("u:1", "Oxby", "1990-01-30", OTHER)]


def said(left: str, right: str, word: str) -> Decision:
    return Decision(1, left, right, word, dt.date(2025, 6, 1), "an officer", "seen both records")


def test_accents_and_apostrophes_do_not_make_two_people(engine: Engine) -> None:
    people = [
        sent("t:1", "O\u2019Bréan", "1971-05-08", NUMBER),
        sent("u:1", "O'BREAN", "1971-05-08", NUMBER),
    ]

    assert clusters(engine, people) == {"t:1 u:1"}


def test_a_decision_joins_what_no_rule_would(engine: Engine) -> None:
    assert clusters(engine, UNLIKE, said("t:1", "u:1", "same")) == {"t:1 u:1"}


def test_a_decision_parts_what_a_rule_joined(engine: Engine) -> None:
    assert clusters(engine, ALIKE) == {"t:1 u:1"}
    assert clusters(engine, ALIKE, said("t:1", "u:1", "different")) == {"t:1", "u:1"}


def test_a_pair_that_was_decided_asks_nobody_again(engine: Engine) -> None:
    linked = link(engine, wide(engine, ALIKE), [said("t:1", "u:1", "different")])

    assert {(r["rule"], r["decision"]) for r in engine.rows(linked.links)} == {
        ("decision", "different")
    }


def test_a_decision_about_nobody_known_is_a_finding_and_changes_nothing(engine: Engine) -> None:
    linked = link(engine, wide(engine, ALIKE), [said("t:1", "v:9", "different")])

    assert [f.code for f in linked.findings] == ["decision-cannot-be-kept"]
    assert {r["cluster"] for r in engine.rows(linked.clusters)} == {"t:1"}


def test_lists_of_one_layout_share_local_ids_and_other_lists_do_not(engine: Engine) -> None:
    people = [
        sent("stays:7", "", "1971-05-08", namespace_key="epr:7"),
        sent("leave:7", "", "1980-01-02", namespace_key="epr:7"),
        sent("other:7", "", "1971-05-08", namespace_key="ward:7"),
    ]

    assert clusters(engine, people) == {"leave:7 stays:7", "other:7"}


def test_one_local_id_for_several_people_of_a_list_joins_none_of_them(engine: Engine) -> None:
    """An incident touched two people: the incident's own row means neither of them for sure."""
    people = [
        sent("incidents:1", "", "1971-05-08", namespace_key="datix:1"),
        sent("contacts:#a", "Holmby", "1971-05-08", namespace_key="datix:1"),
        sent("contacts:#b", "Oxby", "1990-01-30", namespace_key="datix:1"),
    ]

    assert clusters(engine, people) == {"contacts:#a", "contacts:#b", "incidents:1"}


def test_what_a_source_no_longer_says_pairs_nobody(engine: Engine) -> None:
    people = [ALIKE[0], ALIKE[1] | {"standing": "superseded"}]

    assert clusters(engine, people) == {"t:1", "u:1"}


def _field_case(folder: Path, name: str, prefix: str) -> list[dict[str, Any]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return [
            sent(
                f"{prefix}:{row['id']}",
                row["surname"],
                row["birth_date"],
                row["nhs_number"],
                person__given_name=row["given_name"],
                person__postcode=row["postcode"],
            )
            for row in csv.DictReader(file)
        ]


def test_field_case_blank_equals_blank(engine: Engine, real_data: Path) -> None:
    folder = real_data / "field_cases"
    people = [*_field_case(folder, "l1_left.csv", "l"), *_field_case(folder, "l1_right.csv", "r")]

    linked = link(engine, wide(engine, people))

    assert [(r["left"], r["right"], r["decision"]) for r in engine.rows(linked.links)] == [
        ("l:a1", "r:b1", "match")
    ]
    assert clusters(engine, people) == {"l:a1 r:b1", "l:a2", "l:a3", "r:b2", "r:b3"}


def test_field_case_twins(engine: Engine, real_data: Path) -> None:
    people = _field_case(real_data / "field_cases", "l2_twins.csv", "t")

    linked = link(engine, wide(engine, people))
    found = {(r["left"][2:], r["right"][2:]): r["decision"] for r in engine.rows(linked.links)}

    assert found[("t1", "t3")] in ("match", "review")
    assert ("t1", "t2") not in found
    assert found.get(("t2", "t3")) != "match"
    assert "match" not in {d for pair, d in found.items() if {"t4", "t5"} & set(pair)}
    groups = [set(group.split()) for group in clusters(engine, people)]
    assert not any({"t:t1", "t:t2"} <= group for group in groups)
