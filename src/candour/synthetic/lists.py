"""Lists in which the same invented people stand more than once, and who is who among them.

A year of a nation seen as three lists: an index of people in contact with services, the register
of deaths (of every death among them, nine times as many of others), and reports from providers.
Households share a home and often a name; there are twins, namesakes, and strangers who are alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from candour.synthetic import list_words as words
from candour.synthetic.draws import Draws, Ints
from candour.synthetic.noise import Profile, noisy
from candour.synthetic.people import nhs_numbers

_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_FIRST_BIRTH = np.datetime64("1921-01-01", "D")
_LAST_BIRTH = 37_500  # days later: in late 2023
_YEAR_BEGINS = np.datetime64("2025-01-01", "D")

DEATHS_PER_THOUSAND = 12
OTHERS_FOR_EACH_DEATH = 9
REPORTED_PERCENT, REPORTED_TWICE_PERCENT = 60, 8
CARE = {"index": 40, "registrations": 70, "reports": 160}
"""How carefully each list is kept, in percent of a profile's rates (more: worse)."""


@dataclass(frozen=True)
class Lists:
    """The three lists. Each has ``id``, the columns of people, and ``person``: the truth.

    ``index`` says nothing of deaths. All columns but ``person`` are text; dates are ISO.
    """

    index: pl.DataFrame
    registrations: pl.DataFrame
    reports: pl.DataFrame


COLUMNS = (
    "given_name", "surname", "birth_date", "sex", "postcode", "nhs_number", "address", "place",
    "occupation", "ethnic_category", "local_id",
)  # fmt: skip


def invent_lists(people: int, seed: int, profile: Profile) -> Lists:
    """Make the lists of an index of so many people; same numbers and profile, same lists."""
    dying = max(people * DEATHS_PER_THOUSAND // 1000, 1)
    draws = Draws(seed, people + dying * OTHERS_FOR_EACH_DEATH)
    everybody = population(draws)
    order = np.argsort(draws.raw("in contact"), kind="stable")
    index, others = np.sort(order[:people]), order[people:]
    dead = np.sort(order[:dying])
    reported = dead[draws.below("reported", 100)[dead] < REPORTED_PERCENT]
    twice = reported[draws.below("reported twice", 100)[reported] < REPORTED_TWICE_PERCENT]
    died = (_YEAR_BEGINS + draws.below("died", 365)).astype(str)
    everybody = everybody.with_columns(pl.Series("death_date", died, pl.String))

    def listed(
        name: str, letter: str, who: NDArray[np.int64], drop: tuple[str, ...]
    ) -> pl.DataFrame:
        own = Draws(seed + 1, len(who))
        stirred = who[np.argsort(own.raw(f"order of {name}"), kind="stable")]
        table = everybody[stirred].drop(*drop)
        spoiled = noisy(table, profile, Named(own, name), CARE[name])
        ids = pl.Series("id", [f"{letter}{n}" for n in range(1, len(who) + 1)], pl.String)
        return spoiled.insert_column(0, ids)

    return Lists(
        index=listed("index", "p", index, ("death_date",)),
        registrations=listed(
            "registrations", "g", np.concatenate([dead, others]), ("ethnic_category", "local_id")
        ),
        reports=listed("reports", "r", np.concatenate([reported, twice]), ()),
    )


class Named(Draws):
    """Draws of which each purpose belongs to one list."""

    def __init__(self, draws: Draws, name: str) -> None:
        super().__init__(draws.seed, draws.people)
        self.name = name

    def raw(self, purpose: str, count: int | None = None) -> NDArray[np.uint64]:
        """As :meth:`Draws.raw`, for this list alone."""
        return super().raw(f"{self.name}: {purpose}", count)


def population(draws: Draws) -> pl.DataFrame:
    """Everybody, in households: ``person`` (from 0) and :data:`COLUMNS`."""
    n = np.arange(draws.people, dtype=np.int64)
    follows = (draws.below("lives with the one before", 100) < 45) & (n > 0)
    head = np.maximum.accumulate(np.where(follows, 0, n))
    surname = skewed(draws, "family name", len(words.HEADS) * len(words.MIDDLES) * len(words.TAILS))
    bears_it = follows & (draws.below("bears the name", 100) < 75)
    surname = np.where(bears_it, surname[head], surname)
    given = skewed(draws, "given", len(words.GIVEN) * len(words.GIVEN_TAILS))
    born = draws.below("born", _LAST_BIRTH)
    child = follows & (draws.below("is a child", 100) < 50) & (born[head] < _LAST_BIRTH - 14_600)
    born = np.where(child, born[head] + 7_300 + draws.below("later", 7_300), born)
    namesake = child & bears_it & (draws.below("namesake", 1000) < 25)
    given = np.where(namesake, given[head], given)
    twin = follows & (draws.below("twin", 1000) < 20)
    twin &= ~np.roll(twin, 1)
    before = np.maximum(n - 1, 0)
    born, surname = np.where(twin, born[before], born), np.where(twin, surname[before], surname)
    home = draws.below("home", 98 * 10 * len(_LETTERS) ** 2)[head]
    return pl.DataFrame(
        {
            "person": n,
            "given_name": _taken(_given_names(), given),
            "surname": _taken(_surnames(), surname),
            "birth_date": pl.Series((_FIRST_BIRTH + born).astype(str), dtype=pl.String),
            "sex": _taken(["1", "2"], draws.below("sex", 2)),
            "postcode": _postcodes(home),
            "nhs_number": pl.Series(nhs_numbers(draws.people, draws.seed)).cast(pl.String),
            "address": _addresses(draws, head),
            "place": _taken(_places(), (home // 4000) * 3 + draws.below("village", 3)[head]),
            "occupation": _taken(list(words.WORK), skewed(draws, "work", len(words.WORK))),
            "ethnic_category": _taken(list(words.ETHNIC), draws.below("ethnic", len(words.ETHNIC))),
            "local_id": pl.Series(10_000_000 + (n * 48_271) % 89_999_999).cast(pl.String),
        }
    )


def skewed(draws: Draws, purpose: str, bound: int) -> Ints:
    """Places below ``bound``, the first far more often than the last, as names are."""
    one, two, three = (draws.below(f"{purpose} {n}", bound) for n in (1, 2, 3))
    return one * two // bound * three // bound


def _taken(words: list[str], places: Ints) -> pl.Series:
    return pl.Series(words, dtype=pl.String).gather(pl.Series(places))


def _surnames() -> list[str]:
    return [a + b + c for c in words.TAILS for b in words.MIDDLES for a in words.HEADS]


def _given_names() -> list[str]:
    return [a + b for b in words.GIVEN_TAILS for a in words.GIVEN]


def _places() -> list[str]:
    return [
        f"{a}{b}{c}" for c in ("ford", "ton", "wold") for b in ("", "en", "is") for a in words.HEADS
    ][: 98 * 3]


def _postcodes(home: Ints) -> pl.Series:
    """Of the area ZZ, which is no place."""
    letters = pl.Series(list(_LETTERS), dtype=pl.String)
    district, rest = np.divmod(home, 10 * len(_LETTERS) ** 2)
    sector, pair = np.divmod(rest, len(_LETTERS) ** 2)
    first, second = np.divmod(pair, len(_LETTERS))
    parts = {
        "d": pl.Series(district + 1).cast(pl.String),
        "s": pl.Series(sector).cast(pl.String),
        "a": letters.gather(pl.Series(first)),
        "b": letters.gather(pl.Series(second)),
    }
    return pl.DataFrame(parts).select(pl.format("ZZ{} {}{}{}", "d", "s", "a", "b")).to_series()


def _addresses(draws: Draws, head: Ints) -> pl.Series:
    streets = [f"{a} {b}" for a in words.STREETS for b in words.WAYS]
    parts = {
        "n": pl.Series(1 + draws.below("house", 150)[head]).cast(pl.String),
        "s": _taken(streets, draws.below("street", len(streets))[head]),
    }
    return pl.DataFrame(parts).select(pl.format("{} {}", "n", "s")).to_series()
