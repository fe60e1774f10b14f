"""`candour organisations resolve FILE --column COL`: free-text names of bodies to codes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.cli.output import Answer, Section, say

if TYPE_CHECKING:
    from candour.organisations.naming import Resolved

_WHOSE = (
    "Codes are of mental health providers and integrated care boards (--every-kind gives all). "
    "Independent groups bear a short name of ours, since each of their sites has an ODS code of "
    "its own. A body that has closed since is given by its own code: organisations show says what "
    "it became."
)
_REVIEW = "For review: one of several bodies may be meant, or none. The report itself says which."
_SHOWN = ("row", "raw", "codes", "decision", "candidates")
_COLUMNS = ("row", "raw", "codes", "kind", "confidence", "decision", "candidates", "bodies")


def configure(parser: argparse.ArgumentParser) -> None:
    """The words of `organisations resolve`."""
    parser.add_argument("file", metavar="FILE.csv", type=Path, help="a CSV or Parquet file")
    parser.add_argument(
        "--column", required=True, metavar="COL", help="the column that holds the names"
    )
    parser.add_argument(
        "--every-kind",
        action="store_true",
        help="give the codes of acute, community and ambulance trusts and of national bodies too",
    )
    parser.add_argument(
        "--extra",
        action="append",
        default=[],
        type=Path,
        metavar="FILE.csv",
        help="further organisations: code, name, type, and icb_ and region_ code and name",
    )


def execute(args: argparse.Namespace) -> Answer:
    """Each row's text, the codes of the bodies in it, and whether that is sure.

    `codes` holds providers of mental health care and integrated care boards that are named beyond
    doubt; `candidates` those that may be meant, in a row for review. `kind` and `bodies` hold one
    entry for each body that the text names, in its order. Nothing is guessed.
    """
    from candour.organisations.naming import Resolver
    from candour.organisations.register import Register
    from candour.pipeline.receive import read_text_table

    table = read_text_table(args.file, known=(args.column,))
    cells = table.column(args.column)
    for found in table.findings:
        place = f"row {found.row}: " if found.row is not None else ""
        say(f"{place}{found.message} {found.remedy}")
    resolver = Resolver(Register.load(args.extra)) if args.extra else Resolver.shipped()
    rows = [
        _row(number, text or "", resolver.resolve(text), every_kind=args.every_kind)
        for number, text in cells
    ]
    # A row that could not be taken apart is still a row of the file: it is shown, not dropped.
    rows += [
        _row(number, "", resolver.resolve(""), every_kind=False) for number, _, _ in table.rejected
    ]
    rows.sort(key=lambda row: row["row"])
    counts = {
        kind: sum(row["decision"] == kind for row in rows) for kind in ("match", "review", "none")
    }
    return Answer(
        rows,
        title=f"Bodies in {args.file.name}, column {args.column}",
        columns=_COLUMNS,
        sections=[Section("", rows, _SHOWN)],
        lines=[f"{len(rows)} rows: " + ", ".join(f"{n} {kind}" for kind, n in counts.items())],
        if_empty="The file has no data rows.",
        notes=(_WHOSE, *((_REVIEW,) if counts["review"] else ())),
    )


def _row(number: int, text: str, found: Resolved, *, every_kind: bool) -> dict[str, Any]:
    followed = found.followed(every_kind=every_kind)
    codes = found.codes(every_kind=every_kind)
    sure = [body.confidence for body in followed]
    return {
        "row": number,
        "raw": text,
        "codes": "|".join(codes),
        "kind": "|".join(body.kind for body in found.bodies),
        "confidence": min(sure) if sure else 0.0,
        "decision": found.decision(every_kind=every_kind),
        "candidates": "|".join(dict.fromkeys(c for b in followed for c in b.candidates)),
        "bodies": "|".join(body.name or body.text for body in found.bodies),
    }
