"""The run: the stages in their order. The only file that knows it.

A run is a folder, whole or absent. What depends on clock, host or speed lies in ``run-log.json``;
everything else is a function of the inputs, so that the same inputs give the same digests.
"""

from __future__ import annotations

import datetime as dt
import json
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from candour import __version__
from candour.errors import CandourError, UserError
from candour.pipeline.link import Decision, link, read_decisions
from candour.pipeline.manifest import FORMAT, manifest_of
from candour.pipeline.outputs import IDENTIFIED, OPEN, findings_table, write_tables
from candour.pipeline.receive import Received, receive_folder
from candour.pipeline.standardise import Sent
from candour.pipeline.standardise.stage import standardise
from candour.pipeline.unify import knowledge, unify
from candour.sources.registry import Layouts
from candour.tables import after_linking, building, open_engine, private, refuse_unknown_engine

if TYPE_CHECKING:
    from candour.pipeline.classify import Classified
    from candour.pipeline.receive import Submission
    from candour.pipeline.unify import Unified
    from candour.tables import Engine, PortableEngine

    Tables = TypeVar("Tables", Unified, Classified)

STORE = "candour-store"
MEMORY = 1536
"""Megabytes that the engine may hold. What does not fit lies in the run's own folder of work, which
nobody else may read and which goes when the run is whole."""
LARGE = 50_000
"""Rows from which on the tables in between lie in files. A row takes some kilobytes in memory."""
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Counts:
    """How many at each stage. ``rows_in`` is accepted + rejected + duplicate, or the run fails."""

    files: int
    submissions: int
    left_out: int
    rows_in: int
    accepted: int
    rejected: int
    duplicate: int
    people: int
    stays: int
    discharges_alive: int
    deaths: int
    deaths_naming_nobody: int
    near_misses: int
    conflicts: int
    review: int
    findings: int

    def as_data(self) -> dict[str, Any]:
        """For the manifest and for output as JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class Run:
    """A run that was made: its folder, its manifest and its counts."""

    folder: Path
    manifest: dict[str, Any]
    counts: Counts


def run(
    input_folder: Path,
    out: Path,
    *,
    mappings: Sequence[Path] = (),
    as_known_on: dt.date | None = None,
    decisions: Path | None = None,
    engine: str = "duckdb",
    store: Path | None = None,
    progress: Progress = lambda stage: None,
) -> Run:
    """Receive, standardise, link, unify and classify every file of a folder.

    :param input_folder: the extracts; ``submissions.csv`` in it is optional.
    :param out: the run's folder. An earlier run there is replaced when the new one is whole; any
        other folder that is not empty is refused.
    :param mappings: folders of layout mappings that are not shipped.
    :param as_known_on: keep only files received and decisions taken by then.
    :param decisions: what people decided about pairs of source identities.
    :param engine: ``duckdb``, or ``spark`` for the stages after linking.
    :param store: where received bytes are kept; by default ``candour-store`` beside ``out``.
    :raises UserError: for what the user can mend; nothing is then written at ``out``.
    """
    kept_in = store or out.absolute().parent / STORE
    _refuse_folders_within_each_other(input_folder, out, kept_in)
    _refuse_other_folders(out)
    refuse_unknown_engine(engine)
    started = time.time()
    layouts = Layouts.with_folders(list(mappings))
    decided = read_decisions(decisions, as_known_on) if decisions else []
    with building(out) as folder:
        private(folder / IDENTIFIED)
        (folder / OPEN).mkdir(mode=0o700)
        work = private(folder / "work")
        progress("receiving")
        received = receive_folder(input_folder, work, layouts, kept_in, as_known_on)
        with open_engine() as opened:
            large = sum(each.rows_read for each in received.staged) > LARGE
            opened.within(MEMORY, private(work / "spill"), aside=large)
            made = _stages(opened, engine, received, layouts, decided, folder, progress)
        counts, tables, sent = made
        _remove(work)
        manifest = manifest_of(
            received.submissions,
            sent,
            layouts,
            decided,
            as_known_on,
            counts.as_data(),
            tables,
            engine,
        )
        _write_json(folder / "manifest.json", manifest)
        _write_json(
            folder / "run-log.json",
            {
                "started": dt.datetime.fromtimestamp(started, dt.UTC).isoformat(),
                "seconds": round(time.time() - started, 3),
                "host": platform.node(),
                "platform": platform.platform(),
                "python": platform.python_version(),
                "candour": __version__,
                "format": FORMAT,
            },
        )
    return Run(out, manifest, counts)


def order_of_receipt(submissions: Sequence[Submission]) -> dict[str, int]:
    """Place of each submission: by the day it was received, then by hash (design 6.3)."""
    ordered = sorted(submissions, key=lambda s: (s.received_on or dt.date.max, s.id))
    return {s.id: place for place, s in enumerate(ordered)}


def sent_tables(received: Received, layouts: Layouts) -> list[Sent]:
    """The staged tables with what is known of how each came, in the order of receipt."""
    places = order_of_receipt(received.submissions)
    by_id = {s.id: s for s in received.submissions}
    sent = []
    for staged in received.staged:
        submission = by_id[staged.submission]
        sent.append(
            Sent(
                submission=staged.submission,
                file=submission.file,
                path=staged.path,
                mapping=layouts.get(staged.layout_id),
                role=staged.role,
                seq=places[staged.submission],
                provider=submission.provider,
                received_on=submission.received_on,
                period=submission.period if layouts.get(staged.layout_id).by_period else None,
                sheet=staged.sheet,
                ragged=staged.rejected,
            )
        )
    return sorted(sent, key=lambda s: (s.seq, s.role, s.sheet or ""))


def _stages(
    engine: Engine,
    following: str,
    received: Received,
    layouts: Layouts,
    decided: Sequence[Decision],
    folder: Path,
    progress: Progress,
) -> tuple[Counts, dict[str, Any], list[Sent]]:
    from candour.pipeline.classify import classify

    sent = sent_tables(received, layouts)
    progress("standardising")
    standard = standardise(engine, sent)
    progress("linking")
    linked = link(engine, standard.rows, decided)
    with after_linking(following, engine, folder / "work") as then:
        rows, links = then.take(standard.rows), then.take(linked.links)
        progress("unifying")
        unified = unify(then.engine, rows, then.take(linked.clusters), field_sources(sent))
        lists = then.engine.table(lists_table(sent))
        known = knowledge(then.engine, rows, unified, lists, links)
        progress("classifying")
        of = unified
        classified = classify(
            then.engine, of.deaths, of.death_dates, of.stays, known, lists, of.values
        )
        counted = _counted(then.engine, rows, unified)
        unified, classified = _given(then.give, unified), _given(then.give, classified)
    found = [*received.findings, *standard.findings, *linked.findings]
    progress("writing")
    tables = write_tables(
        engine,
        folder,
        received.submissions,
        sent,
        standard.rows,
        linked,
        unified,
        classified,
        findings_table(found),
        standard.returns,
    )
    counts = Counts(
        files=sum(1 + len(s.also_as) for s in received.submissions),
        submissions=len(received.submissions),
        left_out=sum(s.left_out is not None for s in received.submissions),
        conflicts=tables["conflicts"].rows,
        review=tables["review"].rows,
        findings=tables["findings"].rows,
        **counted,
    )
    expected = sum(s.rows_read for s in received.staged)
    if counts.rows_in != expected or counts.rows_in != (
        counts.accepted + counts.rejected + counts.duplicate
    ):
        raise CandourError(
            f"Rows do not add up: {expected} were read and {counts.rows_in} have an outcome.",
            "This is a fault of Candour. Nothing was written.",
        )
    return counts, tables, sent


def field_sources(sent: Sequence[Sent]) -> Any:
    """The column that feeds each field, by layout and role; null where the layout implies it."""
    import pyarrow as pa

    from candour.pipeline.unify.values import SOURCES

    rows: dict[tuple[str, str, str], str | None] = {}
    for each in sent:
        for target in each.mapping.files[each.role].targets():
            key = (each.mapping.id, each.role, target.path)
            rows.setdefault(key, ", ".join(target.columns))
        for path in each.mapping.implied(each.role):
            rows.setdefault((each.mapping.id, each.role, path), None)
    return pa.Table.from_pylist(
        [
            {"layout": layout, "role": role, "path": path, "source_field": columns}
            for (layout, role, path), columns in sorted(rows.items())
        ],
        schema=SOURCES,
    )


def lists_table(sent: Sequence[Sent]) -> Any:
    """Every list received: whose, of what kind, and whether it can speak of stays."""
    import pyarrow as pa

    from candour.pipeline.standardise.identity import keys_of

    rows = []
    for each in sent:
        mapping = each.mapping
        space = keys_of(mapping, each.role).space
        sharing = [
            role
            for name, role in mapping.files.items()
            if keys_of(mapping, name).space == space and role.lists_stays
        ]
        rows.append(
            {
                "provider": each.provider,
                "layout": mapping.id,
                "role": each.role,
                "kind": mapping.files[each.role].kind,
                "file": each.file,
                "received_on": each.received_on,
                "tells_stays": mapping.files[each.role].lists_stays,
                "shares_ids_with_stays": bool(sharing),
            }
        )
    schema = pa.schema(
        [
            ("provider", pa.string()),
            ("layout", pa.string()),
            ("role", pa.string()),
            ("kind", pa.string()),
            ("file", pa.string()),
            ("received_on", pa.date32()),
            ("tells_stays", pa.bool_()),
            ("shares_ids_with_stays", pa.bool_()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _given(give: Callable[[Any], Any], made: Tables) -> Tables:
    """The same tables, each given back to the engine that writes them."""
    return replace(made, **{each.name: give(getattr(made, each.name)) for each in fields(made)})


def _counted(engine: PortableEngine, rows: Any, unified: Unified) -> dict[str, int]:
    """What is counted of the rows and records, by the names of :class:`Counts`."""
    outcomes = {
        r["outcome"]: r["n"] for r in engine.rows(rows.group_by("outcome").agg(n=rows.count()))
    }
    stays = unified.stays
    alive = stays.filter(stays.ended_on.notnull() & (stays.ending != "died"))
    deaths = unified.deaths
    return dict(
        rows_in=sum(outcomes.values()),
        accepted=outcomes.get("accepted", 0),
        rejected=outcomes.get("rejected", 0),
        duplicate=outcomes.get("duplicate", 0),
        people=engine.count(unified.people.filter(unified.people.identified)),
        stays=engine.count(stays),
        discharges_alive=_discharges_alive(engine, alive, deaths),
        deaths=engine.count(deaths),
        deaths_naming_nobody=engine.count(deaths.filter(~deaths.identified)),
        near_misses=engine.count(unified.near_misses),
    )


def _discharges_alive(engine: PortableEngine, ended: Any, deaths: Any) -> int:
    """Stays that ended and whose person is not known to have died by then.

    A stay whose ending is not told counts where the person's death is later or not known; on the
    very day of the death it cannot be told and is left out. A death dated before the end lies
    within the stay.
    """
    dated = deaths.select("person_id", died_from="death_date_from", died_to="death_date_to")
    joined = ended.left_join(dated, "person_id")
    open_question = (joined.ending == "not-told") & (joined.died_from <= joined.ended_on)
    before = joined.died_to < joined.ended_on
    return engine.count(
        joined.filter(~(open_question | before).fill_null(False)).select("stay_id").distinct()
    )


def _refuse_folders_within_each_other(input_folder: Path, out: Path, store: Path) -> None:
    """Extracts, run and store lie apart: a run is replaced whole, and all that lies in a folder of
    extracts is taken for an extract."""

    def lies_in(inner: Path, outer: Path) -> bool:
        return inner.resolve() == outer.resolve() or outer.resolve() in inner.resolve().parents

    if lies_in(out, input_folder) or lies_in(input_folder, out):
        raise UserError(
            "The run would be written into the folder that it reads."
            if lies_in(out, input_folder)
            else "The extracts lie within the run's folder, which is replaced whole.",
            "Name a folder beside them with --out.",
        )
    if lies_in(store, input_folder) or lies_in(store, out) or lies_in(out, store):
        raise UserError(
            "The store of received bytes has to lie apart from the extracts and from the run.",
            "Name a folder beside both with --store.",
        )


def _refuse_other_folders(out: Path) -> None:
    if out.is_dir() and any(out.iterdir()) and not _is_a_run(out / "manifest.json"):
        raise UserError(
            f"{out} is a folder that holds something else.", "Name a folder that is not there yet."
        )


def _is_a_run(manifest: Path) -> bool:
    """Whether it is a run's manifest, of whatever format; other things have manifests too."""
    try:
        said = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(said, dict) and {"format", "inputs", "tables"} <= set(said)


def _write_json(path: Path, data: dict[str, Any]) -> None:
    path.write_text(
        json.dumps(data, indent=2, ensure_ascii=False, default=str, sort_keys=False) + "\n",
        encoding="utf-8",
    )


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder)
