"""What the tests of this folder share: one run of a small folder, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from promise_world import done, small_folder


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Extracts `in`, a run of them `run`, and its store. To change them, copy the folder."""
    folder = tmp_path_factory.mktemp("small")
    small_folder(folder / "in")
    done("run", folder / "in", "--out", folder / "run")
    return folder
