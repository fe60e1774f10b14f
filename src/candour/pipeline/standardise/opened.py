"""Staged tables put together that can be read together, asked what only whole columns show."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from candour.dataset.model import DATE_TYPES
from candour.pipeline.standardise import parsers
from candour.pipeline.standardise.columns import (
    as_sent,
    load_field,
    wide_name,
)
from candour.pipeline.standardise.identity import Keys, keys_of
from candour.pipeline.standardise.lookups import LookUps
from candour.pipeline.standardise.returns import about_many
from candour.pipeline.standardise.sent import Sent
from candour.pipeline.standardise.surveys import Asked, Survey, surveys
from candour.pipeline.standardise.texts import (
    VALUE,
    KeyWay,
    Texts,
    Wanted,
    way_of,
)
from candour.sources.mapping import FileRole, Mapping, Target

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from candour.tables import Engine

TEXT = "text__"
KEY, NUMBER_OF = "key__", "number__"
"""What stands in a column that begins a key, and the NHS number that it is, if it is one."""
NUMBER = KeyWay()
MIXED = "date-column-mixes-orders"
# Headers are trimmed, so no sender's column begins with a space.
PATH = " path"
FROM = "came__path"
CAME_AS = "came__"
SUBMISSION = f"{CAME_AS}submission"


@dataclass(frozen=True)
class Files:
    """Staged tables of one role, with the same columns written in the same way, as one table.

    ``texts``: ``_row, _line``, where each row came from (``came__…``), the columns as sent, and
    ``text__N``, what the file says of target N.
    """

    mapping: Mapping
    role: str
    keys: Keys
    texts: ir.Table
    targets: tuple[Target, ...]
    survey: dict[int, dict[str, Any]]
    wanted: tuple[Wanted, ...]
    sent: tuple[Sent, ...]
    there: frozenset[str]
    """Columns that the files themselves have, without those looked up elsewhere."""


CAME = {
    "submission": pa.string(),
    "file": pa.string(),
    "sheet": pa.string(),
    "seq": pa.int64(),
    "provider": pa.string(),
    "period": pa.string(),
    "received_on": pa.date32(),
}
"""What is known of how a staged table came; in ``texts`` each has the prefix ``came__``, since a
sender may have columns of these names."""


def opened(engine: Engine, sent: Sequence[Sent], asked: Texts) -> list[Files]:
    """Put staged tables together that can be read together, and ask for the texts in them.

    Files of one role and the same columns are looked at as one table, since an expression costs
    more to prepare than to run on a small file. What a column can only show as a whole (in which
    order it writes dates, whether a spreadsheet rounded it) is asked of each file by itself, and
    files that answer differently are read apart.
    """
    groups: dict[tuple[str, str, tuple[str, ...]], list[Sent]] = {}
    for each in sent:
        columns_there = tuple(sorted(pq.read_schema(each.path).names))
        groups.setdefault((each.mapping.id, each.role, columns_there), []).append(each)
    lookups = LookUps(engine, sent)
    together = [(alike, *_laid_together(engine, alike, lookups)) for alike in groups.values()]
    answers = surveys(
        engine, [Asked(texts, targets, TEXT, SUBMISSION) for _, texts, targets, _ in together]
    )
    return [
        file
        for (alike, texts, targets, there), found in zip(together, answers, strict=True)
        for file in _read_apart(engine, alike, texts, targets, there, found, asked)
    ]


def _laid_together(
    engine: Engine, alike: Sequence[Sent], lookups: LookUps
) -> tuple[ir.Table, tuple[Target, ...], frozenset[str]]:
    """The texts of staged tables as one table, what they feed, and the files' own columns."""
    mapping, role_name = alike[0].mapping, alike[0].role
    role, keys = mapping.files[role_name], keys_of(mapping, role_name)
    came = engine.table(
        pa.table(
            {
                # As the engine names files, however the run's folder was written.
                FROM: [os.path.abspath(s.path) for s in alike],
                **{
                    f"{CAME_AS}{n}": pa.array([getattr(s, n) for s in alike], type_)
                    for n, type_ in CAME.items()
                },
            }
        )
    )
    read = engine.read([s.path for s in alike], path_as=PATH)
    # What the layout does not use stays in the staged file: a sender may call a column anything,
    # also by a name that we use here.
    used = _used(role, keys)
    staged = read.select("_row", "_line", PATH, *(c for c in read.columns if c in used))
    staged = staged.join(came, staged[PATH] == came[FROM]).drop(PATH, FROM)
    there = frozenset(staged.columns)
    staged = lookups.filled(staged, mapping.id, role, f"{CAME_AS}provider")
    staged = lookups.headed(staged, role, alike, SUBMISSION)
    if role.returns is not None:
        staged = about_many(engine, staged, role.returns, f"{CAME_AS}provider", f"{CAME_AS}period")
    targets = tuple(t for t in role.targets() if any(c in staged.columns for c in t.columns))
    texts = engine.keep(
        staged.mutate(
            **{
                f"{TEXT}{n}": parsers.one_text(t, as_sent(staged, role.nulls, t.columns))
                for n, t in enumerate(targets)
            },
            **{f"{KEY}{c}": as_sent(staged, role.nulls, [c])[0] for c in keys.first},
        )
    )
    return texts, targets, there


def _read_apart(
    engine: Engine,
    alike: Sequence[Sent],
    texts: ir.Table,
    targets: tuple[Target, ...],
    there: frozenset[str],
    answers: Sequence[tuple[Survey, list[str]]],
    asked: Texts,
) -> list[Files]:
    """One table for the files that answer alike, with the texts in it asked for."""
    mapping, role_name = alike[0].mapping, alike[0].role
    keys = keys_of(mapping, role_name)
    found = []
    for survey, submissions in answers:
        part = texts
        if len(answers) > 1:
            part = engine.keep(texts.filter(texts[SUBMISSION].isin(submissions)))
        wanted = []
        for n, target in enumerate(targets):
            about = load_field(target.path)
            way = way_of(about, target, survey.get(n, {}))
            if way is not None:
                asked.ask(way, part, f"{TEXT}{n}")
                name = wide_name(target.path) if about.type in DATE_TYPES else f"{VALUE}{n}"
                wanted.append(Wanted(name, f"{TEXT}{n}", way))
        for column in keys.first:
            asked.ask(NUMBER, part, f"{KEY}{column}")
            wanted.append(Wanted(f"{NUMBER_OF}{column}", f"{KEY}{column}", NUMBER))
        of_part = tuple(s for s in alike if s.submission in submissions)
        found.append(
            Files(mapping, role_name, keys, part, targets, survey, tuple(wanted), of_part, there)
        )
    return found


def _used(role: FileRole, keys: Keys) -> frozenset[str]:
    """The columns of a role that anything looks at."""
    asked = [each.column for each in role.where]
    asked += [only.column for each in role.only_where.values() for only in each]
    return frozenset(
        (*role.known_columns(), *keys.person, *keys.row, *keys.stay, *keys.joined, *asked)
    )
