"""The frame: choosing a command, exit codes, and what a fault may say."""

from __future__ import annotations

import argparse
import errno
import os
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from candour.cli import faults, main, registry
from candour.cli.arguments import in_plain_words
from candour.cli.output import Answer
from candour.errors import CandourError, UsageError, UserError

Execute = Callable[[argparse.Namespace], "Answer | int"]
Run = Callable[..., int]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `candour try WORDS` where `try` does what the test says."""

    def configure(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("path", nargs="?")
        parser.add_argument("--days", type=int)
        parser.add_argument("--engine", choices=("duckdb", "spark"))

    def perform(execute: Execute, *words: str) -> int:
        module = types.SimpleNamespace(configure=configure, execute=execute)
        monkeypatch.setitem(__import__("sys").modules, "candour.cli.try_out", module)
        command = registry.Command("try", "Trial", "a command for tests", "try_out")
        monkeypatch.setattr(registry, "COMMANDS", (*registry.COMMANDS, command))
        return main.main(["try", *words])

    return perform


def _raise(fault: BaseException) -> Execute:
    def execute(_: argparse.Namespace) -> Answer:
        raise fault

    return execute


def test_an_answer_is_printed_and_ends_with_0(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(lambda args: Answer([{"days": args.days}]), "--days", "3", "--format", "json")

    assert code == 0
    assert capsys.readouterr().out == '[\n  {\n    "days": 3\n  }\n]\n'


def test_what_the_user_can_mend_ends_with_1_and_its_remedy(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(_raise(UserError("The column is missing.", "Name it in --column.")))

    printed = capsys.readouterr()
    assert (code, printed.out) == (1, "")
    assert printed.err == "The column is missing. Name it in --column.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--engine", "postgres"), "--engine takes one of: duckdb, spark."),
        (("--days", "soon"), "--days takes a whole number."),
        (("--days",), "--days needs a value."),
        (("--day", "3"), "has no option --day. Did you mean --days?"),
        (("a", "b"), "A word too many for candour try."),
    ],
)
def test_wrong_words_end_with_2_and_plain_words(
    run: Run, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code = run(lambda _: 0, *words)

    printed = capsys.readouterr()
    assert (code, printed.out) == (2, "")
    assert said in printed.err


def test_a_stray_word_is_not_repeated(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run(lambda _: 0, "file.csv", "Testperson")

    assert "Testperson" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "fault", [ValueError("999 000 0018"), CandourError("damaged"), KeyError(1)]
)
def test_our_fault_ends_with_3_a_reference_and_no_value(
    run: Run, capsys: pytest.CaptureFixture[str], fault: Exception
) -> None:
    code = run(_raise(fault))

    printed = capsys.readouterr()
    assert (code, printed.out) == (3, "")
    assert "Reference: " in printed.err
    assert "Traceback" not in printed.err
    assert "999 000 0018" not in printed.err


def test_two_faults_have_two_references(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run(_raise(ValueError()))
    first = capsys.readouterr().err
    run(_raise(ValueError()))

    assert capsys.readouterr().err != first


def test_details_go_to_the_debug_folder_without_the_words_of_any_fault(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CANDOUR_DEBUG_DIR", str(tmp_path))

    def execute(_: argparse.Namespace) -> Answer:
        try:
            raise KeyError("999 000 0018")
        except KeyError as cause:
            raise ValueError("Testperson, 999 000 0018") from cause

    run(execute)

    (kept,) = tmp_path.iterdir()
    text = kept.read_text(encoding="utf-8")
    assert "builtins.ValueError" in text
    assert "builtins.KeyError" in text
    assert "in execute" in text
    assert kept.stem.removeprefix("candour-") in capsys.readouterr().err
    assert kept.stat().st_mode & 0o077 == 0


def test_the_scrubbed_details_hold_no_value_that_a_fault_carried() -> None:
    value = "".join(("999", "0000018"))
    with pytest.raises(ValueError, match=value) as caught:
        raise ValueError(value)

    assert "ValueError" in faults.scrubbed(caught.value)
    assert value not in faults.scrubbed(caught.value)


def test_a_file_that_the_user_named_and_that_is_not_there_ends_with_1(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "extracts/a.csv")

    assert run(_raise(missing), "extracts") == 1
    assert capsys.readouterr().err == "extracts/a.csv is not there. Check the path.\n"


def test_a_file_of_ours_that_is_not_there_is_our_fault(run: Run) -> None:
    missing = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "/somewhere/schema.yaml")

    assert run(_raise(missing), "extracts") == 3


def test_a_full_disk_is_said_plainly(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_raise(OSError(errno.ENOSPC, "No space left on device"))) == 1
    assert "The disk is full." in capsys.readouterr().err


def test_ctrl_c_ends_with_130_and_without_a_word(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(_raise(KeyboardInterrupt())) == 130
    assert capsys.readouterr() == ("", "")


def test_a_mistyped_command_names_the_nearest_and_not_what_was_typed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main.main(["definitoins"]) == 2

    said = capsys.readouterr().err
    assert "Did you mean definitions?" in said
    assert "definitoins" not in said


def test_half_of_a_command_lists_its_other_halves(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["organisations"]) == 2
    assert "candour organisations show" in capsys.readouterr().err


def test_no_words_at_all_is_wrong_usage_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main([]) == 2
    assert "usage: candour COMMAND" in capsys.readouterr().err


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("candour ")


def test_a_choice_is_said_alike_whatever_the_python(capsys: pytest.CaptureFixture[str]) -> None:
    old = "argument --engine: invalid choice: 'x' (choose from 'duckdb', 'spark')"
    new = "argument --engine: invalid choice: 'x' (choose from duckdb, spark)"

    assert in_plain_words(old) == in_plain_words(new) == "--engine takes one of: duckdb, spark."


def test_a_usage_error_from_a_command_ends_with_2(run: Run) -> None:
    assert run(_raise(UsageError("--to lies before --from.", "Change one."))) == 2
