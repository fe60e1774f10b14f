"""Reads the shipped tables, and a user's CSV of further bodies, into bodies and successions."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path

from candour.errors import UserError
from candour.organisations.bodies import Body, Held, Succession

_DATA = files("candour.organisations") / "data"


def text_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a small CSV (UTF-8 or Windows-1252), names and values trimmed, as text.

    A file not there or without a header is a `UserError`.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError as missing:
        raise UserError(f"{path} is not there.", "Check the path.") from missing
    except (IsADirectoryError, PermissionError) as refused:
        raise UserError(f"{path} cannot be read as a file.", "Name a CSV file.") from refused
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return list(_rows(text))


def shipped_sources() -> dict[str, dict[str, str]]:
    """Where the shipped facts come from, by id: title, publisher, as_at, licence, attribution."""
    return {row["id"]: row for row in _table("sources")}


def shipped() -> tuple[dict[str, Body], list[Succession]]:
    """The bodies of the shipped tables by code, and every succession."""
    names = _held("names", "name")
    icbs = _held("belongs", "parent", {"relation": "icb"})
    regions = _held("belongs", "parent", {"relation": "region"})
    bodies = {
        row["code"]: Body(
            code=row["code"],
            kind=row["kind"],
            closed=row["status"] == "closed",
            valid_from=day(row["valid_from"]),
            valid_to=day(row["valid_to"]),
            source=row["source"],
            names=names[row["code"]],
            icbs=icbs[row["code"]],
            regions=regions[row["code"]],
        )
        for row in _table("bodies")
    }
    successions = [
        Succession(
            row["predecessor"],
            row["successor"],
            row["on"] or None,
            row["extent"],
            row["note"],
            row["certainty"],
            row["source"],
        )
        for row in _table("successions")
    ]
    return bodies, successions


def added(path: Path) -> dict[str, Body]:
    """The bodies of a user's CSV by code.

    Columns: `code, name, type` and, where known, `icb_code, icb_name, region_code, region_name,
    valid_from, valid_to`. An ICB or a region that is named only as a parent becomes a body too. A
    type that ends in `_closed` marks a body that has ended. A missing column and a date that is
    none are `UserError`s.
    """
    rows = text_rows(path)
    missing = [name for name in ("code", "name", "type") if not rows or name not in rows[0]]
    if missing:
        raise UserError(
            f"{path.name} lacks the column {' and '.join(missing)}.",
            "A list of organisations has code, name and type, and may have icb_code, icb_name, "
            "region_code, region_name, valid_from and valid_to.",
        )
    bodies: dict[str, Body] = {}
    for number, row in enumerate(rows, start=1):
        body = _added_body(row, path.name, number)
        bodies[body.code] = body
    for row in rows:
        for kind in ("icb", "region"):
            code = row.get(f"{kind}_code", "")
            if code and code not in bodies:
                within = row if kind == "icb" else {}
                bodies[code] = _named_parent(code, kind, row, within, path.name)
    return bodies


def day(text: str) -> date | None:
    """An ISO date, or eight digits as ODS writes them; empty is none."""
    if not text:
        return None
    if len(text) == 8 and text.isdigit():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return date.fromisoformat(text)


def _added_body(row: Mapping[str, str], source: str, number: int) -> Body:
    if not row["code"] or not row["name"]:
        raise UserError(f"{source}, row {number}: code or name is empty.", "Fill both in.")
    try:
        first, last = day(row.get("valid_from", "")), day(row.get("valid_to", ""))
    except ValueError as wrong:
        raise UserError(
            f"{source}, row {number}: valid_from or valid_to is no date.", "Write YYYY-MM-DD."
        ) from wrong
    kind = row["type"]
    own = row["code"]
    icb, region = row.get("icb_code", ""), row.get("region_code", "")
    return Body(
        code=own,
        kind=kind.removesuffix("_closed"),
        closed=kind.endswith("_closed") or last is not None,
        valid_from=first,
        valid_to=last,
        source=source,
        names=(Held(row["name"], first, last, source=source),),
        icbs=(Held(icb, first, last, source=source),) if icb and icb != own else (),
        regions=(Held(region, first, last, source=source),) if region and region != own else (),
    )


def _named_parent(
    code: str, kind: str, row: Mapping[str, str], within: Mapping[str, str], source: str
) -> Body:
    name = row.get(f"{kind}_name", "") or code
    region = within.get("region_code", "")
    return Body(
        code=code,
        kind=kind,
        closed=False,
        valid_from=None,
        valid_to=None,
        source=source,
        names=(Held(name, source=source),),
        regions=(Held(region, source=source),) if region else (),
    )


def _table(name: str) -> list[dict[str, str]]:
    return list(_rows((_DATA / f"{name}.csv").read_text(encoding="utf-8")))


def _rows(text: str) -> Iterator[dict[str, str]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(reader, [])]
    for cells in reader:
        if any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * (len(header) - len(cells))]
            yield {name: cell.strip() for name, cell in zip(header, padded, strict=False)}


def _held(
    table: str, value: str, where: Mapping[str, str] | None = None
) -> defaultdict[str, tuple[Held, ...]]:
    """What each body had, by code, the earliest first."""
    found: defaultdict[str, list[Held]] = defaultdict(list)
    for row in _table(table):
        if all(row[name] == wanted for name, wanted in (where or {}).items()):
            found[row["code"]].append(
                Held(
                    row[value],
                    day(row["valid_from"]),
                    day(row["valid_to"]),
                    day(row["seen_from"]),
                    day(row["seen_to"]),
                    row["source"],
                )
            )
    ordered = {code: tuple(sorted(held, key=_begun)) for code, held in found.items()}
    return defaultdict(tuple, ordered)


def _begun(held: Held) -> date:
    """A day by which it held, for putting several in order: its end where no start is told."""
    return held.valid_from or held.seen_from or held.valid_to or held.seen_to or date.max
