"""Reads lists of codes from JSON files, and says what differs between two sets of lists."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from candour.errors import UserError

Lists = Mapping[str, Mapping[str, str]]
"""Lists by name without version; each gives the display of a code."""

_SHAPES = (
    'It may be {LIST: {"codes": [{"code", "display"}]}}, what candour codes LIST --format json '
    "gives, or a FHIR CodeSystem."
)


def read(path: Path) -> dict[str, dict[str, str]]:
    """The lists of a JSON file by name, without the version that the names end in.

    Read are a mapping of list names to `{title, codes: [{code, display}]}`, what `candour codes`
    prints, a FHIR CodeSystem or ValueSet-like `concept` list, a Bundle of them, and a list of any.
    A file that is none of these, or gives one code of a list twice with two meanings, is a
    `UserError`.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as missing:
        raise UserError(f"{path} is not there.", "Check the path.") from missing
    except (json.JSONDecodeError, UnicodeDecodeError) as broken:
        raise UserError(f"{path.name} is not JSON.", _SHAPES) from broken
    found: dict[str, dict[str, str]] = {}
    for name, codes in _lists(content, path.name):
        if name in found:
            raise UserError(f"{path.name} holds the list {name} twice.", "Give one of each.")
        found[name] = codes
    if not found:
        raise UserError(f"{path.name} holds no list of codes.", _SHAPES)
    return without_versions(found)


def without_versions(lists: Mapping[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The lists under their names without the version suffix that a file gives to its names.

    The suffix is the number that most names of the file end in (`harm-5`); a name that ends in
    another number keeps it, for that number is part of the name.
    """
    ends = Counter(found[1] for name in lists if (found := re.search(r"-v?(\d+)$", name)))
    if not ends or ends.most_common(1)[0][1] * 2 <= len(lists):
        return dict(lists)
    suffix = ends.most_common(1)[0][0]
    named = {re.sub(rf"-v?{suffix}$", "", name): codes for name, codes in lists.items()}
    # Two names that differ in the suffix alone stay apart under their full names.
    return named if len(named) == len(lists) else dict(lists)


def compare(a: Lists, b: Lists) -> dict[str, Any]:
    """What differs: lists in one only, and per list its codes added, removed and reworded.

    ``added`` and ``removed`` hold `{code, display}`, ``reworded`` `{code, from, to}`. White space
    alone is no rewording.
    """
    changed = {}
    for name in sorted(set(a) & set(b)):
        old, new = a[name], b[name]
        change = {
            "added": [{"code": c, "display": new[c]} for c in new if c not in old],
            "removed": [{"code": c, "display": old[c]} for c in old if c not in new],
            "reworded": [
                {"code": c, "from": old[c], "to": new[c]}
                for c in old
                if c in new and old[c].split() != new[c].split()
            ],
        }
        if any(change.values()):
            changed[name] = change
    return {
        "only_in_a": sorted(set(a) - set(b)),
        "only_in_b": sorted(set(b) - set(a)),
        "changed": changed,
    }


def _lists(content: Any, file: str) -> list[tuple[str, dict[str, str]]]:
    if isinstance(content, list):
        return [pair for one in content for pair in _lists(one, file)]
    if not isinstance(content, dict):
        return []
    if content.get("resourceType") == "Bundle":
        entries = content.get("entry", [])
        return _lists([one["resource"] for one in entries if "resource" in one], file)
    if "concept" in content:
        name = content.get("id") or content.get("name") or content.get("url") or "unnamed"
        return [(str(name), _codes(_flat(content["concept"]), str(name), file))]
    if isinstance(content.get("list"), str) and "codes" in content:
        return [(content["list"], _codes(content["codes"], content["list"], file))]
    return [
        (str(name), _codes(held["codes"], str(name), file))
        for name, held in content.items()
        if isinstance(held, dict) and isinstance(held.get("codes"), list)
    ]


def _flat(concepts: list[Any]) -> list[Any]:
    """A tree of FHIR concepts as one list."""
    return [one for c in concepts for one in (c, *_flat(c.get("concept", [])))]


def _codes(entries: list[Any], name: str, file: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in entries:
        if not isinstance(entry, dict) or "code" not in entry:
            raise UserError(f"{file}: the list {name} has an entry without a code.", _SHAPES)
        code, display = str(entry["code"]), str(entry.get("display", ""))
        if found.get(code, display).split() != display.split():
            raise UserError(
                f"{file}: the list {name} gives the code {code} two meanings.",
                "Mend the file: a code means one thing.",
            )
        found[code] = display
    return found
