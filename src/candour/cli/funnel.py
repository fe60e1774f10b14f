"""`candour funnel TABLE.csv`: units side by side, each against what chance allows."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.cli.chart import number
from candour.cli.output import Answer, Section, say
from candour.errors import UsageError

if TYPE_CHECKING:
    from candour.measures.funnel import Funnel


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("file", metavar="TABLE.csv", type=Path, help="a CSV, workbook or Parquet")
    parser.add_argument("--unit", required=True, metavar="COL", help="the column of the units")
    parser.add_argument(
        "--numerator", required=True, metavar="COL", help="sr: observed; else a count"
    )
    parser.add_argument(
        "--denominator", required=True, metavar="COL", help="sr: expected; else a count"
    )
    parser.add_argument(
        "--kind",
        required=True,
        choices=("sr", "pr", "rc"),
        help="standardised ratio, proportion, or ratio of counts",
    )
    parser.add_argument(
        "--limits", choices=("95", "99.8"), default="99.8", help="per cent (default: %(default)s)"
    )
    parser.add_argument(
        "--adjust",
        choices=("none", "additive"),
        default="additive",
        help="widen limits by the spread between units (default: %(default)s)",
    )
    ends = parser.add_mutually_exclusive_group()
    ends.add_argument(
        "--winsorise", metavar="SHARE", type=number, help="pull in this share at each end (CQC)"
    )
    ends.add_argument(
        "--trim", metavar="SHARE", type=number, help="leave out this share at each end (SHMI)"
    )
    parser.add_argument(
        "--multiplier", metavar="M", type=number, default=1.0, help="values are shown times M"
    )
    parser.add_argument("--title", metavar="TEXT", help="the title of the picture")
    parser.add_argument("--svg", metavar="FILE", type=Path, help="write the picture")
    parser.add_argument(
        "--page", metavar="FILE", type=Path, help="write a page: picture, sentence and table"
    )


def execute(args: argparse.Namespace) -> Answer:
    """The funnel as figures, and as a picture where one is asked for."""
    from candour.measures.funnel import OUTLIER, funnel
    from candour.measures.series import read_values
    from candour.pipeline.receive import read_text_table

    for name, share in (("--winsorise", args.winsorise), ("--trim", args.trim)):
        if share is not None and not 0 < share < 0.5:
            raise UsageError(f"{name} takes a share above 0 and under 0.5.", "Such as 0.1.")
    table = read_text_table(args.file, known=(args.unit, args.numerator, args.denominator))
    for found in table.findings:
        say(f"{f'row {found.row}: ' if found.row is not None else ''}{found.message}")
    columns = [
        [text or "" for _, text in table.column(name)]
        for name in (args.unit, args.numerator, args.denominator)
    ]
    top, said = read_values(columns[1], args.numerator)
    below, more = read_values(columns[2], args.denominator)
    made = funnel(
        columns[0],
        top,
        below,
        args.kind,
        limits=args.limits,
        adjust=args.adjust,
        winsorise=args.winsorise,
        trim=args.trim,
        multiplier=args.multiplier,
        notes=(*said, *more),
    )
    title = args.title or args.file.stem.replace("_", " ")
    if args.svg or args.page:
        _draw(made, title, args)
    data = _data(made)
    return Answer(
        data,
        title=title,
        rows=data["units"],
        columns=(
            "unit",
            "numerator",
            "denominator",
            "value",
            "lower",
            "upper",
            "outlier",
            "side",
            "too_small",
        ),
        lines=_lines(made),
        sections=[
            Section(
                "Differ more than expected",
                [_for_people(each) for each in data["units"] if each["outlier"]],
                if_empty="None.",
            ),
            Section(
                "All units, in the order of the file", [_for_people(each) for each in data["units"]]
            ),
        ],
        notes=[*([OUTLIER] if made.outliers else []), *made.warnings],
        not_for_publication=True,
    )


def _draw(made: Funnel, title: str, args: argparse.Namespace) -> None:
    from candour.publish.svg import funnel_figure
    from candour.tables.folders import write_whole

    if not made.drawn:
        say("No picture: fewer than 20 units make no funnel.")
        return
    figure = funnel_figure(made, title, args.numerator, args.denominator)
    for path, text in ((args.svg, figure.svg), (args.page, figure.page() if args.page else "")):
        if path:
            write_whole(path, text)
            say(f"Written: {path}")


def _lines(made: Funnel) -> list[str]:
    spread = (
        f"phi {made.phi:.4g}, tau² {made.tau2:.4g}"
        if made.adjusted
        else "limits not widened by the spread between units"
    )
    return [
        f"{len(made.units)} units about {made.centre:.4g}; limits {made.limits} %; {spread}.",
    ]


def _data(made: Funnel) -> dict[str, Any]:
    return {
        "kind": made.kind,
        "limits": made.limits,
        "centre": made.centre,
        "phi": made.phi,
        "tau2": made.tau2,
        "units": [
            {
                "unit": each.unit,
                "numerator": each.numerator,
                "denominator": each.denominator,
                "value": each.value,
                "lower": each.lower,
                "upper": each.upper,
                "outlier": each.outlier is not None,
                "side": each.outlier,
                "too_small": each.too_small,
            }
            for each in made.units
        ],
        "outliers": [each.unit for each in made.outliers],
        "warnings": list(made.warnings),
        "disclosure": "none",
    }


def _for_people(row: dict[str, Any]) -> dict[str, Any]:
    shown = {
        name: f"{value:,.4g}" if isinstance(value, float) else value for name, value in row.items()
    }
    shown |= {"outlier": row["side"] or "", "too_small": "too small" if row["too_small"] else ""}
    return {name: value for name, value in shown.items() if name != "side"}
