"""A staged table as it comes to this stage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from candour.sources.mapping import Mapping


@dataclass(frozen=True)
class Sent:
    """One staged table and what is known of how it came."""

    submission: str
    file: str
    path: Path
    mapping: Mapping
    role: str
    seq: int
    """Place in the order of receipt: by ``received_on``, then by hash."""
    provider: str | None = None
    received_on: dt.date | None = None
    period: str | None = None
    sheet: str | None = None
    ragged: Sequence[tuple[int, int | None, str]] = ()
    """Rows that receiving could not take apart: row, line, finding code."""
