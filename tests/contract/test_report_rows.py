"""What answers the report: each command can be asked, each page and file can be opened."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from candour.cli import registry
from candour.cli.main import main, parser_of
from candour.report import rows
from candour.report.reading import Row

CHECKOUT = Path(__file__).resolve().parents[2]
ANSWERS = sorted({(each.kind, each.name) for row in rows() for each in row.answered_by})


@pytest.mark.parametrize(("kind", "name"), ANSWERS)
def test_what_answers_a_row_can_be_opened(kind, name):
    if kind == "command":
        command = registry.find(name.split())
        assert command is not None
        assert command.name == name
        configure, _ = command.load()
        assert parser_of(command, configure).format_help()
    else:
        assert (CHECKOUT / name).read_text(encoding="utf-8").strip()


def test_every_recommendation_and_observation_has_a_row():
    refs = [row.ref for row in rows()]

    assert [r for r in refs if r.startswith("R/")] == [f"R/2025/05{n}" for n in range(2, 7)]
    assert [r for r in refs if r.startswith("O/")] == [f"O/2025/{n:03d}" for n in range(57, 61)]
    assert sum(r.startswith("finding/") for r in refs) == 25
    assert len(set(refs)) == len(refs)


def test_nothing_is_said_to_be_delivered():
    words = json.dumps([row.as_data() for row in rows()])

    assert not re.search(r"deliver|implemented|complete[d]?\b", words, re.IGNORECASE)


def test_a_row_that_nothing_answers_says_what_is_missing():
    with pytest.raises(ValueError, match="lacks something"):
        Row(ref="R/1", asks="Something.")
    assert all(row.lacks for row in rows() if row.state == "not yet")


def test_the_command_gives_each_row_with_what_answers_it_or_not_yet(capsys):
    assert main(["report", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["report"]) == 0
    page = capsys.readouterr().out

    assert [row["ref"] for row in told] == [row.ref for row in rows()]
    assert {row["state"] for row in told} <= {"answered", "in part", "not yet"}
    assert "candour compare" in page
    assert "not yet" in page
