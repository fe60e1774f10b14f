"""Set-up and the words of ``./run``, with nothing but the standard library.

``./run WORD`` makes ``.venv`` if it is not there, installs what the word needs from a hashed
requirements file, and then becomes the program that does the work. The second time it only
compares a checksum: no network, no wait.

How it stays safe:

* a set-up that was cut short leaves a mark, and the next one begins again from nothing;
* the stamp that says "ready" is written last, and in one step;
* one lock per checkout: a second set-up waits for the first, and its installers hold the lock
  too, so that a killed parent does not leave two of them at work in one folder;
* other environments (``VIRTUAL_ENV``, ``PYTHONPATH``, ``PYTHONHOME``) do not leak in.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (./run asks first; someone may start this file itself)
    sys.exit("Candour needs Python 3.11 or later. Start it with ./run, which looks for one.")

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"

WORDS = {
    "demo": "what Candour does with an invented nation (--once: stop after the result)",
    "candour": "the command line: ./run candour --help",
    "test": "the default tiers; 'test all' adds browser, postgres, spark, 'test deep' fuzzes; "
    "more words go to pytest",
    "check": "format, lint, types, imports, dependencies, derived files: changes nothing",
    "fix": "mend what format and lint can mend by themselves",
    "derive": "write the derived files again (--check: only say which are stale)",
    "bench": "measure something: './run bench' lists what there is",
    "lock": "resolve the requirements again, with hashes (needs the network)",
    "help": "this page",
}
NEEDS = {"demo": "run", "candour": "run", "lock": "run"}  # every other word needs "dev"

# Settings of pip that would send a package somewhere else than into .venv.
LEAKS = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME", "PYTHONPATH")

COMPILE = [
    "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-header", "--no-annotate", "--no-emit-index-url", "--quiet",
]  # fmt: skip
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"


class Refused(Exception):
    """Set-up cannot go on; the text says why and what to do."""


class Place:
    """The folders and files of one checkout's environment."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.bin = self.venv / ("Scripts" if WINDOWS else "bin")
        self.python = self.bin / ("python.exe" if WINDOWS else "python")
        self.lock = self.venv / "candour-setup.lock"
        self.unfinished = self.venv / "candour-setup.unfinished"
        self.stamp = self.venv / "candour-setup.json"

    def requirements(self, kind: str) -> Path:
        return self.root / "requirements" / f"{kind}.txt"

    def digest(self, kind: str) -> str:
        return hashlib.sha256(self.requirements(kind).read_bytes()).hexdigest()

    def stamp_for(self, kind: str) -> dict[str, str]:
        """What a finished set-up of ``kind`` writes down. Whoever has dev has run as well."""
        kinds = ("run", "dev") if kind == "dev" else ("run",)
        return {"python": os.path.realpath(self.python)} | {k: self.digest(k) for k in kinds}

    def is_ready(self, kind: str) -> bool:
        """True where the stamp agrees with the requirements and with the Python it was made for."""
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return (
            isinstance(stamp, dict)
            and self.python.exists()
            and stamp.get("python") == os.path.realpath(self.python)
            and stamp.get(kind) == self.digest(kind)
        )


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def clean_environment(place: Place) -> dict[str, str]:
    """The caller's environment without what belongs to other Pythons, and with our sources.

    ``PYTHONSAFEPATH`` keeps a file called ``yaml.py`` in the caller's folder from being imported.
    """
    kept = {name: value for name, value in os.environ.items() if name.upper() not in LEAKS}
    path = os.pathsep.join([str(place.bin), kept.get("PATH", "")])
    return kept | {
        "PATH": path,
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": str(place.root / "src"),
        "PYTHONSAFEPATH": "1",
        "VIRTUAL_ENV": str(place.venv),
    }


@contextlib.contextmanager
def locked(place: Place) -> Iterator[int]:
    """Hold the checkout's set-up lock; gives the descriptor, which child processes inherit."""
    place.venv.mkdir(exist_ok=True)
    with place.lock.open("a+b") as handle:
        descriptor = handle.fileno()
        if not _try_lock(descriptor):
            say("Another set-up is at work in this checkout; waiting for it.")
            while not _try_lock(descriptor):
                time.sleep(0.2)
        try:
            yield descriptor
        finally:
            _unlock(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def ensure(place: Place, kind: str) -> None:
    """Have ``.venv`` hold what ``requirements/<kind>.txt`` says, doing nothing where it does."""
    if place.is_ready(kind):
        return
    with locked(place) as descriptor:
        if not place.is_ready(kind):
            _set_up(place, kind, descriptor)


def _set_up(place: Place, kind: str, descriptor: int) -> None:
    say(f"Setting up .venv from requirements/{kind}.txt …")
    cut_short = place.unfinished.exists()
    place.unfinished.touch()
    place.stamp.unlink(missing_ok=True)
    if cut_short or not _works(place):
        _empty(place)
        _run([sys.executable, "-I", "-m", "venv", str(place.venv)], place, descriptor, NO_VENV)
    install = ["install", "--quiet", "--require-hashes", "--no-deps", "-r"]
    pip = [str(place.python), "-I", "-m", "pip"]
    installer = [*pip, *install, str(place.requirements("installer"))]
    what = [*install, str(place.requirements(kind))]
    try:
        _run(installer, place, descriptor, "")
        uv = [str(place.python), "-I", "-m", "uv", "pip", *what]
        _run([*uv, "--compile-bytecode", "--python", str(place.python)], place, descriptor, "")
    except Refused:
        say("uv could not do it; pip does the same work, more slowly.")
        _run([*pip, *what], place, descriptor, NO_PACKAGES)
    place.unfinished.unlink(missing_ok=True)
    beside = place.stamp.with_suffix(".new")
    beside.write_text(json.dumps(place.stamp_for(kind), indent=1), encoding="utf-8")
    beside.replace(place.stamp)


NO_VENV = (
    "Python could not make an environment. On Debian and Ubuntu the module comes apart from "
    "Python: apt-get install python3-venv. Then run the same words again."
)
NO_PACKAGES = (
    "What Candour stands on could not be installed; the lines above say what stood in the way. "
    "The first set-up needs the network, or an index that your pip is set to use. "
    "Then run the same words again: nothing half-made is kept."
)


def _works(place: Place) -> bool:
    """True where .venv has a Python of 3.11 or later that starts and has pip."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    if not place.python.exists():
        return False
    done = subprocess.run([str(place.python), "-I", "-c", probe], capture_output=True, check=False)
    return done.returncode == 0


def _empty(place: Place) -> None:
    """Take everything out of .venv but the lock that we hold and the mark that we left."""
    for inside in place.venv.iterdir():
        if inside in (place.lock, place.unfinished):
            continue
        if inside.is_dir() and not inside.is_symlink():
            shutil.rmtree(inside)
        else:
            inside.unlink()


def _run(command: list[str], place: Place, descriptor: int, remedy: str) -> None:
    inherited = () if WINDOWS else (descriptor,)
    environment = clean_environment(place)
    try:
        done = subprocess.run(command, check=False, env=environment, pass_fds=inherited)
    except OSError as error:
        raise Refused(f"{remedy} ({error.strerror})") from error
    if done.returncode:
        raise Refused(remedy)


def steps(word: str, rest: list[str], root: Path = ROOT) -> dict[str, list[str]]:
    """What ``./run WORD REST…`` starts: a name per step, and what follows ``python``."""
    if word in ("demo", "candour"):
        return {word: ["-m", "candour", *(["demo"] if word == "demo" else []), *rest]}
    if word == "test":
        # What takes minutes is for those who ask for it by its name.
        further = {"all": "not deep", "deep": "deep"}.get(rest[0]) if rest else None
        rest = rest[1:] if further else rest
        tiers = ["-m", further] if further else []
        # Two workers pay for the whole run; for one file their start costs more than they save.
        return {"test": ["-m", "pytest", *tiers, *(rest or ["-n", "2", "--dist", "loadfile"])]}
    if word == "check":
        return {
            "format": ["-m", "ruff", "format", "--check", "."],
            "lint": ["-m", "ruff", "check", "."],
            "types": ["-m", "mypy"],
            "imports": ["-c", LINT_IMPORTS],
            "dependencies": ["-m", "deptry", "src"],
            **steps("derive", ["--check"], root),
        }
    if word == "fix":
        return {
            "lint": ["-m", "ruff", "check", "--fix", "."],
            "format": ["-m", "ruff", "format", "."],
        }
    if word == "derive":
        return {
            "data set": ["-m", "candour.dataset.derive", *rest],
            "definitions": ["-m", "candour.definitions.derive", *rest],
            "command line": ["-m", "candour.cli.derive", *rest],
            "map": [str(root / "tools" / "draw_map.py"), *rest],
        }
    if word == "lock":
        groups = [
            part
            for name in ("test", "deep", "lint", "schema", "build")
            for part in ("--group", name)
        ]
        out = [str(root / "requirements" / f"{name}.txt") for name in ("dev", "run", "installer")]
        return {
            "dev": [*COMPILE, *groups, "pyproject.toml", "-o", out[0], *rest],
            "run": [*COMPILE, "-c", out[0], "pyproject.toml", "-o", out[1], *rest],
            "installer": [*COMPILE, "--group", "pyproject.toml:installer", "-o", out[2], *rest],
        }
    return {"bench": _bench(rest, root)}


def _bench(rest: list[str], root: Path) -> list[str]:
    names = sorted(path.stem for path in (root / "bench").glob("*.py"))
    found = [name for name in names if rest and name.startswith(rest[0].replace("-", "_"))]
    if len(found) != 1:
        raise Refused("./run bench NAME, with one of: " + ", ".join(names))
    return [str(root / "bench" / f"{found[0]}.py"), *rest[1:]]


def start(word: str, rest: list[str], place: Place) -> int:
    """Start the steps of one word; a single step takes this process's place."""
    todo = steps(word, rest, place.root)
    environment = clean_environment(place)
    if word != "candour":  # paths given to candour are the caller's own
        os.chdir(place.root)
    failed = []
    for name, arguments in todo.items():
        command = [str(place.python), *arguments]
        if len(todo) == 1 and not WINDOWS:
            os.execve(command[0], command, environment)  # noqa: S606
        if len(todo) > 1:
            say(f"── {name}")
        code = subprocess.run(command, check=False, env=environment).returncode
        if len(todo) == 1:
            return code
        if code:
            failed.append(name)
    say("Not in order: " + ", ".join(failed) if failed else "All in order.")
    return 1 if failed else 0


def usage() -> str:
    width = max(map(len, WORDS)) + 2
    lines = [f"  ./run {word:<{width}}{meaning}" for word, meaning in WORDS.items()]
    return "\n".join(["Candour: learning from deaths in mental health services", "", *lines])


def main(arguments: list[str]) -> int:
    word, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if word in ("help", "-h", "--help"):
        print(usage())
        return 0
    if word not in WORDS:
        say(f"./run knows no word “{word}”.\n\n{usage()}")
        return 2
    place = Place(ROOT)
    try:
        ensure(place, NEEDS.get(word, "dev"))
        return start(word, rest, place)
    except Refused as refused:
        say(str(refused))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
