"""Every write of a process, counted, so that any of them can be made to fail or be the last.

A write is whatever a full disk refuses or a power cut falls into: making a folder or a file,
writing and closing it, flushing it to the disk, renaming it. Writes of libraries in C++ (Parquet)
are counted where Python asks for them. Only what lies under the folders that are watched counts.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

SOURCE = f"{os.sep}candour{os.sep}"


class Writes:
    """Counts writes under ``folders``. ``at(n)`` is called before each, n counting from 1."""

    def __init__(self, folders: Sequence[Path], at: Callable[[int], None]) -> None:
        self._within = tuple(f"{os.path.realpath(folder)}{os.sep}" for folder in folders)
        self._at = at
        self._handles: set[int] = set()
        self.sites: list[str] = []
        """For each write the line of Candour that asked for it."""

    def step(self) -> None:
        """One write is about to happen."""
        self.sites.append(_site())
        self._at(len(self.sites))

    def watches(self, path: Any) -> bool:
        """Whether a path, or a number of an open file, is one of those watched."""
        if isinstance(path, int):
            return path in self._handles
        try:
            named = os.fsdecode(path)
        except TypeError:
            return False
        return f"{os.path.realpath(named)}{os.sep}".startswith(self._within)

    def opened(self, handle: int) -> None:
        """Remember the number of a file that was opened for writing."""
        self._handles.add(handle)


@contextmanager
def counted(writes: Writes) -> Iterator[Writes]:
    """Let ``writes`` see every write of this process while the block runs."""
    kept: list[tuple[Any, str, Any]] = []

    def put(holder: Any, name: str, made: Callable[[Any], Any]) -> None:
        real = getattr(holder, name)
        kept.append((holder, name, real))
        setattr(holder, name, made(real))

    put(builtins, "open", lambda real: _open(writes, real))
    put(io, "open", lambda _: builtins.open)
    put(os, "open", lambda real: _os_open(writes, real))
    for name in ("mkdir", "replace", "rename", "fsync"):
        put(os, name, lambda real: _before(writes, real))
    put(os, "sendfile", lambda real: _before(writes, real))
    put(pq.ParquetWriter, "__init__", lambda real: _parquet(writes, real))
    for name in ("write_batch", "write_table"):
        put(pq.ParquetWriter, name, lambda real: _of_parquet(writes, real))
    put(pq.ParquetWriter, "close", lambda real: _close_parquet(writes, real))
    try:
        yield writes
    finally:
        for holder, name, real in reversed(kept):
            setattr(holder, name, real)


def full_from(first: int, last: int | None = None) -> Callable[[int], None]:
    """A disk that is full from the nth write on, or (with ``last``) until that one."""

    def at(number: int) -> None:
        if first <= number and (last is None or number <= last):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "a path of ours")

    return at


def _site() -> str:
    """The innermost line of Candour's own code that is being executed."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if SOURCE in name and f"{os.sep}tests{os.sep}" not in name:
            return f"{Path(name).stem}:{frame.f_lineno}"
        frame = frame.f_back
    return "?"


def _before(writes: Writes, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(first: Any, *rest: Any, **named: Any) -> Any:
        if writes.watches(first):
            writes.step()
        return real(first, *rest, **named)

    return call


def _os_open(writes: Writes, real: Callable[..., int]) -> Callable[..., int]:
    def call(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        wanted = flags & (os.O_WRONLY | os.O_RDWR) and writes.watches(path)
        if wanted:
            writes.step()
        handle = real(path, flags, *rest, **named)
        if wanted:
            writes.opened(handle)
        return handle

    return call


def _open(writes: Writes, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if not set(mode) & set("wxa+") or not writes.watches(file):
            return real(file, mode, *rest, **named)
        if not isinstance(file, int):
            writes.step()
        return _Written(real(file, mode, *rest, **named), writes)

    return call


class _Written:
    """An open file whose writes are counted. What is left in its buffer is written as it closes."""

    def __init__(self, file: Any, writes: Writes) -> None:
        self._file = file
        self._writes = writes
        writes.opened(file.fileno())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _Written:
        return self

    def __exit__(self, kind: Any, *rest: Any) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)

    def write(self, content: Any) -> Any:
        self._writes.step()
        return self._file.write(content)

    def close(self) -> None:
        if self._file.closed:
            return
        self._file.close()
        self._writes.step()


def _parquet(writes: Writes, real: Callable[..., None]) -> Callable[..., None]:
    def call(self: Any, where: Any, *rest: Any, **named: Any) -> None:
        self.watched = writes.watches(where)
        if self.watched:
            writes.step()
        real(self, where, *rest, **named)

    return call


def _of_parquet(writes: Writes, real: Callable[..., None]) -> Callable[..., None]:
    def call(self: Any, *rest: Any, **named: Any) -> None:
        if self.watched:
            writes.step()
        real(self, *rest, **named)

    return call


def _close_parquet(writes: Writes, real: Callable[..., None]) -> Callable[..., None]:
    def call(self: Any) -> None:
        begun = self.is_open
        real(self)
        if begun and self.watched:
            writes.step()

    return call
