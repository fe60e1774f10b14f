"""Every command: its name, one line of help and where it lives.

The table is light on purpose: `candour --help` reads it and imports no command. A command of two
words, `organisations show`, is an entry of its own whose functions carry the second word.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import argparse

    from candour.cli.output import Answer


class Command(NamedTuple):
    """One entry of the command line.

    ``name`` is what is typed, one word or two. ``heading`` groups the list that `--help` prints.
    ``module`` is the file under `candour.cli`. ``part`` is the ending of the functions in it:
    empty for `configure` and `execute`, `show` for `configure_show` and `execute_show`.
    ``own_out`` is true where `--out` is the command's own (a folder that it builds).
    """

    name: str
    heading: str
    help: str
    module: str
    part: str = ""
    own_out: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words to be typed."""
        return tuple(self.name.split())

    def load(self) -> tuple[Callable[[argparse.ArgumentParser], None], Execute]:
        """Import the command's module and give its two functions: the only import of it."""
        module = importlib.import_module(f"candour.cli.{self.module}")
        ending = f"_{self.part}" if self.part else ""
        configure: Callable[[argparse.ArgumentParser], None] = getattr(module, f"configure{ending}")
        execute: Execute = getattr(module, f"execute{ending}")
        return configure, execute


Execute = Callable[["argparse.Namespace"], "Answer | int"]

_DEATHS = "The register of deaths"
_LISTS = "Linkage"
_KNOWN = "What the product knows"
_BODIES = "Organisations"
_READ = "Reading"
_OUT = "Publishing"
_HERE = "This installation"

COMMANDS: tuple[Command, ...] = (
    Command(
        "run", _DEATHS, "from a folder of extracts to one record per death", "run", own_out=True
    ),
    Command("deaths", _DEATHS, "every death, and its outcome under one definition", "deaths"),
    Command("count", _DEATHS, "counts under several definitions, side by side", "count"),
    Command(
        "explain", _DEATHS, "one death: who knows of it, what they say, why it counts", "explain"
    ),
    Command(
        "causes", _DEATHS, "how people died, with what is concluded and what is not apart", "causes"
    ),
    Command("completeness", _DEATHS, "how far each field is filled, by list", "completeness"),
    Command("flow", _DEATHS, "what a monthly flow can carry of the deaths, by its rule", "flow"),
    Command("diff", _DEATHS, "what changed between two runs, and why", "diff"),
    Command("validate", _DEATHS, "findings about a file, without a run", "validate"),
    Command(
        "withdraw", _DEATHS, "take a file out that must not be here; a tombstone stays", "withdraw"
    ),
    Command("link", _LISTS, "who stands in two lists, or twice in one", "link", own_out=True),
    Command("definitions", _KNOWN, "the definitions, their sources and their rules", "definitions"),
    Command(
        "dictionary", _KNOWN, "the fields of the data set, and why each is collected", "dictionary"
    ),
    Command(
        "dictionary diff",
        _KNOWN,
        "what differs between two releases of the data set",
        "dictionary_diff",
    ),
    Command("codes", _KNOWN, "the code lists", "codes"),
    Command(
        "codes diff",
        _KNOWN,
        "what differs between two code lists or two files of them",
        "codes",
        "diff",
    ),
    Command(
        "burden", _KNOWN, "what existing forms ask of one death, and what is asked twice", "burden"
    ),
    Command("fhir", _KNOWN, "lists, fields and counts as FHIR R4 resources", "fhir", own_out=True),
    Command("layouts", _KNOWN, "the extract layouts that are recognised", "layouts"),
    Command(
        "layouts new",
        _KNOWN,
        "a first draft of a mapping for a file that no layout knows",
        "layouts",
        "new",
        own_out=True,
    ),
    Command(
        "organisations show",
        _BODIES,
        "one body: names, dates, ICB, region, what it became",
        "organisations",
        "show",
    ),
    Command(
        "organisations list",
        _BODIES,
        "the bodies that were there on a date",
        "organisations",
        "list",
    ),
    Command(
        "organisations diff", _BODIES, "what changed between two ODS files", "organisations", "diff"
    ),
    Command("read dates", _READ, "a column of dates as they were written", "read", "dates"),
    Command(
        "release", _OUT, "counts as open data, after disclosure control", "release", own_out=True
    ),
    Command(
        "disclose",
        _OUT,
        "a table of counts, rounded and hidden so that it can be published",
        "disclose",
    ),
    Command(
        "synthesise", _HERE, "an invented nation whose truth is known", "synthesise", own_out=True
    ),
    Command("demo", _HERE, "the whole road on the invented nation", "demo", own_out=True),
    Command("doctor", _HERE, "what is installed and what is in the way", "doctor"),
)


def find(words: Sequence[str]) -> Command | None:
    """The command whose name begins ``words``, the longest name first; none if there is none."""
    for length in (2, 1):
        for command in COMMANDS:
            if len(command.words) == length and command.words == tuple(words[:length]):
                return command
    return None


def group(word: str) -> tuple[Command, ...]:
    """The commands of two words that begin with ``word``."""
    return tuple(c for c in COMMANDS if len(c.words) == 2 and c.words[0] == word)
