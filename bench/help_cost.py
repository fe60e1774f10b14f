"""What `candour --help` costs, against the least that any command line in Python can cost.

Both are started afresh, in turn, so that a busy machine is busy for both; the ratio is of the
medians. Exit code 1 where the ratio is above the limit of 6.

    ./run bench help            eleven pairs
    ./run bench help 31         more of them
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

LIMIT = 6.0
OURS = ["-m", "candour", "--help"]
LEAST = ["-c", "import argparse, json"]


def seconds(arguments: list[str]) -> float:
    """Wall-clock seconds of one start of Python with these arguments."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main(arguments: list[str]) -> int:
    pairs = int(arguments[0]) if arguments else 11
    seconds(OURS), seconds(LEAST)  # the first start reads files that the next find in memory
    taken = [(seconds(OURS), seconds(LEAST)) for _ in range(pairs)]
    ours, least = (statistics.median(column) for column in zip(*taken, strict=True))
    ratio = ours / least
    print(
        f"candour --help {ours * 1000:.0f} ms, import argparse, json {least * 1000:.0f} ms: "
        f"{ratio:.2f} times (limit {LIMIT:.0f}; medians of {pairs} pairs)"
    )
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
