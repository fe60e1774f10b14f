"""Cells that a spreadsheet must not take for formulas."""

from __future__ import annotations

# What may begin a formula; the wide forms are read alike by some programs.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")  # noqa: RUF001


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula.

    Source of the rule: OWASP ASVS 5.0.0, 1.2.10.
    """
    return f"'{text}" if text.startswith(FORMULA) else text


def as_written(text: str) -> str:
    """The text that ``harmless`` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
