"""What has to be looked at in the columns of one role, and whether the quick way can do it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from candour.dataset.loading import field
from candour.dataset.model import DATE_TYPES, Field
from candour.dataset.rules import rules
from candour.pipeline.standardise.identity import Keys, keys_of
from candour.sources.mapping import FileRole, Mapping, Target

CIVIL_ZONE = "Europe/London"
WHO = ("person.nhs_number", "person.birth_date", "person.surname")
"""By these, two rows of one local id are seen to be two people."""

_NUMBER, _ID = "nhs_number", "local_id"


@dataclass(frozen=True)
class Cell:
    """One field of the data set and the one column that it is read from."""

    column: str
    target: Target
    about: Field

    @property
    def dated(self) -> bool:
        return self.about.type in DATE_TYPES

    @property
    def many(self) -> bool:
        """Whether nearly every row has a value of its own, so that it is looked at as it comes."""
        return self.about.type in (_NUMBER, _ID) and self.target.codes is None


@dataclass(frozen=True)
class Plan:
    """``coded`` are columns of which each different text is read once; ``whole`` are columns that
    are looked at row by row; ``used`` are all that anything looks at."""

    mapping: Mapping
    role_name: str
    role: FileRole
    keys: Keys
    cells: tuple[Cell, ...]
    coded: tuple[str, ...]
    whole: tuple[str, ...]
    used: tuple[str, ...]


def plan_for(mapping: Mapping, role_name: str, there: Collection[str]) -> Plan | None:
    """How a file of these columns is checked; None where only the long way can do it.

    The long way is for what needs other files (look-ups), other rows (months, snapshots by period)
    or several columns at once (a date and its time), and for dates in a format or a zone of the
    mapping's own.
    """
    role = mapping.files[role_name]
    if role.returns is not None or role.month or role.checks or role.found_by or mapping.by_period:
        return None
    targets = [t for t in role.targets() if any(c in there for c in t.columns)]
    cells = tuple(Cell(t.columns[0], t, field(t.path)) for t in targets)
    if any(not _is_plain(cell) for cell in cells):
        return None
    ruled = {path for rule in rules() if rule.entity in role.rows_are for path in rule.fields}
    single = [c.target.path for c in cells if c.dated or c.target.path in ruled | set(WHO)]
    if len(set(single)) != len(single):
        return None
    keys = keys_of(mapping, role_name)
    asked = [where.column for where in role.where if where.column in there]
    whole = {cell.column for cell in cells if cell.many} | {*keys.joined, *keys.person}
    coded = {
        cell.column
        for cell in cells
        if not cell.many and (_may_be_wrong(cell) or cell.target.path in ruled)
    }
    coded |= set(asked)
    only = [o.column for each in role.only_where.values() for o in each]
    wanted = {*role.known_columns(), *keys.row, *keys.stay, *asked, *only, *whole, *coded}
    return Plan(
        mapping,
        role_name,
        role,
        keys,
        cells,
        tuple(c for c in there if c in coded),
        tuple(c for c in there if c in whole),
        tuple(c for c in there if c in wanted),
    )


def _is_plain(cell: Cell) -> bool:
    style = cell.target.dates
    own_way = style.format is not None or (style.zone or CIVIL_ZONE) != CIVIL_ZONE
    return cell.target.how == "column" and not (cell.dated and own_way)


def _may_be_wrong(cell: Cell) -> bool:
    return cell.about.type != "text" or cell.target.codes is not None
