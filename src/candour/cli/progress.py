"""How far a long command has come, on standard error: a moving line on a terminal, else one line
for each stage."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from candour.cli.output import say

Step = Callable[[str], None]


@contextmanager
def stages() -> Iterator[Step]:
    """Give a function to call with each stage's words as it begins.

    with stages() as begin:
        begin("receiving 12 files")
        ...
        begin("standardising")
    """
    if not sys.stderr.isatty():
        yield say
        return
    from rich.console import Console
    from rich.text import Text

    from candour.cli.cells import printable

    with Console(stderr=True).status("") as line:
        yield lambda words: line.update(Text(printable(words)))
