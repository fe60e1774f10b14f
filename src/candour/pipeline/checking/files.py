"""Findings about files, without a run: what a sender wants to know before sending."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from candour.dataset.findings import Finding
from candour.errors import UserError
from candour.pipeline.checking.found import Checked
from candour.pipeline.checking.gathered import Gathered
from candour.pipeline.checking.quick import quick_findings
from candour.sources.registry import Layouts

if TYPE_CHECKING:
    from candour.pipeline.receive.workbook.values import ValuesApart

# A file that is checked on its own was not "received", and its sender is whoever asks.
_LEAST_MEGABYTES, _MOST_MEGABYTES, _TIMES_THE_FILES = 160, 400, 3
"""Memory of the engine: with what Python and the readers take, a check of a hundred thousand rows
stays below 512 MB, and one of any number below 1 GiB. What does not fit goes by the disk."""
_LARGE_MEGABYTES = 48
"""Files from which on tables in between lie on the disk from the start."""

ABOUT_RECEIPT = (
    "provider-not-stated",
    "received-on-not-stated",
    "file-not-covered-by-submissions",
    "folder-provider-unknown",
)


def findings_of(
    files: Sequence[Path], layout: str | None = None, mappings: Sequence[Path] = ()
) -> list[Finding]:
    """The findings of ``checked``."""
    return checked(files, layout, mappings).findings


def checked(
    files: Sequence[Path],
    layout: str | None = None,
    mappings: Sequence[Path] = (),
    begun: ValuesApart | None = None,
) -> Checked:
    """What receiving and standardising find in these files, in the order given, then by row.

    Findings without end are told in part: of each kind the first rows, and how many there are.

    :param layout: take the files as this layout, whatever their columns say.
    :param begun: a reader of the only file that was started before (``begun_ahead``).
    :raises UserError: where a file is not there, or the layout is not known.
    """
    for path in files:
        if not path.is_file():
            raise UserError(f"There is no file {path}.", "Check the path.")
    names = [path.name for path in files]
    if len(set(names)) != len(names):
        raise UserError("Two of the files have one name.", "Check them one after the other.")
    layouts = Layouts.with_folders(list(mappings))
    if layout is not None:
        layouts.get(layout)
    found = _quickly(files, layouts, layout, begun)
    if found is None:
        found = thorough_findings(files, layouts, layout)
    order = {name: place for place, name in enumerate(names)}
    found.findings.sort(
        key=lambda f: (order.get(f.file or "", -1), f.row or 0, f.code, f.field or "")
    )
    return found


def _quickly(
    files: Sequence[Path], layouts: Layouts, layout: str | None, begun: ValuesApart | None
) -> Checked | None:
    """The findings of a single file; several may repeat each other, which takes the long way."""
    if len(files) != 1:
        return None
    try:
        return quick_findings(files[0], layouts, layout, begun)
    except (OSError, pa.ArrowException):
        return None
    finally:
        if begun is not None:
            # The long way has a reader of its own.
            begun.close()


def thorough_findings(
    files: Sequence[Path], layouts: Layouts, layout: str | None = None
) -> Checked:
    """The same by receiving and standardising the files as a run does."""
    from candour.pipeline.receive import receive_folder, tell_of_text
    from candour.pipeline.run import sent_tables
    from candour.pipeline.standardise.stage import check
    from candour.tables import open_engine
    from candour.tables import private as private_folder

    names = [path.name for path in files]
    with tempfile.TemporaryDirectory(prefix="candour-") as private:
        folder, store = Path(private, "in"), Path(private, "store")
        folder.mkdir(mode=0o700)
        for path in files:
            shutil.copyfile(path, folder / path.name)
        if layout is not None:
            _name_layout(folder, names, layout)
        found = Gathered()
        received = receive_folder(folder, Path(private, "work"), layouts, store, notices=found)
        with open_engine() as engine:
            # What the readers of files held is of no more use, and the engine has its own.
            pa.default_memory_pool().release_unused()
            sent = sum(path.stat().st_size for path in files) >> 20
            room = min(max(_LEAST_MEGABYTES, sent * _TIMES_THE_FILES), _MOST_MEGABYTES)
            engine.within(
                room, private_folder(Path(private, "aside")), aside=sent > _LARGE_MEGABYTES
            )
            check(engine, sent_tables(received, layouts), found)
        pa.default_memory_pool().release_unused()
        unknown = {f.file for f in found.ones if f.code == "unknown-layout"}
        found.ones = [f for f in found.ones if f.code not in ABOUT_RECEIPT]
        for path in files:
            if path.name in unknown:
                # Where a file has no header its first line is a person: no name of a column is
                # shown until the layout is known.
                tell_of_text(path, found, but=["header-repeated-column"])
    return found.checked()


def _name_layout(folder: Path, names: Sequence[str], layout: str) -> None:
    with (folder / "submissions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["file", "layout"])
        writer.writerows([name, layout] for name in names)
