"""`candour withdraw HASH --reason TEXT --by NAME --store DIR`: a file that must go leaves."""

from __future__ import annotations

import argparse
from pathlib import Path

from candour.cli.output import Answer


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "hash",
        metavar="HASH",
        help="the submission's hash, or its beginning (manifest.json has it)",
    )
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why it must not be here")
    parser.add_argument("--by", required=True, metavar="NAME", help="who takes it out")
    parser.add_argument(
        "--hold",
        action="store_true",
        help="place a hold instead (of an inquiry, a coroner or a court): nothing can be taken out",
    )
    parser.add_argument(
        "--store", required=True, type=Path, metavar="DIR", help="the store of received bytes"
    )


def execute(args: argparse.Namespace) -> Answer:
    """Take the bytes out, leave a tombstone, and mark the runs beside the store that used them."""
    from candour.pipeline.receive import hold
    from candour.pipeline.withdrawal import withdraw_everywhere

    if args.hold:
        placed = hold(args.store, args.hash, args.reason, args.by)
        return Answer(
            placed,
            title="On hold",
            lines=[f"Placed by {placed['by']} on {placed['on']}: {placed['reason']}"],
            sections=[],
        )

    done = withdraw_everywhere(args.store, args.hash, reason=args.reason, by=args.by)
    return Answer(
        done,
        title="Withdrawn",
        lines=[
            f"Submission {done['hash'][:12]}… has left the store; a tombstone says why.",
            "Later runs leave the file out, wherever its bytes turn up.",
        ],
        sections=[],
        rows=[{"run": name} for name in done["runs_marked"]],
        columns=("run",),
        notes=[
            *(f"Marked, and not to be published: {name}" for name in done["runs_marked"]),
            "Runs that lie elsewhere, and copies that were sent on, are not reached: see to them.",
        ],
    )
