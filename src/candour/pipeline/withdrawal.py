"""A file that must not be here leaves the store and later runs; earlier runs are marked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from candour.errors import UserError
from candour.pipeline.answers.opening import MARK
from candour.pipeline.receive import withdraw
from candour.pipeline.receive.store import Withdrawal
from candour.tables import write_whole


def withdraw_everywhere(store: Path, digest: str, *, reason: str, by: str) -> dict[str, Any]:
    """Withdraw a submission, and mark the runs beside the store that used it.

    A marked run can still be read (what was once counted can be shown again), says so, and refuses
    to be published. Raises UserError where the store knows no such file, where no reason is given,
    or where a hold is on it.
    """
    tombstone = withdraw(store, digest, reason, by)
    try:
        marked = _mark_runs(store, tombstone)
    except OSError as fault:
        # What a person asked to be taken away is gone, and to undo that would be worse than to say
        # what is left to do.
        raise UserError(
            "The submission has left the store, but not every run beside it could be marked.",
            "Make room on the disk and see that the runs are yours to write; then withdraw it "
            "again: that marks the rest.",
        ) from fault
    return {
        "hash": tombstone.hash,
        "reason": tombstone.reason,
        "by": tombstone.by,
        "on": tombstone.on.isoformat(),
        "runs_marked": marked,
    }


def _mark_runs(store: Path, tombstone: Withdrawal) -> list[str]:
    """Mark the runs beside the store that used a submission; gives their names."""
    marked = []
    for manifest_path in sorted(store.resolve().parent.glob("*/manifest.json")):
        try:
            manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
            used = {i["submission"] for i in manifest["inputs"] if i["left_out"] is None}
        except (OSError, ValueError, KeyError, TypeError):
            # Not a run of ours; its owner's files are left alone.
            continue
        if tombstone.hash in used:
            _mark(manifest_path.parent, tombstone)
            marked.append(manifest_path.parent.name)
    return marked


def _mark(run: Path, tombstone: Withdrawal) -> None:
    path = run / MARK
    marks = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    if not any(m["submission"] == tombstone.hash for m in marks):
        marks.append(
            {
                "submission": tombstone.hash,
                "by": tombstone.by,
                "reason": tombstone.reason,
                "on": tombstone.on.isoformat(),
            }
        )
        write_whole(path, json.dumps(marks, indent=2) + "\n")
