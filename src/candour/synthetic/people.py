"""Who the invented people are: names, births, sexes, homes and test-range NHS numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from candour.dataset.check_digit import NO_CHECK_DIGIT, check_digit
from candour.synthetic.draws import Days, Draws, Ints

_SURNAMES = tuple(
    a + b + c
    for a in ("Ald", "Bex", "Corv", "Dunl", "Ebb", "Fenr", "Garv", "Holm", "Ish", "Jorv", "Kelv",
              "Lorr", "Marv", "Nev", "Orm", "Pell", "Quil", "Rosk", "Selv", "Tamb", "Ulv", "Verr",
              "Wenn", "Yarr")
    for b in ("a", "e", "i", "o", "u", "an", "en", "ow")
    for c in ("vost", "dril", "quen", "mund", "zeth", "lorne", "bisk", "tharn", "goll", "prew",
              "snade", "wympe")
)  # fmt: skip
_GIVEN_NAMES = tuple(
    a + b
    for a in ("Bry", "Cal", "Dor", "Elu", "Fay", "Hes", "Ilo", "Jas", "Kyr", "Lun", "Mir", "Nol",
              "Ory", "Pru", "Qui", "Ril", "Sor", "Tav", "Umi", "Vel")
    for b in ("vanna", "dric", "setta", "molo", "thwyn", "quill", "zeph", "brind", "losha", "mery")
)  # fmt: skip
_POST_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_FIRST_BIRTH = np.datetime64("1931-01-01", "D")
_BIRTH_SPAN = 27_000  # days: the youngest is born in late 2004, an adult by 2024


@dataclass(frozen=True)
class People:
    """Arrays with one entry per person, by index.

    ``surname``, ``given_name`` and ``postcode`` are places in what :func:`surnames`,
    :func:`given_names` and :func:`postcodes` give. ``sex`` is the national code (1 male, 2 female).
    ``nhs_number`` is the person's own, ten digits.
    """

    surname: NDArray[np.int64]
    given_name: NDArray[np.int64]
    sex: Ints
    birth: Days
    postcode: Ints
    nhs_number: Ints

    def of(self, cut: slice | Ints) -> People:
        """Some of the people."""
        return People(self.surname[cut], self.given_name[cut], self.sex[cut], self.birth[cut],
                      self.postcode[cut], self.nhs_number[cut])  # fmt: skip


def surnames() -> tuple[str, ...]:
    """Every invented surname; :class:`People` holds places in it."""
    return _SURNAMES


def given_names() -> tuple[str, ...]:
    """Every invented given name; :class:`People` holds places in it."""
    return _GIVEN_NAMES


def postcodes(places: Ints) -> pl.Series:
    """Postcodes of the area ZZ, which is no place. ZZ99 means things to the NHS, so is unused."""
    rest, first = np.divmod(places, len(_POST_LETTERS))
    rest, second = np.divmod(rest, len(_POST_LETTERS))
    district, sector = np.divmod(rest, 10)
    letters = pl.Series(list(_POST_LETTERS))
    return pl.select(
        pl.format("ZZ{} {}{}{}", pl.Series(district + 1), pl.Series(sector),
                  letters.gather(pl.Series(first)), letters.gather(pl.Series(second)))
    )[:, 0]  # fmt: skip


def invent_people(draws: Draws, strangers: bool = False) -> People:
    """Make the people. No draw of one person depends on another, or on how many there are.

    ``strangers`` are others, with draws and numbers of their own.
    """
    who = "stranger's " if strangers else ""
    return People(
        surname=draws.below(f"{who}surname", len(_SURNAMES)),
        given_name=draws.below(f"{who}given name", len(_GIVEN_NAMES)),
        sex=draws.between(f"{who}sex", 1, 2),
        birth=_FIRST_BIRTH + draws.below(f"{who}birth", _BIRTH_SPAN),
        postcode=draws.below(f"{who}postcode", 98 * 10 * len(_POST_LETTERS) ** 2),
        nhs_number=nhs_numbers(draws.people, draws.seed, strangers=strangers),
    )


FOR_PEOPLE = 800_000
"""Of each range so many numbers are for people; strangers have the others."""


def nhs_numbers(people: int, seed: int, *, strangers: bool = False) -> Ints:
    """Valid NHS numbers of the test range, one for each index, no two alike.

    The range beginning 999 holds some 909,000 valid numbers. Beyond those that it has for people
    (or for strangers) the range beginning 998 follows, and so on down. Within a range the order is
    stirred by the seed, so that neighbours in the list are not neighbours in number.
    """
    found: list[Ints] = []
    held, lead = 0, 999
    while held < people:
        valid = _valid_numbers(lead)
        step, start = 500_009, seed % len(valid)  # a prime that divides no range's size
        order = (start + step * np.arange(len(valid), dtype=np.int64)) % len(valid)
        found.append(valid[order[FOR_PEOPLE:] if strangers else order[:FOR_PEOPLE]])
        held, lead = held + len(found[-1]), lead - 1
    return np.concatenate(found)[:people] if found else np.zeros(0, dtype=np.int64)


def _valid_numbers(lead: int) -> Ints:
    """Every valid number beginning with the three digits ``lead``, by the modulus 11 rule."""
    nine = lead * 1_000_000 + np.arange(1_000_000, dtype=np.int64)
    check = check_digit(nine)
    valid: Ints = (nine * 10 + check)[check != NO_CHECK_DIGIT]
    return valid


def mistyped(numbers: Ints) -> Ints:
    """The numbers with their last digit one too high (9 becomes 0): the check digit then fails."""
    return numbers - numbers % 10 + (numbers % 10 + 1) % 10
