"""Findings: what a stage noticed about the data, as values that travel with it.

A finding never stops the run and never holds a personal value. The submission, the row and the
field's name lead whoever may see the file back to the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from candour import yaml_file
from candour.errors import CandourError

CATALOGUE = Path(__file__).parent / "findings.yaml"
OF_FLOWS = ("findings_mhsds.yaml",)
"""Beside the catalogue: rules of flows, under the codes of their own specifications."""

SEVERITIES = ("blocks-file", "rejects-row", "warns", "informs")
"""From the heaviest to the lightest. ``warns`` says that a value was changed, dropped or doubted;
``informs`` that nothing was lost and a person may wish to know."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding: what is said, how heavy it is, and how to mend it."""

    code: str
    severity: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed at one place.

    ``row`` counts data rows from 1 and ``line`` is the file's own line; in a workbook ``row`` is
    the sheet's own number and ``sheet`` its name. None means that it concerns no single one.
    """

    submission: str | None
    file: str | None
    stage: str | None
    code: str
    severity: str
    field: str | None
    row: int | None
    line: int | None
    sheet: str | None
    message: str
    remedy: str


@cache
def catalogue() -> Mapping[str, Kind]:
    """Every kind of finding, by code. Raises CandourError where an entry is incomplete."""
    data: dict[str, Any] = {}
    for path in (CATALOGUE, *(CATALOGUE.parent / name for name in OF_FLOWS)):
        data |= yaml_file.read(path)
    kinds: dict[str, Kind] = {}
    for code, entry in data.items():
        if set(entry) != {"severity", "message", "remedy"} or not all(entry.values()):
            raise CandourError(f"Finding {code} must say severity, message and remedy, each once.")
        if entry["severity"] not in SEVERITIES:
            raise CandourError(f"Finding {code} has a severity that is not one of ours.")
        kinds[code] = Kind(
            code=code,
            severity=entry["severity"],
            message=" ".join(entry["message"].split()),
            remedy=" ".join(entry["remedy"].split()),
        )
    return MappingProxyType(kinds)


def kind(code: str) -> Kind:
    """The kind of finding written ``code``. Raises CandourError (ours to mend) if there is none."""
    found = catalogue().get(code)
    if found is None:
        raise CandourError(f"No kind of finding is called {code!r}.", "Add it to findings.yaml.")
    return found


def finding(
    code: str,
    *,
    submission: str | None = None,
    file: str | None = None,
    stage: str | None = None,
    field: str | None = None,
    row: int | None = None,
    line: int | None = None,
    sheet: str | None = None,
    detail: str = "",
) -> Finding:
    """A finding of the kind ``code``, its severity, message and remedy from the catalogue.

    ``detail`` is added to the message: a column's name or a count, never a value.
    Raises CandourError for a code that is not in the catalogue.
    """
    of = kind(code)
    return Finding(
        submission=submission,
        file=file,
        stage=stage,
        code=code,
        severity=of.severity,
        field=field,
        row=row,
        line=line,
        sheet=sheet,
        message=f"{of.message} {detail}".strip(),
        remedy=of.remedy,
    )
