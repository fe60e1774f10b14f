"""Events as JSON: nested records taken apart into rows of text.

Read are FHIR-like resources: one, a list, a Bundle, or one a line. The extensions of a resource are
named by the last part of their address; each that holds a value becomes a column of that name.
What is said of a patient who was affected stands in a group of its own: an event that touched two
people takes two rows. Several values of one name stand in one cell, ``|`` between them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from candour.pipeline.receive.survey import Survey

BASE = ("resourceType", "event", "patient", "profile", "recordedDate", "category")
"""Columns that every event has, blank or not. ``event`` is its id, reference or number, ``patient``
the place of a patient among those whom it affected."""
BETWEEN = "|"
OF_A_PATIENT = frozenset({"PhysicalHarm", "PsychologicalHarm", "PatientSequence"})
DEEPEST = 40

_VERSIONED = re.compile(r"^(.+?)-v?(\d+)$")
_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_LONE = re.compile("[\ud800-\udfff]")
_BEGINS = re.compile(r"^\ufeff?\s*(\{|\[\s*[\{\]])")


@dataclass
class Events:
    """Rows of text by column, and the versions of every list or profile that they name.

    ``kept_out`` are places, from 1, of records that are no event.
    """

    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    kept_out: list[int] = field(default_factory=list)
    versions: dict[str, set[str]] = field(default_factory=dict)

    def columns(self) -> list[str]:
        """Every column that some row has, those of every event first."""
        return list(dict.fromkeys([*BASE, *(name for _, row in self.rows for name in row)]))


class NotJsonError(ValueError):
    """The text is not JSON. ``line`` is where that shows."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def begins_as_json(text: str) -> bool:
    """Whether a text begins as JSON does, and as no header of columns would."""
    return _BEGINS.match(text) is not None


@dataclass(frozen=True)
class Content:
    """What a JSON text holds. Numbers are the text that stood there: no figure of an id is lost.

    ``unreadable`` counts halves of letters (lone surrogates), each now the replacement character.
    """

    held: Any
    unreadable: int = 0


def parsed(text: str) -> Content:
    """The JSON of a text, or of its lines where each is one. Raises ``NotJsonError``."""
    plain = text.removeprefix("\ufeff")
    try:
        held = _whole_or_lines(plain)
        if _ESCAPED_HALF.search(plain) is None:
            return Content(held)
        # Halves that belong together are one letter by now.
        again, unreadable = _LONE.subn(_REPLACED, json.dumps(held, ensure_ascii=False))
        return Content(_decoded(again), unreadable)
    except RecursionError as fault:
        raise NotJsonError(1) from fault


def _whole_or_lines(plain: str) -> Any:
    try:
        return _decoded(plain)
    except json.JSONDecodeError as fault:
        found = []
        for number, line in enumerate((ln for ln in plain.splitlines() if ln.strip()), start=1):
            try:
                found.append(_decoded(line))
            except json.JSONDecodeError:
                raise NotJsonError(fault.lineno if number == 1 else number) from fault
        return found


def _decoded(text: str) -> Any:
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)


def code_systems(content: Any) -> dict[str, dict[str, str]] | None:
    """Lists of codes by name, where the content is such lists and no events."""
    if not isinstance(content, dict) or not content or "resourceType" in content:
        return None
    found: dict[str, dict[str, str]] = {}
    for name, held in content.items():
        codes = held.get("codes") if isinstance(held, dict) else None
        if not isinstance(codes, list):
            return None
        found[str(name)] = {
            str(one["code"]): str(one.get("display", ""))
            for one in codes
            if isinstance(one, dict) and "code" in one
        }
    return found


def events(content: Any) -> Events:
    """Every event of a content, as rows."""
    found = Events()
    for number, resource in enumerate(_resources(content), start=1):
        if not isinstance(resource, dict) or resource.get("resourceType") != "AdverseEvent":
            found.kept_out.append(number)
            continue
        found.rows += [(number, row) for row in _rows(resource, found.versions)]
    return found


def version_of(name: str) -> tuple[str, str | None]:
    """A name without the version that it ends in, and that version."""
    last = name.rstrip("/").rsplit("/", 1)[-1]
    ended = _VERSIONED.match(last)
    return (ended[1], ended[2]) if ended else (last, None)


def _resources(content: Any) -> Iterator[Any]:
    if isinstance(content, list):
        for each in content:
            yield from _resources(each)
    elif isinstance(content, dict) and content.get("resourceType") == "Bundle":
        for entry in _all_of(content.get("entry")):
            yield entry.get("resource") if isinstance(entry, dict) else None
    else:
        yield content


def _all_of(held: Any) -> list[Any]:
    """Several things, or the one that stands where several may."""
    if held is None:
        return []
    return held if isinstance(held, list) else [held]


def _rows(resource: dict[str, Any], versions: dict[str, set[str]]) -> list[dict[str, str]]:
    said: dict[str, list[str]] = {}
    patients: list[dict[str, list[str]]] = []
    meta = resource.get("meta")
    profiles = meta.get("profile", []) if isinstance(meta, dict) else []
    for profile in _all_of(profiles):
        said.setdefault("profile", []).append(_noted(str(profile), versions))
    _walk(resource.get("extension"), said, patients, versions, 0)
    for contained in _all_of(resource.get("contained")):
        if isinstance(contained, dict):
            whose: dict[str, list[str]] = {}
            _walk(contained.get("extension"), whose, patients, versions, 0)
            for name, values in whose.items():
                said.setdefault(name, []).extend(values)
    event = resource.get("id") or _identifier(resource.get("identifier"))
    base = {
        "resourceType": ["AdverseEvent"],
        "event": [str(event)] if event else said.get("ReferenceNumber", [""]),
        "patient": [""],
        "recordedDate": [str(resource.get("recordedDate") or "")],
        "category": [str(resource.get("category") or "")]
        if isinstance(resource.get("category"), str)
        else [""],
    }
    rows = []
    for place, patient in enumerate(patients or [{}], start=1):
        number = patient.get("PatientSequence") or ([str(place)] if patients else [""])
        whole = {"profile": [""], **base, **said, **patient, "patient": number}
        rows.append({name: BETWEEN.join(values) for name, values in whole.items()})
    return rows


def _walk(
    extensions: Any,
    said: dict[str, list[str]],
    patients: list[dict[str, list[str]]],
    versions: dict[str, set[str]],
    depth: int,
) -> None:
    if not isinstance(extensions, list) or depth > DEEPEST:
        return
    for each in extensions:
        if not isinstance(each, dict):
            continue
        name = _noted(str(each.get("url", "")), versions)
        inner = each.get("extension")
        if isinstance(inner, list):
            names = {version_of(str(one.get("url", "")))[0] for one in inner if _is_dict(one)}
            if names & OF_A_PATIENT:
                whose: dict[str, list[str]] = {}
                _walk(inner, whose, patients, versions, depth + 1)
                patients.append(whose)
            else:
                _walk(inner, said, patients, versions, depth + 1)
        value = _value(each, versions)
        if value is not None and name:
            said.setdefault(name, []).append(value)


def _value(extension: Mapping[str, Any], versions: dict[str, set[str]]) -> str | None:
    """What an extension holds: the code of a coded value, else the value as text."""
    for key, held in extension.items():
        if not key.startswith("value"):
            continue
        codings = held.get("coding") if isinstance(held, dict) else None
        coding = codings[0] if isinstance(codings, list) and codings else held
        if _is_dict(coding):
            if coding.get("system"):
                _noted(str(coding["system"]), versions)
            return str(coding.get("code") or coding.get("value") or "")
        if isinstance(held, bool):
            return "true" if held else "false"
        return "" if held is None else str(held)
    return None


def _noted(address: str, versions: dict[str, set[str]]) -> str:
    """The name at the end of an address; its version is noted."""
    name, version = version_of(address)
    if version is not None:
        versions.setdefault(name, set()).add(version)
    return name


def _identifier(held: Any) -> str | None:
    first = held[0] if isinstance(held, list) and held else held
    return str(first["value"]) if _is_dict(first) and first.get("value") else None


def _is_dict(held: Any) -> bool:
    return isinstance(held, dict)


def looks_like_json(path: Path, seen: Survey) -> bool:
    """Whether the file is text that begins as JSON does."""
    if seen.kind != "text":
        return False
    with path.open("rb") as handle:
        first = handle.read(256)
    return begins_as_json(first.decode(seen.encoding or "utf-8", errors="ignore"))
