"""The ground under every test is itself tested: the network ban, the tiers, the real data."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"
OTHER_MACHINE = "192.0.2.1"  # of the range kept for documentation: nobody has it


@pytest.fixture
def forbidden(pytestconfig):
    """The ban's own exception, from the conftest that is in force.

    Folders below have conftests of their own, so the module's name alone does not say which it is.
    """
    return pytestconfig.pluginmanager.get_plugin(str(CONFTEST)).NetworkForbidden


def test_another_machine_cannot_be_reached(forbidden):
    with socket.socket() as one, pytest.raises(forbidden):
        one.connect((OTHER_MACHINE, 80))


def test_another_machine_cannot_be_tried(forbidden):
    with socket.socket() as one, pytest.raises(forbidden):
        one.connect_ex((OTHER_MACHINE, 80))


def test_nothing_can_be_sent_to_another_machine(forbidden):
    with socket.socket(type=socket.SOCK_DGRAM) as one, pytest.raises(forbidden):
        one.sendto(b"x", (OTHER_MACHINE, 80))


def test_the_name_of_another_machine_is_not_looked_up(forbidden):
    with pytest.raises(forbidden):
        socket.create_connection(("example.org", 80), timeout=1)


def test_this_machine_can_be_reached():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as one,
    ):
        assert one.getpeername() == server.getsockname()


@pytest.fixture
def inner(pytester, monkeypatch):
    """A little test run of its own under the same conftest."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("CANDOUR_DATA", raising=False)
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers =\n  browser: pages\n  scale: Spark\n  postgres: server\n")
    return pytester


A_TEST_OF_A_TIER = """
    import pytest

    @pytest.mark.scale
    def test_a_nation():
        pass
"""


def test_a_tier_without_its_tool_says_what_is_missing_and_how_to_get_it(inner, monkeypatch):
    monkeypatch.setenv("PATH", "")
    inner.makepyfile(A_TEST_OF_A_TIER)

    result = inner.runpytest_inprocess("-rs")

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*no Java here: apt-get install*"])


def test_in_ci_a_tier_without_its_tool_is_a_failure(inner, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", "true")
    inner.makepyfile(A_TEST_OF_A_TIER)

    result = inner.runpytest_inprocess()

    result.assert_outcomes(errors=1)


A_TEST_ON_REAL_DATA = """
    def test_it(real_data):
        assert real_data.is_dir()
"""


def test_without_real_data_a_test_says_so_and_is_skipped(inner):
    inner.makepyfile(A_TEST_ON_REAL_DATA)

    result = inner.runpytest_inprocess("-rs")

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*no real data here*"])


def test_real_data_is_taken_from_where_candour_data_says(inner, monkeypatch, tmp_path):
    monkeypatch.setenv("CANDOUR_DATA", str(tmp_path))
    inner.makepyfile(A_TEST_ON_REAL_DATA)

    result = inner.runpytest_inprocess()

    result.assert_outcomes(passed=1)


def test_a_candour_data_that_is_not_there_is_a_failure_and_no_skip(inner, monkeypatch, tmp_path):
    monkeypatch.setenv("CANDOUR_DATA", str(tmp_path / "nowhere"))
    inner.makepyfile(A_TEST_ON_REAL_DATA)

    result = inner.runpytest_inprocess()

    result.assert_outcomes(errors=1)
