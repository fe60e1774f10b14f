"""What becomes of rows: accepted, rejected or a duplicate; present, superseded or withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import ibis
import pyarrow as pa
import pytest

from candour.pipeline.standardise import rows as outcomes
from candour.pipeline.standardise.shape import columns
from candour.tables import Engine, open_engine


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def settle(engine: Engine, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows with outcome and standing, in the order given.

    A row says ``said`` (two rows of one provider that say the same are equal), ``id`` and ``seq``.
    """
    schema = ibis.schema(columns()).to_pyarrow()
    whole = []
    for place, row in enumerate(rows, start=1):
        given = {"id": "7", "seq": 0, "said": f"row {place}", "provider": "ZX901"} | row
        identity, said = given.pop("id"), given.pop("said")
        key = f"{given['provider']}/list:{identity}"
        whole.append(
            dict.fromkeys(schema.names)
            | {
                "submission": f"s{given['seq']}",
                "row": place,
                "layout": "epr",
                "role": "list",
                "snapshot": False,
                "row_hash": said,
                "received_on": dt.date(2025, 1, 1) + dt.timedelta(days=given["seq"]),
                "identity": key,
                "person_key": key,
                "row_key": key,
                "stay_key": key,
            }
            | given
        )
    table = engine.table(pa.Table.from_pylist(whole, schema=schema))
    settled = outcomes.with_outcomes(engine, table)
    standing = outcomes.with_standing(engine, outcomes.kept_apart(engine, settled))
    return sorted(engine.rows(standing), key=lambda r: r["row"])


def standings(engine: Engine, *rows: dict[str, Any]) -> list[str]:
    return [r["standing"] or r["outcome"] for r in settle(engine, *rows)]


def test_an_equal_row_is_a_duplicate_of_the_earliest(engine: Engine) -> None:
    first, again, third = settle(
        engine, {"said": "x"}, {"said": "x", "seq": 1}, {"said": "x", "seq": 2}
    )

    assert [r["outcome"] for r in (first, again, third)] == ["accepted", "duplicate", "duplicate"]
    assert {(r["duplicate_of"], r["duplicate_of_row"]) for r in (again, third)} == {("s0", 1)}
    assert first["standing"] == "present"


def test_the_order_of_receipt_decides_which_is_the_duplicate(engine: Engine) -> None:
    assert standings(engine, {"said": "x", "seq": 1}, {"said": "x", "seq": 0}) == [
        "duplicate",
        "present",
    ]


def test_equal_rows_of_two_providers_are_both_kept(engine: Engine) -> None:
    rows = ({"said": "x"}, {"said": "x", "provider": "ZX902"})

    assert standings(engine, *rows) == ["present", "present"]


def test_equal_rows_of_two_roles_are_both_kept(engine: Engine) -> None:
    rows = ({"said": "x"}, {"said": "x", "role": "other", "row_key": "another"})

    assert standings(engine, *rows) == ["present", "present"]


def test_equal_rows_are_duplicates_where_nobody_states_the_provider(engine: Engine) -> None:
    rows = ({"said": "x", "provider": None}, {"said": "x", "provider": None, "seq": 1})

    assert standings(engine, *rows) == ["present", "duplicate"]


def test_a_rejected_row_is_never_a_duplicate_and_makes_none(engine: Engine) -> None:
    rows = (
        {"said": "x", "rejected_for": "row-without-its-key"},
        {"said": "x", "rejected_for": "row-without-its-key"},
        {"said": "x", "seq": 1},
    )

    assert standings(engine, *rows) == ["rejected", "rejected", "present"]


def test_what_a_source_says_later_supersedes_what_it_said(engine: Engine) -> None:
    assert standings(engine, {"seq": 0}, {"seq": 1}) == ["superseded", "present"]


def test_a_row_sent_first_again_stands_again(engine: Engine) -> None:
    """First, corrected, and the first once more: the first row is what the source says now."""
    rows = ({"said": "x"}, {"said": "y", "seq": 1}, {"said": "x", "seq": 2})

    assert standings(engine, *rows) == ["present", "superseded", "duplicate"]


def test_a_second_file_leaves_the_rows_that_it_does_not_mention(engine: Engine) -> None:
    rows = ({"id": "1"}, {"id": "2"}, {"id": "2", "seq": 1})

    assert standings(engine, *rows) == ["present", "superseded", "present"]


def test_two_rows_of_one_file_about_one_identity_both_stand(engine: Engine) -> None:
    assert standings(engine, {"said": "x"}, {"said": "y"}) == ["present", "present"]


SNAPSHOT = {"snapshot": True, "period": "2025-03"}


def test_a_row_that_the_next_snapshot_lacks_was_withdrawn_by_its_source(engine: Engine) -> None:
    rows = (
        {"id": "1", "said": "x", **SNAPSHOT},
        {"id": "2", **SNAPSHOT},
        {"id": "1", "said": "x", "seq": 1, **SNAPSHOT},
    )

    assert standings(engine, *rows) == ["present", "withdrawn-by-source", "duplicate"]


def test_a_snapshot_speaks_of_its_own_period_and_provider_only(engine: Engine) -> None:
    rows = (
        {"id": "1", **SNAPSHOT},
        {"id": "2", "seq": 1, "snapshot": True, "period": "2025-04"},
        {"id": "3", "seq": 1, **SNAPSHOT, "provider": "ZX902"},
    )

    assert standings(engine, *rows) == ["present", "present", "present"]


def test_a_row_that_came_back_in_a_third_snapshot_stands(engine: Engine) -> None:
    rows = (
        {"id": "1", "said": "x", **SNAPSHOT},
        {"id": "2", "seq": 1, **SNAPSHOT},
        {"id": "1", "said": "x", "seq": 2, **SNAPSHOT},
    )

    assert standings(engine, *rows) == ["present", "withdrawn-by-source", "duplicate"]


def test_an_increment_withdraws_nothing(engine: Engine) -> None:
    assert standings(engine, {"id": "1"}, {"id": "2", "seq": 1}) == ["present", "present"]


# ------------------------------------------------------------------ one local id, two people

ADA = {
    "person__surname": "Holmby",
    "person__birth_date": dt.date(1971, 5, 8),
    "person__nhs_number": "9990010009",
}
BEN = {
    "person__surname": "Oxby",
    "person__birth_date": dt.date(1990, 1, 30),
    "person__nhs_number": "9990010017",
}


@pytest.mark.parametrize(
    ("words", "later", "apart"),
    [
        ("another person altogether", BEN, True),
        ("another name and birth, no number", BEN | {"person__nhs_number": None}, True),
        ("another number, and nothing else", {"person__nhs_number": "9990010017"}, True),
        ("a surname changed", ADA | {"person__surname": "Oxby"}, False),
        ("a birth date put right", ADA | {"person__birth_date": dt.date(1971, 5, 9)}, False),
        ("another number, the birth agrees", ADA | {"person__nhs_number": "9990010017"}, False),
        ("name and birth put right, one number", BEN | {"person__nhs_number": "9990010009"}, False),
        ("nothing about the person", {}, False),
    ],
)
def test_an_id_given_out_twice_is_two_people_and_a_correction_is_one(
    engine: Engine, words: str, later: dict[str, Any], apart: bool
) -> None:
    first, second = settle(engine, ADA, {"seq": 1, **later})

    assert (first["person_key"] != second["person_key"]) is apart, words
    assert second["given_out_twice"] is apart
    assert first["given_out_twice"] is False


def test_people_under_one_id_do_not_supersede_each_other(engine: Engine) -> None:
    assert standings(engine, ADA, BEN | {"seq": 1}) == ["present", "present"]


def test_each_further_person_under_one_id_has_an_identity_of_their_own(engine: Engine) -> None:
    third = {
        "person__surname": "Quernby",
        "person__birth_date": dt.date(2000, 2, 2),
        "person__nhs_number": "9990010025",
    }

    settled = settle(engine, ADA, BEN | {"seq": 1}, third | {"seq": 2})

    assert len({r["person_key"] for r in settled}) == 3


def test_of_snapshots_that_nobody_dated_none_withdraws_a_row(engine: Engine) -> None:
    whole = {"received_on": None, "snapshot": True}

    assert standings(engine, {"id": "7"} | whole, {"id": "8", "seq": 1} | whole) == [
        "present",
        "present",
    ]


def test_of_files_that_nobody_dated_none_supersedes_another(engine: Engine) -> None:
    undated = {"received_on": None}

    assert standings(engine, undated, {"seq": 1} | undated) == ["present", "present"]
