"""What happened to each person: spells, absences, death, and who came to know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from candour.synthetic.deal import BLOCK, Dealt, deal, sharers
from candour.synthetic.draws import Days, Draws, Ints
from candour.synthetic.nation import Nation
from candour.synthetic.people import People, invent_people, surnames
from candour.synthetic.placing import placed
from candour.synthetic.script import Bed, End, Story
from candour.synthetic.stories import stories

Flags: TypeAlias = NDArray[np.bool_]
Noise: TypeAlias = Callable[[pl.DataFrame, Draws], pl.DataFrame]
"""A list's identities, and draws for as many people as it has rows, to the list as it stands."""
NEVER = np.datetime64("NaT", "D")
ENDS = tuple(End)
_LATE_BY = 3  # days by which a discharge written after a death on the ward is dated too late


@dataclass(frozen=True)
class Spells:
    """One entry per spell, by person and order. Days are local civil days; minutes are of the day.

    ``ended`` is the day on which it truly ended (NaT: never), ``written`` the discharge day that
    the record holds (NaT: none) and ``entered`` the day on which that came into the record. ``end``
    is a place in ``ENDS``. ``order`` counts a person's spells from 0; ``chain`` numbers the
    continuous stay of the person that the spell belongs to (domain D2.2).
    """

    person: Ints
    order: Ints
    chain: Ints
    provider: Ints
    admitted: Days
    admitted_minute: Ints
    ended: Days
    written: Days
    written_minute: Ints
    entered: Days
    end: Ints
    destination: NDArray[np.str_]


@dataclass(frozen=True)
class Absences:
    """One entry per absence from a ward; ``ended`` is the day of return (NaT: none)."""

    person: Ints
    provider: Ints
    kind: NDArray[np.str_]
    started: Days
    ended: Days
    reason: NDArray[np.str_]


@dataclass(frozen=True)
class Lives:
    """The nation's people and events. Per-person arrays unless a field says otherwise.

    ``died`` is the true day of death. ``told`` is the day on which the provider that knows learned
    of it (NaT: none does). ``registered`` is the day of registration. ``home``, ``other`` and
    ``site`` are places in the nation's providers; ``last`` is the provider of the last bed.
    """

    draws: Draws
    nation: Nation
    people: People
    dealt: Dealt
    story: Ints
    variant: Ints
    home: Ints
    other: Ints
    site: Ints
    last: Ints
    left: Days
    """The true end of the last spell, or the day of its move to a ward not heard of."""
    died: Days
    told: Days
    registered: Days
    spells: Spells
    absences: Absences
    noise: Noise | None = None
    """Laid over what each list says of who somebody is: see ``identity``."""


def by_variant(values: tuple[int, ...], variant: Ints) -> Ints:
    """The value of each variant, round and round."""
    return np.asarray(values, dtype=np.int64)[variant % len(values)]


def live(draws: Draws, nation: Nation, noise: Noise | None = None) -> Lives:
    """Let everybody live: a function of the seed, the nation's organisations and each index."""
    dealt = deal(draws, whole=nation.whole)
    home, other, site = placed(draws, nation, dealt.story)
    everyone = _Everyone(
        draws, dealt.story, dealt.variant, {"home": home, "other": other, "site": site}
    )
    everyone.tell_all()
    return Lives(
        draws, nation, _people(draws, whole=nation.whole), dealt, dealt.story, dealt.variant,
        home, other, site,
        last=everyone.last, left=everyone.left, died=everyone.died, told=everyone.told,
        registered=everyone.registered, spells=everyone.spells(), absences=everyone.absences(),
        noise=noise,
    )  # fmt: skip


def _people(draws: Draws, *, whole: bool) -> People:
    """The people, some of whom bear another's NHS number; those two are surely two people.

    Whole thousands are made and then cut, since the other may lie beyond the last person.
    """
    thousands = Draws(draws.seed, -(-draws.people // BLOCK) * BLOCK)
    people = invent_people(thousands)
    bearers, owners = sharers(deal(thousands, whole=whole))
    people.nhs_number[bearers] = people.nhs_number[owners]
    same_name = people.surname[bearers] == people.surname[owners]
    people.surname[bearers] = (people.surname[bearers] + same_name) % len(surnames())
    same_birth = people.birth[bearers] == people.birth[owners]
    people.birth[bearers] += np.where(same_birth, 400, 0).astype("timedelta64[D]")
    return people.of(slice(draws.people))


class _Everyone:
    """Tells the stories one by one, each for all who live it, and gathers what happened."""

    def __init__(
        self, draws: Draws, story: Ints, variant: Ints, providers: dict[str, Ints]
    ) -> None:
        self.draws, self.story, self.variant, self.providers = draws, story, variant, providers
        nobody = np.full(draws.people, NEVER)
        self.left, self.died, self.told, self.registered = (nobody.copy() for _ in range(4))
        self.last = providers["home"].copy()
        self._spells: list[tuple[object, ...]] = []
        self._absences: list[tuple[object, ...]] = []

    def tell_all(self) -> None:
        """Tell every story."""
        for place, story in enumerate(stories()):
            who = np.flatnonzero(self.story == place)
            self._tell(story, who, self.variant[who])

    def _tell(self, story: Story, who: Ints, variant: Ints) -> None:
        span = (story.last - story.first).days + 1
        start: np.datetime64 = np.datetime64(story.first, "D")
        drawn: Days = start + self.draws.below("when", span)[who].astype("timedelta64[D]")
        days = by_variant(story.days_after, variant) if story.dies else np.zeros_like(variant)
        died: Days = drawn
        if story.leaves_on:
            fixed: Days = np.asarray(story.leaves_on, dtype="datetime64[D]")
            died = fixed[variant % len(fixed)] + days.astype("timedelta64[D]")
        left = died - days
        self.left[who] = left
        if story.dies:
            self.died[who] = died
            self._make_known(story, who, died)
        if story.beds:
            self._sleep(story, who, variant, left)

    def _make_known(self, story: Story, who: Ints, died: Days) -> None:
        first, last = story.told_after
        if story.knows != "none":
            self.told[who] = died + self.draws.between("told", first, last)[who]
        if story.registered == "soon":
            self.registered[who] = died + self.draws.between("registered", 3, 12)[who]
        elif story.registered in ("after-inquest", "inquest-adjourned"):
            self.registered[who] = died + self.draws.between("inquest", 150, 270)[who]

    def _sleep(self, story: Story, who: Ints, variant: Ints, left: Days) -> None:
        """Lay the beds of a story back from the day of its last end."""
        chains = chain_of(story.beds)
        ended = left
        for order in reversed(range(len(story.beds))):
            bed = story.beds[order]
            provider = self.providers[bed.at][who]
            nights = self._nights(bed, order, who, variant)
            admitted = ended - nights
            out = self._clock(story, order, who, variant)
            written = np.full(len(who), NEVER) if not bed.end.is_written else ended
            if bed.end is End.DIED_WRITTEN_AS_LEAVING:
                written = written + _LATE_BY
            true_end = np.full(len(who), NEVER) if bed.end is End.STILL_THERE else ended
            self._spells.append(
                (who, np.full(len(who), order), np.full(len(who), chains[order]), provider,
                 admitted, self.draws.between(f"in {order}", 13 * 60, 18 * 60)[who],
                 true_end, written, out, written + story.entered_late,
                 np.full(len(who), ENDS.index(bed.end)), _destinations(story, bed, variant))
            )  # fmt: skip
            if order == len(story.beds) - 1:
                self.last[who] = provider
                self._go_away(story, who, provider, ended)
            ended = admitted - bed.gap

    def _nights(self, bed: Bed, order: int, who: Ints, variant: Ints) -> Ints:
        if bed.nights_by_variant:
            return by_variant(bed.nights, variant)
        return self.draws.between(f"nights {order}", bed.nights[0], bed.nights[-1])[who]

    def _clock(self, story: Story, order: int, who: Ints, variant: Ints) -> Ints:
        """Minute of the day of the discharge: before noon, so that a move in one day has order."""
        if story.clock and order == len(story.beds) - 1:
            return by_variant(tuple(minute(text) for text in story.clock), variant)
        return self.draws.between(f"out {order}", 8 * 60, 11 * 60 + 59)[who]

    def _go_away(self, story: Story, who: Ints, provider: Ints, ended: Days) -> None:
        if story.away is None:
            return
        started = ended - story.away.days_before
        back = started + 2 if story.away.came_back else np.full(len(who), NEVER)
        reason = "Returned" if story.away.came_back else ""
        if story.beds[-1].end is End.CLOSED_WHILE_ABSENT:
            back, reason = ended, "Discharged while absent"
        self._absences.append(
            (who, provider, np.full(len(who), story.away.kind), started, back,
             np.full(len(who), reason))
        )  # fmt: skip

    def spells(self) -> Spells:
        """All spells, by person and order."""
        columns = [np.concatenate(column) for column in zip(*self._spells, strict=True)]
        order = np.lexsort((columns[1], columns[0]))
        return Spells(*(column[order] for column in columns))

    def absences(self) -> Absences:
        """All absences, by person."""
        columns = [np.concatenate(column) for column in zip(*self._absences, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return Absences(*(column[order] for column in columns))


def chain_of(beds: tuple[Bed, ...]) -> tuple[int, ...]:
    """The stay of each bed: a move goes on, and so does any end followed within a day (D2.2)."""
    chains = [0] * len(beds)
    for order in range(1, len(beds)):
        goes_on = beds[order - 1].end is End.MOVED or beds[order].gap <= 1
        chains[order] = chains[order - 1] + (0 if goes_on else 1)
    return tuple(chains)


def minute(text: str) -> int:
    """Minutes from midnight of a time written HH:MM."""
    time = dt.time.fromisoformat(text)
    return time.hour * 60 + time.minute


def _destinations(story: Story, bed: Bed, variant: Ints) -> NDArray[np.str_]:
    if bed.end is End.MOVED:
        return np.asarray(story.destinations, dtype="U2")[variant % len(story.destinations)]
    return np.full(len(variant), bed.end.destination, dtype="U2")
