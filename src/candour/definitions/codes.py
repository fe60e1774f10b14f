"""Ranges of ICD-10 codes, and whether a registered code lies in them.

A range names categories (``X60-X84``) or subdivisions (``U50.9``). A code less precise than the
range, such as ``U50`` against ``U50.9``, cannot be told; neither can a value that is no ICD-10
code. The filler ``X`` in fourth place stands for "no subdivision" (as registration and hospital
extracts write it). Source: the structure of ICD-10.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CODE_PATTERN = r"^[A-Za-z][0-9][0-9]([.]?([0-9][0-9]?|[Xx][0-9]?))?$"
SUBDIVIDED_PATTERN = r"^[A-Za-z][0-9][0-9][.]?[0-9]"

_RANGE = re.compile(r"([A-Z]\d\d)(?:\.(\d))?(?:-([A-Z]\d\d)(?:\.(\d))?)?")


@dataclass(frozen=True)
class CodeRange:
    """From ``first`` to ``last``, both included; each three characters, or each four (no dot)."""

    first: str
    last: str

    @property
    def subdivided(self) -> bool:
        """True if the range is stated to the fourth character."""
        return len(self.first) == 4

    def holds(self, code: str) -> bool | None:
        """Whether a code lies in the range; None if the code is not precise enough to tell."""
        if re.fullmatch(CODE_PATTERN, code) is None:
            return None
        tidy = code.upper().replace(".", "")
        category = self.first[:3] <= tidy[:3] <= self.last[:3]
        if not self.subdivided:
            return category
        if re.match(SUBDIVIDED_PATTERN, code) is None:
            return None if category else False
        return self.first <= tidy[:4] <= self.last


def code_range(text: str) -> CodeRange:
    """Read ``X60``, ``X60-X84``, ``U50.9`` or ``X60.1-X60.4``; else ValueError."""
    found = _RANGE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not an ICD-10 code or a range of them")
    first_category, first_digit, last_category, last_digit = found.groups()
    first = first_category + (first_digit or "")
    last = first if last_category is None else last_category + (last_digit or "")
    if len(first) != len(last) or first > last:
        raise ValueError(f"{text!r} must run upward between codes of the same precision")
    return CodeRange(first, last)
