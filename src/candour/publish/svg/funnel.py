"""A funnel as a picture."""

from __future__ import annotations

import numpy as np

from candour.measures.funnel import OUTLIER, Funnel, Unit
from candour.publish.svg.axes import Scale, ticks, written
from candour.publish.svg.figure import Figure
from candour.publish.svg.sheet import (
    FAINT,
    INK,
    MARGIN,
    PURPLE,
    QUIET,
    SMALL,
    WIDTH,
    Sheet,
)

HEIGHT = 240.0
_COLUMNS = ("unit", "counted", "of", "value", "lower limit", "upper limit", "differs")
_KIND = {
    "sr": "Standardised ratio: observed over expected",
    "pr": "Proportion",
    "rc": "One count over another",
}
_NAMED = 12
"""Units that differ are named on the picture up to so many; all are in the table."""


def funnel_figure(funnel: Funnel, title: str, numerator: str, denominator: str) -> Figure:
    """The funnel with its sentence above; units that differ are numbered in the file's order."""
    said = sentence(funnel)
    rows = [_cells(unit) for unit in funnel.units]
    notes = [*([OUTLIER] if funnel.outliers else []), *funnel.warnings, _method(funnel)]

    def drawn(headed: bool) -> str:
        sheet = Sheet()
        if headed:
            sheet.heading(title, said)
        _draw(sheet, funnel, (numerator, denominator), headed)
        about = f"Funnel plot. {said} {_method(funnel)}"
        return sheet.whole(title, about, _COLUMNS, rows)

    heads = "All units, in the order of the file"
    return Figure(title, said, drawn(True), drawn(False), _COLUMNS, rows, notes, heads)


def _draw(sheet: Sheet, funnel: Funnel, columns: tuple[str, str], headed: bool) -> None:
    numerator, denominator = columns
    sheet.gap(14)
    numbers = {unit.unit: at for at, unit in enumerate(funnel.outliers, 1)}
    _plot(sheet, funnel, numbers if len(numbers) <= _NAMED else {})
    sheet.words(f"Along: {denominator}. Up the side: {numerator} over {denominator}"
                f"{_times(funnel)}.", size=SMALL, colour=QUIET)  # fmt: skip
    _legend(sheet, funnel)
    if 0 < len(numbers) <= _NAMED:
        sheet.gap(4)
        for name, number in numbers.items():
            sheet.words(f"{number}. {name}", size=SMALL)
    sheet.gap(4)
    if not headed:
        return
    if funnel.outliers:
        sheet.words(f"Where a unit is outside: {OUTLIER[0].lower()}{OUTLIER[1:]}", size=SMALL)
    for each in funnel.warnings:
        sheet.words(each, size=SMALL, colour=QUIET)
    sheet.words(_method(funnel), size=SMALL, colour=QUIET)
    sheet.words("Not a ranking. True figures, not for publication.", size=SMALL, bold=True)


def sentence(funnel: Funnel) -> str:
    """What the funnel says."""
    judged = [unit for unit in funnel.units if not unit.too_small]
    high = sum(unit.outlier == "high" for unit in judged)
    low = sum(unit.outlier == "low" for unit in judged)
    if not high and not low:
        return f"None of {len(judged)} units differs from the others by more than chance explains."
    chance = len(judged) * (0.05 if funnel.limits == "95" else 0.002)
    return (
        f"{high + low} of {len(judged)} units differ more than expected: {high} above and {low} "
        f"below. By chance alone about {written(round(chance, 1))} would."
    )


def _times(funnel: Funnel) -> str:
    return "" if funnel.multiplier == 1 else f", times {written(funnel.multiplier)}"


def _method(funnel: Funnel) -> str:
    ends = "trimmed" if funnel.method == "trim" else "winsorised"
    spread = (
        f"widened by the spread between units (phi {funnel.phi:.3g}, tau² {funnel.tau2:.3g}; "
        f"{ends})"
        if funnel.adjusted and funnel.tau2 > 0
        else "not widened by the spread between units"
    )
    return f"{_KIND[funnel.kind]}. Limits {funnel.limits} %, {spread}."


def _cells(unit: Unit) -> list[str]:
    figures = (unit.numerator, unit.denominator, unit.value, unit.lower, unit.upper)
    state = "too small to judge" if unit.too_small else unit.outlier or ""
    return [unit.unit, *("" if each is None else written(each) for each in figures), state]


def _plot(sheet: Sheet, funnel: Funnel, numbers: dict[str, int]) -> None:
    shown = [unit for unit in funnel.units if unit.value is not None]
    most = max(unit.denominator for unit in shown)
    highest = max(unit.value for unit in shown if unit.value is not None)
    along = ticks(0, most, 3)
    up = ticks(0, max(highest, funnel.centre * 1.6), 4)
    top, bottom = sheet.y, sheet.y + HEIGHT
    left = MARGIN + 7.8 * max(len(written(each)) for each in up) + 6
    x = Scale(0, along[-1], left, WIDTH - MARGIN - 8)
    y = Scale(0, up[-1], bottom, top)
    for each in up:
        sheet.path([(left, y(each)), (WIDTH - MARGIN, y(each))], colour=FAINT, width=0.7)
        sheet.text(left - 5, y(each) + 5, written(each), anchor="end", colour=QUIET)
    for at, each in enumerate(along):
        anchor = "end" if at == len(along) - 1 else "middle" if at else "start"
        sheet.path([(x(each), bottom), (x(each), bottom + 4)], colour=QUIET)
        sheet.text(x(each) + (8 if anchor == "end" else 0), bottom + 18, written(each),
                   anchor=anchor, colour=QUIET)  # fmt: skip
    _curves(sheet, funnel, x, y)
    for unit in shown:
        _unit(sheet, unit, x, y)
    _number(sheet, [(unit, numbers[unit.unit]) for unit in shown if unit.unit in numbers], x, y)
    sheet.y = bottom + 22


def _curves(sheet: Sheet, funnel: Funnel, x: Scale, y: Scale) -> None:
    """The centre and both pairs of limits; what lies above the picture is cut at its edge."""
    sheet.path([(x(0), y(funnel.centre)), (x(x.high), y(funnel.centre))], colour=INK, width=1.4)
    # Close together where the curves bend: at small denominators.
    sizes = np.linspace(0.04, 1, 140) ** 2 * x.high
    for limit, dash in (("95", "2 3"), ("99.8", "7 4")):
        low, high = funnel.curve(sizes, limit)
        for levels in (low, high):
            places = [
                (x(float(size)), y(float(level) * funnel.multiplier))
                for size, level in zip(sizes, levels, strict=True)
                if 0 <= level * funnel.multiplier <= y.high
            ]
            sheet.path(places, colour=QUIET, width=1.4, dash=dash)


def _unit(sheet: Sheet, unit: Unit, x: Scale, y: Scale) -> None:
    if unit.value is None:
        return
    shape = (
        "ring" if unit.too_small else {"high": "up", "low": "down"}.get(unit.outlier or "", "dot")
    )
    colour = PURPLE if unit.outlier else INK
    at = (x(unit.denominator), y(unit.value))
    told = f"{unit.unit}: {written(unit.value)}"
    sheet.mark(*at, 5.0 if unit.outlier else 2.6, shape, colour, told)


def _number(sheet: Sheet, units: list[tuple[Unit, int]], x: Scale, y: Scale) -> None:
    """Numbers beside the units that differ, each where it hides no other number and no mark."""
    marks = [(x(unit.denominator), y(unit.value or 0.0)) for unit, _ in units]
    taken: list[tuple[float, float]] = []
    for (_unit, number), (across, down) in zip(units, marks, strict=True):
        wide = 8.5 * len(str(number))
        best, least = (across, down), 1e9
        for far in (1.0, 1.8, 2.6):
            for right, lower in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1)):
                place = (across + right * (5 * far + wide / 2 + 3), down + lower * 12 * far)
                if not (x.start < place[0] - wide / 2 and place[0] + wide / 2 < WIDTH - 4):
                    continue
                if not y.end - 8 < place[1] < y.start - 5:
                    continue
                others = [*taken, *(each for each in marks if each != (across, down))]
                near = sum(
                    abs(place[0] - one) < wide / 2 + 7 and abs(place[1] - two) < 11
                    for one, two in others
                )
                if near + far / 10 < least:
                    best, least = place, near + far / 10
        taken.append(best)
        sheet.text(best[0], best[1] + 5, str(number), bold=True, anchor="middle", halo=True)


def _legend(sheet: Sheet, funnel: Funnel) -> None:
    sheet.gap(4)
    entries = [("dot", "within", INK)]
    if any(unit.outlier == "high" for unit in funnel.units):
        entries.append(("up", "above", PURPLE))
    if any(unit.outlier == "low" for unit in funnel.units):
        entries.append(("down", "below", PURPLE))
    if any(unit.too_small for unit in funnel.units):
        entries.append(("ring", "too small to judge", INK))
    sheet.y += 18
    place = MARGIN + 5
    for shape, words, colour in entries:
        sheet.mark(place, sheet.y - 5, 5 if shape in ("up", "down") else 3.4, shape, colour, "")
        sheet.text(place + 10, sheet.y, words)
        place += 28 + 7.2 * len(words)
    for dash, words in (
        ("", f"all units together: {written(funnel.centre)}" if funnel.kind != "sr" else
             f"as expected: {written(funnel.centre)}"),
        ("2 3", "95 % limits"),
        ("7 4", "99.8 % limits"),
    ):  # fmt: skip
        judged = " (units are judged by these)" if words.startswith(funnel.limits) else ""
        sheet.y += 19
        sheet.path(
            [(MARGIN, sheet.y - 5), (MARGIN + 26, sheet.y - 5)], colour=QUIET, width=1.6, dash=dash
        )
        sheet.text(MARGIN + 33, sheet.y, words + judged)
