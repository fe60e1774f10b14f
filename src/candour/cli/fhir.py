"""`candour fhir [RUN] --out DIR`: lists, fields and counts as FHIR R4 resources."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.cli import asking
from candour.cli.output import Answer, Section
from candour.errors import UsageError, UserError

if TYPE_CHECKING:
    from candour.pipeline.answers import OpenRun
    from candour.pipeline.answers.periods import Period

WITHOUT = "fields-without-a-path.csv"


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    from candour.cli.words import COUNT_BY

    parser.add_argument(
        "run",
        nargs="?",
        type=Path,
        metavar="RUN",
        help="a run's folder, for measure reports (default: terminology alone)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to make")
    parser.add_argument(
        "--definition",
        action="extend",
        nargs="+",
        default=[],
        metavar="ID",
        help="one or more, each as ID[@VERSION][:NAME=VALUE,...] (default: all)",
    )
    parser.add_argument(
        "--by", choices=COUNT_BY, metavar="GROUP", help=f"one of {', '.join(COUNT_BY)}"
    )
    asking.add_period(parser)
    parser.epilog = (
        "A measure report holds true figures and says so: it is not for publication. Lists that "
        "tell of means are left out. No resource is about a person."
    )


def execute(args: argparse.Namespace) -> Answer:
    """Write every resource as a file, in a folder that appears whole or not at all."""
    from candour.publish.fhir import paths, terminology
    from candour.tables import building

    if args.run is None and (args.definition or args.by or args.since or args.until):
        raise UsageError("Measure reports need a run.", "Name the run's folder before --out.")
    if args.by in ("icb", "region"):
        raise UserError(
            "Measure reports are not grouped by ICB or region.",
            "candour count groups by them; here use --by provider.",
        )
    if args.out.exists():
        raise UserError(f"{args.out} is there already.", "Name a folder that is not there yet.")
    made = [*terminology(), *(_reports(args) if args.run else ())]
    without = [one for one in paths() if one.element is None]
    with building(args.out) as folder:
        for resource in made:
            name = f"{resource['resourceType']}-{resource['id']}.json"
            text = json.dumps(resource, indent=1, ensure_ascii=False) + "\n"
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        _write_without(folder / WITHOUT, [(p.field, p.title, str(p.reason)) for p in without])
    tally: dict[str, int] = {}
    for resource in made:
        tally[resource["resourceType"]] = tally.get(resource["resourceType"], 0) + 1
    rows = [{"resource": kind, "files": count} for kind, count in tally.items()]
    return Answer(
        {"out": str(args.out), "resources": tally, "fields_without_a_path": len(without)},
        title=f"FHIR R4 in {args.out}",
        columns=("resource", "files"),
        rows=rows,
        sections=[Section("", rows)],
        notes=[
            f"{len(without)} of {len(paths())} fields have no path in FHIR R4; {WITHOUT} says why.",
        ],
        not_for_publication=args.run is not None,
    )


def _reports(args: argparse.Namespace) -> list[dict[str, Any]]:
    from candour.definitions import catalogue
    from candour.pipeline.answers.counts import counts
    from candour.publish.fhir import measure, measure_report

    run = asking.opened(args.run)
    wanted = asking.asked(args.definition or list(catalogue()), [])
    period = asking.period(args)
    days = _days(run, period)
    made = []
    for definition, settings in wanted:
        rows = counts(run, [(definition, settings)], [], period)
        if args.by:
            rows += counts(run, [(definition, settings)], [args.by], period)
        invented = run.manifest["data"] == "invented"
        made += [measure(definition), measure_report(definition, rows, days, invented=invented)]
    return made


def _days(run: OpenRun, period: Period) -> tuple[dt.date, dt.date]:
    """The days that a report speaks of: those asked for, else from the first death to the last."""
    firsts = [d["death_date_from"] for d in run.deaths.values() if d["death_date_from"]]
    lasts = [d["death_date_to"] for d in run.deaths.values() if d["death_date_to"]]
    first, last = period.start or min(firsts, default=None), period.end or max(lasts, default=None)
    if first is None or last is None:
        raise UserError(
            "No death of this run has a date, so a report has no period.",
            "Name the period with --from and --to.",
        )
    return first, max(first, last)


def _write_without(path: Path, rows: list[tuple[str, str, str]]) -> None:
    import csv

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("field", "title", "why_there_is_no_path"))
        writer.writerows(rows)
