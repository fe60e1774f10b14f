"""Funnel plots: units side by side, each against what chance allows a unit of its size.

Formulas are those of FunnelPlotR 0.6.0 (Spiegelhalter 2005 and 2012; SHMI and CQC for the spread
between units). A unit in which nothing was counted is judged by the exact probability of that
(ADR 25), because its logarithm does not exist and the usual lower limit is never nought.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from candour.errors import UserError
from candour.measures.rules import Truths, Values

KINDS = ("sr", "pr", "rc")
FEWEST = 20
"""Fewer units make no funnel (trust-and-ux C4)."""

Z = {"95": 1.959964, "99.8": 3.090232}
TAIL = {"95": 0.025, "99.8": 0.001}
"""What lies on each side of the limits."""

OUTLIER = (
    "It differs more than expected: check data, case mix, structure, process, then care, in that "
    "order."
)


@dataclass(frozen=True)
class Unit:
    """One unit. ``value`` None: it has no denominator. ``outlier`` is high, low or None."""

    unit: str
    numerator: float
    denominator: float
    value: float | None
    lower: float | None
    upper: float | None
    outlier: str | None
    too_small: bool


@dataclass(frozen=True)
class Funnel:
    """All units in the order of the file, never ranked.

    ``phi`` is the dispersion and ``tau2`` the variance between units on the transformed scale, both
    0 where no adjustment was asked for. ``drawn`` is false with fewer than ``FEWEST`` units.
    """

    kind: str
    limits: str
    adjusted: bool
    centre: float
    phi: float
    tau2: float
    units: tuple[Unit, ...]
    warnings: tuple[str, ...]
    multiplier: float
    method: str
    drawn: bool

    @property
    def outliers(self) -> tuple[Unit, ...]:
        """Those that differ more than expected, in the order of the file."""
        return tuple(each for each in self.units if each.outlier)

    def curve(self, denominators: Values, limit: str) -> tuple[Values, Values]:
        """Lower and upper limit at any denominators: what is drawn behind the units."""
        return _limits(
            self.kind, denominators, self.centre / self.multiplier, self.tau2, limit, self.method
        )


def funnel(
    units: Sequence[str],
    numerators: Values,
    denominators: Values,
    kind: str,
    *,
    limits: str = "99.8",
    adjust: str = "additive",
    winsorise: float | None = None,
    trim: float | None = None,
    multiplier: float = 1.0,
    notes: Sequence[str] = (),
) -> Funnel:
    """The funnel of the units.

    ``sr``: observed over expected, centre 1. ``pr``: a part over its whole. ``rc``: one count over
    another. ``trim`` leaves that share at each end out before the spread is told (SHMI, ``sr``'s
    default: 0.1, logarithms); ``winsorise`` pulls it in (CQC, others' default; square roots for
    ``sr``). Missing numerators are NaN and no nought. Raises ``UserError`` where nothing is left.
    """
    names, top, below, said = _units(units, numerators, denominators, kind)
    said = [*notes, *said]
    usable = below > 0
    if not usable.any():
        raise UserError("No unit has a numerator and a denominator.", "Check the columns.")
    centre = 1.0 if kind == "sr" else float(top[usable].sum() / below[usable].sum())
    drawn = int(usable.sum()) >= FEWEST
    method = "trim" if trim is not None or (winsorise is None and kind == "sr") else "winsorise"
    share = trim if trim is not None else winsorise if winsorise is not None else 0.1
    phi, tau2 = 0.0, 0.0
    if not drawn:
        said.append(
            f"No funnel: {int(usable.sum())} units, and with fewer than {FEWEST} nobody can tell "
            "what is usual among them."
        )
    elif adjust == "additive":
        phi, tau2 = _spread(kind, top[usable], below[usable], centre, method, share)
        if tau2 == 0:
            said.append("The units differ no more than chance explains: limits are not widened.")
    if kind == "rc" and drawn and tau2 == 0:
        said.append(
            "Limits of rc follow FunnelPlotR, which takes the chance of the denominator alone: "
            "without a spread between units they are narrow."
        )
    lower, upper = _limits(kind, below, centre, tau2, limits, method)
    made = tuple(
        _unit(name, (count, of), (low, high), kind, centre, tau2, TAIL[limits], multiplier, drawn)
        for name, count, of, low, high in zip(
            names, top.tolist(), below.tolist(), lower.tolist(), upper.tolist(), strict=True
        )
    )
    return Funnel(
        kind,
        limits,
        adjust == "additive",
        centre * multiplier,
        phi,
        tau2,
        made,
        tuple([*said, *_beware(made)]),
        multiplier,
        method,
        drawn,
    )


def _units(
    units: Sequence[str], numerators: Values, denominators: Values, kind: str
) -> tuple[list[str], Values, Values, list[str]]:
    """One entry for each name: rows of one name are added up, total rows and blanks left out."""
    said: list[str] = []
    held: dict[str, list[float]] = {}
    spelt: dict[str, str] = {}
    unknown = unfit = 0
    total = totals(units, numerators, denominators)
    for at, name in enumerate(units):
        top, below = float(numerators[at]), float(denominators[at])
        if total[at]:
            continue
        if math.isnan(top) or math.isnan(below):
            unknown += 1
        elif top < 0 or below < 0 or (kind == "pr" and top > below):
            unfit += 1
        else:
            key = " ".join(name.split())
            spelt.setdefault(key, name.strip())
            entry = held.setdefault(key, [0.0, 0.0, 0.0])
            entry[0] += top
            entry[1] += below
            entry[2] += 1
    if total.any():
        said.append(f"Total rows left out: {int(total.sum())}. A total is no unit.")
    if unknown:
        said.append(
            f"Units left out: {unknown}. A figure is missing or hidden, and that is not nought."
        )
    if unfit:
        said.append(
            f"Rows left out: {unfit}. A figure is below nought, or a part is larger than its whole."
        )
    twice = sum(entry[2] > 1 for entry in held.values())
    if twice:
        said.append(f"Units with more than one row: {twice}. Their figures are added up.")
    figures = np.asarray([entry[:2] for entry in held.values()]).reshape(-1, 2)
    return [spelt[key] for key in held], figures[:, 0], figures[:, 1], said


def totals(units: Sequence[str], numerators: Values, denominators: Values) -> Truths:
    """Which rows are totals: by a word for it, or because both figures are those of all others."""
    words = {"total", "totals", "grand total", "all units", "sum", "overall total"}
    found = np.asarray([" ".join(name.casefold().split()) in words for name in units], dtype=bool)
    rest = ~found
    for at in np.flatnonzero(rest):
        others = rest.copy()
        others[at] = False
        top, below = np.nansum(numerators[others]), np.nansum(denominators[others])
        if (
            others.sum() > 2
            and denominators[at] > 0
            and math.isclose(below, denominators[at], rel_tol=1e-9)
            and math.isclose(top, numerators[at], rel_tol=1e-9)
        ):
            found[at] = True
    return found


def _spread(
    kind: str, top: Values, below: Values, centre: float, method: str, share: float
) -> tuple[float, float]:
    """phi and tau2 (DerSimonian and Laird's form) from scores without their extremes."""
    scores, errors = _scores(kind, top, below, centre, method)
    if method == "trim":
        groups = 1 / share
        ranks = _ranks(scores)
        group = np.floor(ranks * groups / (len(ranks) + 1) + 1e-9)
        kept = (group > 0) & (group < groups - 1)
        scores, errors = scores[kept], errors[kept]
    else:
        low, high = np.quantile(scores, [share, 1 - share])
        scores = np.clip(scores, low, high)
    units = len(scores)
    if units < 2:
        return 0.0, 0.0
    phi = float((scores**2).mean())
    if units * phi < units - 1:
        return phi, 0.0
    weights = 1 / errors**2
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    return phi, float(max(0.0, (units * phi - (units - 1)) / scale)) if scale > 0 else 0.0


def _scores(
    kind: str, top: Values, below: Values, centre: float, method: str
) -> tuple[Values, Values]:
    """Each unit's distance from the centre in standard errors, and its error, as transformed."""
    if kind == "sr" and method == "trim":
        errors = 1 / np.sqrt(below)
        scores = np.sqrt(below) * np.log(np.where(top > 0, top, 1.0) / below)
        for at in np.flatnonzero(top == 0):
            scores[at] = _score_of_nought(float(below[at]))
        return scores, errors
    half = 1 / (2 * np.sqrt(below))
    if kind == "sr":
        return (np.sqrt(top / below) - 1) / half, half
    if kind == "pr":
        return (np.arcsin(np.sqrt(top / below)) - math.asin(math.sqrt(centre))) / half, half
    errors = np.sqrt(top / (top + 0.5) ** 2 + below / (below + 0.5) ** 2)
    scores = (np.log((top + 0.5) / (below + 0.5)) - math.log(centre)) / errors
    return scores, errors


def _score_of_nought(expected: float) -> float:
    """The normal score of a count of nought: of the middle of its exact probability."""
    chance = math.exp(-expected) / 2
    return NormalDist().inv_cdf(chance) if chance > 1e-300 else -math.sqrt(2 * expected)


def _ranks(values: Values) -> Values:
    """Ranks from 1, ties sharing the mean of theirs."""
    _, at, count = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(count)
    return np.asarray((ends - (count - 1) / 2)[at], dtype=float)


def _limits(
    kind: str, below: Values, centre: float, tau2: float, limit: str, method: str
) -> tuple[Values, Values]:
    """Lower and upper limits; where a denominator is nought there are none (NaN)."""
    z, tail = Z[limit], TAIL[limit]
    n = np.where(below > 0, below, np.nan)
    if kind == "pr":
        middle = math.asin(math.sqrt(centre))
        reach = z * np.sqrt(1 / (4 * n) + tau2)
        # Beyond the ends of the scale the sine would come back into it.
        low, high = np.clip(middle - reach, 0, None), np.clip(middle + reach, None, math.pi / 2)
        return np.sin(low) ** 2, np.sin(high) ** 2
    if kind == "rc":
        reach = z * np.sqrt(1 / (4 * n) + tau2)
        return centre * np.exp(-reach), centre * np.exp(reach)
    if tau2 == 0:
        from scipy.special import gammaincinv

        return gammaincinv(n, tail) / n, gammaincinv(n + 1, 1 - tail) / n
    if method == "trim":
        reach = z * np.sqrt(1 / n + tau2)
        return np.exp(-reach), np.exp(reach)
    reach = z * np.sqrt(1 / (4 * n) + tau2)
    return np.maximum(1 - reach, 0.0), 1 + reach


def _unit(
    name: str,
    figures: tuple[float, float],
    limits: tuple[float, float],
    kind: str,
    centre: float,
    tau2: float,
    tail: float,
    multiplier: float,
    drawn: bool,
) -> Unit:
    (top, below), (lower, upper) = figures, limits
    if not below > 0:
        return Unit(name, top, below, None, None, None, None, True)
    value = top / below
    if not drawn:
        return Unit(name, top, below, value * multiplier, None, None, None, below <= 1)
    outlier = "high" if value > upper else "low" if value < lower else None
    if top == 0:
        chance = chance_of_nought(kind, below, centre, tau2)
        outlier = "low" if chance < tail else None
        # Where nought is among what chance allows, nothing lies below the lower limit.
        lower = lower if outlier else 0.0
    elif kind == "pr" and top == below and top > 0:
        chance = chance_of_nought(kind, below, 1 - centre, tau2)
        outlier = "high" if chance < tail else None
        upper = upper if outlier else 1.0
    small = below <= 1 and not (
        kind == "sr" and top > 0 and _at_least(top, below) < tail and outlier == "high"
    )
    return Unit(
        name,
        top,
        below,
        value * multiplier,
        float(lower) * multiplier,
        float(upper) * multiplier,
        None if small else outlier,
        small,
    )


def _at_least(count: float, expected: float) -> float:
    """P(X >= count) of a Poisson, for the few expected of a unit that small."""
    below = math.fsum(
        math.exp(-expected + at * math.log(expected) - math.lgamma(at + 1))
        for at in range(math.ceil(count))
    )
    return 1 - below


def chance_of_nought(kind: str, below: float, centre: float, tau2: float) -> float:
    """The exact probability of no event in a unit that differs from the others by chance alone.

    Poisson (``sr``, ``rc``) or binomial (``pr``). Where units differ by more than chance (tau2),
    their rates are taken as gamma or beta with that variance: negative binomial, beta-binomial.
    """
    if kind == "pr":
        shared = min(4 * tau2, 0.999)
        if shared == 0:
            return math.exp(below * math.log1p(-centre)) if centre < 1 else 0.0
        size = 1 / shared - 1
        other = (1 - centre) * size
        return math.exp(
            math.lgamma(other + below)
            - math.lgamma(other)
            - math.lgamma(size + below)
            + math.lgamma(size)
        )
    expected = below * centre
    if tau2 == 0:
        return math.exp(-expected)
    spread = math.expm1(tau2)
    return math.exp(-math.log1p(expected * spread) / spread)


def _beware(units: tuple[Unit, ...]) -> list[str]:
    said = []
    small = sum(each.too_small for each in units)
    if small:
        said.append(f"Too small to judge: {small}. They are shown, and are no outliers.")
    if any(each.numerator == 0 and each.value is not None and not each.too_small for each in units):
        said.append("Units with a count of nought are judged by its exact probability.")
    return said
