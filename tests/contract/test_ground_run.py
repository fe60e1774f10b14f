"""`./run` from nothing to a running command, in a folder of its own, without the network.

The little checkout has the real `run` and `bootstrap.py`, and requirements that name nothing: so
the road is walked to its end and nothing is fetched.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="./run is the POSIX way in")

REPORT = """\
import json, os, sys
print(json.dumps({"words": sys.argv[1:], "folder": os.getcwd(), "prefix": sys.prefix,
                  "path": os.environ["PYTHONPATH"]}))
"""


@pytest.fixture(scope="module")
def little(checkout, tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("a checkout") / "with spaces"
    package = root / "src" / "candour"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text(REPORT)
    for name in ("run", "bootstrap.py"):
        shutil.copy2(checkout / name, root / name)
    (root / "requirements").mkdir()
    for kind in ("installer", "run", "dev"):
        (root / "requirements" / f"{kind}.txt").write_text("# nothing\n")
    return root


def call(little: Path, *words: str, folder: Path, **environment: str):
    return subprocess.run(
        [str(little / "run"), *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | {"CANDOUR_PYTHON": sys.executable} | environment,
        check=False,
    )


@pytest.fixture(scope="module")
def first(little, tmp_path_factory):
    """The first call: it sets up, with somebody else's environment around it."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "json.py").write_text("raise SystemExit('a file of the caller was imported')")
    foreign = {"PYTHONPATH": "/somebody/else", "VIRTUAL_ENV": "/somebody/else"}
    return elsewhere, call(little, "candour", "count", "a b", folder=elsewhere, **foreign)


def test_the_first_call_sets_up_and_becomes_the_command(little, first):
    elsewhere, done = first

    assert done.returncode == 0, done.stderr
    assert "Setting up .venv" in done.stderr
    assert json.loads(done.stdout) == {
        "words": ["count", "a b"],
        "folder": str(elsewhere),
        "prefix": str(little / ".venv"),
        "path": str(little / "src"),
    }


def test_the_next_call_sets_nothing_up(little, first, tmp_path):
    done = call(little, "candour", folder=tmp_path)

    assert done.returncode == 0
    assert done.stderr == ""


def test_the_demo_runs_in_the_checkout_wherever_it_is_called(little, first, tmp_path):
    done = call(little, "demo", "--once", folder=tmp_path)

    assert json.loads(done.stdout)["folder"] == str(little)
    assert json.loads(done.stdout)["words"] == ["demo", "--once"]


def test_it_can_be_called_through_a_link(little, first, tmp_path):
    link = tmp_path / "candour-run"
    link.symlink_to(little / "run")

    done = subprocess.run(
        [str(link), "candour"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"CANDOUR_PYTHON": sys.executable},
        check=False,
    )

    assert json.loads(done.stdout)["prefix"] == str(little / ".venv")


def test_without_a_python_it_says_what_to_do(little, tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "dirname", "readlink", "cat"):
        (tools / tool).symlink_to(shutil.which(tool) or tool)

    done = call(little, "demo", folder=tmp_path, PATH=str(tools), CANDOUR_PYTHON="none-here")

    assert done.returncode == 1
    assert "needs Python 3.11" in done.stderr
    assert "apt-get install python3" in done.stderr


def test_windows_is_given_the_same_words(checkout):
    script = (checkout / "run.cmd").read_bytes()

    assert script.count(b"bootstrap.py") >= 2
    assert script.count(b"\n") == script.count(b"\r\n"), "cmd.exe needs its own line ends"


def test_what_a_fresh_clone_must_pass_is_check_and_every_tier(checkout):
    script = checkout / ".ci" / "run"
    lines = script.read_text(encoding="utf-8").splitlines()

    assert os.access(script, os.X_OK)
    assert "export CI=true" in lines
    assert [line.split(" <")[0] for line in lines if line.startswith("./run")] == [
        "./run check",
        "./run test all",
    ]
