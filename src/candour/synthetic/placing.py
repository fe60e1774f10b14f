"""At which provider each person is, so that whoever needs a sender of a certain way finds one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from candour.synthetic.draws import Draws, Ints
from candour.synthetic.nation import Nation
from candour.synthetic.stories import stories

IN_FOUR_LISTS = frozenset({"caseload", "once-on-the-ward", "twice-on-the-ward"})
"""Stories of people who may be at a provider of four lists, beside its own: they need no more than
such lists can say, and nobody tells of them elsewhere."""


def placed(draws: Draws, nation: Nation, story: Ints) -> tuple[Ints, Ints, Ints]:
    """Home trust, another trust and an independent site for each person, by place."""
    trusts = np.asarray(nation.trusts)
    home = trusts[draws.below("home", len(trusts))]
    wanted = np.array([one.home for one in stories()])[story]
    for way, senders in _senders(nation).items():
        if senders:
            theirs = np.asarray(senders)
            drawn = theirs[draws.below(f"home in {way}", len(theirs))]
            home = np.where(wanted == way, drawn, home)
    home = _moved_on(nation, story, wanted, home)
    # Nobody is moved to the provider of four lists, since no other list could follow them there,
    # nor to the one whose record would not say how the stay ended.
    closed = np.asarray((nation.closes_spells, *nation.four_lists))
    open_to_all = np.setdiff1d(trusts, closed)
    steps = 1 + draws.below("other", len(open_to_all) - 1)
    other = open_to_all[(np.searchsorted(open_to_all, home) + steps) % len(open_to_all)]
    sites = np.asarray(nation.sites)
    return home, other, sites[draws.below("site", len(sites))]


def _senders(nation: Nation) -> dict[str, tuple[int, ...]]:
    return {
        "utc": nation.writes_utc,
        "corrects": (nation.corrects,),
        "closes-spells": (nation.closes_spells,),
        "closes-caseloads": (nation.closes_caseloads,),
        "flow": nation.sends_flow,
        "one-row": nation.one_row_a_person,
        "four-lists": nation.four_lists,
    }


def _moved_on(nation: Nation, story: Ints, wanted: NDArray[np.str_], home: Ints) -> Ints:
    """Move people on from a trust whose ways would tell another story than theirs."""
    told = stories()
    unfit = {
        (nation.closes_spells,): [
            any(bed.end.by_death for bed in one.beds) and one.home != "closes-spells"
            for one in told
        ],
        # A national flow and rows of incidents hold no name: without a number nothing links them.
        nation.sends_flow: [one.number != "held" for one in told],
        nation.one_row_a_person: [
            one.number != "held" or (one.incident != "" and one.home != "one-row") for one in told
        ],
        nation.four_lists: [
            one.name not in IN_FOUR_LISTS and one.home != "four-lists" for one in told
        ],
    }
    everybody = np.zeros(len(told), dtype=np.bool_)
    refuses = np.tile(everybody, (len(nation.providers), 1))
    for senders, stories_ in unfit.items():
        for sender in senders:
            refuses[sender] |= np.asarray(stories_)
    trusts = np.asarray(nation.trusts)
    for _ in trusts:
        move = refuses[home, story] & np.isin(wanted, ("any", "four-lists", "flow", "one-row"))
        if not move.any():
            break
        home = np.where(move, trusts[(np.searchsorted(trusts, home) + 1) % len(trusts)], home)
    return home
