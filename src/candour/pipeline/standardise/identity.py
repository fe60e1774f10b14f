"""How a role's rows are told apart: source identities (design 6.2).

A *record* is (submission, row) and says where a value stood. A *source identity* is (provider,
role, local id) and says whom or what a row is about, in every file that this provider ever sends;
decisions, ids and aliases refer to it. It is written ``PROVIDER/ROLE:ID``, or ``ROLE:ID`` where
nothing says whose file it is. Where a layout has no local id the id is a hash of the row; where its
key holds anything but local ids (a name, a birth date, an admission as it was written), it is a
hash of the key: whatever stands in such a column, no identity shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from candour.pipeline.standardise.columns import load_field
from candour.sources.mapping import Mapping


@dataclass(frozen=True)
class Keys:
    """The key columns of one role.

    ``person`` tells people apart (or, in a list that names nobody, events); ``row`` is all key
    columns together and tells rows apart, so that a person's second stay never takes the place of
    the first; ``stay`` stands within its person, since a list may give one number to the stays of
    two people; ``joined`` is the column that the layout joins to other roles, and ``space`` the
    name that the joined roles share.
    """

    person: tuple[str, ...]
    row: tuple[str, ...]
    stay: tuple[str, ...]
    joined: tuple[str, ...]
    space: str
    hidden: frozenset[str]

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Columns without which a row speaks of nobody and nothing."""
        return self.person

    @property
    def missing(self) -> str | None:
        """The column to fill in where a row lacks its key; None where it takes several."""
        return self.required[0] if len(self.required) == 1 else None

    @property
    def first(self) -> tuple[str, ...]:
        """The columns with which a key begins, each once."""
        begins = (names[0] for names in (self.person, self.row, self.stay, self.joined) if names)
        return _once(*begins)

    def hides(self, columns: tuple[str, ...]) -> bool:
        """Whether an id made of these columns would show more than local ids."""
        return bool(self.hidden.intersection(columns))


def keys_of(mapping: Mapping, role_name: str) -> Keys:
    """The keys of one role of a mapping."""
    role = mapping.files[role_name]
    if role.returns is not None:
        whose = [role.returns.provider] if role.returns.provider else []
        columns = (*whose, role.returns.period)
        period = (role.returns.period,)
        return Keys(period, columns, (), (), f"{mapping.id}:{role_name}", frozenset())
    if role.about_files:
        return Keys((), (), (), (), f"{mapping.id}:{role_name}", frozenset())
    first = "person" if "person" in role.rows_are else role.rows_are[0]
    person = tuple(role.key.get(first, ()))
    whole = _once(*person, *(c for columns in role.key.values() for c in columns))
    joined, space = _joined(mapping, role_name)
    stay = _once(*person, *role.key["stay"]) if "stay" in role.key else ()
    hidden = frozenset(
        column
        for column in {*whole, *joined}
        for path in role.paths_of(column)
        if load_field(path).type != "local_id"
    )
    return Keys(person, whole, stay, joined or person, space, hidden)


def _once(*columns: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(columns))


def _joined(mapping: Mapping, role_name: str) -> tuple[tuple[str, ...], str]:
    """The column by which a role is joined to others, and the name of what they share."""
    together, column = {role_name}, None
    grown = True
    while grown:
        grown = False
        for join in mapping.joins:
            ends = [end.split(".", 1) for end in (join.left, join.right)]
            roles = {end[0] for end in ends}
            if roles & together and not roles <= together:
                together |= roles
                grown = True
            for name, col in ends:
                if name == role_name:
                    column = col
    return ((column,) if column else ()), f"{mapping.id}:{min(together)}"
