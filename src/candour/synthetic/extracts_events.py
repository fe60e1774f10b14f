"""What goes to national systems of events: serious incidents (StEIS-like) and safety events (LFPSE,
version 5). Neither names anybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from candour.synthetic import writing
from candour.synthetic.draws import Days, Ints
from candour.synthetic.extracts_incidents import Reports, is_kind, reports
from candour.synthetic.lives import Flags, Lives
from candour.synthetic.stories import CUT_OFFS

SERIOUS = (
    "StEIS Log No", "Date of Incident", "Date Reported", "Reporting Org", "CCG/ICB",
    "Type of Incident", "Location", "Actual/Near Miss", "Gender", "Ethnic Group", "Age",
    "Description", "Due date (60 wd)", "Status", "Reason de-logged",
)  # fmt: skip
SHEET = "Log"
CLOSED_COMMISSIONER = "NHS HITHER SHIRES CCG (INVENTED)"
"""A commissioner of an older kind, as old rows still name it."""
_SELF_INFLICTED = "Apparent/actual/suspected self-inflicted harm meeting SI criteria"
_PENDING = "Pending review (a category must be selected before incident is closed)"
_TAXONOMY = "https://example.org/taxonomy/fhir"
_LISTS = {
    "SafetyChallenges": "safety-challenges", "OutcomeType": "outcome-type",
    "PhysicalHarm": "level-of-physical-harm", "PsychologicalHarm": "level-of-psychological-harm",
}  # fmt: skip


def _reported(lives: Lives) -> tuple[Reports, Flags]:
    """Every incident record, and which of them the trusts of these systems had made by the end."""
    found = reports(lives)
    cut = np.datetime64(str(CUT_OFFS[-1]), "D")
    mine = np.isin(found.provider, lives.nation.one_row_a_person) & (found.reported <= cut)
    return found, mine


def serious_incidents(lives: Lives) -> pl.DataFrame:
    """Rows of the log, ``board`` (its code) beside the columns that are sent. Every seventh was
    taken off the log again, and every fifth names a commissioner that is no more."""
    found, mine = _reported(lives)
    at = np.flatnonzero(mine)
    providers = lives.nation.providers
    survived = is_kind(found, "near-miss")[at]
    off = delogged(found.record[at])
    old = found.record[at] % 5 == 0
    year = found.reported[at].astype("datetime64[Y]").astype(np.int64) + 1970
    boards = pl.Series([one.board.code for one in providers]).gather(pl.Series(found.provider[at]))
    commissioner = pl.select(
        pl.when(pl.Series(old)).then(pl.lit(CLOSED_COMMISSIONER)).otherwise(boards)
    )[:, 0]
    return pl.DataFrame(
        {
            "board": boards,
            "StEIS Log No": pl.select(
                pl.format("{}/{}", pl.Series(year), pl.Series(found.record[at]))
            )[:, 0],
            "Date of Incident": _midnight(found.happened[at]),
            "Date Reported": _midnight(found.reported[at]),
            "Reporting Org": writing.pick([one.name for one in providers], found.provider[at]),
            "CCG/ICB": commissioner,
            "Type of Incident": writing.pick(
                (_SELF_INFLICTED, _PENDING), (found.record[at] % 3 == 0).astype(np.int64)
            ),
            "Location": writing.pick(("Ward", "Community"), found.record[at] % 2),
            "Actual/Near Miss": writing.pick(("Actual", "Near Miss"), survived.astype(np.int64)),
            **{
                name: pl.Series([None] * len(at), dtype=pl.String)
                for name in ("Gender", "Ethnic Group", "Age", "Description")
            },
            "Due date (60 wd)": _midnight(found.reported[at] + 84),
            "Status": writing.pick(("Open", "Closed"), found.record[at] % 2),
            "Reason de-logged": writing.only(
                pl.Series(["Not a serious incident on review"] * len(at), dtype=pl.String), off
            ),
        }
    ).sort("board", "StEIS Log No")


def delogged(record: Ints) -> Flags:
    """Which records were taken off the log of serious incidents."""
    flags: Flags = record % 7 == 0
    return flags


def _midnight(days: Days) -> pl.Series:
    return writing.day(days, "%Y-%m-%d 00:00:00")


def near_misses_on_the_log(lives: Lives) -> int:
    """Near misses that stand on the log of serious incidents and were not taken off."""
    found, mine = _reported(lives)
    return int((mine & is_kind(found, "near-miss") & ~delogged(found.record)).sum())


def deaths_naming_nobody(lives: Lives) -> int:
    """Safety events that say that somebody died: of these nothing can be told or joined."""
    found, mine = _reported(lives)
    return int((mine & is_kind(found, "death")).sum())


def near_misses_as_events(lives: Lives) -> int:
    """Safety events that a person survived."""
    found, mine = _reported(lives)
    return int((mine & is_kind(found, "near-miss")).sum())


def write_safety_events(lives: Lives, folder: Path) -> dict[str, tuple[int, int]]:
    """Write each trust's events as JSON; gives path within ``folder`` to provider and events.

    Every second death is an event whose harm is fatal; the others are outcomes, of a death that is
    not thought to come of the care.
    """
    found, mine = _reported(lives)
    fatal = is_kind(found, "death")
    written = {}
    for provider in lives.nation.one_row_a_person:
        at = np.flatnonzero(mine & (found.provider == provider))
        if not len(at):
            continue
        name = f"{lives.nation.providers[provider].code}/safety_events_{CUT_OFFS[-1]}.json"
        events = [
            _event(record, happened, reported, died=died)
            for record, happened, reported, died in zip(
                found.record[at].tolist(), found.happened[at].tolist(),
                found.reported[at].tolist(), fatal[at].tolist(), strict=True,
            )
        ]  # fmt: skip
        bundle = {"resourceType": "Bundle", "type": "collection",
                  "entry": [{"resource": event} for event in events]}  # fmt: skip
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(bundle, indent=1) + "\n", encoding="utf-8", newline="\n")
        written[name] = (provider, len(events))
    return written


def _event(record: int, happened: Any, reported: Any, *, died: bool) -> dict[str, Any]:
    outcome = died and record % 2 == 0
    extensions = [
        _group("adverse-event-estimated-date", [
            {"url": "ApproximateDate", "valueString": str(happened)},
            {"url": "TodaysDate", "valueDate": str(reported)}]),
        _group("adverse-event-safety-challenges", [_coded("SafetyChallenges", "6")]),
        _group("adverse-event-governance", [{"url": "SeriousIncident", "valueBoolean": died}]),
    ]  # fmt: skip
    if outcome:
        extensions.append(_group("adverse-event-outcome", [_coded("OutcomeType", "1")]))
    harm = [] if outcome else [
        _coded("PhysicalHarm", "1" if died else "5"), _coded("PsychologicalHarm", "4")
    ]  # fmt: skip
    about = _group("patient-information", [{"url": "PatientSequence", "valueInteger": 1}, *harm])
    patient = {"resourceType": "Patient", "id": "patient-1", "extension": [about]}
    return {
        "resourceType": "AdverseEvent",
        "id": f"LE-{record}",
        "meta": {"profile": [f"{_TAXONOMY}/StructureDefinition/patient-safety-adverse-event-5"]},
        "category": "AE",
        "extension": extensions,
        "contained": [patient],
    }


def _group(name: str, inner: list[dict[str, Any]]) -> dict[str, Any]:
    return {"url": f"{_TAXONOMY}/StructureDefinition/{name}-5", "extension": inner}


def _coded(name: str, code: str) -> dict[str, Any]:
    system = f"{_TAXONOMY}/CodeSystem/{_LISTS[name]}-5"
    return {"url": name, "valueCoding": {"system": system, "code": code}}
