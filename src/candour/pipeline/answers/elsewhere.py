"""Known there, not here: deaths that one provider's lists do not hold and another source does."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

from candour.errors import UserError
from candour.pipeline.answers.counts import Asked, outcomes_of, within
from candour.pipeline.answers.deaths import date_words
from candour.pipeline.answers.periods import Period

if TYPE_CHECKING:
    from candour.pipeline.answers.opening import OpenRun

ANYONE = "anyone"
COLUMNS = (
    "provider",
    "source",
    "people_who_died",
    "known",
    "not_known",
    "expected",
    "known_elsewhere",
    "shown",
    "counted_only",
    "days_to_know",
    "days_to_receipt",
)


def may_be_shown(said: str | None, provider: str) -> bool:
    """Whether what a source knows may be shown to a provider, as its sender said.

    :param said: ``may_be_shown_to`` of the submission: ``anyone``, or codes of providers with
        blanks, commas, semicolons or bars between. What was not said is not allowed (design 6.12).
    """
    words = {word.casefold() for word in re.split(r"[\s,;|]+", said or "") if word}
    return ANYONE in words or provider.casefold() in words


def elsewhere(
    run: OpenRun, period: Period, provider: str | None = None, asked: Asked | None = None
) -> dict[str, Any]:
    """``{sources, deaths}``: what each provider's lists know, and what others know besides.

    ``sources``: per provider and list, the people on it who died by any source, how many of these
    deaths the list knows, does not know, of those not known how many it is expected to know under a
    rule (``expected``) and how many of them no list of the provider knows and a source of somebody
    else does, with the median days from the death to the day on which the list learned of it and to
    its receipt. ``deaths``: per provider, each death that none of its lists knows and that a source
    which may be shown to it does: ``known_by`` says who, when, and how many days after the death.
    Sources that may not be shown are counted in ``further_sources`` and not named; a death of which
    only such sources know is counted and not listed. With ``asked``, a definition and its settings,
    each death listed has its ``outcome``.

    :raises UserError: for a provider none of whose lists knows a person who died.
    """
    allowed = _allowed(run)
    by_provider: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
    ledgers: dict[str, list[dict[str, Any]]] = {}
    for death_id, death in run.deaths.items():
        if period.holds(death) is False:
            continue
        ledgers[death_id] = [e for e in run.ledger[death_id] if _speaks(e)]
        for entry in ledgers[death_id]:
            if _own(entry, entry["provider"]):
                by_provider[entry["provider"]].setdefault(death_id, []).append(entry)
    wanted = sorted(by_provider) if provider is None else [provider]
    if provider is not None and provider not in by_provider:
        raise UserError(
            "No list of that provider holds a person who died.",
            "`candour known RUN` lists the providers that have one.",
        )
    sources, deaths = [], []
    for each in wanted:
        listed = [
            _death(each, run.deaths[death_id], entries, ledgers[death_id], allowed)
            for death_id, entries in sorted(by_provider[each].items())
            if not any(e["knows"] for e in entries)
        ]
        found = {d["death_id"]: d for d in listed if d["known_by"] or d["further_sources"]}
        deaths += [d for d in found.values() if d["known_by"]]
        sources += _sources(each, run, by_provider[each], found)
    if asked is not None:
        outcomes = outcomes_of(run, *asked)
        for row in deaths:
            here = within(period, run.deaths[row["death_id"]], outcomes[row["death_id"]])
            row["outcome"] = here or "out"
    return {"sources": sources, "deaths": deaths}


def _speaks(entry: Mapping[str, Any]) -> bool:
    """A list that came before the person died says nothing about what its sender knows."""
    return bool(entry["knows"]) or entry["rule"] != "received-before-the-death"


def _own(entry: Mapping[str, Any], provider: str | None) -> bool:
    """Whether a list is a provider's own. A national one that a provider passed on is not: what it
    says, the provider's records need not know."""
    return bool(provider) and entry["provider"] == provider and entry["relation"] != "national"


def _allowed(run: OpenRun) -> dict[str, str | None]:
    """``may_be_shown_to`` by file."""
    return {s["file"]: s["may_be_shown_to"] for s in run.rows("submissions")}


def _death(
    provider: str,
    death: Mapping[str, Any],
    here: Sequence[Mapping[str, Any]],
    ledger: Iterable[Mapping[str, Any]],
    allowed: Mapping[str, str | None],
) -> dict[str, Any]:
    knowing: dict[tuple[str, str], Mapping[str, Any]] = {}
    for entry in ledger:
        if entry["knows"] and not _own(entry, provider):
            key = (entry["provider"] or "", entry["role"])
            if key not in knowing or _learned(entry) < _learned(knowing[key]):
                knowing[key] = entry
    shown = [
        e
        for e in knowing.values()
        if e["provider"] == provider or may_be_shown(allowed.get(e["file"]), provider)
    ]
    return {
        "provider": provider,
        "death_id": death["death_id"],
        "death_date": date_words(death) if shown else None,
        "lists_here": sorted({source_name(entry) for entry in here}),
        "known_by": [_known(entry, death) for entry in sorted(shown, key=_learned)],
        "further_sources": len(knowing) - len(shown),
    }


def _learned(entry: Mapping[str, Any]) -> tuple[dt.date, str]:
    return entry["known_on"] or entry["received_on"] or dt.date.max, entry["file"]


def _known(entry: Mapping[str, Any], death: Mapping[str, Any]) -> dict[str, Any]:
    died = death["death_date"]
    return {
        "source": source_name(entry),
        "file": entry["file"],
        "known_on": entry["known_on"],
        "received_on": entry["received_on"],
        "days_to_know": _days(died, entry["known_on"]),
        "days_to_receipt": _days(died, entry["received_on"]),
    }


def _days(died: dt.date | None, then: dt.date | None) -> int | None:
    return (then - died).days if died and then else None


def source_name(entry: Mapping[str, Any]) -> str:
    """``ZQ1/caseload``, or the role alone where no provider owns the list."""
    return f"{entry['provider']}/{entry['role']}" if entry["provider"] else str(entry["role"])


def _sources(
    provider: str,
    run: OpenRun,
    deaths: Mapping[str, Sequence[Mapping[str, Any]]],
    missing: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """A row per list, and one for all the provider's lists together, which comes first."""
    lists: dict[str | None, dict[str, list[Mapping[str, Any]]]] = defaultdict(dict)
    for death_id, entries in deaths.items():
        for entry in entries:
            lists[entry["role"]].setdefault(death_id, []).append(entry)
            lists[None].setdefault(death_id, []).append(entry)
    rows = []
    for role in sorted(lists, key=lambda r: r or ""):
        held = lists[role]
        known = {d: [e for e in entries if e["knows"]] for d, entries in held.items()}
        unknown = [d for d in held if not known[d]]
        away = [missing[d] for d in unknown if d in missing]
        first = {d: min(entries, key=_learned) for d, entries in known.items() if entries}
        rows.append(
            {
                "provider": provider,
                "source": f"{provider}/{role}" if role else f"{provider}, all lists",
                "people_who_died": len(held),
                "known": len(first),
                "not_known": len(unknown),
                "expected": sum(_expected(held[d]) for d in unknown),
                "known_elsewhere": len(away),
                "shown": sum(bool(d["known_by"]) for d in away),
                "counted_only": sum(not d["known_by"] for d in away),
                "days_to_know": _middle(run, first, "known_on"),
                "days_to_receipt": _middle(run, first, "received_on"),
            }
        )
    return rows


def _expected(entries: Sequence[Mapping[str, Any]]) -> bool:
    return any(entry["expected"] == "expected" for entry in entries)


def _middle(run: OpenRun, first: Mapping[str, Mapping[str, Any]], when: str) -> float | None:
    """The median of the days from the death; None where no day is known."""
    days = [_days(run.deaths[d]["death_date"], entry[when]) for d, entry in first.items()]
    told = [each for each in days if each is not None]
    return float(median(told)) if told else None
