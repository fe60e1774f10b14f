"""Discharge dates, examined before a figure of days after discharge is believed.

A stay in hospital that ends is one thing, care that is closed is another; a date that a record
bears because somebody had died is neither. Here each is told apart, source by source.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from candour.pipeline.answers.periods import Period

if TYPE_CHECKING:
    from candour.pipeline.answers.opening import OpenRun

STAY_KINDS: Mapping[str, str] = {
    "told_as_death": "the record says that the stay ended with the death",
    "closed_on_death": "closed on the day of the death, without saying how the stay ended",
    "same_day": "a discharge alive on the day of the death",
    "after_death": "a discharge dated after the death",
    "entered_after_death": "a discharge before the death, entered when the death was known",
    "before_death": "a discharge alive before the death",
    "left_open": "a stay without an end",
    "cannot_tell": "a date that is not known to the day",
}
CARE_KINDS: Mapping[str, str] = {
    "care_closed_before_death": "care closed before the death",
    "care_closed_on_death": "care closed on the day of the death",
    "care_closed_after_death": "care closed after the death",
}
PATTERNS: Mapping[str, str] = {
    "hospital-stays-closed-on-death": (
        "closes a hospital stay on the day of a death, without saying that the death ended it"
    ),
    "care-closed-on-death": (
        "dates the closure of care to the day of a death: a closure, and no discharge from hospital"
    ),
}
AT_LEAST, SHARE = 3, 0.8
"""A pattern is said from so many cases, and from such a share of those that there could be."""
WINDOW = 30
COLUMNS = (
    "provider",
    "source",
    "deaths",
    *STAY_KINDS,
    *CARE_KINDS,
    "within_30_days",
    "within_30_days_doubtful",
    "patterns",
)


@dataclass(frozen=True)
class Case:
    """The last stay, or the closure of care, that a source records of one person who died."""

    death_id: str
    provider: str | None
    source: str
    kind: str
    dated: dt.date | None
    died: dt.date | None

    @property
    def days(self) -> int | None:
        """Days from the date of the record to the death; below nought where it is dated later."""
        return (self.died - self.dated).days if self.died and self.dated else None

    def as_data(self) -> dict[str, Any]:
        """For output."""
        return {
            "death_id": self.death_id,
            "provider": self.provider,
            "source": self.source,
            "kind": self.kind,
            "dated": self.dated,
            "death_date": self.died,
            "days": self.days,
        }


def stay_kind(spell: Mapping[str, Any], died: dt.date | None, *, entered_late: bool) -> str:
    """Which of :data:`STAY_KINDS` a spell is.

    :param spell: ``ending`` and ``discharged_on`` as unified, and ``discharge_unread``.
    :param entered_late: an earlier list of the same source knew of the death and held it open.
    """
    ended = spell["discharged_on"]
    if spell["ending"] == "died":
        return "told_as_death"
    if ended is None:
        return "cannot_tell" if spell["discharge_unread"] else "left_open"
    if died is None:
        return "cannot_tell"
    if ended > died:
        return "after_death"
    if ended == died:
        return "closed_on_death" if spell["ending"] == "not-told" else "same_day"
    return "entered_after_death" if entered_late else "before_death"


def forensics(run: OpenRun, period: Period, provider: str | None = None) -> dict[str, Any]:
    """``{sources, cases}``: what each source's dates of discharge are worth.

    ``sources``: one row per provider and source with the columns of :data:`COLUMNS`; of each
    person who died only the last stay that the source records is counted. ``within_30_days`` are
    discharges alive from 0 to 30 days before the death, ``within_30_days_doubtful`` those of them
    that are dated to the day of the death or were entered when the death was known. ``cases``:
    every one that is not plainly a discharge alive before the death, or a death that ended a stay.
    """
    dead = {
        d["person_id"]: d for d in run.deaths.values() if period.holds(d) is not False
    }  # one whose date leaves it open is examined as well
    said = _values_of(run, dead)
    cases = [*_stays(run, dead, said), *_closures(dead, said)]
    if provider:
        cases = [case for case in cases if case.provider == provider]
    grouped: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        grouped[case.provider or "", case.source].append(case)
    plain = ("told_as_death", "before_death", "care_closed_before_death")
    return {
        "sources": [
            _row(owner or None, source, found, said.tells_death[source])
            for (owner, source), found in sorted(grouped.items())
        ],
        "cases": [
            case.as_data()
            for case in sorted(cases, key=lambda c: (c.source, c.death_id, c.kind))
            if case.kind not in plain
        ],
    }


def _row(
    provider: str | None, source: str, cases: Iterable[Case], known: set[str]
) -> dict[str, Any]:
    found = list(cases)
    tally = Counter(case.kind for case in found)
    near = [
        c
        for c in found
        if c.kind in ("same_day", "before_death", "entered_after_death")
        and c.days is not None
        and 0 <= c.days <= WINDOW
    ]
    doubtful = [c for c in near if c.kind != "before_death"]
    return {
        "provider": provider,
        "source": source,
        "deaths": len({case.death_id for case in found}),
        **{kind: tally[kind] for kind in (*STAY_KINDS, *CARE_KINDS)},
        "within_30_days": len(near),
        "within_30_days_doubtful": len(doubtful),
        "patterns": patterns(tally, len(known)),
    }


def patterns(tally: Mapping[str, int], known: int) -> list[str]:
    """Which of :data:`PATTERNS` a source's figures show.

    :param known: how many deaths the source itself records.
    """
    found = []
    closed, told = tally["closed_on_death"], tally["told_as_death"]
    if closed >= AT_LEAST and closed >= SHARE * (closed + told):
        found.append("hospital-stays-closed-on-death")
    care = tally["care_closed_on_death"]
    if care >= AT_LEAST and care >= SHARE * known:
        found.append("care-closed-on-death")
    return found


@dataclass(frozen=True)
class _Said:
    """What sources wrote about the dead: closures of care, spells that an earlier list held open
    when it knew of the death, and whose death each source tells."""

    closures: list[dict[str, Any]]
    entered_late: set[str]
    tells_death: dict[str, set[str]]


def _values_of(run: OpenRun, dead: Mapping[str, Any]) -> _Said:
    import pyarrow.compute as pc

    columns = ["person_id", "entity", "field", "about", "value_from", "value_to", "person_key",
               "submission", "provider", "standing"]  # fmt: skip
    asked = pc.field("field").isin(
        ["care_closed_on", "admitted_on", "discharged_on", "died", "death_date"]
    )
    rows = [r for r in run.some("values", columns, asked) if r["person_id"] in dead]
    tells: dict[str, set[str]] = defaultdict(set)
    told_by: set[tuple[str, str]] = set()
    begun: dict[str, set[tuple[str, str]]] = defaultdict(set)
    ended: set[tuple[str, str]] = set()
    for r in rows:
        here = (r["submission"], r["person_key"])
        if r["entity"] == "death":
            tells[source_of(r["person_key"])].add(r["person_id"])
            told_by.add(here)
        elif r["field"] == "admitted_on":
            begun[r["about"]].add(here)
        elif r["field"] == "discharged_on":
            ended.add((r["submission"], r["about"]))
    late = {
        spell
        for spell, lists in begun.items()
        if any(here in told_by and (here[0], spell) not in ended for here in lists)
    }
    closures = [r for r in rows if r["field"] == "care_closed_on" and r["standing"] == "present"]
    return _Said(closures, late, tells)


def source_of(person_key: str) -> str:
    """``ZQ1/caseload`` of ``ZQ1/caseload:C1``: the list that the record stands in."""
    return person_key.partition(":")[0]


def _stays(run: OpenRun, dead: Mapping[str, Any], said: _Said) -> Iterable[Case]:
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for spell in run.rows("spells"):
        death = dead.get(spell["person_id"])
        if death is None or spell["person_key"] is None:
            continue
        key = (death["death_id"], source_of(spell["person_key"]))
        if key not in last or _begins(spell) > _begins(last[key]):
            last[key] = spell
    for (death_id, source), spell in last.items():
        died = run.deaths[death_id]["death_date"]
        late = spell["spell_key"] in said.entered_late
        yield Case(
            death_id,
            spell["provider"],
            source,
            stay_kind(spell, died, entered_late=late),
            spell["discharged_on"],
            died,
        )


def _begins(spell: Mapping[str, Any]) -> tuple[dt.date, str]:
    return spell["admitted_on"] or dt.date.min, spell["spell_key"]


def _closures(dead: Mapping[str, Any], said: _Said) -> Iterable[Case]:
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for row in said.closures:
        if row["value_from"] is None or row["value_from"] != row["value_to"]:
            continue
        key = (row["person_id"], source_of(row["person_key"]))
        if key not in latest or row["value_from"] > latest[key]["value_from"]:
            latest[key] = row
    for (person_id, source), row in latest.items():
        death = dead[person_id]
        died, closed = death["death_date"], row["value_from"]
        if died is None:
            continue
        when = "on" if closed == died else "after" if closed > died else "before"
        kind = f"care_closed_{when}_death"
        yield Case(death["death_id"], row["provider"], source, kind, closed, died)
