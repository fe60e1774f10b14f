"""Each sample of a layout of text, typed into a workbook, says the same as the text does."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from typing import Any

import pytest
from sheets_of_samples import FIRST_ROW, rows_of_text, write_as_workbook

from candour.dataset.findings import Finding
from candour.pipeline.receive import receive_folder
from candour.pipeline.run import sent_tables
from candour.pipeline.standardise.stage import standardise
from candour.sources import Layouts
from candour.sources.registry import SHIPPED
from candour.tables import open_engine

LAYOUTS = ["epr", "registration", "datix", "discharge-deaths", "ulysses", "steis", "lfd-dashboard"]
WAYS = ["days-and-texts", "days-from-1904"]
RAGGED = {"row-has-too-many-fields", "row-has-too-few-fields"}
"""What only a file of text can have."""
OF_SHEETS = {"sheet-hidden", "totals-row", "dates-counted-from-1904"}
"""What only these workbooks have; each of them has it."""
KEYS = {"submission", "file", "sheet", "seq", "row", "line", "row_hash", "identity", "provider"}
FIGURE = ("period", "measure", "kind", "value", "as_sent", "standing")


@dataclass(frozen=True)
class Samples:
    """All samples as text and in each way as workbooks, all of one run.

    Files are named ``WAY+LAYOUT/FILE`` without their ending, and files of text have the way
    ``text``. ``numbers`` gives, for a row of text, the sheet's number of the same row, where a
    sheet could hold it.
    """

    rows: dict[tuple[str, int], dict[str, Any]]
    findings: list[Finding]
    figures: list[dict[str, Any]]
    numbers: dict[tuple[str, int], int]

    def found(self, way: str, layout: str = "") -> set[tuple[str, int, str]]:
        """Findings about rows, without those that only these workbooks have."""
        return {
            (stem(f.file)[len(way) + 1 :], f.row, f.code)
            for f in self.findings
            if f.row is not None
            and f.code not in OF_SHEETS
            and str(f.file).startswith(f"{way}+{layout}")
        }


def stem(file: str) -> str:
    return file.rsplit(".", 1)[0]


def typed(row: dict[str, Any]) -> dict[str, Any]:
    """The values of a row, its outcome and standing, and nothing of how it was written."""
    return {
        name: value
        for name, value in row.items()
        if value is not None
        and name not in KEYS
        and not name.endswith(("__sent", "_key"))
        and not name.startswith("duplicate_of")
    }


@pytest.fixture(scope="module")
def samples(tmp_path_factory) -> Samples:
    place = tmp_path_factory.mktemp("samples")
    numbers: dict[tuple[str, int], int] = {}
    listed: list[list[str]] = []
    for layout in LAYOUTS:
        ragged = {(row["file"], int(row["row"])) for row in promised(layout, ragged=True)}
        for way in ("text", *WAYS):
            (place / "in" / f"{way}+{layout}").mkdir(parents=True)
        for path in sorted((SHIPPED / layout / "sample").iterdir()):
            head, rows = rows_of_text(path)
            if path.name == "submissions.csv":
                listed += [head] if not listed else []
                listed += [_said(layout, way, row) for way in ("text", *WAYS) for row in rows]
                continue
            shutil.copyfile(path, place / "in" / f"text+{layout}" / path.name)
            kept = [n for n in range(1, len(rows) + 1) if (path.name, n) not in ragged]
            file = f"{layout}/{path.stem}"
            numbers |= {(file, n): FIRST_ROW + at for at, n in enumerate(kept)}
            for way in WAYS:
                write_as_workbook(
                    place / "in" / f"{way}+{file}.xlsx",
                    head,
                    [rows[n - 1] for n in kept],
                    every_day_a_day=way == "days-from-1904",
                    epoch_1904=way == "days-from-1904",
                )
    with (place / "in" / "submissions.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(listed)
    received = receive_folder(place / "in", place / "work", Layouts.shipped(), place / "store")
    with open_engine() as engine:
        standard = standardise(engine, sent_tables(received, Layouts.shipped()))
        rows_of = {(stem(r["file"]), r["row"]): r for r in engine.rows(standard.rows)}
    file_of = {r["submission"]: stem(r["file"]) for r in rows_of.values()}
    figures = [
        {**figure, "file": file_of[figure["submission"]]} for figure in standard.returns.to_pylist()
    ]
    return Samples(rows_of, [*received.findings, *standard.findings], figures, numbers)


def promised(layout: str, *, ragged: bool) -> list[dict[str, str]]:
    """Lines about rows in the expected findings of a layout: those about ragged ones, or others."""
    with (SHIPPED / layout / "expected_findings.csv").open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["row"]]
    return [line for line in lines if (line["code"] in RAGGED) is ragged]


def _said(layout: str, way: str, line: list[str]) -> list[str]:
    """A line of the list of submissions for one way: each way has a provider of its own, so that
    no file repeats another."""
    file, received_on, provider, *rest = line
    name = file if way == "text" else f"{stem(file)}.xlsx"
    whose = {"text": "ZX", WAYS[0]: "ZW", WAYS[1]: "ZV"}[way] + provider[2:]
    return [f"{way}+{layout}/{name}", received_on, whose, *rest]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_sample_as_a_workbook_has_the_same_rows_and_the_same_values(layout, way, samples):
    wanted = {
        (f"{way}+{file}", number): typed(samples.rows[f"text+{file}", row])
        for (file, row), number in samples.numbers.items()
        if file.startswith(f"{layout}/")
    }

    assert len(wanted) >= 4
    assert {
        place: typed(said)
        for place, said in samples.rows.items()
        if place[0].startswith(f"{way}+{layout}/")
    } == wanted


@pytest.mark.parametrize("way", WAYS)
def test_figures_about_many_are_the_same_from_a_workbook(way, samples):
    def figures(of: str) -> list[tuple[Any, ...]]:
        told = [f for f in samples.figures if f["file"].startswith(f"{of}+")]
        return [tuple(f[name] for name in FIGURE) for f in told]

    assert {kind for _, _, kind, *_ in figures(way)} >= {"count", "suppressed", "not-collected"}
    assert figures(way) == figures("text")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_sample_as_a_workbook_gives_its_expected_findings_to_the_row(layout, samples):
    expected = {
        (file := f"{layout}/{stem(line['file'])}", samples.numbers[file, int(line["row"])], code)
        for line in promised(layout, ragged=False)
        for code in [line["code"]]
    }

    assert samples.found("days-and-texts", layout) == expected


def test_where_every_day_is_a_day_only_doubts_about_how_it_was_written_are_gone(samples):
    texts, days = (samples.found(way) for way in WAYS)

    assert days - texts == set()
    assert {code for _, _, code in texts - days} == {"date-two-digit-year"}


@pytest.mark.parametrize("way", WAYS)
def test_each_workbook_says_what_was_not_read_of_it_and_from_when_its_days_count(way, samples):
    codes: dict[str, set[str]] = {}
    for found in samples.findings:
        if str(found.file).startswith(f"{way}+") and found.file.endswith(".xlsx"):
            codes.setdefault(found.file, set()).add(found.code)

    assert set(codes) == {f"{way}+{file}.xlsx" for file, _ in samples.numbers}
    for of_file in codes.values():
        assert of_file >= {"sheet-hidden", "totals-row"}
        assert ("dates-counted-from-1904" in of_file) is (way == "days-from-1904")
