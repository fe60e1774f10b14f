"""A mapping: what the columns of one layout mean in the data set.

The shape is the one of ``docs/developers/contracts.md``. A mapping is checked when it is loaded,
against the data set and against itself; one that is incomplete or wrong never reaches a run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from candour.errors import UserError
from candour.sources import plain_yaml
from candour.sources.checks import DataSetLike, faults_of
from candour.sources.parts import Check, CodeSystem, LookUp, Returns, Text
from candour.sources.words import words_of

CodeMap = dict[str, str | None]


class _Part(BaseModel):
    """Common habits: an unknown key is a fault (a misspelt one would be lost), nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Header(_Part):
    """How a file of this role is recognised: all of these columns are there (others may be).

    ``rows`` is how many rows the head of a sheet takes. Where it takes more than one, a column's
    name is what stands over it, from the top, with ``join`` between; a band over several columns
    is said for each of them.
    """

    find: Annotated[list[Text], Field(min_length=1)]
    rows: Annotated[int, Field(ge=1, le=5)] = 1
    join: str = " "


class DateStyle(_Part):
    """How dates are written: an order, or an exact format. ``zone`` places texts with an offset."""

    order: Literal["iso", "dmy", "mdy"] | None = None
    format: Text | None = None
    zone: Text | None = None


class Dates(DateStyle):
    """The style of a role's dates, and columns that differ from it."""

    columns: dict[str, DateStyle] = {}


class Where(_Part):
    """Rows to keep. A row that does not meet this is left out with ``finding``, never in quiet.

    ``within`` is written ``in`` in the file. An empty value counts as a value: list "" to keep it.
    """

    column: Text
    within: list[str] | None = Field(default=None, alias="in")
    not_in: list[str] | None = None
    finding: Text = "left-out-by-its-sender"


class OnlyWhere(_Part):
    """A row speaks of an entity only where this column holds one of these values.

    A role may list several for one entity: one that holds is enough. ``begins`` gives beginnings
    instead of whole values, in any capitals, for columns that people type into. ``between`` is what
    stands between several values in one cell.
    """

    column: Text
    within: list[str] = Field(default=[], alias="in")
    begins: list[Text] = []
    between: Text | None = None


class YearMonthDay(_Part):
    """A date written in three columns; month or day 00 or blank makes it a partial date."""

    year: Text
    month: Text
    day: Text


class DateAndTime(_Part):
    """A date and a time of day written in two columns (time as HH:MM or HHMM)."""

    date: Text
    time: Text


class FirstOf(_Part):
    """Columns that may hold the same fact: the first that is not blank is taken."""

    first_of: Annotated[list[Text], Field(min_length=2)]


PartsOf = YearMonthDay | DateAndTime | FirstOf


@dataclass(frozen=True)
class Target:
    """One field of the data set and where a role finds it.

    ``how`` is ``column`` (one column), ``year-month-day``, ``date-and-time`` or ``first-of``; the
    columns stand in that order. ``codes`` maps values as sent to codes of the field's list (None:
    known, no national code); ``codes is None`` means that values are taken as they are.
    """

    path: str
    how: Literal["column", "year-month-day", "date-and-time", "first-of"]
    columns: tuple[str, ...]
    codes: CodeMap | None
    dates: DateStyle

    @property
    def entity(self) -> str:
        return self.path.split(".", 1)[0]

    @property
    def field(self) -> str:
        return self.path.split(".", 1)[1]


class FileRole(_Part):
    """One kind of file of a layout: how to know it, what its rows are, what its columns mean.

    ``file_name`` and ``sheet`` are patterns (``Deaths*``, in any capitals) that decide only where
    two roles share columns. ``stop_at`` is a pattern for the first filled cell of the row of a
    sheet with which the table ends. ``month`` is the column with the submitted month's number,
    ``month_begins`` one with its first day, which is asked where the number is blank. The rows of a
    role that is ``about_files`` say what was sent beside them and make no record. In one with
    ``words`` a code may be written as its list's word for it. One that is ``by_hand`` is filled in
    for single cases: an empty sheet of it is no list, and not standing on it says nothing.
    """

    kind: Text
    file_name: Text | None = None
    sheet: Text | None = None
    header: Header
    stop_at: Text | None = None
    rows_are: list[Text] = []
    key: dict[str, Annotated[list[Text], Field(min_length=1)]] = {}
    columns: dict[str, Text | list[Text]] = {}
    parts: dict[str, PartsOf] = {}
    not_carried: list[Text] = []
    known_on: Text | None = None
    codes: dict[str, CodeMap | dict[str, CodeMap]] = {}
    dates: Dates = Dates()
    nulls: list[str] = [""]
    where: list[Where] = []
    only_where: dict[str, Annotated[list[OnlyWhere], Field(min_length=1)]] = {}
    implies: dict[str, Text] = {}
    cannot_say: list[Text] = []
    month: Text | None = None
    month_begins: Text | None = None
    about_files: bool = False
    words: bool = False
    by_hand: bool = False
    checks: list[Check] = []
    found_by: dict[str, LookUp] = {}
    returns: Returns | None = None

    def known_columns(self) -> list[str]:
        """Every column that this role knows by name, in the order of the file: read or not."""
        listed = [*self.header.find, *self.columns, *self.not_carried]
        listed += [self.month] if self.month else []
        listed += [look_up.by for look_up in self.found_by.values() if look_up.by]
        if self.returns is not None:
            named = [self.returns.period, self.returns.provider, *self.returns.measures]
            listed += [column for column in named if column]
        for parts in self.parts.values():
            listed.extend(_columns_of(parts))
        return list(dict.fromkeys(listed))

    @property
    def about_nobody(self) -> bool:
        """Whether the rows tell of no person and no event: figures about many, or of files."""
        return self.about_files or self.returns is not None

    @property
    def lists_stays(self) -> bool:
        """Whether it lists everybody's stays: finding none then says that there was none."""
        return "stay" in self.rows_are and not self.by_hand

    def paths_of(self, column: str) -> list[str]:
        """The field paths that a column feeds; more than one where a fact has two homes."""
        sent = self.columns.get(column, [])
        return [sent] if isinstance(sent, str) else list(sent)

    def codes_for(self, column: str, path: str) -> CodeMap | None:
        """Values as sent to codes for one field; None: the column's values are taken as they are.

        Where a column feeds several fields, ``codes`` may be written per field path.
        """
        found = self.codes.get(column)
        if found is None:
            return words_of(path) if self.words else None
        if _is_by_path(found):
            inner = found.get(path)
            return inner if isinstance(inner, dict) else None
        return {value: code for value, code in found.items() if not isinstance(code, dict)}

    def date_style(self, column: str) -> DateStyle:
        """How dates of one column are written: its own style, filled up from the role's."""
        own = self.dates.columns.get(column, DateStyle())
        stated = own.order is not None or own.format is not None
        return DateStyle(
            order=own.order if stated else self.dates.order,
            format=own.format if stated else self.dates.format,
            zone=own.zone or self.dates.zone,
        )

    def targets(self) -> Iterator[Target]:
        """Each field that this role fills, once per place that it is written, in file order."""
        for column in self.columns:
            for path in self.paths_of(column):
                codes = self.codes_for(column, path)
                yield Target(path, "column", (column,), codes, self.date_style(column))
        for path, parts in self.parts.items():
            columns = _columns_of(parts)
            codes = self.codes_for(columns[0], path)
            how: Literal["year-month-day", "date-and-time", "first-of"]
            if isinstance(parts, YearMonthDay):
                how = "year-month-day"
            elif isinstance(parts, DateAndTime):
                how = "date-and-time"
            else:
                how = "first-of"
            yield Target(path, how, columns, codes, self.date_style(columns[0]))


class Snapshot(_Part):
    """Each file replaces the one before of the same provider, or of its provider and period.

    The period is what ``submissions.csv`` says in its column ``period``.
    """

    snapshot: Annotated[list[Literal["provider", "period"]], Field(min_length=1)]


class Join(_Part):
    """Two columns of two roles that hold the same local id: the same person, or the same event."""

    left: Text
    right: Text


class Mapping(_Part):
    """One layout. See ``docs/developers/contracts.md`` for the meaning of each key.

    ``other_sheets`` are sheets of its workbook that hold no rows, such as a guide.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    delivery: Literal["increment"] | Snapshot = "increment"
    purpose: Text
    legal_basis: Text | None = None
    may_be_shown_to: Text | None = None
    opt_out: Text | None = None
    implies: dict[str, Text] = {}
    cannot_say: list[Text] = []
    files: Annotated[dict[str, FileRole], Field(min_length=1)]
    joins: list[Join] = []
    code_systems: dict[str, CodeSystem] = {}
    other_sheets: list[Text] = []

    @property
    def by_period(self) -> bool:
        """Whether a file stands for the whole of one period, so that its period has to be known."""
        return self.delivery != "increment" and "period" in self.delivery.snapshot

    def implied(self, role: str) -> dict[str, str]:
        """What is true of every row of a role, by field path: the layout's, then the role's own."""
        return {**self.implies, **self.files[role].implies}

    def unsaid(self, role: str) -> list[str]:
        """Entities and field paths that rows of a role have no way to tell."""
        return list(dict.fromkeys([*self.cannot_say, *self.files[role].cannot_say]))


def load(path: Path, data_set: DataSetLike | None = None, *, sound: bool = False) -> Mapping:
    """Read and check one mapping file.

    ``data_set`` is what the field paths are checked against; without it, the data set in force.
    ``sound`` leaves that check out: for mappings that were checked when they were shipped.
    Raises ``UserError`` that lists every fault found, each naming both sides: the layout, role and
    column on one, the field or code of the data set on the other.
    """
    content = plain_yaml.read(path)
    if not isinstance(content, dict):
        raise UserError(
            f"The mapping {path.name} is empty or is not a list of keys.",
            "Begin with id, version, title, purpose and files; see a shipped mapping.",
        )
    name = f"layout {content.get('id') or path.parent.name}"
    try:
        mapping = Mapping.model_validate(content)
    except ValidationError as fault:
        raise _refused(name, path, [_said(error) for error in fault.errors()]) from fault
    if sound:
        return mapping
    if data_set is None:
        from candour.dataset import load as load_data_set

        data_set = load_data_set()
    faults = faults_of(mapping, data_set)
    if faults:
        raise _refused(name, path, faults)
    return mapping


def _is_by_path(codes: CodeMap | dict[str, CodeMap]) -> bool:
    return bool(codes) and all(isinstance(inner, dict) for inner in codes.values())


def _columns_of(parts: PartsOf) -> tuple[str, ...]:
    if isinstance(parts, YearMonthDay):
        return (parts.year, parts.month, parts.day)
    if isinstance(parts, DateAndTime):
        return (parts.date, parts.time)
    return tuple(parts.first_of)


def _said(error: object) -> str:
    """One fault of shape in plain words: where in the file, and what is the matter."""
    details = error if isinstance(error, dict) else {}
    place = " > ".join(str(step) for step in details.get("loc", ()))
    kind = details.get("type")
    if kind == "missing":
        return f"{place} is missing"
    if kind == "extra_forbidden":
        return f"{place} is not a key of a mapping"
    return f"{place}: {details.get('msg', 'is not as it should be')}"


def _refused(name: str, path: Path, faults: list[str]) -> UserError:
    listed = "; ".join(faults)
    return UserError(
        f"{name} ({path.name}) cannot be used: {listed}.",
        "Mend the mapping and run again; nothing was read with it.",
    )
