"""Rates and averages that give nobody away: worked out from what is printed, never from true parts.

A percentage worked out from true parts gives back the counts behind a rounded one: of pairs with a
denominator up to 40, nine in ten. So a rate here has no true part to be worked out from.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from candour.errors import CandourError
from candour.measures.disclosure.disclosed import COUNT, SUPPRESSED, Published
from candour.measures.disclosure.profiles import Profile

NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True)
class PublishedRate:
    """A rate as it is printed.

    ``kind`` is ``rate``, ``suppressed``, or ``not applicable`` (nobody to be counted per).
    ``unreliable`` where it rests on few deaths.
    """

    kind: str
    value: Decimal | None
    per: int
    unreliable: bool = False


def crude_rate(
    numerator: Published, denominator: Published, per: int, profile: Profile, digits: int = 1
) -> PublishedRate:
    """A rate from two printed figures.

    :param per: per how many of the denominator, such as 1000.
    :param digits: decimals; none under a profile that gives whole rates.
    """
    if SUPPRESSED in (numerator.kind, denominator.kind):
        return PublishedRate(SUPPRESSED, None, per)
    above, below = (_part(each, profile) for each in (numerator, denominator))
    if not below:
        return PublishedRate(NOT_APPLICABLE, None, per)
    if 0 < above < profile.crude_rate_from:
        return PublishedRate(SUPPRESSED, None, per)
    places = Decimal(1).scaleb(-(0 if profile.rate_whole else digits))
    value = (Decimal(above) * per / Decimal(below)).quantize(places, ROUND_HALF_UP)
    return PublishedRate("rate", value, per, unreliable=above < profile.flag_rate_under)


def may_standardise(deaths: Published, profile: Profile) -> bool:
    """Whether a standardised rate or ratio may be given over so many deaths."""
    return deaths.kind == COUNT and _value(deaths) >= profile.standardised_rate_from


def may_average(over: Published, profile: Profile) -> bool:
    """Whether an average may be given over so many."""
    return over.kind == COUNT and _value(over) >= profile.means_from


def _part(figure: Published, profile: Profile) -> int:
    value = _value(figure)
    if profile.rate_parts == "midpoint-6" and value:
        return 6 * -(-value // 6) - 3
    return value


def _value(figure: Published) -> int:
    if figure.value is None:
        raise CandourError("A figure that is not printed has no value to be worked with.")
    return figure.value
