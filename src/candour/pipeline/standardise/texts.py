"""Texts of all files, read once each, however often they stand.

A column of dates or codes holds few different texts, and reading one costs a dozen pattern matches.
So the texts of every file are put together, by how their column is read; each is read once, by what
its parser was written down as (``dataset.statements``), and files look their values up. On a return
of two million rows this reads some thousands of texts, not millions, and on a small one nothing has
to be prepared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from candour.dataset import load, statements
from candour.dataset.model import BIRTH_FIELDS, DATE_TYPES
from candour.dataset.types import parse_date_column, stage, staged, take_apart_parts
from candour.dataset.types.dates import CIVIL_ZONE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.dataset.model import Field
    from candour.dataset.types import Pieces
    from candour.sources.mapping import Target
    from candour.tables import Engine

PARTS = "-"
"""Between year, month and day where they stood in three columns."""
FAULT = "fault__"
VALUE = "value__"
UNSETTLED = "unsettled"
DATE = "date"
FUTURE = "date-far-in-the-future"
RECEIVED_ON = "came__received_on"
AS_THEY_COME = ("text", "local_id")
"""Types of which nearly every text differs and that cost little: these are read row by row."""


@dataclass(frozen=True)
class Read:
    """Different texts, read: ``text``, ``value``, for dates ``earliest`` and ``latest``, and
    ``f0``, ``f1``, … for the findings ``codes``."""

    table: ir.Table
    codes: tuple[str, ...]


@dataclass(frozen=True)
class DateWay:
    """How a column writes its dates, and what is asked of them."""

    how: str
    order: str | None
    format: str | None
    zone: str
    birth: bool
    may_be_future: bool

    @classmethod
    def of(cls, about: Field, target: Target, settled: str | None) -> DateWay:
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

    def read(self, engine: Engine, texts: ir.Table) -> Read:
        """Read a table of different texts."""
        if self.format is not None or self.zone != CIVIL_ZONE:
            return self._in_its_own_way(engine, texts)
        apart = statements.parts() if self.how == "parts" else statements.pieces()
        statement = statements.of_dates(
            self.order or "dmy", birth=self.birth, may_be_future=self.may_be_future
        )
        pieces = engine.sql(apart.sql, texts=texts)
        return Read(engine.sql(statement.sql, texts=pieces), statement.codes)

    def _in_its_own_way(self, engine: Engine, texts: ir.Table) -> Read:
        if not self.format:
            # Taken apart once and kept, a text is matched against each pattern once, too.
            texts = engine.keep(stage(texts, {DATE: self._whole(texts)}))
        parsed = parse_date_column(
            texts.text if self.format else staged(texts, DATE),
            order="dmy" if self.how == "parts" else self.order,
            format=self.format,
            zone=self.zone,
            birth=self.birth,
            may_be_future=self.may_be_future,
        )
        codes = tuple(parsed.faults)
        table = texts.select(
            "text",
            value=parsed.value,
            earliest=parsed.earliest,
            latest=parsed.latest,
            **{f"f{n}": parsed.faults[code] for n, code in enumerate(codes)},
        )
        return Read(engine.keep(table), codes)

    def _whole(self, texts: ir.Table) -> ir.StringValue | Pieces:
        if self.how != "parts":
            return texts.text
        year, month, day = (texts.text.split(PARTS)[n] for n in range(3))
        return take_apart_parts(year, month, day)


@dataclass(frozen=True)
class PlainWay:
    """How a column of anything else is read: by the type of its field and its code list."""

    key: str

    def read(self, engine: Engine, texts: ir.Table) -> Read:
        """Read a table of different texts."""
        statement = statements.of_key(self.key)
        return Read(engine.sql(statement.sql, texts=texts), statement.codes)


@dataclass(frozen=True)
class CodesWay:
    """A column whose layout says which code each of its words means."""

    codes: tuple[tuple[str, str | None], ...]

    def read(self, engine: Engine, texts: ir.Table) -> Read:
        """Read a table of different texts."""
        said, meant = [list(each) for each in zip(*self.codes, strict=True)] or ([], [])
        known = engine.table(
            pa.table({"said": pa.array(said, pa.string()), "meant": pa.array(meant, pa.string())})
        )
        query = (
            "SELECT text, meant AS value, said IS NULL AS f0 "
            "FROM {texts} LEFT JOIN {known} ON said = text"
        )
        return Read(engine.sql(query, texts=texts, known=known), ("unmapped-code",))


@dataclass(frozen=True)
class KeyWay:
    """A column that begins a key, of which only is asked which ids are NHS numbers.

    Of the ids of a long list nearly none is one. Those that are none are let go, so that rows need
    not be held against as many texts as there are rows.
    """

    def read(self, engine: Engine, texts: ir.Table) -> Read:
        """Read a table of different texts."""
        read = PlainWay("type/nhs_number").read(engine, texts).table
        query = "SELECT text, value FROM {read} WHERE value IS NOT NULL"
        return Read(engine.sql(query, read=read), ())


Way = DateWay | PlainWay | CodesWay | KeyWay


def way_of(about: Field, target: Target, survey: Mapping[str, object]) -> Way | None:
    """How the column of a target is read; None where it is read row by row.

    ``survey`` is what its column shows as a whole.
    """
    if about.type in DATE_TYPES:
        order = survey.get("order")
        return DateWay.of(about, target, order if isinstance(order, str) else None)
    if target.codes is not None:
        return CodesWay(tuple(target.codes.items()))
    if about.type in AS_THEY_COME:
        return None
    rounded = bool(survey.get("column-rounded-by-a-spreadsheet"))
    return PlainWay(statements.key_of(about, rounded=rounded))


@dataclass
class Texts:
    """Collects texts by way, then reads them."""

    engine: Engine
    asked: dict[Way, list[tuple[ir.Table, str]]] = field(default_factory=dict)
    read: dict[Way, Read] = field(default_factory=dict)

    def ask(self, way: Way, table: ir.Table, column: str) -> None:
        """Add the different texts of a column."""
        self.asked.setdefault(way, []).append((table, column))

    def read_all(self) -> None:
        """Read every text that was asked for, once for each way."""
        for way, pieces in self.asked.items():
            parts = [
                f'SELECT "{column}" AS text FROM {{p{n}}}' for n, (_, column) in enumerate(pieces)
            ]
            query = " UNION ALL ".join(parts)
            texts = self.engine.sql(
                f"SELECT DISTINCT text FROM ({query}) WHERE text IS NOT NULL",
                **{f"p{n}": table for n, (table, _) in enumerate(pieces)},
            )
            self.read[way] = way.read(self.engine, texts)


@dataclass(frozen=True)
class Wanted:
    """One field of one file: the column of its text, and how it is read.

    ``name`` is that of a date in the wide table (``death__death_date``), and ``value__N`` for
    target N where it is none.
    """

    name: str
    text: str
    way: Way


def looked_up(
    engine: Engine, table: ir.Table, texts: Texts, wanted: Sequence[Wanted]
) -> tuple[ir.Table, list[tuple[str, str, str]]]:
    """Add what each text says to rows.

    :returns: the rows with the value of each field under its name (of dates also ``NAME__from`` and
        ``NAME__to``) and a boolean for each fault; and these as (column, name, code).
    """
    if not wanted:
        return table, []
    columns, joins, faults = ["x.*"], [], []
    tables: dict[str, ir.Table] = {"x": table}
    plausible = load().plausible_until.isoformat()
    for number, each in enumerate(wanted):
        read = texts.read[each.way]
        alias = f"d{number}"
        tables[alias] = read.table
        columns.append(f'{alias}."value" AS "{each.name}"')
        dated = isinstance(each.way, DateWay)
        if dated:
            columns += [
                f'{alias}.earliest AS "{each.name}__from"',
                f'{alias}.latest AS "{each.name}__to"',
            ]
        for n, code in enumerate(read.codes):
            name = f"{FAULT}{alias}_{n}"
            mark = f"{alias}.f{n}"
            if code == FUTURE and isinstance(each.way, DateWay) and not each.way.may_be_future:
                # A day later than the file came is in the future, whoever else wrote it when.
                limit = f"coalesce(x.{RECEIVED_ON}, DATE '{plausible}')"
                mark = f"coalesce({alias}.earliest > {limit}, false)"
            columns.append(f'{mark} AS "{name}"')
            faults.append((name, each.text, code))
        joins.append(f'LEFT JOIN {{{alias}}} {alias} ON {alias}.text = x."{each.text}"')
    query = f"SELECT {', '.join(columns)} FROM {{x}} x {' '.join(joins)}"
    return engine.sql(query, **tables), faults
