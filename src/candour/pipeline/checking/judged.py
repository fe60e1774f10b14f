"""What is the matter with the rows of one file: cells, rules between fields, rows left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from candour.dataset.loading import field
from candour.dataset.model import DATE_TYPES
from candour.dataset.rules import Rule, Together, rules
from candour.pipeline.checking.columns import BLANKS, Columns
from candour.pipeline.checking.found import Found
from candour.pipeline.checking.numbers import Rounded
from candour.pipeline.checking.plan import Cell, Plan
from candour.pipeline.checking.readings import EVER, NEVER, Orders, Reader, Reading

if TYPE_CHECKING:
    import numpy.typing as npt

    from candour.tables.bare import BareEngine

    Mask = npt.NDArray[np.bool_]


ROUNDED = "column-rounded-by-a-spreadsheet"
_STEP = 1 << 18
"""Rows looked at together where each has several days to compare."""


class Judged:
    """Rows of a file, judged. ``found`` are the findings, ``mixed`` the columns that write dates in
    two orders, ``rejected`` the rows that are left out.

    ``settled`` is what the whole file shows of the order of its days, where ``columns`` are not all
    of its rows.
    """

    def __init__(
        self, columns: Columns, reader: Reader, settled: Mapping[str, Orders] | None = None
    ) -> None:
        self.columns = columns
        self.plan: Plan = columns.plan
        self.reader = reader
        self.found = Found()
        self.readings: dict[str, Reading] = {}
        self.mixed: list[str] = []
        self.settled = self._cells(settled)
        self._rules()
        self.rejected = self._left_out()

    def _cells(self, settled: Mapping[str, Orders] | None) -> Mapping[str, Orders]:
        """Judge each cell; gives what dated columns show of the order of their days."""
        coded = self.columns.coded
        dated = [cell for cell in self.plan.cells if cell.dated]
        texts, times = texts_of(self.columns)
        shown = self.reader.orders(dated, texts, times)
        settled = shown if settled is None else settled
        days = self.reader.dates(dated, texts, settled)
        for cell in self.plan.cells:
            if cell.many:
                self._one_by_one(cell)
            elif cell.column in coded:
                held = coded[cell.column]
                reading = days[cell.column] if cell.dated else self.reader.plain(cell, held.texts)
                self.readings[cell.target.path] = reading
                if reading.mixed:
                    self.mixed.append(cell.column)
                self._faults(cell.column, reading.faults, held.codes())
        return settled

    def _faults(self, column: str, faults: Mapping[str, Mask], codes: npt.NDArray[Any]) -> None:
        for code, wrong in faults.items():
            if wrong.any():
                self.found.add(code, column, np.flatnonzero(wrong[codes]))

    def _one_by_one(self, cell: Cell) -> None:
        seen = (
            self.columns.numbers[cell.column]
            if cell.about.type == "nhs_number"
            else self.columns.ids[cell.column]
        )
        said = [(row, self.reader.sent(text)) for row, text in seen.doubted]
        read, codes = self.reader.exactly(cell.about, (s for _, s in said if s is not None))
        at: dict[str, list[int]] = {code: [] for code in codes}
        for row, text in said:
            if text is None:
                continue
            for n, code in enumerate(codes):
                if read[text][f"f{n}"]:
                    at[code].append(row)
        for code, rows in at.items():
            self.found.add(code, cell.column, np.array(rows, np.int64))

    def _rules(self) -> None:
        asked = [
            (rule, as_held)
            for rule in rules()
            if rule.entity in self.plan.role.rows_are and (as_held := self._held(rule)) is not None
        ]
        for start in range(0, self.columns.count, _STEP):
            rows = slice(start, min(start + _STEP, self.columns.count))
            ends: dict[tuple[str, str], npt.NDArray[Any]] = {}
            for rule, held in asked:
                broken = self._broken(rule, held, rows, ends)
                self.found.add(rule.code, None, np.flatnonzero(broken) + start)

    def _held(self, rule: Rule) -> tuple[Together, ...] | None:
        """What of a rule the file's columns can speak to; None where it is too little."""

        def known(path: str) -> bool:
            return path in self.readings or path in self._implied

        if rule.order is not None:
            return () if all(path in self.readings for path in rule.order) else None
        together = tuple(each for each in rule.together if all(known(path) for path in each))
        return together or None

    @property
    def _implied(self) -> dict[str, str]:
        implied = self.plan.mapping.implied(self.plan.role_name)
        return {p: v for p, v in implied.items() if p.split(".")[0] in self.plan.role.rows_are}

    def _broken(
        self,
        rule: Rule,
        held: tuple[Together, ...],
        rows: slice,
        ends: dict[tuple[str, str], npt.NDArray[Any]],
    ) -> Mask:
        if rule.order is not None:
            first, second = rule.order
            broken: Mask = self._end(first, "first", rows, ends) > self._end(
                second, "last", rows, ends
            )
            return broken
        broken = np.zeros(rows.stop - rows.start, np.bool_)
        for together in held:
            every = np.ones(rows.stop - rows.start, np.bool_)
            for path, values in together.items():
                every &= self._is(path, values, rows)
            broken |= every
        return broken

    def _end(
        self, path: str, end: str, rows: slice, ends: dict[tuple[str, str], npt.NDArray[Any]]
    ) -> npt.NDArray[Any]:
        known = ends.get((path, end))
        if known is None:
            reading = self.readings[path]
            days = reading.first if end == "first" else reading.last
            if days is None:
                days = np.full(len(reading.values), NEVER if end == "first" else EVER)
            codes = self.columns.coded[self._column(path)].codes()[rows]
            known = ends[path, end] = days.astype(np.int32)[codes]
        return known

    def _is(self, path: str, values: tuple[str, ...] | None, rows: slice) -> Mask:
        reading = self.readings.get(path)
        implied = self._implied.get(path)
        count = rows.stop - rows.start
        if reading is None:
            return np.full(count, values is None or implied in values, np.bool_)
        if field(path).type in DATE_TYPES and reading.first is not None:
            met = reading.first != NEVER
        else:
            said = [implied if value is None else value for value in reading.values]
            met = np.array(
                [s is not None and (values is None or s in values) for s in said], np.bool_
            )
        here: Mask = met[self.columns.coded[self._column(path)].codes()[rows]]
        return here

    def _column(self, path: str) -> str:
        return next(cell.column for cell in self.plan.cells if cell.target.path == path)

    def _left_out(self) -> Mask:
        out = np.zeros(self.columns.count, np.bool_)
        for code, mask in self._reasons():
            new = mask & ~out
            column = self.plan.keys.missing if code == "row-without-its-key" else None
            self.found.add(code, column, np.flatnonzero(new))
            out |= mask
        return out

    def _reasons(self) -> Iterator[tuple[str, Mask]]:
        for where in self.plan.role.where:
            coded = self.columns.coded.get(where.column)
            if coded is None:
                continue
            said = [text.strip(BLANKS) for text in coded.texts]
            for values, inside in ((where.within, False), (where.not_in, True)):
                if values is not None:
                    met = np.array([(text in values) is inside for text in said], np.bool_)
                    yield where.finding, met[coded.codes()]
        for column in self.plan.keys.required:
            yield "row-without-its-key", self.columns.blank(column)


def texts_of(columns: Columns) -> tuple[dict[str, list[str]], dict[str, npt.NDArray[Any]]]:
    """The different texts of each dated column, and how often each stands."""
    dated = [cell.column for cell in columns.plan.cells if cell.dated]
    texts = {name: columns.coded[name].texts for name in dated}
    times = {
        name: np.bincount(columns.coded[name].codes(), minlength=len(held))
        for name, held in texts.items()
    }
    return texts, times


@dataclass(frozen=True)
class Passed:
    """What one pass over the rows of a file shows of it as a whole.

    ``only`` holds the rows where they are all in one part; else ``settled`` says of each dated
    column what it shows. ``may_be_rounded``: a spreadsheet may have rounded a column of numbers.
    """

    only: Columns | None
    settled: dict[str, Orders] | None
    may_be_rounded: bool


def passed_over(plan: Plan, parts: Iterable[Columns], engine: Callable[[], BareEngine]) -> Passed:
    """Pass over the rows of a file, of which no more than a part is held at once."""
    only: Columns | None = None
    settled: dict[str, Orders] = {}
    rounded: dict[str, Rounded] = {}
    dated = [cell for cell in plan.cells if cell.dated]
    for columns in parts:
        reader = Reader(plan.role.nulls, engine)
        for name, seen in columns.numbers.items():
            rounded[name] = seen.rounded_so_far(reader.sent).and_of(rounded.get(name))
        if columns.is_whole:
            only = columns
            continue
        for name, shown in reader.orders(dated, *texts_of(columns)).items():
            settled[name] = shown.and_of(settled.get(name))
        engine().forget()
    rounded_any = any(each.may_be for each in rounded.values())
    return Passed(only, None if only is not None else settled, rounded_any)
