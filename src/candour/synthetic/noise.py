"""Three ways in which lists go wrong, each with its own kinds of error.

A model of who is who is trained on one of them and judged on the others, so that what is measured
is not how well it learned the errors it was shown.

* ``typed``: entered at a keyboard in a hurry: slips of a finger, digits changed, fields left blank.
* ``heard``: taken by telephone: spelled by ear, short forms, another family name, an old address.
* ``copied``: copied from paper: letters and digits misread, days and months changed round, names in
  each other's column, an initial in place of a name.

Rates are per thousand rows of a list of middling quality; a list's ``care`` scales them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from candour.synthetic import slips
from candour.synthetic.draws import Draws

Slip = Callable[[str, int], str]
_THOUSANDTHS = 100_000  # a rate of 1 per thousand is 100 of these


@dataclass(frozen=True)
class Profile:
    """One kind of carelessness: rates per thousand by what goes wrong."""

    name: str
    word: Slip
    digit: Slip
    rates: Mapping[str, int]


_EVERYWHERE = {
    "number missing": 70, "number slip": 8, "number of another": 1, "given slip": 25,
    "given short": 10, "given initial": 6, "given missing": 4, "given other": 6, "surname slip": 25,
    "surname other": 20, "surname double": 5, "names swapped": 4, "birth slip": 12,
    "birth turned": 5, "birth year": 5, "birth missing": 6, "moved": 80, "postcode slip": 15,
    "postcode missing": 25, "death near": 25, "death far": 3, "death turned": 2,
    "death missing": 10, "sex wrong": 3, "sex missing": 10, "address slip": 80,
    "address missing": 40, "place slip": 20, "occupation other": 150, "occupation missing": 150,
    "local slip": 6, "local missing": 250,
}  # fmt: skip
PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile("typed", slips.key_beside, slips.digit_beside, _EVERYWHERE | {
            "given slip": 35, "surname slip": 35, "birth slip": 16, "number slip": 12,
        }),
        Profile("heard", slips.heard, slips.digit_beside, _EVERYWHERE | {
            "given short": 45, "given other": 12, "surname other": 35, "surname double": 10,
            "number missing": 120, "moved": 120, "birth year": 12, "birth missing": 12,
            "address missing": 90,
        }),
        Profile("copied", slips.misread, slips.digit_misread, _EVERYWHERE | {
            "given initial": 20, "names swapped": 15, "birth turned": 20, "birth slip": 15,
            "number slip": 15, "postcode slip": 30, "death turned": 6, "number missing": 90,
        }),
    )
}  # fmt: skip


def noisy(table: pl.DataFrame, profile: Profile, draws: Draws, care: int = 100) -> pl.DataFrame:
    """The table as it would stand in a list kept with so much ``care`` (percent of the rates).

    Columns that are not there are passed over. What another person gives (a number, an old
    address, a family name) is taken from a row elsewhere in the table. ``draws`` must hold as many
    people as the table has rows.
    """
    return _Noise(table, profile, draws, care).made()


class _Noise:
    def __init__(self, table: pl.DataFrame, profile: Profile, draws: Draws, care: int) -> None:
        self.table, self.profile, self.draws, self.care = table, profile, draws, care
        self.cells: dict[str, list[str | None]] = {}

    def hits(self, what: str) -> list[tuple[int, int]]:
        """Rows that this happens to, each with a number to draw from."""
        rate = self.profile.rates[what] * self.care
        rows = (self.draws.below(what, _THOUSANDTHS) < rate).nonzero()[0]
        chance = self.draws.raw(f"{what}, how")
        return [(int(row), int(chance[row]) >> 1) for row in rows]

    def column(self, name: str) -> list[str | None] | None:
        if name not in self.table.columns:
            return None
        if name not in self.cells:
            self.cells[name] = self.table[name].to_list()
        return self.cells[name]

    def change(self, name: str, what: str, slip: Callable[[str, int], str | None]) -> None:
        cells = self.column(name)
        if cells is None:
            return
        for row, chance in self.hits(what):
            text = cells[row]
            if text:
                cells[row] = slip(text, chance)

    def borrow(self, names: tuple[str, ...], what: str) -> None:
        """Take these columns from a row elsewhere."""
        sources = {name: self.table[name] for name in names if name in self.table.columns}
        for row, chance in self.hits(what):
            other = chance % len(self.table)
            for name, source in sources.items():
                cells = self.column(name)
                if cells is not None:
                    cells[row] = source[other]

    def made(self) -> pl.DataFrame:
        word, digit = self.profile.word, self.profile.digit
        self.borrow(("surname",), "surname other")
        self.borrow(("given_name",), "given other")
        self.borrow(("postcode", "address", "place"), "moved")
        self.borrow(("nhs_number",), "number of another")
        self.borrow(("occupation",), "occupation other")
        self.double()
        self.change("given_name", "given short", slips.shortened)
        for name, what in (("given_name", "given slip"), ("surname", "surname slip"),
                           ("address", "address slip"), ("place", "place slip")):  # fmt: skip
            self.change(name, what, word)
        self.change("given_name", "given initial", lambda text, _: text[:1])
        self.swap()
        for name, what in (("nhs_number", "number slip"), ("birth_date", "birth slip"),
                           ("postcode", "postcode slip"), ("local_id", "local slip")):  # fmt: skip
            self.change(name, what, digit)
        self.change("birth_date", "birth turned", turned)
        self.change("birth_date", "birth year", lambda text, n: _shifted(text, n, (365, 3652)))
        self.change("death_date", "death near", lambda text, n: _shifted(text, n, (1, 1, 2, 3)))
        self.change("death_date", "death far", lambda text, n: _shifted(text, n, (7, 14, 31)))
        self.change("death_date", "death turned", turned)
        self.change("sex", "sex wrong", lambda text, _: "1" if text == "2" else "2")
        for name, what in (("nhs_number", "number"), ("given_name", "given"),
                           ("birth_date", "birth"), ("postcode", "postcode"),
                           ("death_date", "death"), ("sex", "sex"), ("address", "address"),
                           ("occupation", "occupation"), ("local_id", "local")):  # fmt: skip
            self.change(name, f"{what} missing", lambda _text, _: None)
        return self.table.with_columns(
            [pl.Series(name, cells, pl.String) for name, cells in self.cells.items()]
        )

    def double(self) -> None:
        cells = self.column("surname")
        if cells is not None:
            for row, chance in self.hits("surname double"):
                cells[row] = f"{cells[row]}-{self.table['surname'][chance % len(self.table)]}"

    def swap(self) -> None:
        given, surname = self.column("given_name"), self.column("surname")
        if given is not None and surname is not None:
            for row, _ in self.hits("names swapped"):
                given[row], surname[row] = surname[row], given[row]


def turned(text: str, _: int) -> str:
    """Day and month changed round, where that is a date too."""
    year, month, day = text[:4], text[5:7], text[8:10]
    return f"{year}-{day}-{month}" if day <= "12" else text


def _shifted(text: str, chance: int, by: tuple[int, ...]) -> str:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:  # a slip before this one left no date
        return text
    days = by[chance % len(by)]
    return (day + dt.timedelta(days if chance // len(by) % 2 else -days)).isoformat()
