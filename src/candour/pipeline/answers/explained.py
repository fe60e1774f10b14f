"""One death, explained: who knows of it, what each says, and why it counts or does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from candour.definitions import Definition, evaluate
from candour.pipeline.answers.deaths import (
    date_words,
    doubts,
    flags,
    index_discharge,
    source_identities,
)

if TYPE_CHECKING:
    from candour.pipeline.answers.opening import OpenRun

_SHOWN = (
    "entity",
    "field",
    "value",
    "as_sent",
    "chosen",
    "standing",
    "source_field",
    "kind",
    "provider",
    "file",
    "row",
    "known_on",
    "received_on",
)


def explained(run: OpenRun, wanted: str, asked: Sequence[Definition]) -> dict[str, Any]:
    """Everything that the run holds about one death.

    :param wanted: its id, or an id that it had before.
    :returns: ``{death_id, aliases, death_date, known_by, values, conflicts, stays, definitions…}``.
        ``values`` hold personal details, as the sources sent them.
    """
    death_id = run.death_id(wanted)
    death = run.deaths[death_id]
    person_id = death["person_id"]
    scenarios = run.scenarios[death_id]
    index, days = index_discharge(scenarios)
    return {
        "death_id": death_id,
        "aliases": sorted({a for a, current in run.aliases.items() if current == death_id}),
        "person_ids": source_identities(run)[person_id],
        "death_date": date_words(death),
        "death_date_source": death["death_date_source"],
        "index_discharge": index,
        "days_since_discharge": days,
        "flags": flags(scenarios),
        "known_by": [_known(entry) for entry in run.ledger[death_id] if entry["knows"]],
        "not_known_by": [_known(entry) for entry in run.ledger[death_id] if not entry["knows"]],
        "stays": [_stay(s) for s in run.rows("stays") if s["person_id"] == person_id],
        "values": [
            {name: row[name] for name in _SHOWN}
            for row in run.rows("values")
            if row["person_id"] == person_id
        ],
        "conflicts": [
            {k: v for k, v in row.items() if k not in ("person_id", "death_id")}
            for row in run.rows("conflicts")
            if row["person_id"] == person_id
        ],
        "links": _links(run, person_id),
        "definitions": [_answer(definition, scenarios) for definition in asked],
    }


def _known(entry: dict[str, Any]) -> dict[str, Any]:
    source = entry["role"] if not entry["provider"] else f"{entry['provider']}/{entry['role']}"
    return {
        "source": source,
        "file": entry["file"],
        "layout": entry["layout"],
        "kind": entry["kind"],
        "known_on": entry["known_on"],
        "received_on": entry["received_on"],
        "says": entry["says"],
        "expected": entry["expected"],
        "rule": entry["rule"],
        "rule_words": entry["rule_words"],
    }


def _stay(stay: dict[str, Any]) -> dict[str, Any]:
    names = (
        "stay_id",
        "started_on",
        "ended_on",
        "ending",
        "provider",
        "spells",
        "discharge_method",
        "discharge_destination",
        "unresolved",
        "open_earlier",
        "absent_from",
    )
    return {name: stay[name] for name in names}


def _links(run: OpenRun, person_id: str) -> list[dict[str, Any]]:
    held = {r["person_key"] for r in run.rows("identities") if r["person_id"] == person_id}
    said = {(d["left"], d["right"]): d for d in run.rows("decisions")}
    links = []
    for row in run.rows("links"):
        if row["left"] not in held and row["right"] not in held:
            continue
        link = {k: row[k] for k in ("left", "right", "rule", "decision", "reason", "decided_on")}
        decided = said.get((row["left"], row["right"])) if row["rule"] == "decision" else None
        link["decided_by"] = decided["decided_by"] if decided else None
        link["why"] = decided["why"] if decided else None
        links.append(link)
    return links


def _answer(definition: Definition, scenarios: Sequence[dict[str, Any]]) -> dict[str, Any]:
    result = evaluate(definition, scenarios, {})
    return {
        "id": definition.id,
        "version": definition.version,
        "outcome": result.outcome,
        "reasons": [*result.reasons, *doubts(result.outcome, scenarios)],
        "facts": result.facts,
    }
