"""The words after a command: options that all share, types, and faults in plain words."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from candour.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

FORMATS = ("human", "json", "csv")


class Parser(argparse.ArgumentParser):
    """argparse, with faults raised as `UsageError` in our words and no guessed abbreviations."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("allow_abbrev", False)
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**settings)

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found wrong as a `UsageError` (exit 2)."""
        raise UsageError(in_plain_words(message), f"See: {self.prog} --help")

    def parse_args(  # type: ignore[override]  # one namespace type is all that we use
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """Parse; a word too many or an unknown option is a `UsageError` that names no value."""
        found, left = self.parse_known_args(args, namespace)
        if left:
            self._refuse(left)
        return found

    def _refuse(self, left: Sequence[str]) -> NoReturn:
        unknown = [word.split("=")[0] for word in left if word.startswith("--")]
        if not unknown:
            # A stray word is often half of a name typed without quotes: it is not repeated.
            count = "A word" if len(left) == 1 else f"{len(left)} words"
            raise UsageError(
                f"{count} too many for {self.prog}.",
                f"Put quotes round a value that holds spaces. See: {self.prog} --help",
            )
        likely = near(unknown[0], [o for action in self._actions for o in action.option_strings])
        hint = f"Did you mean {likely}? " if likely else ""
        raise UsageError(
            f"{self.prog} has no option {unknown[0]}.", f"{hint}See: {self.prog} --help"
        )


def near(word: str, names: Sequence[str]) -> str:
    """The names that ``word`` may have been meant for, joined by "or"; empty if none is near."""
    import difflib

    return " or ".join(difflib.get_close_matches(word, names, n=3, cutoff=0.6))


def in_plain_words(message: str) -> str:
    """What argparse says, said as a sentence that names the argument and never its value."""
    if found := re.fullmatch(r"the following arguments are required: (.+)", message):
        return f"Still needed: {found[1]}."
    if found := re.fullmatch(
        r"argument (.+?): invalid choice: .*\(choose from (.*)\)", message, re.DOTALL
    ):
        return f"{found[1]} takes one of: {found[2].replace(chr(39), '')}."
    if found := re.fullmatch(r"argument (.+?): invalid int value: .*", message, re.DOTALL):
        return f"{found[1]} takes a whole number."
    if found := re.fullmatch(r"argument (.+?): invalid (\w+) value: .*", message, re.DOTALL):
        return f"{found[1]} takes a value of another kind ({found[2]})."
    if found := re.fullmatch(r"argument (.+?): expected (?:at least )?one argument", message):
        return f"{found[1]} needs a value."
    if found := re.fullmatch(r"argument (.+?): expected (\d+) arguments", message):
        return f"{found[1]} needs {found[2]} values."
    if found := re.fullmatch(r"argument (.+?): not allowed with argument (.+)", message):
        return f"{found[1]} and {found[2]} cannot be given together."
    if found := re.fullmatch(r"argument (.+?): (.+)", message, re.DOTALL):
        return f"{found[1]} {found[2]}"
    return message[:1].upper() + message[1:].rstrip(".") + "."


def iso_date(text: str) -> date:
    """A date given as an option: YYYY-MM-DD and nothing else (`type=iso_date`)."""
    from datetime import date

    # fromisoformat alone would also take 20260331 and week dates, which read as something else.
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise argparse.ArgumentTypeError("takes a date of the calendar as YYYY-MM-DD.")


def positive(text: str) -> int:
    """A whole number from 1 given as an option (`type=positive`)."""
    if re.fullmatch(r"[0-9]{1,12}", text) and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError("takes a whole number from 1.")


def add_common(parser: argparse.ArgumentParser, *, own_out: bool = False) -> None:
    """Add the options that every command has; ``own_out`` leaves `--out` to the command."""
    common = parser.add_argument_group("common to all commands")
    common.add_argument(
        "--format",
        choices=FORMATS,
        help="human tables (the default), one JSON document, or CSV; "
        "where --out names a .json or .csv file that is the default",
    )
    if not own_out:
        common.add_argument(
            "--out",
            dest="common_out",
            metavar="PATH",
            help="write to this file instead of printing; it appears whole or not at all",
        )
