"""The page on two figures that differ is walked, and what it quotes is what the commands say."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from candour.cli.main import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "analysts" / "two-figures.md"
Ask = Callable[..., str]


def blocks() -> list[tuple[str, str]]:
    """Kind and text of each block of the page, in its order."""
    tokens = MarkdownIt("commonmark").parse(PAGE.read_text(encoding="utf-8"))
    return [(t.info, t.content) for t in tokens if t.type == "fence"]


def said(*words: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        assert main(list(words)) == 0, err.getvalue()
    return out.getvalue()


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """Each line of the page with what it printed and what the page quotes of it; and the folder."""
    folder, done = tmp_path_factory.mktemp("reader"), []
    with contextlib.chdir(folder):
        for kind, text in blocks():
            if kind == "sh":
                for line in text.splitlines():
                    run, program, *words = shlex.split(line)
                    assert (run, program) == ("./run", "candour")
                    done.append([line, said(*words), []])
            else:
                done[-1][2] += text.splitlines()
    return folder, done


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_three_commands_answer_after_the_run(walked):
    _, done = walked

    assert [line.split()[2] for line, *_ in done] == [
        "synthesise", "run", "known", "compare", "forensics"
    ]  # fmt: skip


def test_every_line_that_the_page_quotes_is_printed(walked):
    _, done = walked
    quoted = [(squeezed(out), squeezed(line)) for _, out, lines in done for line in lines]

    assert len(quoted) >= 5
    assert [line for out, line in quoted if line not in out] == []


def test_the_figures_of_the_page_add_up_death_by_death(walked):
    folder, _ = walked
    with contextlib.chdir(folder):
        known = json.loads(
            said("known", "june", "--provider", "ZQ3", "--definition", "post-discharge",
                 "--format", "json")
        )  # fmt: skip
        gap = json.loads(
            said("compare", "june", "post-discharge", "hssib-2025", "--provider", "ZQ3",
                 "--format", "json")
        )  # fmt: skip
        rows = json.loads(
            said("deaths", "june", "--definition", "post-discharge", "--format", "json")
        )
        dates = json.loads(said("forensics", "june", "--provider", "ZQ3", "--format", "json"))
    closed = {c["death_id"] for c in dates["cases"] if c["kind"] == "closed_on_death"}
    elsewhere = {d["death_id"] for d in known["deaths"] if d["outcome"] == "in"}
    its_own = [
        row["death_id"]
        for row in rows
        if row["outcome"] == "in"
        and any(file.startswith("ZQ3/") for file in row["sources_knowing"])
    ]

    assert (len(its_own), len(elsewhere)) == (17, 4)
    assert elsewhere.isdisjoint(its_own)
    assert (gap["from"], gap["to"]) == (21, 25)
    (step,), (unsure,) = gap["steps"], gap["cannot_tell"]["steps"]
    assert step["death_ids"] == unsure["death_ids"]
    assert set(step["death_ids"]) <= closed
    assert "make twenty-five" in PAGE.read_text(encoding="utf-8")
