"""The kinds of asks, and what follows from each: a clock, who may judge, whether it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from candour.yaml_file import read as read_yaml


@dataclass(frozen=True)
class Kind:
    """A kind of ask.

    ``reply_days`` counts from the date of the ask (none: as its issuer states it). ``may_assess``
    are the voices whose verdict is recorded.
    """

    id: str
    title: str
    reply_owed: bool
    reply_days: int | None
    clock_source: str
    may_assess: frozenset[str]
    can_finish: bool

    def due(self, dated: date | None, stated: date | None) -> date | None:
        """The day by which a reply is due; none where none is owed or the day is not known.

        A day that the issuer states, an extension among them, outranks the kind's own count.
        """
        if not self.reply_owed:
            return None
        if stated is not None:
            return stated
        if dated is None or self.reply_days is None:
            return None
        return dated + timedelta(days=self.reply_days)


@cache
def _shipped() -> dict[str, Kind]:
    held = read_yaml(files("candour.register") / "kinds.yaml")
    return {
        name: Kind(
            name,
            said["title"],
            said["reply_owed"],
            said["reply_days"],
            said["clock_source"],
            frozenset(said["may_assess"]),
            said["can_finish"],
        )
        for name, said in held.items()
    }


def kinds(days: Mapping[str, int] | None = None) -> dict[str, Kind]:
    """The kinds by id; ``days`` sets another count of days for some of them."""
    own = dict(_shipped())
    for name, count in (days or {}).items():
        own[name] = replace(own[name], reply_days=count, clock_source="a setting of this register")
    return own
