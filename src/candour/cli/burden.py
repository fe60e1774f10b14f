"""`candour burden`: what existing forms ask of one death, what is asked twice, and asked once."""

from __future__ import annotations

import argparse

from candour.cli.arguments import near
from candour.cli.output import Answer, Section
from candour.errors import UserError


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "--kind",
        metavar="KIND",
        help="a kind of death or event, such as detained (default: every kind, in short)",
    )
    parser.add_argument(
        "--form",
        nargs="+",
        default=[],
        metavar="FORM",
        help="only these forms, such as lfpse cqc-17 (default: all that are asked for the kind)",
    )
    parser.add_argument(
        "--legacy", action="store_true", help="count forms that another is to replace, too"
    )
    parser.epilog = (
        "Minutes rest on the data set's estimate of seconds for each field, not on a stopwatch. "
        "Forms whose items rest on general knowledge say so; who fills one in should confirm it."
    )


def execute(args: argparse.Namespace) -> Answer:
    """Every kind in short, or one kind form by form and field by field."""
    from candour.dataset.collected import kinds

    if args.kind is None:
        if args.form:
            raise UserError("--form asks for a kind.", f"Add --kind; kinds: {', '.join(kinds())}.")
        return _every_kind(legacy=args.legacy)
    if args.kind not in kinds():
        likely = near(args.kind, list(kinds()))
        raise UserError(
            "There is no such kind of death or event.",
            (f"Did you mean {likely}? " if likely else "") + f"Kinds: {', '.join(kinds())}.",
        )
    return _one_kind(args)


def _every_kind(*, legacy: bool) -> Answer:
    from candour.dataset.burden import burden
    from candour.dataset.collected import kinds

    names = ("kind", "words", "asked", "different", "repeated")
    minutes = ("minutes_now", "minutes_once", "minutes_saved")
    found = [burden(kind, legacy=legacy) for kind in kinds()]
    rows = [
        {
            **{name: one[name] for name in names},
            "forms": len(one["forms"]),
            **{name: one[name] for name in minutes},
        }
        for one in found
    ]
    return Answer(
        rows,
        title="What is asked of each death or event, by hand",
        columns=(*names, "forms", *minutes),
        sections=[Section("", rows, ("kind", "forms", "asked", "repeated", *minutes))],
        labels=_LABELS,
        notes=("candour burden --kind KIND shows the forms and the fields.", _ESTIMATE),
    )


def _one_kind(args: argparse.Namespace) -> Answer:
    from candour.dataset.burden import burden

    found = burden(args.kind, args.form, legacy=args.legacy)
    twice = [
        {**row, "forms": ", ".join(row["forms"])} for row in found["fields"] if row["times"] > 1
    ]
    unread = [row["form"] for row in found["forms"] if not row["read"]]
    notes = [_ESTIMATE]
    if unread:
        notes.append(f"Items known in general, to be confirmed by who fills in: {_list(unread)}.")
    if found["automatic"]:
        notes.append(f"Sent by systems, so not counted: {_list(found['automatic'])}.")
    if found["not_counted"]:
        notes.append(f"Not counted here: {_list(found['not_counted'])}.")
    return Answer(
        found,
        title=found["words"],
        columns=("path", "title", "times", "forms", "seconds_each", "seconds_once"),
        rows=[{**row, "forms": "|".join(row["forms"])} for row in found["fields"]],
        lines=[
            f"{len(found['forms'])} forms ask {found['asked']} times for {found['different']} "
            f"different things; {found['repeated']} of these are asked twice or more.",
            f"About {found['minutes_now']} minutes by hand. Asked once, and without typing again "
            f"what a system holds: about {found['minutes_once']}.",
        ],
        sections=[
            Section("Forms", found["forms"], ("form", "title", "fields", "minutes")),
            Section("Asked twice or more", twice, ("path", "title", "times", "forms")),
        ],
        labels=_LABELS,
        notes=notes,
    )


_LABELS = {
    "asked": "fields asked",
    "repeated": "asked twice or more",
    "minutes_now": "minutes now",
    "minutes_once": "minutes asked once",
    "minutes_saved": "saved",
}
_ESTIMATE = "Minutes are estimates from seconds for each field; nobody was timed."


def _list(names: list[str]) -> str:
    return ", ".join(names)
