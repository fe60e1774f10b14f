"""What these tests share: the command line, asked within this process, and one run of each folder.

A run costs seconds, so each is made once for all tests and only read afterwards.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from acceptance_runs import Ask, Made

from candour.cli.main import main


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Runs a command with ``--format json`` and gives its document."""

    def run(*words: object) -> Any:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main([*map(str, words), "--format", "json"])
        assert code == 0, err.getvalue()
        return json.loads(out.getvalue())

    return run


@pytest.fixture(scope="session")
def runs(ask: Ask, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Made]:
    """Makes a run of a folder, in a place of its own."""

    def make(source: Path, *words: object) -> Made:
        folder = tmp_path_factory.mktemp("run") / "run"
        return Made(folder, source, ask("run", source, "--out", folder, *words))

    return make
