"""`candour doctor`: what is installed, what a tier lacks, and what is in the way."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from candour.cli.output import Answer, Section

OK, LACKING, IN_THE_WAY, NOTE = "ok", "lacking", "in the way", "note"
DISTRIBUTION = "candour-lfd"


class Check(NamedTuple):
    """One thing looked at: what it belongs to, how it stands, and what to do about it."""

    part: str
    what: str
    state: str
    found: str
    remedy: str = ""


class Tier(NamedTuple):
    """Something that works only where more is installed, and how to get it."""

    name: str
    gives: str
    modules: tuple[str, ...]
    programs: tuple[str, ...]
    how: str


TIERS = (
    Tier(
        "spark",
        "the same run on a national history",
        ("pyspark",),
        ("java",),
        "Install a Java runtime 17 (Debian: openjdk-17-jre-headless) and pyspark>=4.0.5,<4.1.",
    ),
    Tier(
        "browser",
        "journeys through the pages, in tests",
        ("playwright",),
        ("chromium",),
        "Install chromium and fonts-liberation with the system's packages, and playwright.",
    ),
    Tier(
        "postgresql",
        "the service's store in earnest",
        ("psycopg",),
        ("psql",),
        "Install postgresql with the system's packages, and psycopg.",
    ),
    Tier(
        "semantic",
        "search by meaning in concerns",
        ("onnxruntime",),
        (),
        "Install onnxruntime; without it words are compared as they are written.",
    ),
    Tier("pdf", "tagged PDF packs", ("typst",), (), "Install typst."),
)


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "folders",
        nargs="*",
        type=Path,
        metavar="FOLDER",
        help="folders that will hold what may identify people: are they closed to others?",
    )


def execute(args: argparse.Namespace) -> Answer:
    """Look at Python, packages, the engine, time zones, tiers and folders; exit 1 if in the way."""
    from candour import __version__

    checks = [
        *python_checks(),
        *package_checks(),
        *engine_checks(),
        *tier_checks(),
        *folder_checks(args.folders),
    ]
    bad = [check for check in checks if check.state == IN_THE_WAY]
    rows = [check._asdict() for check in checks]
    parts = list(dict.fromkeys(check.part for check in checks))
    verdict = (
        f"{len(bad)} in the way: {'; '.join(check.what for check in bad)}."
        if bad
        else "Nothing is in the way."
    )
    return Answer(
        {"candour": __version__, "ready": not bad, "checks": rows},
        title=f"Candour {__version__}",
        columns=Check._fields,
        rows=rows,
        lines=[verdict],
        sections=[
            Section(
                part,
                [row for row in rows if row["part"] == part],
                ("what", "state", "found", "remedy"),
            )
            for part in parts
        ],
        notes=(
            "Candour does not encrypt this computer's disk: keep identified data on one that is.",
        ),
        exit_code=1 if bad else 0,
    )


def python_checks() -> Iterator[Check]:
    """Python's version, the machine, and whether this runs in an environment of its own."""
    part = "Python"
    version = platform.python_version()
    enough = sys.version_info >= (3, 11)
    yield Check(
        part,
        "version",
        OK if enough else IN_THE_WAY,
        version,
        "" if enough else "Install Python 3.11 or later.",
    )
    yield Check(part, "platform", OK, f"{platform.system()} {platform.machine()}")
    own = sys.prefix != sys.base_prefix
    yield Check(
        part,
        "environment",
        OK if own else NOTE,
        sys.prefix,
        "" if own else "./run makes .venv in the checkout and works in it.",
    )
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo("Europe/London")
    except ZoneInfoNotFoundError:
        yield Check(part, "time zones", IN_THE_WAY, "Europe/London is not known", "Install tzdata.")
    else:
        yield Check(part, "time zones", OK, "Europe/London")


def package_checks() -> Iterator[Check]:
    """Each package that Candour needs: the version that is there beside the one that is wanted."""
    from importlib import metadata

    for name, wanted in requirements():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Check(
                "Packages",
                name,
                IN_THE_WAY,
                "not installed",
                f"./run installs it, or: pip install '{name}{wanted}'",
            )
        else:
            yield Check("Packages", name, OK, f"{version} (wanted {wanted})")


def requirements() -> list[tuple[str, str]]:
    """What Candour says it needs here: name and versions, from its metadata or its pyproject."""
    from importlib import metadata

    try:
        lines = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        import tomllib

        project = Path(__file__).resolve().parents[3] / "pyproject.toml"
        lines = (
            tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
            if project.is_file()
            else []
        )
    found = []
    for line in lines:
        need, _, condition = line.partition(";")
        if "extra ==" in condition or ("win32" in condition and sys.platform != "win32"):
            continue
        name = need.strip()
        at = next((i for i, mark in enumerate(name) if mark in "[<>=!~ "), len(name))
        wanted = name[at:].partition("]")[2] if name[at : at + 1] == "[" else name[at:]
        found.append((name[:at], wanted.strip()))
    return found


def engine_checks() -> Iterator[Check]:
    """Whether the engine opens and answers a question."""
    from candour.tables import open_engine

    try:
        with open_engine() as engine:
            answers = engine.rows(engine.sql("SELECT 1 + 1 AS two")) == [{"two": 2}]
    except (ImportError, OSError, RuntimeError) as fault:
        yield Check(
            "Engine",
            "duckdb",
            IN_THE_WAY,
            f"does not open ({type(fault).__name__})",
            "Install the packages above again, then try once more.",
        )
    else:
        yield Check(
            "Engine",
            "duckdb",
            OK if answers else IN_THE_WAY,
            "opens and answers" if answers else "opens and does not answer rightly",
            "" if answers else "Install duckdb again.",
        )


def tier_checks() -> Iterator[Check]:
    """Each optional tier: what it gives, and what it lacks here with how to get it."""
    from importlib.util import find_spec

    for tier in TIERS:
        lacking = [name for name in tier.modules if find_spec(name) is None]
        lacking += [name for name in tier.programs if shutil.which(name) is None]
        state = LACKING if lacking else OK
        found = f"{tier.gives}: lacks {', '.join(lacking)}" if lacking else tier.gives
        yield Check("Optional", tier.name, state, found, tier.how if lacking else "")


def folder_checks(folders: list[Path]) -> Iterator[Check]:
    """Whether the folders named are closed to other users, and what new files will be."""
    part = "Folders"
    for folder in folders:
        yield _folder(part, folder)
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        yield Check(
            part,
            "new files",
            OK if mask & 0o077 == 0o077 else NOTE,
            f"umask {mask:03o}",
            ""
            if mask & 0o077 == 0o077
            else "Others may read what other programs write; umask 077 closes it. "
            "Candour closes its own files.",
        )
    debug = os.environ.get("CANDOUR_DEBUG_DIR")
    if debug:
        yield _folder(part, Path(debug), " (CANDOUR_DEBUG_DIR)")


def _folder(part: str, folder: Path, role: str = "") -> Check:
    name = f"{folder}{role}"
    if not folder.is_dir():
        return Check(part, name, IN_THE_WAY, "is not there", "Make it, or name another.")
    if os.name != "posix":
        return Check(
            part,
            name,
            NOTE,
            "its rights are not looked at on this system",
            "Look at its security settings: only those who need it should read it.",
        )
    held = folder.stat()
    if stat.S_IMODE(held.st_mode) & 0o077:
        # A folder that many share, such as one for temporary files, must not be closed to them.
        own = held.st_uid == os.getuid() and not held.st_mode & stat.S_ISVTX
        return Check(
            part,
            name,
            IN_THE_WAY,
            "others can read or enter it",
            f"chmod 700 {folder}" if own else "Make a folder of your own, mode 700.",
        )
    return Check(part, name, OK, "closed to others")
