"""Definitions as Measure, and counts under them as MeasureReport (FHIR R4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from candour.definitions import Definition, heading
from candour.publish.fhir import names

Resource = dict[str, Any]

_POPULATION = "http://terminology.hl7.org/CodeSystem/measure-population"
_CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_WHY_ABSENT = {
    "suppressed": "masked",
    "not collected": "not-asked",
    "not yet due": "temp-unknown",
    "not applicable": "not-applicable",
}
"""Why there is no count: hidden is never nought, and neither is what nobody asked."""
_OUTCOMES = (("out", "Out"), ("cannot-tell", "Cannot tell"))


def measure(definition: Definition) -> Resource:
    """A definition as the measure that its reports are made under."""
    return {
        "resourceType": "Measure",
        "id": names.resource_id(definition.id, definition.version),
        "url": names.definition_url(definition.id),
        "version": definition.version,
        "name": names.computer_name(definition.id),
        "title": definition.title,
        "status": "active",
        "description": definition.plain,
        "purpose": f"Agreement: {definition.agreement}. Owner: {definition.owner}.",
        "copyright": f"Source: {definition.source}",
        "effectivePeriod": _period(definition.valid_from, definition.valid_to),
        "scoring": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/measure-scoring",
                    "code": "cohort",
                }
            ]
        },
    }


def measure_report(
    definition: Definition,
    rows: Sequence[Mapping[str, Any]],
    period: tuple[dt.date, dt.date],
    *,
    invented: bool,
) -> Resource:
    """The counts under one definition.

    :param rows: as ``pipeline.answers.counts`` gives them for this definition: one for all deaths,
        whose ``by`` is None, and one for each group.
    :param period: first and last day of death, both included.
    :param invented: whether the people counted are invented.
    """
    whole = next(row for row in rows if row["by"] is None)
    groups = [row for row in rows if row["by"] is not None]
    tags = [_tag("none", "True figures, not for publication")]
    tags += [_tag("invented", "Invented data")] if invented else []
    group: dict[str, Any] = {
        "code": {"text": heading(definition)},
        "population": _populations(whole),
    }
    if groups:
        by = ", ".join(groups[0]["by"])
        group["stratifier"] = [
            {
                "code": [{"text": by}],
                "stratum": [
                    {
                        "value": {"text": ", ".join(row["by"].values())},
                        "population": _populations(row),
                    }
                    for row in groups
                ],
            }
        ]
    return {
        "resourceType": "MeasureReport",
        "id": names.resource_id(definition.id, definition.version, whole["settings"]),
        "meta": {
            "security": [{"system": _CONFIDENTIALITY, "code": "R", "display": "restricted"}],
            "tag": tags,
        },
        "extension": [{"url": "urn:candour:settings", "valueString": whole["settings"] or "none"}],
        "status": "complete",
        "type": "summary",
        "measure": f"{names.definition_url(definition.id)}|{definition.version}",
        "period": _period(*period),
        "group": [group],
    }


def _populations(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    counted = [row["in"], row["out"], row["cannot_tell"]]
    whole: dict[str, Any] = {"kind": "count", "value": 0}
    for one in counted:
        if one["kind"] != "count":
            # A sum with something hidden in it would give it away, or be wrong.
            whole = {"kind": one["kind"], "value": None}
            break
        whole["value"] += one["value"]
    return [
        {"code": _coded(_POPULATION, "initial-population", "Deaths"), **_count(whole)},
        {"code": _coded(_POPULATION, "numerator", "In"), **_count(row["in"])},
        *(
            {"code": _coded(names.OUTCOME, code, words), **_count(counted[place])}
            for place, (code, words) in enumerate(_OUTCOMES, start=1)
        ),
    ]


def _count(value: Mapping[str, Any]) -> dict[str, Any]:
    if value["kind"] == "count":
        return {"count": value["value"]}
    reason = _WHY_ABSENT[str(value["kind"]).replace("-", " ")]
    return {"_count": {"extension": [{"url": _ABSENT, "valueCode": reason}]}}


def _coded(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}], "text": display}


def _tag(code: str, display: str) -> dict[str, str]:
    return {"system": names.DISCLOSURE, "code": code, "display": display}


def _period(first: dt.date, last: dt.date | None) -> dict[str, str]:
    return {"start": first.isoformat(), **({"end": last.isoformat()} if last else {})}
