"""A cell of addressees, cut into the bodies that it names.

Commas and "and" join addressees, and they stand within names. So no cut is made by marks alone: of
all the ways to cut a text at its marks, the one is taken in which the most words belong to bodies
that are known, or whose kind their words show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from candour.organisations.naming.coded import Brands, Coded, Hit
from candour.organisations.naming.found import FOLLOWED, MATCH, REVIEW, Named, Resolved
from candour.organisations.naming.kinds import Kinds, data, words_of_kinds
from candour.organisations.naming.names import (
    DIRECTIONS,
    GENERIC,
    OF_MENTAL_HEALTH_ALONE,
    TYPE_WORDS,
    of_name,
)
from candour.organisations.naming.tokens import AND, COMMA, NOTHING, WALL, Word, tokens
from candour.organisations.register import Register
from candour.spelling import Vocabulary, like_one_of, words

_LONGEST = 24
"""No name of a body has more words; a longer run is not tried as one."""

_ROLE, _PART, _UNKNOWN, _TRUST = "role", "part", "unknown", "nhs_trust"
_BOARD = "integrated_care_board"
_LEADING = frozenset(("the", "of", "for", "to", "at", "by"))


@dataclass(frozen=True)
class _Piece:
    """Some words in a row, what they were taken for, and how much speaks for that."""

    start: int
    end: int
    kind: str
    worth: float
    hit: Hit | None = None


class Resolver:
    """Reads the bodies that a text names."""

    def __init__(self, register: Register) -> None:
        known = data("known_as")
        self._register = register
        self._coded = Coded(register, known["also"])
        joined = self._coded.joined | {(a, b) for a, b in known["joined"]}
        self._brands = Brands(known["brands"])
        self._kinds = Kinds({(of_name(a)[-1], of_name(b)[0]) for a, b in joined})
        self._short: dict[str, list[str]] = {}
        for code, shorts in known["short"].items():
            for short in shorts:
                self._short.setdefault(short, []).append(code)
        roles = data("roles")
        self._office, self._title, self._part, self._opens = (
            frozenset(w for one in roles[side] for w in of_name(str(one)))
            for side in ("office", "title", "part", "opens")
        )

    @classmethod
    def shipped(cls) -> Resolver:
        """A reader of the shipped register, made once."""
        return _shipped()

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        unstemmed = {
            word
            for code in self._register.codes()
            for held in self._register.names(code)
            for word in words(held.value)
        }
        guard = {word for one in data("guards")["words"] for word in words(one)}
        return Vocabulary(
            {"and"}
            | self._coded.words
            | unstemmed
            | words_of_kinds()
            | TYPE_WORDS
            | DIRECTIONS
            | guard
        )

    def resolve(self, text: str | None) -> Resolved:
        """The bodies that a text names, in order.

        A body is a match only where its words fit one body of the register and no other comes near;
        what may be one of several is for review. Offices, people and parts of a body are not
        bodies.
        """
        said = tokens(text or "", self._vocabulary)
        pieces = self._cut(said)
        doubtful = self._may_be_cut_short(pieces, said)
        named = [
            one
            for at, piece in enumerate(pieces)
            if (one := self._named(piece, said, text or "", doubtful=at in doubtful))
        ]
        return Resolved(tuple(self._each_once(named)))

    def _cut(self, said: Sequence[Word]) -> list[_Piece]:
        """The best way to cut the words: the greatest worth, of equals the fewest pieces."""
        edges = self._edges(said)
        best: dict[int, tuple[float, list[_Piece]]] = {len(said): (0.0, [])}
        for start in reversed(edges):
            options: list[tuple[float, list[_Piece]]] = []
            for end in (*[e for e in edges if e > start], len(said)):
                if end - start > _LONGEST or self._walled(said, start, end):
                    break
                piece = self._piece(said, start, end)
                worth, rest = best[end]
                options.append((piece.worth + worth, [piece, *rest]))
            best[start] = max(options, key=lambda option: (option[0], -len(option[1])))
        return best[0][1] if said else []

    def _edges(self, said: Sequence[Word]) -> list[int]:
        """Where a name may begin: after a mark or `and`, an office, a title, the word trust."""
        edges = []
        for at, word in enumerate(said):
            before = said[at - 1].plain if at else ""
            after_office = before in self._office and (
                word.plain not in self._office or word.plain in GENERIC
            )
            into_office = word.plain in self._opens and before not in self._office
            if (
                word.before != NOTHING
                or before in ("trust", "ccg")
                or after_office
                or into_office
                or word.acronym in self._short
                or (at and said[at - 1].acronym in self._short)
            ):
                edges.append(at)
        return edges

    @staticmethod
    def _walled(said: Sequence[Word], start: int, end: int) -> bool:
        return any(word.before == WALL for word in said[start + 1 : end])

    def _piece(self, said: Sequence[Word], start: int, end: int) -> _Piece:
        run = said[start:end]
        count = len(run)
        if count == 1 and run[0].acronym in self._short:
            codes = tuple(self._short[run[0].acronym])
            return _Piece(start, end, "", 1.0, Hit(codes, 0.95, len(codes) == 1))
        while len(run) > 1 and run[0].plain in _LEADING:
            run = run[1:]
        hit = self._coded.find(run) or self._brands.find(run)
        if hit and hit.sure:
            return _Piece(start, end, "", count * (0.8 + 0.2 * hit.confidence) - 0.05, hit)
        plain = {word.plain for word in run}
        if hit is None and plain <= TYPE_WORDS | GENERIC | self._part:
            # Adult Mental Health Services: of whom, the words beside it say.
            return _Piece(start, end, _PART, count * 0.5)
        kind = self._kinds.of(run)
        if hit and kind in (None, _TRUST, _BOARD):
            return _Piece(start, end, "", count * 0.6 - 0.1, hit)
        if kind:
            return _Piece(start, end, kind, count * (0.6 if kind == _TRUST else 0.7) - 0.1)
        return self._no_body(run, start, end)

    def _no_body(self, run: Sequence[Word], start: int, end: int) -> _Piece:
        plain = [word.plain for word in run]
        if all(word in self._office or word in self._title for word in plain):
            return _Piece(start, end, _ROLE, len(run) * 0.3)
        if plain[0] in self._title:
            return _Piece(start, end, _ROLE, 0.1)
        # A place by itself is a body's address.
        if plain[-1] in self._part or set(plain) <= self._coded.places:
            return _Piece(start, end, _PART, 0.0)
        return _Piece(start, end, _UNKNOWN, -0.3)

    def _may_be_cut_short(self, pieces: Sequence[_Piece], said: Sequence[Word]) -> set[int]:
        """The pieces that may be the end of a longer name.

        A place, or a word like one, that `and` or a comma joins to what follows, and that no known
        name accounts for, may belong to it: "Surery and Sussex ..." names more than Sussex.
        """
        known = self._coded.places | DIRECTIONS
        return {
            at + 1
            for at, (piece, after) in enumerate(pairwise(pieces))
            if piece.kind == _UNKNOWN
            and after.hit is not None
            and said[after.start].before in (AND, COMMA)
            and any(like_one_of(word.plain, known) for word in said[piece.start : piece.end])
        }

    def _named(
        self, piece: _Piece, said: Sequence[Word], text: str, *, doubtful: bool
    ) -> Named | None:
        if piece.kind in (_ROLE, _PART):
            return None
        run = said[piece.start : piece.end]
        begins = next((word for word in run if word.plain not in _LEADING), run[0])
        raw = text[begins.start : run[-1].end]
        if piece.hit is None:
            return Named(raw, piece.kind, confidence=0.5 if piece.kind != _UNKNOWN else 0.0)
        first = self._register.show(piece.hit.codes[0])
        kind = first.kind if first else _UNKNOWN
        follows = any(self._followed(code) for code in piece.hit.codes)
        confidence = round(piece.hit.confidence, 2)
        if doubtful or not piece.hit.sure:
            return Named(
                raw, kind, None, None, confidence, REVIEW, tuple(sorted(piece.hit.codes)), follows
            )
        code = piece.hit.codes[0]
        name = self._register.name(code)
        return Named(raw, kind, code, name, confidence, MATCH, followed=follows)

    def _followed(self, code: str) -> bool:
        body = self._register.show(code)
        if body is None or body.kind != "integrated_trust":
            return body is not None and body.kind in FOLLOWED
        said = {word for held in body.names for word in of_name(held.value)}
        return bool(said & OF_MENTAL_HEALTH_ALONE)

    @staticmethod
    def _each_once(named: Sequence[Named]) -> list[Named]:
        """Each body once. A short name beside the full one names no second body."""
        full = {one.code for one in named if one.code and " " in one.text}
        kept: dict[object, Named] = {}
        for at, one in enumerate(named):
            if one.decision == REVIEW and full & set(one.candidates):
                continue
            kept.setdefault(one.code or at, one)
        return list(kept.values())


@cache
def _shipped() -> Resolver:
    return Resolver(Register.load())
