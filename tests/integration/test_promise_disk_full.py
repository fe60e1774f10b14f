"""A disk that is full says so in a sentence, and nothing is half-written."""

from __future__ import annotations

import errno
import os
import shutil
from typing import Any

import pytest
from promise_world import digests, is_whole, left_over, say

FULL = "The disk is full. Make room and try again; nothing was kept.\n"


def _fill(monkeypatch: pytest.MonkeyPatch, holder: Any, name: str, at: int = 1) -> list[int]:
    """From the nth call of ``holder.name`` on the disk is full. Gives a list of its calls."""
    real, calls = getattr(holder, name), []

    def full(*args: Any, **named: Any) -> Any:
        calls.append(len(calls) + 1)
        if len(calls) >= at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "some path of ours")
        return real(*args, **named)

    monkeypatch.setattr(holder, name, full)
    return calls


def _bytes_kept(monkeypatch):
    return _fill(monkeypatch, os, "fsync")


def _staged(monkeypatch):
    from candour.pipeline.receive import staging

    return _fill(monkeypatch, staging.pq.ParquetWriter, "write_batch")


def _table(monkeypatch):
    from candour.tables import Engine

    return _fill(monkeypatch, Engine, "write", at=9)


def _manifest(monkeypatch):
    from candour.pipeline import run

    # The disk is full after the stages, which take seconds: what they make does not matter here.
    monkeypatch.setattr(run, "_stages", lambda *made: (run.Counts(*[0] * 16), {}, []))
    return _fill(monkeypatch, run, "_write_json")


@pytest.mark.parametrize("place", [_bytes_kept, _staged, _table, _manifest])
def test_wherever_the_disk_is_full_the_earlier_run_stays_and_nothing_else(
    small_run, tmp_path, monkeypatch, place
):
    shutil.copytree(small_run, tmp_path / "place")
    shutil.rmtree(tmp_path / "place" / "candour-store")
    before = digests(small_run / "run")
    calls = place(monkeypatch)

    said = say("run", tmp_path / "place" / "in", "--out", tmp_path / "place" / "run")

    monkeypatch.undo()
    assert calls
    assert (said.code, said.out) == (1, "")
    assert said.err.endswith(FULL)
    assert is_whole(tmp_path / "place" / "run")
    assert digests(tmp_path / "place" / "run") == before
    assert left_over(tmp_path) == []


def test_an_answer_that_does_not_fit_leaves_the_earlier_file(small_run, tmp_path, monkeypatch):
    target = tmp_path / "counts.csv"
    target.write_text("earlier", encoding="utf-8")
    _fill(monkeypatch, os, "fsync")

    said = say("count", small_run / "run", "--definition", "inpatient", "--out", target)

    assert (said.code, said.out, said.err) == (1, "", FULL)
    assert target.read_text(encoding="utf-8") == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["counts.csv"]


def test_a_withdrawal_that_cannot_be_written_down_takes_nothing_away(
    small_run, tmp_path, monkeypatch
):
    shutil.copytree(small_run / "candour-store", tmp_path / "store")
    (first, *_) = sorted(path.name for path in (tmp_path / "store").iterdir())
    calls = _fill(monkeypatch, os, "fsync")

    said = say("withdraw", first, "--reason", "x", "--by", "y", "--store", tmp_path / "store")

    assert calls
    assert (said.code, said.err) == (1, FULL)
    assert sorted(p.name for p in (tmp_path / "store").iterdir()) == sorted(
        p.name for p in (small_run / "candour-store").iterdir()
    )
