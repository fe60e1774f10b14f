"""An answer as a page for people: tables that stay readable when they are wide."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from candour.cli import cells
from candour.cli.output import NOT_FOR_PUBLICATION, Answer, Row, Section, column_names

if TYPE_CHECKING:
    from rich.console import Console

# A column of prose is folded down to this many characters, not below; then rows become records.
_NARROWEST = 18
_GAP = "  "
_WIDTH_WITHOUT_TERMINAL = 120


def page(answer: Answer, terminal: TextIO | None = None) -> str:
    """The whole answer as text. With a terminal: its width and its bold; without: plain text."""
    held = io.StringIO()
    console = _console(terminal, held)
    if answer.title:
        console.print(_text(answer.title, "bold"))
    for line in answer.lines:
        console.print(_text(line))
    sections = _sections(answer)
    if answer.lines and sections and not sections[0].title:
        console.print()
    for section in sections:
        _print_section(console, section, answer.labels or {})
    if answer.notes:
        console.print()
    for note in answer.notes:
        console.print(_text(note))
    if answer.not_for_publication:
        console.print(_text(NOT_FOR_PUBLICATION, "bold"))
    return "".join(f"{line.rstrip()}\n" for line in held.getvalue().splitlines())


def _console(terminal: TextIO | None, held: io.StringIO) -> Console:
    from rich.console import Console

    width = int(os.environ.get("COLUMNS", "0") or 0) or (
        shutil.get_terminal_size((_WIDTH_WITHOUT_TERMINAL, 24)).columns
        if terminal
        else _WIDTH_WITHOUT_TERMINAL
    )
    return Console(
        file=held,
        width=max(width, 40),
        force_terminal=bool(terminal) and "NO_COLOR" not in os.environ,
        no_color=terminal is None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


def _text(words: str, style: str = "") -> Any:
    from rich.text import Text

    return Text(cells.printable(words), style=style)


def _sections(answer: Answer) -> list[Section]:
    """The tables of an answer: those that it names, else what its data hold."""
    if answer.sections is not None:
        return list(answer.sections)
    if answer.rows is not None or not isinstance(answer.data, Mapping):
        return [Section("", answer.table(), answer.columns, answer.if_empty)]
    facts = {name: held for name, held in answer.data.items() if not _is_table(held)}
    tables = [
        Section(name.replace("_", " "), held)
        for name, held in answer.data.items()
        if _is_table(held)
    ]
    lines = [{"": name.replace("_", " "), " ": held} for name, held in facts.items()]
    return [*([Section("", lines)] if lines else []), *tables]


def _is_table(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) > 0
        and all(isinstance(one, Mapping) and set(one) != {"source", "id"} for one in value)
    )


def _print_section(console: Console, section: Section, labels: Mapping[str, str]) -> None:
    if section.title:
        console.print()
        console.print(_text(section.title, "bold"))
    if not section.rows:
        console.print(_text(section.if_empty))
        return
    names = list(section.columns) if section.columns is not None else column_names(section.rows)
    headings = [labels.get(name, name.replace("_", " ")) for name in names]
    body = [[cells.for_people(row.get(name)) for name in names] for row in section.rows]
    widths = [max(len(line[at]) for line in [headings, *body]) for at in range(len(names))]
    least = [_least(width, [line[at] for line in body]) for at, width in enumerate(widths)]
    gaps = len(_GAP) * (len(names) - 1)
    numeric = _numeric(section.rows, names)
    if sum(widths) + gaps <= console.width:
        _print_lines(console, headings, body, numeric, widths)
    elif sum(least) + gaps <= console.width:
        _print_folded(console, headings, body, numeric, _allotted(widths, least, console.width))
    else:
        _print_records(console, headings, body)


def _least(width: int, values: Sequence[str]) -> int:
    """The least width of a column: its longest word, where it holds prose that may be folded."""
    if width <= _NARROWEST or not any(" " in value for value in values):
        return width
    longest_word = max((len(word) for value in values for word in value.split()), default=0)
    return max(_NARROWEST, longest_word)


def _allotted(widths: Sequence[int], least: Sequence[int], page_width: int) -> list[int]:
    """The width of each column on a page: its least, and an even share of the rest up to its own.

    Columns are given fixed widths: left to find them itself, a table may come out wider than the
    page, and then the last letter of each line is cut off.
    """
    given = list(least)
    spare = page_width - sum(least) - len(_GAP) * (len(least) - 1)
    waiting = sorted(range(len(least)), key=lambda at: widths[at] - least[at])
    for left, at in zip(range(len(waiting), 0, -1), waiting, strict=True):
        more = max(0, min(widths[at] - least[at], spare // left))
        given[at] += more
        spare -= more
    return given


def _numeric(rows: Sequence[Row], names: Sequence[str]) -> list[bool]:
    """Which columns hold numbers alone, so that they stand to the right."""
    return [
        all(
            isinstance(row.get(name), int | float) and not isinstance(row.get(name), bool)
            for row in rows
        )
        for name in names
    ]


def _print_lines(
    console: Console,
    headings: Sequence[str],
    body: Sequence[Sequence[str]],
    numeric: Sequence[bool],
    widths: Sequence[int],
) -> None:
    """A table that fits as it is: one line a row. Written by hand, for there may be many rows."""

    def line(values: Sequence[str]) -> str:
        return _GAP.join(
            value.rjust(width) if right else value.ljust(width)
            for value, width, right in zip(values, widths, numeric, strict=True)
        )

    if any(heading.strip() for heading in headings):
        console.print(_text(line(headings), "bold"), soft_wrap=True)
    # One print for all: a console measures whatever it is given, and that takes its time.
    console.print("\n".join(line(values) for values in body), soft_wrap=True)


def _print_folded(
    console: Console,
    headings: Sequence[str],
    body: Sequence[Sequence[str]],
    numeric: Sequence[bool],
    widths: Sequence[int],
) -> None:
    """A table whose prose is folded within columns of these widths."""
    from rich.table import Table

    table = Table(
        box=None,
        pad_edge=False,
        padding=(0, len(_GAP), 0, 0),
        show_header=any(heading.strip() for heading in headings),
        header_style="bold",
    )
    for at, heading in enumerate(headings):
        table.add_column(
            _text(heading),
            justify="right" if numeric[at] else "left",
            overflow="fold",
            width=widths[at],
        )
    for line in body:
        table.add_row(*(_text(value) for value in line))
    console.print(table)


def _print_records(
    console: Console, headings: Sequence[str], body: Sequence[Sequence[str]]
) -> None:
    """Each row as a block of "heading  value" lines: what a table too wide for the page becomes."""
    width = max(len(heading) for heading in headings)
    rest = max(console.width - width - len(_GAP), 1)
    for at, line in enumerate(body):
        if at:
            console.print()
        pairs = list(zip(headings, line, strict=True))
        _print_folded(console, ("", ""), pairs, (False, False), (width, rest))
