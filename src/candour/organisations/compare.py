"""What changed between two ODS files of organisations."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from candour.errors import UserError
from candour.organisations.reading import text_rows

# The names under which each fact is met: ODS's own words, the API's, and the short ones in use.
_COLUMNS = {
    "code": ("organisation_code", "code", "ods_code", "org_code", "organisationcode"),
    "name": ("name", "organisation_name", "org_name"),
    "region": ("national_grouping", "region_code", "region", "national_grouping_code"),
    "icb": ("high_level_health_geography", "icb_code", "icb", "hlhg", "stp_code"),
    "opened": ("open_date", "valid_from", "opened", "legal_start_date"),
    "closed": ("close_date", "valid_to", "closed", "legal_end_date"),
}

# ODS files such as etr.csv come without a header; these are the places of the same facts in them.
_PLACES = {"code": 0, "name": 1, "region": 2, "icb": 3, "opened": 10, "closed": 11}


def facts(path: Path) -> dict[str, dict[str, str | None]]:
    """The facts of an ODS file by code: name, region, icb, opened, closed.

    A fact is none where the file has no column for it. Files with a header (under any of the usual
    names) and ODS's own without one are read. A file without codes is a `UserError`.
    """
    rows = text_rows(path)
    header = list(rows[0]) if rows else _first_line(path)
    known = {_plain(name): name for name in header}
    places = {
        fact: next((known[n] for n in names if n in known), None)
        for fact, names in _COLUMNS.items()
    }
    if places["code"] is None:
        return _without_header(path)
    found: dict[str, dict[str, str | None]] = {}
    for row in rows:
        code = row[places["code"]].upper()
        if code:
            found[code] = {
                fact: row[column] if column else None
                for fact, column in places.items()
                if fact != "code"
            }
    return found


def compare(
    old: Mapping[str, Mapping[str, str | None]], new: Mapping[str, Mapping[str, str | None]]
) -> dict[str, list[dict[str, Any]]]:
    """The changes between two files, in order of code: added, removed, renamed, closed, moved.

    `closed` holds a code of both whose closing date is new; `moved` one whose ICB or region
    differs, old and new given. A fact that either file has no column for is not compared. Names
    that differ in capitals and spaces alone are the same.
    """
    both = sorted(set(old) & set(new))
    return {
        "added": [_row(code, new[code]) for code in sorted(set(new) - set(old))],
        "removed": [_row(code, old[code]) for code in sorted(set(old) - set(new))],
        "renamed": [
            {"code": code, "old_name": old[code]["name"], "new_name": new[code]["name"]}
            for code in both
            if _told(old[code], new[code], "name")
            and _folded(old[code]["name"]) != _folded(new[code]["name"])
        ],
        "closed": [
            {"code": code, "name": new[code]["name"], "closed": _iso(new[code]["closed"])}
            for code in both
            if new[code]["closed"]
            and not old[code]["closed"]
            and _told(old[code], new[code], "closed")
        ],
        "moved": [
            _moved(code, old[code], new[code])
            for code in both
            if any(_differs(old[code], new[code], fact) for fact in ("icb", "region"))
        ],
    }


def _moved(
    code: str, old: Mapping[str, str | None], new: Mapping[str, str | None]
) -> dict[str, Any]:
    return {
        "code": code,
        "name": new["name"],
        "old_icb": old["icb"],
        "new_icb": new["icb"],
        "old_region": old["region"],
        "new_region": new["region"],
    }


def _row(code: str, held: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        "code": code,
        "name": held["name"],
        "icb": held["icb"] or None,
        "region": held["region"] or None,
        "opened": _iso(held["opened"]),
        "closed": _iso(held["closed"]),
    }


def _told(old: Mapping[str, str | None], new: Mapping[str, str | None], fact: str) -> bool:
    return old[fact] is not None and new[fact] is not None


def _differs(old: Mapping[str, str | None], new: Mapping[str, str | None], fact: str) -> bool:
    return _told(old, new, fact) and old[fact] != new[fact]


def _folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _plain(name: str) -> str:
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())


def _iso(text: str | None) -> str | None:
    """ODS's eight digits as an ISO date; anything else as it stands; empty as none."""
    if text and len(text) == 8 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text or None


def _first_line(path: Path) -> Sequence[str]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return next(csv.reader(file), [])


def _without_header(path: Path) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = {}
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for cells in csv.reader(file):
            code = cells[0].strip() if cells else ""
            if len(cells) <= _PLACES["closed"] or not _is_code(code):
                raise UserError(
                    f"{path.name} has no column of organisation codes.",
                    "Name it organisation_code, code or ods_code, or give ODS's own file.",
                )
            found[code] = {
                fact: cells[at].strip() for fact, at in _PLACES.items() if fact != "code"
            }
    if not found:
        raise UserError(f"{path.name} is empty.", "Give a file of organisations.")
    return found


def _is_code(text: str) -> bool:
    return 3 <= len(text) <= 8 and text.isalnum() and text == text.upper()
