"""`candour compare RUN ID1 ID2`: why two counts differ, step by step and death by death."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from candour.cli import asking
from candour.cli.output import DISCLOSURE_NONE, Answer, Section

COLUMNS = ("counted", "reason", "change", "death_ids")


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    asking.add_run(parser)
    for place, name in (("first", "ID1"), ("second", "ID2")):
        parser.add_argument(
            place, metavar=name, help="a definition, as ID[@VERSION][:NAME=VALUE,...]"
        )
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting, for each of the two that has it",
    )
    parser.add_argument(
        "--provider", metavar="CODE", help="only deaths in which this provider has a share"
    )
    asking.add_period(parser)


def execute(args: argparse.Namespace) -> Answer:
    """The steps from one count to the other, as a page that can be read aloud."""
    from candour.definitions import heading
    from candour.pipeline.answers.compared import compared

    first, second = asking.asked([args.first, args.second], args.settings)
    run = asking.opened(args.run)
    found = compared(run, first, second, asking.period(args), provider=args.provider)
    names = [found[end]["name"] for end in ("from_definition", "to_definition")]
    unsure = found["cannot_tell"]
    sections = [
        Section(
            f"From {names[0]} to {names[1]}",
            [_short(step) for step in found["steps"]],
            if_empty="Both count the same deaths.",
        )
    ]
    if unsure["steps"]:
        sections.append(
            Section(
                f"Deaths that cannot be told: {unsure['from']} under {names[0]}, {unsure['to']} "
                f"under {names[1]}",
                [_short(step) for step in unsure["steps"]],
            )
        )
    if found["moved_nothing"]:
        sections.append(
            Section(
                "What also differs, and moves no death here",
                [{"what": reason} for reason in found["moved_nothing"]],
            )
        )
    definitions = [f"{n}: {heading(d)}" for n, (d, _) in zip(names, (first, second), strict=True)]
    return Answer(
        {**found, "disclosure": DISCLOSURE_NONE},
        title="Why two counts differ" + (f", for {args.provider}" if args.provider else ""),
        columns=COLUMNS,
        rows=_lines(found),
        lines=_aloud(names, found),
        sections=sections,
        notes=[
            *definitions,
            f"Which deaths: add --format json. One of them: candour explain {args.run} DEATH",
            *asking.stamp(run),
        ],
        not_for_publication=True,
    )


def _aloud(names: Sequence[str], found: Mapping[str, Any]) -> list[str]:
    came = sum(s["change"] for s in found["steps"] if s["change"] > 0)
    went = -sum(s["change"] for s in found["steps"] if s["change"] < 0)
    gap = found["to"] - found["from"]
    difference = "the same number" if not gap else f"{abs(gap)} {'more' if gap > 0 else 'fewer'}"
    return [
        f"{names[0]} counts {_deaths(found['from'])}. {names[1]} counts {_deaths(found['to'])}: "
        f"{difference}.",
        f"{_deaths(came)} that {names[0]} does not count, {_deaths(went)} that only {names[0]} "
        f"counts: {found['from']} + {came} - {went} = {found['to']}.",
    ]


def _deaths(number: int) -> str:
    return f"{number} death" if number == 1 else f"{number} deaths"


def _short(step: Mapping[str, Any]) -> dict[str, Any]:
    change = step["change"]
    return {
        "change": f"{change:+d}" if change else f"0 ({_deaths(len(step['death_ids']))})",
        "why": step["reason"],
    }


def _lines(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The steps as rows of a CSV, those of deaths that cannot be told after the others."""
    return [
        {"counted": counted, **step}
        for counted, steps in (
            ("in", found["steps"]),
            ("cannot-tell", found["cannot_tell"]["steps"]),
        )
        for step in steps
    ]
