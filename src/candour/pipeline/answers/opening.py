"""Opening a run: is it one, can this version read it, is it closed to others, is it whole?"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from candour.errors import UserError
from candour.pipeline.manifest import FORMAT
from candour.pipeline.outputs import IDENTIFIED, OPEN
from candour.tables import refuse_if_open_to_others

READABLE = (FORMAT, FORMAT - 1)
MARK = "withdrawn.json"
_NEEDED = {"as_known_on", "basis", "data", "decisions", "definitions", "inputs", "tables"}
_IDENTIFIED_TABLES = ("people", "values", "conflicts", "review", "rejected", "decisions")


@dataclass(frozen=True)
class OpenRun:
    """A run that can be asked. Tables are read when they are first needed."""

    folder: Path
    manifest: dict[str, Any]

    def table(self, name: str) -> pa.Table:
        """One table of the run, whole.

        Raises UserError where the file is not there, is damaged, or is not what the manifest says.
        """
        room = IDENTIFIED if name in _IDENTIFIED_TABLES else OPEN
        if room == IDENTIFIED:
            refuse_if_open_to_others(self.folder / IDENTIFIED)
        path = self.folder / room / f"{name}.parquet"
        remedy = "Make the run again from its inputs; received bytes are in the store."
        try:
            table: pa.Table = pq.read_table(path)
        except FileNotFoundError:
            raise UserError(f"The run lacks its table {name}.", remedy) from None
        except (pa.ArrowException, OSError):
            raise UserError(f"The run's table {name} is damaged.", remedy) from None
        said = self.manifest.get("tables", {}).get(name)
        if said is not None and said["rows"] != table.num_rows:
            raise UserError(f"The run's table {name} is not as the manifest says.", remedy)
        return table

    def some(self, name: str, columns: list[str], where: pc.Expression) -> list[dict[str, Any]]:
        """Chosen rows and columns of a table that may be too large to hold whole.

        Raises UserError as :meth:`table` does, but does not count the rows.
        """
        room = IDENTIFIED if name in _IDENTIFIED_TABLES else OPEN
        if room == IDENTIFIED:
            refuse_if_open_to_others(self.folder / IDENTIFIED)
        path = self.folder / room / f"{name}.parquet"
        remedy = "Make the run again from its inputs; received bytes are in the store."
        try:
            found: list[dict[str, Any]] = pq.read_table(
                path, columns=columns, filters=where
            ).to_pylist()
        except FileNotFoundError:
            raise UserError(f"The run lacks its table {name}.", remedy) from None
        except (pa.ArrowException, OSError):
            raise UserError(f"The run's table {name} is damaged.", remedy) from None
        return found

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of one table."""
        found: list[dict[str, Any]] = self.table(name).to_pylist()
        return found

    @cached_property
    def deaths(self) -> dict[str, dict[str, Any]]:
        """Deaths by id."""
        return {d["death_id"]: d for d in self.rows("deaths")}

    @cached_property
    def scenarios(self) -> dict[str, list[dict[str, Any]]]:
        """The facets of each death, by id."""
        grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.rows("facets"):
            grouped[row["death_id"]].append(row)
        return grouped

    @cached_property
    def ledger(self) -> dict[str, list[dict[str, Any]]]:
        """The ledger of each death, by id."""
        grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.rows("ledger"):
            grouped[row["death_id"]].append(row)
        return grouped

    def classified_as(self, definition: str, version: str, settings: str) -> dict[str, str]:
        """The outcome of each death as the run classified it, by id; empty if it did not.

        The table holds a row for each death and definition, so only those asked for become objects.
        """
        table = self.table("classified")
        wanted = {"definition": definition, "version": version, "settings": settings}
        found = [pc.equal(table[name], value) for name, value in wanted.items()]
        rows = table.filter(pc.and_(pc.and_(found[0], found[1]), found[2]))
        return dict(zip(rows["death_id"].to_pylist(), rows["outcome"].to_pylist(), strict=True))

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Ids of earlier days, and the id that each leads to now."""
        return {a["alias"]: a["id"] for a in self.rows("aliases")}

    @cached_property
    def withdrawn(self) -> list[dict[str, Any]]:
        """Submissions that this run used and that were withdrawn since."""
        try:
            marks: list[dict[str, Any]] = json.loads(
                (self.folder / MARK).read_text(encoding="utf-8")
            )
        except FileNotFoundError:
            return []
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise UserError(f"{self.folder / MARK} is damaged.", "Make the run again.") from None
        return marks

    def death_id(self, wanted: str) -> str:
        """The id in force for a death's id or alias. Raises UserError where there is none."""
        found = self.aliases.get(wanted, wanted)
        if found not in self.deaths:
            raise UserError(
                "This run holds no death of that id.",
                "`candour deaths RUN --definition hssib-2025` lists the ids that it holds.",
            )
        return found


def open_run(folder: Path) -> OpenRun:
    """Open a run's folder. Raises UserError where it is none, or of another version's making."""
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise UserError(
            f"{folder} is not a run: it holds no manifest.",
            "`candour run INPUT --out RUN` makes one.",
        ) from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        manifest = None
    damaged = UserError(f"The manifest of {folder} is damaged.", "Make the run again.")
    if not isinstance(manifest, dict):
        raise damaged
    if "format" not in manifest:
        raise UserError(
            f"{folder} is not a run: its manifest is that of something else.",
            "`candour run INPUT --out RUN` makes one.",
        )
    if manifest["format"] not in READABLE:
        raise UserError(
            f"{folder} was made by Candour {manifest.get('candour', 'of an unknown version')}, "
            f"whose runs (format {manifest['format']}) this version does not read.",
            "Make the run again with this version, or ask it with that one.",
        )
    if not set(manifest) >= _NEEDED:
        raise damaged
    return OpenRun(folder, manifest)
