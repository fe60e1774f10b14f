"""How far each field is filled, by the list that brings it.

A field is counted among the rows that say anything of its kind of thing: a row of stays that has no
ward is a gap, and a row without a stay is none. What a layout implies of every row is no answer of
anybody's and is not counted. A field that no list of the run can carry is not collected, which is
another thing than nought; and "not known" is an answer, counted apart from a gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from candour.dataset import codelist, load
from candour.tables import open_engine

if TYPE_CHECKING:
    from candour.pipeline.answers.opening import OpenRun

COLUMNS = (
    "field",
    "layout",
    "role",
    "provider",
    "rows",
    "filled",
    "not_known",
    "kind",
)
COUNT, IMPLIED, NOT_COLLECTED = "count", "by the layout", "not collected"
_BY_LAYOUT = "by the layout"

_SAID = """
WITH told AS (
  SELECT layout, role, {provider} AS provider, entity, field, value, submission, sheet, "row",
         person_key
  FROM {{values}}
  WHERE standing = 'present' AND source_field <> '{by_layout}'),
rows AS (
  SELECT layout, role, provider, entity, count(*) AS rows
  FROM (SELECT DISTINCT layout, role, provider, entity, submission, sheet, "row", person_key
        FROM told) each GROUP BY ALL),
filled AS (
  SELECT layout, role, provider, entity, field, count(*) AS filled,
         count(*) FILTER (WHERE {not_known}) AS not_known
  FROM told GROUP BY ALL)
SELECT r.layout, r.role, r.provider, r.entity, f.field, r.rows, f.filled, f.not_known
FROM rows r LEFT JOIN filled f ON f.layout = r.layout AND f.role = r.role
  AND f.provider IS NOT DISTINCT FROM r.provider AND f.entity = r.entity
"""


Carried = Mapping[tuple[str, str], Sequence[str]]
"""Paths of fields by layout and role."""


def completeness(
    run: OpenRun,
    carried: Carried,
    implied: Carried,
    *,
    by_provider: bool = False,
    only: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """One row per field and list, with :data:`COLUMNS`, in the order of the data set.

    ``kind`` is ``count``; ``by the layout`` where it is true of every row because of what the list
    is; or ``not collected`` where no list of the run carries the field.

    :param carried: the fields that a role of a layout can carry, so that one that is never filled
        counts 0; of roles that are not in it only what was filled is told.
    :param implied: the fields that a layout implies, likewise.
    :param by_provider: whether each provider's lists are told apart.
    :param only: paths of the fields that are asked for; all if not said.
    """
    asked = [f.path for f in load().fields() if only is None or f.path in only]
    found: dict[str, list[dict[str, Any]]] = {path: [] for path in asked}
    told, rows = _told(run, by_provider=by_provider)
    for layout, role, provider in _lists(run, by_provider=by_provider):
        where = (layout, role, provider)
        filled = {path for *others, path in told if tuple(others) == where}
        for path in {*carried.get((layout, role), ()), *filled} & set(found):
            answers, not_known = told.get((*where, path), (0, 0))
            many = rows.get((*where, path.split(".")[0]), 0)
            found[path].append(_row(path, where, COUNT, many, answers, not_known))
        for path in set(implied.get((layout, role), ())) & set(found) - filled:
            found[path].append(_row(path, where, IMPLIED))
    return [
        row
        for path, held in found.items()
        for row in sorted(held, key=lambda r: (r["layout"], r["role"], r["provider"] or ""))
        or [_row(path, (None, None, None), NOT_COLLECTED)]
    ]


def _row(
    path: str, where: tuple[str | None, str | None, str | None], kind: str, *counts: int
) -> dict[str, Any]:
    rows, filled, not_known = counts or (None, None, None)
    layout, role, provider = where
    return {
        "field": path,
        "layout": layout,
        "role": role,
        "provider": provider,
        "rows": rows,
        "filled": filled,
        "not_known": not_known,
        "kind": kind,
    }


def _lists(run: OpenRun, *, by_provider: bool) -> list[tuple[str, str, str | None]]:
    """Every kind of list that the run read; a file of several sheets has one for each."""
    wanted = ("layout", "role", "provider")
    rows = run.table("rows").group_by(list(wanted)).aggregate([]).to_pylist()
    found = {(r["layout"], r["role"], r["provider"] if by_provider else None) for r in rows}
    return sorted(found, key=lambda one: tuple(part or "" for part in one))


_Where = tuple[str, str, str | None, str]


def _told(
    run: OpenRun, *, by_provider: bool
) -> tuple[dict[_Where, tuple[int, int]], dict[_Where, int]]:
    """Filled and not known by layout, role, provider and field; rows by kind of thing."""
    text = _SAID.format(
        provider="provider" if by_provider else "NULL::varchar",
        by_layout=_BY_LAYOUT,
        not_known=_not_known(),
    )
    told: dict[_Where, tuple[int, int]] = {}
    lists: dict[_Where, int] = {}
    with open_engine() as engine:
        for row in engine.rows(engine.sql(text, values=engine.table(run.table("values")))):
            where = (row["layout"], row["role"], row["provider"])
            lists[(*where, row["entity"])] = row["rows"]
            if row["field"] is not None:
                path = f"{row['entity']}.{row['field']}"
                told[(*where, path)] = (row["filled"], row["not_known"])
    return told, lists


def _not_known() -> str:
    """SQL that is true of a code whose word says that the answer is not known."""
    cases = []
    for each in load().fields():
        listed = "yes_no_unknown" if each.type == "yes_no_unknown" else each.codelist
        if listed is None:
            continue
        codes = [c.code for c in codelist(listed).codes if "not known" in c.display.lower()]
        if codes:
            entity, name = each.path.split(".")
            some = ", ".join(f"'{code}'" for code in codes)
            cases.append(f"(entity = '{entity}' AND field = '{name}' AND value IN ({some}))")
    return " OR ".join(cases)
