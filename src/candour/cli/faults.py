"""What the terminal and a debug folder are told of a fault: never a value."""

from __future__ import annotations

import errno
import os
import traceback
from collections.abc import Sequence
from pathlib import Path

from candour.errors import UserError

DEBUG_DIR = "CANDOUR_DEBUG_DIR"


def report(fault: BaseException) -> str:
    """The lines for standard error about a fault of ours: a reference, and how to tell us.

    Where the environment names a folder in CANDOUR_DEBUG_DIR, the traceback without any exception's
    words is written there under the reference.
    """
    import secrets

    reference = secrets.token_hex(4)
    lines = [f"Something went wrong in Candour itself. Reference: {reference}."]
    folder = os.environ.get(DEBUG_DIR)
    if not folder:
        lines.append(
            f"To keep the details, set {DEBUG_DIR} to a folder and try again; "
            "then report it with the reference."
        )
    else:
        try:
            path = _keep(fault, reference, Path(folder))
            lines.append(f"The details, without any value of the data, are in {path}.")
        except OSError:
            lines.append(f"The details could not be written: the folder in {DEBUG_DIR} is closed.")
    return "\n".join(lines) + "\n"


def scrubbed(fault: BaseException) -> str:
    """The traceback of a fault and of its causes: kinds and places in code, no exception's words.

    An exception's own words may quote a cell, so only its class is named.
    """
    parts = []
    seen: set[int] = set()
    link: BaseException | None = fault
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        places = "".join(traceback.format_list(traceback.extract_tb(link.__traceback__)))
        kind = f"{type(link).__module__}.{type(link).__qualname__}"
        parts.append(f"{kind} (its words are left out)\n{places}")
        link = link.__cause__ or link.__context__
    return "caused by:\n".join(parts)


def _keep(fault: BaseException, reference: str, folder: Path) -> Path:
    path = folder / f"candour-{reference}.txt"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with open(os.open(path, flags, 0o600), "w", encoding="utf-8") as page:
        page.write(scrubbed(fault))
    return path


_REASONS = {
    errno.ENOENT: ("is not there", "Check the path."),
    errno.EACCES: ("may not be opened by you", "Ask for the right to it, or take another path."),
    errno.EPERM: ("may not be opened by you", "Ask for the right to it, or take another path."),
    errno.EISDIR: ("is a folder", "Name a file."),
    errno.ENOTDIR: ("is not a folder", "Check the path."),
    errno.EEXIST: ("is there already", "Choose another path, or move it away first."),
    errno.ENAMETOOLONG: ("has too long a name", "Choose a shorter path."),
    errno.EROFS: ("lies on a disk that cannot be written", "Choose another path."),
}


def as_user_error(fault: OSError, words: Sequence[str]) -> UserError | None:
    """The mendable fault behind an `OSError`, or none where it is ours.

    It is the user's to mend when the disk is full, or when the file is one that ``words`` (the
    command line) named, or lies within a folder that they named.
    """
    if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return UserError("The disk is full.", "Make room and try again; nothing was kept.")
    if fault.errno not in _REASONS or fault.filename is None:
        return None
    named = Path(os.fsdecode(fault.filename))
    typed = [Path(word.split("=", 1)[-1]) for word in words]
    if not any(named == path or path in named.parents for path in typed if str(path) != "."):
        return None
    what, remedy = _REASONS[fault.errno]
    return UserError(f"{named} {what}.", remedy)
