"""How people died: what is concluded, what is provisional and what is pending, never in one line.

What an inquest concluded outranks the cause that was registered, and that outranks what a provider
holds; all are kept (reference rules, version 1, D2.9 to D2.11). A registered cause of U50.9, or an
inquest that was opened and has no conclusion, is pending and nothing else. A narrative has to be
read. No code of a cause is given back, because some name a means.
"""

from __future__ import annotations

import datetime as dt
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from candour.dataset import codelist
from candour.pipeline.answers.deaths import date_words
from candour.pipeline.answers.periods import Period

if TYPE_CHECKING:
    from candour.pipeline.answers.opening import OpenRun

STATES = ("concluded", "provisional", "pending", "not-told")
KINDS = ("natural", "unnatural", "undetermined", "needs-reading")
STEPS = ("learned-of", "inquest-opened", "concluded", "registered")
"""Steps from a death to what is settled of it, in the order in which they mostly come."""
COLUMNS = (
    "death_id",
    "death_date",
    "state",
    "kind",
    "rests_on",
    "differs",
    *(f"days_to_{step}" for step in STEPS),
)
CONCLUSION, REGISTERED, PROVISIONAL = "inquest", "registration", "provider"
_FIELDS = ("inquest_conclusion", "underlying_cause", "inquest_opened_on", "inquest_on")
_REGISTRATION = "registration"
_CODE = re.compile(r"^([A-Z])(\d\d)\.?(\d*)")


def causes(run: OpenRun, period: Period) -> dict[str, Any]:
    """How the deaths of a period came about, as far as it is settled.

    :returns: ``states`` (deaths in each of :data:`STATES`), ``concluded`` and ``provisional`` (each
        by kind), ``rests_on`` (concluded deaths by what settles them), ``steps`` (days from the
        death: how many deaths took the step, the median and the longest), and ``deaths``, one row
        each with :data:`COLUMNS`. ``differs`` is true where an inquest and the registered cause
        say two kinds.
    """
    said = _said(run)
    rows = [
        _row(death, said[death_id])
        for death_id, death in run.deaths.items()
        if period.holds(death) is not False
    ]
    rows.sort(key=lambda r: (r["death_date"] or "9999", r["death_id"]))
    return {
        "states": _tally((r["state"] for r in rows), STATES),
        **{
            state: _tally((r["kind"] for r in rows if r["state"] == state), KINDS)
            for state in ("concluded", "provisional")
        },
        "rests_on": _tally(
            (r["rests_on"] for r in rows if r["state"] == "concluded"), (CONCLUSION, REGISTERED)
        ),
        "differs": sum(r["differs"] for r in rows),
        "steps": [_step(step, rows) for step in STEPS],
        "deaths": rows,
    }


def kind_of_cause(code: str) -> str | None:
    """How a person died by an ICD-10 code: natural, unnatural, undetermined or pending.

    COVID-19 and what follows it are natural causes, U50.9 is pending; None for a code that the
    rules do not place.
    """
    place = _placed(code)
    if place is None:
        return None
    # The narrow groups first: U50.9 and COVID-19 lie in no wide one.
    for group in codelist("icd10_group").codes:
        kind = group.properties.get("died")
        if kind is None:
            continue
        first, last = _ends(group.properties["from_code"], group.properties["to_code"])
        if first <= place <= last:
            return kind
    return None


def kind_of_conclusions(conclusions: Iterable[str]) -> str | None:
    """How a person died by what an inquest concluded; several may apply to one death.

    A narrative beside another conclusion leaves that one standing; two that differ need reading.
    """
    listed = codelist("inquest_conclusion")
    found = {
        code.properties["died"] for each in conclusions if (code := listed.get(each)) is not None
    }
    if not found:
        return None
    settled = found - {"needs-reading"}
    return settled.pop() if len(settled) == 1 else "needs-reading"


def _row(death: Mapping[str, Any], said: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    concluded = kind_of_conclusions(v["value"] for v in said["conclusion"])
    registered = _one(v for v in said["underlying_cause"] if v["kind"] == _REGISTRATION)
    held = _one(v for v in said["underlying_cause"] if v["kind"] != _REGISTRATION)
    state, kind, rests_on = _standing(concluded, registered, held, opened=_opened(said))
    differs = None not in (concluded, registered) and _settled(concluded) != _settled(registered)
    return {
        "death_id": death["death_id"],
        "death_date": date_words(death),
        "state": state,
        "kind": kind,
        "rests_on": rests_on,
        "differs": bool(differs) and "needs-reading" not in (concluded, registered),
        **_days(death, said, concluded=concluded is not None),
    }


def _standing(
    concluded: str | None, registered: str | None, held: str | None, *, opened: bool
) -> tuple[str, str | None, str | None]:
    if concluded is not None:
        return "concluded", concluded, CONCLUSION
    if registered is not None and registered != "pending":
        return "concluded", registered, REGISTERED
    if registered == "pending" or opened:
        return "pending", None, None
    if held is not None and held != "pending":
        return "provisional", held, PROVISIONAL
    return ("pending", None, None) if held == "pending" else ("not-told", None, None)


def _settled(kind: str | None) -> str | None:
    return None if kind == "pending" else kind


def _opened(said: Mapping[str, list[dict[str, Any]]]) -> bool:
    return bool(said["inquest_opened_on"] or said["inquest_on"])


def _one(values: Iterable[Mapping[str, Any]]) -> str | None:
    """The kind by the value that is shown first; by another where that one says none."""
    ordered = sorted(values, key=lambda v: not v["chosen"])
    kinds = (kind_of_cause(str(v["value"])) for v in ordered)
    return next((kind for kind in kinds if kind is not None), None)


def _days(
    death: Mapping[str, Any], said: Mapping[str, list[dict[str, Any]]], *, concluded: bool
) -> dict[str, int | None]:
    """Days from the death to each step, where both days are known and the step was taken."""
    ends = {
        "learned-of": death.get("first_known_on"),
        "inquest-opened": _first(said["inquest_opened_on"]),
        # The day of a hearing is the day of a conclusion only where one was reached.
        "concluded": _first(said["inquest_on"]) if concluded else None,
        "registered": death.get("registered_on"),
    }
    died = death["death_date_from"] if death["death_date_precision"] == "day" else None
    return {
        f"days_to_{step}": (end - died).days if died and end and end >= died else None
        for step, end in ends.items()
    }


def _first(values: Sequence[Mapping[str, Any]]) -> dt.date | None:
    ordered = sorted(values, key=lambda v: not v["chosen"])
    # The days of an inquest are whole days; their canonical text is the day.
    return dt.date.fromisoformat(ordered[0]["value"]) if ordered else None


def _step(step: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    days = [r[f"days_to_{step}"] for r in rows if r[f"days_to_{step}"] is not None]
    return {
        "step": step,
        "deaths": len(days),
        "not_told": len(rows) - len(days),
        "median_days": statistics.median(days) if days else None,
        "longest_days": max(days, default=None),
    }


def _tally(found: Iterable[str | None], names: Sequence[str]) -> dict[str, int]:
    counted = Counter(found)
    return {name: counted[name] for name in names}


def _said(run: OpenRun) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """What present rows say of each death: conclusions, causes and the days of an inquest."""
    values = run.table("values")
    some = values.filter(
        pc.and_(
            pc.is_in(values["entity"], pa.array(["death", "inquest_finding"])),
            pc.equal(values["standing"], pa.scalar("present")),
        )
    )
    deaths = {death["person_id"]: death_id for death_id, death in run.deaths.items()}
    found: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    wanted = ("person_id", "entity", "field", "value", "kind", "chosen")
    for row in some.select(wanted).to_pylist():
        death_id = deaths.get(row["person_id"])
        if death_id is None:
            continue
        if (row["entity"], row["field"]) in (
            ("death", "inquest_conclusion"),
            ("inquest_finding", "conclusion"),
        ):
            found[death_id]["conclusion"].append(row)
        elif row["entity"] == "death" and row["field"] in _FIELDS:
            found[death_id][row["field"]].append(row)
    return found


def _placed(code: str) -> tuple[str, int, int] | None:
    """A code as a place in the classification: letter, two figures, and a tenth (0 for none)."""
    match = _CODE.match(code.upper())
    if match is None:
        return None
    letter, number, rest = match.groups()
    return letter, int(number), int(rest[:1] or 0)


def _ends(first: str, last: str) -> tuple[tuple[str, int, int], tuple[str, int, int]]:
    """The places at the ends of a group; an end without a tenth takes in all of its tenths."""
    begins, ends = _placed(first), _placed(last)
    if begins is None or ends is None:
        raise ValueError(f"{first} to {last} is no group of codes.")
    return begins, (ends if "." in last else (*ends[:2], 9))
