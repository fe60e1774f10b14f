"""A run of the invented nation beside its truth: who is who, and what was found of each."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from acceptance_runs import Made

from candour.definitions import get
from candour.pipeline.answers import OpenRun, open_run
from candour.pipeline.answers.counts import outcomes_of
from candour.pipeline.answers.deaths import flags

WINDOWS = (7, 28, 30, 31, 90)
QUESTIONS: dict[str, tuple[str, dict[str, int | str]]] = {
    "inpatient": ("inpatient", {}),
    **{f"post_discharge_{days}": ("post-discharge", {"days": days}) for days in WINDOWS},
    "hssib_2025": ("hssib-2025", {}),
    "lampard_2024": ("lampard-2024", {}),
    "absence_discharged": ("absence-discharged", {}),
    "post_discharge_without_acute": ("post-discharge-without-acute", {}),
}
"""Columns of truth/deaths.csv (after ``expected_``), with definition and settings."""

BY_NAME_ALONE = "coroners_"
"""Files that say no more of a person than a name, if that: nothing joins them to anybody."""

Rows = list[dict[str, Any]]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Nation:
    """The truth of a nation and the run over its extracts, joined by source identities.

    Truth names a person by provider, role and local id, as a run does. Of a contact it gives the
    incident's id, since a contact has none of its own: the run holds it under the incident. Of
    files without any id it gives file and row.
    """

    def __init__(self, made: Made) -> None:
        self.made = made
        self.run: OpenRun = open_run(made.folder)
        truth = made.source / "truth"
        self.identities = rows_of(truth / "people.csv")
        lines = truth / "rows.csv"
        self.lines = rows_of(lines) if lines.is_file() else []
        self.truth = {row["person"]: row for row in rows_of(truth / "deaths.csv")}
        self.traps = {row["trap"]: row for row in rows_of(truth / "traps.csv")}
        self.counts = rows_of(truth / "counts.csv")
        self.totals = {row["what"]: int(row["count"]) for row in rows_of(truth / "totals.csv")}
        self.outcomes = {
            question: outcomes_of(self.run, get(definition), settings)
            for question, (definition, settings) in QUESTIONS.items()
        }

    @cached_property
    def keys(self) -> dict[str, set[str]]:
        """The source identities of each person of the truth, as a run writes them."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.identities:
            role = "incidents" if row["role"] == "contacts" else row["role"]
            owner = f"{row['provider']}/" if row["provider"] else ""
            found[row["person"]].add(f"{owner}{role}:{row['local_id']}")
        for row in self.lines:
            if not row["file"].startswith(BY_NAME_ALONE):
                found[row["person"]].add(self._keys_of_rows[row["file"], int(row["row"])])
        return found

    @cached_property
    def _keys_of_rows(self) -> dict[tuple[str, int], str]:
        return {(row["file"], row["row"]): row["person_key"] for row in self.run.rows("rows")}

    @cached_property
    def ids(self) -> dict[str, dict[str, Any]]:
        """``person_key`` to its line of the run's identities."""
        return {row["person_key"]: row for row in self.run.rows("identities")}

    def person_ids(self, person: str) -> set[str]:
        """The run's ids of a person of the truth; more than one where nothing links them."""
        return {self.ids[key]["person_id"] for key in self.keys[person] if key in self.ids}

    def death_ids(self, person: str) -> set[str]:
        """The run's ids of a person's death; none where no source says that they died."""
        found = {self.ids[key]["death_id"] for key in self.keys[person] if key in self.ids}
        return {each for each in found if each}

    def persons(self, trap: str) -> list[str]:
        """The people who stand in a trap."""
        return [each for each in self.traps[trap]["persons"].split("|") if each]

    @cached_property
    def _rows_of(self) -> dict[tuple[str, int], str]:
        """Submission and row to the id of the person whom the row names."""
        return {
            (row["submission"], row["row"]): self.ids[row["person_key"]]["person_id"]
            for row in self.run.rows("rows")
            if row["person_key"] in self.ids
        }

    @cached_property
    def _findings(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.run.rows("findings"):
            person = self._rows_of.get((row["submission"], row["row"]))
            if person:
                found[person].add(row["code"])
        return found

    def findings(self, person: str) -> set[str]:
        """Codes of the findings about rows that name a person."""
        return set().union(*(self._findings[each] for each in self.person_ids(person)))

    def conflicts(self, person: str) -> set[str]:
        """Conflicts about a person, each as ``entity.field`` or the conflict's own name."""
        return {
            f"{row['entity']}.{row['field']}"
            if row["conflict"] == "values-differ"
            else row["conflict"]
            for row in self._of("conflicts", person)
        }

    def stays(self, person: str) -> Rows:
        return self._of("stays", person)

    def near_misses(self, person: str) -> Rows:
        return self._of("near_misses", person)

    def absences(self, person: str) -> Rows:
        return self._of("absences", person)

    def _of(self, table: str, person: str) -> Rows:
        by_person = self._by_person(table)
        return [row for each in self.person_ids(person) for row in by_person[each]]

    def _by_person(self, table: str) -> dict[str, Rows]:
        if table not in self._lying:
            found: dict[str, Rows] = defaultdict(list)
            for row in self._table(table):
                found[row["person_id"]].append(row)
            self._lying[table] = found
        return self._lying[table]

    @cached_property
    def _lying(self) -> dict[str, dict[str, Rows]]:
        return {}

    def _table(self, name: str) -> Rows:
        if name not in self._tables:
            self._tables[name] = self.run.rows(name)
        return self._tables[name]

    @cached_property
    def _tables(self) -> dict[str, Rows]:
        return {}

    def waiting(self, person: str) -> set[str]:
        """Rules of the pairs about a person that wait for somebody's decision."""
        ids = self.person_ids(person)
        return {
            row["rule"]
            for row in self._table("links")
            if row["decision"] == "review"
            and ids & {self.ids[row[side]]["person_id"] for side in ("left", "right")}
        }

    def ledger(self, person: str) -> Rows:
        """Who knows of a person's death."""
        return [entry for each in self.death_ids(person) for entry in self.run.ledger[each]]

    def flags(self, person: str) -> set[str]:
        """What a reader is told beside the outcome."""
        return {flag for each in self.death_ids(person) for flag in flags(self.run.scenarios[each])}

    def knowing(self, person: str) -> set[str]:
        """Kinds of source that know of a person's death."""
        return {entry["kind"] for entry in self.ledger(person) if entry["knows"]}

    def dates_said(self, person: str) -> dict[str, set[str]]:
        """Dates of death that sources said, each with how it stands."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self._of("values", person):
            if (row["entity"], row["field"]) == ("death", "death_date"):
                found[row["value"]].add(row["standing"])
        return found

    def as_expected(self, persons: Iterable[str]) -> bool:
        """Whether each of these deaths has the outcome that truth expects, under every question."""
        return all(
            self.outcomes[question][death_id] == self.truth[person][f"expected_{question}"]
            for person in persons
            for death_id in self.death_ids(person)
            for question in QUESTIONS
        )
