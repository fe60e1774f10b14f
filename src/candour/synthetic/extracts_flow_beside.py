"""What the national flow of mental health services tells beside spells and referrals.

Systems fill these columns raggedly, so a blank is common and says nothing of the person.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from candour.synthetic import writing
from candour.synthetic.draws import Ints
from candour.synthetic.lives import Flags, Lives
from candour.synthetic.ragged import ragged

_STATUSES = ("5", "1", "2", "X", "")
_DIAGNOSES = ("F200", "F322", "F603", "F319", "F259")
_FURTHER = ("E119", "J449", "F102", "I10X")
"""Physical and other conditions beside the main one."""


def of_people(lives: Lives, person: Ints, provider: Ints) -> dict[str, pl.Series]:
    """Columns of the tables of people and of referrals, in step with their rows."""
    chance = lives.draws
    return {
        "MaritalStatus": ragged(
            chance, "marital", person, provider, ("S", "M", "D", "W", "9"), (5, 3, 1, 1, 1)
        ),
        "PrimReasonReferralMH": ragged(
            chance, "reason", person, provider, ("05", "10", "02", "18"), (4, 3, 2, 1)
        ),
    }


def of_spells(
    lives: Lives, person: Ints, provider: Ints, version_6: Flags, over: Flags
) -> dict[str, pl.Series]:
    """Columns of the tables of spells, ward stays and legal status, in step with their rows."""
    chance = lives.draws
    ends = ragged(chance, "status ended", person, provider, ("03", "05", "06"), (2, 5, 1))
    time = ragged(
        chance, "time of discharge", person, provider, ("10:30:00", "14:00:00", "16:45:00"),
        (2, 3, 1),
    )  # fmt: skip
    older = np.where(version_6, 0, 1)
    return {
        "LegalStatusClassPeriodEndReason": writing.only(ends, over),
        "DischTimeHospProvSpell": writing.only(time, over),
        "MethAdmMHHospProvSpell": ragged(
            chance, "admission", person, provider, ("2A", "11", "2D"), (5, 3, 2)
        ),
        # Classes of wards had two figures before version 6.
        "MHAdmittedPatientClass": writing.pick(("200", "10"), older),
    }


def escorted(lives: Lives, person: Ints, provider: Ints) -> pl.Series:
    """Whether staff went along on leave."""
    return ragged(lives.draws, "escorted", person, provider, ("Y", "N"), (2, 3))


def indicators(lives: Lives, spells: pl.DataFrame) -> pl.DataFrame:
    """Learning disability and autism, once for everybody who was admitted."""
    once = _once(spells)
    person, provider = once["person"].to_numpy(), once["provider"].to_numpy()
    table = once.with_columns(
        LDStatus=ragged(lives.draws, "disability", person, provider, _STATUSES, (70, 6, 4, 10, 10)),
        AutismStatus=ragged(lives.draws, "autism", person, provider, _STATUSES, (68, 6, 6, 10, 10)),
    ).filter(pl.col("LDStatus").is_not_null() | pl.col("AutismStatus").is_not_null())
    return table.select(
        "provider", "month", "LocalPatientID", "LDStatus", "AutismStatus", "UniqMonthID"
    )


def diagnoses(lives: Lives, spells: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The main diagnosis and a further one, once for everybody admitted of whom one was coded."""
    once = _once(spells)
    person, provider = once["person"].to_numpy(), once["provider"].to_numpy()
    tables = {}
    for table, column, codes in (
        ("MHS604", "PrimDiag", _DIAGNOSES),
        ("MHS605", "SecDiag", _FURTHER),
    ):
        coded = ragged(lives.draws, column, person, provider, codes, (1,) * len(codes))
        tables[table] = (
            once.with_columns(
                pl.format("R{}", "LocalPatientID").alias("ServiceRequestID"),
                pl.lit("02").alias("DiagSchemeInUse"),
                coded.alias(column),
            )
            .filter(pl.col(column).is_not_null())
            .select(
                "provider", "month", "ServiceRequestID", "DiagSchemeInUse", column, "UniqMonthID"
            )
        )  # fmt: skip
    return tables


def _once(spells: pl.DataFrame) -> pl.DataFrame:
    """One row for each person and provider, in the first month of the first spell."""
    wanted = ("person", "provider", "month", "LocalPatientID", "UniqMonthID")
    return (
        spells.select(wanted)
        .sort("provider", "person", "month")
        .unique(["provider", "person"], keep="first", maintain_order=True)
    )
