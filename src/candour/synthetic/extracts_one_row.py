"""Incidents with a row for each person whom they touched (Ulysses-like), as a workbook."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from candour.synthetic import writing
from candour.synthetic.draws import Ints
from candour.synthetic.extracts_incidents import is_kind, reports
from candour.synthetic.identity import identities
from candour.synthetic.lives import Lives
from candour.synthetic.stories import CUT_OFFS, place_of

COLUMNS = (
    "Incident Number", "Incident Date", "Time", "Date Reported", "Directorate", "Department",
    "Cause Group", "Cause 1", "Person Type", "NHS No", "DOB", "Actual Impact", "Potential Impact",
    "SI Y/N", "Outcome", "Date Closed",
)  # fmt: skip
SHEET = "Incidents"
ABOVE = (("Invented data: incidents, one row a person",), ("Event", None, None, None, "Where"))
"""What stands above the head: a title, and a row of merged headings over some columns."""
_CAUSE_GROUPS = ("DEATH - EXPECTED", "DEATH - UNEXPECTED", "SAFETY")
ROUNDED, EXPECTED = "one-row-number-rounded", "one-row-death-expected"


def one_row_a_person(lives: Lives) -> pl.DataFrame:
    """Every row by the last cut-off, by provider, incident and person, ``provider`` and ``person``
    beside the columns that are sent (``person`` -1: a member of staff)."""
    found = reports(lives)
    cut = np.datetime64(str(CUT_OFFS[-1]), "D")
    mine = np.isin(found.provider, lives.nation.one_row_a_person) & (found.reported <= cut)
    person, at = found.person[mine], np.flatnonzero(mine)
    died = is_kind(found, "death")[mine]
    expected = lives.story[person] == place_of(EXPECTED)
    cause = np.where(died, np.where(expected, 0, 1), 2)
    minute = lives.draws.between("incident minute", 8 * 60, 20 * 60)[person]
    clock = writing.moment(found.happened[at], minute, np.full(len(at), "local"))
    who = identities(lives, "one row a person", person)
    rows = pl.DataFrame(
        {
            "provider": found.provider[at],
            "person": person,
            "Incident Number": pl.select(pl.format("U{}", pl.Series(found.record[at])))[:, 0],
            "Incident Date": writing.day(found.happened[at], "%d-%b-%y"),
            "Time": clock.str.slice(11, 5),
            "Date Reported": writing.day(found.reported[at], "%d-%b-%y"),
            "Directorate": pl.Series(["Adult"] * len(at), dtype=pl.String),
            "Department": pl.Series(["Adult inpatient"] * len(at), dtype=pl.String),
            "Cause Group": writing.pick(_CAUSE_GROUPS, cause),
            "Cause 1": pl.Series([None] * len(at), dtype=pl.String),
            "Person Type": pl.Series(["Patient"] * len(at), dtype=pl.String),
            "NHS No": _numbers(lives, person, who["nhs_number"]),
            "DOB": who["birth_date"],
            "Actual Impact": writing.pick(
                ("1 - No Harm", "5 - Death"), died.astype(np.int64)
            ),
            "Potential Impact": pl.Series(["5 - Death"] * len(at), dtype=pl.String),
            "SI Y/N": writing.pick(("N", "Y"), died.astype(np.int64)),
            "Outcome": pl.Series(["Reviewed"] * len(at), dtype=pl.String),
            "Date Closed": writing.day(found.reported[at] + 60, "%d-%b-%y"),
        }
    )  # fmt: skip
    staff = rows.filter(pl.Series(died)).with_columns(
        pl.lit("Staff").alias("Person Type"), pl.lit("1 - No Harm").alias("Actual Impact"),
        pl.lit("SAFETY").alias("Cause Group"), pl.lit(-1, pl.Int64).alias("person"),
        *(pl.lit(None, pl.String).alias(name) for name in ("NHS No", "DOB")),
    )  # fmt: skip
    return pl.concat([rows, staff]).sort(
        "provider", "Incident Number", "Person Type", maintain_order=True
    )


def _numbers(lives: Lives, person: Ints, own: pl.Series) -> pl.Series:
    """Numbers as a spreadsheet holds them; some as it shows them in too narrow a column."""
    rounded = pl.select(
        pl.format("{}.{}E+09", own.str.slice(0, 1), own.str.slice(1, 5))
    )[:, 0]  # fmt: skip
    way = np.where(lives.story[person] == place_of(ROUNDED), "rounded", "own")
    return writing.choose(way, {"own": own, "rounded": rounded})


def write(rows: pl.DataFrame, path: Path) -> None:
    """Write one provider's rows: numbers as numbers, births as dates, the rest as text."""
    writing.write_workbook(
        path, {SHEET: [*ABOVE, COLUMNS, *rows.select(COLUMNS).rows()]},
        numbers={"NHS No"}, dates={"DOB"}, head=COLUMNS,
    )  # fmt: skip
