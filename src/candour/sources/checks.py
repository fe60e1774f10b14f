"""What must hold between a mapping and the data set, and within the mapping itself.

Every fault is one sentence that names both sides, so that whoever keeps the mapping can mend it
without reading code. All faults are found in one go.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Mapping as MappingOf
from typing import TYPE_CHECKING, Protocol

from candour.sources.further_checks import faults_of_parts, nearest

if TYPE_CHECKING:
    from candour.sources.mapping import FileRole, Mapping

_DATE_TYPES = {"date", "partial_date"}
_YES_NO_UNKNOWN = ("yes", "no", "unknown")

CodesOf = Callable[[str], Collection[str]]


class FieldLike(Protocol):
    """What is asked of a field: its type, and its code list where it has one."""

    @property
    def type(self) -> str: ...
    @property
    def codelist(self) -> str | None: ...


class EntityLike(Protocol):
    """What is asked of an entity: how its field paths begin, and its fields by name.

    No mapping may fill one that is not sent: the pipeline computes it, or it stands apart.
    """

    @property
    def path(self) -> str: ...
    @property
    def sent(self) -> bool: ...
    @property
    def fields(self) -> MappingOf[str, FieldLike]: ...


class DataSetLike(Protocol):
    """What is asked of the data set: its entities by name."""

    @property
    def entities(self) -> MappingOf[str, EntityLike]: ...


def codes_in_force(codelist: str) -> Collection[str]:
    """The codes of a list of the data set, of its latest version."""
    from candour.dataset import codelist as read_codelist

    return [code.code for code in read_codelist(codelist).codes]


def findings_in_force() -> Collection[str]:
    """The codes of the catalogue of findings."""
    from candour.dataset.findings import catalogue

    return catalogue().keys()


def faults_of(
    mapping: Mapping,
    data_set: DataSetLike,
    codes_of: CodesOf = codes_in_force,
    findings: Callable[[], Collection[str]] = findings_in_force,
) -> list[str]:
    """Every fault of a mapping, each as one sentence without its full stop; none when it is sound.

    ``codes_of`` gives the codes of a list by its id, ``findings`` the codes a row may be left out
    with.
    """
    checker = _Checker(mapping, data_set, codes_of, findings)
    return list(dict.fromkeys(checker.faults()))


class _Checker:
    def __init__(
        self,
        mapping: Mapping,
        data_set: DataSetLike,
        codes_of: CodesOf,
        findings: Callable[[], Collection[str]],
    ) -> None:
        self.mapping = mapping
        self.entities = {
            entity.path: entity
            for entity in data_set.entities.values()
            # A lane that stands apart is joined to nobody, and a row is about somebody.
            if entity.sent
        }
        self.codes_of = codes_of
        self.findings = findings

    def faults(self) -> Iterator[str]:
        yield from self._implied("the layout", self.mapping.implies)
        yield from self._cannot_say("the layout", self.mapping.cannot_say)
        for name, role in self.mapping.files.items():
            yield from self._role(f"file role {name}", name, role)
        for join in self.mapping.joins:
            yield from self._join_end(join.left)
            yield from self._join_end(join.right)

    def _role(self, where: str, name: str, role: FileRole) -> Iterator[str]:
        yield from self._entities_and_keys(where, role)
        yield from self._targets(where, role)
        yield from self._columns(where, role)
        yield from self._codes(where, role)
        yield from self._dates(where, role)
        yield from _sheet_faults(where, role)
        yield from self._implied(where, role.implies)
        yield from self._cannot_say(where, role.cannot_say)
        yield from faults_of_parts(where, role, self.mapping.files, self.findings())
        told = {target.entity for target in role.targets()}
        told |= {path.split(".", 1)[0] for path in self.mapping.implied(name)}
        told |= set(role.key)
        for entity in role.rows_are:
            if entity in self.entities and entity not in told:
                yield f"{where} says that rows are {entity}, and maps no column to {entity}"

    def _entities_and_keys(self, where: str, role: FileRole) -> Iterator[str]:
        for entity in role.rows_are:
            if entity not in self.entities:
                yield (
                    f"{where} says that rows are {entity}, which the data set does not have"
                    f"{nearest(entity, self.entities)}"
                )
        for entity in role.key:
            if entity not in role.rows_are:
                yield f"{where} gives a key for {entity}, which rows_are does not list"
        for entity in role.only_where:
            if entity not in role.rows_are:
                yield f"{where} has only_where for {entity}, which rows_are does not list"

    def _targets(self, where: str, role: FileRole) -> Iterator[str]:
        filled: dict[str, str] = {}
        for target in role.targets():
            columns = " and ".join(target.columns)
            fault = self._path_fault(target.path)
            if fault:
                yield f"{where} maps column {columns} to {target.path}, {fault}"
                continue
            if target.entity not in role.rows_are:
                yield (
                    f"{where} maps column {columns} to {target.path}, and rows_are does not "
                    f"list {target.entity}"
                )
            if target.path in filled:
                yield (
                    f"{where} maps both {filled[target.path]} and {columns} to {target.path}; "
                    "if either may hold it, write parts with first_of"
                )
            filled[target.path] = columns
            kind = self._field(target.path).type
            if target.how in ("year-month-day", "date-and-time") and kind not in _DATE_TYPES:
                yield f"{where} builds {target.path} from parts of a date, and it is of type {kind}"

    def _columns(self, where: str, role: FileRole) -> Iterator[str]:
        known = role.known_columns()
        used: list[tuple[str, Iterable[str]]] = [
            *((f"the key of {entity}", columns) for entity, columns in role.key.items()),
            ("known_on", [role.known_on] if role.known_on else []),
            ("where", [where_.column for where_ in role.where]),
            ("only_where", [only.column for any_of in role.only_where.values() for only in any_of]),
            ("codes", role.codes),
            ("dates", role.dates.columns),
        ]
        for part, columns in used:
            for column in columns:
                if column not in known:
                    yield (
                        f"{where}: {part} names column {column}, which the role does not have"
                        f"{nearest(column, known)}"
                    )
        for condition in role.where:
            if (condition.within is None) == (condition.not_in is None):
                yield f"{where}: where on {condition.column} needs either in or not_in"
            if condition.finding not in self.findings():
                yield (
                    f"{where}: where on {condition.column} names the finding {condition.finding}, "
                    f"which the catalogue does not have"
                    f"{nearest(condition.finding, self.findings())}"
                )
        for column in role.not_carried:
            if column in role.columns:
                yield f"{where} both maps column {column} and lists it under not_carried"

    def _codes(self, where: str, role: FileRole) -> Iterator[str]:
        for column, written in role.codes.items():
            paths = [target.path for target in role.targets() if column in target.columns]
            for path in written:
                if isinstance(written[path], dict) and path not in paths:
                    yield f"{where}: codes of {column} speak of {path}, which it does not feed"
            if not paths:
                yield f"{where} has codes for column {column}, which is mapped to no field"
        for target in role.targets():
            if target.codes is None or self._path_fault(target.path):
                continue
            column = target.columns[0]
            field = self._field(target.path)
            if field.type == "yes_no_unknown":
                known: Collection[str] = _YES_NO_UNKNOWN
                listed = "yes_no_unknown"
            elif field.codelist:
                known, listed = self.codes_of(field.codelist), field.codelist
            else:
                if self._codes_are_for_another(role, column):
                    continue
                yield f"{where} has codes for column {column}, and {target.path} has no code list"
                continue
            for value, code in target.codes.items():
                if code is not None and code not in known:
                    yield (
                        f"{where} maps {column} value '{value}' to code '{code}' of {target.path}, "
                        f"which the list {listed} does not have{nearest(code, known)}"
                    )

    def _codes_are_for_another(self, role: FileRole, column: str) -> bool:
        """A column that feeds a text and a coded field: the codes speak of the coded one."""
        coded = (self._field(path) for path in role.paths_of(column) if not self._path_fault(path))
        return any(field.codelist or field.type == "yes_no_unknown" for field in coded)

    def _dates(self, where: str, role: FileRole) -> Iterator[str]:
        for style in (role.dates, *role.dates.columns.values()):
            if style.order is not None and style.format is not None:
                yield f"{where}: dates give both an order and a format; one is enough"
            if style.zone is not None and not _zone_is_known(style.zone):
                yield f"{where}: dates name the zone {style.zone}, which is not a known time zone"

    def _implied(self, where: str, implies: MappingOf[str, str]) -> Iterator[str]:
        for path, value in implies.items():
            fault = self._path_fault(path)
            if fault:
                yield f"{where} implies {path}, {fault}"
                continue
            field = self._field(path)
            known: Collection[str] | None = None
            if field.type == "yes_no_unknown":
                known = _YES_NO_UNKNOWN
            elif field.codelist:
                known = self.codes_of(field.codelist)
            if known is not None and value not in known:
                yield f"{where} implies {path} is '{value}', which its code list does not have"

    def _cannot_say(self, where: str, cannot_say: Iterable[str]) -> Iterator[str]:
        for said in cannot_say:
            if said in self.entities:
                continue
            fault = self._path_fault(said)
            if fault:
                yield f"{where} lists {said} under cannot_say, {fault}"

    def _join_end(self, end: str) -> Iterator[str]:
        role, _, column = end.partition(".")
        if role not in self.mapping.files:
            yield f"joins name the file role {role}, which the layout does not have"
        elif column not in self.mapping.files[role].known_columns():
            known = self.mapping.files[role].known_columns()
            yield (
                f"joins name column {column} of file role {role}, which the role does not have"
                f"{nearest(column, known)}"
            )

    def _path_fault(self, path: str) -> str | None:
        """What is wrong with a field path, or None."""
        prefix, _, name = path.partition(".")
        entity = self.entities.get(prefix)
        if entity is not None and name in entity.fields:
            return None
        return f"which the data set does not have{nearest(path, self._paths())}"

    def _field(self, path: str) -> FieldLike:
        prefix, _, name = path.partition(".")
        return self.entities[prefix].fields[name]

    def _paths(self) -> list[str]:
        return [
            f"{prefix}.{name}" for prefix, entity in self.entities.items() for name in entity.fields
        ]


def _sheet_faults(where: str, role: FileRole) -> Iterator[str]:
    """Faults of what a role says about sheets."""
    if role.header.rows == 1 and "join" in role.header.model_fields_set:
        yield f"{where}: header gives join, which needs rows of 2 or more"
    if role.stop_at is not None and not role.stop_at.strip("*? "):
        yield f"{where}: stop_at is {role.stop_at}, which every row would meet"


def _zone_is_known(zone: str) -> bool:
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
