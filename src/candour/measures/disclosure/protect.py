"""Which figures are printed, rounded, and which are hidden so that nothing gives them away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from candour.errors import UserError
from candour.measures.disclosure.figures import Figure, Key, System, whole_groups
from candour.measures.disclosure.profiles import ENOUGH, Profile
from candour.measures.disclosure.room import BRIEF, Range, Room

SMALL = "small"
HELD = "whole group"
BESIDE = "beside a hidden figure"
"""Why a figure is not printed: its count, what it says of a whole group, or what it would give
away of another. Nobody outside is told which."""
Told = Mapping[Key, Range]
"""What earlier releases say of figures: the least and the largest value that they leave."""
_MORE = 3
_LOOKED_AT = 40


class CannotBeHidden(UserError):
    """A small figure could be worked out from the others, whatever is hidden beside it.

    ``key`` says which; no message does.
    """

    def __init__(self, key: Key) -> None:
        super().__init__(
            "A small figure could be worked out from the others, whatever is hidden beside it.",
            "Split the figures by fewer columns, or join small groups.",
        )
        self.key = key


def protect(
    systems: Sequence[System], profile: Profile, told: Told | None = None
) -> dict[Key, str]:
    """Hide what the profile hides, and as much beside it as is needed; gives why, by figure.

    In each system every hidden figure keeps at least five values that it could have, for a reader
    who knows the profile and reads every figure of the system. Nobody is told of a hidden figure
    whether it is small or hidden beside another; but wherever hiding up to three more figures is
    enough for it, the five hold even for a reader who knows. A true zero is never hidden for
    another's sake.

    :param systems: a figure may stand in several, and is hidden in all or in none.
    :param told: what cannot be taken back. Where earlier releases leave less than five values to a
        figure, no figure of now narrows it further.

    Raises CannotBeHidden where nothing that could be hidden protects a figure.
    """
    every: dict[Key, Figure] = {f.key: f for system in systems for f in system.figures}
    held = whole_groups(tuple(every.values())) if profile.whole_groups_held else set()
    why = {
        key: SMALL if profile.hides(figure.count) else HELD
        for key, figure in every.items()
        if profile.hides(figure.count) or key in held
    }
    readers = [_Readers(system, profile, why, told or {}) for system in systems]
    waiting = sorted(why, key=lambda key: (every[key].count, key))
    while waiting:
        key = waiting.pop(0)
        those = [each for each in readers if each.know(key)]
        # A nought that is held guards the figure beside it, in the table of both.
        for guarded in those if every[key].count else those[:1]:
            for beside in guarded.guard(key):
                why[beside] = BESIDE
                waiting.append(beside)
                for each in readers:
                    each.hide(beside)
    return why


class _Readers:
    """What two readers of a system believe of each figure, with what is hidden so far.

    The one knows of each hidden figure why it is hidden; the other sees that it is hidden.
    """

    def __init__(
        self, system: System, profile: Profile, why: Mapping[Key, str], told: Told
    ) -> None:
        self._figures = system.figures
        self._number = {each.key: number for number, each in enumerate(system.figures)}
        self._told = [told.get(each.key) for each in system.figures]
        self._hidden = {self._number[key] for key in why if key in self._number}
        self._room = Room(system)
        self._beside: Range = (profile.hide_to + 1, None)
        # A figure that is held for what it says of a whole group may be nought.
        nought = profile.hide_from == 0 or profile.whole_groups_held
        self._star: Range = (0 if nought else profile.hide_from, None)
        small: Range = (profile.hide_from, profile.hide_to)
        self._knows: list[Range] = []
        self._sees: list[Range] = []
        for each, before in zip(system.figures, self._told, strict=True):
            reason = why.get(each.key)
            one: Range = small if reason == SMALL else self._star
            other: Range = self._star
            if reason is None:
                one = other = profile.behind(profile.rounded(each.count))
            self._knows.append(_both(one, before))
            self._sees.append(_both(other, before))

    def hide(self, key: Key) -> None:
        """A figure is hidden beside another."""
        number = self._number.get(key)
        if number is not None:
            self._hidden.add(number)
            self._knows[number] = _both(self._beside, self._told[number])
            self._sees[number] = _both(self._star, self._told[number])

    def know(self, key: Key) -> bool:
        """Whether a figure is one of the system's."""
        return key in self._number

    def guard(self, key: Key) -> list[Key]:
        """Hide beside a figure what it needs in this system; gives what was hidden."""
        figure = self._number[key]
        more: list[Key] = []
        while not (kept := self._found(figure, self._knows)) and len(more) < _MORE:
            found = self._next(figure, self._knows, self._beside)
            if found is None:
                break
            more.append(self._figures[found].key)
            self.hide(more[-1])
        while not kept and not self._keeps(figure):
            found = self._next(figure, self._sees, self._star, or_any=True)
            if found is None:
                raise CannotBeHidden(key)
            more.append(self._figures[found].key)
            self.hide(more[-1])
        return more

    def _found(self, figure: int, believed: Sequence[Range]) -> bool:
        needed = self._needed(figure, believed)
        return self._room.of(figure, believed, needed) >= needed

    def _keeps(self, figure: int) -> bool:
        return self._room.keeps(figure, self._sees, self._needed(figure, self._sees))

    def _needed(self, figure: int, believed: Sequence[Range]) -> int:
        """Five values, or as many as earlier releases have left."""
        told = self._told[figure]
        if told is None or believed[figure][1] is None:
            return ENOUGH
        low, high = _both(believed[figure], told)
        return ENOUGH if high is None else min(ENOUGH, high - low + 1)

    def _next(
        self, figure: int, believed: list[Range], hidden: Range, *, or_any: bool = False
    ) -> int | None:
        """The next to hide for a figure's sake: the smallest that is enough, else the best.

        None where there is none that could be hidden, or none that would help by itself; with
        ``or_any`` one that may help together with others.
        """
        needed = self._needed(figure, believed)
        best = (0 if or_any else self._room.of(figure, believed, needed), -1)
        could = [
            other
            for other in self._room.near(figure)
            if other not in self._hidden and self._figures[other].count
        ]
        for other in could[:_LOOKED_AT]:
            tried = list(believed)
            tried[other] = _both(hidden, self._told[other])
            found = self._room.of(figure, tried, needed, BRIEF)
            if found >= needed and self._room.of(other, tried, ENOUGH, BRIEF) >= ENOUGH:
                return other
            if found > best[0]:
                best = (found, other)
        return best[1] if best[1] >= 0 else None


def _both(one: Range, other: Range | None) -> Range:
    """What remains to believe for who knows both; where they do not agree, the later stands."""
    if other is None:
        return one
    low = max(one[0], other[0])
    ends = [end for end in (one[1], other[1]) if end is not None]
    high = min(ends) if ends else None
    return one if high is not None and low > high else (low, high)
