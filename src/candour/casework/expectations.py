"""The expectations, read from ``expectations.yaml``, and how each is counted.

A measure says what it looks at (each death, or each row of a kind, such as each question that a
family asked), which of these it is about, and what has to be recorded. What nobody wrote down is
counted apart: it is neither met nor missed. No measure has a target, and none ranks anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from statistics import median
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from candour import yaml_file

Record = Mapping[str, Sequence[str]]
"""What is recorded of one death or one row: values as canonical text, by path of the field."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Condition(_Part):
    """A field that has to hold ``yes``, or anything at all (``said``)."""

    field: str
    holds: Literal["yes", "said"]

    def answer(self, record: Record) -> bool | None:
        """True if it is met; False if the contrary is recorded; None if nothing is.

        For something that has to be said, a blank is no contrary: it is not said.
        """
        values = record.get(self.field, ())
        if not values:
            return None
        if self.holds == "said":
            return True
        if "yes" in values:
            return True
        return False if "no" in values else None


class Measure(_Part):
    """How an expectation is counted.

    ``each``: a death, or the entity whose rows are looked at one by one. ``among``: only those for
    which this holds. ``met``: any one of these is enough. ``from`` and ``to`` instead of ``met``:
    the days between two dates, and their median.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    plain: str
    each: str = "death"
    among: Condition | None = None
    met: tuple[Condition, ...] = ()
    start: str | None = Field(default=None, alias="from")
    end: str | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _counts_one_thing(self) -> Measure:
        days = self.start is not None and self.end is not None
        if bool(self.met) == days or (self.start is None) != (self.end is None):
            raise ValueError("a measure has either conditions or two dates")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that it looks at."""
        named = [c.field for c in self.met] + [f for f in (self.start, self.end) if f]
        return tuple(dict.fromkeys([*([self.among.field] if self.among else []), *named]))


class Expectation(_Part):
    """One thing that good learning from a death is expected to hold.

    ``towards`` says whom it is owed to; ``source`` whence it comes, and ``read`` what of it was
    read; ``shown_by`` the fields of the data set that show it.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str
    plain: str
    towards: Literal["the family", "staff", "the person", "everybody"]
    source: str
    read: Literal["source", "description", "general knowledge"]
    shown_by: tuple[str, ...] = Field(min_length=1)
    measure: Measure


@dataclass(frozen=True)
class Measured:
    """How far an expectation is recorded as met.

    ``among``: how many deaths or rows it is about; ``met``, ``not_met`` and ``not_said`` add up to
    it. For days ``median_days`` is the median of those ``met``, None where there is none;
    ``not_met`` then counts pairs of dates that run backwards.
    """

    among: int
    met: int
    not_met: int
    not_said: int
    median_days: float | None = None


@cache
def expectations() -> tuple[Expectation, ...]:
    """Every expectation, in the order in which a case goes."""
    sheet = yaml_file.read(files("candour.casework").joinpath("expectations.yaml"))
    return tuple(Expectation(**entry) for entry in sheet["expectations"])


def measured(measure: Measure, records: Iterable[Record]) -> Measured:
    """Count a measure over records of deaths, or of the rows that it looks at one by one."""
    about = [r for r in records if measure.among is None or measure.among.answer(r)]
    if measure.start and measure.end:
        return _days(measure.start, measure.end, about)
    tally = {True: 0, False: 0, None: 0}
    for record in about:
        answers = [condition.answer(record) for condition in measure.met]
        tally[True if True in answers else (False if False in answers else None)] += 1
    return Measured(len(about), tally[True], tally[False], tally[None])


def _days(start: str, end: str, about: Sequence[Record]) -> Measured:
    days: list[int] = []
    backwards = 0
    for record in about:
        first, last = _day(record, start), _day(record, end)
        if first is None or last is None:
            continue
        if last < first:
            backwards += 1
        else:
            days.append((last - first).days)
    return Measured(
        among=len(about),
        met=len(days),
        not_met=backwards,
        not_said=len(about) - len(days) - backwards,
        median_days=float(median(days)) if days else None,
    )


def _day(record: Record, field: str) -> date | None:
    """The earliest whole day that a field holds; a month or a year is no day."""
    found = [value for value in record.get(field, ()) if len(value) == len("2025-01-31")]
    return date.fromisoformat(min(found)) if found else None
