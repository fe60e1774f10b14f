"""Canaries: values that nobody else has, so that wherever one turns up it is known what leaked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from promise_world import nhs_number

_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo")


@dataclass
class Canaries:
    """Gives out values that nobody else has, and remembers them with the column they stand in."""

    words: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    births: dict[dt.date, str] = field(default_factory=dict)

    def word(self, where: str) -> str:
        """An invented word, such as Quxbaceki."""
        number, letters = len(self.words) + 14**2, ""
        while number:
            number, digit = divmod(number, 14)
            letters += _SYLLABLES[digit]
        word = f"Qux{letters}"
        self.words[word] = where
        return word

    def number(self, where: str) -> str:
        """A good NHS number of the range for tests."""
        number = nhs_number(1000 + len(self.numbers))
        self.numbers[number] = where
        return number

    def born(self, where: str) -> str:
        """A day of birth, ISO: no other date of the folder is so early."""
        day = dt.date(1931, 5, 17) + dt.timedelta(days=37 * len(self.births))
        self.births[day] = where
        return day.isoformat()

    def postcode(self, where: str) -> str:
        """A postcode of no real place."""
        code = f"ZZ{60 + len(self.words) % 30} 9QX"
        self.words[code] = where
        return code

    def in_text(self, text: str) -> dict[str, str]:
        """Every canary that a text holds, in whatever case or spacing, with where it came from."""
        plain = text.casefold()
        bare = plain.replace(" ", "").replace("-", "").replace("/", "").replace(":", "")
        found = {
            word: where
            for word, where in self.words.items()
            if word.casefold() in plain or word.casefold().replace(" ", "") in bare
        }
        found |= {number: where for number, where in self.numbers.items() if number in bare}
        found |= {
            day.isoformat(): where
            for day, where in self.births.items()
            if any(form in plain for form in _ways_to_write(day))
            or any(f"{day:{form}}" in bare for form in ("%Y%m%d", "%d%m%Y"))
        }
        return found


def _ways_to_write(day: dt.date) -> tuple[str, ...]:
    return (
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        f"{day:%d/%m/%y}",
        f"{day:%d %b %Y}".casefold(),
        f"{day:%d %B %Y}".casefold(),
    )
