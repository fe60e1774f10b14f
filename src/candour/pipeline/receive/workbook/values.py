"""The bare values of a sheet as texts, by fastexcel: here, or in a process of its own.

A process of its own reads while this one still looks whether the sheet is safe and how far it
reaches. A workbook that is made to do harm takes down that process alone, and whoever finds that
the workbook is to be refused ends it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import mmap
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

from candour.pipeline.receive.workbook.package import (
    MOST_OF_A_SHEET,
    Package,
    Refusal,
    Sheet,
)
from candour.pipeline.receive.workbook.values_apart import DONE, TOO_LARGE

if TYPE_CHECKING:
    import pyarrow as pa

# The reader of cells warns in words that it takes from the workbook, such as the name of a sheet.
logging.getLogger("calamine").addHandler(logging.NullHandler())
logging.getLogger("calamine").propagate = False

LARGE = 32 << 20
"""Bytes of a sheet from which it is read in a process of its own: to start one takes as long as to
look through these."""
MOST_MEMORY = 4 << 30
"""Bytes of addresses for that process. A sheet of twelve million cells takes 2.3 thousand million,
of which Arrow sets half aside and never fills."""


def values_here(package: Package, sheet: Sheet) -> tuple[list[pa.Array], int]:
    """The columns of a sheet as texts (some of them null), and the number of the first one.

    Raises ``Refusal`` where the sheet is damaged. Its reach must have been looked at.
    """
    import fastexcel
    import pyarrow as pa

    try:
        book = fastexcel.read_excel(package.path)
        loaded = book.load_sheet(sheet.name, header_row=None, skip_rows=0, dtypes="string")
        batch: pa.RecordBatch = loaded.to_arrow()
        first = min((each.absolute_index for each in loaded.available_columns()), default=0) + 1
    except (fastexcel.FastExcelError, pa.ArrowException, ValueError) as fault:
        raise _damaged() from fault
    return batch.columns, first


class ValuesApart:
    """A sheet whose values are being read in a process of its own. To be closed in any case."""

    def __init__(self, package: Package, sheet: Sheet) -> None:
        self.package = package
        self.sheet = sheet
        self._closed = False
        # Memory without a name: nothing of it is left, whichever of the two processes ends first.
        self._memory = os.memfd_create("values")
        programme = str(Path(__file__).with_name("values_apart.py"))
        asked = {
            "workbook": str(package.path.absolute()),
            "sheet": sheet.name,
            "into": self._memory,
            "memory": MOST_MEMORY,
        }
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own programme, by this very Python
                [sys.executable, "-P", programme],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=[self._memory],
            )
        except OSError:
            os.close(self._memory)
            raise
        # A process that is gone already is noticed when it is asked for the values.
        with contextlib.suppress(BrokenPipeError):
            _end_of(self._process.stdin).write(json.dumps(asked).encode() + b"\n")
            _end_of(self._process.stdin).flush()

    @classmethod
    def begun(cls, package: Package, sheet: Sheet) -> ValuesApart | None:
        """Begin to read a large sheet; None where it is read here, once its reach is known.

        That is where it is small, and where the system keeps no process to a limit of memory.
        None, too, where it is larger than any that is read.
        """
        if not LARGE < package.size(sheet.part) <= MOST_OF_A_SHEET:
            return None
        if sys.platform != "linux" or not sys.executable:
            return None
        try:
            return cls(package, sheet)
        except OSError:
            return None

    def columns(self) -> tuple[list[pa.Array], int]:
        """What ``values_here`` gives, as soon as it is there."""
        from pyarrow import ipc, py_buffer

        answer = _end_of(self._process.stdout).readline()
        if not answer:
            if self._process.wait() < 0:
                # Its limit of memory, or that of the system, has ended it.
                raise Refusal("workbook-too-large")
            # It could not work here at all.
            return values_here(self.package, self.sheet)
        said = json.loads(answer)
        if said["outcome"] == TOO_LARGE:
            raise Refusal("workbook-too-large")
        if said["outcome"] != DONE:
            raise _damaged()
        mapped = mmap.mmap(self._memory, 0, prot=mmap.PROT_READ)  # nothing is copied
        with ipc.open_file(py_buffer(mapped)) as source:
            batch: pa.RecordBatch = source.get_batch(0)
        return batch.columns, int(said["first"])

    def close(self) -> None:
        """End the process, whether or not it is done. Columns that were given stay.

        To close it once more does nothing.
        """
        if self._closed:
            return
        self._closed = True
        self._process.kill()
        self._process.communicate()
        os.close(self._memory)


def _end_of(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("the process was started without a pipe")
    return pipe


def _damaged() -> Refusal:
    return Refusal("file-not-readable", "A sheet of it is damaged.")
