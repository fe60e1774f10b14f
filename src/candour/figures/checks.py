"""The checks in their order, and the kinds of remark that they make."""

from __future__ import annotations

from collections.abc import Sequence

from candour.figures.comparing import comparisons
from candour.figures.parts import areas, kinds_of_death, named_parts
from candour.figures.periods import parts_of_a_year, unfinished_years
from candour.figures.reading import Figure, Remark

KINDS = {
    "not-comparable": "figures that may not be compared, with the reason",
    "part-year": "a figure for a year that is not finished, or for less than a year",
    "different-period": "figures of one thing for periods that are not the same",
    "definition-changed": "a series in which what is counted changed on the way",
    "adds-up": "parts that make the total",
    "does-not-add-up": "parts that do not make the total",
    "share": "a figure that is some of another",
    "sources-disagree": "two figures for the same thing and time that are not the same",
    "hidden": "figures hidden because they are small: not nought, and they cannot be added",
    "not-read": "a row that could not be read",
}


def check(figures: Sequence[Figure]) -> list[Remark]:
    """Every remark on the figures, in the order of their first rows; none is made twice."""
    found = [
        *parts_of_a_year(figures),
        *unfinished_years(figures),
        *areas(figures),
        *kinds_of_death(figures),
        *named_parts(figures),
        *comparisons(figures),
    ]
    once = {(remark.kind, remark.rows): remark for remark in reversed(found)}
    order = list(KINDS)
    return sorted(once.values(), key=lambda r: (r.rows, order.index(r.kind)))
