"""The head of a sheet: in which rows it stands, and what its columns are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from candour.pipeline.receive.header import Header, header_of, trimmed
from candour.pipeline.receive.recognise import (
    Known,
    NotRecognised,
    Recognised,
    recognise,
    score,
)
from candour.pipeline.receive.workbook import Shown

LOOKED_THROUGH = 100
"""Rows from the top in which a head is looked for: above it stand titles, dates and notes."""
_MOST_OF = 0.8


@dataclass(frozen=True)
class Head:
    """Where a head stands and what it says.

    ``places`` are the columns of the sheet that are read (0 is the first one of ``Shown``), in the
    order of ``header.names``; hidden ones are not among them. ``last_row`` is the sheet's own
    number of the head's last row; rows of data come after it.
    """

    header: Header
    places: tuple[int, ...]
    last_row: int
    known: Recognised


def find_head(
    sheet: Shown, name: str, file_name: str, roles: Sequence[Known]
) -> Head | NotRecognised:
    """The rows in which the columns of a layout are named, wherever they stand.

    Of several rows the one of which most columns are known is the head. A head of two rows or more
    is tried where a layout says that its head has as many.
    """
    places = visible(sheet)
    best: tuple[tuple[int, int], Head] | None = None
    nearest: tuple[int, NotRecognised] | None = None
    rows = [
        texts(sheet, number, places) for number in range(1, min(sheet.rows, LOOKED_THROUGH) + 1)
    ]
    for deep in sorted({known[2].header.rows for known in roles}):
        of_depth = [known for known in roles if known[2].header.rows == deep]
        for joined in sorted({known[2].header.join for known in of_depth}):
            asked = [known for known in of_depth if known[2].header.join == joined]
            for top in range(len(rows) - deep + 1):
                if not any(rows[top + deep - 1]):
                    continue
                names = _joined(sheet, rows[top : top + deep], top + 1, places, joined)
                points = score(asked, names)
                if points == 0:
                    continue
                header, used = _named(names, places)
                found = recognise(asked, header.names, file_name, name)
                if isinstance(found, NotRecognised):
                    if nearest is None or points > nearest[0]:
                        nearest = (points, found)
                    continue
                head = Head(header, used, top + deep, found)
                if best is None or (points, -top) > best[0]:
                    best = ((points, -top), head)
    if best is None or not all(best[1].header.sent):
        best = _tall(rows, places, (file_name, name), roles, best)
    if best is not None:
        return best[1]
    none = NotRecognised("unknown-layout", "No layout shares a column with it.")
    return nearest[1] if nearest is not None else none


_Placed = tuple[tuple[int, int], Head]


def _tall(
    rows: Sequence[list[str]],
    places: Sequence[int],
    names: tuple[str, str],
    roles: Sequence[Known],
    best: _Placed | None,
) -> _Placed | None:
    """The head out of two rows of which some names stand in the upper one alone.

    So it is where a name is merged over both rows beside a band with names below it. Bands are no
    part of a name here. Such a head is taken only where more columns are known by it than by any
    head of one row, so a row of data can never become half of a head.
    """
    asked = [known for known in roles if known[2].header.rows == 1]
    for top, (upper, lower) in enumerate(pairwise(rows)):
        if not any(upper) or not any(lower):
            continue
        joined = [below or above for above, below in zip(upper, lower, strict=True)]
        points = score(asked, joined)
        if points == 0 or (best is not None and points <= best[0][0]):
            continue
        header, used = _named(joined, places)
        found = recognise(asked, header.names, *names)
        if isinstance(found, Recognised):
            best = ((points, -top), Head(header, used, top + 2, found))
    return best


def plain_head(sheet: Shown, known: Sequence[str]) -> tuple[Header, tuple[int, ...], int] | None:
    """The head where no layout is asked for: the row that holds most of the names that are known,
    else the first row that is about as full as the fullest, or two rows over which names are
    merged.

    Gives the header, the places of its columns and the row's number; None where all is blank.
    """
    places = visible(sheet)
    wanted = set(known)
    rows = [texts(sheet, n, places) for n in range(1, min(sheet.rows, LOOKED_THROUGH) + 1)]
    filled = [n for n, row in enumerate(rows) if any(row)]
    if not filled:
        return None
    named = max(filled, key=lambda n: (len(wanted.intersection(rows[n])), -n))
    if not wanted.intersection(rows[named]):
        cells = [sum(map(bool, row)) for row in rows]
        named = next(n for n in filled if cells[n] >= _MOST_OF * max(cells))
        over_two = {m[0] - 1 for m in sheet.structure.merged if m[2] == m[0] + 1}
        for top in sorted(n for n in over_two if n <= named):
            both = [b or a for a, b in zip(rows[top], rows[top + 1], strict=True)]
            if sum(map(bool, both)) >= _MOST_OF * max(cells):
                header, used = _named(both, places)
                return header, used, top + 2
    header, used = _named(rows[named], places)
    return header, used, named + 1


def visible(sheet: Shown) -> tuple[int, ...]:
    """The places of the columns that the sheet does not hide."""
    hidden = sheet.structure.hidden_columns
    return tuple(n for n in range(len(sheet.columns)) if n + sheet.first_column not in hidden)


def texts(sheet: Shown, number: int, places: Sequence[int]) -> list[str]:
    """The trimmed texts of one row in some columns."""
    return [trimmed(sheet.columns[place][number - 1].as_py()) for place in places]


def _named(names: Sequence[str], places: Sequence[int]) -> tuple[Header, tuple[int, ...]]:
    """A header of the columns up to the last that has a name; columns without one stay."""
    last = max((n for n, name in enumerate(names) if name), default=-1)
    return header_of(names[: last + 1]), tuple(places[: last + 1])


def _joined(
    sheet: Shown, rows: Sequence[list[str]], top: int, places: Sequence[int], between: str
) -> list[str]:
    """One name per column out of the rows of a head.

    A band above stands once, over the first of its columns; it is said again for each of them: as
    far as its cell is merged, and where it is not merged, up to the next band.
    """
    if len(rows) == 1:
        return rows[0]
    spread = [_spread(sheet, row, top + n, rows[n + 1], places) for n, row in enumerate(rows[:-1])]
    names = []
    for column in range(len(places)):
        parts: list[str] = []
        for row in (*spread, rows[-1]):
            if row[column] and row[column] not in parts[-1:]:
                parts.append(row[column])
        names.append(between.join(parts))
    return names


def _spread(
    sheet: Shown, row: list[str], number: int, below: list[str], places: Sequence[int]
) -> list[str]:
    merged = {
        place[1]: place[3] for place in sheet.structure.merged if place[0] <= number <= place[2]
    }
    filled, band, until = [], "", 0
    for n, text in enumerate(row):
        column = places[n] + sheet.first_column
        if text:
            # A name that fills both rows of the head by itself is no band.
            band = text if below[n] else ""
            until = merged.get(column, 0 if merged else 16_384)
            filled.append(text)
        else:
            filled.append(band if column <= until else "")
    return filled
