"""Where Spark's tables lie between the steps: beside the run, or where a cluster can read them."""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from candour.errors import UserError

_PATTERN = re.compile(r"([\\*?{}\[\]])")


def _plain(address: str) -> str:
    """An address in which nothing is a pattern: Spark takes ``*`` and ``[`` for one."""
    return _PATTERN.sub(r"\\\1", address)


class Storage(Protocol):
    """Tables by name, each a Parquet file or a folder of them."""

    def to_write(self, name: str) -> str:
        """The address to which Spark writes a table."""

    def to_read(self, name: str) -> str:
        """The address from which Spark reads a table."""

    def put(self, path: Path, name: str) -> None:
        """Bring a file of this machine into the storage."""

    def get(self, name: str) -> list[Path]:
        """The files of a table on this machine, in their order."""


class Beside:
    """A private folder of this machine, with Spark in this machine too: nothing has to travel.

    What lies there stays until the run's folder of work goes.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def to_write(self, name: str) -> str:
        """The address to which Spark writes a table."""
        return f"file://{self._root / name}"

    def to_read(self, name: str) -> str:
        """The address from which Spark reads a table."""
        return _plain(self.to_write(name))

    def put(self, path: Path, name: str) -> None:
        """Bring a file of this machine into the storage."""
        path.rename(self._root / name)

    def get(self, name: str) -> list[Path]:
        """The files of a table on this machine, in their order."""
        return _parts(self._root / name)


class Elsewhere:
    """A place that this machine and every worker reach, opened by Spark's own file systems.

    So whatever Spark is set to open can be named (``hdfs://``, ``s3a://``, ``abfss://``, a shared
    folder), under the same rights. Each run has a folder of its own there, which ``close`` removes.

    :param root: a folder or an address.
    :param given: a private folder of this machine for what comes back.
    :raises UserError: it cannot be written.
    """

    def __init__(self, session: Any, root: str, given: Path) -> None:
        if "://" not in root:
            root = f"file://{Path(root).absolute()}"
        self._given = given
        self._root = f"{root.rstrip('/')}/candour-{uuid.uuid4().hex}"
        self._path = session._jvm.org.apache.hadoop.fs.Path
        with _told(root):
            at = self._path(self._root)
            self._files = at.getFileSystem(session._jsc.hadoopConfiguration())
            permission = session._jvm.org.apache.hadoop.fs.permission.FsPermission
            self._files.mkdirs(at)
            # Where the storage has rights of this kind, the folder is its owner's alone.
            self._files.setPermission(at, permission("700"))

    def to_write(self, name: str) -> str:
        """The address to which Spark writes a table."""
        return f"{self._root}/{name}"

    def to_read(self, name: str) -> str:
        """The address from which Spark reads a table."""
        return _plain(self.to_write(name))

    def put(self, path: Path, name: str) -> None:
        """Bring a file of this machine into the storage; it is no longer here then."""
        with _told(self._root):
            here = self._path(f"file://{path.absolute()}")
            self._files.copyFromLocalFile(True, True, here, self._path(self.to_write(name)))

    def get(self, name: str) -> list[Path]:
        """Bring a table here, and give its files in their order."""
        here = self._given / name
        if not here.exists():
            with _told(self._root):
                there = self._path(self.to_write(name))
                to = self._path(f"file://{here.absolute()}")
                self._files.copyToLocalFile(False, there, to, True)
        return _parts(here)

    def close(self) -> None:
        """Remove what this run put there."""
        with _told(self._root):
            self._files.delete(self._path(self._root), True)


@contextlib.contextmanager
def _told(root: str) -> Iterator[None]:
    """What Spark's file systems refuse, said in plain words."""
    from py4j.protocol import Py4JError

    try:
        yield
    except Py4JError as refusal:
        raise UserError(
            f"Spark cannot read or write its storage at {root}.",
            "Check CANDOUR_SPARK_STORAGE, its rights, and that Spark has what opens such an "
            "address (spark.jars.packages).",
        ) from refusal


def _parts(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(each for each in path.iterdir() if each.name.startswith("part-"))
