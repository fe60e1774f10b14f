"""What every test stands on: no network, tiers that say what they lack, and the real data.

* Nothing but this machine can be reached while a test runs: a socket that asks for another host
  gets `NetworkForbidden`.
* A test marked with a tier (`browser`, `postgres`, `scale`, `deep`) is skipped where the tier's
  tool is not there, saying what is missing and how to get it. Under CI=true that is a failure: a
  tier that nobody ran must not look green.
* `real_data` is the folder of real data sets, which lie outside the repository. Without them the
  test says "no real data here"; where CANDOUR_DATA names a folder that is not there, it fails.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

# A shared machine is slow at times, which says nothing about the law under test; and CI must give
# the same answer twice, so only people's own runs look for new examples.
hypothesis.settings.register_profile("candour", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "candour")

CHECKOUT = Path(__file__).resolve().parents[1]


class NetworkForbidden(RuntimeError):
    """A test asked for another machine."""


def _is_here(host: object) -> bool:
    """True for an address of this machine, or one that is no address at all (a socket's path)."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets reach this machine only; names of other machines are not even looked up."""
    look_up = socket.getaddrinfo

    def guarded(name: str) -> Callable[..., object]:
        real = getattr(socket.socket, name)

        def call(self: socket.socket, *args: object) -> object:
            address = args[-1]
            if isinstance(address, tuple) and not _is_here(address[0]):
                raise NetworkForbidden("a test may reach this machine only")
            return real(self, *args)

        return call

    def look_up_here(host: object, *args: object, **named: object) -> object:
        if not _is_here(host):
            raise NetworkForbidden("a test may look up this machine only")
        return look_up(host, *args, **named)

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(name))
    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)


def _browser() -> str:
    if importlib.util.find_spec("playwright") is None:
        return "playwright is not installed: it comes with the first tests of pages"
    if not any(map(shutil.which, ("chromium", "chromium-browser"))):
        return "no Chromium here: apt-get install chromium fonts-liberation"
    return ""


def _postgres() -> str:
    servers = [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not servers and shutil.which("initdb") is None:
        return "no PostgreSQL server here: apt-get install postgresql"
    return ""


def _spark() -> str:
    if shutil.which("java") is None:
        return "no Java here: apt-get install openjdk-17-jre-headless"
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed: .venv/bin/python -m pip install 'pyspark>=4.0.5,<4.1'"
    return ""


def _atheris() -> str:
    if importlib.util.find_spec("atheris") is None:
        return "no Atheris here: it is made for Linux on x86-64, and comes with ./run test deep"
    return ""


# marker -> a function that gives what is missing and how to get it, or nothing
TIERS: dict[str, Callable[[], str]] = {
    "browser": _browser,
    "postgres": _postgres,
    "scale": _spark,
    "deep": _atheris,
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before a test of a tier: see whether the tier can run at all."""
    for tier, missing in TIERS.items():
        if item.get_closest_marker(tier) is None:
            continue
        reason = missing()
        if reason and os.environ.get("CI") == "true":
            pytest.fail(f"the tier “{tier}” cannot run: {reason}", pytrace=False)
        if reason:
            pytest.skip(f"the tier “{tier}” cannot run: {reason}")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets; see docs/developers/real-data.md for how to get them."""
    named = os.environ.get("CANDOUR_DATA")
    if named:
        if not Path(named).is_dir():
            pytest.fail("CANDOUR_DATA names a folder that is not there", pytrace=False)
        return Path(named)
    beside = CHECKOUT.parent / "shared" / "data"
    if beside.is_dir():
        return beside
    pytest.skip("no real data here")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of this checkout, for tests that read what is in it."""
    return CHECKOUT
