"""Who is one person, given pairs: strongest first, and unions that break a rule are refused."""

from __future__ import annotations

from candour.pipeline.link.cluster import Clusters, Pair, cluster

BY_NUMBER = "nhs-number-and-a-second-fact"
BY_NAME = "name-birth-and-death-date"
A, B = "9990010009", "9990010017"


def match(a: str, b: str, rule: str = BY_NUMBER) -> Pair:
    return Pair(a, b, rule, "match", "")


def decided(a: str, b: str, decision: str) -> Pair:
    return Pair(a, b, "decision", decision, "")


def groups(nodes: str, pairs: list[Pair], numbers: dict[str, str] | None = None) -> set[str]:
    held = {node: frozenset([number]) for node, number in (numbers or {}).items()}
    found, _ = cluster(nodes, held, pairs)
    return {
        "".join(sorted(node for node in found if found[node] == root))
        for root in set(found.values())
    }


def test_everybody_is_alone_where_nothing_pairs_them() -> None:
    assert groups("abc", []) == {"a", "b", "c"}


def test_pairs_that_share_somebody_are_one_person() -> None:
    assert groups("abcd", [match("a", "b"), match("b", "c")]) == {"abc", "d"}


def test_a_cluster_is_named_by_its_smallest_identity_however_it_grew() -> None:
    found, _ = cluster("abc", {}, [match("b", "c"), match("a", "c")])

    assert found == {"a": "a", "b": "a", "c": "a"}


def test_a_pair_for_review_joins_nobody() -> None:
    assert groups("ab", [Pair("a", "b", BY_NAME, "review", "")]) == {"a", "b"}


def test_two_numbers_are_never_joined_by_a_rule_and_the_pair_is_handed_back() -> None:
    pairs = [match("a", "b", BY_NAME)]

    found, refused = cluster("ab", {"a": frozenset([A]), "b": frozenset([B])}, pairs)

    assert found == {"a": "a", "b": "b"}
    assert refused == [(pairs[0], "Joining them would give one person two NHS numbers.")]


def test_two_numbers_are_not_joined_by_way_of_a_third_without_one() -> None:
    """Twins: t1 and t2 hold numbers, t3 holds none and is like both."""
    pairs = [match("t", "v", BY_NAME), match("u", "v", BY_NAME)]

    assert groups("tuv", pairs, {"t": A, "u": B}) == {"tv", "u"}


def test_the_stronger_rule_gets_the_one_without_a_number() -> None:
    pairs = [match("t", "v", BY_NAME), match("u", "v", "same-local-id")]

    assert groups("tuv", pairs, {"t": A, "u": B}) == {"uv", "t"}


def test_identities_that_share_one_of_several_numbers_may_be_joined() -> None:
    numbers = {"a": frozenset([A, B]), "b": frozenset([B])}

    found, refused = cluster("ab", numbers, [match("a", "b")])

    assert found == {"a": "a", "b": "a"}
    assert refused == []


def test_a_person_may_join_two_numbers() -> None:
    assert groups("ab", [decided("a", "b", "same")], {"a": A, "b": B}) == {"ab"}


def test_a_person_who_says_different_outranks_a_rule() -> None:
    pairs = [match("a", "b"), decided("a", "b", "different")]

    _, refused = cluster("ab", {}, pairs)

    assert groups("ab", pairs) == {"a", "b"}
    assert [why for _, why in refused] == ["A person decided that they are different people."]


def test_different_also_holds_by_way_of_others() -> None:
    """a and d are different; b is a, c is d, and a rule would join b and c."""
    pairs = [match("a", "b"), match("c", "d"), match("b", "c", BY_NAME)]

    assert groups("abcd", [*pairs, decided("a", "d", "different")]) == {"ab", "cd"}


def test_of_two_decisions_that_contradict_each_other_by_way_of_a_third_one_is_handed_back() -> None:
    pairs = [decided("a", "b", "same"), decided("b", "c", "same"), decided("a", "c", "different")]

    found, refused = cluster("abc", {}, pairs)

    assert found["a"] != found["c"]
    assert [pair for pair, _ in refused] == [pairs[1]]


def test_what_is_kept_apart_stays_apart_after_both_have_grown() -> None:
    clusters = Clusters({})
    for node in "abcd":
        clusters.add(node)
    clusters.keep_apart("a", "d")

    clusters.join("a", "b")
    clusters.join("c", "d")

    assert clusters.refusal("b", "c") == "A person decided that they are different people."
    assert clusters.refusal("a", "b") is None
