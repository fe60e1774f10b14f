"""Laws of clustering: the order of pairs never matters, and a rule never joins strangers."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from candour.pipeline.link.cluster import STRENGTH, Pair, cluster

NODES = "abcdefgh"
NUMBERS = st.dictionaries(
    st.sampled_from(NODES), st.sampled_from(["n1", "n2", "n3"]).map(lambda n: frozenset([n]))
)
ENDS = st.sampled_from(list(combinations(NODES, 2)))
BY_RULE = st.builds(
    lambda ends, rule, decision: Pair(*ends, rule, decision, ""),
    ENDS,
    st.sampled_from(STRENGTH[1:]),
    st.sampled_from(["match", "match", "review"]),
)
SAID = st.builds(
    lambda ends, decision: Pair(*ends, "decision", decision, ""),
    ENDS,
    st.sampled_from(["same", "different"]),
)
PAIRS = st.lists(st.one_of(BY_RULE, SAID), max_size=14, unique_by=lambda p: (p.a, p.b, p.rule))


@given(numbers=NUMBERS, pairs=PAIRS, data=st.data())
def test_the_order_of_pairs_and_of_identities_never_matters(
    numbers: dict[str, frozenset[str]], pairs: list[Pair], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(pairs))
    nodes = data.draw(st.permutations(NODES))

    first, first_refused = cluster(NODES, numbers, pairs)
    second, second_refused = cluster(nodes, numbers, shuffled)

    assert first == second
    assert first_refused == second_refused


@given(numbers=NUMBERS, pairs=PAIRS)
def test_everybody_is_in_one_cluster_named_by_its_smallest(
    numbers: dict[str, frozenset[str]], pairs: list[Pair]
) -> None:
    found, _ = cluster(NODES, numbers, pairs)

    assert set(found) == set(NODES)
    assert all(root == min(n for n in found if found[n] == root) for root in found.values())


@given(numbers=NUMBERS, pairs=st.lists(BY_RULE, max_size=14))
def test_no_rule_gives_one_person_two_numbers(
    numbers: dict[str, frozenset[str]], pairs: list[Pair]
) -> None:
    found, _ = cluster(NODES, numbers, pairs)

    for root in set(found.values()):
        held = {n for node in found if found[node] == root for n in numbers.get(node, ())}
        assert len(held) <= 1


@given(numbers=NUMBERS, pairs=PAIRS)
def test_who_was_said_to_be_different_is_never_together(
    numbers: dict[str, frozenset[str]], pairs: list[Pair]
) -> None:
    found, _ = cluster(NODES, numbers, pairs)

    assert all(found[p.a] != found[p.b] for p in pairs if p.decision == "different")


@given(numbers=NUMBERS, pairs=PAIRS)
def test_a_pair_that_should_join_either_joins_or_is_handed_back(
    numbers: dict[str, frozenset[str]], pairs: list[Pair]
) -> None:
    found, refused = cluster(NODES, numbers, pairs)
    handed_back = [pair for pair, _ in refused]

    for pair in pairs:
        if pair.decision in ("same", "match"):
            assert (found[pair.a] == found[pair.b]) or pair in handed_back


@given(numbers=NUMBERS, pairs=PAIRS)
def test_nobody_is_together_whom_no_pair_leads_to(
    numbers: dict[str, frozenset[str]], pairs: list[Pair]
) -> None:
    reached = {node: {node} for node in NODES}
    for pair in pairs:
        if pair.decision in ("same", "match"):
            together = reached[pair.a] | reached[pair.b]
            for node in together:
                reached[node] = together

    found, _ = cluster(NODES, numbers, pairs)

    assert all(found[a] != found[b] for a, b in combinations(NODES, 2) if b not in reached[a])
