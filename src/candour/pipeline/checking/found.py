"""What was found in the rows of one file, kept as numbers until it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from candour.dataset.findings import Finding, finding, kind

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]


STAGE = "standardised"
MOST_TOLD = 1_000_000
"""Findings about rows of one file that are told one by one."""

Kind = tuple[str, str | None]
"""A code, and the column that it is about (None: the whole row)."""
Places = Callable[["Ints"], tuple["Ints", "Ints"]]
"""Numbers of rows and of lines (-1: none) of rows counted from 0."""


IN_PART = "findings-told-in-part"


@dataclass(frozen=True)
class Checked:
    """Findings about files; ``untold`` are those beyond, counted by code."""

    findings: list[Finding]
    untold: Mapping[str, int] = field(default_factory=dict)


class Found:
    """Findings by row. A row, counted from 0, has one code for one column at most once."""

    def __init__(self) -> None:
        self._at: dict[Kind, list[Ints]] = {}

    def add(self, code: str, column: str | None, at: npt.NDArray[Any]) -> None:
        """The rows at ``at`` have the finding ``code`` about ``column`` (None: the whole row)."""
        if len(at):
            self._at.setdefault((code, column), []).append(at.astype(np.int64))

    def by_kind(self) -> Iterable[tuple[Kind, Ints]]:
        """The rows of each kind, in order, each once."""
        for of, parts in self._at.items():
            yield of, parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))


class Told:
    """The findings of all parts of a file: how many of each kind, and the first rows of each.

    As many rows are kept of each kind as fit, when all kinds together are at most ``most``: a kind
    that is rare is told whole.
    """

    def __init__(self, stage: str = STAGE, most: int | None = None) -> None:
        self._stage = stage
        self._most = self._limit = most or MOST_TOLD
        self.counts: dict[Kind, int] = {}
        self._rows: dict[Kind, list[Ints]] = {}
        self._lines: dict[Kind, list[Ints]] = {}

    def add(self, found: Found, places: Places) -> None:
        """Add what was found in the next rows."""
        for of, at in found.by_kind():
            room = self._limit - min(self.counts.get(of, 0), self._limit)
            self.counts[of] = self.counts.get(of, 0) + len(at)
            rows, lines = places(at[:room])
            self._rows.setdefault(of, []).append(rows)
            self._lines.setdefault(of, []).append(lines)
            if sum(self.counts.values()) > self._most:
                self._limit = limit_for(self.counts.values(), self._most)
                for held in (self._rows, self._lines):
                    for each, parts in held.items():
                        held[each] = [np.concatenate(parts)[: self._limit].copy()]

    def untold(self) -> dict[str, int]:
        """How many findings are not told one by one, by code."""
        left: dict[str, int] = {}
        for (code, _), count in self.counts.items():
            if count > self._limit:
                left[code] = left.get(code, 0) + count - self._limit
        return left

    def in_part(self, submission: str, file: str, sheet: str | None) -> list[Finding]:
        """A finding for each kind of which not every row is told, with how many there are."""
        return [
            finding(
                IN_PART,
                submission=submission,
                file=file,
                sheet=sheet,
                stage=self._stage,
                field=column,
                detail=in_words(code, count, self._limit),
            )
            for (code, column), count in self.counts.items()
            if count > self._limit
        ]

    def findings(self, submission: str, file: str, sheet: str | None) -> list[Finding]:
        """The findings that are told, by row, then by code and column."""
        order = sorted(self.counts, key=lambda each: (each[0], each[1] or ""))
        if not order:
            return []
        rows = np.concatenate([part for each in order for part in self._rows[each]])
        lines = np.concatenate([part for each in order for part in self._lines[each]])
        sizes = [sum(map(len, self._rows[each])) for each in order]
        of = np.repeat(np.arange(len(order)), sizes)
        by_row = np.argsort(rows, kind="stable")
        said = [(code, kind(code), column) for code, column in order]
        found = []
        for row, line, number in zip(
            rows[by_row].tolist(), lines[by_row].tolist(), of[by_row].tolist(), strict=True
        ):
            code, about, column = said[number]
            found.append(
                Finding(
                    submission,
                    file,
                    self._stage,
                    code,
                    about.severity,
                    column,
                    row,
                    line if line >= 0 else None,
                    sheet,
                    about.message,
                    about.remedy,
                )
            )
        return found


def in_words(code: str, count: int, limit: int) -> str:
    """What is added to the message of a finding that is told in part."""
    return f"{code}: {count:,} rows, of which the first {limit:,} are named."


def most_told() -> int:
    """Findings about rows that are told one by one."""
    return MOST_TOLD


def limit_for(counts: Iterable[int], most: int) -> int:
    """The largest number such that the counts, none taken for more than it, come to ``most`` at
    most. At least 1, so that no kind goes untold."""
    left, kinds = most, sorted(counts)
    for place, count in enumerate(kinds):
        share = left // (len(kinds) - place)
        if count > share:
            return max(share, 1)
        left -= count
    return max(kinds, default=1)
