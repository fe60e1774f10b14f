"""Which layout a file is of: told by its columns, never guessed from its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache

from candour.pipeline.receive.header import RECOGNISED
from candour.sources.mapping import FileRole, Mapping

Known = tuple[Mapping, str, FileRole]


@dataclass(frozen=True)
class Recognised:
    """The layout and role of a file. ``renamed`` gives, for columns that the file spells in other
    capitals or with other blanks and signs, the name that the mapping uses."""

    mapping: Mapping
    role: str
    renamed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NotRecognised:
    """Why a file has no layout: the finding's code, and names out of mappings to go with it."""

    code: str
    detail: str


@dataclass(frozen=True)
class _Fit:
    known: Known
    exact: bool
    found: int
    renamed: dict[str, str]


def score(roles: Sequence[Known], names: Sequence[str]) -> int:
    """How many columns of the best fitting role these names hold; 0 where none fits at all.

    A role that is recognised outranks any that is merely near.
    """
    best = 0
    for known in roles:
        fit = _fit(known, names)
        if fit is not None:
            best = max(best, RECOGNISED + fit.found)
        else:
            folded = {alike(name) for name in names}
            best = max(best, sum(alike(find) in folded for find in known[2].header.find))
    return best


@lru_cache(maxsize=4096)
def alike(name: str) -> str:
    """A column's name as a person would say it: without capitals, blanks and signs."""
    return "".join(sign for sign in name.casefold() if sign.isalnum()) or name.casefold()


def recognise(
    roles: Iterable[Known], names: Sequence[str], file_name: str, sheet: str | None = None
) -> Recognised | NotRecognised:
    """The role whose columns are all there; of several, the one of which most columns are.

    Where two fit equally the names of the file and of the sheet decide (``file_name`` and ``sheet``
    of the mapping, in any capitals), and where they do not, the file is not recognised.
    """
    candidates = list(roles)
    fits = [fit for known in candidates if (fit := _fit(known, names)) is not None]
    if not fits:
        return NotRecognised("unknown-layout", _nearest(candidates, names))
    most = max((fit.exact, fit.found) for fit in fits)
    best = [fit for fit in fits if (fit.exact, fit.found) == most]
    if len(best) > 1:
        best = _by_name(best, file_name, sheet)
    if len(best) != 1:
        tied = [fit for fit in fits if (fit.exact, fit.found) == most]
        listed = " and ".join(f"{fit.known[0].id} {fit.known[1]}" for fit in tied)
        return NotRecognised("layout-needs-a-file-name", f"They fit {listed}.")
    mapping, role, _ = best[0].known
    return Recognised(mapping, role, best[0].renamed)


def _fit(known: Known, names: Sequence[str]) -> _Fit | None:
    role = known[2]
    there = set(names)
    exact = all(find in there for find in role.header.find)
    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(alike(name), name)
    if not exact and not all(alike(find) in folded for find in role.header.find):
        return None
    columns = role.known_columns()
    renamed = {
        folded[alike(column)]: column
        for column in columns
        if column not in there and alike(column) in folded and folded[alike(column)] not in columns
    }
    meant = set(renamed.values())
    found = sum(column in there or column in meant for column in columns)
    return _Fit(known, exact, found, renamed)


def _by_name(fits: list[_Fit], file_name: str, sheet: str | None) -> list[_Fit]:
    """Those that the names speak for most; a pattern that a name does not meet speaks against."""
    base = file_name.rsplit("/", 1)[-1]
    spoken: dict[int, list[_Fit]] = {}
    for fit in fits:
        role = fit.known[2]
        asked = [(role.file_name, base), (role.sheet, sheet)]
        met = [
            fnmatchcase(name.casefold(), pattern.casefold())
            for pattern, name in asked
            if pattern is not None and name is not None
        ]
        if all(met):
            spoken.setdefault(len(met), []).append(fit)
    return spoken[max(spoken)] if spoken else []


def _nearest(candidates: Sequence[Known], names: Sequence[str]) -> str:
    """The role of which the largest share of columns is there, and what it lacks.

    Only names out of mappings are shown: where a file has no header, its first line is a person.
    """
    folded = {alike(name) for name in names}
    best: tuple[float, str] | None = None
    for mapping, name, role in candidates:
        lacking = [find for find in role.header.find if alike(find) not in folded]
        share = 1 - len(lacking) / len(role.header.find)
        said = f"The nearest is {mapping.id} ({name}), which also needs {', '.join(lacking)}."
        if share > 0 and (best is None or share > best[0]):
            best = (share, said)
    return best[1] if best else "No layout shares a column with it."
