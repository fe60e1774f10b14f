"""How far a sheet reaches, before anything reads its values.

A reader of values lays out every cell between the first and the last, so two cells in far corners
cost as much as a full sheet. The reach is therefore taken from the cells themselves: what a sheet
declares of its size can be wrong, and can be made wrong.
"""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Iterator

from candour.pipeline.receive.workbook.package import Refusal, refuse_definitions

MOST_CELLS = 12_000_000
"""Cells that a sheet may span; 200,000 rows of 40 columns are eight millions."""
MOST_BYTES = 640_000_000
_SMALL = 32 << 20
_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
# In a large sheet only columns beyond BA are looked for, and rows by what their own tags say.
_FAR = re.compile(rb'<c r="(?:[B-Z][A-Z]|[A-Z]{3})')
_UP_TO = 52
_TAIL = 256


def refuse_too_far(stream: Iterator[bytes], size: int) -> None:
    """Raise ``Refusal`` where a sheet spans more cells than can be read, or is not safe.

    ``stream`` is the sheet's XML and ``size`` its length.
    """
    if size > MOST_BYTES:
        raise Refusal("workbook-too-large")
    rows, columns = _exactly(stream) if size <= _SMALL else _nearly(_ahead(stream))
    if rows * columns > MOST_CELLS:
        raise Refusal("workbook-too-large", f"It spans {rows} rows and {columns} columns.")


def _exactly(stream: Iterator[bytes]) -> tuple[int, int]:
    rows = columns = 0
    for text in _with_tails(stream):
        for letters, number in _CELL.findall(text):
            rows = max(rows, int(number))
            if len(letters) > 1 or letters[0] - 64 > columns:
                columns = max(columns, _column(letters))
    return rows, columns


def _nearly(stream: Iterator[bytes]) -> tuple[int, int]:
    """An upper bound of the columns, and the last row that a row's tag or the last cell names."""
    rows, columns = 0, _UP_TO
    for text in _with_tails(stream):
        if columns == _UP_TO and not _FAR.search(text):
            last = text.rfind(b'<row r="')
            if last >= 0:
                digits = re.match(rb"[0-9]{1,7}", text[last + 8 : last + 16])
                rows = max(rows, int(digits[0]) if digits else 0)
            continue
        for letters, number in _CELL.findall(text):
            rows = max(rows, int(number))
            columns = max(columns, _column(letters))
    return rows, columns


def _with_tails(stream: Iterator[bytes]) -> Iterator[bytes]:
    """Chunks that each begin with the end of the one before, so that no cell's tag is cut."""
    tail, first = b"", True
    for chunk in stream:
        if first:
            # Definitions stand before the sheet or nowhere; the pass over its structure, which goes
            # on while values are read, looks for them in the rest.
            refuse_definitions(tail, chunk)
            first = False
        text = tail + chunk
        yield text
        cut = text.rfind(b"<", -_TAIL)
        tail = text[cut:] if cut >= 0 else text[-16:]


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column


def _ahead(stream: Iterator[bytes]) -> Iterator[bytes]:
    """The same chunks, unpacked in a second thread while the one before is looked through."""
    waiting: queue.Queue[bytes | BaseException | None] = queue.Queue(8)
    stop = threading.Event()

    def put(item: bytes | BaseException | None) -> None:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except queue.Full:
                continue
            return

    def unpack() -> None:
        try:
            for chunk in stream:
                put(chunk)
                if stop.is_set():
                    return
        except (Refusal, OSError, MemoryError) as fault:
            put(fault)
        else:
            put(None)

    thread = threading.Thread(target=unpack, name="unpacking", daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        thread.join()
