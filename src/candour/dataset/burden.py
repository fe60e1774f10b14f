"""The burden meter: what existing forms ask of one death, what is asked twice, and asked once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from candour.dataset.collected import Flow, flows, kinds, retyping_seconds
from candour.dataset.loading import field
from candour.errors import UserError


def burden(kind: str, forms: Iterable[str] = (), *, legacy: bool = False) -> dict[str, Any]:
    """What one death or event of a kind costs those who fill in forms about it.

    Counted are forms that a person fills in: all that are asked for the kind, or those named in
    ``forms``; one that another is to replace only with ``legacy``. A field's seconds are the data
    set's estimate; one that a system holds costs the time of typing it again into each further
    form. Asked once means: each of these fields one time, and nothing that a system already holds.

    Gives ``{kind, words, forms, fields, asked, different, repeated, minutes_now, minutes_once,
    minutes_saved, automatic, not_counted}``. Minutes are rounded to one decimal. Raises UserError
    for a kind or a form that does not exist.
    """
    if kind not in kinds():
        raise UserError(f"There is no kind {kind!r}.", f"Kinds: {', '.join(kinds())}.")
    asked_for = [flow for flow in flows().values() if kind in flow.asked_for]
    counted = _counted(asked_for, tuple(forms), legacy)
    times = Counter(path for flow in counted for path in flow.asks())
    by_form = [_form(flow, times) for flow in counted]
    now = sum(_seconds(path) * count for path, count in times.items())
    once = sum(field(path).seconds for path in times)
    return {
        "kind": kind,
        "words": kinds()[kind],
        "forms": by_form,
        "fields": [_field(path, count, counted) for path, count in times.most_common()],
        "asked": sum(times.values()),
        "different": len(times),
        "repeated": sum(count > 1 for count in times.values()),
        "minutes_now": _minutes(now),
        "minutes_once": _minutes(once),
        "minutes_saved": round(_minutes(now) - _minutes(once), 1),
        "automatic": [flow.id for flow in asked_for if not flow.by_hand],
        "not_counted": [f.id for f in asked_for if f.by_hand and f not in counted],
    }


def _counted(asked_for: list[Flow], named: tuple[str, ...], legacy: bool) -> list[Flow]:
    by_hand = [flow for flow in asked_for if flow.by_hand]
    unknown = set(named) - {flow.id for flow in by_hand}
    if unknown:
        raise UserError(
            f"Not a form that is filled in by hand for this kind: {', '.join(sorted(unknown))}.",
            f"Forms: {', '.join(flow.id for flow in by_hand)}.",
        )
    if named:
        return [flow for flow in by_hand if flow.id in named]
    return [flow for flow in by_hand if legacy or not flow.legacy]


def _form(flow: Flow, times: Counter[str]) -> dict[str, Any]:
    asks = flow.asks()
    return {
        "form": flow.id,
        "title": flow.title,
        "holder": flow.holder,
        "fields": len(asks),
        "also_asked_elsewhere": sum(times[path] > 1 for path in asks),
        "minutes": _minutes(sum(map(_seconds, asks))),
        "read": flow.read,
        "source": flow.source,
    }


def _field(path: str, count: int, counted: list[Flow]) -> dict[str, Any]:
    return {
        "path": path,
        "title": field(path).title,
        "times": count,
        "forms": [flow.id for flow in counted if path in flow.asks()],
        "seconds_each": _seconds(path),
        "seconds_once": field(path).seconds,
    }


def _seconds(path: str) -> int:
    return field(path).seconds or retyping_seconds()


def _minutes(seconds: int) -> float:
    return round(seconds / 60, 1)
