"""What a monthly flow can carry of a run's deaths, by its own rule.

The Mental Health Services Data Set takes a day of death only in the file of the month in which the
person died (rules MHS00141 and MHS00142 of version 6.0), and a person stands in a month's file only
if care was open in it. So a death learned of later can reach it only if that month is sent again,
and a death in a month without care cannot reach it at all. What is said here of each death rests on
the stays and referrals that the run's lists tell of, and says so where they tell nothing.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from candour.definitions import Definition, evaluate
from candour.pipeline.answers.deaths import date_words
from candour.pipeline.answers.periods import Period, month_of

if TYPE_CHECKING:
    from candour.pipeline.answers.opening import OpenRun

FLOW = "mhsds"
RULE = "MHSDS v6.0, MHS00141 and MHS00142: a day of death outside the submitted month is left out"
WINDOW = 20
"""Days after a month's end within which its file can still take something in. Windows have moved
over the years, so it is a setting and no fact."""

ANSWERS = {
    "carried": "the flow holds it",
    "in-its-month": "the month's own file could have held it",
    "time-not-told": "care was open in its month; when the provider learned of it is not told",
    "only-by-sending-again": "learned of too late for its month, which has to be sent again",
    "no-record-in-its-month": "no care was open in its month, so that no file has room for it",
    "cannot-tell": "the month of the death, or whether care was open in it, is not known",
}
"""What the flow's rule leaves room for, and each in words."""
NO_ROOM = ("only-by-sending-again", "no-record-in-its-month")
"""Deaths that the month's own file could not have carried."""
COLUMNS = (
    "death_id",
    "death_date",
    "outcome",
    "flow",
    "care_in_month",
    "known_on",
)
_REFERRALS = {
    ("report", "referred_on"): "begins",
    ("report", "care_closed_on"): "ends",
    ("report", "last_contact_on"): "contact",
    ("report", "team"): "team",
    ("referral", "received_on"): "begins",
    ("referral", "closed_on"): "ends",
}
_TELL_OF_CARE = ("epr", "by-hand", FLOW)
"""Kinds of list whose reports are of care: where such a row says no end, care may be open still."""


@dataclass(frozen=True)
class Care:
    """A stay or a referral. ``open`` is true where its source says that it has not ended; a
    ``contact`` is a day on which it was open."""

    provider: str | None
    begins: dt.date | None
    ends: dt.date | None
    open: bool
    contact: dt.date | None = None

    def within(self, first: dt.date, last: dt.date) -> bool | None:
        """Whether it was open on some day between the two; None where that is not told."""
        if self.contact is not None and first <= self.contact <= last:
            return True
        if self.begins is not None and self.begins > last:
            return False
        if self.ends is not None and self.ends < first:
            return False
        ended_later = self.ends is not None or self.open
        return True if self.begins is not None and ended_later else None


def limits(
    run: OpenRun,
    definition: Definition,
    settings: Mapping[str, int | str],
    period: Period,
    window: int = WINDOW,
) -> dict[str, Any]:
    """What the flow could carry of each death of the period, counted and death by death.

    :param definition: the deaths of which a share is told, such as ``post-discharge``.
    :param window: days after a month's end within which its file can still take something in.
    :returns: ``flow, rule, window_days, counts, of_definition: {counts, no_room, told, deaths}``,
        ``all`` likewise and ``deaths``, one row each with :data:`COLUMNS`. A share is
        left as its two numbers; deaths of which nothing can be told are in neither.
    """
    care = _care_by_person(run)
    rows = []
    for death_id, death in run.deaths.items():
        if period.holds(death) is False:
            continue
        outcome = evaluate(definition, run.scenarios[death_id], settings).outcome
        rows.append(
            {
                "death_id": death_id,
                "death_date": date_words(death),
                "outcome": outcome,
                **_answer(death, run.ledger[death_id], care[death["person_id"]], window),
            }
        )
    rows.sort(key=lambda r: (r["death_date"] or "9999", r["death_id"]))
    return {
        "flow": FLOW,
        "rule": RULE,
        "window_days": window,
        "definition": definition.ref,
        "all": _counted(rows),
        "of_definition": _counted([r for r in rows if r["outcome"] == "in"]),
        "deaths": rows,
    }


def _counted(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    tally = Counter(row["flow"] for row in rows)
    return {
        "counts": {name: tally[name] for name in ANSWERS},
        "no_room": sum(tally[name] for name in NO_ROOM),
        "told": len(rows) - tally["cannot-tell"] - tally["time-not-told"],
        "deaths": len(rows),
    }


def _answer(
    death: Mapping[str, Any],
    ledger: Iterable[Mapping[str, Any]],
    care: Sequence[Care],
    window: int,
) -> dict[str, Any]:
    knowing = [entry for entry in ledger if entry["knows"]]
    month = month_of(dict(death))
    if month is None:
        return {"flow": "cannot-tell", "care_in_month": None, "known_on": None}
    first, last = _ends_of(month)
    found = [(one, one.within(first, last)) for one in care]
    inside = _any(answer for _, answer in found)
    providers = {one.provider for one, answer in found if answer}
    told = [e["known_on"] for e in knowing if e["provider"] in providers and e["known_on"]]
    known_on = min(told) if told else None
    said = {"care_in_month": inside, "known_on": known_on}
    if any(str(entry["kind"]).startswith(FLOW) for entry in knowing):
        return {"flow": "carried", **said}
    if inside is None:
        return {"flow": "cannot-tell", **said}
    if not inside:
        return {"flow": "no-record-in-its-month", **said}
    if known_on is None:
        return {"flow": "time-not-told", **said}
    in_time = known_on <= last + dt.timedelta(days=window)
    return {"flow": "in-its-month" if in_time else "only-by-sending-again", **said}


def _any(answers: Iterable[bool | None]) -> bool | None:
    """Yes if one is yes; no if there is one and all are no; else not told."""
    found = list(answers)
    if any(found):
        return True
    return None if not found or None in found else False


def _ends_of(month: str) -> tuple[dt.date, dt.date]:
    year, number = (int(part) for part in month.split("-"))
    last = calendar.monthrange(year, number)[1]
    return dt.date(year, number, 1), dt.date(year, number, last)


def _care_by_person(run: OpenRun) -> dict[str, list[Care]]:
    """Every stay and referral that the run's lists tell of, by person."""
    found: dict[str, list[Care]] = defaultdict(list)
    for spell in run.rows("spells"):
        still_open = spell["ending"] == "open"
        ends = spell["ended_on"] or spell["discharged_on"]
        care = Care(spell["provider"], spell["admitted_on"], ends, still_open)
        found[spell["person_id"]].append(care)
    for (person, _, _), said in _referrals(run.table("values")).items():
        # Where the flow's own table of referrals holds no day of closing, none was sent.
        care = Care(
            said["provider"],
            said.get("begins"),
            said.get("ends"),
            said["kind"].startswith(FLOW),
            said.get("contact"),
        )
        found[person].append(care)
    return found


def _referrals(values: pa.Table) -> dict[tuple[str, str, str], dict[str, Any]]:
    entities = pa.array(sorted({entity for entity, _ in _REFERRALS}))
    some = values.filter(
        pc.and_(
            pc.is_in(values["entity"], entities), pc.equal(values["standing"], pa.scalar("present"))
        )
    )
    wanted = ("person_id", "entity", "field", "about", "value_from", "provider", "kind")
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in some.select(wanted).to_pylist():
        end = _REFERRALS.get((row["entity"], row["field"]))
        # What another kind of list reports is an event, and its team is no care.
        if end is None or not str(row["kind"]).startswith(_TELL_OF_CARE):
            continue
        said = found.setdefault(
            (row["person_id"], row["entity"], row["about"]),
            {"provider": row["provider"], "kind": str(row["kind"])},
        )
        said[end] = row["value_from"]
    return found
