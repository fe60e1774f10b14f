"""Random tables are published and attacked: no hidden figure is worked out."""

from __future__ import annotations

import statistics

import pytest
from attacker import fitting, random_table

from candour.measures.disclosure import Table, disclose, profile, profiles, system
from candour.measures.disclosure.protect import BESIDE, protect

EACH = 12
FIVE = 5


def behind(name: str):
    """The rule of rounding as it is published, in the attacker's own words."""
    least = {"hes": 8, "public": 8, "mhsds": 5, "opensafely": 8, "tre10": 10}[name]

    def counts(value: int) -> tuple[int, int]:
        return (0, 0) if value == 0 else (max(value - 2, least), value + 2)

    return counts


def mark_stands_for(name: str) -> int:
    return 1 if name == "hes" else 0


def pinned(name: str, seed: int) -> list:
    """Hidden figures of one random table that leave fewer than five values."""
    groups, cells = random_table(seed)
    disclosed = disclose([system(groups, cells, [Table(tuple(groups))])], profile(name))
    printed = {each.key: each.value for each in disclosed}
    ranges = fitting(groups, printed, behind(name), mark_stands_for(name))
    return [key for key, (low, high) in ranges.items() if high - low + 1 < FIVE]


@pytest.mark.parametrize("name", sorted(profiles()))
def test_no_hidden_figure_of_some_tables_is_worked_out(name):
    assert [found for seed in range(EACH) if (found := pinned(name, seed))] == []


@pytest.mark.soak
@pytest.mark.parametrize("part", range(4))
def test_no_hidden_figure_of_a_thousand_tables_is_worked_out(part):
    names = ("hes", "hes", "public", "mhsds")
    seeds = range(1_000 + 250 * part, 1_250 + 250 * part)

    assert [found for seed in seeds if (found := pinned(names[part], seed))] == []


def test_the_attacker_finds_what_nothing_protects():
    # Two sevens that are printed with their total: each can only be six or seven.
    printed = {
        (): 15,
        (("place", "a"),): None,
        (("place", "b"),): None,
    }

    ranges = fitting({"place": ("a", "b")}, printed, behind("hes"), 1)

    assert ranges[("place", "a"),] == (1, 16)
    small = fitting(
        {"place": ("a", "b")},
        {**printed, (("place", "b"),): 0},
        behind("hes"),
        1,
    )
    assert small[("place", "a"),] == (13, 17)


def test_seldom_is_more_than_one_figure_hidden_beside_each_that_is_small():
    shares = []
    for seed in range(60):
        groups, cells = random_table(seed)
        why = protect([system(groups, cells, [Table(tuple(groups))])], profile("hes"))
        beside = sum(reason == BESIDE for reason in why.values())
        if len(why) > beside:
            shares.append(beside / (len(why) - beside))

    assert statistics.median(shares) <= 1
    assert any(shares)
