"""`candour count RUN --definition ID...`: counts under several definitions, side by side."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.cli import asking
from candour.cli.output import Answer, Section, true_figures

if TYPE_CHECKING:
    from candour.definitions import Definition

COLUMNS = (
    "definition",
    "version",
    "settings",
    "by",
    "in",
    "out",
    "cannot_tell",
    "primary",
    "shared",
    "disclosure",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    from candour.cli.words import COUNT_BY

    asking.add_run(parser)
    parser.add_argument(
        "--definition",
        required=True,
        action="extend",
        nargs="+",
        metavar="ID",
        help="one or more, each as ID[@VERSION][:NAME=VALUE,...]",
    )
    parser.add_argument(
        "--by",
        action="extend",
        nargs="+",
        default=[],
        choices=COUNT_BY,
        metavar="GROUP",
        help=f"one or more of {', '.join(COUNT_BY)}",
    )
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting, for each definition that has it",
    )
    parser.add_argument(
        "--organisations",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="further bodies (CSV), such as those of the invented nation",
    )
    asking.add_period(parser)


def execute(args: argparse.Namespace) -> Answer:
    """Counts as typed values."""
    from candour.definitions import heading, settings_text
    from candour.pipeline.answers.counts import counts

    wanted = asking.asked(args.definition, args.settings)
    run = asking.opened(args.run)
    register = None
    if {"icb", "region"} & set(args.by):
        from candour.organisations.register import Register

        register = Register.load(args.organisations)
    rows = counts(run, wanted, args.by, asking.period(args), register)
    shares = "provider" in args.by
    names = {
        (d.id, d.version, settings_text(d, settings)): _name(d, settings) for d, settings in wanted
    }
    notes = [f"{name}: {heading(d)}" for name, (d, _) in zip(names.values(), wanted, strict=True)]
    if shares:
        notes.append("A death that several providers share counts for each, once as primary.")
    if any("last_discharge" in d.needs for d, _ in wanted):
        notes.append(
            f"Before a figure of days after discharge is used: candour forensics {args.run} says "
            "what the dates of discharge are worth."
        )
    if register is not None:
        notes.append(
            "ICB and region are those of the provider's head office: these extracts do not say who "
            "commissioned the person's care."
        )
    return Answer(
        true_figures(rows),
        title="Deaths counted",
        columns=COLUMNS,
        sections=[
            Section(
                "",
                [_short(row, names, args.by, shares) for row in rows],
                if_empty="No death is recorded in the files that were received.",
            )
        ],
        notes=[*notes, *asking.stamp(run)],
        not_for_publication=True,
    )


def _name(definition: Definition, settings: Mapping[str, int | str]) -> str:
    shown = asking.settings_shown(definition, settings)
    return f"{definition.ref}{f' ({shown})' if shown else ''}"


def _short(
    row: dict[str, Any], names: Mapping[tuple[str, str, str], str], by: list[str], shares: bool
) -> dict[str, Any]:
    line: dict[str, Any] = {name: _words(name, row["by"][name]) for name in by}
    if len(names) > 1 or not by:
        line["definition"] = names[row["definition"], row["version"], row["settings"]]
    line |= {
        "in": row["in"]["value"],
        "out": row["out"]["value"],
        "cannot tell": row["cannot_tell"]["value"],
    }
    if shares:
        line |= {"primary": row["primary"]["value"], "shared": row["shared"]["value"]}
    return line


def _words(group: str, value: str) -> str:
    """A code of sex or ethnicity in its list's words; anything else as it is."""
    from candour.dataset import codelist

    lists = {"sex": "sex", "ethnicity": "ethnic_category"}
    code = codelist(lists[group]).get(value) if group in lists else None
    return code.display if code else value
