"""The only door to Splink: trains weights by EM on a list of one's own, and checks ours.

Splink is given the very levels of :mod:`~candour.pipeline.link.comparisons`, so that what it
learns fits our query, and what it scores can be held against it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from candour.pipeline.link.comparisons import COLUMNS, KEYS, Comparison
from candour.pipeline.link.model import Model, Odds
from candour.pipeline.link.training import with_surprise

if TYPE_CHECKING:
    import pyarrow as pa

TRAINED_ON = (
    ("surname", "given"), ("birth", "sex"), ("nhs",), ("birth", "postcode"), ("surname", "birth"),
    ("given", "place"), ("address",),
)  # fmt: skip
"""Pairs to learn from agree in these; what agrees so teaches nothing of itself, hence several."""


def settings(
    kinds: Sequence[Comparison],
    odds: Sequence[Sequence[Odds]],
    prior: float,
    rules: Sequence[str],
    link_type: Literal["link_only", "dedupe_only"],
) -> Any:
    """Splink's settings for these comparisons, with these odds to begin with."""
    from splink import SettingsCreator
    from splink.blocking_rule_library import CustomRule

    return SettingsCreator(
        link_type=link_type,
        unique_id_column_name="n",
        probability_two_random_records_match=prior,
        blocking_rules_to_generate_predictions=[CustomRule(rule) for rule in rules],
        comparisons=[_comparison(k, o) for k, o in zip(kinds, odds, strict=True)],
        retain_intermediate_calculation_columns=True,
    )


def _comparison(kind: Comparison, odds: Sequence[Odds]) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": kind.nothing, "label_for_charts": "nothing said", "is_null_level": True}
    ]
    for level, chance in zip(kind.levels, odds, strict=True):
        last = level is kind.levels[-1]
        entry: dict[str, Any] = {
            "sql_condition": "ELSE" if last else level.condition,
            "label_for_charts": level.name,
            "m_probability": chance.m,
            "u_probability": chance.u,
        }
        if level.counted:
            entry |= {"tf_adjustment_column": level.counted, "tf_adjustment_weight": 1.0}
        levels.append(entry)
    return {"output_column_name": kind.columns[0], "comparison_levels": levels}


def open_linker(tables: Sequence[pa.Table], made: Any) -> Any:
    """A Splink linker over prepared records, in an engine of its own."""
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI()
    given = [
        api.register(table, dataset_display_name=f"list{number}")
        for number, table in enumerate(tables)
    ]
    return Linker(given[0] if len(given) == 1 else given, made, log_level="ERROR")


def whole(table: pa.Table) -> pa.Table:
    """The table with every column that a comparison may name, empty where it had none."""
    import pyarrow as pa

    for column in COLUMNS:
        if column not in table.column_names:
            table = table.append_column(column, pa.nulls(len(table), pa.string()))
    return table


def trained(
    tables: Sequence[pa.Table],
    model: Model,
    kinds: Sequence[Comparison],
    odds: Sequence[Sequence[Odds]],
    prior: float,
) -> Mapping[str, tuple[Odds, ...]]:
    """``m`` of each kind by EM on these lists; ``u`` stays as it was estimated.

    A kind that EM could not learn here keeps what the model says of it. Several further keys share
    one kind: the first that was learned speaks for all.
    """
    made = settings(
        kinds, odds, prior, ["l.n = r.n"], "dedupe_only" if len(tables) == 1 else "link_only"
    )
    linker = open_linker([whole(table) for table in tables], made)
    columns = {c for kind in kinds for c in kind.columns}
    for rule in _rules(columns):
        _learn(linker, rule)
    learned: dict[str, tuple[Odds, ...]] = {}
    said = linker.misc.save_model_to_json()["comparisons"]
    for kind, chances, comparison in zip(kinds, odds, said, strict=True):
        levels = [each for each in comparison["comparison_levels"] if not each.get("is_null_level")]
        shares = with_surprise([
            float(each.get("m_probability") or chance.m)
            for each, chance in zip(levels, chances, strict=True)
        ])  # fmt: skip
        learned.setdefault(
            kind.name,
            tuple(Odds(m, chance.u) for m, chance in zip(shares, model.odds(kind), strict=True)),
        )
    return learned


def _rules(columns: set[str]) -> list[tuple[str, ...]]:
    rules: list[tuple[str, ...]] = [rule for rule in TRAINED_ON if set(rule) <= columns]
    return rules + [(key,) for key in KEYS if key in columns]


def _learn(linker: Any, rule: tuple[str, ...]) -> None:
    from splink import block_on
    from splink.internals.exceptions import EMTrainingException  # said nowhere else

    try:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*rule), estimate_without_term_frequencies=True
        )
    except EMTrainingException:
        # No pair agrees in these: there is nothing to learn from them.
        return
