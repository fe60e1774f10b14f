"""Slips of typing: put right where one known word alone can have been meant."""

from __future__ import annotations

import pytest

from candour.spelling import Vocabulary, words

_KNOWN = Vocabulary(["essex", "wessex", "wiltshire", "cheshire", "west", "east", "group", "kent"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wilshire", "wiltshire"),
        ("wiltsheir", "wiltshire"),
        ("chesshire", "cheshire"),
        ("grou", "group"),
        ("essxe", "essex"),
    ],
)
def test_a_slip_that_fits_one_word_is_that_word(typed: str, meant: str) -> None:
    assert _KNOWN.meant(typed) == meant


@pytest.mark.parametrize("typed", ["xessex", "est", "went", "ken", "dorset", "14"])
def test_a_slip_that_fits_several_words_or_none_is_left(typed: str) -> None:
    assert _KNOWN.meant(typed) is None


def test_words_that_lost_their_space_are_parted_where_one_way_is_open() -> None:
    assert _KNOWN.split("westessex") == ("west", "essex")
    assert _KNOWN.split("westdorset") == ("westdorset",)


def test_the_words_of_a_text_are_free_of_marks_and_capitals() -> None:
    assert words("St George\u2019s & SouthWest (Trust)") == [
        "st",
        "georges",
        "and",
        "south",
        "west",
        "trust",
    ]
