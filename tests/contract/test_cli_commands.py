"""Every command has a module, its two functions, help, and its place on the reference page."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from candour.cli import derive, registry
from candour.cli.main import main, parser_of

COMMANDS = pytest.mark.parametrize("command", registry.COMMANDS, ids=lambda command: command.name)
HEAVY = ("ibis", "duckdb", "polars", "pyarrow", "linkml_runtime", "rich", "pydantic", "yaml")


def _python(checkout: Path, code: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )


@COMMANDS
def test_every_command_can_be_configured_and_executed(command: registry.Command) -> None:
    configure, execute = command.load()

    assert list(inspect.signature(configure).parameters) == ["parser"]
    assert list(inspect.signature(execute).parameters) == ["args"]
    assert inspect.getdoc(inspect.getmodule(execute))


@COMMANDS
def test_every_argument_says_what_it_is(command: registry.Command) -> None:
    configure, _ = command.load()

    parser = parser_of(command, configure)

    without = [a.dest for a in parser._actions if not a.help]
    assert without == []


@COMMANDS
def test_every_command_explains_itself(
    command: registry.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command.words, "--help"]) == 0

    page = capsys.readouterr().out
    assert f"usage: candour {command.name}" in page
    assert "--format" in page
    assert "--out" in page


def test_no_two_commands_have_one_name_and_none_hides_another() -> None:
    names = [command.name for command in registry.COMMANDS]

    assert len(set(names)) == len(names)
    for command in registry.COMMANDS:
        assert registry.find(command.words) == command


def test_the_reference_page_is_what_the_parsers_say(checkout: Path) -> None:
    page = (checkout / derive.PAGE).read_text(encoding="utf-8")

    assert page == derive.page(), "run python -m candour.cli.derive"


def test_the_reference_page_names_every_command(checkout: Path) -> None:
    page = (checkout / derive.PAGE).read_text(encoding="utf-8")

    named = re.findall(r"^### candour (.+)$", page, re.MULTILINE)
    assert sorted(named) == sorted(command.name for command in registry.COMMANDS)


def test_help_and_version_import_nothing_heavy_and_no_command(checkout: Path) -> None:
    modules = ", ".join(repr(f"candour.cli.{c.module}") for c in registry.COMMANDS)
    code = (
        "import sys\nfrom candour.cli.main import main\n"
        "main(['--help']); main(['--version']); main(['defintions'])\n"
        f"print('imported:', *[n for n in ({modules}, *{HEAVY!r}) if n in sys.modules])"
    )

    assert _python(checkout, code).stdout.splitlines()[-1] == "imported:"


def test_choosing_a_command_imports_no_engine_before_its_words_are_right(checkout: Path) -> None:
    code = (
        "import sys\nfrom candour.cli.main import main\n"
        "for words in (['doctor'], ['dictionary'], ['codes'], ['layouts'], ['read', 'dates'],\n"
        "              ['synthesise'], ['organisations', 'list'], ['definitions']):\n"
        "    main([*words, '--no-such-option'])\n"
        f"print('imported:', *[name for name in {HEAVY!r} if name in sys.modules])"
    )

    assert _python(checkout, code).stdout.splitlines()[-1] == "imported:"


def test_candour_can_be_run_as_a_module(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "candour", "--version"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(checkout / "src")},
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"candour \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.skipif(os.name != "posix", reason="pipes of this kind are POSIX")
def test_a_reader_that_goes_away_is_no_fault(checkout: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    words = ["organisations", "list", "--on", "2026-04-01", "--format", "csv"]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "candour", *words],
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(checkout / "src")},
            timeout=60,
            check=False,
        )
    finally:
        os.close(write)

    assert (done.returncode, done.stderr) == (0, "")
