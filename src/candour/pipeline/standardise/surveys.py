"""What has to be asked of whole columns before they can be read: of all tables of a run at once.

A question is long (every pattern in which a date may be written) and costs far more to prepare than
to answer on a small file. So the columns that it has to be asked of are laid one under the other,
and it is prepared once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from candour.dataset.model import DATE_TYPES, Field
from candour.dataset.types import survey_field
from candour.pipeline.standardise.columns import load_field
from candour.sources.mapping import Target

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

YEAR_FIRST = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}($|[ T])"

Survey = dict[int, dict[str, Any]]
"""Answers about a table's columns by the place of the target that each feeds."""


@dataclass(frozen=True)
class Asked:
    """A table of texts: ``text`` (prefix) followed by a target's place names its column, and
    ``submission`` the column that says from which file a row is."""

    texts: ir.Table
    targets: Sequence[Target]
    text: str
    submission: str


def surveys(engine: Engine, tables: Sequence[Asked]) -> list[list[tuple[Survey, list[str]]]]:
    """For each table the answers that occur, each with the submissions that gave it.

    A date column that the mapping gives an order or a format, or that is year first throughout,
    needs no question, and that is asked first because it costs little.
    """
    settled: list[set[int]] = []
    open_: list[tuple[int, int]] = []
    for table, each in enumerate(tables):
        dated = [n for n, t in enumerate(each.targets) if _field(t).type in DATE_TYPES]
        settled.append({n for n in dated if _needs_none(each.targets[n])})
        open_ += [(table, n) for n in dated if n not in settled[table]]
    for table, n in _year_first(engine, tables, open_):
        settled[table].add(n)
    questions: dict[str, tuple[Field, list[tuple[int, int]]]] = {}
    for table, each in enumerate(tables):
        for n, target in enumerate(each.targets):
            about = _field(target)
            kind = "date" if about.type in DATE_TYPES else about.type
            if n not in settled[table] and kind in ("date", "nhs_number"):
                questions.setdefault(kind, (about, []))[1].append((table, n))
    answers: dict[tuple[int, str], dict[int, dict[str, Any]]] = {}
    for about, columns in questions.values():
        for row in _ask(engine, tables, about, columns):
            place, n, submission = row.pop("t"), row.pop("n"), row.pop("s")
            answers.setdefault((place, submission), {})[n] = row
    return [
        _alike(settled[place], _submissions(engine, each), place, answers)
        for place, each in enumerate(tables)
    ]


def _alike(
    settled: set[int],
    submissions: Sequence[str],
    place: int,
    answers: dict[tuple[int, str], dict[int, dict[str, Any]]],
) -> list[tuple[Survey, list[str]]]:
    found: dict[str, tuple[Survey, list[str]]] = {}
    for submission in submissions:
        # Where every text is year first the order cannot matter; one that is settled costs least.
        survey: Survey = {n: {"order": "dmy"} for n in settled}
        survey |= answers.get((place, submission), {})
        found.setdefault(repr(sorted(survey.items())), (survey, []))[1].append(submission)
    return [found[key] for key in sorted(found)]


def _field(target: Target) -> Field:
    return load_field(target.path)


def _needs_none(target: Target) -> bool:
    """A date whose order the layout says, or whose parts come apart, needs no column to say it."""
    said = target.dates.format or target.dates.order in ("dmy", "mdy")
    return target.how == "year-month-day" or bool(said)


def _submissions(engine: Engine, asked: Asked) -> list[str]:
    rows = engine.rows(
        engine.sql(
            f'SELECT DISTINCT "{asked.submission}" AS s FROM {{texts}} ORDER BY s',
            texts=asked.texts,
        )
    )
    return [row["s"] for row in rows]


def _laid_under(tables: Sequence[Asked], columns: Sequence[tuple[int, int]]) -> str:
    """SQL for columns of several tables as one: ``t`` (table), ``n`` (target), ``s``, ``text``."""
    return " UNION ALL ".join(
        f'SELECT {table} AS t, {n} AS n, "{tables[table].submission}" AS s, '
        f'"{tables[table].text}{n}" AS text FROM {{p{table}}}'
        for table, n in columns
    )


def _named(tables: Sequence[Asked], columns: Sequence[tuple[int, int]]) -> dict[str, ir.Table]:
    return {f"p{table}": tables[table].texts for table in {table for table, _ in columns}}


def _year_first(
    engine: Engine, tables: Sequence[Asked], columns: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Those of the columns in which every text is year first, or that hold none."""
    if not columns:
        return []
    pattern = YEAR_FIRST.replace("{", "{{").replace("}", "}}")
    found = engine.sql(
        f"SELECT t, n, bool_and(regexp_matches(text, '{pattern}')) AS year_first "
        f"FROM ({_laid_under(tables, columns)}) GROUP BY t, n",
        **_named(tables, columns),
    )
    not_so = {(r["t"], r["n"]) for r in engine.rows(found) if r["year_first"] is False}
    return [each for each in columns if each not in not_so]


def _ask(
    engine: Engine, tables: Sequence[Asked], about: Field, columns: Sequence[tuple[int, int]]
) -> list[dict[str, Any]]:
    """The answers about each column of each submission: ``t, n, s`` and the questions."""
    long = engine.sql(_laid_under(tables, columns), **_named(tables, columns))
    rows = engine.rows(long.group_by(["t", "n", "s"]).aggregate(**survey_field(about, long.text)))
    engine.forget(long)
    return rows
