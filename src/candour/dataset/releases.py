"""What differs between two releases of the data set, so that people see what they have to do."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from candour.dataset.loading import load
from candour.dataset.model import Field
from candour.errors import UserError

FOLDER = Path(__file__).parent / "releases"
"""Releases that are out, one file each: they never change again."""

SAID = ("type", "title", "meaning", "required_when", "sensitivity", "codelist", "seconds")
"""What is said of a field, as far as a change of it concerns those who send or read it."""

Release = dict[str, dict[str, Any]]
"""The fields of a release by path."""


def known() -> tuple[str, ...]:
    """Every release that can be compared, the oldest first; the last is the one in force."""
    out = sorted((path.stem for path in FOLDER.glob("*.json")), key=int)
    return (*(each for each in out if each != load().release), load().release)


@cache
def fields_of(release: str) -> Release:
    """The fields of a release by path. Raises UserError for one that is not known."""
    if release == load().release:
        return {each.path: plain(each) for each in load().fields()}
    if release not in known():
        raise UserError(
            f"There is no release {release!r} of the data set.", f"There is: {', '.join(known())}."
        )
    content = json.loads((FOLDER / f"{release}.json").read_text(encoding="utf-8"))
    return {each["path"]: each for each in content["fields"]}


def plain(each: Field) -> dict[str, Any]:
    """A field as a release file holds it."""
    return {
        "path": each.path,
        **{name: getattr(each, name) for name in SAID},
        "retired": each.retired,
    }


def compare(old: str, new: str) -> dict[str, Any]:
    """From one release to another: fields that are new, went out of use, changed or are gone.

    Gives ``{from, to, added, retired, changed: [{path, what, before, after}], gone}``. A field that
    went out of use is in ``retired`` and its column is still there; ``gone`` ought to be empty, for
    a column that goes takes with it what was collected.
    """
    before, after = fields_of(old), fields_of(new)
    both = [path for path in after if path in before]
    return {
        "from": old,
        "to": new,
        "added": [_in_short(after[path]) for path in after if path not in before],
        "retired": [
            _in_short(after[path])
            for path in both
            if after[path]["retired"] and not before[path]["retired"]
        ],
        "changed": [
            {"path": path, "what": name, "before": before[path][name], "after": after[path][name]}
            for path in both
            for name in SAID
            if before[path][name] != after[path][name]
        ],
        "gone": [_in_short(before[path]) for path in before if path not in after],
    }


def _in_short(each: dict[str, Any]) -> dict[str, Any]:
    return {name: each[name] for name in ("path", "title", "required_when", "sensitivity")}
