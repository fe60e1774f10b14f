"""What people decided about pairs of source identities: it outranks every rule."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from candour.errors import UserError

COLUMNS = ("left", "right", "decision", "decided_on", "by", "why")
WORDS = ("same", "different")


@dataclass(frozen=True)
class Decision:
    """One decision: two source identities are the same person, or different people."""

    row: int
    left: str
    right: str
    decision: str
    decided_on: dt.date | None
    by: str
    why: str


def read_decisions(
    path: Path, as_known_on: dt.date | None = None, *, undecided_allowed: bool = False
) -> list[Decision]:
    """Read a decisions file: CSV with ``left, right, decision, decided_on, by, why``.

    With ``undecided_allowed`` a row whose decision is still blank waits, and is passed over.

    Decisions taken after ``as_known_on`` are left out. Of two decisions about one pair the later
    stands. A missing column, an unknown word or an unreadable date is a user's error that names
    the row: half a file of decisions is worse than none.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"There is no decisions file {path}.", "Check the name.") from None
    except UnicodeDecodeError:
        raise UserError(f"{path.name} is not UTF-8 text.", "Save it as CSV UTF-8.") from None
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=separator)
    reader.fieldnames = [name.strip() for name in reader.fieldnames or []]
    lacking = [c for c in COLUMNS if c not in reader.fieldnames]
    if lacking:
        raise UserError(
            f"{path.name} lacks the column {', '.join(lacking)}.",
            f"A decisions file has the columns {', '.join(COLUMNS)}.",
        )
    decisions = [
        _decision(path, number, row)
        for number, row in enumerate(reader, start=1)
        if not (undecided_allowed and not (row.get("decision") or "").strip())
    ]
    if as_known_on is not None:
        undated = [d.row for d in decisions if d.decided_on is None]
        if undated:
            raise UserError(
                f"{path.name}, row {undated[0]}: a decision without its date has no place in time.",
                "Fill in decided_on, or run without --as-known-on.",
            )
        decisions = [d for d in decisions if d.decided_on and d.decided_on <= as_known_on]
    return _latest(decisions)


def _decision(path: Path, number: int, row: dict[str, str | None]) -> Decision:
    said = {name: (row.get(name) or "").strip() for name in COLUMNS}
    said["decision"] = said["decision"].lower()
    if not said["left"] or not said["right"]:
        raise UserError(
            f"{path.name}, row {number}: a decision needs two source identities.",
            "Fill in left and right, as `candour deaths` and the review table print them.",
        )
    if said["decision"] not in WORDS:
        raise UserError(
            f"{path.name}, row {number}: the decision is neither same nor different.",
            "Write same or different.",
        )
    decided_on = None
    if said["decided_on"]:
        try:
            decided_on = dt.date.fromisoformat(said["decided_on"])
        except ValueError:
            raise UserError(
                f"{path.name}, row {number}: decided_on is not a date.", "Write it as 2025-06-30."
            ) from None
    return Decision(
        number, said["left"], said["right"], said["decision"], decided_on, said["by"], said["why"]
    )


def _latest(decisions: Iterable[Decision]) -> list[Decision]:
    by_pair: dict[frozenset[str], Decision] = {}
    for decision in sorted(decisions, key=lambda d: (d.decided_on or dt.date.min, d.row)):
        by_pair[frozenset((decision.left, decision.right))] = decision
    return sorted(by_pair.values(), key=lambda d: d.row)
