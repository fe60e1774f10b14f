"""The query that scores pairs gives the weights that Splink computes from the same model.

Splink 5 is given the very comparisons, chances and term frequencies of a linkage of invented lists;
it works each pair out in its own way, and both have to come to the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest

from candour.pipeline.link.lists import Prepared, prepare, sides_of
from candour.pipeline.link.model import stored
from candour.pipeline.link.scoring import Scored, score
from candour.synthetic.lists import invent_lists
from candour.synthetic.noise import PROFILES
from candour.tables import Engine, open_engine

splink = pytest.importorskip("splink", reason="Splink is not installed, and it is what is asked")

FIELDS = ("given_name", "surname", "birth_date", "death_date", "sex", "postcode", "nhs_number")
PEOPLE, OF_EACH = 4_000, 300
NEARLY = 1e-6


@dataclass(frozen=True)
class Asked:
    """Two lists as we scored them, and what Splink says of each pair, by record numbers."""

    engine: Engine
    prepared: Prepared
    scored: Scored
    weights: dict[frozenset[int], tuple[float, float]]
    """Weight without the prior, and probability."""


def two_lists() -> list[pl.DataFrame]:
    """Registrations, and an index that holds some of these people beside others."""
    lists = invent_lists(PEOPLE, 77, PROFILES["copied"])
    died = lists.registrations["person"].to_list()
    both = lists.index.filter(pl.col("person").is_in(died)).head(OF_EACH // 2)
    others = lists.index.filter(~pl.col("person").is_in(died)).head(OF_EACH // 2)
    registered = lists.registrations.filter(pl.col("person").is_in(both["person"].to_list()))
    rest = lists.registrations.filter(~pl.col("person").is_in(both["person"].to_list()))
    return [
        pl.concat([both, others]),
        pl.concat([registered, rest.head(OF_EACH - len(registered))]),
    ]


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    with open_engine() as engine:
        tables, held = [], []
        for table in two_lists():
            columns = [f for f in FIELDS if f in table.columns]
            numbered = table.select(columns).with_row_index("n")
            tables.append(
                engine.table(numbered.with_columns(pl.col("n").cast(pl.Int64)).to_arrow())
            )
            held.append({f: f for f in columns})
        prepared = prepare(engine, tables, held)
        scored = score(engine, sides_of(engine, prepared), stored(), prepared.records)
        yield Asked(engine, prepared, scored, splinks_own(engine, prepared, scored))


def splinks_own(
    engine: Engine, prepared: Prepared, scored: Scored
) -> dict[frozenset[int], tuple[float, float]]:
    from candour.pipeline.link.splink_door import settings, whole

    made = settings(scored.comparisons, scored.odds, scored.prior, ["1 = 1"], "link_only")
    api = splink.DuckDBAPI()
    given = [
        api.register(whole(engine.arrow(part)), dataset_display_name=f"list{number}")
        for number, part in enumerate(prepared.parts)
    ]
    linker = splink.Linker(given, made, log_level="ERROR")
    for column, table in scored.common.items():
        shares = engine.arrow(table.rename({column: "value", f"tf_{column}": "share"}))
        linker.table_management.register_term_frequency_lookup(api.register(shares), column)
    found: list[dict[str, Any]] = linker.inference.predict().as_record_list()
    shift = math.log2(scored.prior / (1 - scored.prior))
    return {
        frozenset((row["n_l"], row["n_r"])): (
            row["match_weight"] - shift,
            row["match_probability"],
        )
        for row in found
    }


def test_every_pair_that_is_looked_at_weighs_the_same(asked: Asked) -> None:
    ours = {
        frozenset((row["a"], row["b"])): row["weight"]
        for row in asked.engine.rows(asked.scored.weighed)
    }

    assert len(ours) == math.prod(asked.prepared.sizes) == len(asked.weights)
    assert max(abs(asked.weights[pair][0] - weight) for pair, weight in ours.items()) < NEARLY


def test_the_pairs_compared_hold_every_level_but_the_rarest(asked: Asked) -> None:
    rows = asked.engine.rows(asked.scored.weighed)

    met = {
        (kind.name, row[f"g{number}"])
        for number, kind in enumerate(asked.scored.comparisons)
        for row in rows
    }
    levels = sum(len(kind.levels) for kind in asked.scored.comparisons)
    assert len({(kind, level) for kind, level in met if level >= 0}) > 0.8 * levels
    assert {kind for kind, level in met if level < 0} >= {"nhs_number", "postcode"}


def test_the_probabilities_are_the_same_to_six_places(asked: Asked) -> None:
    kept = asked.engine.rows(asked.scored.pairs)

    assert len(kept) > 20
    apart = [
        abs(asked.weights[frozenset((row["a"], row["b"]))][1] - row["probability"]) for row in kept
    ]
    assert max(apart) < NEARLY


def test_a_rare_name_in_common_weighs_more_than_a_frequent_one(asked: Asked) -> None:
    surname = next(n for n, kind in enumerate(asked.scored.comparisons) if kind.name == "surname")
    shares = {
        row["tf_surname"]
        for row in asked.engine.rows(asked.scored.weighed)
        if not row[f"g{surname}"]
    }

    assert len(shares) > 1
