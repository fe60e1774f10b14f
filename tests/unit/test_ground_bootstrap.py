"""Set-up: ready only when it is, whole after an interruption, one at a time.

What goes over the network (the installers) is replaced; everything else is the real thing. The
whole road, from nothing to a running command, is tests/contract/test_ground_run.py.
"""

from __future__ import annotations

import importlib.util
import json
import threading
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", CHECKOUT / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def place(bootstrap, tmp_path):
    folder = tmp_path / "requirements"
    folder.mkdir()
    for kind in ("installer", "run", "dev"):
        (folder / f"{kind}.txt").write_text(f"# {kind}\n")
    return bootstrap.Place(tmp_path)


@pytest.fixture
def installers(bootstrap, place, monkeypatch):
    """Stand-ins that write down what they were asked, and make the environment's Python."""
    asked: list[str] = []

    def run(command, place, descriptor, remedy):
        word = next((w for w in ("venv", "uv", "pip") if w in command), "")
        asked.append(word)
        if word == "venv":
            place.bin.mkdir(parents=True)
            place.python.write_text("")

    monkeypatch.setattr(bootstrap, "_run", run)
    monkeypatch.setattr(bootstrap, "_works", lambda place: place.python.exists())
    return asked


def test_a_first_set_up_makes_the_environment_and_says_so_last(bootstrap, place, installers):
    bootstrap.ensure(place, "run")

    assert installers == ["venv", "pip", "uv"]
    assert place.is_ready("run")
    assert not place.unfinished.exists()


def test_a_second_set_up_does_nothing(bootstrap, place, installers):
    bootstrap.ensure(place, "run")
    installers.clear()

    bootstrap.ensure(place, "run")

    assert installers == []


def test_whoever_has_dev_has_run_as_well_and_not_the_other_way_round(bootstrap, place, installers):
    bootstrap.ensure(place, "run")
    assert not place.is_ready("dev")

    bootstrap.ensure(place, "dev")

    assert place.is_ready("dev")
    assert place.is_ready("run")


def test_changed_requirements_are_installed_into_the_same_environment(bootstrap, place, installers):
    bootstrap.ensure(place, "run")
    installers.clear()
    place.requirements("run").write_text("# another set\n")

    bootstrap.ensure(place, "run")

    assert "venv" not in installers
    assert "uv" in installers
    assert place.is_ready("run")


def test_a_set_up_that_was_cut_short_begins_again_from_nothing(
    bootstrap, place, installers, monkeypatch
):
    bootstrap.ensure(place, "run")
    half_written = place.venv / "lib" / "half-written"
    half_written.parent.mkdir()
    half_written.write_text("")
    place.stamp.unlink()
    place.unfinished.touch()

    bootstrap.ensure(place, "run")

    assert installers.count("venv") == 2
    assert not half_written.exists()
    assert place.is_ready("run")


def test_a_failing_installer_leaves_no_stamp_and_a_mark(bootstrap, place, installers, monkeypatch):
    def refuse(command, place, descriptor, remedy):
        raise bootstrap.Refused(remedy)

    bootstrap.ensure(place, "run")
    place.requirements("run").write_text("# another set\n")
    monkeypatch.setattr(bootstrap, "_run", refuse)

    with pytest.raises(bootstrap.Refused, match="needs the network"):
        bootstrap.ensure(place, "run")

    assert not place.is_ready("run")
    assert not place.stamp.exists()
    assert place.unfinished.exists()


def test_pip_takes_over_where_uv_cannot_be_had(bootstrap, place, installers, monkeypatch):
    once = bootstrap._run

    def no_uv(command, place, descriptor, remedy):
        if "uv" in command:
            raise bootstrap.Refused(remedy)
        once(command, place, descriptor, remedy)

    monkeypatch.setattr(bootstrap, "_run", no_uv)

    bootstrap.ensure(place, "run")

    assert installers == ["venv", "pip", "pip"]
    assert place.is_ready("run")


@pytest.mark.parametrize("stamp", ["", "[]", "null", '{"run": 3}', '{"python": "/gone"}'])
def test_a_stamp_that_says_something_else_is_not_believed(bootstrap, place, installers, stamp):
    bootstrap.ensure(place, "run")

    place.stamp.write_text(stamp)

    assert not place.is_ready("run")


def test_a_stamp_made_for_another_python_is_not_believed(bootstrap, place, installers):
    bootstrap.ensure(place, "run")
    stamp = json.loads(place.stamp.read_text())

    place.stamp.write_text(json.dumps(stamp | {"python": "/usr/bin/python3.10"}))

    assert not place.is_ready("run")


def test_two_set_ups_at_once_are_one_set_up(bootstrap, place, installers, monkeypatch):
    slow = threading.Event()
    once = bootstrap._run

    def wait_first(command, place, descriptor, remedy):
        slow.wait(timeout=10)
        once(command, place, descriptor, remedy)

    monkeypatch.setattr(bootstrap, "_run", wait_first)
    waiting = threading.Event()
    monkeypatch.setattr(bootstrap, "say", lambda text: "waiting" in text and waiting.set())
    both = [threading.Thread(target=bootstrap.ensure, args=(place, "run")) for _ in range(2)]
    for one in both:
        one.start()

    assert waiting.wait(timeout=10)
    slow.set()
    for one in both:
        one.join(timeout=10)

    assert installers == ["venv", "pip", "uv"]
    assert place.is_ready("run")


def test_other_environments_do_not_leak_in(bootstrap, place, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somebody/else")
    monkeypatch.setenv("PYTHONHOME", "/somebody/else")
    monkeypatch.setenv("VIRTUAL_ENV", "/somebody/else")
    monkeypatch.setenv("PIP_TARGET", "/somebody/else")

    environment = bootstrap.clean_environment(place)

    assert "/somebody/else" not in environment.values()
    assert environment["PYTHONPATH"] == str(place.root / "src")
    assert environment["VIRTUAL_ENV"] == str(place.venv)


def test_every_word_that_is_listed_starts_something(bootstrap):
    started = {
        word: bootstrap.steps(word, ["help"] if word == "bench" else [])
        for word in bootstrap.WORDS
        if word != "help"
    }

    assert all(started.values())


def test_test_all_lifts_the_marks_that_the_default_run_leaves_out(bootstrap):
    (everything,) = bootstrap.steps("test", ["all", "tests/unit"]).values()
    (deep,) = bootstrap.steps("test", ["deep", "tests/deep"]).values()
    (default,) = bootstrap.steps("test", ["tests/unit"]).values()

    assert everything == ["-m", "pytest", "-m", "not deep", "tests/unit"]
    assert deep == ["-m", "pytest", "-m", "deep", "tests/deep"]
    assert default == ["-m", "pytest", "tests/unit"]


def test_demo_and_candour_hand_their_words_on(bootstrap):
    assert bootstrap.steps("demo", ["--once"]) == {"demo": ["-m", "candour", "demo", "--once"]}
    assert bootstrap.steps("candour", ["run", "a b"])["candour"] == ["-m", "candour", "run", "a b"]


def test_an_unknown_word_is_wrong_usage_and_shows_the_words(bootstrap, capsys):
    code = bootstrap.main(["dmeo"])

    assert code == 2
    assert "./run demo" in capsys.readouterr().err


def test_an_unknown_benchmark_is_answered_with_the_known_ones(bootstrap):
    with pytest.raises(bootstrap.Refused, match="help_cost"):
        bootstrap.steps("bench", ["nothing-of-the-kind"])
