"""Words as they were typed: the slips that leave no doubt which word of a known list was meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_APART = re.compile(r"[^\w&+]+|_")
_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_APOSTROPHES = re.compile(r"[\u2019\u2018'`\u00b4]")

SHORTEST_CORRECTED = 5
"""A word of fewer letters is taken as it stands: one slip would make too many others of it."""

_LONG = 8
_SHORTEST_SPLIT = 6


def words(text: str) -> list[str]:
    """The words of a text in small letters, without marks; `&` and `+` are the word `and`.

    Two words that lost the space between them are told apart where a capital shows it.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = _GLUED.sub(" ", _APOSTROPHES.sub("", plain)).casefold()
    plain = plain.replace("&", " and ").replace("+", " and ")
    return [word for word in _APART.split(plain) if word]


def stem(word: str) -> str:
    """The word without the `s` of a plural, so that Valley and Valleys are one."""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


class Vocabulary:
    """The words that a reader knows, and the one that a slip of typing was meant for.

    A slip is one letter left out, put in, changed or swapped with its neighbour; two in a word of
    eight letters and more. A word of four letters may have lost one of five; the end of a word may
    have been written twice. A word that lies as near to two known words is not corrected.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._nearest = lru_cache(maxsize=20_000)(self._find)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def meant(self, word: str) -> str | None:
        """The known word that was meant; none where there is none, or more than one."""
        return word if word in self._known else self._nearest(word)

    def _find(self, word: str) -> str | None:
        if not word.isalpha():
            return None
        if len(word) < SHORTEST_CORRECTED:
            return self._without_a_letter(word) if len(word) == SHORTEST_CORRECTED - 1 else None
        from rapidfuzz.distance import OSA

        most = 2 if len(word) >= _LONG else 1
        near: list[tuple[int, str]] = []
        for known in self._known:
            if len(known) < SHORTEST_CORRECTED or abs(len(known) - len(word)) > most:
                continue
            allowed = 2 if min(len(known), len(word)) >= _LONG else 1
            distance = OSA.distance(word, known, score_cutoff=allowed)
            if distance <= allowed:
                near.append((distance, known))
        best = min(near, default=None)
        if best is None:
            return self._stammered(word)
        if sum(distance == best[0] for distance, _ in near) > 1:
            return None
        return best[1]

    def _without_a_letter(self, word: str) -> str | None:
        whole = [
            known
            for known in self._known
            if len(known) == SHORTEST_CORRECTED
            and any(known[:at] + known[at + 1 :] == word for at in range(len(known)))
        ]
        return whole[0] if len(whole) == 1 else None

    def _stammered(self, word: str) -> str | None:
        whole = [
            known
            for known in self._known
            if word.startswith(known)
            and 2 <= len(word) - len(known) < len(known)
            and known.endswith(word[len(known) :])
        ]
        return whole[0] if len(whole) == 1 else None

    def split(self, word: str) -> tuple[str, ...]:
        """The known words that were written without a space between them; the word itself if none.

        Each part has three letters or more; of two ways to part a word neither is taken.
        """
        if word in self._known or len(word) < _SHORTEST_SPLIT:
            return (word,)
        found = [
            (word[:at], word[at:])
            for at in range(3, len(word) - 2)
            if word[:at] in self._known and word[at:] in self._known
        ]
        return found[0] if len(found) == 1 else (word,)


def like_one_of(word: str, known: Iterable[str]) -> bool:
    """Whether a word is one of the known, or within two slips of one: too far to be put right."""
    from rapidfuzz.distance import OSA

    if len(word) < SHORTEST_CORRECTED:
        return word in set(known)
    near = (one for one in known if len(one) >= SHORTEST_CORRECTED)
    return any(OSA.distance(word, one, score_cutoff=2) <= 2 for one in near)
