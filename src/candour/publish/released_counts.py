"""The counts of a run as open data: by financial year and one further column, after disclosure
control.

Figures hang together in two ways, and both are allowed for: the tables of one definition share
their totals, and of one group the definitions count the same deaths.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.definitions import settings_text
from candour.errors import UserError
from candour.measures.disclosure import (
    CannotBeHidden,
    Disclosed,
    Profile,
    System,
    Table,
    disclose,
    system,
)
from candour.measures.disclosure import register as releases
from candour.measures.disclosure.figures import NOT_STATED, Figure, Key
from candour.pipeline.answers.counts import (
    BANDS,
    Asked,
    outcomes_of,
    single_groups,
)

if TYPE_CHECKING:
    from candour.organisations.register import Register
    from candour.pipeline.answers.opening import OpenRun

YEAR = "financial-year"
BY = ("provider", "icb", "region", "sex", "age-band", "ethnicity")
"""What a release may be split by, beside the financial year: nothing finer leaves."""
PLACES = frozenset({"provider", "icb", "region"})
OF_A_PERSON = ("sex", "age-band", "ethnicity")
_MOST = 100_000
TOLD = ("in", "cannot-tell")
COLUMNS = (
    "definition",
    "version",
    "settings",
    "outcome",
    "financial_year",
    "by",
    "group",
    "group_name",
    "kind",
    "value",
)


@dataclass(frozen=True)
class ReleasedCounts:
    """Counts that may be published, how many earlier figures they restate, and which tables could
    not be told without giving somebody away."""

    disclosed: Disclosed
    asked: tuple[tuple[str, Asked], ...]
    restated: int
    left_out: tuple[Table, ...]

    def rows(self, register: Register) -> list[dict[str, Any]]:
        """One row a figure, as :data:`COLUMNS` has it; names of bodies and codes beside them."""
        return [row for label, asked in self.asked for row in self._of(label, asked, register)]

    def _of(self, label: str, asked: Asked, register: Register) -> Iterator[dict[str, Any]]:
        definition, settings = asked
        for figure in self.disclosed:
            outcome = figure.group(label)
            if outcome is None:
                continue
            other = [(column, group) for column, group in figure.key if column in BY]
            column, group = other[0] if other else (None, None)
            yield {
                "definition": definition.id,
                "version": definition.version,
                "settings": settings_text(definition, settings),
                "outcome": outcome,
                "financial_year": figure.group(YEAR),
                "by": column,
                "group": group,
                "group_name": _name(column, group, register),
                **figure.typed(),
            }


def released_counts(
    run: OpenRun,
    asked: Sequence[Asked],
    by: Sequence[str],
    profile: Profile,
    register: Register,
    entries: Sequence[releases.Entry],
) -> ReleasedCounts:
    """Counts of a run's deaths, ready to be published.

    A death that several providers share counts once, under its primary one, so that the figures of
    providers add to the whole.

    :param by: any of :data:`BY`, each crossed with the financial year of the death.
    :param entries: earlier releases, from the register of releases.

    Raises UserError for a column that may not leave, and for a run that may not be published.
    """
    refuse_unless_publishable(run)
    wrong = [name for name in by if name not in BY]
    if wrong:
        raise UserError(
            f"A release cannot be split by {wrong[0]}.", f"Use any of: {', '.join(BY)}."
        )
    alone = [d.id for d, _ in asked if d.id in profile.whole_country_alone]
    if alone and PLACES & set(by):
        raise UserError(
            f"Under {profile.ref} {alone[0]} is told by year for the whole country alone.",
            "Release it by itself, split by none of: " + ", ".join(sorted(PLACES)) + ".",
        )
    names = (YEAR, *by)
    of_death = single_groups(run, names, register)
    labels = [_label(*each) for each in asked]
    outcomes = [outcomes_of(run, *each) for each in asked]
    deaths = Counter(
        (*of_death[death], *(each[death] for each in outcomes)) for death in sorted(run.deaths)
    )
    groups = {name: _groups(name, place, deaths, run) for place, name in enumerate(names)}
    tables = [
        Table((YEAR, name), ((label, outcome),))
        for label in labels
        for outcome in TOLD
        for name in by
        # Of whom it cannot be told there are few; what they were like is nobody's statistic.
        if outcome == "in" or name not in OF_A_PERSON
    ]
    told, left_out = list(tables), list[Table]()
    while True:
        within = _within_definitions(groups, labels, deaths, told)
        known, restated = releases.told(
            entries, {each.key: each.count for one in within for each in one.figures}
        )
        systems = [*within, _across_definitions(within, groups, labels, deaths)]
        try:
            disclosed = disclose(systems, profile, known)
        except CannotBeHidden as found:
            left_out.append(_table_of(found.key, told))
            told.remove(left_out[-1])
        else:
            return ReleasedCounts(
                disclosed, tuple(zip(labels, asked, strict=True)), restated, tuple(left_out)
            )


def _within_definitions(
    groups: Mapping[str, Sequence[str]],
    labels: Sequence[str],
    deaths: Mapping[tuple[str, ...], int],
    tables: Sequence[Table],
) -> list[System]:
    """For each definition and outcome its tables, which share their totals."""
    made = []
    size = len(groups)
    for place, label in enumerate(labels):
        for outcome in TOLD:
            mine = [table for table in tables if table.within == ((label, outcome),)]
            cells: Counter[tuple[str, ...]] = Counter()
            for cell, count in deaths.items():
                if cell[size + place] == outcome:
                    cells[(*cell[:size], outcome)] += count
            if mine:
                could_be = _with_who_could_be(cells, groups)
                made.append(system({**groups, label: (outcome,)}, could_be, mine))
    return made


def _across_definitions(
    within: Sequence[System],
    groups: Mapping[str, Sequence[str]],
    labels: Sequence[str],
    deaths: Mapping[tuple[str, ...], int],
) -> System:
    """For each group what the definitions say of it side by side: who is in under two of them is in
    under the one that joins these, so that their figures could be taken from each other."""
    keys = {figure.key: figure for one in within for figure in one.figures}
    names = list(groups)
    kinds = sorted({cell[len(names) :] for cell in deaths})
    about: dict[Key, list[Key]] = {}
    for key in keys:
        about.setdefault(tuple(part for part in key if part[0] in groups), []).append(key)
    counts: list[int] = []
    figures: list[Figure] = []
    for group, told in about.items():
        wanted = [(names.index(name), value) for name, value in group]
        of_kind: Counter[tuple[str, ...]] = Counter()
        for cell, count in deaths.items():
            if all(cell[place] == value for place, value in wanted):
                of_kind[cell[len(names) :]] += count
        first = len(counts)
        counts += [of_kind[kind] for kind in kinds]
        for key in told:
            ((label, outcome),) = (part for part in key if part[0] not in groups)
            at = labels.index(label)
            members = [first + n for n, kind in enumerate(kinds) if kind[at] == outcome]
            figures.append(Figure(key, tuple(members), keys[key].count, keys[key].crossed))
    return System(tuple(counts), tuple(figures))


def _table_of(key: Key, tables: Sequence[Table]) -> Table:
    """The last table that holds a figure, or any that its definition has."""
    names = {name for name, _ in key}
    of_it = [table for table in tables if set(table.within) <= set(key)]
    return next((t for t in reversed(of_it) if names <= {*t.columns, *dict(t.within)}), of_it[-1])


def refuse_unless_publishable(run: OpenRun) -> None:
    """Raises UserError for a run of files without a legal basis, or of files withdrawn since."""
    if run.manifest["basis"] != "stated":
        raise UserError(
            "The legal basis of this run's files is not stated, so nothing of it can be published.",
            "Say it for every file in submissions.csv (legal_basis), and make the run again.",
        )
    if run.withdrawn:
        raise UserError(
            "A file that this run used was withdrawn since, so nothing of it can be published.",
            "Make the run again without it.",
        )


def _label(definition: Any, settings: Mapping[str, int | str]) -> str:
    return f"{definition.ref} {settings_text(definition, settings)}".strip()


def _with_who_could_be(
    cells: Mapping[tuple[str, ...], int], groups: Mapping[str, Sequence[str]]
) -> dict[tuple[str, ...], int]:
    """Cells that hold nobody and could: in the place and year of one who is counted, with what is
    said of another; or of another sex, age or ethnic group. Without them a reader would seem to
    know that nobody of the kind is there."""
    more = dict(cells)
    of_person = [place for place, name in enumerate(groups) if name in OF_A_PERSON]
    said = {tuple(cell[place] for place in of_person) for cell in cells}
    for place in of_person:
        for cell in cells:
            for group in groups[list(groups)[place]]:
                more.setdefault((*cell[:place], group, *cell[place + 1 :]), 0)
    for cell, other in itertools.islice(itertools.product(cells, sorted(said)), _MOST):
        changed = list(cell)
        for place, group in zip(of_person, other, strict=True):
            changed[place] = group
        more.setdefault(tuple(changed), 0)
    return more


def _groups(
    name: str, place: int, cells: Mapping[tuple[str, ...], int], run: OpenRun
) -> tuple[str, ...]:
    """Every group of a column: those of a list whole, so that what is left out tells nothing."""
    from candour.dataset import codelist

    there = {cell[place] for cell in cells}
    lists = {"sex": "sex", "ethnicity": "ethnic_category"}
    if name in lists:
        there |= {each.code for each in codelist(lists[name]).codes}
    elif name == "age-band":
        there |= {label for _, _, label in BANDS}
    elif name == "provider":
        # Those that told of stays, and not of a death: nought of theirs is told too.
        there |= {each["provider"] for each in run.rows("stays") if each["provider"]}
    elif name == YEAR:
        there |= set(_years_between(there))
    # What is not stated comes last, and is there only where somebody's is not.
    return (*sorted(there - {NOT_STATED}), *({NOT_STATED} & there))


def _years_between(years: set[str]) -> Iterator[str]:
    starts = [int(year[:4]) for year in years if year != NOT_STATED]
    for start in range(min(starts, default=0), max(starts, default=-1) + 1):
        yield f"{start}-{(start + 1) % 100:02d}"


def _name(column: str | None, group: str | None, register: Register) -> str | None:
    from candour.dataset import codelist

    if column is None or group is None or group == NOT_STATED:
        return None
    lists = {"sex": "sex", "ethnicity": "ethnic_category"}
    if column in lists:
        code = codelist(lists[column]).get(group)
        return code.display if code else None
    return register.name(group) if column in ("provider", "icb", "region") else None


def default_register(run: Path) -> Path:
    """Where releases of the runs beside each other are entered, unless it is said otherwise."""
    return run.resolve().parent / "candour-releases.jsonl"
