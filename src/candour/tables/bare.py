"""DuckDB by SQL alone, for work that has to begin at once: Ibis takes longer to come than a small
file to be read."""

from __future__ import annotations

import itertools
from pathlib import Path

import duckdb
import pyarrow as pa


class BareEngine:
    """Tables by name in a private database in memory. Close it when done."""

    def __init__(self, spill: Path, megabytes: int = 512) -> None:
        """``spill`` is where goes what does not fit: a folder that belongs to its owner alone, and
        goes away. Left to itself the engine would put people's details beside the caller's files.
        """
        self._con = duckdb.connect(
            ":memory:",
            config={"memory_limit": f"{megabytes}MB", "temp_directory": str(spill / "spilled")},
        )
        self._con.execute("SET TimeZone='UTC'; SET enable_progress_bar=false")
        self._number = itertools.count()
        self._first = 0

    def close(self) -> None:
        """Let go of every table."""
        self._con.close()

    def table(self, data: pa.Table) -> str:
        """The name of a table that holds ``data``."""
        name = self._name()
        self._con.register(name, data)
        return name

    def sql(self, text: str, **tables: str) -> str:
        """The name of a table made by SQL, in which ``{name}`` stands for a table of that name."""
        name = self._name()
        self._con.execute(f'CREATE TEMP TABLE "{name}" AS {text.format(**tables)}')
        return name

    def arrow(self, name: str) -> pa.Table:
        """The rows of a table."""
        found: pa.Table = self._con.sql(f'SELECT * FROM "{name}"').to_arrow_table()
        return found

    def forget(self) -> None:
        """Let go of every table made so far; none of them can be asked for again."""
        last = next(self._number)
        for number in range(self._first, last):
            self._con.unregister(f"b{number}")
            self._con.execute(f'DROP TABLE IF EXISTS "b{number}"')
        self._first = last

    def _name(self) -> str:
        return f"b{next(self._number)}"
