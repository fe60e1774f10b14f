"""Clusters: who is one person, given pairs and what people have decided.

Plain connected components let one bad pair merge strangers. Here pairs are taken strongest first,
and a union that would break a rule is refused and handed to a person: nobody has two NHS numbers
without somebody saying so, and what a person decided to be different stays apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pair:
    """Two source identities and why they may be one person."""

    a: str
    b: str
    rule: str
    decision: str
    """``same`` or ``different`` (a person said so), ``match`` or ``review`` (a rule)."""
    reason: str


@dataclass
class Clusters:
    """A partition of identities that refuses unions which break a rule."""

    numbers: Mapping[str, frozenset[str]]
    """The NHS numbers that each identity holds."""
    parent: dict[str, str] = field(default_factory=dict)
    held: dict[str, set[str]] = field(default_factory=dict)
    apart: dict[str, set[str]] = field(default_factory=dict)

    def add(self, node: str) -> None:
        """An identity on its own."""
        if node not in self.parent:
            self.parent[node] = node
            self.held[node] = set(self.numbers.get(node, ()))
            self.apart[node] = set()

    def root(self, node: str) -> str:
        """The identity that stands for the cluster of ``node``."""
        top = node
        while self.parent[top] != top:
            top = self.parent[top]
        while self.parent[node] != top:
            self.parent[node], node = top, self.parent[node]
        return top

    def keep_apart(self, a: str, b: str) -> None:
        """From now on no union may bring these two together."""
        self.apart[self.root(a)].add(b)
        self.apart[self.root(b)].add(a)

    def refusal(self, a: str, b: str, *, two_numbers: bool = False) -> str | None:
        """Why a union of the clusters of ``a`` and ``b`` is refused; None where it is not."""
        one, other = self.root(a), self.root(b)
        if one == other:
            return None
        if any(self.root(n) == other for n in self.apart[one]) or any(
            self.root(n) == one for n in self.apart[other]
        ):
            return "A person decided that they are different people."
        if not two_numbers and self.held[one] and self.held[other]:
            shared = self.held[one] & self.held[other]
            if not shared:
                return "Joining them would give one person two NHS numbers."
        return None

    def join(self, a: str, b: str) -> None:
        """Make the clusters of ``a`` and ``b`` one."""
        one, other = sorted((self.root(a), self.root(b)))
        if one != other:
            self.parent[other] = one
            self.held[one] |= self.held.pop(other)
            self.apart[one] |= self.apart.pop(other)


STRENGTH = (
    "decision",
    "same-local-id",
    "nhs-number-and-a-second-fact",
    "name-birth-and-death-date",
    "surname-and-birth-date",
    "one-number-two-people",
)
"""Rules from the strongest to the weakest."""


def cluster(
    nodes: Iterable[str],
    numbers: Mapping[str, frozenset[str]],
    pairs: Iterable[Pair],
) -> tuple[dict[str, str], list[tuple[Pair, str]]]:
    """Join what may be joined.

    :param nodes: every source identity.
    :param numbers: the valid NHS numbers each of them holds.
    :param pairs: rules' and people's pairs, in any order: the result does not depend on it.
    :returns: identity to the identity that stands for its cluster (the smallest in it), and the
        pairs that were refused, each with the reason.
    """
    clusters = Clusters(numbers)
    for node in sorted(nodes):
        clusters.add(node)
    ordered = sorted(pairs, key=lambda p: (STRENGTH.index(p.rule), p.a, p.b))
    refused: list[tuple[Pair, str]] = []
    for pair in ordered:
        if pair.decision == "different":
            clusters.keep_apart(pair.a, pair.b)
    for pair in ordered:
        if pair.decision not in ("same", "match"):
            continue
        why = clusters.refusal(pair.a, pair.b, two_numbers=pair.decision == "same")
        if why is None:
            clusters.join(pair.a, pair.b)
        else:
            refused.append((pair, why))
    return {node: clusters.root(node) for node in clusters.parent}, refused
