"""One chart as a picture."""

from __future__ import annotations

import itertools

from candour.measures.chart import Chart, Point
from candour.measures.words import TITLES, sentence
from candour.publish.svg.axes import (
    Scale,
    days_matter,
    from_nought,
    place_name,
    ticks,
    written,
)
from candour.publish.svg.figure import Figure
from candour.publish.svg.sheet import (
    BLUE,
    FAINT,
    INK,
    MARGIN,
    ORANGE,
    PURPLE,
    QUIET,
    SMALL,
    WIDTH,
    Sheet,
)

HEIGHT = 210.0
_COLUMNS = ("when", "value", "centre", "lower limit", "upper limit", "part", "what is unusual")
_VARIATION = {
    "common_cause": ("usual variation", QUIET),
    "improvement": ("improvement", BLUE),
    "concern": ("concern", ORANGE),
    "neutral": ("unusual, with no good or bad side", PURPLE),
}
_ASSURANCE = {
    "consistent_pass": "P: the target is met whatever chance does.",
    "consistent_fail": "F: the target is missed unless something changes.",
    "inconsistent": "?: the target is met or missed by chance.",
}


def chart_figure(chart: Chart, title: str) -> Figure:
    """The chart with its sentence above and what must be said below it."""
    said = sentence(chart)
    rows = [_cells(point) for point in chart.points]
    description = f"{TITLES[chart.kind]}. {said} {chart.school}"

    def drawn(headed: bool) -> str:
        sheet = Sheet()
        if headed:
            sheet.heading(title, said)
        _verdict(sheet, chart)
        sheet.gap(32 if chart.breaks else 16)
        _plot(sheet, chart)
        _legend(sheet, chart)
        _notes(sheet, chart, headed)
        return sheet.whole(title, description, _COLUMNS, rows)

    notes = [chart.why, chart.school, *chart.warnings]
    return Figure(title, said, drawn(True), drawn(False), _COLUMNS, rows, notes)


def _cells(point: Point) -> list[str]:
    figures = (point.y, point.centre, point.lower, point.upper)
    return [
        point.when.shown,
        *("" if each is None else written(each) for each in figures),
        str(point.part),
        "no figure" if point.y is None else point.special or "",
    ]


def _verdict(sheet: Sheet, chart: Chart) -> None:
    """The variation as a sign with a letter, and what it means in words."""
    kind, _, side = chart.variation.partition("_")
    if chart.kind == "run" or chart.variation == "common_cause":
        return
    words, colour = _VARIATION[kind]
    if chart.series.deaths:
        words, colour = _VARIATION["neutral"]
    letter = side[:1].upper()
    sheet.y += 24
    sheet.mark(MARGIN + 9, sheet.y - 5, 9, "ring", colour, "")
    sheet.text(MARGIN + 9, sheet.y, letter, bold=True, colour=colour, anchor="middle")
    sheet.text(MARGIN + 26, sheet.y, f"{side}: {words}", colour=colour)


def _plot(sheet: Sheet, chart: Chart) -> None:
    shown = [
        each
        for point in chart.points
        for each in (point.y, point.centre, point.lower, point.upper)
        if each is not None
    ] + ([chart.target] if chart.target is not None else [])
    low, high = min(shown), max(shown)
    marks = ticks(0.0 if from_nought(low, high) else low, high)
    top, bottom = sheet.y, sheet.y + HEIGHT
    left = MARGIN + 7.8 * max(len(written(each)) for each in marks) + 6
    y = Scale(marks[0], marks[-1], bottom, top)
    places = _places(chart, left + 6, WIDTH - MARGIN - 6)
    for each in marks:
        sheet.path([(left, y(each)), (WIDTH - MARGIN, y(each))], colour=FAINT, width=0.7)
        sheet.text(left - 5, y(each) + 5, written(each), anchor="end", colour=QUIET)
    _lines(sheet, chart, places, y)
    _breaks(sheet, chart, places, top, bottom)
    _values(sheet, chart, places, y)
    _names(sheet, chart, places, bottom, left)
    sheet.y = bottom + 22
    axis = chart.series.y_name if chart.series.n is None or chart.kind == "c" else _ratio(chart)
    more = "" if marks[0] == 0 else f" The axis begins at {written(marks[0])}, not at 0."
    sheet.words(f"Up the side: {axis}.{more}", size=SMALL, colour=QUIET)


def _ratio(chart: Chart) -> str:
    times = "" if chart.multiplier == 1 else f", times {written(chart.multiplier)}"
    return f"{chart.series.y_name} over {chart.series.n_name}{times}"


def _places(chart: Chart, start: float, end: float) -> list[float]:
    """Where each point lies: by time, but gaps between events one after the other."""
    points = chart.points
    by_time = not chart.series.gaps and all(p.when.kind != "label" for p in points)
    ats = [p.when.at for p in points] if by_time else [float(at) for at in range(len(points))]
    scale = Scale(min(ats), max(ats), start, end)
    return [scale(each) for each in ats]


def _lines(sheet: Sheet, chart: Chart, places: list[float], y: Scale) -> None:
    """Centre, limits and target. A limit of nought is the axis itself and is not drawn again."""
    for part in range(1, chart.points[-1].part + 1):
        inside = [at for at, point in enumerate(chart.points) if point.part == part]
        for name, dash, width in (
            ("centre", "", 1.4),
            ("upper", "7 4", 1.4),
            ("lower", "7 4", 1.4),
        ):
            levels = [(at, getattr(chart.points[at], name)) for at in inside]
            steps = _steps([(places[at], each) for at, each in levels if each is not None], y)
            if name == "lower" and _at_nought(chart.points[inside[-1]]):
                continue
            sheet.path(steps, colour=QUIET, width=width, dash=dash)
    if chart.target is not None:
        ends = [(places[0] - 6, y(chart.target)), (places[-1] + 6, y(chart.target))]
        sheet.path(ends, colour=INK, width=1.2, dash="1.5 3")


def _at_nought(point: Point) -> bool:
    """Whether the lower limit is nought, or so near it that the axis is the line."""
    return point.lower is not None and 0 <= point.lower < 0.005 * (point.upper or 1.0)


def _steps(levels: list[tuple[float, float]], y: Scale) -> list[tuple[float, float]]:
    """A staircase whose every tread lies about its point."""
    if not levels:
        return []
    places = [place for place, _ in levels]
    middles = [(one + two) / 2 for one, two in itertools.pairwise(places)]
    edges = [places[0] - 5, *middles, places[-1] + 5]
    found = []
    for at, (_, level) in enumerate(levels):
        found += [(edges[at], y(level)), (edges[at + 1], y(level))]
    return found


def _breaks(sheet: Sheet, chart: Chart, places: list[float], top: float, bottom: float) -> None:
    for number, each in enumerate(chart.breaks, 1):
        x = (places[each.at - 1] + places[each.at]) / 2
        sheet.path([(x, top - 4), (x, bottom)], colour=INK, width=1.2, dash="2 3")
        sheet.text(x, top - 6, f"break {number}", anchor="middle", bold=True, halo=True)


def _values(sheet: Sheet, chart: Chart, places: list[float], y: Scale) -> None:
    strokes: list[list[tuple[float, float]]] = [[]]
    for at, point in enumerate(chart.points):
        if at and (point.part != chart.points[at - 1].part or point.y is None):
            strokes.append([])
        if point.y is not None:
            strokes[-1].append((places[at], y(point.y)))
    for stroke in strokes:
        sheet.path(stroke, colour=INK, width=1)
    room = (places[-1] - places[0]) / max(len(places) - 1, 1)
    size = min(3.4, max(1.5, room * 0.42))
    days = days_matter([point.when for point in chart.points])
    for at, point in enumerate(chart.points):
        if point.y is None:
            continue
        shape = "dot" if not point.mark else "up" if point.mark > 0 else "down"
        told = f"{place_name(point.when, days)}: {written(point.y)}"
        told += f" ({point.special})" if point.special else ""
        bigger = size if shape == "dot" else max(size * 1.5, 4.0)
        sheet.mark(places[at], y(point.y), bigger, shape, colour_of(chart, point), told)


def colour_of(chart: Chart, point: Point) -> str:
    """Ink for a usual point. Deaths, and series with no good side, are purple where unusual."""
    if not point.mark:
        return INK
    if chart.improvement == "neutral" or chart.series.deaths:
        return PURPLE
    return BLUE if (chart.improvement == "up") == (point.mark > 0) else ORANGE


def _names(sheet: Sheet, chart: Chart, places: list[float], bottom: float, left: float) -> None:
    """The first, the middle and the last place, where they do not run into each other."""
    days = days_matter([point.when for point in chart.points])
    last = len(places) - 1
    wanted = [(0, "start"), (last, "end")] if last else [(0, "start")]
    names = {at: place_name(chart.points[at].when, days) for at in (0, last // 2, last)}
    taken = sum(len(names[at]) for at, _ in wanted) + len(names[last // 2]) + 4
    if last > 3 and taken * 7.3 < WIDTH - MARGIN - left:
        wanted.insert(1, (last // 2, "middle"))
    for at, anchor in wanted:
        x = left if anchor == "start" else WIDTH - MARGIN if anchor == "end" else places[at]
        sheet.path([(places[at], bottom), (places[at], bottom + 4)], colour=QUIET)
        sheet.text(x, bottom + 18, names[at], anchor=anchor, colour=QUIET)


def _legend(sheet: Sheet, chart: Chart) -> None:
    """What the shapes and lines are, in words; the levels of the latest part as figures."""
    sheet.gap(4)
    entries = [("dot", "usual", INK)]
    for sign, shape, words in ((1, "up", "high or rising"), (-1, "down", "low or falling")):
        if held := next((p for p in chart.points if p.mark * sign > 0), None):
            entries.append((shape, words, colour_of(chart, held)))
    sheet.y += 18
    x = MARGIN + 5
    for shape, words, colour in entries:
        sheet.mark(x, sheet.y - 5, 3.4 if shape == "dot" else 5, shape, colour, "")
        sheet.text(x + 10, sheet.y, words)
        x += 28 + 7.2 * len(words)
    last = chart.points[-1]
    middle = {"run": "middle", "g": "middle", "t": "centre"}.get(chart.kind, "mean")
    middle = "centre" if chart.series.placed else middle
    if last.centre is not None:
        _key(sheet, "", f"{middle} {written(last.centre)}")
    if last.upper is not None and last.lower is not None:
        lower = "none above 0" if _at_nought(last) else written(last.lower)
        level = len({each.upper for each in chart.points if each.part == last.part}) == 1
        sure = "limits" if level else "limits, latest"
        _key(sheet, "7 4", f"{sure}: upper {written(last.upper)}, lower {lower}")
    if chart.target is not None:
        _key(sheet, "1.5 3", f"target {written(chart.target)}")


def _key(sheet: Sheet, dash: str, words: str) -> None:
    sheet.y += 19
    sheet.path(
        [(MARGIN, sheet.y - 5), (MARGIN + 26, sheet.y - 5)], colour=QUIET, width=1.6, dash=dash
    )
    sheet.text(MARGIN + 33, sheet.y, words)


def _notes(sheet: Sheet, chart: Chart, headed: bool) -> None:
    sheet.gap(4)
    days = days_matter([point.when for point in chart.points])
    if chart.assurance:
        sheet.words(_ASSURANCE[chart.assurance], size=SMALL)
    for number, each in enumerate(chart.breaks, 1):
        sheet.words(
            f"Break {number}, {place_name(chart.series.when[each.at], days)}: {each.reason}.",
            size=SMALL,
        )
    if not headed:
        return
    for warning in chart.warnings:
        if not warning.startswith("The line breaks"):
            sheet.words(warning, size=SMALL, colour=QUIET)
    sheet.words(f"{TITLES[chart.kind]}. {chart.school}", size=SMALL, colour=QUIET)
    sheet.words("True figures, not for publication.", size=SMALL, bold=True)
