"""A large workbook is begun to be read before anything else is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from candour.pipeline.receive.workbook import Refusal, open_package
from candour.pipeline.receive.workbook.package import MOST_EXPANSION
from candour.pipeline.receive.workbook.values import LARGE, ValuesApart


@contextmanager
def begun(files: Sequence[Path]) -> Iterator[ValuesApart | None]:
    """A reader at work on the first visible sheet, where ``files`` are one large workbook.

    Whatever is wrong with a file is left to be said by whoever reads it.
    """
    reader = _begin(files[0]) if len(files) == 1 else None
    try:
        yield reader
    finally:
        if reader is not None:
            reader.close()


def _begin(path: Path) -> ValuesApart | None:
    try:
        if not path.is_file() or path.stat().st_size * MOST_EXPANSION < LARGE:
            return None
        with path.open("rb") as file:
            if file.read(4) != b"PK\x03\x04":
                return None
        package = open_package(path)
    except (OSError, Refusal):
        return None
    sheet = next((each for each in package.sheets if not each.hidden), None)
    return ValuesApart.begun(package, sheet) if sheet else None
