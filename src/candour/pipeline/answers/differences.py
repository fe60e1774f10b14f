"""What changed between two runs, death by death, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from candour.pipeline.answers.deaths import date_words

if TYPE_CHECKING:
    from candour.pipeline.answers.opening import OpenRun

LATE_NOTICE = "late notice"
CORRECTION = "correction"
WITHDRAWAL = "withdrawal"
DECISION = "decision"
DEFINITION = "definition"
LINKED_ANEW = "linked anew"
COLUMNS = ("death_id", "what", "before", "after", "why")


def differences(before: OpenRun, after: OpenRun) -> list[dict[str, Any]]:
    """``[{death_id, what, before, after, why}]``, in the order of ids.

    ``what`` is ``death`` (there or not), ``date of death``, ``outcome under DEFINITION``, ``known
    to SOURCE`` or ``id``. ``why`` is one of late notice, correction, withdrawal, decision,
    definition, or linked anew, read from what differs between the two runs' inputs.
    """
    matched, gone, merged = _matched(before, after)
    came = [d for d in after.deaths if d not in matched.values()]
    rows: list[dict[str, Any]] = []
    for old in gone:
        rows.append(_row(old, "death", "there", None, _why_gone(before, after, old)))
    for new in came:
        rows.append(_row(new, "death", None, "there", _why_came(before, after, new)))
    for old, new in merged:
        rows.append(_row(new, "id", old, new, _why_linked(before, after)))
    outcomes_before, outcomes_after = _outcomes(before), _outcomes(after)
    for old, new in matched.items():
        rows += _changed(before, after, old, new, outcomes_before, outcomes_after)
    return sorted(rows, key=lambda r: (r["death_id"], r["what"]))


def _row(death_id: str, what: str, old: Any, new: Any, why: str) -> dict[str, Any]:
    return {"death_id": death_id, "what": what, "before": old, "after": new, "why": why}


def _matched(
    before: OpenRun, after: OpenRun
) -> tuple[dict[str, str], list[str], list[tuple[str, str]]]:
    """Deaths of the first run with their id in the second; those gone; those under another id."""
    matched, gone, merged = {}, [], []
    taken: set[str] = set()
    for old in sorted(before.deaths, key=lambda d: (d not in after.deaths, d)):
        new = old if old in after.deaths else after.aliases.get(old)
        if new is None or new not in after.deaths:
            back = [d for d in after.deaths if before.aliases.get(d) == old and d not in taken]
            new = back[0] if back else None
        if new is None:
            gone.append(old)
            continue
        if new != old:
            merged.append((old, new))
        if new in taken:
            continue
        taken.add(new)
        matched[old] = new
    return matched, gone, merged


def _files(run: OpenRun) -> set[str]:
    return {i["submission"] for i in run.manifest["inputs"] if i["left_out"] is None}


def _why_came(before: OpenRun, after: OpenRun, death_id: str) -> str:
    if _files(after) - _files(before):
        return LATE_NOTICE
    return _why_linked(before, after)


def _why_gone(before: OpenRun, after: OpenRun, death_id: str) -> str:
    if _files(before) - _files(after):
        return WITHDRAWAL
    if _files(after) - _files(before):
        return CORRECTION
    return _why_linked(before, after)


def _why_linked(before: OpenRun, after: OpenRun) -> str:
    if before.manifest["decisions"] != after.manifest["decisions"]:
        return DECISION
    return LATE_NOTICE if _files(after) - _files(before) else LINKED_ANEW


def _outcomes(run: OpenRun) -> dict[str, dict[str, tuple[str, str]]]:
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for r in run.rows("classified"):
        found.setdefault(r["death_id"], {})[r["definition"]] = (r["version"], r["outcome"])
    return found


def _changed(
    before: OpenRun,
    after: OpenRun,
    old: str,
    new: str,
    outcomes_before: dict[str, dict[str, tuple[str, str]]],
    outcomes_after: dict[str, dict[str, tuple[str, str]]],
) -> list[dict[str, Any]]:
    rows = []
    knew, knows = _knowing(before, old), _knowing(after, new)
    why = _why_changed(before, after, set(knew), set(knows))
    for source in sorted(set(knows) - set(knew)):
        told = _why_known(before, after, knows[source])
        rows.append(_row(new, f"known to {source}", None, "knows", told))
    for source in sorted(set(knew) - set(knows)):
        gone = _why_unknown(before, after, knew[source])
        rows.append(_row(new, f"known to {source}", "knows", None, gone))
    dates = date_words(before.deaths[old]), date_words(after.deaths[new])
    if dates[0] != dates[1]:
        rows.append(_row(new, "date of death", *dates, why))
    for definition, (version, outcome) in sorted(outcomes_after.get(new, {}).items()):
        earlier = outcomes_before.get(old, {}).get(definition)
        if earlier is None or earlier[1] == outcome:
            continue
        reason = DEFINITION if earlier[0] != version else why
        rows.append(_row(new, f"outcome under {definition}", earlier[1], outcome, reason))
    return rows


def _why_changed(before: OpenRun, after: OpenRun, knew: set[str], knows: set[str]) -> str:
    if _files(before) - _files(after):
        return WITHDRAWAL
    if before.manifest["decisions"] != after.manifest["decisions"]:
        return DECISION
    if _files(after) - _files(before):
        return CORRECTION if knew & knows and not knows - knew else LATE_NOTICE
    return (
        DEFINITION
        if before.manifest["definitions"] != after.manifest["definitions"]
        else LINKED_ANEW
    )


def _knowing(run: OpenRun, death_id: str) -> dict[str, set[str]]:
    """Who knows of a death, with the files that say so: a second file of one list is no news."""
    found: dict[str, set[str]] = {}
    for entry in run.ledger[death_id]:
        if entry["knows"]:
            provider, role = entry["provider"], entry["role"]
            source = f"{provider}/{role}" if provider else entry["file"]
            found.setdefault(source, set()).add(entry["file"])
    return found


def _why_known(before: OpenRun, after: OpenRun, files: set[str]) -> str:
    earlier = {i["file"] for i in before.manifest["inputs"]}
    return LATE_NOTICE if files - earlier else _why_linked(before, after)


def _why_unknown(before: OpenRun, after: OpenRun, files: set[str]) -> str:
    later = {i["file"] for i in after.manifest["inputs"] if i["left_out"] is None}
    if not files & later:
        return WITHDRAWAL
    return CORRECTION if _files(after) - _files(before) else _why_linked(before, after)
