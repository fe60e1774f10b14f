"""The truth of each death, from the events alone, and what the extracts let anyone tell of it.

A second, separate reading of the reference rules (domain D2.1 to D2.6): it exists so that the
definitions and the pipeline can be compared with it, and it sees neither.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from candour.synthetic.draws import Days, Ints, add_months
from candour.synthetic.extracts_incidents import is_kind, reports
from candour.synthetic.lives import NEVER, Flags, Lives, chain_of
from candour.synthetic.script import End, Story
from candour.synthetic.stories import CUT_OFFS, stories

WINDOWS = (7, 28, 30, 31, 90)
"""Days after discharge for which the truth is written."""
QUESTIONS = ("inpatient", *(f"post-discharge-{days}" for days in WINDOWS), "hssib-2025",
             "lampard-2024", "absence-discharged", "post-discharge-without-acute")  # fmt: skip
LAMPARD_MONTHS = 3
USUAL_DAYS = 30
"""Days of the questions that take a number and are written for one alone."""

NOT_LINKED = "A stay may be this person's: name and birth agree, and the list holds no NHS number."
ENDING_NOT_TOLD = "A stay ended on the day of the death, and nothing says how."
TRANSFER = "The last discharge was to another ward, of which no extract tells."
DAY_NOT_TOLD = "Only the month of the death is known, and its days give different answers."


_NOT_TOLD = (End.DIED_ENDING_NOT_WRITTEN, End.DIED_SPELL_CLOSED)
"""Endings of which the record says a day, and nothing of whether the person died or left."""


@dataclass(frozen=True)
class Reading:
    """One way that the world may have been, for people of one story: arrays in step.

    ``left`` is the day from which the windows after discharge run: the end of the latest chained
    stay that the person left alive, or the start of an absence during which it was closed.
    """

    during: Flags
    died: Days
    left: Days
    absent: Days
    moved: Days

    def answers(self) -> dict[str, Flags]:
        """In (true) or out (false) under each of ``QUESTIONS``."""
        days = (self.died - self.left).astype(np.int64)
        known = ~np.isnat(self.left)
        after = {n: known & (days >= 0) & (days <= n) for n in WINDOWS}
        lampard = self.during.copy()
        for start in (self.left, self.absent, self.moved):
            lampard |= (self.died >= start) & (self.died <= add_months(start, LAMPARD_MONTHS))
        return {
            "inpatient": self.during,
            **{f"post-discharge-{n}": after[n] for n in WINDOWS},
            "hssib-2025": self.during | after[USUAL_DAYS],
            "lampard-2024": lampard,
            "absence-discharged": ~self.during & self._soon_after(self.absent),
            "post-discharge-without-acute": after[USUAL_DAYS] & ~self._soon_after(self.moved),
        }

    def _soon_after(self, start: Days) -> Flags:
        days = (self.died - start).astype(np.int64)
        soon: Flags = ~np.isnat(start) & (days >= 0) & (days <= USUAL_DAYS)
        return soon


@dataclass(frozen=True)
class Deaths:
    """One entry per death, by person. ``truth`` and ``expected`` are keyed by ``QUESTIONS``.

    ``expected`` holds in | out | cannot-tell: what the extracts, read to the end, allow. ``why``
    says what cannot be told, empty where all can. ``in_extracts``: at least one source knows.
    """

    person: Ints
    died: Days
    left: Days
    in_extracts: Flags
    truth: dict[str, Flags]
    expected: dict[str, NDArray[np.str_]]
    why: NDArray[np.str_]


def deaths(lives: Lives) -> Deaths:
    """The truth of every death in the nation."""
    person, left, why = [], [], []
    truth: dict[str, list[Flags]] = {name: [] for name in QUESTIONS}
    expected: dict[str, list[NDArray[np.str_]]] = {name: [] for name in QUESTIONS}
    for place, story in enumerate(stories()):
        who = np.flatnonzero(lives.story == place)
        if not story.dies:
            continue
        happened = _as_it_was(lives, story, who)
        readings, reason = _as_extracts_allow(story, happened)
        person.append(who)
        left.append(happened.left)
        told = [reading.answers() for reading in readings]
        really = happened.answers()
        tells = np.ones(len(who), dtype=np.bool_)
        for name in QUESTIONS:
            truth[name].append(really[name])
            answer = _settled([one[name] for one in told], cannot=not readings, count=len(who))
            expected[name].append(answer)
            tells &= answer != "cannot-tell"
        why.append(np.where(tells, "", reason))
    everyone = np.concatenate(person)
    order = np.argsort(everyone, kind="stable")
    everyone = everyone[order]
    return Deaths(
        everyone,
        lives.died[everyone],
        np.concatenate(left)[order],
        known_to_any(lives)[everyone],
        {name: np.concatenate(parts)[order] for name, parts in truth.items()},
        {name: np.concatenate(parts)[order] for name, parts in expected.items()},
        np.concatenate(why)[order],
    )


def _settled(answers: list[Flags], *, cannot: bool, count: int) -> NDArray[np.str_]:
    """In where every reading says in, out where every one says out, else cannot tell."""
    if cannot:
        return np.full(count, "cannot-tell")
    every, any_ = np.logical_and.reduce(answers), np.logical_or.reduce(answers)
    return np.where(every, "in", np.where(any_, "cannot-tell", "out"))


def _as_it_was(lives: Lives, story: Story, who: Ints) -> Reading:
    """The events themselves. Those who moved to a ward not heard of lived and died there."""
    died = lives.died[who]
    none: Days = np.full(len(who), NEVER)
    if not story.beds:
        return Reading(np.zeros(len(who), dtype=np.bool_), died, none, none, none)
    chains = chain_of(story.beds)
    last = len(story.beds) - 1
    in_bed = story.beds[-1].end.by_death or story.unresolved
    left, absent, moved = none, none, none
    for order, bed in enumerate(story.beds):
        ended = _ends_of(lives, who, order)
        ends_stay = order == last or chains[order + 1] != chains[order]
        # A move after which the stay went on is no end of anything.
        if ends_stay and bed.end in (End.MOVED, End.TO_ACUTE):
            moved = ended
        if not ends_stay or (order == last and in_bed):
            continue
        left = ended
        if bed.end is End.CLOSED_WHILE_ABSENT and story.away is not None:
            absent = ended - story.away.days_before
            left = absent
    return Reading(np.full(len(who), in_bed), died, left, absent, moved)


def _ends_of(lives: Lives, who: Ints, order: int) -> Days:
    """The true end of the spell of that order, for each of ``who``."""
    ends = np.full(len(lives.story), NEVER)
    here = lives.spells.order == order
    ends[lives.spells.person[here]] = lives.spells.ended[here]
    return ends[who]


def _as_extracts_allow(story: Story, true: Reading) -> tuple[list[Reading], str]:
    """Every way the world may have been for all that the extracts say; none: nothing follows.

    Somebody registered under name, birth and NHS number who is in no provider's list had no stay
    with those who sent theirs: that can be told. It cannot where a list holds a person of the same
    surname and birth without a number.
    """
    nobody = np.zeros(len(true.died), dtype=np.bool_)
    if story.number == "missing" and story.knows == "none":
        return [], NOT_LINKED
    if story.beds and story.beds[-1].end in _NOT_TOLD:
        alive = Reading(nobody, true.died, true.died, true.absent, true.moved)
        return [true, alive], ENDING_NOT_TOLD
    if story.unresolved:
        gone = Reading(nobody, true.died, true.moved, true.absent, true.moved)
        return [true, gone], TRANSFER
    if story.day_not_registered and story.knows == "none":
        month = true.died.astype("datetime64[M]")
        first = month.astype("datetime64[D]")
        last = (month + 1).astype("datetime64[D]") - 1
        ends = [Reading(true.during, day, true.left, true.absent, true.moved)
                for day in (first, last)]  # fmt: skip
        return ends, DAY_NOT_TOLD
    return [true], ""


def known_to_any(lives: Lives) -> Flags:
    """Whose death at least one extract holds: a registration, a provider or an incident record."""
    last = np.datetime64(_last_day(), "D")
    known = (lives.registered <= last) | (lives.told <= last)
    found = reports(lives)
    written = is_kind(found, "death") & (found.reported <= last)
    known[found.person[written]] = True
    flags: Flags = known
    return flags


def _last_day() -> dt.date:
    return CUT_OFFS[-1]
