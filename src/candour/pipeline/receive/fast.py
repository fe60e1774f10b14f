"""The fast reader: for files of which one pass over the bytes has shown that nothing is odd.

It does not mend and does not skip. At the first thing that it cannot account for it gives up, and
the exact reader reads the file from the start.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from candour.pipeline.receive.below import TOTAL
from candour.pipeline.receive.exact import Account, staged_schema
from candour.pipeline.receive.header import Header
from candour.pipeline.receive.survey import Survey
from candour.tables.arrays import text_array

# Larger blocks cost more memory and are no faster: measured at 1, 2, 8 and 16 MB.
_BLOCK = 2 << 20
_AHEAD = 4


class NotPlainError(Exception):
    """The file holds something that only the exact reader can account for."""


def may_be_plain(survey: Survey, header: Header) -> bool:
    """Whether the fast reader may try: one line a row, as far as the bytes can tell."""
    # A mark beside another separator than the file's own stands within a field.
    around_fields = survey.plain_quotes and survey.quotes_beside <= {header.separator}
    lines = survey.plain_lines and not survey.blank_rows
    return lines and around_fields and header.line == 1 and header.lines == 1


def read_fast(
    path: Path, header: Header, survey: Survey, account: Account
) -> Iterator[pa.RecordBatch]:
    """The rows of a plain UTF-8 file as batches of text with ``_row`` and ``_line``.

    Raises ``NotPlainError`` as soon as a row does not fit the header, and at the end where rows and
    lines do not add up (a blank line, a line end within quotation marks). What was given until
    then is to be thrown away.
    """
    schema = staged_schema(header)
    kinds = dict.fromkeys(header.names, pa.string())
    for batch in read_columns(path, header, survey, account, kinds):
        first = account.rows_read - batch.num_rows + 1
        numbers = pa.array(range(first, first + batch.num_rows), pa.int64())
        lines = pc.add(numbers, 1)
        yield pa.RecordBatch.from_arrays([numbers, lines, *batch.columns], schema=schema)


def read_columns(
    path: Path, header: Header, survey: Survey, account: Account, kinds: Mapping[str, pa.DataType]
) -> Iterator[pa.RecordBatch]:
    """The columns named in ``kinds``, each as text or as a dictionary of texts.

    Raises ``NotPlainError`` as ``read_fast`` does.
    """
    first = header.names[0]
    wanted = {first: pa.string(), **kinds}
    try:
        reader = csv.open_csv(
            path,
            read_options=csv.ReadOptions(
                block_size=_BLOCK, skip_rows=1, column_names=list(header.names)
            ),
            parse_options=csv.ParseOptions(
                delimiter=header.separator, invalid_row_handler=lambda _row: "error"
            ),
            convert_options=csv.ConvertOptions(
                column_types=wanted, include_columns=list(wanted), strings_can_be_null=False
            ),
        )
        for batch in _read_ahead(reader):
            if batch.num_rows == 0:
                continue
            if len(header.sent) > 1 and _holds(batch.column(first), header.sent[0]):
                # It may be the header again: the exact reader then looks at each row.
                raise NotPlainError
            if _says_total(batch.column(first)):
                raise NotPlainError
            account.rows_read += batch.num_rows
            yield batch.select(list(kinds))
    except pa.ArrowInvalid as fault:
        raise NotPlainError from fault
    if account.rows_read + 1 != survey.lines:
        raise NotPlainError


def _holds(column: pa.Array, text: str) -> bool:
    texts = column.dictionary if pa.types.is_dictionary(column.type) else column
    # Nearly no batch holds the word at all, and looking for it costs less than taking blanks off.
    if not pc.any(pc.match_substring(texts, text)).as_py():
        return False
    hits = pc.is_in(pc.utf8_trim_whitespace(texts), value_set=text_array([text]))
    return bool(pc.any(hits).as_py())


def _says_total(column: pa.Array) -> bool:
    """Whether a row may be one of totals, which only the exact reader tells from a record."""
    texts = column.dictionary if pa.types.is_dictionary(column.type) else column
    return any(pc.any(pc.match_substring(texts, word)).as_py() for word in (TOTAL, TOTAL.upper()))


def _read_ahead(reader: csv.CSVStreamingReader) -> Iterator[pa.RecordBatch]:
    """Batches, the next ones read in a second thread while this one is written."""
    waiting: queue.Queue[pa.RecordBatch | BaseException | None] = queue.Queue(_AHEAD)
    stop = threading.Event()

    def put(item: pa.RecordBatch | BaseException | None) -> None:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except queue.Full:
                continue
            return

    def read() -> None:
        try:
            for batch in reader:
                put(batch)
                if stop.is_set():
                    return
        except (pa.ArrowException, OSError, MemoryError) as fault:
            put(fault)
        else:
            put(None)

    thread = threading.Thread(target=read, name="reading", daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        thread.join()
        reader.close()
