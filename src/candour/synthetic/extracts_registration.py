"""Layout (c): the registration extract, with columns named as in national files (domain B3)."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from candour.synthetic import writing
from candour.synthetic.draws import Days, Draws, Ints
from candour.synthetic.identity import REGISTERED, identities, true_identities
from candour.synthetic.lives import Flags, Lives
from candour.synthetic.stories import CUT_OFFS, stories
from candour.synthetic.strangers import ENTRY_FROM, Strangers

REGISTRATIONS = (
    "LEDRID", "NHSNO_1", "NHSNORSS", "FNAMD_1", "SNAMD", "SEX", "DOBDY", "DOBMT", "DOBYR", "DODDY",
    "DODMT", "DODYR", "DOR", "PCDR", "CESTRSS", "ICD10U", "ICD10UF", "CERTTYPE", "CORAREAT",
    "DOINQT", "INQCERT", "LSOAR", "ESTTYPED", "NHSIND",
)  # fmt: skip

_NATURAL = ("I219", "J189", "I64X", "G309", "E149", "C349", "I251")
"""Broad natural causes, ICD-10; a three-character code is filled with X as national files do."""
_PENDING, _NOT_KNOWN = "U509", "R99X"
AREAS = ("Hither Shires (invented)", "Yonder Shires (invented)", "Saltmerrow (invented)")


def registration_ids(person: Ints) -> pl.Series:
    """The number of each person's entry."""
    return pl.Series(person + 1).cast(pl.String).str.zfill(9).str.pad_start(10, "L")


def stranger_ids(serial: Ints) -> pl.Series:
    """The number of each stranger's entry."""
    return registration_ids(serial + ENTRY_FROM - 1)


def quarters() -> tuple[str, ...]:
    """The quarters of registration that have a file, as 2024-Q1."""
    years = range(2024, CUT_OFFS[-1].year + 1)
    every = [(year, quarter) for year in years for quarter in range(1, 5)]
    last = (CUT_OFFS[-1].year, (CUT_OFFS[-1].month + 2) // 3)
    return tuple(f"{year}-Q{quarter}" for year, quarter in every if (year, quarter) <= last)


def registrations(lives: Lives, others: Strangers) -> pl.DataFrame:
    """Every entry made by the last cut-off, with ``quarter`` beside it: by day, then by person,
    strangers after the others."""
    last = np.datetime64(str(CUT_OFFS[-1]), "D")
    person = np.flatnonzero((lives.registered <= last) & in_national_register(lives))
    there = np.flatnonzero(others.registered <= last)
    told = stories()
    no_day = np.array([one.day_not_registered for one in told])[lives.story[person]]
    how = np.array([one.registered for one in told])[lives.story[person]]
    mine = _entries(
        lives.draws, person, identities(lives, REGISTERED, person), lives.died[person],
        lives.registered[person], how, no_day,
    ).with_columns(LEDRID=registration_ids(person))  # fmt: skip
    count = int(others.serial.max()) + 1 if len(others.serial) else 0
    serial = others.serial[there]
    theirs = _entries(
        Draws(lives.draws.seed, count, "stranger's "), serial,
        true_identities(others.people.of(there)), others.died[there], others.registered[there],
        np.full(len(there), "soon"), np.zeros(len(there), dtype=np.bool_),
    ).with_columns(LEDRID=stranger_ids(serial))  # fmt: skip
    return pl.concat([mine, theirs]).sort("DOR", maintain_order=True)


def in_national_register(lives: Lives) -> Flags:
    """Whose entry the national file holds: a provider of four lists has its own from the registry,
    which no number joins to it."""
    flags: Flags = ~np.isin(lives.home, lives.nation.four_lists)
    return flags


def _entries(
    chance: Draws, person: Ints, who: pl.DataFrame, died: Days, entered: Days,
    how: NDArray[np.str_], no_day: Flags,
) -> pl.DataFrame:  # fmt: skip
    """Entries without their numbers: all arrays in step, draws by ``person``."""
    inquest = (how == "after-inquest") | (how == "inquest-adjourned")
    own, born = who["nhs_number"], who["birth_date"]
    as_told = chance.below("number as told", 12)[person] == 0
    days = pl.DataFrame({"no_day": no_day, "day": writing.day(died, "%d")})
    place = chance.weighted("place", (6, 3, 1))[person]
    # Invented areas, under a letter that no national code begins with; one in nine is not known.
    area = chance.below("small area", 900)[person] * (chance.below("area known", 9)[person] > 0)
    return pl.DataFrame(
        {
            "quarter": _quarter(entered),
            "LEDRID": pl.Series([None] * len(person), dtype=pl.String),
            "NHSNO_1": writing.only(own, ~as_told),
            "NHSNORSS": writing.only(own, as_told),
            "FNAMD_1": who["given_name"],
            "SNAMD": who["surname"],
            "SEX": who["sex"],
            "DOBDY": born.str.slice(8, 2),
            "DOBMT": born.str.slice(5, 2),
            "DOBYR": born.str.slice(0, 4),
            "DODDY": days.select(
                pl.when("no_day").then(pl.lit("00")).otherwise("day").alias("text")
            )["text"],
            "DODMT": writing.day(died, "%m"),
            "DODYR": writing.day(died, "%Y"),
            "DOR": writing.day(entered),
            "PCDR": who["postcode"],
            "CESTRSS": writing.pick(("H", "E", ""), place),
            "LSOAR": writing.only(
                pl.select(pl.format("X{}", pl.Series(area + 1_000_001)))[:, 0], area > 0
            ),
            # What kind of establishment it was is told only of deaths elsewhere.
            "ESTTYPED": writing.only(
                writing.pick(("01", "05", "83", ""), chance.below("establishment", 4)[person]),
                place == 1,
            ),
            "NHSIND": writing.only(
                writing.pick(("1", "2"), chance.below("whose", 2)[person]), place == 1
            ),
            **_causes(chance, person, how),
            "CERTTYPE": writing.pick(("1", "3"), inquest.astype(np.int64)),
            "CORAREAT": writing.only(
                writing.pick(AREAS, chance.below("area", len(AREAS))[person]), inquest
            ),
            "DOINQT": writing.only(
                writing.day(np.where(how == "after-inquest", entered - 7, died + 21)), inquest
            ),
            "INQCERT": writing.pick(("", "narrative"), (how == "after-inquest").astype(np.int64)),
        },
        schema_overrides={name: pl.String for name in REGISTRATIONS},
    )


def _causes(chance: Draws, person: Ints, how: NDArray[np.str_]) -> dict[str, pl.Series]:
    """First and final underlying cause; an adjourned inquest leaves the first pending, no final."""
    natural = chance.below("cause", len(_NATURAL))[person]
    texts = (*_NATURAL, _PENDING, _NOT_KNOWN, "")
    pending, not_known, none = len(_NATURAL), len(_NATURAL) + 1, len(_NATURAL) + 2
    waits = (how == "after-inquest") | (how == "inquest-adjourned")
    first = np.where(waits, pending, natural)
    final = np.where(how == "after-inquest", not_known, natural)
    final = np.where(how == "inquest-adjourned", none, final)
    return {"ICD10U": writing.pick(texts, first), "ICD10UF": writing.pick(texts, final)}


def _quarter(entered: Days) -> pl.Series:
    month = entered.astype("datetime64[M]").astype(np.int64)
    year, quarter = 1970 + month // 12, month % 12 // 3 + 1
    return pl.select(
        pl.format("{}-Q{}", pl.Series(year.astype(np.int64)), pl.Series(quarter.astype(np.int64)))
    )[:, 0]
