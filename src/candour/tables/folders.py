"""Folders and files that appear whole or not at all, and that only their owner can read."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from candour.errors import UserError

LEFT_OVER = ".building-"


@contextlib.contextmanager
def building(target: Path) -> Iterator[Path]:
    """Make a folder beside ``target`` and rename it into place when the block ends well.

    If the block fails, or the process is killed, ``target`` is as it was before: an earlier folder
    stays, an absent one stays absent. What a killed process left beside it is swept away by the
    next one. The rename is one step of the file system; replacing an older folder takes two (the
    old one is moved aside first, since no system renames over a folder that is not empty), and is
    mended by the next run if it was cut between them.
    """
    target = Path(target)
    if not target.parent.is_dir():
        raise UserError(
            f"There is no folder {target.parent} to write into.", "Make it first, or name another."
        )
    if target.is_file():
        raise UserError(f"{target} is a file.", "Name a folder that is not there yet.")
    _mend(target)
    work = target.parent / f"{target.name}{LEFT_OVER}{os.getpid()}-{uuid.uuid4().hex[:8]}"
    work.mkdir(mode=0o700)
    try:
        yield work
        aside = target.parent / f"{target.name}{LEFT_OVER}before"
        if target.exists():
            target.rename(aside)
        try:
            work.rename(target)
        except OSError:
            if aside.exists():
                aside.rename(target)
            raise
        if aside.exists():
            shutil.rmtree(aside)
    finally:
        if work.exists():
            shutil.rmtree(work, ignore_errors=True)


def _mend(target: Path) -> None:
    """Put back what a cut replacement moved aside; sweep what dead processes left."""
    aside = target.parent / f"{target.name}{LEFT_OVER}before"
    if aside.exists():
        if target.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(target)
    sweep(target.parent, f"{target.name}{LEFT_OVER}")


def sweep(folder: Path, prefix: str) -> None:
    """Remove what dead processes left in ``folder``: files and folders named ``prefix``, the
    number of the process that made them, ``-`` and anything."""
    for left in folder.iterdir():
        if not left.name.startswith(prefix):
            continue
        number = left.name.removeprefix(prefix).split("-")[0]
        if number.isdigit() and not _alive(int(number)):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    if os.name == "nt":
        # On Windows os.kill would end the process that is asked about: leave its folder alone.
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


_OURS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EMFILE, errno.ENFILE)


def is_ours(fault: BaseException) -> bool:
    """Whether a fault is of the place that we write to, and so none of a file that we read."""
    return isinstance(fault, OSError) and fault.errno in _OURS


def write_whole(path: Path, content: str | bytes | Iterable[bytes]) -> None:
    """Write a file that others cannot read, beside ``path`` and then into it: whole or not at all.

    ``content`` may come in pieces. The bytes are on the disk before the name is. A folder that is
    not there, a path that is a folder, and one that cannot be written are ``UserError``s.
    """
    path = Path(path)
    if path.is_dir():
        raise UserError(f"{path} is a folder.", "Name a file.")
    if not path.parent.is_dir():
        raise UserError(
            f"The folder {path.parent} is not there.", "Make it first, or choose another path."
        )
    beside = path.parent / f".{path.name}{LEFT_OVER}{uuid.uuid4().hex[:8]}"
    data = content.encode("utf-8") if isinstance(content, str) else content
    pieces = [data] if isinstance(data, bytes) else data
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        with open(handle, "wb") as page:
            for piece in pieces:
                page.write(piece)
            page.flush()
            os.fsync(page.fileno())
        os.replace(beside, path)
    except PermissionError as refusal:
        raise UserError(
            f"{path} cannot be written by you.", "Choose a folder that is yours."
        ) from refusal
    finally:
        beside.unlink(missing_ok=True)


def write_whole_within(path: Path, content: str | bytes) -> None:
    """Write a file as ``write_whole`` does, in a folder that is made where it is not there.

    Where that fails, no folder is left that was not there before.
    """
    made: list[Path] = []
    lacking = [each for each in (path.parent, *path.parent.parents) if not each.exists()]
    try:
        for folder in reversed(lacking):
            folder.mkdir()
            made.append(folder)
        write_whole(path, content)
    except BaseException:
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


_BINARY = getattr(os, "O_BINARY", 0)
"""Windows would else turn line ends into its own."""


def private(folder: Path) -> Path:
    """Make ``folder`` (mode 0700), or close it to others where it stands."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name != "nt":
        folder.chmod(0o700)
    return folder


def refuse_if_open_to_others(folder: Path) -> None:
    """A folder of people's details that other accounts can read is refused, with the remedy."""
    if os.name == "nt" or not folder.exists():
        return
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        raise UserError(
            f"Other accounts on this machine can read {folder}, which holds people's details.",
            f"Close it with: chmod 700 {folder}",
        )
