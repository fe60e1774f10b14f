"""The page on a file that no layout knows, walked from its file to its run."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import shlex
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from markdown_it import MarkdownIt
from workbooks import write

from candour.cli.main import main
from candour.errors import UserError
from candour.sources import mapping
from candour.sources.draft import MARK

PAGE = Path(__file__).resolve().parents[2] / "docs" / "analysts" / "own-layout.md"


def blocks(info: str) -> list[str]:
    tokens = MarkdownIt("commonmark").parse(PAGE.read_text(encoding="utf-8"))
    return [t.content for t in tokens if t.type == "fence" and t.info == info]


def lines() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines()]


def asked(line: str, *more: str) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = main([*shlex.split(line)[1:], *more])
    return code, out.getvalue()


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the page's files lie and its draft was made."""
    folder = tmp_path_factory.mktemp("own")
    extracts = folder / "extracts"
    extracts.mkdir()
    file, submissions = blocks("csv")
    (folder / "ward_list.csv").write_text(file, encoding="utf-8")
    (extracts / "ward_list.csv").write_text(file, encoding="utf-8")
    (extracts / "submissions.csv").write_text(submissions, encoding="utf-8")
    with contextlib.chdir(folder):
        code, _ = asked(lines()[1])
        assert code == 0
    return folder


def test_before_the_mapping_the_file_is_left_out(walked: Path) -> None:
    with contextlib.chdir(walked):
        _, out = asked(lines()[0], "--format", "json")

    assert "unknown-layout" in {finding["code"] for finding in json.loads(out)}


def test_the_draft_does_not_load_before_its_marked_places_are_filled(walked: Path) -> None:
    draft = walked / "mappings" / "ward-list" / "mapping.yaml"

    with pytest.raises(UserError) as refused:
        mapping.load(draft)

    assert MARK in draft.read_text(encoding="utf-8")
    assert "title" in str(refused.value)
    assert "Team colour" in str(refused.value)


def test_the_draft_knew_every_column_that_the_page_says_it_knew(walked: Path) -> None:
    text = (walked / "mappings" / "ward-list" / "mapping.yaml").read_text(encoding="utf-8")
    (filled,) = blocks("yaml")
    told = re.findall(r"^      .*: [a-z_]+\.[a-z_]+$", filled, flags=re.M)

    assert len(told) == 9
    assert [line for line in told if line not in text.splitlines()] == []


def test_filling_only_what_is_marked_makes_the_draft_load(walked: Path, tmp_path: Path) -> None:
    text = (walked / "mappings" / "ward-list" / "mapping.yaml").read_text(encoding="utf-8")
    answers = {
        "title:": "title: a list",
        "purpose:": "purpose: learning from deaths",
        "kind:": "kind: epr",
        "Team colour:": "Team colour: report.team",
        '"Died":': '"Died": "79"',
        '"Other ward":': '"Other ward": "53"',
        "dates:": "dates: {order: dmy, zone: Europe/London}",
    }
    filled = []
    for number, line in enumerate(text.splitlines()):
        if number > 1 and MARK in line:
            said = next(a for key, a in answers.items() if line.strip().startswith(key))
            line = line[: len(line) - len(line.lstrip())] + said
        filled.append(line.replace("[person, stay, death]", "[person, stay, death, report]"))
    path = tmp_path / "mapping.yaml"
    path.write_text("\n".join(filled), encoding="utf-8")

    loaded = mapping.load(path)

    assert loaded.files["rows"].codes["Gender"] == {"F": "2", "M": "1"}


def test_the_filled_mapping_leads_to_the_run_that_the_page_tells_of(walked: Path) -> None:
    (filled,) = blocks("yaml")
    own = walked / "filled" / "ward-list"
    own.mkdir(parents=True)
    (own / "mapping.yaml").write_text(filled, encoding="utf-8")
    rest = [line.replace("--mappings mappings", "--mappings filled") for line in lines()[2:-2]]

    with contextlib.chdir(walked):
        codes = [asked(line)[0] for line in rest[:-1]]
        code, out = asked(rest[-1], "--format", "json")

    deaths = json.loads(out)
    assert [*codes, code] == [0, 0, 0, 0]
    assert sorted(d["outcome"] for d in deaths) == ["in", "out"]
    assert [d["days_since_discharge"] for d in deaths if d["outcome"] == "in"] == [17]


def test_a_workbook_and_parquet_give_the_draft_of_the_text(walked: Path, tmp_path: Path) -> None:
    head, *rows = csv.reader(blocks("csv")[0].splitlines())
    titled = [["Ward list, printed for the meeting"], [], head, *rows, ["Total", len(rows)]]
    write(tmp_path / "ward_book.xlsx", {"Read me": [["Kept by hand"]], "Ward list": titled})
    columns = {name: [row[n] for row in rows] for n, name in enumerate(head)}
    pq.write_table(pa.table(columns), tmp_path / "ward_list.parquet")
    of_text = (walked / "mappings" / "ward-list" / "mapping.yaml").read_text(encoding="utf-8")

    with contextlib.chdir(tmp_path):
        codes = [asked(line)[0] for line in lines()[-2:]]

    assert codes == [0, 0]
    drafts = tmp_path / "drafts"
    of_book = (drafts / "ward-book" / "mapping.yaml").read_text(encoding="utf-8")
    assert of_book.replace("id: ward-book", "id: ward-list") == of_text
    assert (drafts / "ward-list" / "mapping.yaml").read_text(encoding="utf-8") == of_text


def test_one_mapping_reads_the_list_in_each_form(tmp_path: Path) -> None:
    (filled,) = blocks("yaml")
    (tmp_path / "ward-list").mkdir()
    (tmp_path / "ward-list" / "mapping.yaml").write_text(filled, encoding="utf-8")
    head, *rows = csv.reader(blocks("csv")[0].splitlines())
    write(tmp_path / "ward_book.xlsx", {"Ward list": [["A title"], head, *rows]})
    columns = {name: [row[n] for row in rows] for n, name in enumerate(head)}
    pq.write_table(pa.table(columns), tmp_path / "ward_list.parquet")
    (tmp_path / "ward_list.csv").write_text(blocks("csv")[0], encoding="utf-8")

    found = {}
    for name in ("ward_list.csv", "ward_book.xlsx", "ward_list.parquet"):
        line = f"candour validate {tmp_path / name} --mappings {tmp_path} --format json"
        found[name] = {each["code"] for each in json.loads(asked(line)[1])}

    assert "unknown-layout" not in found["ward_list.csv"]
    assert found["ward_book.xlsx"] == found["ward_list.parquet"] == found["ward_list.csv"]
