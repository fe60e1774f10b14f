"""The page on bad input promises nothing that is not there."""

from __future__ import annotations

import re

import pytest

from candour.dataset.findings import catalogue


@pytest.fixture
def rows(checkout):
    text = (checkout / "docs" / "developers" / "bad-input.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines
        if not line.startswith("| What comes")
    ]


def test_every_row_says_what_comes_what_is_done_how_it_is_told_and_what_shows_it(rows):
    assert len(rows) > 35
    assert [row for row in rows if len(row) != 4 or not all(row)] == []


def test_every_finding_that_the_page_names_is_in_the_catalogue(rows):
    named = {code for row in rows for code in re.findall(r"`([^`]+)`", row[2])}

    assert len(named) > 30
    assert named - set(catalogue()) == set()


def test_every_test_that_the_page_names_is_there(rows, checkout):
    missing, named = [], 0
    for row in rows:
        tests = re.findall(r"`([^`]+)`", row[3])
        assert tests, row[0]
        for each in tests:
            path, name = each.split("::")
            file = checkout / path
            text = file.read_text(encoding="utf-8") if file.is_file() else ""
            named += 1
            if not re.search(rf"^def {name}\(", text, re.MULTILINE):
                missing.append(each)

    assert missing == []
    assert named >= len(rows)
