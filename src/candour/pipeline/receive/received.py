"""What receiving hands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from candour.dataset.findings import Finding

STAGE = "received"


@dataclass(frozen=True)
class Submission:
    """One set of bytes that somebody sent, and what is known about how it came.

    ``id`` is the SHA-256 of the bytes in hexadecimal. ``file`` is the name under which it came
    first, from the input folder, with ``/`` between parts; ``also_as`` are later names of the same
    bytes. ``layout`` and ``role`` are None where the file was left out; ``left_out`` then holds
    the finding's code that says why. Of a workbook with several sheets ``layout`` and ``role`` are
    those of the first. ``rows`` is how many rows of data its sender says that it has.
    """

    id: str
    file: str
    size: int
    received_on: date | None = None
    provider: str | None = None
    layout: str | None = None
    layout_version: str | None = None
    role: str | None = None
    purpose: str | None = None
    legal_basis: str | None = None
    basis_expires: date | None = None
    may_be_shown_to: str | None = None
    period: str | None = None
    also_as: tuple[str, ...] = ()
    left_out: str | None = None
    rows: int | None = None


@dataclass(frozen=True)
class Staged:
    """One file as a table of text.

    ``path`` is a Parquet file: ``_row`` (int64, data rows from 1), ``_line`` (int64, the file's own
    line on which the row begins), then the columns as sent. Nothing is null: what was empty is the
    empty text. ``rows_read`` counts every data row, those kept out included; ``rejected`` lists
    these as (row, line, finding code). ``submission`` is the id of the submission. Of a workbook
    ``sheet`` is the sheet's name, ``_row`` its own row number, and ``_line`` is null.
    """

    submission: str
    role: str
    layout_id: str
    path: Path
    rows_read: int
    rejected: Sequence[tuple[int, int | None, str]] = ()
    sheet: str | None = None


@dataclass(frozen=True)
class Received:
    """Everything that one folder gave, in the order of receipt."""

    submissions: list[Submission]
    staged: list[Staged]
    findings: list[Finding]
