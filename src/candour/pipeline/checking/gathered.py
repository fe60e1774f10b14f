"""What was found in several files: whole where it is little, else the first rows of each kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from candour.dataset.findings import Finding, finding
from candour.dataset.noticed import Place, of_rows
from candour.pipeline.checking.found import IN_PART, Checked, in_words, limit_for, most_told

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[Any]


class _Kind(NamedTuple):
    """Rows of one file that have one finding."""

    place: Place
    stage: str
    code: str
    column: str | None


@dataclass
class _Held:
    """How many rows there are of one kind, and the first of them with their lines."""

    count: int = 0
    rows: list[Ints] = field(default_factory=list)
    lines: list[Ints] = field(default_factory=list)

    def keep(self, most: int) -> None:
        """Let go of all rows but the first ones."""
        self.rows = [np.concatenate(self.rows)[:most].copy()]
        self.lines = [np.concatenate(self.lines)[:most].copy()]


class Gathered:
    """Takes findings (``noticed.Notices``) and holds a number for each row, and no more of them
    than are told: the first of each kind, as many of each as fit."""

    def __init__(self) -> None:
        self.ones: list[Finding] = []
        """Findings that were told one by one."""
        self._most = self._limit = most_told()
        self._held: dict[_Kind, _Held] = {}
        self._count = 0

    def one(self, found: Finding) -> None:
        """Take one finding."""
        self.ones.append(found)

    def rows(
        self, stage: str, place: Place, code: str, field: str | None, rows: Ints, lines: Ints
    ) -> None:
        """Take a finding ``code`` for each of some rows of one file."""
        held = self._held.setdefault(_Kind(place, stage, code, field), _Held())
        room = self._limit - min(held.count, self._limit)
        held.count += len(rows)
        self._count += len(rows)
        if room:
            held.rows.append(rows[:room].copy())
            held.lines.append(lines[:room].copy())
        if self._count > self._most:
            self._limit = limit_for((each.count for each in self._held.values()), self._most)
            for each in self._held.values():
                if sum(map(len, each.rows)) > self._limit:
                    each.keep(self._limit)

    def checked(self) -> Checked:
        """The findings that are told, and how many of each kind are not."""
        told, untold = list(self.ones), Counter[str]()
        for (place, stage, code, column), held in self._held.items():
            held.keep(self._limit)
            told += of_rows(stage, place, code, column, held.rows[0], held.lines[0])
            left = held.count - len(held.rows[0])
            if left:
                untold[code] += left
                told.append(
                    finding(
                        IN_PART,
                        submission=place.submission,
                        file=place.file,
                        sheet=place.sheet,
                        stage=stage,
                        field=column,
                        detail=in_words(code, held.count, self._limit),
                    )
                )
        return Checked(told, dict(untold))
