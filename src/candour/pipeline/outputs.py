"""A run's tables as files: identified ones behind a closed door, open ones beside it."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from candour.pipeline.receive.submissions import COLUMNS as SUBMISSION_COLUMNS
from candour.spreadsheet import harmless

if TYPE_CHECKING:
    from candour.dataset.findings import Finding
    from candour.pipeline.classify import Classified
    from candour.pipeline.link import Linked
    from candour.pipeline.receive import Submission
    from candour.pipeline.standardise import Sent
    from candour.pipeline.unify import Unified
    from candour.tables import Engine, Written

IDENTIFIED = "identified"
OPEN = "open"

FINDINGS = pa.schema(
    [
        ("submission", pa.string()),
        ("file", pa.string()),
        ("stage", pa.string()),
        ("code", pa.string()),
        ("severity", pa.string()),
        ("field", pa.string()),
        ("row", pa.int64()),
        ("line", pa.int64()),
        ("sheet", pa.string()),
        ("message", pa.string()),
        ("remedy", pa.string()),
    ]
)
SUBMISSIONS = pa.schema(
    [
        ("submission", pa.string()),
        ("file", pa.string()),
        ("also_as", pa.string()),
        ("received_on", pa.date32()),
        ("provider", pa.string()),
        ("layout", pa.string()),
        ("layout_version", pa.string()),
        ("role", pa.string()),
        ("left_out", pa.string()),
        ("purpose", pa.string()),
        ("legal_basis", pa.string()),
        ("basis_expires", pa.date32()),
        ("may_be_shown_to", pa.string()),
        ("period", pa.string()),
        ("bytes", pa.int64()),
    ]
)
AS_SENT = ("category", "severity_as_sent", "where_it_happened")
"""Texts of a near miss as somebody wrote them: they may name a person, so they stand only among the
values, behind the closed door."""
FOR_REVIEW = ("date-ambiguous", "date-column-mixes-orders")
"""Findings that a person has to settle before the value can be used."""

_ROWS = """
SELECT submission, file, sheet, "row", line, layout, role, provider, person_key, outcome, standing,
       rejected_for, duplicate_of, duplicate_of_sheet, duplicate_of_row
FROM {rows}
"""

_REVIEW = """
SELECT 'pair' AS item, "left" AS left_identity, "right" AS right_identity, rule, reason,
       NULL::varchar AS submission, NULL::varchar AS file, NULL::bigint AS "row",
       NULL::varchar AS field,
       'Decide same or different in a decisions file.' AS what_to_do
FROM {links} WHERE decision = 'review'
UNION ALL
SELECT 'value', NULL, NULL, code, message, submission, file, "row", field, remedy
FROM {findings} WHERE code IN ({codes})
"""

_REJECTED = """
SELECT r.submission, r.sheet, s._row AS "row", s._line AS line, r.rejected_for,
       to_json(s)::varchar AS as_sent
FROM {staged} s JOIN {rows} r ON r.submission = '{submission}' AND r."row" = s._row
  AND r.outcome = 'rejected'
JOIN {named} n ON r.sheet IS NOT DISTINCT FROM n.sheet
"""


def findings_table(found: Sequence[Finding]) -> pa.Table:
    """Findings as a table, in the order of file, row and code."""
    ordered = sorted(
        found,
        key=lambda f: (
            f.file or "",
            f.sheet or "",
            f.row or 0,
            f.stage or "",
            f.code,
            f.field or "",
        ),
    )
    return pa.Table.from_pylist(
        [{name: getattr(f, name) for name in FINDINGS.names} for f in ordered], schema=FINDINGS
    )


def write_tables(
    engine: Engine,
    folder: Path,
    submissions: Sequence[Submission],
    sent: Sequence[Sent],
    rows: Any,
    linked: Linked,
    unified: Unified,
    classified: Classified,
    findings: pa.Table,
    returns: pa.Table,
) -> dict[str, Written]:
    """Write every table of a run; gives rows and digest of each."""
    found = engine.table(findings)
    review = engine.sql(
        _REVIEW.replace("{codes}", ", ".join(f"'{c}'" for c in FOR_REVIEW)),
        links=linked.links,
        findings=found,
    )
    deaths = unified.deaths.drop("birth_from", "birth_to")
    conflicts = unified.conflicts
    identified: dict[str, tuple[Any, list[str]]] = {
        "people": (unified.people, ["person_id"]),
        "values": (
            unified.values.drop("seq"),
            ["person_id", "entity", "field", "about", "submission", "sheet", "row"],
        ),
        "conflicts": (conflicts, ["person_id", "entity", "field"]),
        "review": (review, ["item", "left_identity", "right_identity", "submission", "row"]),
        "rejected": (_rejected(engine, sent, rows), ["submission", "sheet", "row"]),
        "decisions": (linked.decisions, ["left", "right", "row"]),
    }
    in_the_open: dict[str, tuple[Any, list[str]]] = {
        "submissions": (engine.table(_submissions(submissions)), ["submission"]),
        "rows": (engine.sql(_ROWS, rows=rows), ["submission", "sheet", "row"]),
        "findings": (found, ["file", "sheet", "row", "stage", "code", "field"]),
        "stays": (unified.stays, ["stay_id"]),
        "spells": (unified.spells.drop("first_order", "seq", "start"), ["spell_key"]),
        "absences": (unified.absences.drop("end_reason"), ["person_id", "absence_key"]),
        "deaths": (deaths, ["death_id"]),
        "near_misses": (unified.near_misses.drop(*AS_SENT), ["near_miss_id"]),
        "reviews": (unified.reviews, ["review_id"]),
        "links": (linked.links, ["left", "right", "rule"]),
        "identities": (unified.ids, ["person_key"]),
        "aliases": (unified.aliases, ["alias", "id"]),
        "ledger": (classified.ledger, ["death_id", "file", "role"]),
        "returns": (engine.table(returns), ["submission", "row", "measure"]),
        "facets": (classified.facets, ["death_id", "scenario"]),
        "classified": (classified.classified, ["death_id", "definition", "version"]),
        "shares": (classified.shares, ["death_id", "provider"]),
    }
    written: dict[str, Written] = {}
    for room, tables in ((IDENTIFIED, identified), (OPEN, in_the_open)):
        for name, (expr, key) in tables.items():
            written[name] = engine.write(expr, folder / room / f"{name}.parquet", key)
    # A decision is taken by a person, who has no use for Parquet.
    waiting = engine.read(folder / IDENTIFIED / "review.parquet")
    _write_csv(folder / IDENTIFIED / "review.csv", waiting.columns, engine.rows(waiting))
    _write_csv(folder / "findings.csv", FINDINGS.names, findings.to_pylist())
    _write_csv(folder / "submissions.csv", SUBMISSION_COLUMNS, _submission_lines(submissions))
    return written


def _rejected(engine: Engine, sent: Sequence[Sent], rows: Any) -> Any:
    """Rows that were left out, as they were sent, for whoever may see them."""
    some = engine.rows(rows.filter(rows.outcome == "rejected")[["submission"]].distinct())
    with_rejected = {row["submission"] for row in some}
    pieces = [
        engine.sql(
            _REJECTED.replace("{submission}", each.submission),
            staged=engine.read(each.path),
            rows=rows,
            named=engine.table(pa.table({"sheet": pa.array([each.sheet], pa.string())})),
        )
        for each in sent
        if each.submission in with_rejected
    ]
    if not pieces:
        empty = pa.table(
            {
                "submission": pa.array([], pa.string()),
                "sheet": pa.array([], pa.string()),
                "row": pa.array([], pa.int64()),
                "line": pa.array([], pa.int64()),
                "rejected_for": pa.array([], pa.string()),
                "as_sent": pa.array([], pa.string()),
            }
        )
        return engine.table(empty)
    import ibis

    return ibis.union(*pieces)


def _submissions(submissions: Sequence[Submission]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "submission": s.id,
                "file": s.file,
                "also_as": "|".join(s.also_as) or None,
                "bytes": s.size,
                **{
                    name: getattr(s, name)
                    for name in SUBMISSIONS.names
                    if name not in ("submission", "file", "also_as", "bytes")
                },
            }
            for s in submissions
        ],
        schema=SUBMISSIONS,
    )


def _submission_lines(submissions: Sequence[Submission]) -> list[dict[str, Any]]:
    lines = []
    for s in sorted(submissions, key=lambda s: s.file):
        lines.append({name: getattr(s, name) for name in SUBMISSION_COLUMNS})
    return lines


def _write_csv(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(
            file, fieldnames=columns, extrasaction="ignore", lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows({k: _csv_cell(v) for k, v in row.items() if k in columns} for row in rows)


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else value
