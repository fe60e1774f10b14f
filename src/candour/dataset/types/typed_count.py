"""Figures about many as their senders write them: a number, or the reason why there is none.

``<5`` is a hidden figure, neither five nor nought; ``-`` and ``n/a`` are no figures at all. A blank
says nothing, and so it is none of these. Signs in square brackets are those that statistics of the
United Kingdom government use in place of a figure (Analysis Function, "Symbols in tables").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["count", "suppressed", "not-collected", "not-yet-due", "not-applicable"]

KINDS: tuple[Kind, ...] = (
    "count",
    "suppressed",
    "not-collected",
    "not-yet-due",
    "not-applicable",
)

MARKER = "9999999"
"""Written in hidden cells of some published files (domain F8); never a number."""

_NUMBER = re.compile(r"^(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.0+)?$")
_BELOW = r"(<|≤|<=|=<|less than|fewer than|under|below|up to)\s*\d{1,4}"
_BETWEEN = r"[0-9]{1,2}\s*(-|–|to)\s*[0-9]{1,2}"  # noqa: RUF001 - dashes as people write them
_HIDDEN = re.compile(rf"^({_BELOW}|{_BETWEEN}|\*+|\[c\]|\[low\]|c|supp?ressed|small number)$")
_WORDS: dict[str, Kind] = {
    **dict.fromkeys(("-", "–", "—", "--", ":", "..", "…"), "not-collected"),  # noqa: RUF001
    **dict.fromkeys(
        ("[x]", "not collected", "not available", "not recorded", "no data", "n/k"), "not-collected"
    ),
    **dict.fromkeys(
        ("n/a", "na", "n.a.", "n.a", "#n/a", "not applicable", "[z]", "z"), "not-applicable"
    ),
    **dict.fromkeys(
        ("not yet due", "not due", "tbc", "tba", "awaited", "pending", "not yet available"),
        "not-yet-due",
    ),
}


@dataclass(frozen=True)
class TypedCount:
    """A figure: its kind, and its number where it is a count."""

    kind: Kind
    value: int | None = None


def parse_count(text: str | None) -> tuple[TypedCount | None, bool]:
    """One cell of a return, and whether it could be read.

    ``(None, True)``: the cell is blank, which says nothing. ``(None, False)``: it holds something
    that is neither a count nor one of the signs; a number with a fraction and one below nought are
    no counts. Commas between thousands are understood, blanks at the ends are not looked at.
    """
    said = " ".join((text or "").replace("\N{NO-BREAK SPACE}", " ").split()).casefold()
    if not said:
        return None, True
    if said == MARKER or _HIDDEN.match(said):
        return TypedCount("suppressed"), True
    if said in _WORDS:
        return TypedCount(_WORDS[said]), True
    if _NUMBER.match(said):
        return TypedCount("count", int(said.split(".")[0].replace(",", ""))), True
    return None, False
