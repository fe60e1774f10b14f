"""`candour chart SERIES.csv`: a series, its limits, its signals, and what must be said with it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.cli.arguments import positive
from candour.cli.output import Answer, Section, say
from candour.errors import UsageError, UserError

if TYPE_CHECKING:
    from candour.measures.chart import Chart
    from candour.measures.series import Series
    from candour.pipeline.receive import TextTable

KINDS = ("auto", "run", "xmr", "c", "u", "p", "pprime", "uprime", "g", "t", "i")
BREAKS = ("definition", "definition_version", "coverage", "break")
"""Columns whose change of value breaks the line."""

AXES = ("x", "period", "date", "day", "week", "month", "quarter", "year")

EPILOG = """\
Without --x the axis is a column called after time (period, date, month, …) or the first one;
without --y the values are in a column called value or y, or the one that follows. A file of one
column, or --events, is a list of dates: one row an event. A column named definition,
definition_version, coverage or break begins a new part where its value changes.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.epilog = EPILOG
    parser.add_argument("file", metavar="SERIES.csv", type=Path, help="a CSV, workbook or Parquet")
    parser.add_argument(
        "--kind", choices=KINDS, default="auto", help="the chart (default: %(default)s, see why)"
    )
    parser.add_argument("--x", metavar="COL", help="the axis: dates or numbers")
    parser.add_argument("--y", metavar="COL", help="the values; with --n the counts")
    parser.add_argument("--n", metavar="COL", help="the denominators: points are ratios")
    parser.add_argument(
        "--events", action="store_true", help="each row is one event, on the date of --x"
    )
    parser.add_argument(
        "--where",
        metavar="COL=VALUE",
        action="append",
        default=[],
        help="only rows with this value, such as unit=RX1; may be given again",
    )
    parser.add_argument(
        "--rebase",
        metavar="X",
        action="append",
        default=[],
        help="a new part begins with the first point on or after X; may be given again",
    )
    parser.add_argument(
        "--reason",
        metavar="TEXT",
        action="append",
        default=[],
        help="why, once for each --rebase and in its order",
    )
    parser.add_argument(
        "--fix-after", metavar="N", type=positive, help="limits from the first N points of a part"
    )
    parser.add_argument("--target", metavar="V", type=number, help="a target; deaths have none")
    parser.add_argument(
        "--improvement",
        choices=("up", "down", "neutral"),
        default="neutral",
        help="which way is better (default: %(default)s)",
    )
    parser.add_argument(
        "--screen",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="leave out very large moving ranges (default: xmr yes, others no)",
    )
    parser.add_argument(
        "--multiplier", metavar="M", type=number, default=1.0, help="ratios are shown times M"
    )
    parser.add_argument("--title", metavar="TEXT", help="the title of the picture")
    parser.add_argument("--svg", metavar="FILE", type=Path, help="write the picture")
    parser.add_argument(
        "--page", metavar="FILE", type=Path, help="write a page: picture, sentence and table"
    )


def number(text: str) -> float:
    """A number given as an option."""
    import math

    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError("takes a number.")
    return value


def execute(args: argparse.Namespace) -> Answer:
    """The chart as figures, and as a picture where one is asked for."""
    from candour.measures.chart import chart
    from candour.measures.words import sentence
    from candour.pipeline.receive import read_text_table

    if args.reason and len(args.reason) != len(args.rebase):
        raise UsageError("--reason is given once for each --rebase.", "Give as many of both.")
    known = [name for name in (args.x, args.y, args.n) if name]
    table = read_text_table(args.file, known=known)
    for found in table.findings:
        say(f"{f'row {found.row}: ' if found.row is not None else ''}{found.message}")
    series = series_of(table, args)
    reasons = args.reason or [""] * len(args.rebase)
    made = chart(
        series,
        args.kind,
        rebase=tuple(zip(args.rebase, reasons, strict=True)),
        fix_after=args.fix_after,
        target=args.target,
        improvement=args.improvement,
        screen=args.screen,
        multiplier=args.multiplier,
    )
    title = args.title or args.file.stem.replace("_", " ")
    if args.svg or args.page:
        _draw(made, title, args)
    data = _data(made)
    return Answer(
        data,
        title=title,
        rows=data["points"],
        columns=("x", "y", "centre", "lower", "upper", "part", "special"),
        lines=[sentence(made), "", made.why, made.school],
        sections=[
            Section("", _verdicts(made)),
            Section("Points", [_for_people(row) for row in data["points"]]),
        ],
        notes=made.warnings,
        not_for_publication=True,
    )


def _draw(made: Chart, title: str, args: argparse.Namespace) -> None:
    from candour.publish.svg import chart_figure
    from candour.tables.folders import write_whole

    figure = chart_figure(made, title)
    for path, text in ((args.svg, figure.svg), (args.page, figure.page() if args.page else "")):
        if path:
            write_whole(path, text)
            say(f"Written: {path}")


def series_of(table: TextTable, args: argparse.Namespace) -> Series:
    """The columns that were asked for, as a series."""
    from candour.measures.series import read_series

    rows = _rows(table, args.where)
    x = args.x or _axis(table)
    y = None if args.events else args.y or _second(table, x, args.n)
    _one_series(table, rows, {x, y, args.n})
    columns = {name: _column(table, name, rows) for name in {x, y, args.n} if name}
    marks = [
        (name, _column(table, name, rows))
        for name in table.columns
        if name.strip().casefold() in BREAKS and name not in columns
    ]
    return read_series(
        columns[x],
        columns[y] if y else None,
        columns[args.n] if args.n else None,
        x_name=x,
        y_name=y or "events",
        n_name=args.n or "n",
        marks=marks,
    )


def _axis(table: TextTable) -> str:
    """The axis where none was named: a column that is called after time, else the first."""
    named = [name for name in table.columns if name.strip().casefold() in AXES]
    return named[0] if named else table.columns[0]


def _second(table: TextTable, x: str, n: str | None) -> str | None:
    """The values where none were named: a column `value` or `y`, else the one after the axis."""
    named = [name for name in table.columns if name.casefold() in ("value", "y")]
    rest = [
        name
        for name in table.columns
        if name not in (x, n) and name.strip().casefold() not in BREAKS
    ]
    return next((name for name in [*named, *rest] if name in rest), None)


def _rows(table: TextTable, where: list[str]) -> list[int]:
    kept = list(range(table.table.num_rows))
    for each in where:
        column, sign, value = each.partition("=")
        if not sign:
            raise UsageError("--where takes COLUMN=VALUE.", "Such as --where unit=RX1.")
        texts = [text or "" for _, text in table.column(column)]
        kept = [row for row in kept if texts[row].strip() == value.strip()]
    if not kept:
        raise UserError("No row is left.", "Check the file and what --where asks for.")
    return kept


def _one_series(table: TextTable, rows: list[int], used: set[str | None]) -> None:
    """A chart is of one unit: a file of many is refused, not run together."""
    for name in table.columns:
        if name.strip().casefold() not in ("unit", "measure") or name in used:
            continue
        held = {text for text in _column(table, name, rows) if text}
        if len(held) > 1:
            raise UserError(
                f"Column {name} names {len(held)} series, and a chart is of one.",
                f"Choose one with --where {name}=VALUE.",
            )


def _column(table: TextTable, name: str, rows: list[int]) -> list[str]:
    texts = [text or "" for _, text in table.column(name)]
    return [texts[row] for row in rows]


def _data(made: Chart) -> dict[str, Any]:
    latest = made.latest._asdict() | {"signal": made.latest.signal} if made.latest else None
    return {
        "kind": made.kind,
        "why": made.why,
        "school": made.school,
        "points": [
            {
                "x": point.when.told,
                "y": point.y,
                "centre": point.centre,
                "lower": point.lower,
                "upper": point.upper,
                "part": point.part,
                "special": point.special,
            }
            for point in made.points
        ],
        "variation": made.variation,
        "assurance": made.assurance,
        "run_signal": made.run_signal,
        "latest_periods": latest,
        "breaks": [
            {"x": made.series.when[each.at].told, "reason": each.reason} for each in made.breaks
        ],
        "warnings": list(made.warnings),
        "disclosure": "none",
    }


def _verdicts(made: Chart) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"": "chart", " ": made.kind},
        {"": "variation of the latest point", " ": made.variation.replace("_", " ")},
        {"": "runs speak against chance", " ": made.run_signal},
    ]
    if made.assurance:
        rows.append({"": "against the target", " ": made.assurance.replace("_", " ")})
    return rows


def _for_people(row: dict[str, Any]) -> dict[str, Any]:
    def short(value: Any) -> Any:
        return f"{value:,.5g}" if isinstance(value, float) else value

    shown = {name: short(value) for name, value in row.items()}
    return shown | {"special": row["special"] or ""}
