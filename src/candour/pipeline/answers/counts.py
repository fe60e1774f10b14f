"""Counts under several definitions, side by side, as typed values."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from candour.definitions import Definition, settings_text
from candour.errors import UserError
from candour.pipeline.answers.periods import Period, financial_year_of, month_of, quarter_of

if TYPE_CHECKING:
    from candour.organisations.register import Register
    from candour.pipeline.answers.opening import OpenRun

BY = (
    "provider",
    "icb",
    "region",
    "month",
    "quarter",
    "financial-year",
    "layout",
    "sex",
    "age-band",
    "ethnicity",
)
NOT_STATED = "not stated"
BANDS = (
    (0, 17, "<18"),
    (18, 24, "18-24"),
    (25, 34, "25-34"),
    (35, 44, "35-44"),
    (45, 54, "45-54"),
    (55, 64, "55-64"),
    (65, 200, "65+"),
)
"""Age bands as NHS England publishes them (domain G)."""

Asked = tuple[Definition, Mapping[str, int | str]]
# A group, and whether the provider (or layout) is the primary one of the death in it.
Group = tuple[tuple[str, ...], bool | None]


def counts(
    run: OpenRun,
    asked: Sequence[Asked],
    by: Sequence[str],
    period: Period,
    register: Register | None = None,
) -> list[dict[str, Any]]:
    """``[{definition, version, settings, by, in, out, cannot_tell, primary, shared}]``.

    :param by: any of :data:`BY`; a death that several providers (or layouts) share stands in each
        of their groups, once as ``primary`` at most, so that groups may add to more than the total.
    :param register: needed for ``icb`` and ``region``.
    """
    groups = _groups(run, by, register)
    rows = []
    for definition, settings in asked:
        outcomes = outcomes_of(run, definition, settings)
        tally: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for death_id, death in run.deaths.items():
            outcome = within(period, death, outcomes[death_id])
            if outcome is None:
                continue
            for group, primary in groups[death_id]:
                tally[group][outcome] += 1
                if outcome == "in" and primary is not None:
                    tally[group]["primary" if primary else "shared"] += 1
        if not by and not tally:
            tally[()] = Counter()
        shares = "provider" in by
        for group in sorted(tally):
            counted = tally[group]
            rows.append(
                {
                    "definition": definition.id,
                    "version": definition.version,
                    "settings": settings_text(definition, settings),
                    "by": dict(zip(by, group, strict=True)) or None,
                    "in": value(counted["in"]),
                    "out": value(counted["out"]),
                    "cannot_tell": value(counted["cannot-tell"]),
                    "primary": value(counted["primary"]) if shares else not_applicable(),
                    "shared": value(counted["shared"]) if shares else not_applicable(),
                }
            )
    return rows


def value(number: int) -> dict[str, Any]:
    """A count as a typed value; nothing else than a count looks like one."""
    return {"kind": "count", "value": number}


def not_applicable() -> dict[str, Any]:
    """Where there is nothing to count."""
    return {"kind": "not applicable", "value": None}


def within(period: Period, death: Mapping[str, Any], outcome: str) -> str | None:
    """The outcome as it counts in a period; None for a death outside it."""
    inside = period.holds(dict(death))
    if inside is False:
        return None
    return "cannot-tell" if inside is None and outcome == "in" else outcome


def outcomes_of(
    run: OpenRun, definition: Definition, settings: Mapping[str, int | str]
) -> dict[str, str]:
    """The outcome of every death: as classified where the run has it, else worked out now."""
    text = settings_text(definition, settings)
    kept = {
        r["death_id"]: r["outcome"]
        for r in run.rows("classified")
        if (r["definition"], r["version"], r["settings"])
        == (definition.id, definition.version, text)
    }
    if len(kept) == len(run.deaths):
        return kept
    from candour.definitions.columnar import outcomes
    from candour.tables import open_engine

    with open_engine() as engine:
        answered = outcomes(definition, engine.table(run.table("facets")), settings)
        return {r["death_id"]: r["outcome"] for r in engine.rows(answered)}


def single_groups(
    run: OpenRun, by: Sequence[str], register: Register | None
) -> dict[str, tuple[str, ...]]:
    """For each death one group of each of ``by``; its provider is the primary one of those that
    share it, so that the counts of groups add up to the whole."""
    primary = {r["death_id"]: r["provider"] for r in run.rows("shares") if r["is_primary"]}
    return {
        death_id: tuple(
            (
                primary.get(death_id)
                if name == "provider"
                else _single(name, death, primary.get(death_id), register)
            )
            or NOT_STATED
            for name in by
        )
        for death_id, death in run.deaths.items()
    }


def _groups(run: OpenRun, by: Sequence[str], register: Register | None) -> dict[str, list[Group]]:
    unknown = [name for name in by if name not in BY]
    if unknown:
        raise UserError(
            f"Counts can't be grouped by {unknown[0]}.", f"Use any of: {', '.join(BY)}."
        )
    shares: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    if {"provider", "icb", "region"} & set(by):
        for row in run.rows("shares"):
            shares[row["death_id"]].append((row["provider"], row["is_primary"]))
    layouts: dict[str, list[str]] = defaultdict(list)
    if "layout" in by:
        for death_id, entries in run.ledger.items():
            layouts[death_id] = sorted({e["layout"] for e in entries if e["knows"]})
    return {
        death_id: _of_death(death, by, shares[death_id], layouts[death_id], register)
        for death_id, death in run.deaths.items()
    }


def _of_death(
    death: Mapping[str, Any],
    by: Sequence[str],
    shares: Sequence[tuple[str, bool]],
    layouts: Sequence[str],
    register: Register | None,
) -> list[Group]:
    groups: list[Group] = [((), None)]
    primary = next((provider for provider, is_primary in shares if is_primary), None)
    for name in by:
        options: list[tuple[str, bool | None]]
        if name == "provider":
            options = [(p, q) for p, q in sorted(shares)] or [(NOT_STATED, None)]
        elif name == "layout":
            options = [(layout, None) for layout in layouts] or [(NOT_STATED, None)]
        else:
            options = [(_single(name, death, primary, register) or NOT_STATED, None)]
        groups = [
            ((*group, label), mark if mark is not None else before)
            for group, before in groups
            for label, mark in options
        ]
    return groups


def _single(
    name: str, death: Mapping[str, Any], primary: str | None, register: Register | None
) -> str | None:
    as_dict = dict(death)
    stated: str | None
    if name == "month":
        return month_of(as_dict)
    if name == "quarter":
        return quarter_of(as_dict)
    if name == "financial-year":
        return financial_year_of(as_dict)
    if name in ("sex", "ethnicity"):
        stated = death["sex" if name == "sex" else "ethnic_category"]
        return stated
    if name == "age-band":
        age = death["age_years"]
        if age is None:
            return None
        return next((label for low, high, label in BANDS if low <= age <= high), None)
    on = death["death_date_to"]
    if primary is None or register is None or on is None:
        return None
    return register.icb_of(primary, on) if name == "icb" else register.region_of(primary, on)
