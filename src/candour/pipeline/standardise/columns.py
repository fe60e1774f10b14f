"""The wide table's columns, and a role's columns as sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from candour.dataset import load
from candour.dataset.model import DATE_TYPES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.dataset.model import Field

FIRST_RELEASE = "1"


@dataclass(frozen=True)
class Typed:
    """One field of one role that is not a date: its value, and what is wrong with which rows.

    ``faults`` are rows with a finding, by code; ``column`` is the column's name as sent, which a
    finding may show.
    """

    path: str
    column: str
    value: ir.Value
    faults: Mapping[str, ir.BooleanValue]


def wide_name(path: str) -> str:
    """``death.death_date`` as the name of a column."""
    return path.replace(".", "__")


@cache
def entities() -> tuple[str, ...]:
    """Paths of the entities that a source can send."""
    return tuple(e.path for e in load().entities.values() if e.sent)


@cache
def wide_columns() -> dict[str, str]:
    """Every value column of the wide table with its type, the same for every layout."""
    columns: dict[str, str] = {}
    for each in load().fields():
        if each.path.split(".")[0] not in entities():
            continue
        name = wide_name(each.path)
        if each.type in DATE_TYPES:
            columns |= {name: "date", f"{name}__from": "date", f"{name}__to": "date"}
        else:
            columns[name] = "string"
        columns[f"{name}__sent"] = "string"
    return columns


@cache
def later_columns() -> frozenset[str]:
    """Columns of the wide table that came after the data set's first release.

    Hundreds of columns that nobody fills would cost every row, so these are in a run's table only
    where some file of the run fills them.
    """
    values = wide_columns()
    later = {wide_name(each.path) for each in load().fields() if each.release != FIRST_RELEASE}
    firsts = {f.path.split(".")[0] for f in load().fields() if f.release == FIRST_RELEASE}
    flags = {f"has_{path}" for path in entities() if path not in firsts}
    return frozenset(flags | {n for n in values if "__".join(n.split("__")[:2]) in later})


def as_sent(table: ir.Table, nulls: Sequence[str], columns: Sequence[str]) -> list[ir.StringValue]:
    """The named columns, trimmed, with the role's tokens for nothing as null."""
    import ibis

    found = []
    for name in columns:
        if name not in table.columns:
            found.append(ibis.null("string"))
            continue
        text = table[name].strip()
        found.append(ibis.ifelse(text.isin([*nulls, ""]), ibis.null("string"), text))
    return found


def load_field(path: str) -> Field:
    """The data set's field at ``path`` (checked when the mapping was loaded)."""
    entity, name = path.split(".", 1)
    return load().entity_at(entity).fields[name]
