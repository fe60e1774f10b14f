"""What is said beside a chart: whose rules, what to beware of, and one sentence for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from candour.measures.chart import Chart, Point

TITLES = {
    "run": "Run chart",
    "xmr": "XmR chart",
    "i": "Individuals chart",
    "c": "c chart: counts",
    "u": "u chart: rates",
    "p": "p chart: proportions",
    "pprime": "p\N{PRIME} chart: proportions, limits widened by the spread between periods",
    "uprime": "u\N{PRIME} chart: rates, limits widened by the spread between periods",
    "g": "g chart: number between events",
    "t": "t chart: time between events",
}
FEWEST_FOR_RUNS = 10
"""Fewer points say nothing by their runs (Anhøj and Olesen)."""

SAID = {
    "common_cause": "The latest point is within what this series usually does.",
    "high": "The latest point is unusually high",
    "low": "The latest point is unusually low",
}


def schools(kind: str, screened: bool, placed: bool) -> str:
    """Whose rules, factors and screening a chart follows."""
    if kind == "run":
        return "Median; runs analysis of Anhøj and Olesen."
    if placed:
        return (
            "Limits: 0.135 % on each side of an exponential, since the days within a period are "
            "not known. No moving ranges."
        )
    ranges = (
        "moving ranges of 3.267 mean ranges or more left out once"
        if screened
        else "no moving range left out"
    )
    if kind == "xmr":
        return f"Making Data Count: mean and 2.66 mean moving ranges, {ranges}; runs of seven."
    if kind in ("i", "t", "pprime", "uprime"):
        rooted = " of the 3.6th root" if kind == "t" else ""
        return f"qicharts2: 3 mean moving ranges{rooted} over 1.128, {ranges}."
    return "qicharts2: three standard deviations of the distribution of counts."


def verdict_warnings(
    chart: Chart, cut: bool, target: float | None, by_chooser: bool
) -> tuple[str, ...]:
    """What a reader has to beware of in this chart."""
    series, said = chart.series, list(chart.series.notes)
    known = np.asarray([each.y for each in chart.points if each.y is not None])
    if cut:
        said.append("The lower limit was computed below 0 and is shown as 0: no count lies below.")
    elif chart.kind in ("xmr", "i") and any(
        each.lower is not None and each.lower < 0 for each in chart.points
    ) and (known >= 0).all():  # fmt: skip
        said.append("The lower limit lies below 0: where a value cannot, there is no lower limit.")
    if chart.kind in ("xmr", "i", "c") and series.whole and not series.gaps:
        mean = float(series.y[~np.isnan(series.y)].mean())
        if mean < 4:
            said.append(
                f"A mean of {mean:.2g} a period: this kind of chart misreads fewer than 4, and "
                "many of its signals are chance. --kind auto draws the time between events."
            )
    if series.placed:
        said.append(
            "The days of the events are not in the file: each is placed evenly within its period. "
            "A list of their dates gives the chart its true gaps."
        )
    elif series.gaps and not by_chooser and not series.unit:
        said.append(
            f"{series.y_name} is taken as the time (or number) between one event and the next."
        )
    if series.gaps and by_chooser:
        said.append("The time since the latest event is not drawn: it is not over.")
    if chart.run_signal and on_the_line(chart):
        said.append(
            "Most points lie on the centre line: the runs analysis leaves them out, and its signal "
            "means little."
        )
    if chart.kind == "t" and (series.y == 0).any():
        said.append("Some events fell on one day: gaps of 0.")
    if target is not None and series.deaths:
        said.append("No target is drawn: deaths have none.")
    elif target is not None and chart.improvement == "neutral":
        said.append("No assurance: without --improvement up or down a target has no good side.")
    if chart.improvement != "neutral" and series.deaths:
        said.append("Deaths are drawn in one colour: fewer is not painted as improvement.")
    if chart.kind == "p" and series.n is not None and np.nanmin(series.n) < 20:
        said.append("Some denominators are under 20: limits of proportions do not hold there.")
    return tuple(said)


def sentence(chart: Chart) -> str:
    """What the chart says, in one or two sentences that a family could read."""
    latest = next((each for each in reversed(chart.points) if each.y is not None), None)
    if latest is None:
        return "There is no figure to draw."
    if chart.kind == "run":
        if len(_latest_part(chart)) < FEWEST_FOR_RUNS:
            return "There are too few points to tell anything but what they are."
        if on_the_line(chart):
            return "Most points lie on the middle line, so that nothing can be told from runs."
        if chart.run_signal:
            return "The runs about the middle line are longer or fewer than chance explains."
        return "Too little is known for limits; nothing in the runs speaks against chance."
    if abs(latest.mark) == 5 and chart.latest is not None:
        return closer(chart)
    if not latest.mark:
        if chart.series.gaps:
            return "The time between these events varies as it has before."
        more = (
            " But runs about the centre line are longer or fewer than chance explains."
            if chart.run_signal and not on_the_line(chart)
            else ""
        )
        return SAID["common_cause"] + _earlier(chart) + more
    if chart.series.gaps:
        longer = "longer" if latest.mark > 0 else "shorter"
        return f"The latest gap is {longer} than chance explains. It says nothing of why."
    if abs(latest.mark) == 2:
        way = "rise, each above" if latest.mark > 0 else "fall, each below"
        return f"The latest points {way} the one before, for longer than chance explains."
    side = SAID["high" if latest.mark > 0 else "low"]
    return f"{side} ({latest.special}). Ask what changed; it may be the data."


def _latest_part(chart: Chart) -> list[Point]:
    last = chart.points[-1].part
    return [each for each in chart.points if each.part == last and each.y is not None]


def on_the_line(chart: Chart) -> bool:
    """Half of the latest part or more lies on the centre line: runs about it mean nothing.

    So it is with rare counts, whose middle is nought; the published analysis leaves such points out
    and calls what remains a run.
    """
    known = _latest_part(chart)
    return 2 * sum(each.y == each.centre for each in known) >= len(known) > 0


def _earlier(chart: Chart) -> str:
    """Points before the latest that are special, of the latest part."""
    last = chart.points[-1].part
    found = [each for each in chart.points if each.mark and each.part == last]
    if not found:
        return ""
    where = found[-1].when.named
    if len(found) == 1:
        return f" An earlier one is unusual ({where}: {found[-1].special})."
    return f" {len(found)} earlier ones are unusual, the last of them {where}."


def closer(chart: Chart) -> str:
    """The exact comparison of the latest periods, in words."""
    held = chart.latest
    if held is None:
        return ""
    times = round(1 / held.chance) if held.chance > 1e-9 else 10**9
    way = "closer together" if held.direction < 0 else "further apart"
    time = "periods" if chart.series.placed else "months"
    return (
        f"The events lately came {way}: {held.events} of {held.all_events} in the last "
        f"{held.periods} of {held.all_periods} {time}. In any one such stretch chance does that "
        f"less than once in {_round(times):,} times; this is the most unusual stretch of several. "
        "Ask what changed; it may be the data."
    )


def _round(times: int) -> int:
    """Two figures: the chance is exact, but nobody needs more of it."""
    size = max(len(str(times)) - 2, 0)
    return int(times // 10**size * 10**size)
