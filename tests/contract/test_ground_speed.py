"""Help is cheap: no heavy import before it is needed. Seconds are for `./run bench help`."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "duckdb",
    "hypothesis",
    "ibis",
    "jinja2",
    "linkml_runtime",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "pydantic",
    "rich",
    "sqlglot",
    "xlsxwriter",
    "yaml",
}

ONE = """
import sys
from candour.cli.main import main
code = main({words!r})
print("LOADED", *sorted(set(sys.modules) & {heavy!r}), file=sys.stderr)
sys.exit(code)
"""

EVERY = """
import sys
from candour.cli import registry
from candour.cli.main import main
for command in registry.COMMANDS:
    assert main([*command.words, "--help"]) == 0, command.name
    heavy = sorted(set(sys.modules) & {heavy!r})
    if heavy:
        print("LOADED", command.name, *heavy, file=sys.stderr)
        sys.exit(1)
"""


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": "src", "PATH": ""},
        cwd=__file__.rpartition("tests")[0],
    )


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_the_first_words_load_nothing_heavy(words):
    done = python(ONE.format(words=words, heavy=HEAVY))

    assert done.returncode == 0, done.stderr
    assert done.stderr.split() == ["LOADED"]


def test_the_help_of_every_command_loads_nothing_heavy():
    done = python(EVERY.format(heavy=HEAVY))

    assert done.returncode == 0, done.stderr
