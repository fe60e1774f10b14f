"""What a run of the whole invented nation costs from end to end, and how that grows.

For each number of people: the nation is invented, then run, each in a process of its own; seconds
and the most memory held by the process of the run. Exit code 1 where a run holds more than 4 GiB,
where ten times the people cost more than eleven times as much, or where inventing a million takes
more than three minutes.

    ./run bench run                                   20,000 and 100,000 people: some minutes
    ./run bench run --people 100000 1000000           the sizes that the limits are stated for
    ./run bench run --people 100000 --json

What is compared is the processor's seconds, which other work on the machine does not lengthen much;
the clock's are printed beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

PEOPLE = (20_000, 100_000)
MOST_MIB = 4096
GROWTH = 11.0
"""Times the cost that ten times the people may cost; fewer times in proportion."""
INVENTED_IN = 180.0
"""Seconds in which a million people have to be invented."""
SRC = Path(__file__).resolve().parents[1] / "src"

RUN = """
import json, sys, time
from pathlib import Path
from candour.pipeline.run import run
begun, stages = time.perf_counter(), []
def begin(stage):
    stages.append((stage, time.perf_counter() - begun))
made = run(Path(sys.argv[1]), Path(sys.argv[2]), progress=begin)
ends = [at for _, at in stages[1:]] + [time.perf_counter() - begun]
seconds = {stage: round(end - at, 1) for (stage, at), end in zip(stages, ends)}
said = {"stages": seconds, "counts": made.counts.as_data()}
Path(sys.argv[3]).write_text(json.dumps(said), encoding="utf-8")
"""


def timed(arguments: list[str]) -> dict[str, float]:
    """Seconds of a process, of the processor in it, and the most memory it held, in MiB."""
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        stdout=subprocess.DEVNULL,
    )
    _, code, used = os.wait4(child.pid, 0)
    if code:
        raise SystemExit("a program of the benchmark failed")
    return {
        "seconds": round(time.perf_counter() - begun, 1),
        "processor_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_mib": round(used.ru_maxrss / 1024),
    }


def measure(people: int, seed: int, folder: Path) -> dict[str, Any]:
    nation, out, said = folder / "nation", folder / "run", folder / "said.json"
    words = ["-m", "candour", "synthesise", "--people", str(people), "--seed", str(seed)]
    invented = timed([*words, "--out", str(nation)])
    ran = timed(["-c", RUN, str(nation), str(out), str(said)])
    return {
        "people": people,
        "invented": invented,
        "run": ran,
        **json.loads(said.read_text(encoding="utf-8")),
    }


def faults(found: list[dict[str, Any]]) -> list[str]:
    """What is above its limit, in words."""
    above = [
        f"{each['people']} people: the run held {each['run']['peak_mib']} MiB (limit {MOST_MIB})"
        for each in found
        if each["run"]["peak_mib"] > MOST_MIB
    ]
    for each in found:
        seconds = each["invented"]["seconds"]
        if seconds > INVENTED_IN * max(each["people"] / 1_000_000, 0.1):
            above.append(f"{each['people']} people were invented in {seconds} s")
    for few, many in pairwise(found):
        grown = cost(many) / cost(few)
        most = GROWTH / 10 * many["people"] / few["people"]
        if grown > most:
            above.append(
                f"from {few['people']} to {many['people']} people the cost grew {grown:.1f}-fold "
                f"(limit {most:.1f})"
            )
    return above


def cost(found: dict[str, Any]) -> float:
    """Processor seconds of inventing and running."""
    both: float = found["invented"]["processor_seconds"] + found["run"]["processor_seconds"]
    return both


def line(found: dict[str, Any]) -> str:
    run, invented, counts = found["run"], found["invented"], found["counts"]
    stages = ", ".join(f"{name} {seconds}" for name, seconds in found["stages"].items())
    return (
        f"{found['people']} people: invented in {invented['seconds']} s "
        f"({invented['peak_mib']} MiB); run in {run['seconds']} s, of the processor "
        f"{run['processor_seconds']} s, {run['peak_mib']} MiB; {counts['rows_in']} rows, "
        f"{counts['people']} people, {counts['stays']} stays, {counts['deaths']} deaths ({stages})"
    )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="What a run of the whole nation costs.")
    parser.add_argument("--people", type=int, nargs="+", default=list(PEOPLE))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(arguments)
    found = []
    for people in sorted(args.people):
        with tempfile.TemporaryDirectory(prefix="candour-bench-") as folder:
            found.append(measure(people, args.seed, Path(folder)))
        print(json.dumps(found[-1]) if args.json else line(found[-1]), flush=True)
    above = faults(found)
    for few, many in pairwise(found):
        print(
            f"{many['people'] / few['people']:.0f} times the people: "
            f"{cost(many) / cost(few):.1f} times the processor's seconds",
            file=sys.stderr,
        )
    for fault in above:
        print(f"Above its limit: {fault}", file=sys.stderr)
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
