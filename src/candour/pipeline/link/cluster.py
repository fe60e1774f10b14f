"""Clusters: who is one person, given pairs and what people have decided.

Plain connected components let one bad pair merge strangers. Here pairs are taken strongest first,
and a union that would break a rule is refused and handed to a person: nobody has two NHS numbers
without somebody saying so, and what a person decided to be different stays apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pair:
    """Two source identities and why they may be one person."""

    a: str
    b: str
    rule: str
    decision: str
    """``same`` or ``different`` (a person said so), ``match`` or ``review`` (a rule)."""
    reason: str
    probability: float | None = None
    """What the model makes of it; None where an exact rule or a person spoke."""
    weight: float = 0.0
    """Evidence in bits, by which pairs of the model are ordered."""
    conflict: bool = False
    """Whether it is held back for something that two records of one person seldom show: then it
    speaks against bringing them together by way of others."""
    words: str = ""
    """What agrees and what does not, of a pair of the model."""


NOBODYS: frozenset[str] = frozenset()
BY_A_PERSON = "A person decided that they are different people."
TWO_NUMBERS = "Joining them would give one person two NHS numbers."
AGAINST = "Records that would come together speak against their being one person."
LOOSE = "Too few of the records on the two sides are alike."
MODEL = "model"
MORE_LIKELY_THAN_NOT = 0.5
LEAST_ALIKE = 3
"""Of the pairs between two groups that a weak pair would join, one in so many has to be alike."""


@dataclass
class Clusters:
    """A partition of identities that refuses unions which break a rule."""

    numbers: Mapping[str, frozenset[str]]
    """The NHS numbers that each identity holds."""
    parent: dict[str, str] = field(default_factory=dict)
    held: dict[str, frozenset[str]] = field(default_factory=dict)
    size: dict[str, int] = field(default_factory=dict)
    apart: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of a cluster, whom it may not be joined with, and why; absent where that is nobody."""
    alike: dict[str, dict[str, int]] = field(default_factory=dict)
    """Of each cluster, how many pairs are alike between it and other clusters."""
    against: dict[str, dict[str, int]] = field(default_factory=dict)
    """The same for pairs that speak against their being one person."""

    def add(self, node: str) -> None:
        """An identity on its own."""
        if node not in self.parent:
            self.parent[node] = node
            self.held[node] = self.numbers.get(node, NOBODYS)
            self.size[node] = 1

    def root(self, node: str) -> str:
        """The identity that stands for the cluster of ``node``."""
        top = node
        while self.parent[top] != top:
            top = self.parent[top]
        while self.parent[node] != top:
            self.parent[node], node = top, self.parent[node]
        return top

    def keep_apart(self, a: str, b: str, why: str = BY_A_PERSON) -> None:
        """From now on no union may bring these two together."""
        self.apart.setdefault(self.root(a), {}).setdefault(b, why)
        self.apart.setdefault(self.root(b), {}).setdefault(a, why)

    def note(self, a: str, b: str, *, conflict: bool) -> None:
        """These two look alike, or have something about them that speaks against it."""
        counts = self.against if conflict else self.alike
        one, other = self.root(a), self.root(b)
        if one != other:
            for here, there in ((one, other), (other, one)):
                near = counts.setdefault(here, {})
                near[there] = near.get(there, 0) + 1

    def refusal(
        self, a: str, b: str, *, two_numbers: bool = False, weak: bool = False
    ) -> str | None:
        """Why a union of the clusters of ``a`` and ``b`` is refused; None where it is not.

        :param two_numbers: a person said that they are one, and may have two numbers.
        :param weak: a weak pair joins two groups only where enough of their records are alike.
        """
        one, other = self.root(a), self.root(b)
        if one == other:
            return None
        for here, there in ((one, other), (other, one)):
            for node, why in self.apart.get(here, {}).items():
                if self.root(node) == there:
                    return why
        one_holds, other_holds = self.held[one], self.held[other]
        if one_holds and other_holds and not two_numbers and one_holds.isdisjoint(other_holds):
            return TWO_NUMBERS
        if not weak:
            return None
        alike, against = (
            counts.get(one, {}).get(other, 0) for counts in (self.alike, self.against)
        )
        if alike < against:
            return AGAINST
        return LOOSE if alike * LEAST_ALIKE < self.size[one] * self.size[other] else None

    def join(self, a: str, b: str) -> None:
        """Make the clusters of ``a`` and ``b`` one."""
        one, other = sorted((self.root(a), self.root(b)))
        if one == other:
            return
        self.parent[other] = one
        self.held[one] |= self.held.pop(other)
        if other in self.apart:
            self.apart.setdefault(one, {}).update(self.apart.pop(other))
        self.size[one] += self.size.pop(other)
        for counts in (self.alike, self.against):
            counts.get(one, {}).pop(other, None)
            for third, count in counts.pop(other, {}).items():
                if third != one:
                    mine = counts.setdefault(one, {})
                    mine[third] = mine.get(third, 0) + count
                    near = counts[third]
                    near.pop(other)
                    near[one] = near.get(one, 0) + count


STRENGTH = (
    "decision",
    "same-local-id",
    "nhs-number-and-a-second-fact",
    "name-birth-and-death-date",
    "surname-and-birth-date",
    "one-number-two-people",
    "model",
)
"""Rules from the strongest to the weakest."""


def cluster(
    nodes: Iterable[str],
    numbers: Mapping[str, frozenset[str]],
    pairs: Iterable[Pair],
) -> tuple[dict[str, str], list[tuple[Pair, str]]]:
    """Join what may be joined.

    People's decisions come first, then exact rules, then the model's matches from the heaviest
    down. At last a group may take in a record that the model alone would have left to a person,
    where it is like two of the group and nothing speaks against it.

    :param nodes: every source identity.
    :param numbers: the valid NHS numbers each of them holds.
    :param pairs: rules', people's and the model's pairs, in any order: the result does not depend
        on it.
    :returns: identity to the identity that stands for its cluster (the smallest in it), and the
        pairs that were refused, each with the reason.
    """
    clusters = Clusters(numbers)
    for node in sorted(nodes):
        clusters.add(node)
    strength = {rule: place for place, rule in enumerate(STRENGTH)}
    ordered = sorted(pairs, key=lambda p: (strength[p.rule], -p.weight, p.a, p.b))
    refused: list[tuple[Pair, str]] = []
    for pair in ordered:
        if pair.decision == "different":
            clusters.keep_apart(pair.a, pair.b)
        elif pair.rule == MODEL:
            clusters.note(pair.a, pair.b, conflict=pair.conflict)
    for pair in ordered:
        if pair.decision not in ("same", "match"):
            continue
        why = clusters.refusal(
            pair.a, pair.b, two_numbers=pair.decision == "same", weak=pair.rule == MODEL
        )
        if why is None:
            clusters.join(pair.a, pair.b)
        else:
            refused.append((pair, why))
    _take_in(clusters, [pair for pair in ordered if pair.rule == MODEL])
    return {node: clusters.root(node) for node in clusters.parent}, refused


def _take_in(clusters: Clusters, pairs: Sequence[Pair]) -> None:
    """Join groups by pairs that weigh too little alone, where two of them say the same.

    Two copies of one record say one thing twice: the two have to differ in what they weigh. A
    reason to hold a pair back holds here too; only what weighs too little is helped.
    """
    likely = [
        pair
        for pair in pairs
        if pair.decision in ("match", "review")
        and not pair.reason
        and (pair.probability or 0.0) >= MORE_LIKELY_THAN_NOT
    ]
    near: dict[str, list[tuple[str, float]]] = {}
    for pair in likely:
        near.setdefault(pair.a, []).append((pair.b, round(pair.weight, 2)))
        near.setdefault(pair.b, []).append((pair.a, round(pair.weight, 2)))
    members: dict[str, list[str]] = {}
    for node in near:
        members.setdefault(clusters.root(node), []).append(node)
    for pair in likely:
        one, other = sorted((clusters.root(pair.a), clusters.root(pair.b)))
        if one == other:
            continue
        fewer = min(members[one], members[other], key=len)
        across = other if fewer is members[one] else one
        said = {w for node in fewer for n, w in near[node] if clusters.root(n) == across}
        if len(said) > 1 and clusters.refusal(pair.a, pair.b, weak=True) is None:
            clusters.join(one, other)
            members[one] = members[one] + members.pop(other)
