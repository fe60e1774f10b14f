"""Precursors: what a person survived before they died, and what a ward saw before a death there.

A chain says that one thing came before another. It never says that the one led to the other.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from candour.pipeline.answers.counts import NOT_STATED, value
from candour.pipeline.answers.periods import Period

if TYPE_CHECKING:
    from candour.pipeline.answers.opening import OpenRun

GAPS = ((0, 7), (8, 30), (31, 90), (91, 365), (366, None))
"""Days from the event to the death, both ends included; the last has no end."""
NONE_LATER = "no death since"
CHAIN = (
    "death_id",
    "near_miss_id",
    "provider",
    "ward",
    "event_kind",
    "harm",
    "occurred_on",
    "gap_days",
    "died_on_that_ward",
)
GROUP = ("provider", "ward", "event_kind", "harm", "gap", "near_misses", "same_person")


def precursors(run: OpenRun, period: Period) -> dict[str, Any]:
    """``{chains, groups}``, by the date of the death.

    ``chains``: one row per near miss of a person who died on or after the day of it
    (:data:`CHAIN`). ``groups``: near misses without any person, by provider, ward, class and the
    gap to the next death of anybody on that ward (:data:`GROUP`); ``near_misses`` and
    ``same_person`` (how many of them were of somebody who died later) are typed counts. A near
    miss whose ward is not known stands under "not stated" and has no next death on a ward.
    """
    wards = _wards(run)
    events = [e for e in run.rows("near_misses") if e["occurred_on"] or e["reported_on"]]
    of_person = {d["person_id"]: d for d in run.deaths.values() if period.holds(d)}
    deaths_on = _deaths_on_wards(run, period)
    chains, tally, own = [], Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for event in events:
        on = event["occurred_on"] or event["reported_on"]
        ward = _ward_of(wards.get(event["person_id"], ()), event["provider"], on)
        death = of_person.get(event["person_id"])
        later = death is not None and death["death_date"] is not None and on <= death["death_date"]
        if death is not None and later:
            chains.append(_chain(event, on, ward, death, deaths_on))
        gap = _gap(deaths_on.get((event["provider"], ward), ()) if ward else (), on)
        group = (event["provider"] or NOT_STATED, ward or NOT_STATED, *_class(event), gap)
        tally[group] += 1
        own[group] += bool(later)
    return {
        "chains": sorted(chains, key=lambda c: (c["death_id"], c["gap_days"], c["near_miss_id"])),
        "groups": [
            {
                **dict(zip(GROUP, group, strict=False)),
                "near_misses": value(many),
                "same_person": value(own[group]),
            }
            for group, many in sorted(tally.items())
        ],
    }


def _class(event: Mapping[str, Any]) -> tuple[str, str]:
    return event["event_kind"] or NOT_STATED, event["harm_actual"] or NOT_STATED


def _chain(
    event: Mapping[str, Any],
    on: dt.date,
    ward: str | None,
    death: Mapping[str, Any],
    deaths_on: Mapping[tuple[str | None, str | None], Sequence[tuple[dt.date, str]]],
) -> dict[str, Any]:
    kind, harm = _class(event)
    there = {d for _, d in deaths_on.get((event["provider"], ward), ())} if ward else set()
    return {
        "death_id": death["death_id"],
        "near_miss_id": event["near_miss_id"],
        "provider": event["provider"],
        "ward": ward or NOT_STATED,
        "event_kind": kind,
        "harm": harm,
        "occurred_on": on,
        "gap_days": (death["death_date"] - on).days,
        "died_on_that_ward": death["death_id"] in there,
    }


def gap_words(days: int) -> str:
    """``8-30 days``."""
    for first, last in GAPS:
        if last is None or days <= last:
            return f"over {first - 1} days" if last is None else f"{first}-{last} days"
    raise ValueError(days)


def _gap(deaths: Sequence[tuple[dt.date, str]], on: dt.date) -> str:
    place = bisect_left(deaths, (on, ""))
    return gap_words((deaths[place][0] - on).days) if place < len(deaths) else NONE_LATER


def _wards(run: OpenRun) -> dict[str, list[dict[str, Any]]]:
    """Spells with a ward, by person."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for spell in run.rows("spells"):
        if spell["ward"] and spell["admitted_on"]:
            found[spell["person_id"]].append(spell)
    return found


def _ward_of(spells: Iterable[Mapping[str, Any]], provider: str | None, on: dt.date) -> str | None:
    """The ward on which the person was that day, at the provider that reported the event."""
    here = [
        s
        for s in spells
        if s["provider"] == provider
        and s["admitted_on"] <= on
        and (s["discharged_on"] is None or on <= s["discharged_on"])
    ]
    return str(max(here, key=lambda s: (s["admitted_on"], s["ward"]))["ward"]) if here else None


def _deaths_on_wards(
    run: OpenRun, period: Period
) -> dict[tuple[str | None, str | None], list[tuple[dt.date, str]]]:
    """Day and id of each death during a stay, by provider and ward, in the order of days.

    Only a death that lies in a stay in every way the facts can be read counts as one of the ward.
    """
    stays = {s["stay_id"]: s for s in run.rows("stays")}
    found: dict[tuple[str | None, str | None], list[tuple[dt.date, str]]] = defaultdict(list)
    for death_id, death in run.deaths.items():
        ways = run.scenarios[death_id]
        during = {w.get("stay_of_death") for w in ways if w["during_stay"]}
        if not all(w["during_stay"] for w in ways) or len(during) != 1:
            continue
        stay = stays.get(during.pop())
        if stay and stay["ward"] and death["death_date"] and period.holds(death):
            found[stay["provider"], stay["ward"]].append((death["death_date"], death_id))
    return {ward: sorted(deaths) for ward, deaths in found.items()}
