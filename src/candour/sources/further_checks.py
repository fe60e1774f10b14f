"""What must hold of the parts that few layouts need; each fault one sentence, as in ``checks``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as MappingOf
from difflib import get_close_matches
from typing import TYPE_CHECKING

from candour.sources.parts import MEASURES

if TYPE_CHECKING:
    from candour.sources.mapping import FileRole


def faults_of_parts(
    where: str, role: FileRole, roles: MappingOf[str, FileRole], findings: Collection[str]
) -> Iterator[str]:
    """Faults of one role's month, checks, look-ups, returns and conditions.

    ``where`` names the role in plain words; ``roles`` are all of the layout; ``findings`` the codes
    of the catalogue.
    """
    yield from _shape(where, role)
    yield from _checks(where, role, findings)
    yield from _look_ups(where, role, roles)
    for entity, any_of in role.only_where.items():
        for only in any_of:
            if not only.within and not only.begins:
                yield f"{where}: only_where of {entity} on {only.column} needs in or begins"
    if role.returns is not None:
        for column, measure in role.returns.measures.items():
            if measure not in MEASURES:
                yield (
                    f"{where} counts column {column} as {measure}, which is no measure"
                    f"{nearest(measure, MEASURES)}"
                )


def nearest(word: str, known: Iterable[str]) -> str:
    """`` (nearest: …)`` where one of the known words is close, else nothing."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" (nearest: {near[0]})" if near else ""


def _shape(where: str, role: FileRole) -> Iterator[str]:
    if role.returns is None and not role.rows_are:
        yield f"{where} says neither what its rows are (rows_are) nor what it counts (returns)"
    if role.returns is not None and role.rows_are:
        yield f"{where} has returns and rows_are; figures about many are not rows about one"


def _checks(where: str, role: FileRole, findings: Collection[str]) -> Iterator[str]:
    filled = {target.path for target in role.targets()}
    for check in role.checks:
        if check.code not in findings:
            yield f"{where} checks {check.code}, which the catalogue of findings does not have"
        for path in (check.field, check.than):
            if path is not None and path not in filled:
                yield (
                    f"{where}: check {check.code} speaks of {path}, which the role does not fill"
                    f"{nearest(path, filled)}"
                )
        others = [other for other in (check.than, check.than_found) if other is not None]
        if len(others) != (check.never in ("before", "after")):
            yield (
                f"{where}: check {check.code} needs than or than_found with before or after, and "
                "only then"
            )
        if check.than_found is not None and check.than_found not in role.found_by:
            yield (
                f"{where}: check {check.code} compares with {check.than_found}, which found_by "
                f"does not find{nearest(check.than_found, role.found_by)}"
            )
        if check.never in _OF_THE_MONTH and role.month is None:
            yield f"{where}: check {check.code} asks for the submitted month, and names no month"


_OF_THE_MONTH = ("before-month", "after-month", "after-next-day", "no-age")


def _look_ups(where: str, role: FileRole, roles: MappingOf[str, FileRole]) -> Iterator[str]:
    for column, look_up in role.found_by.items():
        if look_up.role not in roles:
            yield f"{where} finds {column} in file role {look_up.role}, which is not there"
            continue
        other = roles[look_up.role]
        there = [*other.known_columns(), *other.found_by]
        for name in (look_up.by, column):
            if name not in there:
                yield (
                    f"{where} finds {column} by {look_up.by} in {look_up.role}, which has no "
                    f"column {name}{nearest(name, there)}"
                )
        if _leads_back(look_up.role, column, roles):
            yield f"{where} finds {column} by a way that leads back to where it began"


def _leads_back(start: str, column: str, roles: MappingOf[str, FileRole]) -> bool:
    seen, name = set[str](), start
    while name in roles and column in roles[name].found_by:
        if name in seen:
            return True
        seen.add(name)
        name = roles[name].found_by[column].role
    return False
