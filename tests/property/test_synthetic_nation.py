"""Laws of the invented nation: who a person is never depends on how many people there are."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.synthetic import synthesise
from candour.synthetic.deal import BLOCK, deal
from candour.synthetic.draws import Draws, add_months
from candour.synthetic.lives import live
from candour.synthetic.nation import invent
from candour.synthetic.stories import stories
from candour.synthetic.truth import QUESTIONS, deaths

SEEDS = st.integers(min_value=0, max_value=2**63 - 1)
PER_PERSON = ("story", "variant", "home", "other", "site", "last", "left", "died", "told",
              "registered")  # fmt: skip


def _rows(path: Path) -> set[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {tuple(row) for row in csv.reader(file)}


@settings(max_examples=15)
@given(seed=SEEDS, few=st.integers(1, 60), many=st.integers(61, 1_300))
def test_a_person_lives_the_same_life_in_a_small_nation_and_in_a_large_one(seed, few, many):
    small, large = live(Draws(seed, few), invent()), live(Draws(seed, many), invent())

    for name in PER_PERSON:
        assert np.array_equal(
            getattr(small, name).astype(str), getattr(large, name)[:few].astype(str)
        )
    for name in ("surname", "given_name", "sex", "birth", "nhs_number", "postcode"):
        assert (getattr(small.people, name) == getattr(large.people, name)[:few]).all()
    same = large.spells.person < few
    assert (small.spells.admitted == large.spells.admitted[same]).all()
    assert (small.spells.provider == large.spells.provider[same]).all()


def test_every_row_of_twenty_people_stands_in_the_files_of_two_thousand(tmp_path):
    small = synthesise(20, 17, tmp_path / "small")
    large = synthesise(2_000, 17, tmp_path / "large")

    extracts = [name for name in small.files if not name.startswith(("truth/", "submissions"))]
    assert len(extracts) > 5
    for name in [*extracts, "truth/people.csv", "truth/stays.csv", "truth/deaths.csv"]:
        assert _rows(small.folder / name) <= _rows(large.folder / name)


@settings(max_examples=10)
@given(seed=SEEDS)
def test_every_thousand_people_live_every_story_as_often_as_it_says(seed):
    dealt = deal(Draws(seed, 2 * BLOCK))
    story, variant = dealt.story, dealt.variant

    for later, block in enumerate((story[:BLOCK], story[BLOCK:])):
        lived = np.bincount(block, minlength=len(stories()))
        for place, one in enumerate(stories()[:-1]):
            assert lived[place] == (0 if one.once and later else one.each)
    assert (variant >= 0).all()


@settings(max_examples=10)
@given(seed=SEEDS)
def test_what_the_extracts_tell_never_contradicts_what_was(seed):
    truth = deaths(live(Draws(seed, BLOCK), invent()))

    for question in QUESTIONS:
        expected, really = truth.expected[question], truth.truth[question]
        assert not ((expected == "in") & ~really).any()
        assert not ((expected == "out") & really).any()


@settings(max_examples=10)
@given(seed=SEEDS)
def test_events_stand_in_the_order_of_a_life(seed):
    lives = live(Draws(seed, BLOCK), invent())
    spells = lives.spells

    assert (spells.admitted > lives.people.birth[spells.person]).all()
    ended = ~np.isnat(spells.ended)
    assert (spells.admitted[ended] < spells.ended[ended]).all()
    died = lives.died[spells.person]
    dead = ~np.isnat(died)
    assert (spells.ended[dead] <= died[dead]).all()
    following = (spells.person[1:] == spells.person[:-1]).nonzero()[0]
    assert (spells.ended[following] <= spells.admitted[following + 1]).all()
    for later in (lives.told, lives.registered):
        known = ~np.isnat(later)
        assert (later[known] >= lives.died[known]).all()


@given(seed=SEEDS, bound=st.integers(1, 2**31), people=st.integers(1, 300))
def test_a_draw_lies_below_its_bound_and_is_the_same_again(seed, bound, people):
    first = Draws(seed, people).below("anything", bound)

    assert ((first >= 0) & (first < bound)).all()
    assert (first == Draws(seed, people + 50).below("anything", bound)[:people]).all()


@given(
    day=st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)),
    months=st.integers(min_value=1, max_value=24),
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months):
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    by_hand = dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))

    assert add_months(np.array([day], dtype="datetime64[D]"), months)[0].item() == by_hand
