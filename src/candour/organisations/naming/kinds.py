"""Kinds of bodies that the register holds no code for, told by the words of their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from candour.organisations.naming.names import of_name
from candour.organisations.naming.tokens import AND, COMMA, Word
from candour.yaml_file import read as read_yaml

_HERE = files("candour.organisations.naming")

# What departments and ministers are for. Their names join such words with commas and "and", which
# then part nothing.
_PORTFOLIO = frozenset(
    of_name(
        "department of for the state secretary minister ministry parliamentary under health social "
        "care culture media sport digital work pension environment food rural affairs transport "
        "justice education community local government levelling up housing business energy "
        "industrial strategy innovation science technology home defence crime prevention policing "
        "police suicide patient safety public mental women child children family families prison "
        "probation primary road roads immigration security fire courts legal aid mental learning "
        "disability disabilities equalities skills international trade foreign commonwealth "
        "development northern ireland scotland wales veterans people building civil society youth "
        "employment apprenticeships countryside water farming rail aviation maritime vulnerability "
        "safeguarding drugs victims sentencing"
    )
)


def data(name: str) -> Any:
    """One of this package's own lists."""
    return _read(name)


@cache
def _read(name: str) -> Any:
    return read_yaml(_HERE / f"{name}.yaml")


def words_of_kinds() -> set[str]:
    """Every word of the lists of kinds and roles, for the vocabulary."""
    kinds = {
        word
        for phrases in data("kinds").values()
        for said in phrases.values()
        for phrase in said
        for word in of_name(phrase)
    }
    roles = {word for said in data("roles").values() for one in said for word in of_name(str(one))}
    return kinds | roles | set(_PORTFOLIO)


class Kinds:
    """The kind that the words of a name show."""

    def __init__(self, joined: set[tuple[str, str]]) -> None:
        self._joined = joined
        self._ends = _phrases(data("kinds"), "ends")
        self._begins = _phrases(data("kinds"), "begins")
        self._longest = max(len(phrase) for phrase in (*self._ends, *self._begins))

    def of(self, said: Sequence[Word]) -> str | None:
        """The kind of the one body that these words name; none where they show none.

        Words that `and` or a comma parts are one name only where such a pair is known from a name,
        or where they are all of a department's or a minister's portfolio.
        """
        plain = tuple(word.plain for word in said)
        if plain[:1] == ("the",):
            plain, said = plain[1:], said[1:]
        begun, last = self._kind_by_beginning(plain), self._kind_by_end(plain)
        if begun == "department":
            return begun if set(plain) <= _PORTFOLIO or not self._parted(said) else None
        kind = begun or last
        if kind is None or self._two_names(said, last):
            return None
        return kind

    def _kind_by_beginning(self, plain: tuple[str, ...]) -> str | None:
        lengths = range(min(self._longest, len(plain)), 0, -1)
        return next((self._begins[p] for n in lengths if (p := plain[:n]) in self._begins), None)

    def _kind_by_end(self, plain: tuple[str, ...]) -> str | None:
        lengths = range(min(self._longest, len(plain)), 0, -1)
        return next((self._ends[p] for n in lengths if (p := plain[-n:]) in self._ends), None)

    def _two_names(self, said: Sequence[Word], last: str | None) -> bool:
        """Whether something between the words parts two names."""
        for at, word in enumerate(said):
            if word.before in (AND, COMMA) and at:
                pair = (said[at - 1].plain, word.plain)
                suffix = at == len(said) - 1 and word.before == COMMA and last == "company"
                if pair not in self._joined and not suffix:
                    return True
        return False

    @staticmethod
    def _parted(said: Sequence[Word]) -> bool:
        return any(word.before in (AND, COMMA) for word in said[1:])


def _phrases(kinds: Mapping[str, Any], side: str) -> dict[tuple[str, ...], str]:
    """The kind of each phrase of one side. A phrase that two kinds have is the earlier one's."""
    found: dict[tuple[str, ...], str] = {}
    for kind, said in kinds.items():
        for phrase in said.get(side, ()):
            found.setdefault(tuple(of_name(phrase)), kind)
    return found
