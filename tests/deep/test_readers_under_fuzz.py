"""Whatever bytes come, reading ends well: Atheris looks for those with which it does not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import fuzz_seeds
import pytest

PROGRAM = Path(__file__).with_name("readers_under_fuzz.py")
RUNS = {
    "text": 6_000,
    "pfd": 5_000,
    "json": 10_000,
    "package": 10_000,
    "structure": 10_000,
    "cells": 5_000,
}
"""By target: half a minute to a minute each on one core."""
TIMES = int(os.environ.get("CANDOUR_FUZZ_TIMES", "1"))
"""For a longer look than the tier takes by itself."""


@pytest.mark.deep
@pytest.mark.parametrize("target", RUNS)
def test_no_bytes_end_a_reader_or_lose_a_row(target, tmp_path):
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for number, seed in enumerate(fuzz_seeds.seeds(target)):
        (seeds / str(number)).write_bytes(seed)
    (tmp_path / "words").write_text(fuzz_seeds.dictionary(), encoding="ascii")

    # Thousands of small files, each made safe on the disk, take ten times as long as in memory.
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as scratch:
        done = fuzzed(target, tmp_path, scratch)

    assert done.returncode == 0, "\n".join(done.stderr.splitlines()[-60:])
    assert f"Done {RUNS[target] * TIMES} runs" in done.stderr


def fuzzed(target: str, place: Path, scratch: str) -> subprocess.CompletedProcess[str]:
    """The program, run to its end."""
    return subprocess.run(
        [
            *(sys.executable, str(PROGRAM), target, str(place / "seeds")),
            *(f"-dict={place / 'words'}", f"-artifact_prefix={place}/fault-"),
            *(f"-runs={RUNS[target] * TIMES}", "-seed=1", "-max_len=20000", "-len_control=0"),
            # Seconds that one input may take, and the most memory.
            *("-timeout=20", "-rss_limit_mb=2048", "-reload=0"),
        ],
        env={**os.environ, "FUZZ_SCRATCH": scratch},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
