"""Charts and funnels against the figures of published packages, and returns as they were sent."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

DIRECTIONS = {"increase": "up", "decrease": "down", "neutral": "neutral"}
RULES = {
    "Above UCL": "above the limit",
    "Below LCL": "below the limit",
    "7 Point Trend (Increasing)": "trend, rising",
    "7 Point Trend (Decreasing)": "trend, falling",
    "2 in 3 Above CL": "two of three, high",
    "2 in 3 Below CL": "two of three, low",
    "7 Points Above CL": "shift, above the centre",
    "7 Points Below CL": "shift, below the centre",
    "Common Cause": None,
}


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def write(path: Path, header: tuple[str, ...], rows: Any) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        made = csv.writer(file)
        made.writerow(header)
        made.writerows(rows)
    return path


def near(value: float | None) -> Any:
    return None if value is None else pytest.approx(value, rel=1e-6, abs=1e-9)


def test_xmr_charts_are_those_of_making_data_count(real_data, ask, tmp_path):
    cases = read(real_data / "spc" / "xmr_cases.json")
    for case in cases:
        points, expected = case["points"], case["expected"]
        file = write(tmp_path / "s.csv", ("x", "y"), ((p["x"], p["y"]) for p in points))
        words = ["--kind", "xmr", "--improvement", DIRECTIONS[case["improvement_direction"]]]
        words += ["--screen" if case["screen_outliers"] else "--no-screen"]
        words += ["--target", case["target"]] if case["target"] is not None else []
        fixed = case["fix_after_n_points"]
        words += ["--fix-after", fixed] if fixed else []

        made = ask("chart", file, *words)

        (segment,) = expected["segments"]
        for point in made["points"]:
            assert point["centre"] == near(segment["mean"]), case["id"]
            assert point["upper"] == near(segment["upl"]), case["id"]
            assert point["lower"] == near(max(segment["lpl"], 0.0)), case["id"]
        told = [RULES[each] for each in expected["special_cause_type"]]
        assert [point["special"] for point in made["points"]] == told, case["id"]
        assert made["variation"] == expected["variation_icon"], case["id"]
        assert made["assurance"] == expected["assurance"], case["id"]
        below = "below 0" in " ".join(made["warnings"])
        assert below == (segment["lpl"] < 0), case["id"]
    assert len(cases) == 25


def test_attribute_charts_are_those_of_qicharts2(real_data, ask, tmp_path):
    cases = read(real_data / "spc" / "attribute_cases.json")
    for case in cases:
        rows, over = case["expected"], case["expected"][0]["n"] is not None
        held = ((r["x"], r["y.sum"], r["n"]) if over else (r["x"], r["y.sum"]) for r in rows)
        file = write(tmp_path / "s.csv", ("x", "y", "n") if over else ("x", "y"), held)
        words = ["--n", "n", "--multiplier", case.get("multiply") or 1] if over else []

        made = ask("chart", file, "--kind", case["chart"], *words)

        for point, row in zip(made["points"], rows, strict=True):
            assert point["y"] == near(row["y"]), case["id"]
            assert point["centre"] == near(row["cl"]), case["id"]
            assert (point["lower"], point["upper"]) == (near(row["lcl"]), near(row["ucl"]))
            assert (point["special"] is not None) == row["sigma.signal"], case["id"]
        assert made["run_signal"] == rows[0]["runs.signal"], case["id"]
    assert len(cases) == 15


def test_funnels_are_those_of_funnelplotr(real_data, ask, tmp_path):
    columns = ("--unit", "unit", "--numerator", "top", "--denominator", "below")
    cases = read(real_data / "funnel" / "funnel_cases.json")
    for case in cases:
        rows, expected = case["rows"], case["expected"]
        held = ((r["group"], r["numerator"], r["denominator"]) for r in rows)
        file = write(tmp_path / "t.csv", ("unit", "top", "below"), held)
        limits = "95" if case["limit"] == 95 else "99.8"
        words = ["--kind", case["data_type"].lower(), "--limits", limits]
        words += ["--adjust", "additive" if case["draw_adjusted"] else "none"]

        made = ask("funnel", file, *columns, *words)

        assert (made["phi"], made["tau2"]) == (near(expected["phi"]), near(expected["tau2"]))
        assert set(made["outliers"]) == set(expected["outliers"]), case["id"]
        units = {unit["unit"]: unit for unit in made["units"]}
        keys = (
            (f"OD{case['limit']}LCL", f"OD{case['limit']}UCL")
            if case["draw_adjusted"]
            else (f"LCL{case['limit']}", f"UCL{case['limit']}")
        )
        for row in expected["rows"]:
            unit = units[row["group"]]
            # A unit of one is not judged; its limits, computed beyond the scale, come back into it.
            if not unit["too_small"] and unit["numerator"]:
                assert (unit["lower"], unit["upper"]) == tuple(near(row[key]) for key in keys)
    assert len(cases) == 8


def test_a_frozen_baseline_feels_nothing_of_what_came_later(real_data, ask, tmp_path):
    file = real_data / "field_cases" / "c1_frozen_baseline.csv"
    with file.open(encoding="utf-8", newline="") as held:
        rows = list(csv.reader(held))
    alone = write(tmp_path / "first.csv", tuple(rows[0]), rows[1:13])

    made = ask("chart", file, "--kind", "xmr", "--fix-after", 12, "--no-screen")
    first = ask("chart", alone, "--kind", "xmr", "--no-screen")["points"][0]

    for point in made["points"]:
        for name in ("centre", "lower", "upper"):
            assert point[name] == near(first[name])
    assert (round(first["lower"], 4), round(first["upper"], 4)) == (14.5624, 28.1042)
    assert sum(point["special"] == "above the limit" for point in made["points"]) == 7


@pytest.mark.parametrize("limits", ["95", "99.8"])
@pytest.mark.parametrize("adjust", ["none", "additive"])
def test_a_unit_without_a_death_is_neither_lost_nor_always_low(real_data, ask, limits, adjust):
    file = real_data / "field_cases" / "c2_units_with_zero.csv"
    columns = ("--unit", "unit", "--numerator", "observed", "--denominator", "expected")

    made = ask("funnel", file, *columns, "--kind", "sr", "--limits", limits, "--adjust", adjust)

    units = {unit["unit"]: unit for unit in made["units"]}
    assert len(units) == 25
    assert [units[name]["value"] for name in ("Z1", "Z2", "Z3")] == [0, 0, 0]
    assert [units[name]["outlier"] for name in ("Z1", "Z2", "Z3")] == [False, True, False]
    assert units["Z2"]["side"] == "low"
    assert made["outliers"] == ["Z2"]


def test_returns_become_one_series_per_provider_across_its_names(real_data, ask):
    folder = real_data / "provider_returns"
    expected = read(folder / "expected.json")
    value = "A&E attendances Type 1"
    words = ("--unit", "Org Code", "--name", "Org name", "--period", "Period", "--value", value)

    rows = ask("series", folder, *words)

    by_period: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        by_period[row["period"]].append(row["value"])
    assert sorted(by_period) == sorted(expected)
    for period, held in by_period.items():
        assert len(held) == expected[period]["provider_rows"]
        assert sum(held) == expected[period]["attendances_type_1"]
    names = {row["name"] for row in rows if row["unit"] == "RW1"}
    assert len(names) == 1
    assert len({row["name_then"] for row in rows if row["unit"] == "RW1"}) == 2
    assert not [row for row in rows if "total" in row["unit"].casefold()]


def test_a_change_of_what_coroners_count_breaks_the_line(real_data, ask, tmp_path):
    folder = real_data / "provider_returns"
    words = ("--unit", "Coroner_area", "--period", "Year", "--value", "Custody_Total")
    rows = ask("series", folder, *words)
    avon = [row for row in rows if row["unit"] == "Avon"]
    file = write(
        tmp_path / "avon.csv",
        ("period", "value", "definition"),
        ((row["period"], row["value"], row["definition"]) for row in avon),
    )

    made = ask("chart", file)

    assert [point["part"] for point in made["points"]] == [1, 1, 1, 1, 2, 2]
    assert [each["x"] for each in made["breaks"]] == [2015]
    assert "CUSTODY_DOLS" in " ".join(made["warnings"])
