"""Two lists of anybody's linked, or one with itself: files in, pairs and clusters out.

The doubtful pairs are written side by side into ``doubtful.csv``, in which a person decides; given
back with the next run, what was decided holds, and the file holds it again.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.errors import UserError
from candour.pipeline.link.decisions import COLUMNS as DECISION_COLUMNS
from candour.pipeline.link.decisions import Decision, read_decisions
from candour.pipeline.pair_mapping import DATES, ListMapping, PairMapping, read_pair_mapping
from candour.spreadsheet import as_written, harmless
from candour.tables import building, open_engine, private

if TYPE_CHECKING:
    from candour.pipeline.link.lists import LinkedLists, Prepared
    from candour.pipeline.link.model import Model
    from candour.pipeline.receive import TextTable
    from candour.tables import Engine

PAIRS = ("left_id", "right_id", "probability", "decision", "reason")
CLUSTERS = ("id", "cluster", "list")
DOUBTFUL = "doubtful.csv"
KIND = "candour link"


@dataclass(frozen=True)
class Linking:
    """What was made: its folder and the content of ``report.json``."""

    folder: Path
    report: dict[str, Any]


@dataclass(frozen=True)
class _List:
    """One list as it was read."""

    name: str
    said: TextTable
    mapping: ListMapping
    ids: list[str]


def link_files(
    left: Path,
    right: Path | None,
    mapping: Path,
    out: Path,
    *,
    decisions: Path | None = None,
    model: Path | None = None,
    train: bool = False,
) -> Linking:
    """Link two lists, or one with itself, and write the folder ``out``, whole or not at all.

    :param mapping: what the columns mean, see :func:`read_pair_mapping`.
    :param decisions: pairs that a person decided: a decisions file, or a ``doubtful.csv``.
    :param model: weights other than those that Candour comes with.
    :param train: learn weights from these lists by EM first; they are kept as ``model.json``.
    :raises UserError: for what the user can mend; nothing is then written.
    """
    from candour.pipeline.link.model import read_model, stored

    meant = read_pair_mapping(mapping)
    lists = [_read(left, meant.left)] + ([_read(right, meant.right)] if right else [])
    weights = read_model(model) if model else stored()
    said = read_decisions(decisions, undecided_allowed=True) if decisions else []
    _refuse_other_folders(out)
    _refuse_lost_decisions(out, said, decisions)
    with building(out) as folder:
        private(folder)
        with open_engine() as engine:
            prepared, undated = _prepared(engine, lists)
            decided, lost = _resolved(said, lists)
            if train:
                weights = _trained(engine, prepared, weights)
                (folder / "model.json").write_text(weights.as_text(), encoding="utf-8")
            from candour.pipeline.link.lists import link_lists

            linked = link_lists(
                engine,
                prepared,
                weights,
                once_each=meant.once_each,
                decisions={(a, b): d.decision for (a, b), d in decided.items()},
            )
            report = _report(lists, meant, weights, linked, decided, lost, undated, prepared, train)
        _write(folder, lists, linked, decided)
        text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
        (folder / "report.json").write_text(text, encoding="utf-8")
    return Linking(out, report)


# ------------------------------------------------------------------ what comes in


def _read(path: Path, mapping: ListMapping) -> _List:
    from candour.pipeline.receive import read_text_table

    said = read_text_table(path, known=mapping.named())
    for column in mapping.named():
        if column not in said.columns:
            said.column(column)  # refuses, and names the nearest column
    ids = [text or "" for text in said.table.column(mapping.id).to_pylist()]
    blank = sum(not text.strip() for text in ids)
    if blank or len(set(ids)) < len(ids):
        what = "is blank in some rows" if blank else "stands more than once in some rows"
        raise UserError(
            f"{path.name}: the column {mapping.id} tells the rows apart, and {what}.",
            "Name a column with another value in each row, or add one.",
        )
    return _List(path.name, said, mapping, ids)


def _prepared(engine: Engine, lists: Sequence[_List]) -> tuple[Prepared, dict[str, int]]:
    """The lists made plain, and how many dates of each column could not be read."""
    import pyarrow as pa

    from candour.pipeline.link.lists import prepare

    tables, held, undated = [], [], {}
    for each in lists:
        columns = {f"c{n}": name for n, name in enumerate(each.mapping.named())}
        called = {name: code for code, name in columns.items()}
        arrays = {code: each.said.table.column(name) for code, name in columns.items()}
        for field in DATES:
            for name in each.mapping.fields.get(field, ()):
                arrays[called[name]], unread = _dates(arrays[called[name]], each.mapping.order)
                undated[f"{each.name}: {name}"] = unread
        numbers = pa.array(range(len(each.ids)), pa.int64())
        tables.append(engine.table(pa.table({"n": numbers, **arrays})))
        fields = {
            field: "concat_ws(' ', " + ", ".join(called[c] for c in several) + ")"
            if len(several) > 1
            else called[several[0]]
            for field, several in each.mapping.fields.items()
        }
        keys = {f"key{n}": called[c] for n, c in enumerate(each.mapping.exact, start=1)}
        held.append({**fields, **keys})
    return prepare(engine, tables, held), {k: n for k, n in undated.items() if n}


def _dates(column: Any, order: str | None) -> tuple[Any, int]:
    """The column with dates as YYYY-MM-DD, and how many cells held what is no whole date.

    Eight digits and ISO stay as they are, a slip in them included: they are compared by digits.
    Others are read as the mapping declares, else as the column itself proves; never guessed.
    """
    import re

    import pyarrow as pa

    from candour.dataset.types.reading import parse_dates

    texts = [(text or "").strip() for text in column.to_pylist()]
    plain = re.compile(r"[12]\d{3}-\d{2}-\d{2}([T ].*)?|[12]\d{7}")
    others = sorted({text for text in texts if text and not plain.fullmatch(text)})
    if not others:
        return pa.array(texts, pa.string()), 0
    read = parse_dates(others, order=order) if order else parse_dates(others)
    known = {
        text: value.earliest.isoformat()
        for text, (value, codes) in zip(others, read, strict=True)
        if value is not None and value.precision == "day" and "date-ambiguous" not in codes
    }
    left = set(others) - set(known)
    unread = sum(text in left for text in texts)
    return pa.array(
        ["" if text in left else known.get(text, text) for text in texts], pa.string()
    ), unread


def _resolved(
    said: Sequence[Decision], lists: Sequence[_List]
) -> tuple[dict[tuple[int, int], Decision], list[Decision]]:
    """Whom each decision means, by record number; and those that mean nobody here."""
    places = [{text.strip(): n for n, text in enumerate(each.ids)} for each in lists]
    starts = [0, len(lists[0].ids)]
    found: dict[tuple[int, int], Decision] = {}
    lost = []

    def place(written: str, order: Sequence[int]) -> int | None:
        for at in order:
            for text in (written, as_written(written)):
                if text in places[at]:
                    return starts[at] + places[at][text]
        return None

    here = range(len(lists))
    for decision in said:
        a, b = place(decision.left, [*here]), place(decision.right, [*reversed(here)])
        if a is None or b is None or a == b:
            lost.append(decision)
        else:
            found[min(a, b), max(a, b)] = decision
    return found, lost


def _trained(engine: Engine, prepared: Prepared, model: Model) -> Model:
    from candour.pipeline.link.training import trained_here

    return trained_here(engine, prepared, model)


# ------------------------------------------------------------------ what goes out


def _write(
    folder: Path,
    lists: Sequence[_List],
    linked: LinkedLists,
    decided: Mapping[tuple[int, int], Decision],
) -> None:
    ids = [text for each in lists for text in each.ids]
    first = len(lists[0].ids)
    told = [
        (ids[f.left], ids[f.right], _shown(f.probability), _outcome(f.decision), f.reason)
        for f in linked.pairs
        if f.decision != "different"
    ]
    _csv(folder / "pairs.csv", PAIRS, told)
    numbers: dict[int, int] = {}
    rows = []
    for n, text in enumerate(ids):
        root = linked.clusters.get(n, n)
        number = numbers.setdefault(root, len(numbers) + 1)
        rows.append((text, number, "left" if n < first else "right"))
    _csv(folder / "clusters.csv", CLUSTERS, rows)
    _doubtful(folder / DOUBTFUL, lists, linked, decided)


def _outcome(decision: str) -> str:
    return "match" if decision == "same" else decision


def _shown(probability: float | None) -> str:
    return "" if probability is None else f"{probability:.6f}"


def _doubtful(
    path: Path,
    lists: Sequence[_List],
    linked: LinkedLists,
    decided: Mapping[tuple[int, int], Decision],
) -> None:
    """Both rows of each doubtful pair side by side, the likeliest first; what was decided stays."""
    starts = [0, len(lists[0].ids)]
    sides = [lists[0], lists[-1]]
    fields = [f for f in lists[0].mapping.fields if f in sides[1].mapping.fields]
    names = [name for field in fields for name in (f"{field}_left", f"{field}_right")]

    def cells(n: int) -> dict[str, str]:
        at = 1 if len(lists) > 1 and n >= starts[1] else 0
        row = n - starts[at]
        table, fields_of = lists[at].said.table, lists[at].mapping.fields
        return {
            field: " ".join(
                str(table.column(c)[row].as_py() or "") for c in fields_of[field]
            ).strip()
            for field in fields
        }

    ids = [text for each in lists for text in each.ids]
    waiting = sorted(
        (f for f in linked.pairs if f.decision == "review"),
        key=lambda f: (-(f.probability or 0.0), f.left, f.right),
    )
    lines: list[list[object]] = []
    for f in waiting:
        lines.append([ids[f.left], ids[f.right], "", "", "", "", _shown(f.probability), f.reason])
    for (a, b), d in sorted(decided.items()):
        when = d.decided_on.isoformat() if d.decided_on else ""
        lines.append([ids[a], ids[b], d.decision, when, d.by, d.why, "", "A person decided."])
    pairs = [(f.left, f.right) for f in waiting] + sorted(decided)
    for line, (a, b) in zip(lines, pairs, strict=True):
        one, other = cells(a), cells(b)
        line += [value for field in fields for value in (one[field], other[field])]
    _csv(path, (*DECISION_COLUMNS, "probability", "reason", *names), lines)


def _csv(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(
        [harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    path.write_text(held.getvalue(), encoding="utf-8")


def _report(
    lists: Sequence[_List],
    meant: PairMapping,
    model: Model,
    linked: LinkedLists,
    decided: Mapping[tuple[int, int], Decision],
    lost: Sequence[Decision],
    undated: Mapping[str, int],
    prepared: Prepared,
    train: bool,
) -> dict[str, Any]:
    from candour.pipeline.link.lists import columns_compared

    scored = linked.scored
    counts = {word: sum(f.decision == word for f in linked.pairs) for word in _DECISIONS}
    sizes: dict[int, int] = {}
    for root in linked.clusters.values():
        sizes[root] = sizes.get(root, 0) + 1
    return {
        "kind": KIND,
        "lists": [{"file": each.name, "rows": len(each.ids)} for each in lists],
        "fields": sorted(columns_compared(prepared)),
        "once_each": meant.once_each,
        "pairs": {
            "match": counts["match"] + counts["same"],
            "review": counts["review"],
            "decided": {"same": counts["same"], "different": counts["different"]},
        },
        "clusters": {
            "of_several": sum(size > 1 for size in sizes.values()),
            "largest": max(sizes.values(), default=1),
        },
        "decisions_not_kept": [d.row for d in lost],
        "dates_not_read": dict(undated),
        "rows_not_read": sum(len(each.said.rejected) for each in lists),
        "model": {
            "id": model.id,
            "match_from": model.match,
            "review_from": model.review,
            "trained_on_these_lists": train,
            "training": dict(model.training),
            "share_of_pairs_that_are_one_person": float(f"{scored.prior:.4g}"),
            "families_may_stand_in_the_lists": scored.families,
        },
        "blocking": {
            "pairs_looked_at": scored.looked_at,
            "of_all_pairs": scored.of_pairs,
            "rules": list(scored.rules),
        },
        "disclosure": "none",
    }


_DECISIONS = ("match", "review", "same", "different")


# ------------------------------------------------------------------ what must not be lost


def _refuse_other_folders(out: Path) -> None:
    if not out.is_dir() or not any(out.iterdir()):
        return
    try:
        ours = json.loads((out / "report.json").read_text(encoding="utf-8"))["kind"] == KIND
    except (OSError, ValueError, KeyError, TypeError):
        ours = False
    if not ours:
        raise UserError(
            f"{out} is a folder that holds something else.", "Name a folder that is not there yet."
        )


def _refuse_lost_decisions(out: Path, said: Sequence[Decision], given: Path | None) -> None:
    """A folder is replaced whole: decisions written into it must have been given back."""
    kept = out / DOUBTFUL
    if not kept.is_file():
        return
    known = {replace(decision, row=0) for decision in said}
    written = [replace(d, row=0) for d in read_decisions(kept, undecided_allowed=True)]
    if not set(written) <= known:
        named = "another file was given" if given else "none were given"
        raise UserError(
            f"{kept} holds decisions that this run would overwrite, and {named}.",
            f"Add --decisions {kept}, or write into another folder.",
        )
