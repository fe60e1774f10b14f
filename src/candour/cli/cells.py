"""How one value is written: for a CSV, and for a person to read."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from candour.spreadsheet import harmless

NOT_STATED = "not stated"


def plain(value: Any) -> Any:
    """The value as JSON can hold it: dates ISO, paths as text, models and tuples opened up."""
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no such number, and a figure that is none is missing
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(held) for key, held in value.items()}
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes):
        held = sorted(value) if isinstance(value, set | frozenset) else value
        return [plain(one) for one in held]
    if isinstance(value, PurePath):
        return str(value)
    if hasattr(value, "model_dump"):
        return plain(value.model_dump())
    raise TypeError(f"no way to write a {type(value).__name__} as JSON")


def for_csv(value: Any) -> str | int | float:
    """One CSV cell: lists joined by `|`, `{source, id}` as source:id, no live formula.

    None is empty. A number stays a number; text that a spreadsheet would take for a formula gets a
    leading apostrophe.
    """
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else _joined(value, "|", "")
    return harmless(text)


def for_people(value: Any, missing: str = NOT_STATED) -> str:
    """One cell for a person: lists joined by commas, a typed count as its number or its kind."""
    value = plain(value)
    if value is None:
        return missing
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return printable(str(value))
    return printable(_joined(value, ", ", missing))


def printable(text: str) -> str:
    """The text without what could move a terminal's cursor or turn its reading direction."""
    return "".join(
        " " if mark in "\n\r\t" else "\N{REPLACEMENT CHARACTER}" if _steers(mark) else mark
        for mark in text
    )


def _steers(mark: str) -> bool:
    # Cc are control characters; among Cf only the bidirectional marks reorder what is shown.
    return unicodedata.category(mark) == "Cc" or mark in (
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def _joined(value: Any, between: str, missing: str) -> str:
    if value is None:
        return missing
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return between.join(
            _joined(one, ";" if between == "|" else between, missing) for one in value
        )
    if isinstance(value, dict):
        return _pair(value, between, missing)
    return str(value)


def _pair(value: dict[str, Any], between: str, missing: str) -> str:
    """A nested value: a typed count, a source with its id, or name=value for each."""
    if set(value) == {"source", "id"}:
        return f"{value['source']}:{value['id']}"
    if set(value) == {"kind", "value"}:
        kind = str(value["kind"]).replace("_", " ").replace("-", " ")
        return str(value["value"]) if value["kind"] == "count" else kind
    if any(isinstance(held, dict | list) for held in value.values()):
        return json.dumps(value, ensure_ascii=False)
    return between.join(f"{name}={_joined(held, between, missing)}" for name, held in value.items())
