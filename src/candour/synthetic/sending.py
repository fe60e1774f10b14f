"""Files as they are sent: written into the nation's folder, and noted for ``submissions.csv``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from candour.synthetic import writing
from candour.synthetic.nation import Nation


@dataclass(frozen=True)
class Sent:
    """One file as it was sent."""

    file: str
    received_on: str
    provider: str
    layout: str


@dataclass
class Sending:
    """Writes files into ``folder``; ``rows`` counts the rows of data in each."""

    folder: Path
    nation: Nation
    rows: dict[str, int] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)

    def table(self, frame: pl.DataFrame, path: str) -> None:
        """Write a CSV that nobody sent."""
        writing.write_csv(frame, self.folder / path)
        self.rows[path] = len(frame)

    def note(self, path: str, rows: int, received: str, whose: str, layout: str) -> None:
        """Note a file that has been written as sent; ``whose`` is a code, empty for nobody's."""
        self.rows[path] = rows
        self.sent.append(Sent(path, received, whose, layout))

    def send(
        self, frame: pl.DataFrame, path: str, received: str, whose: str, layout: str
    ) -> None:  # fmt: skip
        """Write and note a CSV, unless it has no rows."""
        if not frame.is_empty():
            writing.write_csv(frame, self.folder / path)
            self.note(path, len(frame), received, whose, layout)

    def each(
        self, frame: pl.DataFrame, name: str, received: str, layout: str,
        columns: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        """Send each provider its part of a table with a column ``provider``, as NAME.csv."""
        for provider, part in by_provider(frame).items():
            code = self.nation.providers[provider].code
            said = part.drop("provider") if columns is None else part.select(columns)
            self.send(said, f"{code}/{name}.csv", received, code, layout)


def by_provider(frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
    """The parts of a table by the place of the provider."""
    parts = frame.partition_by("provider", as_dict=True, maintain_order=True)
    return {int(key[0]): part for key, part in parts.items()}
