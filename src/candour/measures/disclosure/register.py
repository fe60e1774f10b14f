"""What was released before, so that a new release gives nothing away together with it.

The register holds figures as they were printed and no others. It belongs to whoever releases: where
it is lost, later releases cannot know what a reader already knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from candour.errors import UserError
from candour.measures.disclosure.disclosed import COUNT, Disclosed
from candour.measures.disclosure.figures import Key
from candour.measures.disclosure.profiles import profile
from candour.measures.disclosure.room import Range
from candour.tables import write_whole

Entry = dict[str, Any]


def read(path: Path) -> list[Entry]:
    """Earlier releases, the oldest first; none where there is no register yet.

    Raises UserError where the register cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError):
        lines = ["?"]
    try:
        return [_entry(line) for line in lines if line.strip()]
    except (ValueError, KeyError, TypeError):
        raise UserError(
            "The register of releases cannot be read.",
            "Take it back from a copy: without it a release could give away what an earlier one "
            "hid.",
        ) from None


def add(path: Path, entry: Entry) -> None:
    """Enter a release: the register is written anew, whole."""
    lines = [json.dumps(each, ensure_ascii=False) for each in (*read(path), entry)]
    write_whole(path, "\n".join(lines) + "\n")


def entry(disclosed: Disclosed, **about: str) -> Entry:
    """What the register keeps of a release: what it is ``about``, and its figures as printed."""
    return {
        **about,
        "profile": disclosed.profile.ref,
        "figures": [[dict(each.key), each.kind, each.value] for each in disclosed],
    }


def told(entries: Iterable[Entry], counts: Mapping[Key, int]) -> tuple[dict[Key, Range], int]:
    """What readers of earlier releases know of figures, and how many are restated now.

    :param counts: true counts now, by figure.

    A figure that could not be printed now as it was then is restated: what it said is no knowledge
    of what is true now. Figures that are not asked for now are passed over.
    """
    known: dict[Key, Range] = {}
    restated = set()
    for held in entries:
        under = profile(held["profile"])
        for groups, kind, value in held["figures"]:
            key = tuple(sorted(groups.items()))
            if key not in counts or kind != COUNT:
                continue
            low, high = under.behind(value)
            before, after = known.get(key, (0, None))
            if low <= counts[key] <= high:
                known[key] = max(low, before), high if after is None else min(high, after)
            else:
                restated.add(key)
    return known, len(restated)


def _entry(line: str) -> Entry:
    held: Entry = json.loads(line)
    figures: Sequence[Any] = held["figures"]
    for key, kind, _ in figures:
        if not (isinstance(key, dict) and isinstance(kind, str)):
            raise ValueError
    held["profile"].partition("@")
    return held
