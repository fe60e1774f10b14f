"""People whom no provider ever met, and whose deaths are registered: nine for each registered death
of somebody in contact, as in a national register."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from candour.synthetic.deal import BLOCK, EVERYDAY, is_full
from candour.synthetic.draws import Days, Draws, Ints
from candour.synthetic.lives import NEVER, Lives
from candour.synthetic.people import People, invent_people
from candour.synthetic.stories import stories

FOR_EACH = 9
ENTRY_FROM = 500_000_000
"""Their entries in the register are numbered from here."""


@dataclass(frozen=True)
class Strangers:
    """Arrays with one entry per stranger. ``serial`` is theirs whatever the nation's size."""

    serial: Ints
    people: People
    died: Days
    registered: Days


def registered_in_contact(lives: Lives) -> Ints:
    """Those in contact with a provider whose death the national register will hold."""
    told = stories()
    entered = np.array([one.in_contact for one in told])[lives.story] & ~np.isnat(lives.registered)
    entered &= ~np.isin(lives.home, lives.nation.four_lists)
    return np.flatnonzero(entered)


def strangers(lives: Lives) -> Strangers:
    """The strangers of a whole nation; of another there are none.

    Nine are registered on the day on which a person in contact is, so that a larger nation holds
    those of a smaller one, and nine in ten entries of each quarter are theirs.
    """
    seed = lives.draws.seed
    beside = registered_in_contact(lives) if lives.nation.whole else np.zeros(0, dtype=np.int64)
    serial = (_number(beside)[:, None] * FOR_EACH + np.arange(FOR_EACH)).reshape(-1)
    chance = Draws(seed, int(serial.max()) + 1 if len(serial) else 0)
    everyone = invent_people(chance, strangers=True)
    registered: Days = np.repeat(lives.registered[beside], FOR_EACH)
    waited = chance.between("stranger's registration", 3, 12)[serial]
    died: Days = registered - waited if len(serial) else np.full(0, NEVER)
    return Strangers(serial, everyone.of(serial), died, registered)


def _number(index: Ints) -> Ints:
    """A number for each of these people that no other person has, whatever the nation's size.

    Each thousand has as many numbers as people in contact whose deaths it can hold.
    """
    block = index // BLOCK
    last = int(block.max()) + 1 if len(index) else 0
    room = np.where(is_full(np.arange(last)), *_room())
    begins = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(room)])
    within = np.arange(len(index)) - np.searchsorted(index, block * BLOCK)
    number: Ints = begins[block] + within
    return number


@cache
def _room() -> tuple[int, int]:
    """How many of a thousand may be registered in contact: one full of traps, an everyday one."""
    entered = {one.name for one in stories() if one.registered not in ("no", "nothing")}
    full = sum(one.each for one in stories() if one.name in entered)
    return full, sum(each for name, each in EVERYDAY.items() if name in entered) + 1
