"""The baseline of `./run bench spc` finds the same signals as the library, point by point."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

BENCH = Path(__file__).resolve().parents[2] / "bench" / "spc.py"


def test_both_find_the_same_signals_and_some_of_each_kind():
    spec = importlib.util.spec_from_file_location("spc", BENCH)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    draw = np.random.default_rng(6)
    values = draw.poisson(6, (400, 36)).astype(float) + np.linspace(0, 4, 36)

    ours = bench.ours(values)

    assert (ours == bench.baseline(values)).all()
    assert set(np.unique(ours).tolist()) >= {-4, -3, -1, 0, 1, 3, 4}
