"""What is to be printed: figures over the same people, and which of those people each counts.

Figures of several tables, totals and earlier releases hang together: who adds and subtracts them
learns what none says by itself. So they are looked at as one system: *cells* are the finest groups
that anybody knows apart, and every figure is the sum of some cells.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from candour.errors import UserError

NOT_STATED = "not stated"
"""The group of those of whom a characteristic is not stated: it is no characteristic."""
ALL = "all"
"""In place of a group: everybody, whatever their group."""
UNITS = frozenset(
    {
        *("provider", "organisation", "icb", "region", "area", "trust"),
        *("month", "quarter", "financial-year", "year", "period"),
    }
)
"""Columns that say where or when. Every other column says something of a person."""
Key = tuple[tuple[str, str], ...]
"""What a figure counts: (column, group), sorted by column; columns with ``all`` are left out."""
Groups = Mapping[str, Sequence[str]]
"""The groups of each column, those that hold nobody too."""
Cells = Mapping[tuple[str, ...], int]
"""How many, by a group of each column in turn. A combination that is not among them cannot be: no
hospital has patients under another trust's name. One that could be and holds nobody has a 0."""


@dataclass(frozen=True)
class Table:
    """A table that crosses some columns, with all its totals.

    ``within`` are groups that everybody counted in it belongs to, such as those who are in under
    one definition.
    """

    columns: tuple[str, ...]
    within: Key = ()


@dataclass(frozen=True)
class Figure:
    """One figure: what it counts, the cells that it sums, and how many that are.

    ``crossed`` are the columns by which its table is split; the others of ``key`` say whom the
    whole table is about.
    """

    key: Key
    cells: tuple[int, ...]
    count: int
    crossed: tuple[str, ...] = ()


@dataclass(frozen=True)
class System:
    """Cells with their counts, and all figures over them."""

    counts: tuple[int, ...]
    figures: tuple[Figure, ...]


def system(groups: Groups, cells: Cells, tables: Sequence[Table]) -> System:
    """Every figure of some tables, with all their totals, over one set of cells.

    :param groups: for each column its groups, in the order of the keys of ``cells``.

    A figure that two tables share stands once. Raises UserError for a table over a column that is
    not there or a count below zero.
    """
    for name in (name for table in tables for name in table.columns):
        if name not in groups:
            raise UserError(
                f"A table cannot be split by {name}.", f"There is: {', '.join(groups)}."
            )
    if any(count < 0 for count in cells.values()):
        raise UserError("A count is below zero.", "Give counts of people or events.")
    counts = tuple(cells.values())
    found: dict[Key, Figure] = {}
    for table in tables:
        for size in range(len(table.columns) + 1):
            for crossed in itertools.combinations(sorted(set(table.columns)), size):
                for key, members in _crossed(crossed, table.within, groups, cells).items():
                    total = sum(counts[number] for number in members)
                    found.setdefault(key, Figure(key, members, total, crossed))
    return System(counts, tuple(found.values()))


def members_of(key: Key, groups: Groups, cells: Cells) -> tuple[int, ...]:
    """The cells that a figure counts, by number. Raises KeyError for a column that is not there."""
    place_of = {name: place for place, name in enumerate(groups)}
    wanted = [(place_of[name], group) for name, group in key]
    return tuple(
        number
        for number, cell in enumerate(cells)
        if all(cell[place] == group for place, group in wanted)
    )


def _crossed(
    columns: Sequence[str], within: Key, groups: Groups, cells: Cells
) -> dict[Key, tuple[int, ...]]:
    """The figures of one crossing of columns, with the cells that each counts."""
    names = list(groups)
    places = [names.index(name) for name in columns]
    chosen: dict[tuple[str, ...], list[int]] = {
        crossed: [] for crossed in itertools.product(*(groups[name] for name in columns))
    }
    inside = set(members_of(within, groups, cells))
    for number, cell in enumerate(cells):
        if number in inside:
            chosen[tuple(cell[place] for place in places)].append(number)
    return {
        tuple(sorted((*within, *zip(columns, crossed, strict=True)))): tuple(members)
        for crossed, members in chosen.items()
    }


def whole_groups(figures: Sequence[Figure]) -> set[Key]:
    """Figures that say of a whole group what each of its people is.

    Where everybody of a group of whom it is stated has one characteristic, whoever knows that a
    person belongs to the group learns it of that person; the noughts beside it say the same. Groups
    of nobody tell of nobody.
    """
    beside: dict[tuple[str, Key], list[Figure]] = {}
    for figure in figures:
        for column, group in figure.key:
            if column in figure.crossed and column not in UNITS and group != NOT_STATED:
                rest = tuple(part for part in figure.key if part[0] != column)
                beside.setdefault((column, rest), []).append(figure)
    held = {
        figure.key: figure.count
        for those in beside.values()
        if len(those) > 1 and sum(each.count > 0 for each in those) == 1
        for figure in those
    }
    # Where nobody anywhere is of a group, its nought in one year or place is no secret.
    told = [set(f.key) for f in figures if f.count == 0 and f.key not in held]
    return {
        key for key, count in held.items() if count > 0 or not any(less < set(key) for less in told)
    }
