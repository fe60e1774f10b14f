"""Cells that hold a date among words, or several dates."""

from __future__ import annotations

import pytest

from candour.dataset.types.cells import read_cells
from candour.dataset.types.reading import read_dates


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("16/01/2023Ref", ("2023-01-16", "read")),
        ("21 December 2020 and 23 December 2020", ("2020-12-21|2020-12-23", "read")),
        ("15 August2016", ("2016-08-15", "read")),
        ("heard 16/01/2023", ("2023-01-16", "review")),
        ("16/01/2023 and 31/04/2023", ("2023-01-16", "review")),
        ("31/04/2025", ("", "unreadable")),
        ("1/16/01/2023", ("", "unreadable")),
        ("no date", ("", "unreadable")),
        ("", ("", "unreadable")),
        (None, ("", "unreadable")),
    ],
)
def test_a_cell_is_taken_apart_where_it_is_no_bare_date(
    text: str | None, reading: tuple[str, str]
) -> None:
    assert read_cells([text], read_dates) == [reading]


def test_a_date_within_words_settles_the_order_of_the_whole_column() -> None:
    readings = read_cells(["03/05/2025", "20/10/2025Ref"], read_dates)

    assert readings == [("2025-05-03", "read"), ("2025-10-20", "read")]


def test_an_impossible_date_is_not_rescued_by_taking_it_apart() -> None:
    readings = read_cells(["20/10/2025", "10/13/2025", "10/13/2025 and 20/10/2025"], read_dates)

    assert readings == [
        ("2025-10-20", "read"),
        ("", "unreadable"),
        ("2025-10-20", "review"),
    ]
