"""`candour synthesise`: an invented nation, its extracts in every shipped layout, and its truth."""

from __future__ import annotations

import argparse
from pathlib import Path

from candour.cli.arguments import positive
from candour.cli.output import Answer
from candour.errors import UserError

EPILOG = """\
Everything in it is invented: providers with codes that no real organisation has, people with NHS
numbers from the range kept for tests. The same people and seed give the same nation, and person 17
is the same whatever the number of people.

The nation has 55 providers, eight of them independent sites, and extracts in every layout. Its
register holds nine deaths of people whom no provider met for each of somebody in contact. The
folder truth/ says what happened, which difficulties were planted and how many of each.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.epilog = EPILOG
    parser.add_argument(
        "--people", type=positive, required=True, metavar="N", help="how many people"
    )
    parser.add_argument(
        "--seed", type=positive, required=True, metavar="S", help="a whole number from 1"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to make")
    parser.add_argument(
        "--small",
        action="store_true",
        help="six providers, three layouts and no strangers: for a first look, as in the demo",
    )


def execute(args: argparse.Namespace) -> Answer:
    """Make the nation in a folder that appears whole or not at all, and say what lies in it."""
    from candour.synthetic import synthesise, whole_nation

    if not args.out.absolute().parent.is_dir():
        raise UserError(
            f"The folder {args.out.absolute().parent} is not there.",
            "Make it first, or choose another path for --out.",
        )
    synthesise(args.people, args.seed, args.out, None if args.small else whole_nation())
    files = sorted(path for path in args.out.rglob("*") if path.is_file())
    rows = [
        {"file": path.relative_to(args.out).as_posix(), "bytes": path.stat().st_size}
        for path in files
    ]
    return Answer(
        {
            "out": str(args.out),
            "people": args.people,
            "seed": args.seed,
            "invented": True,
            "files": rows,
        },
        title=f"Invented data: {args.people} people in {args.out}",
        rows=rows,
        columns=("file", "bytes"),
        notes=("Invented data: nobody in it has lived.",),
    )
