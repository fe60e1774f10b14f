"""Writes the reference page of the command line, and the layout of the workbook to fill in.

python -m candour.cli.derive            write docs/command-line.md and sources/by-hand/mapping.yaml
python -m candour.cli.derive --check    change nothing; end with 1 if the page is stale
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from candour.cli import registry
from candour.cli.main import parser_of

ROOT = Path(__file__).resolve().parents[3]
PAGE = Path("docs") / "command-line.md"

_OPENING = """\
# The command line

<!-- Made by `python -m candour.cli.derive` from the parsers; change those instead. -->

`./run candour COMMAND` from a checkout, `candour COMMAND` where it is installed, and
`python -m candour COMMAND` are the same.

**Common to all.** `--format human|json|csv`: tables for people (the default), one JSON document on
standard output and nothing else, or a CSV in which lists are joined by `|` and no cell is a live
formula. `--out PATH` writes to a file instead of printing; the file appears whole or not at all,
others cannot read it, and an ending of `.json` or `.csv` chooses the format where none is given.
Progress, warnings and remedies go to standard error. Dates are written YYYY-MM-DD.

Figures on the console are true and not for publication.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | something that you can mend, said with the remedy |
| 2 | wrong usage |
| 3 | a fault of ours, with a reference |
| 130 | stopped with Ctrl-C |

To keep the details of a fault of ours, set `CANDOUR_DEBUG_DIR` to a folder and try again: they hold
places in the code and no value of the data.
"""


def page() -> str:
    """The whole page: every command under its heading, ending in one line feed."""
    blocks = [_OPENING]
    for heading in dict.fromkeys(command.heading for command in registry.COMMANDS):
        blocks.append(f"## {heading}\n")
        blocks += [_section(c) for c in registry.COMMANDS if c.heading == heading]
    return "\n".join(blocks)


def _section(command: registry.Command) -> str:
    configure, _ = command.load()
    parser = parser_of(command, configure)
    actions = [a for group in parser._action_groups for a in group._group_actions]
    own = [a for a in actions if a.dest not in ("help", "format", "common_out")]
    lines = [f"### candour {command.name}", "", str(parser.description), ""]
    lines += ["```text", usage(command, own), "```", ""]
    if own:
        lines += ["| | |", "| --- | --- |"]
        lines += [f"| `{_spelled(a)}` | {_cell(_said(a))} |" for a in own]
        lines.append("")
    if parser.epilog:
        lines += [parser.epilog.strip(), ""]
    return "\n".join(lines)


def usage(command: registry.Command, own: Sequence[argparse.Action]) -> str:
    """The command with its words, optional ones in brackets: the same on every Python."""
    words = [_spelled(a) if a.required or not a.option_strings else f"[{_spelled(a)}]" for a in own]
    last = "" if command.own_out else " [--out PATH]"
    return " ".join([f"candour {command.name}", *words, f"[--format human|json|csv]{last}"])


def _spelled(action: argparse.Action) -> str:
    name = str(action.metavar or action.dest.upper())
    if action.choices and action.metavar is None:
        name = "|".join(str(choice) for choice in action.choices)
    if not action.option_strings:
        return {"?": f"[{name}]", "*": f"[{name}...]", "+": f"{name}..."}.get(
            str(action.nargs), name
        )
    option = max(action.option_strings, key=len)
    if action.nargs == 0:
        return option
    return f"{option} {name}" + ("..." if action.nargs in ("+", "*") else "")


def _said(action: argparse.Action) -> str:
    """An argument's help, with its default filled in where the help names it."""
    return " ".join(str((action.help or "") % {"default": action.default}).split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Write the files, or with `--check` say which are stale; 0 if all is well."""
    parser = argparse.ArgumentParser(
        prog="python -m candour.cli.derive",
        description="The page of the command line, and the layout of the workbook to fill in.",
    )
    parser.add_argument("--check", action="store_true", help="change nothing, say what is stale")
    options = parser.parse_args(arguments)
    stale = [path for path, make in derived().items() if not _is(root / path, make())]
    if options.check:
        for path in stale:
            sys.stderr.write(f"{path.as_posix()} is stale: run python -m candour.cli.derive\n")
        return 1 if stale else 0
    for path, make in derived().items():
        (root / path).write_text(make(), encoding="utf-8", newline="\n")
        sys.stdout.write(f"wrote {path.as_posix()}\n")
    return 0


def derived() -> dict[Path, Callable[[], str]]:
    """Where each derived file lies in the checkout, and what writes it."""
    from candour.sources import by_hand

    return {PAGE: page, by_hand.MAPPING.relative_to(ROOT): by_hand.mapping}


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    raise SystemExit(main())
