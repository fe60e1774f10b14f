"""Bodies of the register, found by the words of a name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from candour.organisations.naming.names import (
    DIRECTIONS,
    GENERIC,
    OF_MENTAL_HEALTH_ALONE,
    SAID_OF_MENTAL_HEALTH,
    TRUST_WORDS,
    TYPE_WORDS,
    apart,
    likeness,
    of_name,
)
from candour.organisations.naming.tokens import NOTHING, Word
from candour.organisations.register import Register

SURE = 0.6
"""A likeness from which a body is taken as named, where no other comes near it."""

POSSIBLE = 0.4
"""A likeness from which a body is worth a person's look."""

_MARGIN = 0.12
_SURE_UNCALLED = 0.75
_MENTAL = ("mh_trust", "integrated_trust")
_BOARD = frozenset(("integrated", "care", "board", "icb"))


@dataclass(frozen=True)
class Hit:
    """The codes that some words fit, how well, and whether one of them is beyond doubt."""

    codes: tuple[str, ...]
    confidence: float
    sure: bool


@dataclass(frozen=True)
class _Entry:
    code: str
    places: frozenset[str]
    types: frozenset[str]
    mental: bool


class Coded:
    """Every name of every body in the register, ready to be met in a text."""

    def __init__(self, register: Register, also: Mapping[str, Sequence[str]]) -> None:
        self._trusts: defaultdict[frozenset[str], list[_Entry]] = defaultdict(list)
        self._exact: defaultdict[frozenset[str], set[str]] = defaultdict(set)
        self._boards: defaultdict[frozenset[str], dict[str, set[tuple[str, ...]]]]
        self._boards = defaultdict(dict)
        self.words: set[str] = set()
        self.joined: set[tuple[str, str]] = set()
        for code in register.codes():
            body = register.show(code)
            if body is None or body.kind == "region":
                continue
            for name in (*(held.value for held in body.names), *also.get(code, ())):
                self._add(code, body.kind, name)
            for name in also.get(code, ()):
                self._exact[_bare(of_name(name))].add(code)
        self.places = {word for places in self._trusts for word in places}
        mental = Counter(
            word
            for word, code in {
                (word, entry.code)
                for entries in self._trusts.values()
                for entry in entries
                if entry.mental
                for word in entry.places
            }
        )
        self._telling = {w for w, n in mental.items() if n == 1 and w not in DIRECTIONS}

    def _add(self, code: str, kind: str, name: str) -> None:
        plain = of_name(name)
        self.words.update(plain)
        self.joined |= _joins(name)
        if kind == "icb":
            places = [w for w in plain if w not in _BOARD and w not in GENERIC]
            self._boards[apart(places).places].setdefault(code, set()).add(tuple(places))
        elif kind.endswith("_trust"):
            parts = apart(plain)
            entry = _Entry(code, parts.places, parts.types, kind in _MENTAL)
            self._trusts[parts.places].append(entry)
        else:
            self._exact[_bare(plain)].add(code)

    def find(self, said: Sequence[Word]) -> Hit | None:
        """The body that all of these words name; none where they name none of the register's."""
        plain = [word.plain for word in said]
        exact = self._exact.get(_bare(plain))
        if exact:
            return Hit(tuple(sorted(exact)), 1.0, len(exact) == 1)
        if _two_names(said):
            return None
        if "icb" in plain or ({"integrated", "board"} <= set(plain)):
            return self._board(plain)
        return self._trust(plain)

    def _board(self, plain: list[str]) -> Hit | None:
        if {"trust", "foundation"} & set(plain):
            return None
        said = tuple(word for word in plain if word not in _BOARD and word not in GENERIC)
        held = self._boards.get(apart(said).places, {})
        # North West London and West and North London differ in the order of their words alone.
        codes = [code for code, names in held.items() if said in names] or list(held)
        return Hit(tuple(sorted(codes)), 1.0, len(codes) == 1) if codes else None

    def _trust(self, plain: list[str]) -> Hit | None:
        parts = apart(plain)
        if not parts.places:
            return None
        # "NHS Suffolk" was a commissioner; "Solent NHS" is a trust whose name was cut short.
        as_trust = bool(TRUST_WORDS & set(plain[1:]))
        here = self._trusts.get(parts.places, [])
        scored = self._scored(here, parts.types)
        if not parts.types:
            return self._by_place_alone(parts.places, here, scored, as_trust=as_trust)
        if as_trust and len(scored) == 1 and self._fits_loosely(here, parts.types):
            # No other trust ever bore these places, and nothing that is said speaks against it.
            return Hit((scored[0][1],), max(scored[0][0], 0.7), True)
        if not scored or scored[0][0] < POSSIBLE:
            return self._by_sort(here, parts.types, as_trust=as_trust) or (
                self._by_part_of_the_place(parts.places, parts.types)
            )
        best, code = scored[0]
        rivals = [c for score, c in scored if c != code and score > best - _MARGIN]
        # Without the word trust, words such as "Care" may be those of another body of the place.
        sure = best >= (SURE if as_trust else _SURE_UNCALLED) and not rivals
        return Hit((code, *rivals), best, sure)

    def _by_place_alone(
        self,
        places: frozenset[str],
        here: Sequence[_Entry],
        scored: Sequence[tuple[float, str]],
        *,
        as_trust: bool,
    ) -> Hit | None:
        """A place and no more: enough where one trust alone was ever called so."""
        codes = tuple(sorted({entry.code for entry in here}))
        if not codes:
            return self._among_wider(places) if as_trust else None
        # A trust that is called by its places alone is meant, even where others share them.
        bare = sorted({entry.code for entry in here if not entry.types})
        if as_trust and len(bare) == 1:
            return Hit((bare[0],), 1.0, True)
        if len(codes) == 1 and (as_trust or len(places - DIRECTIONS) >= 3):
            return Hit(codes, max(0.7, scored[0][0]), True)
        told = len(places - DIRECTIONS) >= 2 and bool(places & self._telling)
        several = told or len(places) >= 3
        if len(codes) == 1 and places not in self._boards and (told or len(places) >= 4):
            return Hit(codes, 0.65, True)
        # The bare name of one place, in a list of addressees, is as likely its council.
        return Hit(codes, POSSIBLE, False) if as_trust or several else None

    def _among_wider(self, places: frozenset[str]) -> Hit | None:
        """Some of one mental health trust's places and no word of its sort: for a person to say."""
        wider = {
            entry.code
            for held, entries in self._trusts.items()
            if places < held and places & self._telling
            for entry in entries
            if entry.mental
        }
        return Hit(tuple(wider), POSSIBLE, False) if len(wider) == 1 else None

    def _by_part_of_the_place(self, places: frozenset[str], types: frozenset[str]) -> Hit | None:
        """Some of a mental health trust's places, one of which no other such trust has."""
        if not places & self._telling or not types & OF_MENTAL_HEALTH_ALONE:
            return None
        wider = [
            entry
            for held, entries in self._trusts.items()
            if places < held
            for entry in entries
            if entry.mental and types & entry.types & OF_MENTAL_HEALTH_ALONE
        ]
        codes = tuple(sorted({entry.code for entry in wider}))
        if not codes:
            return None
        return Hit(codes, 0.65, len(codes) == 1)

    @staticmethod
    def _fits_loosely(here: Sequence[_Entry], said: frozenset[str]) -> bool:
        return any(said <= entry.types | SAID_OF_MENTAL_HEALTH for entry in here if entry.mental)

    @staticmethod
    def _by_sort(here: Sequence[_Entry], said: frozenset[str], *, as_trust: bool) -> Hit | None:
        """The one mental health trust of a place, called one, by words that its name has not."""
        mental = tuple(sorted({entry.code for entry in here if entry.mental}))
        if not as_trust or len(mental) != 1:
            return None
        sure = bool(said & OF_MENTAL_HEALTH_ALONE) and said <= SAID_OF_MENTAL_HEALTH
        # A trust of the same place and of another sort: an old name, or a slip of the pen.
        only = len({entry.code for entry in here}) == 1
        return Hit(mental, 0.62 if sure else POSSIBLE, sure) if sure or only else None

    @staticmethod
    def _scored(here: Sequence[_Entry], said: frozenset[str]) -> list[tuple[float, str]]:
        """The bodies of one place by how well the type words fit, the best first."""
        having = Counter(
            word for word, _ in {(word, entry.code) for entry in here for word in entry.types}
        )
        best: dict[str, float] = {}
        for entry in here:
            score = likeness(said, entry.types, having, mental=entry.mental)
            best[entry.code] = max(score, best.get(entry.code, 0.0))
        return sorted(((score, code) for code, score in best.items()), reverse=True)


class Brands:
    """Groups of independent hospitals, whose brand begins the names of their companies and sites.

    A brand may be a common word as well (Priory Road), so a word of health care must stand with it,
    and none that shows another sort of body.
    """

    def __init__(self, said: Mapping[str, Sequence[str]]) -> None:
        self._codes = {of_name(brand)[0]: brand for brand in said["groups"]}
        self._with = frozenset(word for one in said["with"] for word in of_name(one))
        self._never = frozenset(word for one in said["never"] for word in of_name(one))

    def find(self, said: Sequence[Word]) -> Hit | None:
        """The group that the words name."""
        plain = [word.plain for word in said]
        code = self._codes.get(plain[0])
        if code is None or not self._with & set(plain) or self._never & set(plain):
            return None
        return Hit((code,), 0.8, True) if all(w.before == NOTHING for w in said[1:]) else None


def _bare(plain: Sequence[str]) -> frozenset[str]:
    """The words of a national body's name without those that come and go."""
    return frozenset(
        w for w in plain if w not in {"the", "of", "for", "uk", "limited", "ltd", "hm"}
    )


def _two_names(said: Sequence[Word]) -> bool:
    """Whether a place stands on both sides of a mark or of `and`: then two names hold it."""
    sides: list[set[str]] = [set()]
    for at, word in enumerate(said):
        if at and word.before != NOTHING:
            sides.append(set())
        if word.plain not in TYPE_WORDS | GENERIC | DIRECTIONS | _BOARD:
            sides[-1].add(word.plain)
    return sum(len(side) for side in sides) > len(set().union(*sides))


def _joins(name: str) -> set[tuple[str, str]]:
    """The pairs of words between which a name has `and` or a comma."""
    pairs: set[tuple[str, str]] = set()
    pieces = [of_name(piece) for piece in name.replace(" and ", ",").split(",")]
    for left, right in pairwise(pieces):
        if left and right:
            pairs.add((left[-1], right[0]))
    return pairs


def known_type_words() -> frozenset[str]:
    """Words that say what a body is."""
    return TYPE_WORDS | TRUST_WORDS
