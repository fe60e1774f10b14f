"""An answer, and the three ways in which it leaves: for people, as JSON, as CSV.

Standard output carries the answer and nothing else; `say` speaks on standard error.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from candour.cli import cells

Row = Mapping[str, Any]

DISCLOSURE_NONE = "none"
NOT_FOR_PUBLICATION = "True figures, not for publication."


@dataclass(frozen=True)
class Section:
    """One table of a human answer: rows under a heading, ``columns`` in order (none: as they come).

    ``if_empty`` is the sentence that stands where there are no rows.
    """

    title: str
    rows: Sequence[Row]
    columns: Sequence[str] | None = None
    if_empty: str = "None."


@dataclass(frozen=True)
class Answer:
    """What a command found.

    ``data`` is the JSON document, whole: a list of rows or a mapping. ``title``, ``lines`` (prose)
    and ``notes`` (below) are for people. ``columns`` orders the CSV and the human table.
    ``rows`` are the CSV's rows where ``data`` is a mapping; ``sections`` are the human tables where
    one table of the rows is not what a person needs. ``not_for_publication`` closes the human
    answer with its sentence. ``labels`` gives a column another heading for people. ``exit_code``
    is 0 unless the answer itself is a refusal.
    """

    data: Sequence[Row] | Row
    title: str = ""
    columns: Sequence[str] | None = None
    rows: Sequence[Row] | None = None
    lines: Sequence[str] = ()
    notes: Sequence[str] = ()
    sections: Sequence[Section] | None = None
    labels: Mapping[str, str] | None = None
    if_empty: str = "None."
    not_for_publication: bool = False
    exit_code: int = 0

    def table(self) -> Sequence[Row]:
        """The rows of the CSV."""
        if self.rows is not None:
            return self.rows
        return [self.data] if isinstance(self.data, Mapping) else self.data


def true_figures(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The rows, each marked `disclosure: none`: true, and seen by no disclosure control."""
    return [{**row, "disclosure": DISCLOSURE_NONE} for row in rows]


def say(text: str) -> None:
    """One line about progress, or a warning, on standard error."""
    sys.stderr.write(f"{cells.printable(text)}\n")


def deliver(answer: Answer, format: str | None, out: str | None) -> None:  # noqa: A002
    """Print the answer, or write it whole to ``out``.

    ``format`` is human, json or csv; none means what the ending of ``out`` says, else human.
    """
    kind = format or _kind_of(out)
    if out is None:
        _speak_plainly(kind)
        terminal = sys.stdout if sys.stdout.isatty() else None
        sys.stdout.writelines(rendered(answer, kind, terminal))
        return
    from candour.tables.folders import write_whole

    write_whole(Path(out), (piece.encode() for piece in rendered(answer, kind)))
    say(f"Written: {out}")


def render(answer: Answer, kind: str, terminal: Any = None) -> str:
    """The answer as text of one kind; ``terminal`` is the terminal it will be shown on, if one."""
    return "".join(rendered(answer, kind, terminal))


def rendered(answer: Answer, kind: str, terminal: Any = None) -> Iterator[str]:
    """The same text in pieces: an answer of a million rows is never one text in memory."""
    if kind == "json":
        yield from _as_json(answer.data)
    elif kind == "csv":
        yield from _csv_pieces(answer.table(), answer.columns)
    else:
        from candour.cli import human

        yield human.page(answer, terminal)


def _as_json(data: Sequence[Row] | Row) -> Iterator[str]:
    if isinstance(data, Mapping) or not data:
        yield json.dumps(cells.plain(data), ensure_ascii=False, indent=2) + "\n"
        return
    for start in range(0, len(data), _PIECE):
        part = cells.plain(list(data[start : start + _PIECE]))
        # A list without its first and its last bracket: what stands between is its rows.
        rows = json.dumps(part, ensure_ascii=False, indent=2)[1:-2]
        yield ("," if start else "[") + rows
    yield "\n]\n"


def as_csv(rows: Sequence[Row], columns: Sequence[str] | None = None) -> str:
    """The rows as CSV with a header; ``columns`` in order, none: every key as first met."""
    return "".join(_csv_pieces(rows, columns))


def _csv_pieces(rows: Sequence[Row], columns: Sequence[str] | None) -> Iterator[str]:
    names = list(columns) if columns is not None else column_names(rows)
    page = io.StringIO()
    plain = csv.writer(page, lineterminator="\n")
    # With this line end the plain writer leaves a lone carriage return bare, which splits the row.
    quoting = csv.writer(page, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    plain.writerow([cells.for_csv(name) for name in names])
    written = _Written()
    for start in range(0, len(rows), _PIECE):
        lines = [
            [
                value
                if type(value) is int
                else written[value]
                if type(value) is str
                # Lists and the like are written out each time.
                else cells.for_csv(value)
                for value in map(row.get, names)
            ]
            for row in rows[start : start + _PIECE]
        ]
        if not written.returns:
            plain.writerows(lines)
        else:
            for line in lines:
                (plain if written.returns.isdisjoint(line) else quoting).writerow(line)
        yield page.getvalue()
        page.seek(0)
        page.truncate()
    yield page.getvalue()


_PIECE = 10_000
"""Rows that are written at once."""


class _Written(dict[str, Any]):
    """Texts as cells of a CSV. The same sentences stand on thousands of rows: each is looked at
    once. ``returns`` are those that hold a carriage return."""

    def __init__(self) -> None:
        super().__init__()
        self.returns: set[Any] = set()

    def __missing__(self, text: str) -> Any:
        made = self[text] = cells.for_csv(text)
        if "\r" in str(made):
            self.returns.add(made)
        return made


def column_names(rows: Sequence[Row]) -> list[str]:
    """Every key of the rows, in order of first use."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _kind_of(out: str | None) -> str:
    ending = Path(out).suffix.lower() if out else ""
    return {".json": "json", ".csv": "csv"}.get(ending, "human")


def _speak_plainly(kind: str) -> None:
    """JSON and CSV are UTF-8 always; for people a sign that a terminal lacks becomes `?`."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        if kind == "human":
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8")
