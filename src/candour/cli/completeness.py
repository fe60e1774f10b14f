"""`candour completeness RUN`: how far each field is filled, by the list that brings it."""

from __future__ import annotations

import argparse
from collections import defaultdict
from typing import Any

from candour.cli import asking
from candour.cli.arguments import near
from candour.cli.output import Answer, Section, true_figures
from candour.errors import UserError


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    asking.add_run(parser)
    parser.add_argument(
        "--field",
        action="extend",
        nargs="+",
        default=[],
        metavar="FIELD",
        help="fields such as absence.escorted, or entities such as absence (default: all)",
    )
    parser.add_argument(
        "--by-provider", action="store_true", help="tell each provider's lists apart"
    )
    parser.epilog = (
        "A gap is counted among rows that say anything of the same kind of thing. A field that no "
        "list carries is not collected, which is not nought."
    )


def execute(args: argparse.Namespace) -> Answer:
    """Every field with every list that carries it."""
    from candour.pipeline.answers.completeness import (
        COLUMNS,
        COUNT,
        NOT_COLLECTED,
        Carried,
        completeness,
    )
    from candour.sources import Layouts

    run = asking.opened(args.run)
    roles = list(Layouts.shipped().roles())
    carried: Carried = {(m.id, name): [t.path for t in role.targets()] for m, name, role in roles}
    implied: Carried = {
        (m.id, name): [p for p in m.implied(name) if p.split(".")[0] in role.rows_are]
        for m, name, role in roles
    }
    only = _asked(args.field)
    rows = completeness(run, carried, implied, by_provider=args.by_provider, only=only)
    counted = [row for row in rows if row["kind"] == COUNT]
    nobody = [row["field"] for row in rows if row["kind"] == NOT_COLLECTED]
    by_entity: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in counted:
        by_entity[row["field"].split(".")[0]].append(_short(row, by_provider=args.by_provider))
    gaps: dict[str, list[str]] = defaultdict(list)
    for path in nobody:
        gaps[path.split(".")[0]].append(path.split(".")[1])
    missing = [{"of": entity, "fields": ", ".join(names)} for entity, names in gaps.items()]
    fields = len({row["field"] for row in rows})
    return Answer(
        true_figures(rows),
        title="How far each field is filled",
        columns=(*COLUMNS, "disclosure"),
        lines=[f"{fields - len(nobody)} of {fields} fields are carried by a list of this run."],
        sections=[
            *(Section(entity, shown) for entity, shown in by_entity.items()),
            Section("Not collected by any list of this run", missing, if_empty="None."),
        ],
        notes=[
            "of a hundred: rows with an answer, of a hundred that say anything of the same kind of "
            "thing; not known: answers among these that say that it is not known.",
            *asking.stamp(run),
        ],
        not_for_publication=True,
    )


def _short(row: dict[str, Any], *, by_provider: bool) -> dict[str, Any]:
    share = f"{100 * row['filled'] / row['rows']:.0f}" if row["rows"] else ""
    return {
        "field": row["field"].split(".")[1],
        "list": f"{row['layout']} {row['role']}",
        **({"provider": row["provider"] or "not stated"} if by_provider else {}),
        "rows": row["rows"],
        "filled": row["filled"],
        "of a hundred": share,
        "not known": row["not_known"],
    }


def _asked(words: list[str]) -> list[str] | None:
    from candour.dataset import load

    if not words:
        return None
    paths = [f.path for f in load().fields()]
    found = []
    for word in words:
        some = [p for p in paths if p == word.lower() or p.split(".")[0] == word.lower()]
        if not some:
            likely = near(word, [*paths, *(p.split(".")[0] for p in paths)])
            raise UserError(
                "The data set has no such field.",
                (f"Did you mean {likely}? " if likely else "")
                + "candour dictionary lists every field.",
            )
        found += some
    return found
