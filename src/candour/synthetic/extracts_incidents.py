"""Layout (d): incident records and the people whom each touched (domain E1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from candour.synthetic import writing
from candour.synthetic.draws import Days, Ints
from candour.synthetic.identity import identities
from candour.synthetic.lives import Flags, Lives
from candour.synthetic.people import given_names, surnames
from candour.synthetic.stories import CUT_OFFS, stories

INCIDENTS = (
    "recordid", "inc_ourref", "inc_name", "inc_type", "inc_category", "inc_subcategory",
    "inc_severity", "inc_result", "inc_grade", "inc_dincident", "inc_time", "inc_dreported",
    "inc_dopened", "inc_dsched", "inc_unit", "inc_specialty", "inc_locactual", "inc_notes",
    "inc_actiontaken", "rep_approved",
)  # fmt: skip
CONTACTS = (
    "recordid", "link_type", "con_forenames", "con_surname", "con_nhsno", "con_dob", "con_dod",
)  # fmt: skip

_DMY = "%d/%m/%Y"
_WRITTEN = {
    # what happened: (type, category, severity, result, approval)
    "death": ("PAT", "DEATH", "CATA", "DEATH", "FA"),
    "near-miss": ("PAT", "SAFETY", "MEDIUM", "NEARMISS", "FA"),
    "rejected": ("PAT", "DEATH", "CATA", "DEATH", "REJECT"),
    "grave-survived": ("PAT", "HEALTH", "CATA", "HARM", "FA"),
    "about-staff": ("STA", "SAFETY", "HIGH", "HARM", "FA"),
}
_UNITS = ("Adult inpatient", "Older adult inpatient")
_KINDS = tuple(_WRITTEN)


@dataclass(frozen=True)
class Reports:
    """One entry per incident record, by provider and person; ``kind`` is a place in the kinds."""

    person: Ints
    provider: Ints
    kind: Ints
    happened: Days
    reported: Days
    record: Ints


def reports(lives: Lives) -> Reports:
    """Every incident record of the nation. The last provider of a person keeps it."""
    kind = np.array([_KINDS.index(one.incident) if one.incident else -1 for one in stories()])[
        lives.story
    ]
    person = np.flatnonzero(kind >= 0)
    person = person[np.lexsort((person, lives.last[person]))]
    happened: Days = np.where(np.isnat(lives.died), lives.left - 3, lives.died)[person]
    reported = happened + lives.draws.between("reported", 0, 5)[person]
    return Reports(
        person, lives.last[person], kind[person], happened, reported, 100_000 + person * 3
    )


def is_kind(found: Reports, name: str) -> Flags:
    """Which of the records are of one kind."""
    flags: Flags = found.kind == _KINDS.index(name)
    return flags


def incidents(lives: Lives, delivery: int) -> pl.DataFrame:
    """Incident records reported since the delivery before, with ``provider`` and ``person``."""
    found = reports(lives)
    written = list(zip(*_WRITTEN.values(), strict=True))
    reference = pl.select(
        pl.format("W{}", pl.Series(found.record)),
    )[:, 0]
    nothing = pl.Series([None] * len(found.person), dtype=pl.String)
    finished = found.reported + 60
    clock = lives.draws.between("incident minute", 8 * 60, 20 * 60)[found.person]
    frame = pl.DataFrame(
        {
            "provider": found.provider,
            "person": found.person,
            "recordid": writing.number(found.record),
            "inc_ourref": reference,
            "inc_name": nothing,
            "inc_type": writing.pick(list(written[0]), found.kind),
            "inc_category": writing.pick(list(written[1]), found.kind),
            "inc_subcategory": nothing,
            "inc_severity": writing.pick(list(written[2]), found.kind),
            "inc_result": writing.pick(list(written[3]), found.kind),
            "inc_grade": nothing,
            "inc_dincident": writing.day(found.happened, _DMY),
            "inc_time": _clock(clock, found.provider),
            "inc_dreported": writing.day(found.reported, _DMY),
            "inc_dopened": writing.day(found.reported, _DMY),
            "inc_dsched": writing.only(writing.day(finished, _DMY), finished <= _cut(delivery)),
            "inc_unit": writing.pick(_UNITS, lives.draws.below("unit", len(_UNITS))[found.person]),
            "inc_specialty": nothing,
            "inc_locactual": nothing,
            "inc_notes": nothing,
            "inc_actiontaken": nothing,
            "rep_approved": writing.pick(list(written[4]), found.kind),
        }
    )
    return frame.filter(pl.Series(_in_delivery(lives, found, delivery)))


def contacts(lives: Lives, delivery: int) -> pl.DataFrame:
    """The people whom the incidents of :func:`incidents` touched, with ``provider`` beside them.

    A report of a death also names the member of staff who wrote it: not a patient, and not dead.
    """
    found = reports(lives)
    mine = _in_delivery(lives, found, delivery)
    patients = mine & ~is_kind(found, "about-staff")
    staff = mine & (is_kind(found, "about-staff") | is_kind(found, "death"))
    names = _patients(lives, found, patients), _staff(lives, found, staff)
    return pl.concat(names).sort("provider", "record", "link_type", maintain_order=True)


def _patients(lives: Lives, found: Reports, which: Flags) -> pl.DataFrame:
    person = found.person[which]
    who = identities(lives, "contacts", person)
    died = is_kind(found, "death")[which]
    return pl.DataFrame(
        {
            "provider": found.provider[which],
            "record": found.record[which],
            "recordid": writing.number(found.record[which]),
            "link_type": pl.Series(["PAT"] * len(person), dtype=pl.String),
            "con_forenames": who["given_name"],
            "con_surname": who["surname"],
            "con_nhsno": who["nhs_number"],
            "con_dob": writing.turned(who["birth_date"]),
            "con_dod": writing.only(writing.day(lives.died[person], _DMY), died),
        }
    )


def _staff(lives: Lives, found: Reports, which: Flags) -> pl.DataFrame:
    person, chance = found.person[which], lives.draws
    nothing = pl.Series([None] * len(person), dtype=pl.String)
    return pl.DataFrame(
        {
            "provider": found.provider[which],
            "record": found.record[which],
            "recordid": writing.number(found.record[which]),
            "link_type": pl.Series(["EMP"] * len(person), dtype=pl.String),
            "con_forenames": writing.pick(
                given_names(), chance.below("staff given name", len(given_names()))[person]
            ),
            "con_surname": writing.pick(
                surnames(), chance.below("staff surname", len(surnames()))[person]
            ),
            "con_nhsno": nothing,
            "con_dob": nothing,
            "con_dod": nothing,
        }
    )


def _cut(delivery: int) -> np.datetime64:
    return np.datetime64(str(CUT_OFFS[delivery]), "D")


def _in_delivery(lives: Lives, found: Reports, delivery: int) -> Flags:
    """Records made since the delivery before, by providers whose incident system this is."""
    mine: Flags = found.reported <= _cut(delivery)
    if delivery > 0:
        mine &= found.reported > _cut(delivery - 1)
    return mine & ~np.isin(found.provider, lives.nation.one_row_a_person)


def _clock(minutes: Ints, provider: Ints) -> pl.Series:
    """Times of day as HH:MM by some providers, as HHMM by others."""
    style: NDArray[np.str_] = np.where(provider % 2 == 0, "colon", "plain")
    any_day = np.full(len(minutes), np.datetime64("2024-01-01", "D"))
    colon = writing.moment(any_day, minutes, np.full(len(minutes), "local")).str.slice(11, 5)
    return writing.choose(style, {"colon": colon, "plain": colon.str.replace(":", "")})
