"""The page on false signals and power: as measured, as drawn, and as it has to be."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def loaded(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def bench():
    return loaded(CHECKOUT / "bench" / "power.py")


def test_what_was_measured_is_as_it_has_to_be(bench):
    held = json.loads((CHECKOUT / "docs/generated/chart-power.json").read_text(encoding="utf-8"))

    assert [row["rate"] for row in held["rates"]] == list(bench.RATES)
    assert bench.faults(held["rates"]) == []


def test_the_page_and_the_curves_are_those_of_what_was_measured():
    assert loaded(CHECKOUT / "tools" / "draw_power.py").main(["--check"]) == 0


def test_the_bench_says_what_is_not_as_it_has_to_be(bench):
    poor = {"rate": 0.5, "auto_false": 0.3, "xmr_false": 0.4, "auto_found": 0.2, "xmr_found": 0.3}

    assert len(bench.faults([poor])) == 2
    assert bench.faults([{**poor, "auto_false": 0.2, "auto_found": 0.3}]) == []


def test_a_small_bench_measures_what_the_page_says(bench):
    found = bench.measure(0.5, 25, seed=3)

    assert found["auto_false"] <= found["xmr_false"] / 2
    assert 0.1 < found["auto_found"] < 0.8
