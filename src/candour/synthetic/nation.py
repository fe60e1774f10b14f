"""The invented organisations: regions, integrated care boards, trusts and independent sites."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product

MARK = "(invented)"
"""Ends the name of everything that could be taken for a real body."""

_PLACES = (
    "Ambervale", "Brackenmere", "Cindermoor", "Dunlorrie", "Elverstane", "Foxhallow",
    "Greywater", "Hollinbeck", "Inkerby", "Juniper Fell", "Kestrel Down", "Larkmoss",
    "Merrowdale", "Nettlecombe Reach", "Osierholm", "Pellowmarsh", "Quenby Sands", "Rushwold",
    "Saltmerrow", "Thistlemouth", "Umberlow", "Vellowick", "Wychmarsh", "Yarrowstone",
)  # fmt: skip
_SITES = ("Copse House", "Orchard Lodge", "Mill House", "Heron House", "Beacon Lodge", "Fern Court")
_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Board:
    """An invented integrated care board and the invented region that it lies in."""

    code: str
    name: str
    region_code: str
    region_name: str


@dataclass(frozen=True)
class Provider:
    """An invented provider.

    ``kind`` is ``mh_trust`` or ``independent_site`` (takes people whom trusts place there).
    ``writes`` says how its record system writes a moment: ``date`` (the day alone), ``local``
    (date and time in local civil time) or ``utc`` (date and time in UTC, ending in Z).
    """

    code: str
    name: str
    kind: str
    board: Board
    writes: str


@dataclass(frozen=True)
class Nation:
    """The organisations of one invented nation, trusts before sites.

    ``whole``: the nation hands over extracts in every layout, and its register of deaths holds the
    people whom no provider ever met; else there are few providers and three layouts.
    """

    boards: tuple[Board, ...]
    providers: tuple[Provider, ...]
    whole: bool = False

    @property
    def trusts(self) -> tuple[int, ...]:
        """Places in ``providers`` of the trusts."""
        return tuple(n for n, p in enumerate(self.providers) if p.kind == "mh_trust")

    @property
    def sites(self) -> tuple[int, ...]:
        """Places in ``providers`` of the independent sites."""
        return tuple(n for n, p in enumerate(self.providers) if p.kind == "independent_site")

    @property
    def writes_utc(self) -> tuple[int, ...]:
        """Places in ``providers`` of the trusts whose patient record writes UTC."""
        utc = (n for n in self.trusts if self.providers[n].writes == "utc")
        return tuple(n for n in utc if n not in self.four_lists)

    @property
    def corrects(self) -> int:
        """The place in ``providers`` of the trust that sends one file again, corrected."""
        return self.trusts[1]

    @property
    def sends_again(self) -> int:
        """The place in ``providers`` of the trust that sends one file twice, unchanged."""
        return self.trusts[0]

    @property
    def closes_spells(self) -> int:
        """The trust that closes a spell when the person died, without a word on how it ended."""
        return self.trusts[2]

    @property
    def closes_caseloads(self) -> int:
        """The trust that closes a caseload record on the day of the death."""
        return self.trusts[min(3, len(self.trusts) - 1)]

    @property
    def sends_flow(self) -> tuple[int, ...]:
        """The trusts whose national flow (MHSDS) lies beside their patient record."""
        return (self.trusts[4], self.trusts[8]) if self.whole else ()

    @property
    def one_row_a_person(self) -> tuple[int, ...]:
        """The trusts whose incident system (Ulysses-like) writes a row for each person."""
        return (self.trusts[5], self.trusts[9]) if self.whole else ()

    @property
    def four_lists(self) -> tuple[int, ...]:
        """The trust that hands over four lists under ids of its own, and no name or number."""
        return (self.trusts[-1],) if self.whole else ()


def invent(trusts: int = 4, sites: int = 2, boards: int = 3) -> Nation:
    """A nation with so many providers.

    Trust codes have three characters and site codes five, as real ones do, and hold a digit, so
    that none is a word. None of them is in an ODS file known to us. Raises ValueError for too few
    (three trusts, one site, one board) or too many (180, 99, 99).
    """
    if not (3 <= trusts <= 180 and 1 <= sites <= 99 and 1 <= boards <= 99):
        raise ValueError("a nation needs three trusts, one site and one board at least, and few")
    regions = (("ZY1", f"Hither Shires {MARK}"), ("ZY2", f"Yonder Shires {MARK}"))
    places = [
        place if not round_ else f"{place} {round_ + 1}"
        for round_ in range(1 + max(trusts, boards, sites) // len(_PLACES))
        for place in _PLACES
    ]
    care_boards = tuple(
        Board(f"ZQ{_LETTERS[n % 34]}Y{_LETTERS[n // 34]}",
              f"{places[-1 - n]} and District Integrated Care Board {MARK}",
              *regions[n % len(regions)])
        for n in range(boards)
    )  # fmt: skip
    codes = ["".join(pair) for pair in product("QRTVWXJKLMNPHGFEDCBA", "123456789")]
    styles = ("local", "date", "utc", "local")
    providers = [
        Provider(f"Z{codes[n]}", f"{places[n]} Mental Health NHS Trust {MARK}", "mh_trust",
                 care_boards[n % boards], styles[n % len(styles)])
        for n in range(trusts)
    ]  # fmt: skip
    providers += [
        Provider(f"ZQS{n + 1:02d}", f"{_SITES[n % len(_SITES)]}, {places[-1 - n]} {MARK}",
                 "independent_site", care_boards[n % boards], styles[n % 2])
        for n in range(sites)
    ]  # fmt: skip
    return Nation(care_boards, tuple(providers))


WHOLE_TRUSTS, WHOLE_SITES, WHOLE_BOARDS = 47, 8, 36


@cache
def whole_nation() -> Nation:
    """55 providers, eight of them independent sites, under 36 boards, with every layout."""
    made = invent(WHOLE_TRUSTS, WHOLE_SITES, WHOLE_BOARDS)
    return Nation(made.boards, made.providers, whole=True)


def organisation_rows(nation: Nation) -> list[tuple[str, str, str, str, str, str, str]]:
    """Rows ``code, name, type, icb_code, icb_name, region_code, region_name``, by kind and code."""
    regions = sorted({(b.region_code, b.region_name) for b in nation.boards})
    return [
        *((code, name, "region", "", "", code, name) for code, name in regions),
        *((b.code, b.name, "icb", b.code, b.name, b.region_code, b.region_name)
          for b in nation.boards),
        *((p.code, p.name, p.kind, p.board.code, p.board.name, p.board.region_code,
           p.board.region_name) for p in nation.providers),
    ]  # fmt: skip
