"""`candour definitions change ID`: a draft of the next version, its dual run, its publication."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.cli import asking
from candour.cli.output import Answer, Section, say
from candour.errors import UsageError, UserError

if TYPE_CHECKING:
    from candour.definitions import Definition
    from candour.pipeline.answers.changed_definition import DualRun

_COLUMNS = ("death_id", "provider", "before", "after", "reasons")
_SHOWN = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("id", metavar="ID", help="the definition, without a version")
    parser.add_argument(
        "--draft",
        type=Path,
        required=True,
        metavar="FILE",
        help="the draft of the next version; written if it is not there yet",
    )
    parser.add_argument(
        "--raise",
        dest="part",
        choices=("major", "minor", "patch"),
        default="major",
        help="in a new draft, the number of the version to raise (default: major)",
    )
    parser.add_argument(
        "--on", type=Path, metavar="RUN", help="the run on which both versions are counted"
    )
    parser.add_argument(
        "--publish",
        type=Path,
        metavar="CATALOGUE",
        help="put the version into this folder: src/candour/definitions/catalogue of a checkout",
    )


def execute(args: argparse.Namespace) -> Answer:
    """Write the draft, show what it moves, or publish it: never without a dual run."""
    from candour.definitions import get
    from candour.definitions.changing import publish, read_draft, refusals
    from candour.definitions.published import read

    if "@" in args.id:
        raise UsageError("A change follows the latest version.", "Name the id alone.")
    latest = get(args.id, None)
    if not args.draft.exists():
        if args.on or args.publish:
            raise UserError(f"There is no draft {args.draft}.", "Leave --on and --publish away.")
        return _drafted(args, latest)
    if args.publish and not args.on:
        raise UserError(
            "Not published: there is no dual run.",
            "Give the run on which both versions are counted, with --on RUN.",
        )
    content = read_draft(args.draft, latest, whole=args.publish is not None)
    dual = _counted(args, latest, read(content)) if args.on else None
    moved = dual.moved if dual else None
    if args.publish is None:
        if dual is None:
            raise UserError(
                "The draft reads well, and nothing has been counted under it.",
                "Give a run with --on RUN: a version is published only with a dual run.",
            )
        return _shown(latest, read(content), dual, published=None)
    in_the_way = refusals(latest, content, moved)
    if in_the_way or dual is None:
        raise UserError("Not published: " + "; ".join(in_the_way) + ".", "Mend that and try again.")
    reference = publish(content, dual.moved, args.publish)
    say("Run `python -m candour.definitions.derive` in the checkout to write its page.")
    return _shown(latest, read(content), dual, published=reference)


def _drafted(args: argparse.Namespace, latest: Definition) -> Answer:
    from candour.definitions.changing import draft, next_version
    from candour.tables.folders import write_whole

    write_whole(args.draft, [draft(latest, args.part).encode()])
    version = next_version(latest.version, args.part)
    data = {"id": latest.id, "from": latest.version, "to": version, "draft": str(args.draft)}
    return Answer(
        data,
        title=f"A draft of {latest.id}@{version}",
        lines=[
            f"Written: {args.draft}. Edit it: the rule, the words, the examples, and why.",
            "Then count both versions on a run:",
            f"  candour definitions change {latest.id} --draft {args.draft} --on RUN",
        ],
        sections=[],
    )


def _counted(args: argparse.Namespace, latest: Definition, draft: Definition) -> DualRun:
    from candour.pipeline.answers.changed_definition import dual_run

    if latest.counts != "death":
        raise UserError(
            f"{latest.id} counts events, and a dual run counts deaths.",
            "Its next version is shown by the tables of cases and by `candour near-misses`.",
        )
    return dual_run(asking.opened(args.on), latest, draft)


def _shown(latest: Definition, draft: Definition, dual: DualRun, published: str | None) -> Answer:
    moved = dual.moved
    data: dict[str, Any] = {
        "id": latest.id,
        "from": latest.version,
        "to": draft.version,
        **moved.model_dump(mode="json"),
        "providers": dual.providers,
        "moves": dual.rows,
        "published": published,
        "disclosure": "none",
    }
    rows = [{**r, "reasons": "; ".join(r["reasons"])} for r in dual.rows[:_SHOWN]]
    more = len(dual.rows) - len(rows)
    notes = [f"{more} more deaths move: --format json shows all."] if more else []
    if moved.invented:
        notes.append("Invented data.")
    how = "; ".join(f"{n} from {answer}" for answer, n in moved.by_answer.items())
    done = [f"Published: {published}."] if published else []
    return Answer(
        data,
        title=f"{latest.ref} beside {draft.ref}",
        columns=_COLUMNS,
        rows=dual.rows,
        lines=[*done, f"{moved.moved} of {moved.deaths} deaths move{f': {how}' if how else ''}."],
        sections=[
            Section("By provider (primary)", dual.providers),
            Section("Deaths that move", rows, _COLUMNS),
        ],
        notes=notes,
        not_for_publication=True,
    )
