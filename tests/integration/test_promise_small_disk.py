"""A real disk that fills up, at one write after another: a sentence, and the earlier run untouched.

The disk is a file system in memory of a few hundred kilobytes, which only an administrator of the
machine can make; the tests beside this one say the same with a disk that is full by pretence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from promise_world import digests, is_whole, left_over, say

FULL = "The disk is full. Make room and try again; nothing was kept.\n"
STEP = 40 << 10
MOUNT, UMOUNT = "/bin/mount", "/bin/umount"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of one megabyte until it is told otherwise."""
    place = tmp_path / "disk"
    place.mkdir()
    made = None
    if os.name == "posix" and os.geteuid() == 0 and Path(MOUNT).exists():
        made = subprocess.run(
            [MOUNT, "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", str(place)],
            capture_output=True,
            check=False,
        )
    if made is None or made.returncode:
        pytest.skip("no disk can be made here: it takes an administrator and mount")
    try:
        yield place
    finally:
        subprocess.run([UMOUNT, str(place)], check=True)


def test_at_whatever_write_a_real_disk_is_full_the_earlier_run_stays(small_run, disk):
    shutil.copytree(small_run / "in", disk / "in")
    shutil.copytree(small_run / "run", disk / "run")
    before, used = digests(disk / "run"), _used(disk)
    refused = 0

    for size in range(used + 4096, used + (4 << 20), STEP):
        subprocess.run([MOUNT, "-o", f"remount,size={size}", str(disk)], check=True)
        said = say("run", disk / "in", "--out", disk / "run")
        if said.code == 0:
            break
        refused += 1
        assert (said.code, said.out) == (1, "")
        assert said.err.endswith(FULL)
        assert is_whole(disk / "run")
        assert digests(disk / "run") == before
        assert left_over(disk) == []

    assert refused >= 4
    assert said.code == 0
    assert is_whole(disk / "run")


def _used(folder: Path) -> int:
    """Bytes of the disk that are taken, in whole pages."""
    state = os.statvfs(folder)
    return (state.f_blocks - state.f_bfree) * state.f_frsize
