"""Who lives which story: so every trap occurs a known number of times, however many people.

People are dealt with a thousand at a time. A thousand is *full of traps*: it holds every story as
often as the story says; or it is an *everyday* one: twelve or thirteen in it die, as in life. In a
whole nation the first two thousand of each fifty are full of traps, and the others everyday.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from candour.synthetic.draws import Draws, Ints
from candour.synthetic.stories import place_of, stories

BLOCK = 1000
"""Stories are dealt out to people a thousand at a time."""
ROUND, FULL = 50, 2
"""Of so many thousands, so many are full of traps."""

EVERYDAY = {
    "caseload-death": 4, "caseload-death-not-told": 2, "died-after-discharge": 4, "ward-death": 1,
    "near-miss": 4, "came-back-from-absence": 3, "home-leave": 8, "placed-and-home": 12,
    "still-on-the-ward": 10, "twice-on-the-ward": 25, "left-against-advice": 6,
    "on-two-caseloads": 5, "once-on-the-ward": 120,
}  # fmt: skip
"""Lives of an everyday thousand. One more in it lives a story of traps, each in its turn."""


@dataclass(frozen=True)
class Dealt:
    """Per person: place in :func:`stories`, the variant (0, 1, 2, …), and the place that decides
    both within the person's thousand."""

    story: Ints
    variant: Ints
    slot: Ints


def deal(draws: Draws, *, whole: bool = False) -> Dealt:
    """Deal out the stories; ``whole``: with everyday thousands among those full of traps.

    The order within each thousand is stirred by the seed, and a person's story depends on the
    person's index alone, so that traps can be counted beforehand.
    """
    last = len(stories()) - 1
    slot = _slots(draws)
    block = np.arange(draws.people) // BLOCK
    full, first = _full()
    story, variant = full[slot], slot - first[full[slot]]
    once = np.array([one.once for one in stories()])
    story = np.where(once[story] & (block > 0), last, story)
    if whole:
        everyday = ~is_full(block)
        common, begins, many = _everyday()
        theirs = common[slot]
        in_turn = _in_turn()
        theirs = np.where(slot == len(_slots_of(EVERYDAY)), in_turn[block % len(in_turn)], theirs)
        nth = slot - begins[theirs] + block * np.maximum(many[theirs], 1)
        nth = np.where(slot == len(_slots_of(EVERYDAY)), block // len(in_turn), nth)
        story = np.where(everyday, theirs, story)
        variant = np.where(everyday, nth, variant)
    return Dealt(story, variant, slot)


def is_full(block: Ints) -> NDArray[np.bool_]:
    """Which thousands of a whole nation are full of traps."""
    flags: NDArray[np.bool_] = block % ROUND < FULL
    return flags


def _slots_of(many: dict[str, int]) -> Ints:
    return np.concatenate([np.full(each, place_of(name)) for name, each in many.items()])


@cache
def _full() -> tuple[Ints, Ints]:
    """The story of each slot of a thousand full of traps, and each story's first slot."""
    slots = _slots_of({one.name: one.each for one in stories()})
    if len(slots) > BLOCK:
        raise ValueError("the stories hold more people than a block has")
    story = np.full(BLOCK, len(stories()) - 1, dtype=np.int64)
    story[: len(slots)] = slots
    return story, np.searchsorted(slots, np.arange(len(stories())))


@cache
def _everyday() -> tuple[Ints, Ints, Ints]:
    """The same for an everyday thousand, and how many live each story in it."""
    slots = _slots_of(EVERYDAY)
    story = np.full(BLOCK, len(stories()) - 1, dtype=np.int64)
    story[: len(slots)] = slots
    first, many = np.zeros(len(stories()), np.int64), np.zeros(len(stories()), np.int64)
    for place in np.unique(slots):
        at = np.flatnonzero(slots == place)
        first[place], many[place] = at[0], len(at)
    return story, first, many


@cache
def _in_turn() -> Ints:
    """Stories of traps of which everyday thousands hold one each: those that need no other."""
    return np.array([
        place for place, one in enumerate(stories())
        if one.trap and not one.once and one.number != "shared" and one.in_contact
        and one.name not in ("nhs-number-shared-lives", *EVERYDAY)
    ])  # fmt: skip


def _slots(draws: Draws) -> Ints:
    """Each person's slot in the person's thousand: a shuffle of each thousand by its own draws."""
    blocks = -(-draws.people // BLOCK)
    bits = draws.raw("slot", blocks * BLOCK).reshape(blocks, BLOCK)
    order = np.argsort(bits, axis=1, kind="stable")
    return np.argsort(order, axis=1, kind="stable").reshape(-1)[: draws.people].astype(np.int64)


def sharers(dealt: Dealt) -> tuple[Ints, Ints]:
    """Indices of those who bear another's NHS number, and of those others, in step.

    Each two stand in the same thousand and are the same variant; ``dealt`` is of whole thousands.
    """

    def living(name: str) -> Ints:
        who = np.flatnonzero(dealt.story == place_of(name))
        return who[np.lexsort((dealt.variant[who], who // BLOCK))]

    return living("nhs-number-shared-died"), living("nhs-number-shared-lives")
