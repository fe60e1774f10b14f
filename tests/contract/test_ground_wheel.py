"""A wheel built from the checkout installs elsewhere and works there, without the network.

"Elsewhere" is a fresh environment that holds the wheel alone. What Candour stands on is lent to it
by a .pth line from the environment that runs the tests, so nothing has to be fetched.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(checkout, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(checkout)]
    done = subprocess.run([sys.executable, *build], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("elsewhere") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = ["--python", str(python), "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    told = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True)
    lent = Path(told.stdout.strip()) / "lent.pth"
    lent.write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python.parent


def there(elsewhere: Path, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    command = [str(elsewhere / words[0]), *words[1:]]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env=clean
    )


def test_the_wheel_says_its_name_its_licence_and_its_script(wheel):
    with zipfile.ZipFile(wheel) as inside:
        names = inside.namelist()
        info = next(name.partition("/")[0] for name in names if ".dist-info/" in name)
        metadata = inside.read(f"{info}/METADATA").decode()
        scripts = inside.read(f"{info}/entry_points.txt").decode()

    assert "Name: candour-lfd\n" in metadata
    assert "License-Expression: Apache-2.0\n" in metadata
    assert f"{info}/licenses/LICENSE" in names
    assert f"{info}/licenses/NOTICE" in names
    assert "candour/py.typed" in names
    assert "candour = candour.cli.main:main" in scripts


def test_every_file_of_the_package_is_in_the_wheel(wheel, checkout):
    with zipfile.ZipFile(wheel) as inside:
        names = set(inside.namelist())
    source = checkout / "src"
    files = {
        path.relative_to(source).as_posix()
        for path in (source / "candour").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }

    assert files - names == set()


def test_what_is_imported_elsewhere_is_the_wheel(elsewhere, tmp_path):
    done = there(
        elsewhere, "python", "-c", "import candour; print(candour.__file__)", folder=tmp_path
    )

    assert Path(done.stdout.strip()).is_relative_to(elsewhere.parent), done.stderr


def test_the_installed_script_says_its_version(elsewhere, checkout, tmp_path):
    done = there(elsewhere, "candour", "--version", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("candour 0.")


def test_the_installed_script_reads_the_data_that_it_carries(elsewhere, tmp_path):
    done = there(elsewhere, "candour", "codes", "sex", "--format", "json", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert {each["code"] for each in json.loads(done.stdout)["codes"]} >= {"1", "2", "9", "X"}
