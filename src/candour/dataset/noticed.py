"""Where stages put what they notice: findings one by one, or many rows of one kind at once.

A file may hold millions of rows with a fault. A run keeps a finding for each; a check tells the
first ones of each kind and counts the others. So a stage says what it noticed, and whoever asked it
decides what is held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from candour.dataset.findings import Finding, kind

if TYPE_CHECKING:
    import numpy.typing as npt


class Place(NamedTuple):
    """A file, or a sheet of a workbook, that a finding is about."""

    submission: str | None
    file: str | None
    sheet: str | None = None


class Notices(Protocol):
    """What takes findings."""

    def one(self, found: Finding) -> None:
        """Take one finding."""
        ...

    def rows(
        self,
        stage: str,
        place: Place,
        code: str,
        field: str | None,
        rows: npt.NDArray[Any],
        lines: npt.NDArray[Any],
    ) -> None:
        """Take a finding ``code`` for each of some rows of one file.

        ``rows`` are their numbers and ``lines`` those of their lines (-1: none), as many. Later
        calls for the same file, code and field speak of later rows.
        """
        ...


class Listed:
    """Every finding, as a list."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def one(self, found: Finding) -> None:
        """Take one finding."""
        self.findings.append(found)

    def rows(
        self,
        stage: str,
        place: Place,
        code: str,
        field: str | None,
        rows: npt.NDArray[Any],
        lines: npt.NDArray[Any],
    ) -> None:
        """Take a finding ``code`` for each of some rows of one file."""
        self.findings += of_rows(stage, place, code, field, rows, lines)


def of_rows(
    stage: str,
    place: Place,
    code: str,
    field: str | None,
    rows: npt.NDArray[Any],
    lines: npt.NDArray[Any],
) -> list[Finding]:
    """A finding for each of some rows, as ``Notices.rows`` takes them."""
    about = kind(code)
    submission, file, sheet = place
    severity, message, remedy = about.severity, about.message, about.remedy
    return [
        Finding(
            submission,
            file,
            stage,
            code,
            severity,
            field,
            row,
            line if line >= 0 else None,
            sheet,
            message,
            remedy,
        )
        for row, line in zip(rows.tolist(), lines.tolist(), strict=True)
    ]
