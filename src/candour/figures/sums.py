"""Sums as they are written out in a remark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from candour.figures.reading import Figure, Remark

SMALLEST_HIDDEN, LARGEST_HIDDEN = 1, 7
"""What a hidden figure of the national files may be: counts from 1 to 7 are hidden (domain F8)."""


def plus(figures: Sequence[Figure]) -> str:
    """``33 + 2 + 2``."""
    return " + ".join(f.said for f in figures)


def listed(words: Iterable[str]) -> str:
    """The words with commas, and "and" before the last."""
    several = list(words)
    return several[0] if len(several) == 1 else f"{', '.join(several[:-1])} and {several[-1]}"


def rows_of(figures: Iterable[Figure]) -> tuple[int, ...]:
    """The rows, each once, in order."""
    return tuple(sorted({f.row for f in figures}))


def percent_of(part: Decimal, whole: Decimal, places: int = 1) -> Decimal:
    """The share in hundredths, halves rounded up."""
    step = Decimal(1).scaleb(-places)
    return (100 * part / whole).quantize(step, rounding=ROUND_HALF_UP)


def hidden_among(
    hidden: Sequence[Figure], told: Sequence[Figure], whole: Figure, rows: tuple[int, ...]
) -> Remark:
    """Parts that cannot be added, since some are hidden; and what the total gives away."""
    names = listed(_apart(f, hidden) for f in hidden)
    left = (whole.number or Decimal(0)) - sum(f.number for f in told if f.number is not None)
    many = len(hidden)
    between = (
        f" With the total of {whole.said} published, what is hidden can be worked out to be {left}"
        f"{'' if many == 1 else f' for the {many} together'}"
        f", each from {SMALLEST_HIDDEN} to {LARGEST_HIDDEN}."
    )
    return Remark(
        "hidden",
        rows,
        f"{names}: suppressed, which is not nought. The parts cannot be added."
        + (between if left > 0 else ""),
    )


def _apart(figure: Figure, others: Sequence[Figure]) -> str:
    """What tells this figure from the others: its body, what it counts, or when."""
    if len({f.whose for f in others}) == len(others):
        return figure.body
    if len({f.counted for f in others}) == len(others):
        return f"{figure.body}, {figure.measure}"
    return f"{figure.body}, {figure.period}"
