"""The requirements: hashed, without hosts, in agreement, and without what must not come in."""

from __future__ import annotations

import re
import tomllib

import pytest

KINDS = ("run", "dev", "installer")
PINNED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)((?: ;[^\\]*)?) \\$", re.MULTILINE)
BANNED = {
    "sqlalchemy",
    "psycopg2",
    "psycopg2-binary",
    "torch",
    "transformers",
    "huggingface-hub",
    "sentence-transformers",
    "tokenizers",
}


@pytest.fixture
def lock(checkout):
    """Gives the text of one requirements file."""
    return lambda kind: (checkout / "requirements" / f"{kind}.txt").read_text(encoding="utf-8")


@pytest.fixture
def pins(lock):
    """Gives the pins of one file: (name, version, marker)."""
    return lambda kind: {(n, v, m.strip()) for n, v, m in PINNED.findall(lock(kind))}


@pytest.fixture(scope="module")
def project(checkout):
    return tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))


def name_of(requirement: str) -> str:
    return re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0].lower().replace("_", "-")


@pytest.mark.parametrize("kind", KINDS)
def test_every_line_is_a_pin_or_its_hash(lock, kind):
    strange = [
        line
        for line in lock(kind).splitlines()
        if not PINNED.match(line)
        and not re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?", line)
    ]

    assert strange == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_pin_has_a_hash(lock, pins, kind):
    blocks = re.split(r"^(?=\S)", lock(kind), flags=re.MULTILINE)

    assert len([block for block in blocks if "--hash=sha256:" in block]) == len(pins(kind)) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_no_file_names_a_host(lock, kind):
    assert "://" not in lock(kind)
    assert "index-url" not in lock(kind)
    assert "find-links" not in lock(kind)


def test_what_run_pins_dev_pins_alike(pins):
    run = {(name, version) for name, version, _ in pins("run")}
    dev = {(name, version) for name, version, _ in pins("dev")}

    assert run - dev == set()


def test_what_must_not_come_in_has_not(pins):
    assert {name for name, _, _ in pins("run")} & BANNED == set()


def test_every_dependency_is_in_both_files(project, pins):
    wanted = {name_of(each) for each in project["project"]["dependencies"]}

    assert wanted - {name for name, _, _ in pins("run")} == set()
    assert wanted - {name for name, _, _ in pins("dev")} == set()


@pytest.mark.parametrize("group", ["test", "lint", "schema", "build"])
def test_every_group_of_the_builders_is_in_dev(project, pins, group):
    wanted = {name_of(each) for each in project["dependency-groups"][group]}

    assert wanted - {name for name, _, _ in pins("dev")} == set()


def test_the_names_of_others_are_not_in_the_repository(checkout):
    ignored = (checkout / ".gitignore").read_text(encoding="utf-8").split()

    assert {"uv.lock", "pylock.toml"} <= set(ignored), "both record a host for each package"
