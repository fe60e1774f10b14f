"""Pictures: that they can be heard, printed and read on a narrow screen, and say what is so."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from candour.measures.chart import chart
from candour.measures.funnel import funnel
from candour.measures.series import read_series
from candour.publish.svg import chart_figure, funnel_figure
from candour.publish.svg.axes import ticks, written
from candour.publish.svg.sheet import BLUE, MARGIN, ORANGE, WIDTH, width_of, wrapped

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023) for month in range(1, 13)]
FALLS = [9, 7, 11, 8, 10, 6, 9, 12, 8, 10, 7, 9, 11, 8, 10, 9, 13, 7, 15, 12, 16, 45, 14, 1]


def of(values, kind="auto", *, y_name="falls", **options):
    series = read_series(MONTHS[: len(values)], [str(v) for v in values], y_name=y_name)
    return chart_figure(chart(series, kind, **options), "Falls on a ward")


def of_funnel():
    names = [f"Unit {at}" for at in range(24)] + ["Far <above>"]
    below = np.asarray([10.0 + at for at in range(24)] + [20.0])
    return funnel_figure(funnel(names, np.append(below[:-1], 90.0), below, "sr"), "F", "a", "b")


PICTURES = {
    "xmr": lambda: of(FALLS, "xmr", target=12, improvement="down"),
    "run": lambda: of(FALLS[:8]),
    "c, rebased": lambda: of(FALLS, "c", rebase=[("2023-01-01", "two wards became one")]),
    "t": lambda: of([0, 1, 0, 2] * 6, y_name="deaths"),
    "funnel": of_funnel,
}


@pytest.fixture(params=PICTURES)
def figure(request):
    return PICTURES[request.param]()


def test_a_picture_is_whole_xml_with_its_title_description_and_table(figure):
    root = ElementTree.fromstring(figure.svg)  # noqa: S314 - we wrote it

    assert root.attrib["role"] == "figure"
    named = root.attrib["aria-labelledby"].split()
    ids = {each.attrib["id"]: each for each in root if "id" in each.attrib}
    assert [ids[each].tag.removeprefix(SVG) for each in named] == ["title", "desc"]
    assert figure.sentence in (ids["description"].text or "")
    rows = root.findall(f".//{SVG}text[@role='row']")
    assert len(rows) == len(figure.rows) + 1
    assert len(rows[1].findall(f"{SVG}tspan")) == len(figure.columns)


def test_no_word_is_small_or_runs_out_of_the_sheet(figure):
    root = ElementTree.fromstring(figure.svg)  # noqa: S314
    drawn = next(each for each in root if each.attrib.get("role") == "img")

    for text in drawn.iter(f"{SVG}text"):
        size, x = float(text.attrib["font-size"]), float(text.attrib["x"])
        assert size >= 14
        wide = width_of(text.text or "") * size * 0.85
        anchor = text.attrib.get("text-anchor", "start")
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        assert left >= 0
        assert left + wide <= WIDTH + MARGIN


def test_the_sentence_stands_in_the_picture(figure):
    root = ElementTree.fromstring(figure.svg)  # noqa: S314
    words = " ".join(each.text or "" for each in root.iter(f"{SVG}text"))

    assert figure.sentence in words
    assert "not for publication" in words


def test_what_is_unusual_is_told_by_shape_and_not_by_colour_alone():
    figure = of([*FALLS[:18], 45, *FALLS[:5]], "c")
    usual, unusual = re.findall(r"<circle", figure.svg), re.findall(r"<path [^>]*Z\"", figure.svg)

    special = sum(bool(row[-1]) for row in figure.rows)
    assert special == 1
    # One of each more in the key.
    assert (len(usual), len(unusual)) == (24 - special + 1, special + 1)


def test_deaths_are_in_one_colour_whatever_way_they_went():
    values = [20, 22, 19, 21, 20, 23, 18, 20, 22, 19, 21, 20, 5, 60, 4, 5]
    svg = of(values, "xmr", y_name="deaths", improvement="down").svg

    assert BLUE not in svg
    assert ORANGE not in svg
    assert "▲" not in svg


def test_nothing_counts_the_days_since():
    figure = of([0, 1, 0, 2] * 6, y_name="deaths")

    assert "days since" not in (figure.svg + figure.page()).casefold()


def test_what_a_file_says_cannot_enter_the_picture_as_code():
    series = read_series(MONTHS, [str(v) for v in FALLS], y_name="<script>alert(1)</script>")
    figure = chart_figure(chart(series, "xmr"), "<b>&\"'</b>")

    for text in (figure.svg, figure.page()):
        assert "<script" not in text
        assert "<b>" not in text
    ElementTree.fromstring(figure.svg)  # noqa: S314


def test_a_break_parts_the_line_and_says_why():
    figure = PICTURES["c, rebased"]()

    assert "break 1" in figure.svg
    assert "two wards became one" in figure.svg


def test_a_page_holds_the_picture_the_sentence_and_every_row(figure):
    page = figure.page()

    assert page.count("<tr>") == len(figure.rows) + 1
    assert figure.sentence.split(".")[0] in page.replace("&lt;", "<").replace("&gt;", ">")
    assert 'lang="en-GB"' in page
    assert "@media print" in page


def test_a_picture_of_few_points_is_light():
    assert len(of(FALLS, "xmr").svg) < 40_000


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 37), (0.7, 0.93), (990, 1410), (0, 1e-4)])
def test_ticks_span_the_values_and_are_few(low, high):
    made = ticks(low, high)

    assert made[0] <= low + 1e-12
    assert made[-1] >= high - 1e-12
    assert 3 <= len(made) <= 7


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234.5, "1,234"),
        (12.0, "12"),
        (0.03456, "0.0346"),
        (21.333, "21.3"),
        (-2.5, "-2.5"),
    ],
)
def test_figures_are_written_short(value, text):
    assert written(value) == text


def test_lines_are_wrapped_at_their_width_and_lose_no_word():
    text = "The latest point is within what this series usually does. " * 3

    lines = wrapped(text, 20)

    assert " ".join(lines) == text.strip()
    assert all(width_of(line) <= 20 for line in lines)
