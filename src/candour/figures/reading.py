"""A published figure, read: whose, of what, when, and how much, or why there is no number."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from candour.dataset.types.typed_count import TypedCount, parse_count
from candour.figures.words import alike, body_level, continues, notes_of, without_notes, words_of

COLUMNS = (
    "provider",
    "ods_code",
    "period_start",
    "period_end",
    "measure_in_their_words",
    "population_or_definition",
    "value",
    "unit",
    "layout",
    "source",
)
"""Columns of the table. Needed are the body, the measure and the value; a column that is not there
is as one that is blank."""
NEEDED = ("provider", "measure_in_their_words", "value")

_PERCENT = re.compile(r"^(\d{1,3}(?:\.\d+)?)\s*(?:%|per ?cent)?$")


@dataclass(frozen=True)
class Remark:
    """What is to be known before figures are used: its kind, the rows, and a sentence."""

    kind: str
    rows: tuple[int, ...]
    message: str


@dataclass(frozen=True)
class Figure:
    """One row. ``said`` is its cell as it stands; ``number`` is None where the cell holds none.

    ``number`` is a whole number of deaths or people, or a percentage where ``percent`` is true.
    ``start`` and ``end`` are the first and last day, both included; a blank start is an open one.
    """

    row: int
    body: str
    code: str
    start: dt.date | None
    end: dt.date | None
    measure: str
    definition: str
    said: str
    unit: str
    source: str
    layout: str
    typed: TypedCount | None
    number: Decimal | None
    level: str = field(default="body")

    @property
    def whose(self) -> str:
        """The body's code where it has one, else its name."""
        return self.code or self.body.casefold()

    @property
    def percent(self) -> bool:
        """True of a share in hundredths: it cannot be added."""
        return self.unit in ("percent", "per cent", "%", "percentage")

    @property
    def hidden(self) -> bool:
        """True where the publisher hid a small figure."""
        return self.typed is not None and self.typed.kind == "suppressed"

    @property
    def counted(self) -> frozenset[str]:
        """The words of what is counted, without those about publication."""
        return words_of(without_notes(self.measure))

    @property
    def defined(self) -> frozenset[str]:
        """The words of the definition, without remarks about publication."""
        return words_of(without_notes(self.definition))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the row itself says about being unfinished."""
        return notes_of(f"{self.measure}; {self.definition}")

    @property
    def days(self) -> int | None:
        """Length of the period; None where an end is open."""
        if self.start is None or self.end is None:
            return None
        return (self.end - self.start).days + 1

    @property
    def period(self) -> str:
        """The period in words."""
        if self.start and self.end:
            return f"{self.start} to {self.end}"
        if self.end:
            return f"until {self.end}, from a day not stated"
        return f"from {self.start}" if self.start else "no period stated"

    def counts_as(self, other: Figure) -> bool:
        """Whether both say that they count the same, one of them perhaps in the other's last
        words."""
        return (
            alike(self.counted, other.counted)
            or continues(self.measure, self.counted, other.counted)
            or continues(other.measure, other.counted, self.counted)
        )

    def defined_as(self, other: Figure) -> bool:
        """Whether the definitions are the same; one that is not stated is not another."""
        return self.defined == other.defined or not self.defined or not other.defined

    def within(self, other: Figure) -> bool:
        """Whether the period is a part of the other's, and not all of it."""
        if None in (self.start, self.end, other.start, other.end):
            return False
        inside = other.start <= self.start and self.end <= other.end  # type: ignore[operator]
        return inside and self.when != other.when

    @property
    def when(self) -> tuple[dt.date | None, dt.date | None]:
        """Both ends."""
        return self.start, self.end

    def overlaps(self, other: Figure) -> bool:
        """Whether the two periods have a day in common; an open end reaches everywhere."""
        first, last = dt.date.min, dt.date.max
        return (self.start or first) <= (other.end or last) and (other.start or first) <= (
            self.end or last
        )


def read(rows: Iterable[tuple[int, Mapping[str, str | None]]]) -> tuple[list[Figure], list[Remark]]:
    """The rows as figures, and a remark of kind ``not-read`` for each that holds something else.

    :param rows: row number and cells by column. A row without any figure (blank) says nothing.
    """
    figures, remarks = [], []
    for row, cells in rows:
        text = {name: " ".join((cells.get(name) or "").split()) for name in COLUMNS}
        unread = [
            name for name in ("period_start", "period_end") if text[name] and not _day(text[name])
        ]
        figure = _figure(row, text)
        if figure is None:
            unread.append("value")
        elif text["value"] and not unread:
            figures.append(figure)
        if unread:
            remarks.append(
                Remark(
                    "not-read",
                    (row,),
                    f"Row {row} is left out: {' and '.join(unread)} cannot be read. A figure is a "
                    "number or a sign for none, a date is written YYYY-MM-DD.",
                )
            )
    return figures, remarks


def _figure(row: int, text: Mapping[str, str]) -> Figure | None:
    said, unit = text["value"], text["unit"].casefold()
    typed, readable = parse_count(said)
    number = Decimal(typed.value) if typed is not None and typed.value is not None else None
    percent = _PERCENT.match(said.casefold())
    if percent and (unit in ("percent", "per cent", "%", "percentage") or not readable):
        typed, number, readable, unit = None, Decimal(percent[1]), True, "percent"
    if not readable:
        return None
    return Figure(
        row=row,
        body=text["provider"],
        code=text["ods_code"].upper(),
        start=_day(text["period_start"]),
        end=_day(text["period_end"]),
        measure=text["measure_in_their_words"],
        definition=text["population_or_definition"],
        said=said,
        unit=unit,
        source=text["source"],
        layout=text["layout"],
        typed=typed,
        number=number,
        level=body_level(text["provider"]),
    )


def _day(text: str) -> dt.date | None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
