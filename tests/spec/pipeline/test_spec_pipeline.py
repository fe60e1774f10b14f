"""Every table beside this file, put through one run: from extracts to outcomes.

The tables are written from the reference rules, by hand; nothing in them was taken from what the
pipeline answers.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from spec_pipeline_files import FILES, Place, default_birth, write_extracts
from spec_pipeline_tables import SHOWN, Case, all_cases

from candour.definitions import catalogue, columnar, get, settings_from
from candour.pipeline.answers.deaths import deaths
from candour.pipeline.answers.opening import OpenRun, open_run
from candour.pipeline.answers.periods import Period
from candour.pipeline.run import run
from candour.tables import open_engine

CASES = all_cases()
BY_NAME = {case.name: case for case in CASES}


@dataclass
class Answered:
    """The run of all tables, and what it answers."""

    opened: OpenRun
    places: dict[str, list[Place]]
    kept: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def under(self, column: str) -> dict[str, dict[str, Any]]:
        """Deaths by id, under a definition with its settings, as a column names it."""
        if column not in self.kept:
            identity, *texts = column.split()
            definition = get(identity)
            answer = deaths(self.opened, definition, settings_from(definition, texts), Period())
            self.kept[column] = {row["death_id"]: row for row in answer}
        return self.kept[column]

    @cached_property
    def deaths_at(self) -> dict[Place, str | None]:
        """The death that each row of each file speaks of."""
        files = {s["submission"]: s["file"] for s in self.opened.rows("submissions")}
        of_key = {i["person_key"]: i["death_id"] for i in self.opened.rows("identities")}
        return {
            (files[r["submission"]], r["row"]): of_key.get(r["person_key"])
            for r in self.opened.rows("rows")
        }

    def deaths_of(self, case: Case) -> set[str | None]:
        return {self.deaths_at[place] for place in self.places[case.name]}

    def death_of(self, case: Case) -> str:
        (found,) = self.deaths_of(case)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "sent").mkdir()
    places = write_extracts(CASES, folder / "sent")
    run(folder / "sent", folder / "run")
    return Answered(open_run(folder / "run"), places)


def _each(wanted: bool) -> list[Any]:
    return [
        pytest.param(case.name, column, text, id=f"{case.name} -> {column}")
        for case in CASES
        for column, text in case.expected.items()
        if (column in SHOWN) is wanted
    ]


@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_all_rows_of_one_person_lead_to_one_death(answered: Answered, name: str) -> None:
    found = answered.deaths_of(BY_NAME[name])

    assert len(found) == 1
    assert None not in found


def test_no_two_people_of_the_tables_share_a_death(answered: Answered) -> None:
    held = Counter(answered.death_of(case) for case in CASES)

    assert len(held) == len(CASES) == len(answered.opened.deaths)


@pytest.mark.parametrize(("name", "column", "text"), _each(False))
def test_each_definition_answers_as_the_table_says(
    answered: Answered, name: str, column: str, text: str
) -> None:
    row = answered.under(column)[answered.death_of(BY_NAME[name])]

    assert row["outcome"] == text.replace(" ", "-")
    assert row["reasons"]


@pytest.mark.parametrize(("name", "column", "text"), _each(True))
def test_what_is_shown_beside_the_outcome_is_as_the_table_says(
    answered: Answered, name: str, column: str, text: str
) -> None:
    row = answered.under("hssib-2025")[answered.death_of(BY_NAME[name])]
    shown = {
        "date of death": row["death_date"] or "none",
        "index discharge": row["index_discharge"] or "none",
        "days": "none" if row["days_since_discharge"] is None else str(row["days_since_discharge"]),
        "flags": _names(row["flags"]),
        "conflicts": _names(row["conflicts"]),
        "known by": str(len(row["sources_knowing"])),
    }[column]

    assert shown == (_names(text.split(", ")) if column in ("flags", "conflicts") else text)


def test_the_union_counts_nobody_twice_and_leaves_nobody_out(answered: Answered) -> None:
    inpatient, after, union = (
        {death for death, row in answered.under(column).items() if row["outcome"] == "in"}
        for column in ("inpatient", "post-discharge days=30", "hssib-2025")
    )

    assert inpatient & after, "somebody was admitted again and died on the ward"
    assert inpatient | after <= union


def test_both_evaluators_agree_on_every_death_under_every_column(answered: Answered) -> None:
    columns = {c for case in CASES for c in case.expected if c not in SHOWN}

    with open_engine() as engine:
        facets = engine.table(answered.opened.table("facets"))
        for column in sorted(columns):
            identity, *texts = column.split()
            definition = get(identity)
            settings = settings_from(definition, texts)
            many = engine.rows(columnar.outcomes(definition, facets, settings))

            assert {r["death_id"]: r["outcome"] for r in many} == {
                death: row["outcome"] for death, row in answered.under(column).items()
            }, column


def test_the_run_keeps_the_outcomes_that_its_facets_give(answered: Answered) -> None:
    kept = answered.opened.rows("classified")

    assert len(kept) == len(catalogue()) * len(answered.opened.deaths)
    for row in kept:
        assert row["outcome"] == answered.under(row["definition"])[row["death_id"]]["outcome"]


def test_every_row_that_was_sent_is_accounted_for(answered: Answered) -> None:
    counts = answered.opened.manifest["counts"]
    sent = sum(len(places) for places in answered.places.values())
    incidents = sum(r["sent by"] == "Westvale, incident" for c in CASES for r in c.rows)

    assert counts["rows_in"] == sent + incidents
    assert (counts["accepted"], counts["rejected"], counts["duplicate"]) == (sent + incidents, 0, 0)


def test_the_tables_name_each_person_once_with_a_birth_date_of_their_own() -> None:
    """Or two cases would be linked, and neither would test what it says."""
    alike = Counter((c.person, c.rows[0]["born"] or default_birth(c.number)) for c in CASES)
    names = Counter(case.person for case in CASES)

    assert max(alike.values()) == 1
    assert {name for name, times in names.items() if times > 1} == {"Siltholme"}
    assert max(default_birth(c.number) for c in CASES) < dt.date(2005, 1, 1)
    assert len(BY_NAME) == len(CASES)


def test_every_sender_and_every_definition_is_asked_in_some_table() -> None:
    senders = {row["sent by"] for case in CASES for row in case.rows}
    asked = {c.split()[0] for case in CASES for c in case.expected if c not in SHOWN}
    answers = {t for case in CASES for c, t in case.expected.items() if c not in SHOWN}

    assert senders == set(FILES)
    # The others rest on what lists state outright; their tables lie with the definitions.
    assert asked == {"inpatient", "post-discharge", "hssib-2025", "lampard-2024"}
    assert asked < set(catalogue())
    assert answers == {"in", "out", "cannot tell"}


def _names(names: list[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def test_the_folder_of_tables_holds_nothing_else() -> None:
    here = Path(__file__).parent

    assert {case.table for case in CASES} == {path.stem for path in here.glob("*.md")}
