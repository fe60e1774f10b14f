"""Measures how well the stored weights tell who is who, on invented lists whose truth is known.

The lists are spoiled in the manner of a noise profile on which the weights were not trained. A pair
is two records of two lists; it is true where both are of one person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from candour.pipeline.link.lists import link_lists, prepare
from candour.pipeline.link.model import stored
from candour.pipeline.link.scoring import Scored
from candour.synthetic.lists import invent_lists
from candour.synthetic.noise import PROFILES
from candour.tables import Engine, open_engine

LISTS = ("index", "registrations", "reports")
FIELDS = ("given_name", "surname", "birth_date", "death_date", "sex", "postcode", "nhs_number")
LEAST_OF_A_GROUP = 100
"""True pairs of a group below which its error says more of chance than of the model."""
_ETHNIC_GROUPS = {
    "White": "ABC", "Mixed": "DEFG", "Asian or Asian British": "HJKL",
    "Black or Black British": "MNP", "Any other group": "RS", "Not stated": "Z",
}  # fmt: skip
_SEXES = {"1": "male", "2": "female"}


@dataclass
class Told:
    """Counts of pairs: true ones, those of them matched or left to a person, and strangers that
    were matched or left to a person."""

    true: int = 0
    matched: int = 0
    to_review: int = 0
    wrongly_matched: int = 0
    wrongly_to_review: int = 0

    @property
    def precision(self) -> float:
        """The share of the matches that are true; 1 where there are none."""
        claimed = self.matched + self.wrongly_matched
        return self.matched / claimed if claimed else 1.0

    @property
    def recall(self) -> float:
        """The share of the true pairs that are matched."""
        return self.matched / self.true if self.true else 1.0

    @property
    def recall_with_review(self) -> float:
        """The share of the true pairs that are matched or shown to a person."""
        return (self.matched + self.to_review) / self.true if self.true else 1.0


@dataclass
class Measured:
    """What was measured on the lists of one nation."""

    profile: str
    people: int
    deaths: int
    whole: Told
    in_reach: int
    """True pairs that some blocking rule brought together: no weight can find more."""
    groups: dict[str, Told] = field(default_factory=dict)

    @property
    def review(self) -> int:
        """Pairs left to a person."""
        return self.whole.to_review + self.whole.wrongly_to_review

    @property
    def worst(self) -> tuple[str, Told]:
        """The group of which least is found with review, among those that are large enough."""
        large = {n: t for n, t in self.groups.items() if t.true >= LEAST_OF_A_GROUP}
        return min(large.items(), key=lambda each: (each[1].recall_with_review, each[0]))


def measure(people: int, seed: int, profile: str) -> Measured:
    """Invent the lists of a nation of so many people, link them, and hold it against the truth."""
    lists = invent_lists(people, seed, PROFILES[profile])
    tables = [getattr(lists, name) for name in LISTS]
    with open_engine() as engine:
        numbered = [
            engine.table(t.select("id", *(f for f in FIELDS if f in t.columns))
                         .with_row_index("n").with_columns(pl.col("n").cast(pl.Int64)).to_arrow())
            for t in tables
        ]  # fmt: skip
        held = [{f: f for f in FIELDS if f in t.columns} for t in tables]
        prepared = prepare(engine, numbered, held)
        found = link_lists(engine, prepared, stored())
        everybody = pl.concat(
            [t.with_columns(pl.lit(at).alias("list")) for at, t in enumerate(tables)],
            how="diagonal",
        )
        persons = everybody["person"].to_list()
        reached = _in_reach(engine, found.scored, persons)
    groups = _groups_of(everybody)
    true = _true_pairs(persons, everybody["list"].to_list())
    decided = {(f.left, f.right): f.decision for f in found.pairs}
    whole, by_group = Told(), dict[str, Told]()
    for pair in true | decided.keys():
        names = _of_pair(pair, groups, everybody)
        for told in (whole, *(by_group.setdefault(name, Told()) for name in names)):
            _count(told, pair in true, decided.get(pair))
    return Measured(profile, people, len(lists.registrations), whole, len(true & reached), by_group)


def _count(told: Told, true: bool, decision: str | None) -> None:
    told.true += true
    if decision == "match":
        told.matched += true
        told.wrongly_matched += not true
    elif decision == "review":
        told.to_review += true
        told.wrongly_to_review += not true


def _true_pairs(persons: list[int], lists: list[int]) -> set[tuple[int, int]]:
    records: dict[int, list[int]] = {}
    for n, person in enumerate(persons):
        records.setdefault(person, []).append(n)
    return {
        (a, b)
        for several in records.values()
        for place, b in enumerate(several)
        for a in several[:place]
        if lists[a] != lists[b]
    }


def _in_reach(engine: Engine, scored: Scored, persons: list[int]) -> set[tuple[int, int]]:
    """The pairs of one person that blocking brought together."""
    looked_at = engine.arrow(scored.weighed.select("a", "b"))
    return {
        (min(a, b), max(a, b))
        for a, b in zip(looked_at["a"].to_pylist(), looked_at["b"].to_pylist(), strict=True)
        if persons[a] == persons[b]
    }


def _groups_of(everybody: pl.DataFrame) -> Mapping[int, list[str]]:
    """By person the groups they belong to, from what any list says of them truly or not."""
    ethnic = {code: name for name, codes in _ETHNIC_GROUPS.items() for code in codes}
    asked = everybody.select("person", "sex", "birth_date", "ethnic_category")
    said: dict[int, list[tuple[str | None, ...]]] = {}
    for person, *rest in asked.iter_rows():
        said.setdefault(person, []).append(tuple(rest))
    found: dict[int, list[str]] = {}
    for person, rows in said.items():
        sex, born, group = (_most(row[place] for row in rows) for place in range(3))
        names = []
        if sex in _SEXES:
            names.append(f"sex: {_SEXES[sex]}")
        if born:
            names.append(f"age at death: {_age_band(born)}")
        if group:
            names.append(f"ethnicity: {ethnic.get(group, 'Any other group')}")
        found[person] = names
    return found


def _most(said: Iterable[str | None]) -> str | None:
    counted = Counter(each for each in said if each)
    return max(counted, key=lambda each: (counted[each], each)) if counted else None


def _age_band(born: str) -> str:
    age = 2025 - int(born[:4])
    return "under 25" if age < 25 else "25 to 64" if age < 65 else "65 and over"


def _of_pair(
    pair: tuple[int, int], groups: Mapping[int, list[str]], everybody: pl.DataFrame
) -> list[str]:
    a, b = pair
    person = everybody["person"]
    numbers = everybody["nhs_number"]
    lacking = sum(numbers[n] is None for n in pair)
    said = ("in both", "missing in one", "missing in both")[lacking]
    here = sorted({*groups[person[a]], *groups[person[b]]})
    return [*here, f"NHS number: {said}"]
