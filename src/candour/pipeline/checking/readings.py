"""What each text of a column says, and what is the matter with it.

The plainest writings of a value are known at sight; every other text is read by the parser of its
type, once, however often it stands in the file.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from candour.dataset.code_lists import codelist
from candour.dataset.loading import load
from candour.dataset.model import BIRTH_FIELDS, EARLIEST_PLAUSIBLE, Field
from candour.dataset.statements import pieces, settled_of, statement_for
from candour.pipeline.checking.columns import BLANKS
from candour.pipeline.checking.plan import Cell
from candour.tables.arrays import text_array

if TYPE_CHECKING:
    import numpy.typing as npt

    from candour.tables.bare import BareEngine

    Bools = npt.NDArray[np.bool_]


MIXED = "date-column-mixes-orders"
NEVER, EVER = -(2**30), 2**30
"""Days that stand for no first day and no last day: nothing lies before or after them."""

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR_FIRST = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:$|[ T])")
_EPOCH = dt.date(1970, 1, 1)
_ODS = re.compile(r"[A-Z0-9]{3}|[A-Z0-9]{5}")


@dataclass
class Reading:
    """Of each text of a column, by its place: the value, for dates the first and the last day that
    it may be (days since 1970), and for each finding whether the text has it. ``mixed`` is true
    where the column as a whole writes dates in two orders."""

    values: list[str | None]
    first: npt.NDArray[np.int64] | None = None
    last: npt.NDArray[np.int64] | None = None
    faults: dict[str, Bools] = field(default_factory=dict)
    mixed: bool = False


@dataclass(frozen=True)
class Orders:
    """What a column shows of the order of day and month: whether each of its texts begins with the
    year, else how many can only be day first, and how many only month first."""

    year_first: bool = True
    day: int = 0
    month: int = 0

    def and_of(self, other: Orders | None) -> Orders:
        """What the column shows with more of its texts."""
        if other is None:
            return self
        return Orders(
            self.year_first and other.year_first, self.day + other.day, self.month + other.month
        )

    @property
    def order(self) -> str:
        """The order that the column settles on."""
        return "dmy" if self.year_first else settled_of(self.day, self.month)

    @property
    def mixed(self) -> bool:
        """Whether the column writes days in both orders."""
        return self.day > 0 and self.month > 0


class Reader:
    """Reads texts by the parsers' own statements, where they are not plain at sight."""

    def __init__(self, nulls: Collection[str], engine: Callable[[], BareEngine]) -> None:
        self._nothing = {*nulls, ""}
        self._open = engine
        self._apart: dict[str, dict[str, Any]] = {}
        self._pieces: str | None = None
        self._read: dict[str, dict[str, dict[str, Any]]] = {}

    @property
    def engine(self) -> BareEngine:
        """The engine, which is asked for where there is a doubt."""
        return self._open()

    def sent(self, text: str) -> str | None:
        """What a cell says, or None where it says nothing."""
        said = text.strip(BLANKS)
        return None if said in self._nothing else said

    def plain(self, cell: Cell, texts: Sequence[str]) -> Reading:
        """Texts of anything but dates."""
        said = [self.sent(text) for text in texts]
        if cell.target.codes is not None:
            known = cell.target.codes
            wrong = np.array([s is not None and s not in known for s in said], np.bool_)
            values = [None if s is None else known.get(s) for s in said]
            return Reading(values, faults={"unmapped-code": wrong})
        at_sight = _known_at_sight(cell.about)
        doubted = {s for s in said if s is not None and not at_sight(s)}
        read, codes = self.exactly(cell.about, doubted)
        faults = {
            code: np.array([s in read and bool(read[s][f"f{n}"]) for s in said], np.bool_)
            for n, code in enumerate(codes)
        }
        return Reading([read[s]["value"] if s in read else s for s in said], faults=faults)

    def exactly(
        self, about: Field, texts: Iterable[str]
    ) -> tuple[dict[str, dict[str, Any]], tuple[str, ...]]:
        """Texts of one field by its parser: the rows of its statement by text, and its codes."""
        statement = statement_for(about)
        wanted = sorted(set(texts))
        if not wanted:
            return {}, statement.codes
        table = self.engine.table(pa.table({"text": text_array(wanted)}))
        rows = self.engine.arrow(self.engine.sql(statement.sql, texts=table)).to_pylist()
        return {row["text"]: row for row in rows}, statement.codes

    def dates(
        self,
        cells: Sequence[Cell],
        texts: Mapping[str, Sequence[str]],
        settled: Mapping[str, Orders],
    ) -> dict[str, Reading]:
        """The dated columns of a file, by column, read in the order on which each has settled.

        The same texts must have been given to ``orders`` before.
        """
        return {c.column: self._dates(c, texts[c.column], settled[c.column]) for c in cells}

    def orders(
        self, cells: Sequence[Cell], texts: Mapping[str, Sequence[str]], times: Mapping[str, Any]
    ) -> dict[str, Orders]:
        """What dated columns show of the order in which they write a day. Texts that are no plain
        day are taken apart on the way."""
        said = {c.column: [self.sent(text) for text in texts[c.column]] for c in cells}
        year_first: dict[str, bool] = {}
        doubted: set[str] = set()
        for cell in cells:
            held = [s for s in said[cell.column] if s is not None]
            first = year_first[cell.column] = all(_YEAR_FIRST.match(s) for s in held)
            plain = _plain_day(cell.about)
            doubted.update(s for s in held if not first or plain(s) is None)
        self._take_apart(doubted, wanted=not all(year_first.values()))
        return {
            name: Orders() if first else self._shown(said[name], times[name])
            for name, first in year_first.items()
        }

    def _shown(self, said: Sequence[str | None], times: npt.NDArray[Any]) -> Orders:
        day, month = (
            sum(
                int(n)
                for s, n in zip(said, times, strict=True)
                if s is not None and self._apart[s][way]
            )
            for way in ("only_day_first", "only_month_first")
        )
        return Orders(False, day, month)

    def _take_apart(self, texts: set[str], *, wanted: bool) -> None:
        """Take texts apart; where an order is ``wanted`` of them, also say which each allows."""
        if not texts:
            return
        table = self.engine.table(pa.table({"text": text_array(sorted(texts))}))
        self._pieces = self.engine.sql(pieces().sql, texts=table)
        if not wanted:
            return
        flags = self.engine.sql(
            "SELECT text, only_day_first, only_month_first FROM {pieces}", pieces=self._pieces
        )
        self._apart = {row["text"]: row for row in self.engine.arrow(flags).to_pylist()}

    def _dates(self, cell: Cell, texts: Sequence[str], shown: Orders) -> Reading:
        said = [self.sent(text) for text in texts]
        order, mixed = shown.order, shown.mixed
        declared = cell.target.dates.order
        if declared in ("dmy", "mdy"):
            order, mixed = declared, False
        plain = _plain_day(cell.about)
        days = [None if s is None else plain(s) for s in said]
        doubted = {s for s, day_ in zip(said, days, strict=True) if s is not None and day_ is None}
        first = np.array([NEVER if d is None else d for d in days], np.int64)
        last = np.array([EVER if d is None else d for d in days], np.int64)
        values = [None if d is None else "" for d in days]
        statement = statement_for(cell.about, order)
        faults = {code: np.zeros(len(said), np.bool_) for code in statement.codes}
        if doubted and self._pieces is not None:
            read = self._by_way(statement.sql)
            for n, s in enumerate(said):
                if s is None or s not in doubted:
                    continue
                row = read[s]
                if row["earliest"] is not None:
                    first[n] = (row["earliest"] - _EPOCH).days
                if row["latest"] is not None:
                    last[n] = (row["latest"] - _EPOCH).days
                values[n] = None if row["value"] is None else row["value"].isoformat()
                for m, code in enumerate(statement.codes):
                    faults[code][n] = bool(row[f"f{m}"])
        for n, value in enumerate(values):
            if value == "":
                values[n] = said[n]
        return Reading(values, first, last, faults, mixed)

    def _by_way(self, sql: str) -> dict[str, dict[str, Any]]:
        if self._pieces is not None and sql not in self._read:
            rows = self.engine.arrow(self.engine.sql(sql, texts=self._pieces)).to_pylist()
            self._read[sql] = {row["text"]: row for row in rows}
        return self._read.get(sql, {})


def _plain_day(about: Field) -> Callable[[str], int | None]:
    """Days since 1970 of a day written year first of which nothing can be said; else None."""
    return _plain_days(birth=about.path in BIRTH_FIELDS)


@cache
def _plain_days(*, birth: bool) -> Callable[[str], int | None]:
    limit = load().plausible_until

    @lru_cache(100_000)
    def plain(text: str) -> int | None:
        if not _ISO.fullmatch(text):
            return None
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            return None
        if not EARLIEST_PLAUSIBLE <= day <= limit or (birth and day.month == day.day == 1):
            return None
        return (day - _EPOCH).days

    return plain


def _known_at_sight(about: Field) -> Callable[[str], bool]:
    if about.codelist is not None:
        return {each.code for each in codelist(about.codelist).codes}.__contains__
    if about.type == "ods_code":
        return lambda text: _ODS.fullmatch(text) is not None
    return lambda text: False
