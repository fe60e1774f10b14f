"""What the columns of two lists mean, for linking them: the mapping of ``candour link``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from candour.errors import UserError
from candour.sources import plain_yaml

FIELDS = (
    "given_name", "surname", "full_name", "birth_date", "death_date", "sex", "postcode",
    "nhs_number", "address", "place", "occupation",
)  # fmt: skip
DATES = ("birth_date", "death_date")
ORDERS = ("iso", "dmy", "mdy")
_KEYS = ("id", "columns", "exact", "dates", "right", "once_each")
MOST_KEYS = 9


@dataclass(frozen=True)
class ListMapping:
    """The columns of one list: its id, each field with the columns that hold it, further keys that
    agree exactly, and the order of its dates where it is declared."""

    id: str
    fields: Mapping[str, tuple[str, ...]]
    exact: tuple[str, ...]
    order: str | None

    def named(self) -> tuple[str, ...]:
        """Every column that the mapping names."""
        columns = (c for several in self.fields.values() for c in several)
        return tuple(dict.fromkeys((self.id, *columns, *self.exact)))


@dataclass(frozen=True)
class PairMapping:
    """Both lists' columns; ``once_each``: each list names each person once."""

    left: ListMapping
    right: ListMapping
    once_each: bool


def read_pair_mapping(path: Path) -> PairMapping:
    """Read a mapping of ``candour link``.

    ``id: COLUMN``, ``columns: {COLUMN: field}``, and if wanted ``exact: [COLUMN, …]``,
    ``dates: {order: dmy}``, ``once_each: true``; ``right:`` holds ``id``, ``columns``, ``exact``
    and ``dates`` again where the second list differs. What ``right`` leaves out is as in the first.

    Raises UserError that names the word that is not understood.
    """
    said = plain_yaml.read(path)
    if not isinstance(said, dict):
        raise _refused(path, "it does not hold id and columns", "Write id: and columns: into it.")
    unknown = [str(key) for key in said if key not in _KEYS]
    if unknown:
        raise _refused(path, f"it has the word {unknown[0]}", f"Words are: {', '.join(_KEYS)}.")
    left = _list(path, said)
    right = said.get("right")
    if right is not None and not isinstance(right, dict):
        raise _refused(path, "right: holds no words", "Give it id, columns, exact or dates.")
    known = {key: said[key] for key in ("id", "columns", "exact", "dates") if key in said}
    other = _list(path, {**known, **right}) if right else left
    if len(left.exact) != len(other.exact):
        raise _refused(
            path, "exact: lists differ in length", "Name the keys in the same order for both lists."
        )
    once = str(said.get("once_each", "false")).lower()
    if once not in ("true", "false", "yes", "no"):
        raise _refused(path, "once_each is neither true nor false", "Write once_each: true.")
    return PairMapping(left, other, once in ("true", "yes"))


def _list(path: Path, said: Mapping[Any, Any]) -> ListMapping:
    identity = said.get("id")
    if not isinstance(identity, str) or not identity:
        raise _refused(path, "it names no id", "Write id: and the column that tells rows apart.")
    columns = said.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise _refused(path, "it names no columns", "Write columns: {COLUMN: field, …}.")
    fields: dict[str, list[str]] = {}
    for column, field in columns.items():
        if field not in FIELDS:
            raise _refused(
                path,
                f"column {column} has a field that is not known",
                f"Fields: {', '.join(FIELDS)}.",
            )
        fields.setdefault(str(field), []).append(str(column))
    return ListMapping(
        identity.strip(),
        {field: tuple(c.strip() for c in several) for field, several in fields.items()},
        _exact(path, said.get("exact")),
        _order(path, said.get("dates")),
    )


def _exact(path: Path, said: object) -> tuple[str, ...]:
    if said is None:
        return ()
    several = [said] if isinstance(said, str) else said
    if not isinstance(several, Sequence) or not all(isinstance(c, str) for c in several):
        raise _refused(path, "exact: is no list of columns", "Write exact: [COLUMN, …].")
    if len(several) > MOST_KEYS:
        raise _refused(path, "exact: names too many columns", f"Name {MOST_KEYS} at most.")
    return tuple(str(column).strip() for column in several)


def _order(path: Path, said: object) -> str | None:
    if said is None:
        return None
    order = said.get("order") if isinstance(said, dict) else said
    if order not in ORDERS:
        raise _refused(path, "dates: has no order that is known", f"Orders: {', '.join(ORDERS)}.")
    return str(order)


def _refused(path: Path, what: str, remedy: str) -> UserError:
    return UserError(f"The mapping {path.name} cannot be used: {what}.", remedy)
