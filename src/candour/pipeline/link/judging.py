"""From a probability to a decision: match, review or no.

Two cuts decide, and a few rules over them that no weight may overrule, since what they guard
against looks like one person field by field: twins, a parent and child under one number, one
person with two numbers or two deaths, somebody who fits two people equally well. What a rule holds
back is for a person to decide; it is never dropped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from candour.pipeline.link.comparisons import Comparison
from candour.pipeline.link.plain import sound_number

if TYPE_CHECKING:
    from candour.pipeline.link.model import Model

LIKELY, ALL_BUT_SURE = 0.5, 0.99
"""A pair with one thing against it is shown to a person from here on; one with two from there."""
MARGIN = 6.0
"""Bits. Of two people whom a record fits, one has to fit so much better (64 times) to be taken."""

A_GENERATION = 14
"""Years between the births of parent and child, at the least."""

TWO_NUMBERS = "Two NHS numbers: two people, or one person who has two."
TWINS = "Born on one day with one surname, and the given names differ: they may be twins."
SAME_NAME = "One name and two dates of birth: they may be parent and child."
ALIKE_NAMES = "Born on one day with one surname, and the given names are only alike."
ONE_NUMBER = "One NHS number, and other facts that differ: it may be two people."
TWO_DEATHS = "The dates of death lie more than a month apart: nobody dies twice."
NOTHING_SOLID = "Much is nearly the same, and no number, name or date of birth agrees in full."
ONLY_BIRTH = "Surname and date of birth agree, the dates of death differ, and nothing else tells."
NO_NAME = "One of the two has no name to compare."
FITS_SEVERAL = "It fits more than one person about equally well."
CONFLICTS = {
    TWO_NUMBERS: "nhs_number",
    TWINS: "given_name",
    ONE_NUMBER: "given_name",
    SAME_NAME: "birth_date",
    TWO_DEATHS: "death_date",
}
"""What speaks against one person, and the kind of field by which it does."""
_BIRTH_AND_DEATH = {"surname", "birth_date", "death_date"}
TAKEN = "The lists name each person once, and one of the two fits somebody else better."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scored pair: ``levels`` by kind of field (absent where nothing is said)."""

    a: int
    b: int
    weight: float
    probability: float
    levels: Mapping[str, str]


@dataclass(slots=True)
class Judged:
    """A candidate and what was decided; ``held`` says why a likely pair is for review."""

    pair: Candidate
    decision: str
    held: list[str] = field(default_factory=list)

    @property
    def conflict(self) -> bool:
        """Whether something speaks against their being one person."""
        return any(reason in CONFLICTS for reason in self.held)

    def hold(self, reason: str) -> None:
        """Leave it to a person."""
        self.decision = "review"
        if reason not in self.held:
            self.held.append(reason)


Facts = Mapping[int, Mapping[str, Any]]
"""Of each record: surname, given, birth, death, nhs, list; None where nothing is said."""


def judge(
    candidates: Sequence[Candidate],
    facts: Facts,
    model: Model,
    once_each: bool = False,
    within: bool = False,
    families: bool = True,
    apart: Callable[[int, int], bool] = lambda a, b: False,
) -> list[Judged]:
    """Decide each pair that is at least worth a look; the rest are "no" and not given back.

    :param facts: what the records of these pairs say.
    :param once_each: the lists name each person once, so that a record has one partner at most.
    :param within: records of one list are compared with each other: people may stand in it twice.
    :param families: people of one name and one home who are others may stand in these lists.
    :param apart: whether a person decided that two records are different people.
    """

    def least(each: Judged) -> float:
        if each.held == [NOTHING_SOLID]:
            # One surname in one home is a family, and most pairs of a family are two people: it is
            # a question only where the weights alone would have made them one.
            return model.match
        return (0, LIKELY, ALL_BUT_SURE if families else LIKELY)[min(len(each.held), 2)]

    judged = [
        Judged(pair, "match" if pair.probability >= model.match else "review")
        for pair in sorted(candidates, key=lambda p: (-p.weight, p.a, p.b))
        if pair.probability >= model.review
        and not plainly_two(pair, facts)
        and len(_agreeing(pair)) > 1
    ]
    for each in judged:
        for reason in reasons_to_hold(each.pair, facts, families):
            each.hold(reason)
    judged = [j for j in judged if j.pair.probability >= least(j)]
    between = {frozenset((j.pair.a, j.pair.b)): j for j in judged}

    def clash(one: int, other: int) -> tuple[str, ...]:
        known = between.get(frozenset((one, other)))
        if known is not None:
            return tuple(CONFLICTS[reason] for reason in known.held if reason in CONFLICTS)
        if apart(one, other):
            return ("decision",)
        return clashes(facts[one], facts[other])

    def same_list(one: int, other: int) -> bool:
        return bool(facts[one]["list"] == facts[other]["list"]) and not within

    judged = _of_several(judged, clash, same_list)
    return _once_each(judged) if once_each else judged


def plainly_two(pair: Candidate, facts: Facts) -> bool:
    """Two sound NHS numbers are two people, unless name and date of birth agree in full."""
    one, other = facts[pair.a]["nhs"], facts[pair.b]["nhs"]
    if one == other or not (sound_number(one) and sound_number(other)):
        return False
    at = pair.levels
    return (at.get("given_name"), at.get("surname"), at.get("birth_date")) != ("exact",) * 3


def reasons_to_hold(pair: Candidate, facts: Facts, families: bool = True) -> list[str]:
    """The rules that keep this pair from being a match, whatever it weighs."""
    at = pair.levels
    known = _common_number(pair)
    one, other = facts[pair.a], facts[pair.b]
    reasons = []
    if sound_number(one["nhs"]) and sound_number(other["nhs"]) and one["nhs"] != other["nhs"]:
        reasons.append(TWO_NUMBERS)
    given, surname, birth = at.get("given_name"), at.get("surname"), at.get("birth_date")
    if (
        not known
        and birth == "exact"
        and surname in ("exact", "alike")
        and (given == "else" or (families and given == "near"))
    ):
        reasons.append(TWINS if given == "else" else ALIKE_NAMES)
    against = (given == "else") + (surname == "else") + (birth in ("else", "year", "two-slips"))
    if at.get("nhs_number") == "exact" and against > 1:
        reasons.append(ONE_NUMBER)
    whole_name = surname == "changed-round" or (surname == "exact" and given == "exact")
    born_apart = birth in ("else", "two-slips", "year") and (
        families or _a_generation(one["birth"], other["birth"])
    )
    if whole_name and not known and born_apart:
        reasons.append(SAME_NAME)
    if at.get("death_date") == "else":
        reasons.append(TWO_DEATHS)
    if families and not (known or whole_name or birth == "exact"):
        reasons.append(NOTHING_SOLID)
    if at.get("death_date") == "month" and {*_agreeing(pair)} <= _BIRTH_AND_DEATH and given is None:
        reasons.append(ONLY_BIRTH)
    if families and not known and surname is None and given is None:
        reasons.append(NO_NAME)
    return reasons


def _agreeing(pair: Candidate) -> list[str]:
    """The kinds of field that agree, more or less: one alone pairs nobody, however rare."""
    return [
        kind
        for kind, level in pair.levels.items()
        if level != "else" and kind not in ("sex", "occupation")
    ]


def _common_number(pair: Candidate) -> bool:
    return "exact" in (pair.levels.get("nhs_number"), pair.levels.get("key"))


def _a_generation(one: str | None, other: str | None) -> bool:
    """Whether two dates of birth lie as far apart as a parent's and a child's."""
    years = [int(born[:4]) for born in (one, other) if born and born[:4].isdigit()]
    return len(years) == 2 and abs(years[0] - years[1]) >= A_GENERATION


def clashes(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of field in which two records that were not compared plainly differ."""
    found = []
    if sound_number(one["nhs"]) and sound_number(other["nhs"]) and one["nhs"] != other["nhs"]:
        found.append("nhs_number")
    if one["given"] and other["given"]:
        shorter, longer = sorted((one["given"], other["given"]), key=len)
        if not longer.startswith(shorter) and SequenceMatcher(None, shorter, longer).ratio() < 0.6:
            found.append("given_name")
    born, other_born = one["birth"], other["birth"]
    if (born and other_born) and born[:4] != other_born[:4] and born[5:] != other_born[5:]:
        found.append("birth_date")
    return tuple(found)


def _of_several(
    judged: Sequence[Judged],
    clash: Callable[[int, int], tuple[str, ...]],
    same_list: Callable[[int, int], bool],
) -> list[Judged]:
    """What becomes of a record that fits several people.

    Where it fits two about equally well, and does not say that by which they differ (a twin's
    initial, a name without a date of birth), it is matched to neither. Where it fits one far
    better, a pair of the same two lists with something against it is no question any more: a twin,
    or a parent of one name.
    """
    of_record: dict[int, list[Judged]] = defaultdict(list)
    for each in judged:  # the heaviest first
        of_record[each.pair.a].append(each)
        of_record[each.pair.b].append(each)
    out: set[tuple[int, int]] = set()
    for record, several in of_record.items():
        for place, each in enumerate(several[1:], start=1):
            partner = _other(each.pair, record)
            for rival in several[:place]:
                third = _other(rival.pair, record)
                differ = clash(partner, third) if third != partner else ()
                if not differ:
                    continue
                if rival.pair.weight - each.pair.weight >= MARGIN:
                    if rival.decision == "match" and each.conflict and same_list(partner, third):
                        out.add((each.pair.a, each.pair.b))
                elif "match" in (rival.decision, each.decision) and any(
                    _unsaid(kind, each.pair, rival.pair) for kind in differ
                ):
                    each.hold(FITS_SEVERAL)
                    rival.hold(FITS_SEVERAL)
    return [each for each in judged if (each.pair.a, each.pair.b) not in out]


def _unsaid(kind: str, *pairs: Candidate) -> bool:
    return any(pair.levels.get(kind, "initial") == "initial" for pair in pairs)


def _once_each(judged: Sequence[Judged]) -> list[Judged]:
    """Each record with its best partner alone; nearly as good ones are for a person to see."""
    taken: dict[int, float] = {}
    left = []
    for each in judged:  # the heaviest first
        before = max(taken.get(each.pair.a, -1e9), taken.get(each.pair.b, -1e9))
        if before > -1e9 and each.pair.weight < before - MARGIN:
            continue
        if before > -1e9:
            each.hold(TAKEN)
        for record in (each.pair.a, each.pair.b):
            taken.setdefault(record, each.pair.weight)
        left.append(each)
    return left


def _other(pair: Candidate, record: int) -> int:
    return pair.b if pair.a == record else pair.a


def in_words(pair: Candidate, kinds: Sequence[Comparison]) -> str:
    """What agrees and what differs, with no value of anybody's.

    So: "Surname: the same; birth date: one slip apart."
    """
    words = {kind.name: {level.name: level.words for level in kind.levels} for kind in kinds}
    said = [
        f"{name.replace('_', ' ').replace('nhs', 'NHS').replace('key', 'further key')}: "
        f"{words[name][level]}"
        for name, level in pair.levels.items()
    ]
    whole = "; ".join(said)
    return f"{whole[:1].upper()}{whole[1:]}." if whole else ""
