"""Laws of stays: no spell is lost or doubled, and a plain walk finds the same stays."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from candour.pipeline.unify.stays import chained, endings, stays
from candour.tables import Engine, open_engine

# One example holds a hundred people, since an engine call costs more than the rows in it.
FEW = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
PEOPLE = 100
FIRST = dt.date(2025, 1, 1)
NOWHERE = dt.date(9999, 12, 31)
COLUMNS = {
    "person": pa.string(),
    "spell_key": pa.string(),
    "provider": pa.string(),
    "admitted_on": pa.date32(),
    "discharged_on": pa.date32(),
    "discharge_unread": pa.bool_(),
    "discharge_method": pa.string(),
    "discharge_destination": pa.string(),
    "ended_by_death": pa.string(),
    "ward": pa.string(),
    "mha_status": pa.string(),
    "first_order": pa.string(),
}
DAYS = st.one_of(st.none(), st.integers(0, 40))
SPELL = st.fixed_dictionaries(
    {
        "admitted_on": DAYS,
        "length": st.one_of(st.none(), st.integers(-1, 12)),
        "discharge_method": st.sampled_from([None, "1", "1", "4", "9"]),
        "discharge_destination": st.sampled_from([None, "19", "53", "51", "79", "99"]),
    }
)
SPELLS = st.lists(st.lists(SPELL, max_size=5), min_size=PEOPLE, max_size=PEOPLE)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def rows_of(people: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Spells as the stage has them; days count from the first of January 2025."""
    rows = []
    for p, held in enumerate(people):
        for n, drawn in enumerate(held):
            admitted = drawn["admitted_on"]
            start = None if admitted is None else FIRST + dt.timedelta(days=admitted)
            length = drawn["length"]
            end = None if length is None else (start or FIRST) + dt.timedelta(days=length)
            rows.append(
                dict.fromkeys(COLUMNS)
                | {k: v for k, v in drawn.items() if k in COLUMNS}
                | {
                    "person": f"p{p}",
                    "spell_key": f"p{p}-k{n}",
                    "admitted_on": start,
                    "discharged_on": end,
                    "discharge_unread": False,
                    "first_order": f"{n:08d}",
                }
            )
    return rows


def chains_of(engine: Engine, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    table = engine.table(pa.Table.from_pylist(rows, schema=pa.schema(list(COLUMNS.items()))))
    return engine.rows(chained(endings(table)))


def partition(chained_rows: list[dict[str, Any]]) -> set[frozenset[str]]:
    held: dict[tuple[str, int], set[str]] = {}
    for row in chained_rows:
        held.setdefault((row["person"], row["chain"]), set()).add(row["spell_key"])
    return {frozenset(keys) for keys in held.values()}


def walked(rows: list[dict[str, Any]]) -> set[frozenset[str]]:
    """The same rule as one would do it with a pencil: spell after spell, by their start."""
    found: set[frozenset[str]] = set()
    for person in {row["person"] for row in rows}:
        own = sorted(
            (r for r in rows if r["person"] == person),
            key=lambda r: (start_of(r) or NOWHERE, reach_of(r), r["spell_key"]),
        )
        stay: set[str] = set()
        reach: dt.date | None = None
        for row in own:
            start = start_of(row)
            if reach is None or start is None or start > reach:
                found.add(frozenset(stay))
                stay = set()
            stay.add(row["spell_key"])
            reach = max(reach or reach_of(row), reach_of(row))
        found.add(frozenset(stay))
    return found - {frozenset()}


def start_of(row: dict[str, Any]) -> dt.date | None:
    return row["admitted_on"] or row["discharged_on"]


def reach_of(row: dict[str, Any]) -> dt.date:
    """The last day on which another spell would still be the same stay."""
    end, start = row["discharged_on"], row["admitted_on"]
    died = row["discharge_method"] == "4" or row["discharge_destination"] == "79"
    if end is None:
        return NOWHERE
    if start is not None and end < start:
        # The day of the end is not believed; that the person died there is.
        return start if died else NOWHERE
    if died:
        return end
    return end + dt.timedelta(days=3 if row["discharge_destination"] == "53" else 1)


@FEW
@given(people=SPELLS)
def test_a_plain_walk_finds_the_same_stays(
    engine: Engine, people: list[list[dict[str, Any]]]
) -> None:
    rows = rows_of(people)

    assert partition(chains_of(engine, rows)) == walked(rows)


@FEW
@given(people=SPELLS, data=st.data())
def test_the_order_in_which_spells_came_never_matters(
    engine: Engine, people: list[list[dict[str, Any]]], data: st.DataObject
) -> None:
    rows = rows_of(people)
    shuffled = data.draw(st.randoms(use_true_random=False)).sample(rows, len(rows))

    assert partition(chains_of(engine, rows)) == partition(chains_of(engine, shuffled))


@FEW
@given(people=SPELLS)
def test_every_spell_is_in_one_stay_and_every_stay_has_its_spells(
    engine: Engine, people: list[list[dict[str, Any]]]
) -> None:
    rows = rows_of(people)
    table = engine.table(pa.Table.from_pylist(rows, schema=pa.schema(list(COLUMNS.items()))))
    spells = engine.keep(chained(endings(table)))
    absences = engine.table(
        pa.table(
            {
                "person": pa.array([], pa.string()),
                "absence_kind": pa.array([], pa.string()),
                "absent_on": pa.array([], pa.date32()),
                "absent_until": pa.array([], pa.date32()),
            }
        )
    )

    made = engine.rows(stays(spells, absences))
    held = Counter((r["person"], r["chain"]) for r in engine.rows(spells))

    assert sum(held.values()) == len(rows)
    assert {(s["person"], s["chain"]): s["spells"] for s in made} == dict(held)
    assert len(made) == len(held)
    for each in made:
        assert (each["ended_on"] is None) is (each["ending"] in ("open", "not-known"))
        if each["ended_on"] and each["started_on"]:
            assert each["started_on"] <= each["ended_on"]
