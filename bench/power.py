"""How often `auto` errs, and how soon it finds a doubling, against XmR.

Counts by month at a steady rate: 24 months that are known, then 12 that arrive one by one. Each
month the chart is drawn anew, and it signals where its latest point is special. What is asked:

- false signals: a steady series in which any of the 12 months signals. Below 2 a month `auto` may
  have at most half of XmR's (as published: screened, 2.66, all four rules);
- a doubling found: the rate doubles with the 25th month, and a month signals a rise. `auto` has to
  find it in at least as many series as XmR *at the same rate of false signals of a rise*: limits of
  XmR are moved out, with the run rules and without, and the best that errs no more often counts.
  Its limits rest on the 24 months before; so do those of `auto` where it draws XmR.

    ./run bench power                       300 series a rate: some minutes
    ./run bench power --series 1000 --write docs/generated/chart-power.json
    python tools/draw_power.py                 the page and the curves from that file
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from candour.measures import limits, rules
from candour.measures.chart import chart
from candour.measures.series import Series, When

RATES = (0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
KNOWN, NEW = 24, 12
EPOCH = 719163
"""The ordinal of 1 January 1970."""

FACTORS = np.arange(2.66, 12.01, 0.12)


def months(count: int) -> tuple[When, ...]:
    """So many months from January 2023."""
    first = np.datetime64("2023-01")
    named = [first + np.timedelta64(at, "M") for at in range(count)]
    return tuple(
        When(str(each), float(each.astype("datetime64[D]").astype(int) + EPOCH), "month")
        for each in named
    )


def signals(counts: np.ndarray, kind: str) -> tuple[bool, bool]:
    """Whether any of the new months signals, and whether any signals a rise."""
    when, found, rise = months(len(counts)), False, False
    for known in range(KNOWN + 1, len(counts) + 1):
        fixed = KNOWN if kind == "auto" else None
        made = chart(Series(when[:known], counts[:known]), kind, fix_after=fixed)
        mark = made.points[-1].mark
        # A gap that is short is a rise of the rate; a count that is high is one.
        up = mark < 0 if made.series.gaps else mark > 0
        found, rise = found or mark != 0, rise or (mark != 0 and up)
        if found and rise:
            break
    return found, rise


def xmr_rises(counts: np.ndarray) -> np.ndarray:
    """For each factor, with the run rules and without: the share of series with a rise."""
    centre, ranges = counts[:, :KNOWN].mean(1), limits.mean_range(counts[:, :KNOWN], screen=False)
    found = []
    for factor in FACTORS:
        reach = (factor * ranges)[:, None]
        middle = centre[:, None]
        whole = rules.marks(counts, middle, reach)[:, KNOWN:] > 0
        alone = rules.beyond(counts, middle - reach, middle + reach)[:, KNOWN:] > 0
        found.append((whole.any(1).mean(), alone.any(1).mean()))
    return np.asarray(found)


def latest_false(rate: float, draw: np.random.Generator, series: int = 20_000) -> float:
    """The share of steady series of 24 months whose latest point XmR, as published, marks."""
    counts = draw.poisson(rate, (series, KNOWN)).astype(float)
    centre, reach = limits.xmr(counts, screen=True)
    return float((rules.marks(counts, centre[:, None], reach[:, None])[:, -1] != 0).mean())


def measure(rate: float, series: int, seed: int = 8) -> dict[str, float]:
    """The shares at one rate."""
    draw = np.random.default_rng([seed, round(rate * 100)])
    steady = draw.poisson(rate, (series, KNOWN + NEW)).astype(float)
    doubled = steady.copy()
    doubled[:, KNOWN:] = draw.poisson(2 * rate, (series, NEW))
    auto = np.asarray([signals(each, "auto") for each in steady])
    published = np.asarray([signals(each, "xmr") for each in steady])
    found = np.asarray([signals(each, "auto")[1] for each in doubled])
    errs, finds = xmr_rises(steady), xmr_rises(doubled)
    allowed = errs <= auto[:, 1].mean() + 1e-12
    return {
        "rate": rate,
        "series": series,
        "xmr_latest_false": round(latest_false(rate, np.random.default_rng([seed, 24])), 4),
        "auto_false": round(float(auto[:, 0].mean()), 4),
        "xmr_false": round(float(published[:, 0].mean()), 4),
        "auto_false_rise": round(float(auto[:, 1].mean()), 4),
        "auto_found": round(float(found.mean()), 4),
        "xmr_found": round(float(finds[allowed].max()) if allowed.any() else 0.0, 4),
    }


def faults(found: list[dict[str, float]]) -> list[str]:
    """What is not as it has to be, in words."""
    said = []
    for each in found:
        rate = each["rate"]
        if rate < 2 and each["auto_false"] > each["xmr_false"] / 2:
            said.append(
                f"{rate} a month: false signals {each['auto_false']} of {each['xmr_false']}"
            )
        if each["auto_found"] < each["xmr_found"]:
            said.append(f"{rate} a month: found {each['auto_found']}, XmR {each['xmr_found']}")
    return said


def line(each: dict[str, float]) -> str:
    return (
        f"{each['rate']:5g} a month: false signals auto {each['auto_false']:.1%}, XmR "
        f"{each['xmr_false']:.1%}; a doubling found auto {each['auto_found']:.1%}, XmR at the same "
        f"false signals of a rise ({each['auto_false_rise']:.1%}) {each['xmr_found']:.1%}"
    )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="False signals and power of auto and XmR.")
    parser.add_argument("--series", type=int, default=300)
    parser.add_argument("--rates", type=float, nargs="+", default=list(RATES))
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, metavar="FILE", help="what was measured, as JSON")
    args = parser.parse_args(arguments)
    found = []
    for rate in args.rates:
        found.append(measure(rate, args.series, args.seed))
        print(json.dumps(found[-1]) if args.json else line(found[-1]), flush=True)
    above = faults(found)
    for fault in above:
        print(f"Not as it has to be: {fault}", file=sys.stderr)
    if args.write:
        told = json.dumps({"seed": args.seed, "rates": found}, indent=1)
        args.write.write_text(f"{told}\n", encoding="utf-8")
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
