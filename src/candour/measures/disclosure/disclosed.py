"""Figures that may leave Candour: a type that is made here alone.

What publishes takes :class:`Disclosed` and nothing else. It holds no count that is not printed, and
nobody outside this room can make one: a true figure cannot be published by mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from candour.errors import CandourError
from candour.measures.disclosure.figures import Key, System
from candour.measures.disclosure.profiles import Profile
from candour.measures.disclosure.protect import Told, protect

COUNT = "count"
SUPPRESSED = "suppressed"
_SEAL = object()


@dataclass(frozen=True)
class Published:
    """One figure as it is printed.

    ``kind`` is ``count``, with ``value`` rounded (a true zero is 0), or ``suppressed``, with no
    value: it may be small, or hidden because it would give another away; it is not nought.
    """

    key: Key
    kind: str
    value: int | None

    def typed(self) -> dict[str, Any]:
        """As other typed values of Candour."""
        return {"kind": self.kind, "value": self.value}

    def group(self, column: str) -> str | None:
        """The group of one column; None where the figure is over all of them."""
        return dict(self.key).get(column)


class Disclosed:
    """Figures after disclosure control, in the order of their tables.

    Raises CandourError where anything but :func:`disclose` makes one.
    """

    __slots__ = ("_figures", "_profile")

    def __init__(self, figures: Sequence[Published], profile: Profile, seal: object) -> None:
        if seal is not _SEAL:
            raise CandourError("Only disclosure control makes figures that may be published.")
        self._figures = tuple(figures)
        self._profile = profile

    @property
    def profile(self) -> Profile:
        """The profile under which they may leave."""
        return self._profile

    def __iter__(self) -> Iterator[Published]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def figure(self, **groups: str) -> Published:
        """The figure of some groups, over everything else. Raises KeyError where it is not told."""
        wanted = tuple(sorted(groups.items()))
        for each in self._figures:
            if each.key == wanted:
                return each
        raise KeyError(", ".join(name for name, _ in wanted))


def disclose(systems: Sequence[System], profile: Profile, told: Told | None = None) -> Disclosed:
    """Figures hidden and rounded as a profile says.

    See :func:`~candour.measures.disclosure.protect.protect` for what is promised of those that are
    hidden, and for the parameters.
    """
    hidden = protect(systems, profile, told)
    every = {figure.key: figure.count for system in systems for figure in system.figures}
    return Disclosed(
        [
            Published(key, SUPPRESSED, None)
            if key in hidden
            else Published(key, COUNT, profile.rounded(count))
            for key, count in every.items()
        ],
        profile,
        _SEAL,
    )
