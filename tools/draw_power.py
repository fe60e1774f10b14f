"""Draws docs/generated/chart-power.md and its curves from what `./run bench power` measured.

draw_power.py              write both from docs/generated/chart-power.json
draw_power.py --check      exit 1 where either is not what would be written
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from candour.measures.rare import CHANCE
from candour.publish.svg.axes import Scale, written
from candour.publish.svg.sheet import FAINT, INK, MARGIN, PURPLE, QUIET, SMALL, WIDTH, Sheet

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "generated"
TITLE = "How often a chart errs, and how often it finds a doubling"
COLUMNS = {
    "rate": "events a month",
    "auto_false": "false signals, auto",
    "xmr_false": "false signals, XmR",
    "auto_false_rise": "false signals of a rise, auto",
    "auto_found": "doubling found, auto",
    "xmr_found": "doubling found, XmR that errs no more often",
}

Row = Mapping[str, float]


def cells(rows: Sequence[Row]) -> list[list[str]]:
    """The figures as they are written in the table and on the curves."""
    return [
        [written(row[name]) if name == "rate" else f"{row[name]:.0%}" for name in COLUMNS]
        for row in rows
    ]


def curves(rows: Sequence[Row]) -> str:
    """Two small pictures one under the other: false signals, and doublings found."""
    sheet = Sheet()
    sheet.words(TITLE, size=18, bold=True)
    sheet.words("24 months known, then 12 months one by one; counts by month at a steady rate.")
    panels = (
        ("Steady series with a false signal in those 12 months", "auto_false", "xmr_false"),
        ("Series in which a doubling was found", "auto_found", "xmr_found"),
    )
    for words, ours, theirs in panels:
        sheet.gap(10)
        sheet.words(words, size=SMALL, bold=True)
        sheet.gap(10)
        _panel(sheet, rows, ours, theirs)
    sheet.words("Along: events a month, from rare to frequent.", size=SMALL, colour=QUIET)
    sheet.words(
        "Dots, purple: auto. Rings, dashes: XmR; in the upper picture as published, in the lower "
        "with limits so wide that it errs no more often than auto.",
        size=SMALL,
    )
    description = f"{TITLE}. Rates from {written(rows[0]['rate'])} a month."
    return sheet.whole(TITLE, description, list(COLUMNS.values()), cells(rows))


def _panel(sheet: Sheet, rows: Sequence[Row], ours: str, theirs: str) -> None:
    top, bottom = sheet.y, sheet.y + 120
    left = MARGIN + 42
    x = Scale(0, len(rows) - 1, left + 10, WIDTH - MARGIN - 12)
    y = Scale(0, 1, bottom, top)
    for share in (0, 0.5, 1):
        sheet.path([(left, y(share)), (WIDTH - MARGIN, y(share))], colour=FAINT, width=0.7)
        sheet.text(left - 5, y(share) + 5, f"{share:.0%}", anchor="end", colour=QUIET)
    for name, dash, shape, colour in ((theirs, "6 4", "ring", INK), (ours, "", "dot", PURPLE)):
        places = [(x(at), y(row[name])) for at, row in enumerate(rows)]
        sheet.path(places, colour=colour, width=1.6, dash=dash)
        for (across, down), row in zip(places, rows, strict=True):
            sheet.mark(across, down, 3.6, shape, colour, f"{row[name]:.0%}")
    for at, row in enumerate(rows):
        sheet.text(x(at), bottom + 17, written(row["rate"]), anchor="middle", colour=QUIET)
    sheet.y = bottom + 20


def page(rows: Sequence[Row], seed: int) -> str:
    """The page around the curves."""
    head = list(COLUMNS.values())
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---:" for _ in head) + " |"]
    lines += ["| " + " | ".join(row) + " |" for row in cells(rows)]
    table = "\n".join(lines)
    four = next(row["xmr_latest_false"] for row in rows if row["rate"] == 4)
    twenty = 1 - (1 - four) ** 20
    return f"""\
# {TITLE}

<!-- Made by `python tools/draw_power.py` from what `./run bench power` measured. -->

![Two curves over the number of events a month; the table holds every figure](chart-power.svg)

{table}

Invented series, {rows[0]["series"]:g} at each rate, seed {seed}: counts by month that vary by
chance alone. 24 months are known; 12 more arrive one by one, and each month the chart is drawn
anew. It signals where its latest point is special.

- *False signals*: steady series in which any of the 12 months signals. XmR as published: screened,
  2.66 mean moving ranges, all four rules.
- *Doubling found*: the rate doubles with the 25th month, and one of the 12 months signals a rise.
  XmR's limits are moved out until it errs no more often than `auto` does about a rise, with the run
  rules and without, whichever finds more; they rest on the 24 months before.

Of steady series of 24 months at 4 a month, XmR as published marks the latest point of {four:.1%} by
chance. Whoever looks at 20 such charts each month sees one or more false signals in {twenty:.0%} of
months.

From a mean of four a month `auto` draws XmR itself; here with limits from the 24 months alone, so
that it errs a little more often than the published one, whose limits move with every point. Below
that it draws the time between events, and holds the latest months against all by an exact
probability: a signal is what chance brings about less than {CHANCE * 1000:g} times in 1,000 in a
stretch that is chosen beforehand. The series are simpler than life: no seasons, no trend, no late
reports.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="The page on false signals and power.")
    parser.add_argument("--check", action="store_true", help="change nothing, say if it is stale")
    options = parser.parse_args(arguments)
    held = json.loads((FOLDER / "chart-power.json").read_text(encoding="utf-8"))
    made = {
        "chart-power.md": page(held["rates"], held["seed"]),
        "chart-power.svg": curves(held["rates"]),
    }
    stale = []
    for name, text in made.items():
        path = FOLDER / name
        if options.check and not (path.is_file() and path.read_text(encoding="utf-8") == text):
            stale.append(name)
        elif not options.check:
            path.write_text(text, encoding="utf-8", newline="\n")
    for name in stale:
        sys.stderr.write(f"docs/generated/{name} is stale: run python tools/draw_power.py\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
