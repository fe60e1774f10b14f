"""The page on charts, walked from its first file to its last command."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import shlex
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from candour.cli.main import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "analysts" / "charts.md"


def asked(*words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(words))
    return code, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The folder in which the page was walked, and each line with its code and its answer."""
    folder, done, named = tmp_path_factory.mktemp("charts"), {}, ""
    with contextlib.chdir(folder):
        for token in MarkdownIt("commonmark").parse(PAGE.read_text(encoding="utf-8")):
            if token.type == "inline":
                files = re.findall(r"`([a-z/]+\.csv)`", token.content)
                named = files[-1] if files and token.content.endswith(":") else ""
            elif token.type == "fence" and token.info == "csv":
                assert named, "no sentence says which file this is"
                Path(named).parent.mkdir(exist_ok=True)
                Path(named).write_text(token.content, encoding="utf-8")
            elif token.type == "fence" and token.info == "sh":
                for line in token.content.splitlines():
                    program, *words = shlex.split(line)
                    assert program == "candour"
                    done[line] = asked(*words)
    return folder, done


def data(folder: Path, *words: str):
    with contextlib.chdir(folder):
        code, out, err = asked(*words, "--format", "json")
    assert code == 0, err
    return json.loads(out)


def test_every_command_of_the_page_ends_well(walked):
    _, done = walked

    assert len(done) == 6
    assert {line: err for line, (code, _, err) in done.items() if code} == {}


def test_every_picture_and_page_is_there(walked):
    folder, _ = walked

    for name in ("falls.svg", "rebased.svg", "deaths.svg", "funnel.svg"):
        assert (folder / name).read_text(encoding="utf-8").startswith("<svg")
    for name in ("falls.html", "deaths.html", "funnel.html"):
        assert "<table>" in (folder / name).read_text(encoding="utf-8")


def test_falls_are_charted_as_the_page_says(walked):
    made = data(walked[0], "chart", "falls.csv", "--n", "bed_days", "--multiplier", "1000")

    assert made["kind"] == "u"
    assert [p["x"] for p in made["points"] if p["special"]] == ["2025-01"]
    assert "bed_days" in made["why"]


def test_deaths_are_charted_as_the_page_says(walked):
    made = data(walked[0], "chart", "deaths.csv")

    assert (made["kind"], made["variation"]) == ("t", "neutral_low")
    assert (made["latest_periods"]["events"], made["latest_periods"]["all_events"]) == (6, 19)
    assert made["latest_periods"]["periods"] == 3


def test_the_funnel_finds_what_the_page_says(walked):
    columns = ("--unit", "unit", "--numerator", "observed", "--denominator", "expected")
    made = data(walked[0], "funnel", "units.csv", *columns, "--kind", "sr")

    assert made["outliers"] == ["Rowan", "Willow"]
    assert [u["unit"] for u in made["units"] if u["too_small"]] == ["Spruce"]


def test_the_series_are_one_for_each_unit_as_the_page_says(walked):
    with (walked[0] / "series.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [(r["unit"], r["period"], r["value"]) for r in rows] == [
        ("ZQ1", "2025-04", "41"),
        ("ZQ1", "2025-05", "44"),
        ("ZQ2", "2025-04", "38"),
        ("ZQ2", "2025-05", ""),
    ]
    assert {r["name"] for r in rows if r["unit"] == "ZQ1"} == {"NORTH AND EAST INVENTED TRUST"}
