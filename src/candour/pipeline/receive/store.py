"""The store: received bytes under their own hash, and tombstones of what had to leave.

A store is a folder that only its owner can read. ``<hash>`` holds the bytes of one submission;
``<hash>.withdrawn`` says why, by whom and when a submission was taken out again.
"""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from candour.errors import UserError
from candour.tables import folders

_HASH = re.compile(r"[0-9a-f]{64}")
_ARRIVING = ".arriving-"


@dataclass(frozen=True)
class Withdrawal:
    """The tombstone of a submission: its hash, the reason, who took it out and on which day."""

    hash: str
    reason: str
    by: str
    on: date


def opened(store: Path) -> Path:
    """The store's folder, made if it is not there yet.

    What a killed process left half copied is swept away. Raises ``UserError`` where other accounts
    can read a folder that is there already.
    """
    if store.exists() and not store.is_dir():
        raise UserError(f"The store {store} is a file.", "Name a folder.")
    folders.refuse_if_open_to_others(store)
    folders.private(store)
    folders.sweep(store, _ARRIVING)
    return store


class Arriving:
    """Bytes on their way into the store: write to ``handle``, then ``keep`` or walk away."""

    def __init__(self, store: Path, handle: BinaryIO, beside: Path) -> None:
        self.handle = handle
        self._store = store
        self._beside = beside

    def keep(self, digest: str) -> Path:
        """Put the bytes in place under their hash. Bytes that are there already stay as they are.

        The bytes are on the disk before the name is: a power cut leaves the file whole or absent.
        """
        place = self._store / digest
        self.handle.flush()
        os.fsync(self.handle.fileno())
        self.handle.close()
        if not place.exists():
            os.replace(self._beside, place)
        return place


@contextmanager
def arriving(store: Path) -> Iterator[Arriving]:
    """A place beside the store's files into which bytes are copied while they are examined.

    What is not kept by the end of the block is gone.
    """
    beside = store / f"{_ARRIVING}{os.getpid()}-{uuid.uuid4().hex}"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        try:
            yield Arriving(store, handle, beside)
        finally:
            try:
                handle.close()
            finally:
                beside.unlink(missing_ok=True)


_BINARY = getattr(os, "O_BINARY", 0)


def is_withdrawn(store: Path, digest: str) -> bool:
    """Whether a submission was withdrawn from this store."""
    return _tombstone(store, digest).exists()


def withdrawal(store: Path, digest: str) -> Withdrawal | None:
    """The tombstone of a submission, or None where it was not withdrawn."""
    path = _tombstone(store, digest)
    if not path.exists():
        return None
    said = json.loads(path.read_text(encoding="utf-8"))
    return Withdrawal(
        hash=digest,
        reason=str(said["reason"]),
        by=str(said["by"]),
        on=date.fromisoformat(said["on"]),
    )


def withdraw(store: Path, digest: str, reason: str, by: str, on: date | None = None) -> Withdrawal:
    """Take a submission's bytes out of the store and leave a tombstone.

    The tombstone is written first, so that a cut in between leaves bytes that no run will use,
    never a file gone without a word. ``digest`` may be shortened to the first characters that name
    one file. ``on`` is the day; without it, today. Withdrawing again keeps the first tombstone and
    makes sure that the bytes are gone. Raises ``UserError`` where no reason or name is given, or
    where the store knows no such submission, or several.
    """
    if not reason.strip() or not by.strip():
        raise UserError(
            "A withdrawal needs a reason and a name.", "Give both: --reason TEXT --by NAME."
        )
    whole = _whole_hash(store, digest)
    if is_held(store, whole):
        raise UserError(
            "A hold is on this submission: nothing of it may be taken away.",
            "Ask whoever placed it: HASH.hold in the store says who, when and why.",
        )
    place = store / whole
    earlier = withdrawal(store, whole)
    if earlier is None:
        # A tombstone is a record of what a person did today, so the clock is right here.
        day = on or date.today()  # noqa: DTZ011 - the civil day of whoever withdraws
        said = {"hash": whole, "reason": reason.strip(), "by": by.strip(), "on": day.isoformat()}
        folders.write_whole(
            _tombstone(store, whole), json.dumps(said, ensure_ascii=False, indent=1) + "\n"
        )
        earlier = Withdrawal(whole, reason.strip(), by.strip(), day)
    place.unlink(missing_ok=True)
    return earlier


def is_held(store: Path, digest: str) -> bool:
    """Whether a hold (of an inquiry, a coroner or a court) forbids that a submission leaves."""
    return _hold(store, digest).exists()


def hold(store: Path, digest: str, reason: str, by: str, on: date | None = None) -> dict[str, str]:
    """Place a hold on a submission, or read the one that is on it already.

    Raises ``UserError`` where no reason or name is given, or the store knows no such submission.
    """
    if not reason.strip() or not by.strip():
        raise UserError("A hold needs a reason and a name.", "Give both: --reason TEXT --by NAME.")
    whole = _whole_hash(store, digest)
    path = _hold(store, whole)
    if not path.exists():
        day = on or date.today()  # noqa: DTZ011 - the civil day of whoever places the hold
        said = {"hash": whole, "reason": reason.strip(), "by": by.strip(), "on": day.isoformat()}
        folders.write_whole(path, json.dumps(said, ensure_ascii=False, indent=1) + "\n")
    placed: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return placed


def _hold(store: Path, digest: str) -> Path:
    return store / f"{digest}.hold"


def _tombstone(store: Path, digest: str) -> Path:
    return store / f"{digest}.withdrawn"


def _whole_hash(store: Path, digest: str) -> str:
    if not store.is_dir():
        raise UserError(f"There is no store {store}.", "Name the store of the run: --store DIR.")
    wanted = digest.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{8,64}", wanted):
        raise UserError(
            "That is not the hash of a submission.",
            "Copy it from manifest.json of the run: 64 characters, or at least the first 8.",
        )
    names = {
        path.name.removesuffix(".withdrawn").removesuffix(".hold")
        for path in store.glob(f"{wanted}*")
    }
    found = sorted(name for name in names if _HASH.fullmatch(name))
    if len(found) != 1:
        many = "several submissions that begin so" if found else "no such submission"
        raise UserError(
            f"The store {store} knows {many}.",
            "Copy the whole hash from manifest.json of the run, and name that run's store.",
        )
    return found[0]
