"""Rules that hold between fields: said once as data, compiled to one expression for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, reduce
from operator import and_, or_
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from candour import yaml_file
from candour.dataset.findings import kind
from candour.dataset.loading import field, load
from candour.dataset.model import DATE_TYPES
from candour.errors import CandourError

if TYPE_CHECKING:
    import ibis.expr.types as ir

RULES = Path(__file__).parent / "rules.yaml"
KNOWN = "known"
"""Stands in a rule for any value at all."""

_FORMS = frozenset({"before_or_same", "never_together"})

Together = Mapping[str, tuple[str, ...] | None]
"""Values of fields that never stand together, by path; None means any value."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``code`` is the finding on a row that breaks it, ``words`` the rule as it holds.

    ``order`` is a pair of dates of which the first is never after the second; ``together`` are
    combinations that never occur. A rule has one of the two.
    """

    code: str
    entity: str
    words: str
    order: tuple[str, str] | None
    together: tuple[Together, ...]

    @property
    def severity(self) -> str:
        """How heavy it is to break the rule: the severity of its finding."""
        return kind(self.code).severity

    @property
    def fields(self) -> tuple[str, ...]:
        """Paths of the fields that the rule speaks of, in its own order."""
        named = [*(self.order or ()), *(path for each in self.together for path in each)]
        return tuple(dict.fromkeys(named))


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the file.

    Raises CandourError where a rule names a field, an entity or a finding that does not exist, or
    has no form or two.
    """
    data: dict[str, Any] = yaml_file.read(RULES)
    return tuple(_rule(code, entry) for code, entry in data.items())


def wide_name(path: str) -> str:
    """``death.death_date`` as the name of a column of a typed table."""
    return path.replace(".", "__")


def compiled(
    entity: str, table: ir.Table, name: Callable[[str], str] = wide_name
) -> dict[str, ir.BooleanValue]:
    """For each rule of an entity that the table can speak to, true on the rows that break it.

    ``entity`` is the path of one (``stay``). A date stands in the table under its name (the day,
    or null where only month or year are known) and, with ``__from`` and ``__to`` behind it, as the
    days that it may lie between; where these are missing the day stands for both. A rule with a
    field that the table does not hold is left out. Never null: what is not known breaks nothing.
    """
    found: dict[str, ir.BooleanValue] = {}
    for rule in rules():
        if rule.entity != entity:
            continue
        spoken_of = _of_table(rule, table, name)
        if spoken_of is not None:
            found[rule.code] = _broken(spoken_of, table, name).fill_null(False)
    return found


def _of_table(rule: Rule, table: ir.Table, name: Callable[[str], str]) -> Rule | None:
    """The rule as far as the table holds its fields; None where it holds too few."""

    def held(paths: Iterable[str]) -> bool:
        return all(name(path) in table.columns for path in paths)

    if rule.order is not None:
        return rule if held(rule.order) else None
    together = tuple(each for each in rule.together if held(each))
    return replace(rule, together=together) if together else None


def _broken(rule: Rule, table: ir.Table, name: Callable[[str], str]) -> ir.BooleanValue:
    if rule.order is not None:
        first, second = (name(path) for path in rule.order)
        return _end(table, first, "from") > _end(table, second, "to")
    return reduce(or_, (_all_hold(each, table, name) for each in rule.together))


def _all_hold(each: Together, table: ir.Table, name: Callable[[str], str]) -> ir.BooleanValue:
    held = []
    for path, values in each.items():
        column = name(path)
        if values is not None:
            held.append(table[column].isin(list(values)))
        elif field(path).type in DATE_TYPES:
            held.append(_end(table, column, "from").notnull())
        else:
            held.append(table[column].notnull())
    return reduce(and_, (each.fill_null(False) for each in held))


def _end(table: ir.Table, column: str, end: str) -> ir.DateValue:
    of_its_own = f"{column}__{end}"
    return table[of_its_own if of_its_own in table.columns else column]


def _rule(code: str, entry: Mapping[str, Any]) -> Rule:
    forms = _FORMS & set(entry)
    if len(forms) != 1 or set(entry) - _FORMS != {"entity", "words"}:
        raise CandourError(f"Rule {code} must say its entity, its words and one form.")
    kind(code)
    load().entity_at(entry["entity"])
    order = entry.get("before_or_same")
    together = entry.get("never_together") or []
    rule = Rule(
        code=code,
        entity=str(entry["entity"]),
        words=str(entry["words"]),
        order=(str(order[0]), str(order[1])) if order else None,
        together=tuple(
            _together(each) for each in (together if isinstance(together, list) else [together])
        ),
    )
    for path in rule.fields:
        if order and field(path).type not in DATE_TYPES:
            raise CandourError(f"Rule {code} compares {path}, which is no date.")
        field(path)
    return rule


def _together(entry: Mapping[str, Any]) -> Together:
    return MappingProxyType(
        {
            str(path): None if values == KNOWN else tuple(str(value) for value in values)
            for path, values in entry.items()
        }
    )
