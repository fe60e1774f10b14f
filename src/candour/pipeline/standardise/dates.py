"""Dates of all files, read once for each different text.

A date column holds few different texts, and reading one costs a dozen pattern matches. So the texts
of every file are put together, by how their column writes dates; each is read once, and files look
their dates up. On a return of two million rows this reads some thousands of texts, not millions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import ibis

from candour.dataset.model import BIRTH_FIELDS
from candour.dataset.types import parse_date_column, stage, staged, take_apart_parts
from candour.dataset.types.dates import CIVIL_ZONE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.dataset.model import Field
    from candour.dataset.types import Parsed, Pieces
    from candour.sources.mapping import Target
    from candour.tables import Engine

PARTS = "-"
"""Between year, month and day where they stood in three columns."""
FAULT = "fault__"
UNSETTLED = "unsettled"
DATE = "date"
RECEIVED_ON = "came__received_on"


@dataclass(frozen=True)
class Way:
    """How a column writes its dates, and what is asked of them: columns of one way are read
    together."""

    how: str
    order: str | None
    format: str | None
    zone: str
    birth: bool
    may_be_future: bool

    @classmethod
    def of(cls, about: Field, target: Target, settled: str | None) -> Way:
        """The way of one target; ``settled`` is the order that its column shows."""
        parts = target.how == "year-month-day"
        style = target.dates
        # A column that was asked and shows no order is unsettled; it is not asked a second time.
        declared = style.order if style.order in ("dmy", "mdy") else (settled or UNSETTLED)
        return cls(
            how="parts" if parts else "text",
            order=None if parts or style.format else declared,
            format=None if parts else style.format,
            zone=style.zone or CIVIL_ZONE,
            birth=about.path in BIRTH_FIELDS,
            may_be_future=about.may_be_future,
        )


@dataclass
class Dates:
    """Collects texts by way, then reads them."""

    engine: Engine
    asked: dict[Way, list[ir.Table]] = field(default_factory=dict)
    read: dict[Way, tuple[ir.Table, tuple[str, ...]]] = field(default_factory=dict)

    def ask(self, way: Way, texts: ir.Table, column: str) -> None:
        """Add the different texts of a column, with the day by which each one's file was here."""
        asked = texts.select(received_on=texts[RECEIVED_ON], text=texts[column])
        self.asked.setdefault(way, []).append(asked.filter(asked.text.notnull()).distinct())

    def read_all(self) -> None:
        """Read every text that was asked for, once for each way."""
        for way, pieces in self.asked.items():
            texts = self.engine.keep(
                ibis.union(*pieces, distinct=True) if len(pieces) > 1 else pieces[0]
            )
            if not way.format:
                # Taken apart once and kept, a text is matched against each pattern once, too.
                texts = self.engine.keep(stage(texts, {DATE: _whole(way, texts)}))
            parsed = _parsed(way, texts)
            codes = tuple(parsed.faults)
            self.read[way] = (
                self.engine.keep(
                    texts.select(
                        "text",
                        "received_on",
                        value=parsed.value,
                        earliest=parsed.earliest,
                        latest=parsed.latest,
                        **{f"{FAULT}{n}": parsed.faults[code] for n, code in enumerate(codes)},
                    )
                ),
                codes,
            )


def _whole(way: Way, texts: ir.Table) -> ir.StringValue | Pieces:
    if way.how != "parts":
        return texts.text
    year, month, day = (texts.text.split(PARTS)[n] for n in range(3))
    return take_apart_parts(year, month, day)


def _parsed(way: Way, texts: ir.Table) -> Parsed:
    return parse_date_column(
        texts.text if way.format else staged(texts, DATE),
        order="dmy" if way.how == "parts" else way.order,
        format=way.format,
        zone=way.zone,
        received_on=texts.received_on,
        birth=way.birth,
        may_be_future=way.may_be_future,
    )


@dataclass(frozen=True)
class Wanted:
    """One date field of one file: the column of its text, and how it is read."""

    name: str
    """Name in the wide table, such as ``death__death_date``."""
    text: str
    way: Way


def looked_up(
    engine: Engine,
    texts: ir.Table,
    dates: Dates,
    wanted: Sequence[Wanted],
) -> tuple[ir.Table, list[tuple[str, str, str]]]:
    """Add each wanted date to rows.

    :returns: the rows with ``NAME``, ``NAME__from``, ``NAME__to`` and a boolean for each fault that
        occurs in any text of its way; and these as (column, name, code).
    """
    if not wanted:
        return texts, []
    columns, joins, faults = ["x.*"], [], []
    tables: dict[str, ir.Table] = {"x": texts}
    for number, each in enumerate(wanted):
        lookup, codes = dates.read[each.way]
        alias = f"d{number}"
        tables[alias] = lookup
        columns += [
            f'{alias}."value" AS "{each.name}"',
            f'{alias}.earliest AS "{each.name}__from"',
            f'{alias}.latest AS "{each.name}__to"',
        ]
        for n, code in enumerate(codes):
            name = f"{FAULT}{alias}_{n}"
            columns.append(f'{alias}."{FAULT}{n}" AS "{name}"')
            faults.append((name, each.text, code))
        joins.append(
            f'LEFT JOIN {{{alias}}} {alias} ON {alias}.text = x."{each.text}" '
            f"AND {alias}.received_on IS NOT DISTINCT FROM x.{RECEIVED_ON}"
        )
    query = f"SELECT {', '.join(columns)} FROM {{x}} x {' '.join(joins)}"
    return engine.sql(query, **tables), faults
