"""What is remarked of a file once its columns and the number of its rows are known."""

from __future__ import annotations

from candour.pipeline.receive.header import Header
from candour.pipeline.receive.opening import Note
from candour.pipeline.receive.recognise import Recognised

AT_THE_LIMIT = (65_536, 1_048_576)
"""Rows that a sheet of the old and of the new format can hold: a list that fills one was cut."""


def header_notes(header: Header, known: Recognised) -> list[Note]:
    """Notes about columns: of one name, spelled otherwise, not used."""
    role = known.mapping.files[known.role]
    columns = set(role.known_columns())
    notes = [
        Note("header-repeated-column", f"Column {header.sent[position - 1]}.")
        for position in header.repeated
    ]
    if known.renamed:
        notes.append(Note("header-spelled-differently"))
    again = {header.names[position - 1] for position in header.repeated}
    notes += [
        Note("column-not-used", f"Column {name}.")
        for name in header.names
        if known.renamed.get(name, name) not in columns and name not in again
    ]
    return notes


def notes_of_rows(count: int, blank: int = 0) -> list[Note]:
    """Notes about the number of rows of a file of text, and of blank lines between them."""
    between = [Note("blank-rows", f"There are {blank}.")] if blank else []
    return between + _notes_of_count(count)


def _notes_of_count(count: int) -> list[Note]:
    if count == 0:
        # Its sender was heard from, and had nothing to report.
        return [Note("file-without-rows")]
    if count in AT_THE_LIMIT or count + 1 in AT_THE_LIMIT:
        return [Note("row-count-at-a-limit", f"It holds {count} rows.")]
    return []
