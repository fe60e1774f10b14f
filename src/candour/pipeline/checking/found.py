"""What was found in the rows of one file, kept as numbers until it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from candour.dataset.findings import Finding, kind

if TYPE_CHECKING:
    import numpy.typing as npt


STAGE = "standardised"


class Found:
    """Findings by row. A row, counted from 0, has one code for one column at most once."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str | None], int] = {}
        self._at: list[npt.NDArray[np.int64]] = []
        self._of: list[npt.NDArray[np.int64]] = []

    def add(self, code: str, column: str | None, at: npt.NDArray[Any]) -> None:
        """The rows at ``at`` have the finding ``code`` about ``column`` (None: the whole row)."""
        if len(at):
            number = self._kinds.setdefault((code, column), len(self._kinds))
            self._at.append(at.astype(np.int64))
            self._of.append(np.full(len(at), number, np.int64))

    def rows(self) -> npt.NDArray[np.int64]:
        """Rows of which something was found, counted from 0, each once."""
        return np.unique(np.concatenate(self._at)) if self._at else np.empty(0, np.int64)

    def told(self, submission: str, file: str, sheet: str | None, places: Any) -> list[Finding]:
        """The findings, by row, then by code and column. ``places`` gives numbers of rows and of
        lines for rows counted from 0."""
        if not self._at:
            return []
        order = sorted(self._kinds, key=lambda each: (each[0], each[1] or ""))
        rank = np.empty(len(order), np.int64)
        for place, each in enumerate(order):
            rank[self._kinds[each]] = place
        at, of = np.concatenate(self._at), rank[np.concatenate(self._of)]
        both = np.unique(at * len(order) + of)
        at, of = both // len(order), both % len(order)
        rows, lines = places(at)
        said = [(code, kind(code), column) for code, column in order]
        found = []
        for row, line, number in zip(rows.tolist(), lines.tolist(), of.tolist(), strict=True):
            code, about, column = said[number]
            found.append(
                Finding(
                    submission,
                    file,
                    STAGE,
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
