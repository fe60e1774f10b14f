"""`candour dictionary diff [OLD] [NEW]`: what differs between two releases of the data set."""

from __future__ import annotations

import argparse

from candour.cli.output import Answer, Section


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "old", nargs="?", metavar="OLD", help="a release (default: the one before the newest)"
    )
    parser.add_argument("new", nargs="?", metavar="NEW", help="a release (default: the newest)")


def execute(args: argparse.Namespace) -> Answer:
    """Fields that are new, out of use or changed from one release to another."""
    from candour.dataset.releases import compare, known

    releases = known()
    new = args.new or releases[-1]
    found = compare(args.old or releases[max(len(releases) - 2, 0)], new)
    rows = [
        {"change": kind, "path": one["path"], "what": one["title"], "before": None, "after": None}
        for kind in ("added", "retired", "gone")
        for one in found[kind]
    ] + [{"change": "changed", **one} for one in found["changed"]]
    return Answer(
        found,
        title=f"The data set from release {found['from']} to release {found['to']}",
        columns=("change", "path", "what", "before", "after"),
        rows=rows,
        lines=[
            f"{len(found['added'])} fields are new, {len(found['retired'])} went out of use and "
            f"keep their columns, {len(found['changed'])} things said of a field changed, "
            f"{len(found['gone'])} columns are gone."
        ],
        sections=[
            Section("New", found["added"], ("path", "title", "required_when")),
            Section("Out of use", found["retired"], ("path", "title")),
            Section("Changed", found["changed"], ("path", "what", "before", "after")),
        ],
        labels={"required_when": "required"},
    )
