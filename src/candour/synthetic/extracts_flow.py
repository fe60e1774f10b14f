"""The national flow of mental health services (MHSDS, version 6): tables by month of submission.

Drawn from the same record as the provider's own list, so what was written there is written here. A
month has no room for a death of another month: one learned of later is in none, or in a row that
the specification leaves out.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from candour.synthetic import extracts_flow_beside as beside
from candour.synthetic import writing
from candour.synthetic.draws import Days, Ints
from candour.synthetic.extracts_epr import care_closed, client_ids, clients, deaths_as_written, ward
from candour.synthetic.identity import identities
from candour.synthetic.lives import Lives
from candour.synthetic.script import End
from candour.synthetic.stories import CUT_OFFS, place_of

FIRST_MONTH = np.datetime64("2024-01", "M")
VERSION_6 = np.datetime64("2024-04", "M")
"""The first month with the names of version 6; months before it have older ones."""
LATER_MONTH = "flow-death-in-a-later-month"
_WINDOW = 20  # days after a month's end within which it can still be sent
_SECTION_CODES = ("01", "02", "03", "09", "03")
_OLDER = {
    "MethOfDischMHHospProvSpell": "DischMethCodeHospProvSpell",
    "DestOfDischHospProvSpell": "DischDestCodeHospProvSpell",
}
_ABSENCES = {
    # table: (kinds as a ward writes them, the columns of start and end, further columns)
    "MHS509": (("Home leave",), "HomeLeave"),
    "MHS510": (("Section 17 leave", "S17 leave"), "MHLeaveAbs"),
    "MHS511": (("AWOL", "Absent without leave"), "MHAbsWOLeave"),
    "MHS514": (("Trial leave",), "MHTrialLeave"),
}


def flow(lives: Lives, delivery: int) -> dict[str, pl.DataFrame]:
    """What the providers with a flow submitted for the months of one delivery: tables by name, each
    with ``provider`` beside the columns that are sent.

    A name with ``_older_names`` is the same table under the names that came before version 6.
    """
    spells = _spells_by_month(lives)
    people = _people_by_month(lives, spells)
    months = _months(delivery)
    tables = {
        "MHS001": people.select(
            "provider", "month", "LocalPatientID", "NHSNumber", "NHSNumberStatus",
            "PersonBirthDate", "Postcode", "Gender", "MaritalStatus", "PersDeathDate",
            "UniqMonthID"),
        "MHS005": beside.indicators(lives, spells),
        "MHS101": people.select(
            "provider", "month", pl.format("R{}", "LocalPatientID").alias("ServiceRequestID"),
            "LocalPatientID", "OrgIDComm", "ReferralRequestReceivedDate", "PrimReasonReferralMH",
            "ServDischDate", "UniqMonthID"),
        "MHS401": spells.select(
            "provider", "month", "LocalPatientID",
            pl.format("LS{}", "spell").alias("MHActLegalStatusClassPeriodID"),
            pl.col("StartDateHospProvSpell").alias("StartDateMHActLegalStatusClass"),
            pl.col("DischDateHospProvSpell").alias("EndDateMHActLegalStatusClass"),
            "LegalStatusClassPeriodEndReason", "LegalStatusCode", "UniqMonthID"),
        "MHS501": spells.select(
            "provider", "month", pl.format("SP{}", "spell").alias("HospProvSpellID"),
            pl.format("R{}", "LocalPatientID").alias("ServiceRequestID"), "StartDateHospProvSpell",
            "DischDateHospProvSpell", "DischTimeHospProvSpell", "MethAdmMHHospProvSpell", *_OLDER,
            "UniqMonthID"),
        "MHS502": spells.select(
            "provider", "month", pl.format("W{}", "spell").alias("WardStayID"),
            pl.format("SP{}", "spell").alias("HospProvSpellID"), "WardCode",
            pl.col("StartDateHospProvSpell").alias("StartDateWardStay"),
            pl.col("DischDateHospProvSpell").alias("EndDateWardStay"), "MHAdmittedPatientClass",
            "UniqMonthID"),
        **_restraints(lives),
        "MHS507": _self_harm(lives),
        **_absences(lives),
        **beside.diagnoses(lives, spells),
    }  # fmt: skip
    sent: dict[str, pl.DataFrame] = {}
    for name, table in tables.items():
        mine = table.filter(pl.col("month").is_in(months))
        if name == "MHS501":
            older = mine.filter(pl.col("month") < _number(VERSION_6))
            sent[f"{name}_older_names"] = older.rename(_OLDER).drop("month")
            mine = mine.filter(pl.col("month") >= _number(VERSION_6))
        sent[name] = mine.drop("month")
    return sent


def _number(month: np.datetime64) -> int:
    """The national number of a month: (year - 1900) x 12 + month - 3."""
    return int(month.astype(np.int64)) + 70 * 12 + 1 - 3


def _months(delivery: int) -> list[int]:
    last = np.datetime64(str(CUT_OFFS[delivery]), "M")
    first = np.datetime64(str(CUT_OFFS[delivery - 1]), "M") + 1 if delivery else FIRST_MONTH
    return list(range(_number(first), _number(last) + 1))


def _month_of(days: Days) -> Ints:
    number: Ints = days.astype("datetime64[M]").astype(np.int64) + 70 * 12 - 2
    return number


def _first_day(month: Ints) -> Days:
    first: Days = (month - 70 * 12 + 2).astype("datetime64[M]").astype("datetime64[D]")
    return first


def _spell_name(lives: Lives, at: Ints) -> pl.Series:
    spells = lives.spells
    return pl.select(
        pl.format("{}-{}", client_ids(spells.person[at], spells.provider[at]),
                  pl.Series(spells.order[at]))
    )[:, 0]  # fmt: skip


def _own_spells(lives: Lives) -> Ints:
    return np.flatnonzero(np.isin(lives.spells.provider, lives.nation.sends_flow))


def _spells_by_month(lives: Lives) -> pl.DataFrame:
    """A row for each spell and each month that it touched; its end in the month of the end."""
    spells, at = lives.spells, _own_spells(lives)
    cut = np.datetime64(str(CUT_OFFS[-1]), "D")
    begins = np.maximum(_month_of(spells.admitted[at]), _number(FIRST_MONTH))
    ends = _month_of(np.where(np.isnat(spells.written[at]), cut, spells.written[at]))
    many = np.maximum(ends - begins + 1, 0)
    row = np.repeat(at, many)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    month = np.repeat(begins, many) + nth
    over = ~np.isnat(spells.written[row]) & (_month_of(spells.written[row]) == month)
    person, provider = spells.person[row], spells.provider[row]
    section = lives.draws.weighted("section", (60, 15, 15, 4, 6))[person]
    methods = [end.method for end in End]
    return pl.DataFrame(
        {
            "provider": provider,
            "person": person,
            "month": month,
            "UniqMonthID": writing.number(month),
            "LocalPatientID": client_ids(person, provider),
            "spell": _spell_name(lives, row),
            "StartDateHospProvSpell": writing.day(spells.admitted[row]),
            "DischDateHospProvSpell": writing.only(writing.day(spells.written[row]), over),
            "MethOfDischMHHospProvSpell": writing.only(
                writing.pick(methods, spells.end[row]), over
            ),
            "DestOfDischHospProvSpell": writing.only(
                writing.blank_to_none(spells.destination[row]), over
            ),
            "WardCode": ward(row, provider),
            "LegalStatusCode": writing.pick(_SECTION_CODES, section),
            **beside.of_spells(lives, person, provider, month >= _number(VERSION_6), over),
        }
    )


def _people_by_month(lives: Lives, spells: pl.DataFrame) -> pl.DataFrame:
    """A row for each person and month in which the flow speaks of them."""
    lists = clients(lives)
    mine = np.isin(lists.provider, lives.nation.sends_flow)
    person, provider, knows = lists.person[mine], lists.provider[mine], lists.knows[mine]
    died, told = deaths_as_written(lives, person), lives.told[person]
    closed = care_closed(lives, person, provider, knows, np.datetime64(str(CUT_OFFS[-1]), "D"))
    of_death, known = _month_of(died), knows & (told <= np.datetime64(str(CUT_OFFS[-1]), "D"))
    in_time = known & (told <= _first_day(of_death + 1) - 1 + _WINDOW)
    late = known & (lives.story[person] == place_of(LATER_MONTH))
    carried = np.where(late, _month_of(told), np.where(in_time, of_death, -1))
    first = np.full(len(person), _number(FIRST_MONTH))
    wanted = pl.concat([
        pl.DataFrame({"person": who, "provider": where, "month": month})
        for who, where, month in (
            (person, provider, first),
            (person[carried >= 0], provider[carried >= 0], carried[carried >= 0]),
            (person[~np.isnat(closed)], provider[~np.isnat(closed)],
             _month_of(closed)[~np.isnat(closed)]),
            tuple(spells[name].to_numpy() for name in ("person", "provider", "month")),
        )
    ]).unique().sort("provider", "person", "month")  # fmt: skip
    facts = pl.DataFrame(
        {
            "person": person, "provider": provider, "carried": carried,
            "closed_in": np.where(np.isnat(closed), -1, _month_of(closed)),
            "death": writing.day(died), "closed": writing.day(closed),
            "ReferralRequestReceivedDate": writing.day(
                np.minimum(lists.since[mine], _first_day(first))),
        }
    )  # fmt: skip
    rows = wanted.join(facts, on=["person", "provider"], how="left", maintain_order="left")
    who = rows["person"].to_numpy()
    held = identities(lives, "flow", who)
    boards = [one.board.code for one in lives.nation.providers]
    return rows.with_columns(
        UniqMonthID=pl.col("month").cast(pl.String),
        LocalPatientID=client_ids(who, rows["provider"].to_numpy()),
        NHSNumber=held["nhs_number"],
        NHSNumberStatus=pl.lit("01"),
        PersonBirthDate=held["birth_date"],
        Postcode=held["postcode"],
        Gender=held["sex"],
        **beside.of_people(lives, who, rows["provider"].to_numpy()),
        OrgIDComm=writing.pick(boards, rows["provider"].to_numpy()),
        PersDeathDate=pl.when(pl.col("month") == pl.col("carried")).then("death"),
        ServDischDate=pl.when(pl.col("month") == pl.col("closed_in")).then("closed"),
    )


def _events(lives: Lives, story: str, days_before: int) -> tuple[Ints, Days]:
    """The last spell of everybody of a story at a provider with a flow, and a day within it."""
    at = _own_spells(lives)
    at = at[lives.story[lives.spells.person[at]] == place_of(story)]
    return at, lives.spells.ended[at] - days_before


def _event_columns(lives: Lives, at: Ints, day: Days) -> dict[str, pl.Series]:
    month = _month_of(day)
    return {
        "provider": pl.Series(lives.spells.provider[at]),
        "month": pl.Series(month),
        "spell": _spell_name(lives, at),
        "day": writing.day(day),
        "UniqMonthID": writing.number(month),
    }


def _restraints(lives: Lives) -> dict[str, pl.DataFrame]:
    """Incidents of restraint and the interventions in them; a blank injury is not "no injury"."""
    at, day = _events(lives, "flow-injured-in-restraint", 5)
    frame = pl.DataFrame(_event_columns(lives, at, day))
    incident = pl.format("RI{}", "spell").alias("RestrictiveIntIncID")
    held = frame.select(
        "provider", "month", incident,
        pl.format("RT{}-1", "spell").alias("RestrictiveIntTypeID"),
        pl.lit("09").alias("RestrictiveIntType"),
        pl.col("day").alias("StartDateRestrictiveIntType"),
        pl.col("day").alias("EndDateRestrictiveIntType"),
        pl.lit("Y").alias("RestraintInjuryPatient"), "UniqMonthID",
    )  # fmt: skip
    unsaid = held.with_columns(
        pl.col("RestrictiveIntTypeID").str.replace("-1$", "-2"),
        pl.lit("14").alias("RestrictiveIntType"),
        pl.lit(None, pl.String).alias("RestraintInjuryPatient"),
    )
    return {
        "MHS505": frame.select(
            "provider", "month", incident, pl.format("SP{}", "spell").alias("HospProvSpellID"),
            pl.col("day").alias("StartDateRestrictiveIntInc"),
            pl.col("day").alias("EndDateRestrictiveIntInc"),
            pl.lit("12").alias("RestrictiveIntReason"), "UniqMonthID"),
        "MHS515": pl.concat([held, unsaid]),
    }  # fmt: skip


def _self_harm(lives: Lives) -> pl.DataFrame:
    at, day = _events(lives, "flow-harmed-themselves", 6)
    return pl.DataFrame(_event_columns(lives, at, day)).select(
        "provider", "month", pl.format("W{}", "spell").alias("WardStayID"),
        pl.col("day").alias("DateSelfHarm"), "UniqMonthID",
    )  # fmt: skip


def _absences(lives: Lives) -> dict[str, pl.DataFrame]:
    """A table for each kind of absence: in the month of its start, and in that of its end."""
    gone, spells = lives.absences, lives.spells
    last = np.full(len(lives.story), -1)
    last[spells.person] = np.arange(len(spells.person))  # spells stand by person and order
    tables = {}
    for table, (kinds, name) in _ABSENCES.items():
        which = np.isin(gone.provider, lives.nation.sends_flow) & np.isin(gone.kind, kinds)
        at = last[gone.person[which]]
        started, ended = gone.started[which], gone.ended[which]
        over = ~np.isnat(ended) & (_month_of(ended) > _month_of(started))
        rows = [
            pl.DataFrame(_event_columns(lives, at[keep], begun)).with_columns(
                start=writing.day(started[keep]),
                end=writing.only(
                    writing.day(ended[keep]), _month_of(ended[keep]) == _month_of(begun)
                ),
                EscortedLeaveIndicator=beside.escorted(
                    lives, gone.person[which][keep], gone.provider[which][keep]
                ),
            )
            for keep, begun in (
                (np.ones(len(at), dtype=np.bool_), started),
                (over, ended[over]),
            )
        ]
        tables[table] = pl.concat(rows).select(
            "provider", "month", pl.format("W{}", "spell").alias("WardStayID"),
            pl.col("start").alias(f"StartDate{name}"), pl.col("end").alias(f"EndDate{name}"),
            *(("EscortedLeaveIndicator",) if table == "MHS510" else ()), "UniqMonthID",
        )  # fmt: skip
    return tables


def restraints_and_harm(lives: Lives) -> int:
    """Near misses that the flow tells of: an injury in restraint, a day of self-harm."""
    return sum(
        len(_events(lives, name, 0)[0])
        for name in ("flow-injured-in-restraint", "flow-harmed-themselves")
    )
