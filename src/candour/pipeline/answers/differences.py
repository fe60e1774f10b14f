"""What changed between two runs, death by death, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from candour.errors import UserError
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
FIGURES = ("definition", "before", "after", "why", "change", "death_ids")


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
    touched = _Touched(before, after)
    for old, new in matched.items():
        rows += _changed(before, after, old, new, outcomes_before, outcomes_after, touched)
    return sorted(rows, key=lambda r: (r["death_id"], r["what"]))


def figures_moved(before: OpenRun, after: OpenRun) -> list[dict[str, Any]]:
    """``[{definition, before, after, why, change, death_ids}]``: why each count of deaths moved.

    ``before`` and ``after`` are the deaths that are in under the definition, as each run classified
    them. The changes of one definition add up to the difference: every death that is in on one side
    alone stands under one reason.
    """
    matched, gone, merged = _matched(before, after)
    touched = _Touched(before, after)
    outcomes_before, outcomes_after = _outcomes(before), _outcomes(after)
    came = [d for d in after.deaths if d not in matched.values()]
    away = [*gone, *(old for old, _ in merged if old not in matched)]
    rows: list[dict[str, Any]] = []
    for definition in sorted(_asked(outcomes_before) & _asked(outcomes_after)):
        counted: list[set[str]] = [
            {d for d, said in outcomes.items() if said.get(definition, ("", ""))[1] == "in"}
            for outcomes in (outcomes_before, outcomes_after)
        ]
        moved: dict[tuple[str, int], list[str]] = defaultdict(list)
        for old in away:
            if old in counted[0]:
                why = _why_gone(before, after, old) if old in gone else _why_linked(before, after)
                moved[why, -1].append(old)
        for new in came:
            if new in counted[1]:
                moved[_why_came(before, after, new), 1].append(new)
        for old, new in matched.items():
            if (old in counted[0]) == (new in counted[1]):
                continue
            was, now = outcomes_before[old][definition], outcomes_after[new][definition]
            why = DEFINITION if was[0] != now[0] else touched.why(old, new)
            moved[why, 1 if new in counted[1] else -1].append(new)
        for (why, sign), ids in sorted(moved.items()):
            rows.append(
                {
                    "definition": definition,
                    "before": len(counted[0]),
                    "after": len(counted[1]),
                    "why": why,
                    "change": sign * len(ids),
                    "death_ids": sorted(ids),
                }
            )
    return rows


def _asked(outcomes: dict[str, dict[str, tuple[str, str]]]) -> set[str]:
    return {definition for said in outcomes.values() for definition in said}


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
    touched: _Touched,
) -> list[dict[str, Any]]:
    rows = []
    knew, knows = _knowing(before, old), _knowing(after, new)
    why = touched.why(old, new)
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


class _Touched:
    """Which of the inputs that differ speak of a death, so that its change has its own reason.

    Where none of them does, as when a provider's first list of stays makes others' absence from it
    mean something, the reason is read from all that differs.
    """

    def __init__(self, before: OpenRun, after: OpenRun) -> None:
        self.before, self.after = before, after
        self._speak = _speaking(before), _speaking(after)
        self._decided = _decided(before), _decided(after)

    def why(self, old: str, new: str) -> str:
        """The reason for what changed about a death, under its id in each run."""
        spoke, speak = self._speak[0].get(old, set()), self._speak[1].get(new, set())
        if spoke - _files(self.after):
            return WITHDRAWAL
        if self._decided[0].get(old) != self._decided[1].get(new):
            return DECISION
        knew, knows = set(_knowing(self.before, old)), set(_knowing(self.after, new))
        news = CORRECTION if knew & knows and not knows - knew else LATE_NOTICE
        if speak - _files(self.before):
            return news
        return self._from_all(news)

    def _from_all(self, news: str) -> str:
        if _files(self.before) - _files(self.after):
            return WITHDRAWAL
        if self.before.manifest["decisions"] != self.after.manifest["decisions"]:
            return DECISION
        if _files(self.after) - _files(self.before):
            return news
        return (
            DEFINITION
            if self.before.manifest["definitions"] != self.after.manifest["definitions"]
            else LINKED_ANEW
        )


def _speaking(run: OpenRun) -> dict[str, set[str]]:
    """The submissions with a row about the person of each death; none where rows were not kept."""
    owner = {i["person_key"]: i["death_id"] for i in run.rows("identities") if i["death_id"]}
    found: dict[str, set[str]] = defaultdict(set)
    for submission, key in _rows(run):
        if key in owner:
            found[owner[key]].add(submission)
    return found


def _rows(run: OpenRun) -> Iterator[tuple[str, str]]:
    import pyarrow.compute as pc

    try:
        kept = run.some("rows", ["submission", "person_key"], pc.field("person_key").is_valid())
    except UserError:
        return
    for row in kept:
        yield row["submission"], row["person_key"]


def _decided(run: OpenRun) -> dict[str, set[tuple[str, str, str]]]:
    """What people decided about the identities of each death's person."""
    owner = {i["person_key"]: i["death_id"] for i in run.rows("identities") if i["death_id"]}
    found: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for link in run.rows("links"):
        if link["rule"] != "decision":
            continue
        for side in ("left", "right"):
            if link[side] in owner:
                said = (link["left"], link["right"], link["decision"])
                found[owner[link[side]]].add(said)
    return found


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
