"""Every command that answers gives one JSON document and nothing beside it, a CSV whose lists are
joined by a bar, and counts that add up however deaths are grouped; on an invented nation."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from candour.cli.main import main
from candour.cli.words import COUNT_BY
from candour.definitions import catalogue

DEFINITIONS = ("inpatient", "post-discharge", "hssib-2025", "lampard-2024")
COUNT_KEYS = {
    "definition",
    "version",
    "settings",
    "by",
    "in",
    "out",
    "cannot_tell",
    "primary",
    "shared",
    "disclosure",
}


@dataclass(frozen=True)
class Nation:
    """An invented nation and a run of it."""

    folder: Path
    made: Any

    @property
    def run(self) -> str:
        return str(self.folder / "run")

    @property
    def bodies(self) -> str:
        return str(self.folder / "nation" / "organisations.csv")


def _said(*words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(words))
    return code, out.getvalue(), err.getvalue()


def _json(*words: str) -> Any:
    code, out, err = _said(*words, "--format", "json")
    assert code == 0, err
    return json.loads(out)


def _csv(*words: str) -> list[dict[str, str]]:
    code, out, err = _said(*words, "--format", "csv")
    assert code == 0, err
    return list(csv.DictReader(io.StringIO(out)))


@pytest.fixture(scope="module")
def nation(tmp_path_factory) -> Nation:
    folder = tmp_path_factory.mktemp("nation")
    source = str(folder / "nation")
    _json("synthesise", "--people", "120", "--seed", "3", "--small", "--out", source)
    made = _json("run", source, "--out", str(folder / "run"))
    return Nation(folder, made)


def test_a_run_is_one_document_that_says_the_data_are_invented(nation):
    assert set(nation.made) >= {"run", "counts", "files", "data", "basis", "disclosure"}
    assert nation.made["data"] == "invented"
    counts = nation.made["counts"]
    assert counts["rows_in"] == counts["accepted"] + counts["rejected"] + counts["duplicate"]
    assert counts["deaths"] > 5


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_deaths_are_one_document_and_each_has_an_outcome(nation, definition):
    rows = _json("deaths", nation.run, "--definition", definition)

    assert len(rows) == nation.made["counts"]["deaths"]
    assert {row["outcome"] for row in rows} <= {"in", "out", "cannot-tell"}
    assert all(row["reasons"] and row["disclosure"] == "none" for row in rows)


def test_a_csv_of_deaths_joins_lists_by_a_bar(nation):
    rows = _json("deaths", nation.run, "--definition", "inpatient")
    lines = {
        line["death_id"]: line for line in _csv("deaths", nation.run, "--definition=inpatient")
    }

    assert any(len(row["sources_knowing"]) > 1 for row in rows)
    for row in rows:
        line = lines[row["death_id"]]
        assert line["sources_knowing"] == "|".join(row["sources_knowing"])
        assert line["person_ids"] == "|".join(f"{p['source']}:{p['id']}" for p in row["person_ids"])


def test_counts_agree_with_the_list_of_deaths(nation):
    for row in _json("count", nation.run, "--definition", *DEFINITIONS):
        listed = _json("deaths", nation.run, "--definition", row["definition"])
        for key, outcome in (("in", "in"), ("out", "out"), ("cannot_tell", "cannot-tell")):
            assert row[key] == {
                "kind": "count",
                "value": sum(death["outcome"] == outcome for death in listed),
            }


@pytest.mark.parametrize("group", COUNT_BY)
def test_counts_by_each_group_add_up_to_all(nation, group):
    words = ["--definition", "hssib-2025", "--by", group, "--organisations", nation.bodies]
    (whole,) = _json("count", nation.run, "--definition", "hssib-2025")

    rows = _json("count", nation.run, *words)

    assert rows
    assert all(set(row) == COUNT_KEYS and list(row["by"]) == [group] for row in rows)
    # A death stands with each of the providers, or lists, that share it; elsewhere only once.
    added = sum(row["in"]["value"] for row in rows)
    if group in ("provider", "layout"):
        assert added >= whole["in"]["value"]
    else:
        assert added == whole["in"]["value"]
    primary = [row["primary"]["value"] for row in rows]
    if group == "provider":
        assert sum(primary) <= whole["in"]["value"]
        assert all(
            row["primary"]["value"] + row["shared"]["value"] <= row["in"]["value"] for row in rows
        )
    else:
        assert set(primary) == {None}


@pytest.mark.parametrize("group", ["icb", "region"])
def test_the_nations_own_bodies_give_icb_and_region(nation, group):
    words = ("count", nation.run, "--definition", "hssib-2025", "--by", group)

    known = _json(*words, "--organisations", nation.bodies)
    unknown = _json(*words)

    assert {row["by"][group] for row in unknown} == {"not stated"}
    assert len({row["by"][group] for row in known} - {"not stated"}) > 1


def test_a_period_and_what_lies_around_it_add_up_to_all(nation):
    def counted(*words: str) -> int:
        (row,) = _json("count", nation.run, "--definition", "hssib-2025", *words)
        return sum(row[key]["value"] for key in ("in", "out", "cannot_tell"))

    listed = _json("deaths", nation.run, "--definition", "inpatient")
    days = sorted(d["death_date"] for d in listed if d["death_date"] and len(d["death_date"]) == 10)
    middle = days[len(days) // 2]

    # What lies in both is what lies, or may lie, on the day itself.
    on_the_day = counted("--from", middle, "--to", middle)

    assert on_the_day >= 1
    assert counted("--to", middle) + counted("--from", middle) == len(listed) + on_the_day


def test_an_explanation_and_a_difference_are_one_document(nation):
    (first, *_) = _json("deaths", nation.run, "--definition", "hssib-2025")

    explained = _json("explain", nation.run, first["death_id"])

    assert explained["death_id"] == first["death_id"]
    assert {d["id"] for d in explained["definitions"]} == set(catalogue())
    assert _json("diff", nation.run, nation.run) == []


@pytest.mark.parametrize(
    "words", [("layouts",), ("definitions",), ("dictionary",), ("codes",), ("doctor",)]
)
def test_what_the_product_knows_is_one_document(words):
    assert _json(*words)


def test_the_words_of_by_are_those_that_the_library_counts_by() -> None:
    from candour.pipeline.answers.counts import BY

    assert COUNT_BY == BY
