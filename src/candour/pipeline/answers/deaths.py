"""Every death of a run, and its outcome under one definition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from candour.definitions import Definition, evaluate
from candour.pipeline.answers.periods import Period

if TYPE_CHECKING:
    from candour.pipeline.answers.opening import OpenRun

COLUMNS = (
    "death_id",
    "person_ids",
    "death_date",
    "outcome",
    "index_discharge",
    "days_since_discharge",
    "sources_knowing",
    "flags",
    "conflicts",
    "reasons",
)
DAY_OF_DISCHARGE = "day-of-discharge"
NOT_KNOWN_IN_PERIOD = "whether the death lies in the period asked for is not known"


def deaths(
    run: OpenRun, definition: Definition, settings: Mapping[str, int | str], period: Period
) -> list[dict[str, Any]]:
    """One row per death, whatever its outcome; columns as :data:`COLUMNS`.

    A death that lies outside the period is left out. One of which that is not known stays: it is
    out if it is out in any case, else it cannot be told.
    """
    sources = source_identities(run)
    conflicts = conflict_words(run)
    rows = []
    for death_id, death in run.deaths.items():
        inside = period.holds(death)
        if inside is False:
            continue
        scenarios = run.scenarios[death_id]
        result = evaluate(definition, scenarios, settings)
        outcome = result.outcome
        reasons = [*result.reasons, *doubts(outcome, scenarios)]
        if inside is None and outcome == "in":
            outcome = "cannot-tell"
            reasons.append(NOT_KNOWN_IN_PERIOD)
        index, days = index_discharge(scenarios)
        rows.append(
            {
                "death_id": death_id,
                "person_ids": sources[death["person_id"]],
                "death_date": date_words(death),
                "outcome": outcome,
                "index_discharge": index,
                "days_since_discharge": days,
                "sources_knowing": [e["file"] for e in run.ledger[death_id] if e["knows"]],
                "flags": flags(scenarios),
                "conflicts": conflicts[death_id],
                "reasons": reasons,
            }
        )
    rows.sort(key=lambda r: (r["death_date"] or "9999", r["death_id"]))
    return rows


def doubts(outcome: str, scenarios: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why lists of stays do not settle a death that cannot be told, in plain words."""
    if outcome != "cannot-tell":
        return []
    said = [s.get("stays_doubt") for s in scenarios]
    return list(dict.fromkeys(doubt for doubt in said if doubt))


def source_identities(run: OpenRun) -> dict[str, list[dict[str, str]]]:
    """``[{source, id}]`` of each person: who names them, and how."""
    grouped: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in run.rows("identities"):
        source, _, local = row["person_key"].partition(":")
        grouped[row["person_id"]].append({"source": source, "id": local})
    return grouped


def conflict_words(run: OpenRun) -> dict[str, list[str]]:
    """What is in conflict about each death: fields and kinds, never values."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in run.rows("conflicts"):
        if row["death_id"]:
            field = f"{row['entity']}.{row['field']}"
            words = field if row["conflict"] == "values-differ" else row["conflict"]
            found[row["death_id"]][words] = None
    return defaultdict(list, {death: list(words) for death, words in found.items()})


def date_words(death: Mapping[str, Any]) -> str | None:
    """The date as exactly as it is known: day, month, year, or the two ends."""
    first, last = death["death_date_from"], death["death_date_to"]
    if first is None:
        return None
    precision = death["death_date_precision"]
    if precision == "day":
        return str(first.isoformat())
    if precision == "month":
        return f"{first:%Y-%m}"
    if precision == "year":
        return f"{first:%Y}"
    return f"{first.isoformat()}/{last.isoformat()}"


def index_discharge(scenarios: Sequence[Mapping[str, Any]]) -> tuple[str | None, int | None]:
    """The index discharge and the days from it, where every scenario says the same."""
    found = {(s["last_discharge"], s["death_date"]) for s in scenarios}
    if len(found) != 1:
        ends = {end for end, _ in found}
        only = ends.pop() if len(ends) == 1 else None
        return (only.isoformat() if only else None), None
    end, died = found.pop()
    if end is None:
        return None, None
    return end.isoformat(), (died - end).days if died else None


def flags(scenarios: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a reader should see beside the outcome."""
    found = []
    if all(
        s["last_discharge"] is not None and s["last_discharge"] == s["death_date"]
        for s in scenarios
    ):
        found.append(DAY_OF_DISCHARGE)
    if any(s["transfer_as"] for s in scenarios):
        found.append("unresolved-transfer")
    if any(s["last_transfer"] and s["last_transfer"] == s["last_discharge"] for s in scenarios):
        found.append("discharged-to-another-hospital")
    if any(s["last_absence_start"] for s in scenarios):
        found.append("discharged-while-absent-without-leave")
    if len(scenarios) > 1:
        found.append("more-than-one-way-to-read-it")
    return found
