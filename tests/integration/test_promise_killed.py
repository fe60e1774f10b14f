"""Killed at any of its steps, a run is whole or absent; the next one mends what was left.

The product holds no hook for this. A few runs are killed for good (SIGKILL, in a process of their
own). Since that leaves the disk as it is at that moment, a copy of the disk taken at a step is what
a kill at that step leaves: so every step is looked at in one run.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from promise_world import digests, done, is_whole, left_over, say

from candour.tables import building

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")

# Runs the command with one function replaced by one that kills the process at its nth call.
KILLER = """
import importlib, os, signal, sys
where, number, words = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
module, _, name = where.partition(":")
holder = importlib.import_module(module)
*path, last = name.split(".")
for part in path:
    holder = getattr(holder, part)
real, calls = getattr(holder, last), 0
def deadly(*args, **named):
    global calls
    calls += 1
    if calls == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args, **named)
setattr(holder, last, deadly)
from candour.cli.main import main
sys.exit(main(words))
"""
IN_STORE = "candour.pipeline.receive.store:os.replace"
IN_TABLES = "candour.tables.engine:Engine.write"
IN_RENAME = "candour.tables.folders:Path.rename"


def _killed(checkout: Path, where: str, number: int, *words: object) -> int:
    return subprocess.run(
        [sys.executable, "-c", KILLER, where, str(number), *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(checkout / "src")},
        capture_output=True,
        timeout=120,
        check=False,
    ).returncode


def test_a_run_that_is_killed_is_absent_and_the_next_one_sweeps_and_gives_the_same(
    small_run, checkout, tmp_path
):
    shutil.copytree(small_run / "in", tmp_path / "in")
    run = tmp_path / "run"

    for where, number in ((IN_STORE, 2), (IN_TABLES, 6)):
        code = _killed(checkout, where, number, "run", tmp_path / "in", "--out", run)
        assert code == -signal.SIGKILL
        assert not run.exists()
    assert left_over(tmp_path) != []

    done("run", tmp_path / "in", "--out", run)

    assert is_whole(run)
    assert digests(run) == digests(small_run / "run")
    assert left_over(tmp_path) == []
    assert len(list((tmp_path / "candour-store").iterdir())) == 2


def test_a_replacement_cut_between_its_two_renames_is_mended(small_run, checkout, tmp_path):
    shutil.copytree(small_run, tmp_path / "place")
    place, run = tmp_path / "place", tmp_path / "place" / "run"
    before = digests(run)

    code = _killed(checkout, IN_RENAME, 2, "run", place / "in", "--out", run)

    assert code == -signal.SIGKILL
    assert not run.exists()
    with pytest.raises(RuntimeError, match="stopped"), building(run):
        raise RuntimeError("stopped before anything was made")
    assert is_whole(run)
    assert digests(run) == before
    assert left_over(place) == []


@dataclass
class Camera:
    """Copies a folder before each call of the functions that it watches."""

    folder: Path
    album: Path
    taken: list[tuple[str, Path]] = field(default_factory=list)

    def watch(self, monkeypatch: pytest.MonkeyPatch, holder: Any, name: str, words: str) -> None:
        """Take a copy before every call of ``holder.name``."""
        real: Callable[..., Any] = getattr(holder, name)

        def watched(*args: Any, **named: Any) -> Any:
            copy = self.album / f"{len(self.taken):02d}"
            shutil.copytree(self.folder, copy)
            self.taken.append((words, copy))
            return real(*args, **named)

        monkeypatch.setattr(holder, name, watched)


def test_at_every_step_of_a_replacement_the_earlier_run_or_the_new_one_is_whole(
    small_run, tmp_path, monkeypatch
):
    from candour.pipeline import run as pipeline
    from candour.pipeline.receive import staging, store
    from candour.tables import Engine, folders

    shutil.copytree(small_run, tmp_path / "place")
    place = tmp_path / "place"
    before = digests(place / "run")
    (place / "in" / "registrations.csv").unlink()
    camera = Camera(place, tmp_path / "album")
    for holder, name, words in (
        (store.Arriving, "keep", "before bytes are kept"),
        (staging.pq.ParquetWriter, "write_batch", "while a table is written"),
        (pipeline, "standardise", "before standardising"),
        (pipeline, "link", "before linking"),
        (pipeline, "unify", "before unifying"),
        (Engine, "write", "before a table is written"),
        (pipeline, "_write_json", "before the manifest and the log"),
        (folders.Path, "rename", "before a rename"),
        (folders.shutil, "rmtree", "before something is swept away"),
    ):
        camera.watch(monkeypatch, holder, name, words)
    done("run", place / "in", "--out", place / "run")
    monkeypatch.undo()
    after = digests(place / "run")

    assert before != after
    assert {words for words, _ in camera.taken} >= {
        "before bytes are kept",
        "while a table is written",
        "before standardising",
        "before linking",
        "before unifying",
        "before the manifest and the log",
        "before a rename",
        "before something is swept away",
    }
    absent = [words for words, copy in camera.taken if not (copy / "run").exists()]
    assert absent == ["before a rename"]
    monkeypatch.setattr(folders, "_alive", lambda process: False)
    for words, copy in camera.taken:
        if (copy / "run").exists():
            assert is_whole(copy / "run"), words
            assert digests(copy / "run") in (before, after), words
        with pytest.raises(RuntimeError, match="stopped"), building(copy / "run"):
            raise RuntimeError("stopped before anything was made")
        assert is_whole(copy / "run"), words
        assert digests(copy / "run") in (before, after), words
        assert left_over(copy) == [] or "bytes are kept" in words, words


def test_what_was_half_copied_into_the_store_is_swept_by_the_next_run(tmp_path, monkeypatch):
    from candour.pipeline.receive import store as stores
    from candour.tables import folders

    store = stores.opened(tmp_path / "store")
    dead = store / ".arriving-999999999-half"
    mine = store / f".arriving-{os.getpid()}-half"
    for path in (dead, mine):
        path.write_bytes(b"half of a file")
    monkeypatch.setattr(folders, "_alive", lambda process: process == os.getpid())

    stores.opened(store)

    assert not dead.exists()
    assert mine.exists()


def test_a_run_that_still_goes_on_is_not_swept_away(tmp_path):
    with building(tmp_path / "run") as going_on:
        (going_on / "x").write_text("x", encoding="utf-8")
        with building(tmp_path / "run") as second:
            (second / "y").write_text("y", encoding="utf-8")
        assert (going_on / "x").exists()
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["x"]


def test_ctrl_c_leaves_nothing_behind(small_run, tmp_path, monkeypatch):
    def interrupted(*args: Any, **named: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("candour.pipeline.run.standardise", interrupted)

    said = say("run", small_run / "in", "--out", tmp_path / "run")

    assert (said.code, said.out) == (130, "")
    assert [path.name for path in tmp_path.iterdir()] == ["candour-store"]
