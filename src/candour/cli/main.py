"""The frame in which every command stands: choose, parse, execute, deliver, and fail kindly.

A command is a file in this folder with two functions and one line in `registry.COMMANDS`:

    def configure(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("run", metavar="RUN", type=Path, help="a run folder")
        parser.add_argument("--from", dest="since", type=iso_date, metavar="DATE")

    def execute(args: argparse.Namespace) -> Answer:
        from candour.pipeline import deaths          # heavy imports belong in here
        rows = deaths.under(args.run, ...)
        return Answer(true_figures(rows), title="Deaths", columns=("death_id", "outcome"),
                      not_for_publication=True)

The frame adds `--format human|json|csv` and `--out PATH` (a command whose `--out` is a folder
that it builds says `own_out=True` in the registry and adds its own `--out`). It imports the module
only when the command is chosen; `Answer` is in `output`, the types for options (`iso_date`,
`positive`) in `arguments`. `execute` may also give a bare exit code, where all is printed already.

What a command raises becomes an exit code: `UserError` 1, "what is wrong. what to do.";
`UsageError` 2; a file that the user named and that cannot be opened 1; anything else 3, with a
reference and no value. Ctrl-C is 130; a reader that went away (`candour deaths RUN | head`) is 0.
Results go to standard output, everything else through `output.say` to standard error; a long
command tells how far it is with `progress.stages`.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from candour.cli import registry
from candour.errors import CandourError, UsageError

if TYPE_CHECKING:
    import argparse

    from candour.cli.arguments import Parser

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words say and give the exit code: 0 done, 1 the user can mend it, 2 usage, 3 us.

    ``argv`` is without the programme's name; none means the process's own.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = dispatch(words)
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go_of_stdout()
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except CandourError as fault:
        if fault.exit_code < 3:
            return _say_fault(fault)
        return _our_fault(fault)
    except Exception as fault:  # noqa: BLE001 - the last door: no traceback reaches a terminal
        return _file_fault(fault, words) if isinstance(fault, OSError) else _our_fault(fault)
    return code


def dispatch(words: Sequence[str]) -> int:
    """Choose the command, parse its words, execute it, deliver its answer; give its exit code."""
    if not words:
        sys.stderr.write(overview())
        return UsageError.exit_code
    if words[0] in ("--help", "-h", "help"):
        sys.stdout.write(overview())
        return 0
    if words[0] in ("--version", "-V"):
        from candour import __version__

        sys.stdout.write(f"candour {__version__}\n")
        return 0
    command = registry.find(words)
    if command is None:
        return _group_help(words)
    return _perform(command, words[len(command.words) :])


def _perform(command: registry.Command, words: Sequence[str]) -> int:
    configure, execute = command.load()
    parser = parser_of(command, configure)
    try:
        args = parser.parse_args(words)
    except SystemExit as end:  # argparse ends the process after it has printed a help page
        return int(end.code or 0)
    answer = execute(args)
    if isinstance(answer, int):
        return answer
    from candour.cli import output

    output.deliver(answer, args.format, getattr(args, "common_out", None))
    return answer.exit_code


def parser_of(
    command: registry.Command, configure: Callable[[argparse.ArgumentParser], None]
) -> Parser:
    """The parser of one command: what all share, and what ``configure`` adds."""
    from candour.cli.arguments import Parser, add_common

    text = f"{command.help[:1].upper()}{command.help[1:]}."
    parser = Parser(prog=f"candour {command.name}", description=text)
    others = registry.group(command.name)
    if others:
        parser.epilog = "See also: " + ", ".join(f"candour {other.name}" for other in others)
    configure(parser)
    add_common(parser, own_out=command.own_out)
    return parser


def overview() -> str:
    """What `candour --help` prints: every command under its heading."""
    from candour import __version__

    width = max(len(command.name) for command in registry.COMMANDS) + 2
    lines = [
        f"candour {__version__}: learning from deaths in mental health services",
        "",
        "usage: candour COMMAND ...        candour COMMAND --help explains each",
    ]
    heading = ""
    for command in sorted(registry.COMMANDS, key=lambda c: _HEADINGS.index(c.heading)):
        if command.heading != heading:
            heading = command.heading
            lines += ["", f"{heading}:"]
        lines.append(f"  {command.name:<{width}}{command.help}")
    lines += [
        "",
        "Every command takes --format human|json|csv and --out PATH.",
        "Exit codes: 0 done, 1 something you can mend, 2 wrong usage, 3 our fault.",
    ]
    return "\n".join(lines) + "\n"


_HEADINGS = list(dict.fromkeys(command.heading for command in registry.COMMANDS))


def _group_help(words: Sequence[str]) -> int:
    """Answer a name that is no command: list its group, or refuse with the nearest names."""
    members = registry.group(words[0])
    listing = "".join(f"  candour {c.name:<22}{c.help}\n" for c in members)
    if members and words[1:] and words[1] in ("--help", "-h"):
        sys.stdout.write(f"Commands of candour {words[0]}:\n{listing}")
        return 0
    if members:
        sys.stderr.write(f"candour {words[0]} needs one of its commands:\n{listing}")
        return UsageError.exit_code
    if words[0].startswith("-"):
        raise UsageError("Options come after the command.", "See: candour --help")
    from candour.cli.arguments import near

    likely = near(words[0], sorted({name for c in registry.COMMANDS for name in c.words[:1]}))
    hint = f"Did you mean {likely}? " if likely else ""
    # The word is not repeated: a file or a name may have been typed where a command belongs.
    raise UsageError("That is no command of candour.", f"{hint}See: candour --help")


def _say_fault(fault: CandourError) -> int:
    sys.stderr.write(f"{fault}\n")
    return fault.exit_code


def _our_fault(fault: BaseException) -> int:
    from candour.cli import faults

    sys.stderr.write(faults.report(fault))
    return 3


def _file_fault(fault: OSError, words: Sequence[str]) -> int:
    from candour.cli import faults

    mended = faults.as_user_error(fault, words)
    return _say_fault(mended) if mended else _our_fault(fault)


def _let_go_of_stdout() -> None:
    """Point standard output nowhere, so that the interpreter's last flush raises nothing."""
    import os

    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
