"""Columns that systems fill as raggedly as life: some hardly ever, some nowhere at all.

How often a provider fills a column is drawn once for the provider; whether it did so for a person,
and with what, once for the person. So a gap says something of the system and nothing of the person.
"""

from __future__ import annotations

import polars as pl

from candour.synthetic import writing
from candour.synthetic.draws import Draws, Ints

NOWHERE_OF = 5
"""Of so many providers, one leaves a column out altogether."""


def ragged(
    chance: Draws,
    purpose: str,
    person: Ints,
    provider: Ints,
    texts: tuple[str, ...],
    weights: tuple[int, ...],
) -> pl.Series:
    """One of ``texts`` for each row by its weight, or nothing where it was not filled in.

    ``person`` and ``provider`` are in step. The draws are made afresh and not kept: a nation has
    millions of people, and a column is written once.
    """
    own = Draws(chance.seed, chance.people, f"{chance.about}ragged ")
    place = own.weighted(purpose, weights)[person]
    filled = own.below(f"{purpose} filled", 100)[person] < share(chance, purpose, provider)
    return writing.only(writing.pick(texts, place), filled)


def share(chance: Draws, purpose: str, provider: Ints) -> Ints:
    """In how many rows of a hundred each provider fills a column: none, or 30 to 100."""
    if not len(provider):
        return provider
    systems = Draws(chance.seed, int(provider.max()) + 1, "system's ")
    often = systems.between(purpose, 30, 100)
    nowhere = systems.below(f"{purpose} nowhere", NOWHERE_OF) == 0
    often[nowhere] = 0
    rows: Ints = often[provider]
    return rows
