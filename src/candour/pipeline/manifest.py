"""The manifest: what went into a run, by hash and version, and what came out, by digest."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from candour import __version__

if TYPE_CHECKING:
    from candour.pipeline.link import Decision
    from candour.pipeline.receive import Submission
    from candour.pipeline.standardise import Sent
    from candour.sources.registry import Layouts
    from candour.tables import Written

FORMAT = 1
"""Number of the shape of a run's folder. This one and the one before are read (design 6.18)."""
INVENTED = "invented"
OPEN_DATA = "open"


def manifest_of(
    submissions: Sequence[Submission],
    sent: Sequence[Sent],
    layouts: Layouts,
    decisions: Sequence[Decision],
    as_known_on: dt.date | None,
    counts: Mapping[str, Any],
    tables: Mapping[str, Written],
    engine: str,
) -> dict[str, Any]:
    """Everything that decides a run's content. Nothing here depends on clock or machine."""
    from candour.dataset import load
    from candour.definitions import catalogue
    from candour.pipeline.link.exact import MODEL

    used = {each.mapping.id for each in sent}
    return {
        "format": FORMAT,
        "candour": __version__,
        "data_set": load().release,
        "definitions": [d.ref for d in catalogue().values()],
        "linkage_model": MODEL,
        "engine": engine,
        "as_known_on": as_known_on.isoformat() if as_known_on else None,
        "basis": basis_of(submissions),
        "data": data_of(submissions),
        "layouts": {i: layouts.get(i).version for i in sorted(used)},
        "inputs": [
            {
                "submission": s.id,
                "file": s.file,
                "received_on": s.received_on.isoformat() if s.received_on else None,
                "provider": s.provider,
                "layout": s.layout,
                "left_out": s.left_out,
            }
            for s in sorted(submissions, key=lambda s: (s.received_on or dt.date.max, s.id))
        ],
        "decisions": {"count": len(decisions), "digest": _digest(decisions)},
        "counts": dict(counts),
        "tables": {
            name: {"rows": written.rows, "digest": written.digest}
            for name, written in sorted(tables.items())
        },
    }


def basis_of(submissions: Sequence[Submission]) -> str:
    """``stated`` where every file used names its legal basis; such a run alone may be published."""
    used = [s for s in submissions if s.left_out is None]
    if used and all(s.legal_basis for s in used):
        return "stated"
    return "basis not stated"


def data_of(submissions: Sequence[Submission]) -> str:
    """``invented`` or ``open`` where every file used says so as its basis; else ``real``."""
    used = [s for s in submissions if s.left_out is None]
    for word in (INVENTED, OPEN_DATA):
        if used and all((s.legal_basis or "").lower().startswith(word) for s in used):
            return word
    return "real"


def _digest(decisions: Sequence[Decision]) -> str | None:
    if not decisions:
        return None
    said = sorted(
        json.dumps([d.left, d.right, d.decision, str(d.decided_on), d.by, d.why]) for d in decisions
    )
    return hashlib.sha256("\n".join(said).encode("utf-8")).hexdigest()
