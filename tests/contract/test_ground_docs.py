"""The documents keep what they promise: links, decisions, commands, and blocks that run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from candour.cli import registry

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")])
DECISIONS = sorted((CHECKOUT / "docs" / "adr").glob("[0-9]*.md"))

# Lines of sh blocks that the journey below does not run, and what keeps them true instead.
ELSEWHERE = {
    "./run demo": "the road from nothing: test_ground_run.py; the demo itself: its own tests",
    "./run test": "these tests are what it runs",
    "./run test all": "what .ci/run calls",
    "./run fix": "it would change the checkout under the tests",
    "./run derive": "it would change the checkout under the tests; staleness is its own test",
    "./run check": "what .ci/run calls before the tests",
    "./run candour explain june DEATH_ID": "DEATH_ID stands for an id; the journey puts one in",
}


def words_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def links(text: str) -> list[str]:
    """Where the links and pictures of a page point to, outside code."""
    found = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        for child in token.children or []:
            found += [child.attrs[name] for name in ("href", "src") if name in child.attrs]
    return [str(each) for each in found]


def lines_of_sh(text: str) -> list[str]:
    """The lines of a page's blocks marked ``sh`` that start with ./run, in order."""
    blocks = [t.content for t in MarkdownIt().parse(text) if t.type == "fence" and t.info == "sh"]
    return [line for block in blocks for line in block.splitlines() if line.startswith("./run")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_relative_link_leads_somewhere(page):
    here = [link for link in links(words_of(page)) if not re.match(r"[a-z]+:|#", link)]

    assert [link for link in here if not (page.parent / link.partition("#")[0]).exists()] == []


def test_the_numbers_of_the_decisions_are_one_of_each():
    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert numbers == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_every_decision_says_what_was_rejected_and_what_would_change_our_mind(page):
    headings = re.findall(r"^#+ (.+)$", words_of(page), re.MULTILINE)

    assert headings[0].startswith(f"{int(page.name[:4])}. ")
    assert headings[1:] == [
        "What we decided",
        "Why",
        "What was rejected",
        "What would change our mind",
    ]


def test_every_decision_is_in_the_list():
    listed = links(words_of(CHECKOUT / "docs" / "adr" / "README.md"))

    assert listed == [path.name for path in DECISIONS]


def test_the_readme_opens_with_what_candour_is_not_yet():
    opening = words_of(CHECKOUT / "README.md").split("\n\n")[1]

    for word in ("not approved", "legal basis", "DPIA", "clinical safety officer"):
        assert word in " ".join(opening.split())


@pytest.mark.parametrize("words", ["./run demo", "./run test", "./run candour"])
def test_the_readme_names_the_words_that_a_newcomer_needs(words):
    assert any(line.startswith(words) for line in lines_of_sh(words_of(CHECKOUT / "README.md")))


@pytest.mark.parametrize("word", ["check", "fix", "derive", "bench", "test all"])
def test_contributing_names_the_words_that_a_builder_needs(word):
    assert f"`./run {word}`" in words_of(CHECKOUT / "CONTRIBUTING.md")


@pytest.mark.parametrize("command", registry.COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help_and_a_place_in_the_documents(command):
    assert len(command.help) > 10
    assert f"candour {command.name}" in words_of(CHECKOUT / "docs" / "command-line.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_command_that_a_page_names_exists(page):
    named = re.findall(r"\./run candour ((?:[a-z][a-z-]+ ?){1,2})", words_of(page))
    unknown = [each for each in named if registry.find(each.split()) is None]

    assert unknown == []


def test_every_line_that_is_excused_is_still_there():
    shown = {
        line
        for name in ("README.md", "CONTRIBUTING.md")
        for line in lines_of_sh(words_of(CHECKOUT / name))
    }

    assert set(ELSEWHERE) - shown == set()


def test_the_blocks_of_readme_and_contributing_run_as_they_stand(tmp_path):
    """One after the other in an empty folder, as a reader would."""
    lines = [
        line
        for name in ("README.md", "CONTRIBUTING.md")
        for line in lines_of_sh(words_of(CHECKOUT / name))
    ]
    asked = [line for line in lines if line not in ELSEWHERE]

    for line in asked:
        done = as_a_reader(line, tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stderr}"

    deaths = as_a_reader(f"{asked_for_deaths(asked)} --format json", tmp_path)
    first = re.search(r'"death_id": *"(D[A-Z2-7]{12})"', deaths.stdout)
    assert first is not None
    explained = as_a_reader(f"./run candour explain june {first[1]}", tmp_path)
    assert explained.returncode == 0, explained.stderr
    assert first[1] in explained.stdout


def asked_for_deaths(lines: list[str]) -> str:
    return next(line for line in lines if line.startswith("./run candour deaths"))


def as_a_reader(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of a block: set-up has been done, so ./run is this Python and this checkout."""
    words = shlex.split(line)
    if words[1] == "candour":
        command = [sys.executable, "-m", "candour", *words[2:]]
    else:
        command = [sys.executable, str(CHECKOUT / "bootstrap.py"), *words[1:]]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"PATH": "", "PYTHONPATH": str(CHECKOUT / "src"), "PYTHONSAFEPATH": "1"},
    )
