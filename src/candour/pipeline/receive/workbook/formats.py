"""Number formats: what a cell's format adds to the bare number that is stored.

Only what changes what a person reads is kept: noughts before a number, text around it, per cent,
hours. Dates are turned into days by the reader of values, and so are not listed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

_BUILT_IN = {9: "0%", 10: "0.00%", 46: "[h]:mm:ss"}
_TIMES_BUILT_IN = {18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 45: "mm:ss"}
_TOKEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|.', re.DOTALL)
_ELAPSED = re.compile(r"^\[(h+|m+|s+)\]$", re.IGNORECASE)
_PLAIN_LITERALS = " -/():+'"


@dataclass(frozen=True)
class Look:
    """What a format adds.

    ``kind`` is ``digits`` (``pattern`` holds ``0`` for a figure that is always shown, ``#`` for one
    shown if it is there, and the text between as it stands), ``percent``, ``elapsed`` (hours that
    may pass twenty-four) or ``time`` (of day alone).
    """

    kind: Literal["digits", "percent", "elapsed", "time"]
    pattern: str = ""

    def text(self, stored: str) -> str | None:
        """What a person sees for the number stored, or None where the bare number is right."""
        try:
            number = float(stored)
        except ValueError:
            return None
        if self.kind == "percent":
            return f"{round(number * 100, 10):.10f}".rstrip("0").rstrip(".") + "%"
        if self.kind in ("elapsed", "time"):
            return _clock(number, within_a_day=self.kind == "time")
        if number < 0 or not number.is_integer() or number >= 1e15:
            return None
        return _filled(self.pattern, str(int(number)))


def looks_of(styles: Element, *, dates_from_1904: bool) -> dict[int, Look]:
    """The formats that add something, by the number of the style in which cells name them.

    Times of day are listed where days count from 1904 alone: else the reader's own text shows that
    it is a time.
    """
    codes: dict[int, str] = {**_BUILT_IN, **_TIMES_BUILT_IN}
    cells: list[int] = []
    for part in styles:
        name = part.tag.rsplit("}", 1)[-1]
        if name == "numFmts":
            for each in part:
                codes[_number(each.get("numFmtId"))] = each.get("formatCode", "")
        elif name == "cellXfs":
            cells = [_number(each.get("numFmtId")) for each in part]
    found = {}
    for place, format_id in enumerate(cells):
        look = look_of(codes.get(format_id, ""))
        if look is not None and (look.kind != "time" or dates_from_1904):
            found[place] = look
    return found


def look_of(code: str) -> Look | None:
    """What one format code adds, or None."""
    tokens = _TOKEN.findall(code)
    if ";" in tokens:
        tokens = tokens[: tokens.index(";")]
    if any(_ELAPSED.match(token) for token in tokens):
        return Look("elapsed")
    shown = [t for t in tokens if not t.startswith(("[", "_", "*"))]
    bare = "".join(t for t in shown if len(t) == 1)
    if "%" in bare:
        return Look("percent")
    if re.search("[hHsS]", bare) and not re.search("[yYdD]", bare):
        return Look("time")
    pattern = _digits(shown)
    return Look("digits", pattern) if pattern else None


def _digits(tokens: list[str]) -> str | None:
    """The pattern of a format of figures and text alone, where it adds to the bare number.

    Text that is itself ``0`` or ``#`` is not told apart from a figure, so such a format is not
    taken.
    """
    pattern = ""
    for token in tokens:
        if token in ("0", "#"):
            pattern += token
        elif len(token) > 1 or token in _PLAIN_LITERALS:
            text = token[1:-1] if token.startswith('"') else token.removeprefix("\\")
            if "0" in text or "#" in text:
                return None
            pattern += text
        else:
            return None
    figures = re.sub("[^0#]", "", pattern)
    if not figures or (len(figures) == 1 and pattern == figures) or set(pattern) == {"#"}:
        return None
    return pattern


def _filled(pattern: str, figures: str) -> str:
    """Figures put into the places of a pattern, from the right; more figures stand at the left."""
    places = sum(mark in "0#" for mark in pattern)
    figures = "" if figures == "0" and "0" not in pattern else figures
    extra, rest = figures[: max(0, len(figures) - places)], figures[-places:] if figures else ""
    missing = places - len(rest)
    written, place = "", 0
    for mark in pattern:
        if mark not in "0#":
            written += mark
            continue
        if place == 0:
            written += extra
        if place >= missing:
            written += rest[place - missing]
        elif mark == "0":
            written += "0"
        place += 1
    return written


def _clock(days: float, *, within_a_day: bool) -> str | None:
    if days < 0 or (within_a_day and days >= 1):
        return None
    seconds = round(days * 86_400)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = f"{hours:02d}:{minutes:02d}"
    return f"{clock}:{seconds:02d}" if seconds else clock


def _number(written: str | None) -> int:
    return int(written) if written and written.isdigit() else 0
