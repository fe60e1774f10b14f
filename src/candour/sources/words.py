"""Codes written as words: what a person picks from a list instead of typing its code."""

from __future__ import annotations

from functools import cache


@cache
def words_of(path: str) -> dict[str, str | None] | None:
    """Words and codes as sent -> code of the list of the field at ``path``; None: it has no list.

    Every version of the list is read, the newest word first. Where two codes share a word (an
    older code beside the one that took its place), the word stands for the code in force.
    """
    from candour.dataset import field
    from candour.dataset.code_lists import versions_of

    listed = field(path)
    name = "yes_no_unknown" if listed.type == "yes_no_unknown" else listed.codelist
    if name is None:
        return None
    found: dict[str, str | None] = {}
    codes = [code for held in reversed(versions_of(name)) for code in held.codes]
    known = {code.code for code in versions_of(name)[-1].codes}
    for code in sorted(codes, key=lambda one: not one.valid_on(None)):
        if code.code in known:
            found.setdefault(code.display, code.code)
    for code in codes:
        if code.code in known:
            found[code.code] = code.code
    return found
