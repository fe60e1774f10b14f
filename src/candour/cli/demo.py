"""`candour demo`: the whole road on the invented nation, from extracts to a figure and why."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.cli.output import Answer, Section
from candour.errors import UserError

if TYPE_CHECKING:
    from candour.pipeline.answers import OpenRun

PEOPLE, SEED = 2_000, 1
WINDOWS = (7, 30, 90)
BESIDE = ("README.txt", "manifest.json", "organisations.csv")
"""What the nation holds beside its extracts, and beside its folder truth/."""


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("demo"), help="default: demo, here"
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="stop after the result (this release has no service to keep running)",
    )


def execute(args: argparse.Namespace) -> Answer:
    """Invent a nation, run it, count it, and say where everything lies."""
    from candour.cli.progress import stages
    from candour.pipeline.answers import open_run
    from candour.pipeline.run import run
    from candour.synthetic import synthesise
    from candour.tables import private

    out: Path = args.out
    _refuse_what_is_not_a_demo(out)
    private(out)
    with stages() as begin:
        begin(f"inventing a nation of {PEOPLE} people")
        synthesise(PEOPLE, SEED, out / "nation")
        made = run(out / "nation", out / "run", progress=begin)
        begin("counting")
    opened = open_run(out / "run")
    files = _write_pages(out, opened)
    counted = _counted(opened)
    counts = made.counts.as_data()
    ledger = _ledger(opened)
    return Answer(
        {
            "data": "invented",
            "counts": counts,
            "definitions": counted,
            "ledger": ledger,
            "files": files,
            "disclosure": "none",
        },
        title="Candour demo. Invented data: nobody in it has lived.",
        rows=counted,
        sections=[
            Section("What came in, and what was found", _found(counts)),
            Section("What there is to mend", _to_mend(opened)),
            Section("How many died, under each definition", counted),
            Section("Three deaths whose ledgers matter", ledger),
            Section("Where it is", files),
        ],
        notes=[
            f"The same figure again: ./run candour count {out / 'run'} --definition hssib-2025",
            "Why one of them counts: ./run candour explain "
            f"{out / 'run'} {next((line['death'] for line in ledger), 'DEATH_ID')}",
            "Left out are the truth and what explains the nation: they are no extracts.",
            "A zero says that none was found in the files that were sent, not that nobody died.",
        ],
        not_for_publication=True,
    )


def _refuse_what_is_not_a_demo(out: Path) -> None:
    """A demo closes its folder to others and fills it: never one that holds anything else."""
    from candour.pipeline.run import STORE

    ours = {"nation", "run", STORE, "findings.xlsx", "dictionary.html"}
    if out.is_file():
        raise UserError(f"{out} is a file.", "Name a folder that is not there yet.")
    if out.is_dir() and any(
        p.name not in ours and ".building-" not in p.name for p in out.iterdir()
    ):
        raise UserError(
            f"{out} is a folder that holds something else.",
            "Name a folder that is not there yet, or that of an earlier demo.",
        )


def _found(counts: dict[str, Any]) -> list[dict[str, Any]]:
    from candour.cli.run import summary

    return summary(counts)


def _findings(run: OpenRun) -> list[dict[str, Any]]:
    """Findings about extracts: that the truth beside them is no extract is nothing to mend."""
    return [
        r
        for r in run.rows("findings")
        if not (r["file"] or "").startswith("truth/") and r["file"] not in BESIDE
    ]


def _to_mend(run: OpenRun) -> list[dict[str, Any]]:
    from candour.cli.validate import by_kind

    heavy = [r for r in _findings(run) if r["severity"] != "informs"]
    return [
        {name: line[name] for name in ("times", "finding", "so", "what it means")}
        for line in by_kind(heavy)[:8]
    ]


def _counted(run: OpenRun) -> list[dict[str, Any]]:
    from candour.cli.asking import asked
    from candour.pipeline.answers.counts import counts
    from candour.pipeline.answers.periods import Period

    names = ["inpatient", *(f"post-discharge:days={d}" for d in WINDOWS)]
    names += ["hssib-2025", "lampard-2024"]
    rows = counts(run, asked(names, []), [], Period())
    return [
        {
            "definition": f"{row['definition']}@{row['version']}",
            "window": _window(row["settings"]),
            "in": row["in"]["value"],
            "out": row["out"]["value"],
            "cannot tell": row["cannot_tell"]["value"],
        }
        for row in rows
    ]


def _window(settings: str) -> str:
    days = [part.split("=")[1] for part in settings.split(", ") if part.startswith("days=")]
    return f"{days[0]} days" if days else "as published"


def _ledger(run: OpenRun) -> list[dict[str, Any]]:
    """Three deaths that show why joining lists matters: one each that a list alone would have
    missed."""
    from candour.definitions import get
    from candour.pipeline.answers.counts import outcomes_of

    counted = outcomes_of(run, get("hssib-2025"), {})
    shown: list[dict[str, Any]] = []
    for why, chosen in (
        ("known to the register of deaths, not to the provider that discharged", _provider_unaware),
        ("known to a provider, not yet registered", _not_registered),
        ("sources give different dates", _differing),
    ):
        for death_id in sorted(run.deaths):
            if counted[death_id] != "in" or any(death_id == s["death"] for s in shown):
                continue
            if chosen(run, death_id):
                shown.append(_line(run, death_id, why))
                break
    return shown


def _provider_unaware(run: OpenRun, death_id: str) -> bool:
    entries = run.ledger[death_id]
    return any(e["kind"] == "registration" and e["knows"] for e in entries) and any(
        e["relation"] == "after-its-care" and not e["knows"] for e in entries
    )


def _not_registered(run: OpenRun, death_id: str) -> bool:
    entries = run.ledger[death_id]
    national = [e for e in entries if e["kind"] == "registration"]
    return bool(national) and not any(e["knows"] for e in national)


def _differing(run: OpenRun, death_id: str) -> bool:
    return any(
        c["death_id"] == death_id and c["field"] == "death_date" for c in run.rows("conflicts")
    )


def _line(run: OpenRun, death_id: str, why: str) -> dict[str, Any]:
    from candour.pipeline.answers.deaths import date_words

    entries = run.ledger[death_id]
    knows = sorted({_name(e) for e in entries if e["knows"]})
    not_told = sorted({_name(e) for e in entries if not e["knows"]} - set(knows))
    return {
        "death": death_id,
        "died": date_words(run.deaths[death_id]) or "not known",
        "known to": ", ".join(knows),
        "not known to": ", ".join(not_told) or "nobody that holds this person",
        "why it matters": why,
    }


def _name(entry: dict[str, Any]) -> str:
    return f"{entry['provider']} {entry['kind']}" if entry["provider"] else str(entry["kind"])


def _write_pages(out: Path, run: OpenRun) -> list[dict[str, Any]]:
    from candour.cli.validate import COLUMNS
    from candour.cli.workbook import write_findings
    from candour.dataset.dictionary import html
    from candour.tables import write_whole

    findings = [{name: row[name] for name in COLUMNS} for row in _findings(run)]
    write_findings(out / "findings.xlsx", findings, title="Invented data: findings of the demo")
    write_whole(out / "dictionary.html", html())
    return [
        {"what": "findings, by kind and row by row", "where": str(out / "findings.xlsx")},
        {"what": "the data set's dictionary", "where": str(out / "dictionary.html")},
        {"what": "what went in and came out, by hash", "where": str(out / "run" / "manifest.json")},
        {"what": "the extracts, and the truth beside them", "where": str(out / "nation")},
    ]
