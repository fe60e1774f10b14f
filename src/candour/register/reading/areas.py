"""Coroner areas of England and Wales, read from the many ways in which a register names them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from candour.spelling import Vocabulary, stem, words
from candour.yaml_file import read as read_yaml

Reading = tuple[str, str]
"""The area's name (several joined by `|`) and `read`, `review` or `unreadable`."""

# Words that stand around the name of any area and tell none apart. "Category" is the heading of the
# next field, where a page was read without its line end.
_BESIDE = frozenset(
    words(
        "and the of upon with on in for hm his her majestys senior coroner coroners service "
        "services court courts office area areas district districts division jurisdiction "
        "county category"
    )
)
_DIRECTIONS = {
    f"{way}{ending}": way
    for way in ("north", "south", "east", "west")
    for ending in ("", "ern", "ward")
} | {"n": "north", "s": "south", "e": "east", "w": "west"}
_GREATER = {"london", "manchester"}


@dataclass(frozen=True)
class Area:
    """A coroner area: its name, first and last day where it has them, and what it became."""

    name: str
    valid_from: date | None
    valid_to: date | None
    into: tuple[str, ...]
    was: tuple[str, ...]
    source: str
    names: frozenset[frozenset[str]]
    words: frozenset[str]


class Areas:
    """Every coroner area, and the reading of a text that names one."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._areas = tuple(areas)
        self._by_name: dict[frozenset[str], list[Area]] = {}
        for area in self._areas:
            for name in area.names:
                self._by_name.setdefault(name, []).append(area)
        # A later area is made of earlier ones and shares all their words; what tells areas apart is
        # counted among those of one time.
        held = Counter(word for area in self._earlier() for word in area.words)
        self._telling = frozenset(word for word, areas_with in held.items() if areas_with == 1)
        self._vocabulary = Vocabulary({*_BESIDE, *(w for a in self._areas for w in a.words)})

    @classmethod
    def shipped(cls) -> Areas:
        """The areas that Candour ships."""
        return _shipped()

    def __iter__(self) -> Iterator[Area]:
        return iter(self._areas)

    def read(self, text: str | None) -> Reading:
        """The area that a text names.

        The order of words, capitals, marks, `&`, directions in any form and what stands around a
        name do not matter; a slip of typing is read where one known word alone was meant. A former
        area or an authority that only one area covers is read as that area. A text that fits
        several areas, or says more than the area's name, is for review; one with nothing of any
        area's name is unreadable.
        """
        said = self._said(text or "")
        if not said:
            return "", "unreadable"
        for form in (said, said - {"city"}, said - {"greater"}):
            named = self._by_name.get(frozenset(form), [])
            if named:
                return "|".join(a.name for a in named), "read" if len(named) == 1 else "review"
        return self._by_telling_words(said)

    def on(self, name: str, day: date) -> tuple[str, ...]:
        """The area or areas that a named one had become by the day; its own name while it stood.

        A name that is no area's gives nothing.
        """
        held = [area for area in self._areas if area.name == name]
        if not held:
            return ()
        ended = held[0].valid_to is not None and held[0].valid_to < day
        return tuple(n for one in held[0].into for n in self.on(one, day)) if ended else (name,)

    def _by_telling_words(self, said: frozenset[str]) -> Reading:
        telling = said & self._telling
        unknown = {word for word in said if word not in self._vocabulary}
        fit = [
            area
            for area in self._earlier()
            if telling & area.words and said - unknown - {"city"} <= area.words
        ]
        # An area made later by a joining, named whole, is not one of those that it was made of.
        joined = [area for area in self._areas if any(name < said for name in area.names)]
        if len(fit) == 1 and len(unknown) < len(telling) and set(joined) <= set(fit):
            return fit[0].name, "read"
        touched = [
            area.name
            for area in self._areas
            if area in joined or (telling & area.words and area in self._earlier())
        ]
        if touched:
            return "|".join(touched), "review"
        return "", "review" if said - unknown - {"city", "greater"} else "unreadable"

    def _earlier(self) -> list[Area]:
        """The areas whose words tell them apart: those that were not made by a later joining."""
        return [area for area in self._areas if not area.valid_from or area.valid_from < _LATER]

    def _said(self, text: str) -> frozenset[str]:
        kept: list[str] = []
        for word in words(text):
            if word in _BESIDE:
                continue
            for part in self._vocabulary.split(_plain(word)):
                meant = self._vocabulary.meant(part) or part
                kept += [_plain(meant)] if meant not in _BESIDE else []
        return frozenset(_without_greater(_told_twice(kept)))


_LATER = date(2022, 4, 1)


def read_area(text: str | None) -> Reading:
    """The coroner area that a text names, after the shipped list; see `Areas.read`."""
    return _shipped().read(text)


@cache
def _shipped() -> Areas:
    held = read_yaml(files("candour.register.reading") / "areas.yaml")
    return Areas(_area(entry) for entry in held["areas"])


def _area(entry: dict[str, Any]) -> Area:
    former = tuple(entry.get("was", ()))
    whole = (entry["name"], *entry.get("also", ()), *former)
    names = {_name_words(name) for name in whole}
    places = {word for place in entry.get("places", ()) for word in _name_words(place)}
    return Area(
        name=entry["name"],
        valid_from=entry.get("from"),
        valid_to=entry.get("to"),
        into=tuple(entry.get("into", ())),
        was=former,
        source=entry.get("source", "order-2013"),
        names=frozenset(names),
        words=frozenset().union(*names) | places,
    )


def _name_words(name: str) -> frozenset[str]:
    plain = [_plain(word) for word in words(name) if word not in _BESIDE]
    return frozenset(_without_greater(_told_twice(plain)))


def _told_twice(plain: list[str]) -> set[str]:
    """The words once each, and a direction that is said again as such: West Yorkshire (West)."""
    again = {f"{way} again" for way in _DIRECTIONS.values() if plain.count(way) > 1}
    return set(plain) | again


def _plain(word: str) -> str:
    return _DIRECTIONS.get(word, stem(word))


def _without_greater(said: set[str]) -> set[str]:
    """Greater London and Greater Manchester are in many names and tell none of them apart."""
    return said - {"greater"} if said & _GREATER else said
