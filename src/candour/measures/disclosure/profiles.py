"""Profiles: which counts are hidden, how the others are rounded, what rates may be given.

They are data (``profiles.yaml``), versioned, each with its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from candour import yaml_file
from candour.errors import UserError

FILE = Path(__file__).parent / "profiles.yaml"
ENOUGH = 5
"""A figure that is not printed must keep this many values that it could have."""


@dataclass(frozen=True)
class Profile:
    """One rule of disclosure control.

    Counts from ``hide_from`` to ``hide_to`` are hidden, others are given to the nearest
    ``round_to``. ``whole_groups_held``: where all of a group or none of it share a characteristic,
    the figures wait for a person. ``means_from``, ``crude_rate_from`` and
    ``standardised_rate_from`` are the least counts for which such a figure is given; below
    ``flag_rate_under`` a rate is marked as unreliable.
    ``rate_parts`` is ``rounded`` or ``midpoint-6``. ``whole_country_alone`` are definitions that no
    release of single years splits by provider or area.
    """

    id: str
    version: str
    title: str
    source: str
    hide_from: int
    hide_to: int
    round_to: int
    whole_groups_held: bool
    means_from: int
    rate_parts: str
    rate_whole: bool
    crude_rate_from: int
    standardised_rate_from: int
    flag_rate_under: int
    whole_country_alone: tuple[str, ...]

    @property
    def ref(self) -> str:
        """``public@1``."""
        return f"{self.id}@{self.version}"

    @property
    def zeros_told(self) -> bool:
        """Whether a true zero is printed as such."""
        return self.hide_from > 0

    def hides(self, count: int) -> bool:
        """Whether a count is too small to be printed."""
        return self.hide_from <= count <= self.hide_to

    def rounded(self, count: int) -> int:
        """A count that is not hidden, as it is printed; halves go up."""
        return self.round_to * ((2 * count + self.round_to) // (2 * self.round_to))

    def behind(self, printed: int) -> tuple[int, int]:
        """The least and the largest count that is printed as ``printed``: what a reader learns."""
        if printed == 0 and self.zeros_told:
            return 0, 0
        low = printed - self.round_to // 2
        return max(low, self.hide_to + 1), low + self.round_to - 1


@cache
def profiles() -> dict[str, Profile]:
    """Every profile by id, the newest version of each."""
    return {name: _profile(name, said) for name, said in _read()["profiles"].items()}


def profile(name: str) -> Profile:
    """One profile, by ``ID`` or ``ID@VERSION``. Raises UserError where there is none."""
    wanted, _, version = name.partition("@")
    found = profiles().get(wanted)
    if wanted in _read()["rates_alone"]:
        raise UserError(
            f"The profile {wanted} speaks of rates alone, and says nothing of counts.",
            "Counts can be released under: " + ", ".join(profiles()) + ".",
        )
    if found is None or (version and version != found.version):
        raise UserError(
            "There is no such profile of disclosure control.",
            "There is: " + ", ".join(each.ref for each in profiles().values()) + ".",
        )
    return found


@cache
def _read() -> dict[str, Any]:
    held: dict[str, Any] = yaml_file.read(FILE)
    return held


def _profile(name: str, said: dict[str, Any]) -> Profile:
    hidden = said["hidden"]
    return Profile(
        id=name,
        version=said["version"],
        title=said["title"],
        source=said["source"],
        hide_from=hidden["from"],
        hide_to=hidden["to"],
        round_to=said["round_to"],
        whole_groups_held=said["whole_groups"] == "held",
        means_from=said["means_from"],
        rate_parts=said["rate_parts"],
        rate_whole=said["rate_whole"],
        crude_rate_from=said.get("crude_rate_from", hidden["to"] + 1),
        standardised_rate_from=said.get("standardised_rate_from", hidden["to"] + 1),
        flag_rate_under=said.get("flag_rate_under", 0),
        whole_country_alone=tuple(said.get("whole_country_alone", ())),
    )
