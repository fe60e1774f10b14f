"""Layout (c): the registration extract, with columns named as in national files (domain B3)."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from candour.synthetic import writing
from candour.synthetic.draws import Ints
from candour.synthetic.lives import Lives
from candour.synthetic.people import given_names, surnames
from candour.synthetic.stories import CUT_OFFS, stories

REGISTRATIONS = (
    "LEDRID", "NHSNO_1", "NHSNORSS", "FNAMD_1", "SNAMD", "SEX", "DOBDY", "DOBMT", "DOBYR", "DODDY",
    "DODMT", "DODYR", "DOR", "PCDR", "CESTRSS", "ICD10U", "ICD10UF", "CERTTYPE", "CORAREAT",
    "DOINQT", "INQCERT",
)  # fmt: skip

_NATURAL = ("I219", "J189", "I64X", "G309", "E149", "C349", "I251")
"""Broad natural causes, ICD-10; a three-character code is filled with X as national files do."""
_PENDING, _NOT_KNOWN = "U509", "R99X"
_AREAS = ("Hither Shires (invented)", "Yonder Shires (invented)", "Saltmerrow (invented)")


def registration_ids(person: Ints) -> pl.Series:
    """The number of each person's entry."""
    return pl.Series(person + 1).cast(pl.String).str.zfill(9).str.pad_start(10, "L")


def quarters() -> tuple[str, ...]:
    """The quarters of registration that have a file, as 2024-Q1."""
    years = range(2024, CUT_OFFS[-1].year + 1)
    every = [(year, quarter) for year in years for quarter in range(1, 5)]
    last = (CUT_OFFS[-1].year, (CUT_OFFS[-1].month + 2) // 3)
    return tuple(f"{year}-Q{quarter}" for year, quarter in every if (year, quarter) <= last)


def registrations(lives: Lives) -> pl.DataFrame:
    """Every entry made by the last cut-off, with ``person`` and ``quarter`` beside it."""
    last = np.datetime64(str(CUT_OFFS[-1]), "D")
    person = np.flatnonzero(lives.registered <= last)
    person = person[np.lexsort((person, lives.registered[person]))]
    people, chance = lives.people, lives.draws
    born, died, entered = people.birth[person], lives.died[person], lives.registered[person]
    told = stories()
    how = np.array([one.registered for one in told])[lives.story[person]]
    no_day = np.array([one.day_not_registered for one in told])[lives.story[person]]
    inquest = (how == "after-inquest") | (how == "inquest-adjourned")
    own = writing.number(people.nhs_number[person])
    as_told = chance.below("number as told", 12)[person] == 0
    days = pl.DataFrame({"no_day": no_day, "day": writing.day(died, "%d")})
    return pl.DataFrame(
        {
            "person": person,
            "quarter": _quarter(lives, person),
            "LEDRID": registration_ids(person),
            "NHSNO_1": writing.only(own, ~as_told),
            "NHSNORSS": writing.only(own, as_told),
            "FNAMD_1": writing.pick(given_names(), people.given_name[person]),
            "SNAMD": writing.pick(surnames(), people.surname[person]),
            "SEX": writing.number(people.sex[person]),
            "DOBDY": writing.day(born, "%d"),
            "DOBMT": writing.day(born, "%m"),
            "DOBYR": writing.day(born, "%Y"),
            "DODDY": days.select(
                pl.when("no_day").then(pl.lit("00")).otherwise("day").alias("text")
            )["text"],
            "DODMT": writing.day(died, "%m"),
            "DODYR": writing.day(died, "%Y"),
            "DOR": writing.day(entered),
            "PCDR": pl.Series([people.postcode[one] for one in person.tolist()], dtype=pl.String),
            "CESTRSS": writing.pick(("H", "E", ""), chance.weighted("place", (6, 3, 1))[person]),
            **_causes(lives, person, how),
            "CERTTYPE": writing.pick(("1", "3"), inquest.astype(np.int64)),
            "CORAREAT": writing.only(
                writing.pick(_AREAS, chance.below("area", len(_AREAS))[person]), inquest
            ),
            "DOINQT": writing.only(
                writing.day(np.where(how == "after-inquest", entered - 7, died + 21)), inquest
            ),
            "INQCERT": writing.pick(("", "narrative"), (how == "after-inquest").astype(np.int64)),
        },
        schema_overrides={name: pl.String for name in REGISTRATIONS},
    )


def _causes(lives: Lives, person: Ints, how: NDArray[np.str_]) -> dict[str, pl.Series]:
    """First and final underlying cause; an adjourned inquest leaves the first pending, no final."""
    natural = lives.draws.below("cause", len(_NATURAL))[person]
    texts = (*_NATURAL, _PENDING, _NOT_KNOWN, "")
    pending, not_known, none = len(_NATURAL), len(_NATURAL) + 1, len(_NATURAL) + 2
    waits = (how == "after-inquest") | (how == "inquest-adjourned")
    first = np.where(waits, pending, natural)
    final = np.where(how == "after-inquest", not_known, natural)
    final = np.where(how == "inquest-adjourned", none, final)
    return {"ICD10U": writing.pick(texts, first), "ICD10UF": writing.pick(texts, final)}


def _quarter(lives: Lives, person: Ints) -> pl.Series:
    month = lives.registered[person].astype("datetime64[M]").astype(np.int64)
    year, quarter = 1970 + month // 12, month % 12 // 3 + 1
    return pl.select(
        pl.format("{}-Q{}", pl.Series(year.astype(np.int64)), pl.Series(quarter.astype(np.int64)))
    )[:, 0]
