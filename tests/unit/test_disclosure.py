"""Disclosure control: what is hidden, what is told, and what a reader could make of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from candour.errors import CandourError, UserError
from candour.measures.disclosure import (
    Disclosed,
    Published,
    Table,
    crude_rate,
    disclose,
    profile,
    profiles,
    system,
)
from candour.measures.disclosure import register as releases
from candour.measures.disclosure.protect import BESIDE, HELD, SMALL, CannotBeHidden, protect
from candour.measures.disclosure.rates import may_average, may_standardise


def by_place(**counts: int):
    """Counts of some places, with their total."""
    cells = {(place,): count for place, count in counts.items()}
    return system({"provider": tuple(counts)}, cells, [Table(("provider",))])


def printed(made, under="hes", told=None):
    return {
        dict(each.key).get("provider", "all"): each.value
        for each in disclose([made], profile(under), told)
    }


@pytest.mark.parametrize(
    ("under", "expected"),
    [
        ("hes", [0, None, None, None, 10, 10, 15, 15]),
        ("public", [0, None, None, None, 10, 10, 15, 15]),
        ("mhsds", [None, None, 5, 5, 10, 10, 15, 15]),
        ("opensafely", [None, None, None, None, 10, 10, 15, 15]),
        ("tre10", [None, None, None, None, None, 10, 15, 15]),
    ],
)
def test_a_profile_hides_and_rounds_as_it_says(under, expected):
    rule = profile(under)

    found = [None if rule.hides(n) else rule.rounded(n) for n in (0, 4, 5, 7, 8, 12, 13, 17)]

    assert found == expected


@pytest.mark.parametrize("rule", profiles().values(), ids=lambda rule: rule.id)
def test_what_a_reader_makes_of_a_printed_figure_is_every_count_that_is_printed_so(rule):
    counts = [n for n in range(60) if not rule.hides(n)]

    for shown in {rule.rounded(n) for n in counts}:
        low, high = rule.behind(shown)
        assert list(range(low, high + 1)) == [
            n for n in range(63) if not rule.hides(n) and rule.rounded(n) == shown
        ]


def test_every_profile_names_its_source():
    assert all(rule.source and rule.title and rule.version for rule in profiles().values())


@pytest.mark.parametrize("name", ["ons-rates", "nobody", "hes@9"])
def test_a_profile_that_is_none_of_counts_is_refused_with_those_that_are(name):
    with pytest.raises(UserError) as refused:
        profile(name)

    assert "hes" in f"{refused.value} {refused.value.remedy}"


def test_suppressed_is_no_value_and_a_true_zero_is_nought():
    found = printed(by_place(A=0, B=3, C=20, D=30))

    assert found["A"] == 0
    assert found["B"] is None
    assert found["all"] == 55


def test_two_sevens_are_not_printed_beside_a_total_that_gives_them_away():
    found = printed(by_place(A=7, B=7))

    assert found == {"all": None, "A": None, "B": None}


def test_a_figure_hidden_beside_another_is_large_enough_to_be_printed_by_itself():
    why = protect([by_place(A=7, B=7)], profile("hes"))

    assert set(why.values()) == {SMALL, BESIDE}
    assert why[()] == BESIDE


def test_where_everybody_of_a_group_shares_a_characteristic_it_is_held():
    groups = {"provider": ("A", "B"), "sex": ("1", "2")}
    cells = {("A", "1"): 0, ("A", "2"): 12, ("B", "1"): 14, ("B", "2"): 15}
    made = system(groups, cells, [Table(("provider", "sex"))])

    why = protect([made], profile("public"))

    about_a = {dict(key).get("sex") for key in why if dict(key).get("provider") == "A"}
    assert about_a == {"1", "2"}
    assert HELD in why.values()
    assert protect([made], profile("hes")) == {}


def test_not_stated_is_no_characteristic():
    groups = {"provider": ("A",), "sex": ("1", "2", "not stated")}
    cells = {("A", "1"): 0, ("A", "2"): 0, ("A", "not stated"): 12}

    assert protect([system(groups, cells, [Table(("provider", "sex"))])], profile("public")) == {}


def test_only_disclosure_control_makes_what_may_be_published():
    with pytest.raises(CandourError):
        Disclosed([Published((), "count", 3)], profile("hes"), object())


def test_a_count_below_nought_and_an_unknown_column_are_refused():
    with pytest.raises(UserError):
        system({"place": ("A",)}, {("A",): -1}, [Table(("place",))])
    with pytest.raises(UserError):
        system({"place": ("A",)}, {("A",): 1}, [Table(("ward",))])


def test_what_an_earlier_release_told_is_not_narrowed():
    # Between 5 and 7 by the earlier one: nothing can take that back, and nothing is added.
    made = by_place(A=6, B=40, C=50)
    key = (("provider", "A"),)

    found = printed(made, told={key: (5, 7)})

    assert found["A"] is None


def test_a_figure_that_nothing_protects_is_refused_by_name_of_its_key_alone():
    # One cell, of which an earlier release told that it is 3 or more, and a total told exactly.
    made = by_place(A=3, B=0)

    with pytest.raises(CannotBeHidden) as refused:
        protect([made], profile("hes"), {(): (3, 3)})

    assert refused.value.key == (("provider", "A"),)
    assert "3" not in str(refused.value)


def count(value: int) -> Published:
    return Published((), "count", value)


HIDDEN = Published((), "suppressed", None)


def test_a_rate_is_worked_out_from_printed_parts():
    rate = crude_rate(count(10), count(40), 1000, profile("hes"))

    assert (rate.kind, rate.value) == ("rate", Decimal("250.0"))


def test_a_rate_of_a_hidden_part_is_hidden_and_never_nought():
    for parts in ((HIDDEN, count(40)), (count(10), HIDDEN)):
        assert crude_rate(*parts, 1000, profile("hes")).kind == "suppressed"
    assert crude_rate(count(0), count(40), 1000, profile("hes")).value == 0
    assert crude_rate(count(10), count(0), 1000, profile("hes")).kind == "not applicable"


def test_rates_of_opensafely_use_midpoints_and_those_of_mhsds_are_whole():
    assert crude_rate(count(10), count(40), 100, profile("opensafely")).value == Decimal("23.1")
    assert crude_rate(count(10), count(35), 100, profile("mhsds")).value == Decimal("29")


def test_few_deaths_make_a_rate_unreliable_and_forbid_standardising_and_averages():
    public = profile("public")

    assert crude_rate(count(15), count(1000), 1000, public).unreliable
    assert not crude_rate(count(20), count(1000), 1000, public).unreliable
    assert not may_standardise(HIDDEN, public)
    assert may_standardise(count(10), public)
    assert not may_average(HIDDEN, public)
    assert may_average(count(10), public)


def test_a_register_of_releases_keeps_printed_figures_alone_and_tells_what_they_leave(tmp_path):
    made = by_place(A=6, B=40)
    path = tmp_path / "releases.jsonl"
    releases.add(path, releases.entry(disclose([made], profile("hes")), run="x"))

    held = releases.read(path)
    known, restated = releases.told(held, {(("provider", "B"),): 40, (): 60})

    assert known == {(("provider", "B"),): (38, 42)}
    assert restated == 1
    assert [value for _, _, value in held[0]["figures"] if value is not None] == [45, 40]


def test_a_damaged_register_is_refused(tmp_path):
    path = tmp_path / "releases.jsonl"
    path.write_text('{"figures": 3}\n', encoding="utf-8")

    with pytest.raises(UserError) as refused:
        releases.read(path)

    assert "copy" in refused.value.remedy


def test_no_register_yet_is_an_empty_one(tmp_path):
    assert releases.read(tmp_path / "none.jsonl") == []
