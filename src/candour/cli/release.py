"""`candour release RUN [--profile ID] --out DIR`: counts as open data."""

from __future__ import annotations

import argparse
from pathlib import Path

from candour.cli import asking
from candour.cli.output import Answer, Section

DEFAULT = (
    "inpatient",
    "post-discharge:days=7",
    "post-discharge:days=30",
    "post-discharge:days=90",
    "hssib-2025",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    from candour.cli.words import RELEASE_BY

    asking.add_run(parser)
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="the release")
    parser.add_argument(
        "--profile",
        default="public",
        metavar="ID[@VERSION]",
        help="the rule of disclosure control (default: public)",
    )
    parser.add_argument(
        "--definition",
        action="extend",
        nargs="+",
        metavar="ID",
        help=f"one or more, each as ID[@VERSION][:NAME=VALUE,...] (default: {', '.join(DEFAULT)})",
    )
    parser.add_argument(
        "--by",
        action="extend",
        nargs="+",
        choices=RELEASE_BY,
        metavar="GROUP",
        help=f"one or more of {', '.join(RELEASE_BY)}, each by financial year (default: all)",
    )
    parser.add_argument(
        "--register",
        type=Path,
        metavar="FILE",
        help="the register of releases (default: candour-releases.jsonl beside RUN)",
    )
    parser.add_argument(
        "--organisations",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="further bodies (CSV), such as those of the invented nation",
    )


def execute(args: argparse.Namespace) -> Answer:
    """Make the release and say what was hidden."""
    from candour.cli.words import RELEASE_BY
    from candour.measures.disclosure import profile
    from candour.organisations.register import Register
    from candour.publish.release import release
    from candour.publish.released_counts import default_register

    run = asking.opened(args.run)
    made = release(
        run,
        asking.asked(args.definition or list(DEFAULT), []),
        args.by or RELEASE_BY,
        profile(args.profile),
        Register.load(args.organisations),
        args.register or default_register(args.run),
        args.out,
    )
    rows = [{"file": name, "sha256": digest} for name, digest in made["files"].items()]
    told = made["figures"] - made["suppressed"]
    return Answer(
        made,
        title=f"Released into {args.out}",
        lines=[
            f"{made['figures']} figures under {made['profile']}: {told} printed, rounded, and "
            f"{made['suppressed']} hidden.",
            *(
                [f"{made['restated']} figures of earlier releases are restated."]
                if made["restated"]
                else []
            ),
        ],
        rows=rows,
        columns=("file", "sha256"),
        sections=[Section("Files", rows, ("file",))],
        notes=[
            "It is entered in the register of releases, and later ones will allow for it.",
            *asking.stamp(run),
        ],
    )
