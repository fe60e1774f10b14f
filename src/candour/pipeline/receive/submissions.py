"""``submissions.csv``: what a person says about the files of a folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from candour.dataset.findings import Finding, finding
from candour.errors import UserError
from candour.pipeline.receive.received import STAGE
from candour.pipeline.receive.text_table import read_text_table
from candour.spreadsheet import as_written

FILE_NAME = "submissions.csv"

COLUMNS = (
    "file",
    "received_on",
    "provider",
    "layout",
    "purpose",
    "legal_basis",
    "basis_expires",
    "may_be_shown_to",
    "rows",
    "period",
)


@dataclass(frozen=True)
class Said:
    """One line of ``submissions.csv``. What was left empty is None.

    ``rows`` is a control total: how many rows of data the file has, as its sender counts them.
    """

    received_on: date | None = None
    provider: str | None = None
    layout: str | None = None
    purpose: str | None = None
    legal_basis: str | None = None
    basis_expires: date | None = None
    may_be_shown_to: str | None = None
    rows: int | None = None
    period: str | None = None


@dataclass
class Submissions:
    """What is said, by the file's name from the input folder. ``there`` is false without a list."""

    there: bool = False
    by_file: dict[str, Said] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_submissions(folder: Path, files: list[str]) -> Submissions:
    """Read the list that lies in a folder, if one does.

    ``files`` are the names of the files that are there. A line may name a file by its place from
    the folder (``ABC/deaths.csv``) or, where only one file has it, by its bare name. Raises
    ``UserError`` where the list has no column ``file``.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return Submissions()
    table = read_text_table(path, COLUMNS)
    if "file" not in table.columns:
        raise UserError(
            f"{FILE_NAME} has no column called file.",
            f"Its columns are: {', '.join(COLUMNS)}; all but file may be left out.",
        )
    found = Submissions(there=True, findings=list(table.findings))
    names = [name for name in COLUMNS if name in table.columns]
    for row in table.table.select(["_row", "_line", *names]).to_pylist():
        place = {"row": int(row["_row"]), "line": int(row["_line"])}
        named = _file_named(row["file"], files)
        if named is None:
            found.findings.append(_found("submissions-names-a-missing-file", place))
            continue
        if named in found.by_file:
            found.findings.append(_found("submissions-names-a-file-twice", place))
            continue
        found.by_file[named] = _said(row, place, found.findings)
    return found


def _said(row: dict[str, str], place: dict[str, int], findings: list[Finding]) -> Said:
    def text(name: str) -> str | None:
        return as_written(row.get(name, "").strip()) or None

    def day(name: str) -> date | None:
        written = text(name)
        if written is None:
            return None
        try:
            return date.fromisoformat(written)
        except ValueError:
            detail = f"Column {name}; write it as 2025-06-30."
            findings.append(_found("date-unreadable", place, field_name=name, detail=detail))
            return None

    def count(name: str) -> int | None:
        written = (text(name) or "").replace(",", "")
        if not written:
            return None
        if not written.isdecimal():
            detail = f"Column {name}; write it as 1234."
            findings.append(_found("number-unreadable", place, field_name=name, detail=detail))
            return None
        return int(written)

    return Said(
        received_on=day("received_on"),
        provider=text("provider"),
        layout=text("layout"),
        purpose=text("purpose"),
        legal_basis=text("legal_basis"),
        basis_expires=day("basis_expires"),
        may_be_shown_to=text("may_be_shown_to"),
        rows=count("rows"),
        period=text("period"),
    )


def _file_named(written: str, files: list[str]) -> str | None:
    wanted = as_written(written.strip()).replace("\\", "/").removeprefix("./")
    if wanted in files:
        return wanted
    bare = [name for name in files if name.rsplit("/", 1)[-1] == wanted]
    return bare[0] if len(bare) == 1 else None


def _found(
    code: str, place: dict[str, int], field_name: str | None = None, detail: str = ""
) -> Finding:
    return finding(
        code,
        file=FILE_NAME,
        stage=STAGE,
        field=field_name,
        row=place["row"],
        line=place["line"],
        detail=detail,
    )
