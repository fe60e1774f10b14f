"""A JSON file, staged like any other: events as rows, or lists of codes held against ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from candour.pipeline.receive.exact import Account, staged_schema
from candour.pipeline.receive.file import Left, Read
from candour.pipeline.receive.header import Header, header_of
from candour.pipeline.receive.json_events import (
    Events,
    NotJsonError,
    code_systems,
    events,
    parsed,
    version_of,
)
from candour.pipeline.receive.notes import header_notes
from candour.pipeline.receive.opening import Note
from candour.pipeline.receive.recognise import Known, NotRecognised, recognise
from candour.pipeline.receive.staging import write_batches
from candour.pipeline.receive.survey import Survey
from candour.sources.parts import CodeSystem

LARGEST = 256 << 20
"""Bytes. JSON is read whole, so a larger file would not fit beside everything else."""
_BATCH = 20_000
_NAMED = 6
_CODE = re.compile(r"[A-Za-z0-9._-]{1,20}")
_WORDS = 60


def read_json_file(
    path: Path, seen: Survey, work: Path, roles: list[Known], name: str
) -> Read | Left:
    """Stage the events of a JSON file, or say why that cannot be done.

    A file whose events name another version of a list than the layout reads is refused with what
    differs: one code may mean one thing in one version and another in the next. A file of code
    lists holds no events; it is held against the lists that layouts read.
    """
    if seen.size > LARGEST:
        return Left("json-too-large", "", ())
    try:
        content = parsed(path.read_bytes().decode(seen.encoding or "utf-8"))
    except UnicodeDecodeError:
        return Left("json-unreadable", "It is not in the encoding that it seems to be in.", ())
    except NotJsonError as fault:
        return Left("json-unreadable", f"It breaks off at line {fault.line}.", ())
    lists = code_systems(content.held)
    if lists is not None:
        return _held_against(lists, roles)
    found = events(content.held)
    if not found.rows:
        return Left("file-empty", "It holds no event.", ())
    header = header_of(found.columns())
    known = recognise(roles, header.names, name)
    if isinstance(known, NotRecognised):
        return Left(known.code, known.detail, ())
    differs = _other_versions(found.versions, known.mapping.code_systems)
    if differs:
        return Left("code-list-of-another-version", differs, ())
    account = Account()
    target = work / f"{seen.digest[:16]}-{known.mapping.id}-{known.role}.parquet"
    write_batches(_batches(found, header, account), staged_schema(header), target)
    notes = header_notes(header, known)
    if content.unreadable:
        notes.insert(0, Note("characters-not-readable", f"There are {content.unreadable}."))
    return Read(known.mapping, known.role, target, account, tuple(notes))


def _batches(found: Events, header: Header, account: Account) -> Iterator[pa.RecordBatch]:
    """Rows in their order; ``_line`` is the place of the event in the file."""
    schema = staged_schema(header)
    by_place: dict[int, list[dict[str, str] | None]] = {}
    for place, said in found.rows:
        by_place.setdefault(place, []).append(said)
    for place in found.kept_out:
        by_place.setdefault(place, []).append(None)
    cells: list[list[object]] = [[] for _ in schema]
    for place in sorted(by_place):
        for row in by_place[place]:
            if row is None:
                account.keep_out(place, "row-not-an-event")
                continue
            account.rows_read += 1
            values = (account.rows_read, place, *(row.get(name, "") for name in header.names))
            for column, value in zip(cells, values, strict=True):
                column.append(value)
            if len(cells[0]) == _BATCH:
                yield pa.RecordBatch.from_arrays(_arrays(cells, schema), schema=schema)
                cells = [[] for _ in schema]
    if cells[0]:
        yield pa.RecordBatch.from_arrays(_arrays(cells, schema), schema=schema)


def _arrays(cells: list[list[object]], schema: pa.Schema) -> list[pa.Array]:
    return [pa.array(column, field.type) for column, field in zip(cells, schema, strict=True)]


def _other_versions(sent: Mapping[str, set[str]], read: Mapping[str, CodeSystem]) -> str:
    """Lists and profiles in another version than the layout reads; empty where there is none.

    Versions of one taxonomy go together: a list that the layout does not read is held against the
    one version that all of its lists have.
    """
    ours = {system.version for system in read.values()}
    if len(ours) != 1:
        return ""
    (version,) = ours
    other = sorted(
        f"{name} {number}" for name, numbers in sent.items() for number in numbers - {version}
    )
    if not other:
        return ""
    more = f" and {len(other) - _NAMED} more" if len(other) > _NAMED else ""
    return f"The layout reads version {version}; the file has {', '.join(other[:_NAMED])}{more}."


def _held_against(lists: Mapping[str, Mapping[str, str]], roles: list[Known]) -> Left:
    """What differs between lists that were sent and those that layouts read.

    Codes and our own wordings are shown, never what the file calls a code: whoever sends a list
    under a published name may have put anything into it.
    """
    read = {name: system for known in roles for name, system in known[0].code_systems.items()}
    differing, same = [], []
    for sent_name, codes in lists.items():
        name, version = version_of(sent_name)
        name = sent_name if sent_name in read else name
        system = read.get(name)
        if system is None:
            continue
        said = _differences(system, codes, version)
        if said:
            differing.append(f"{name}: {'; '.join(said)}.")
        else:
            same.append(name)
    if differing:
        return Left("code-list-of-another-version", " ".join(differing), ())
    if same:
        lacking = sorted(set(read) - set(same))
        more = f" Not among them: {', '.join(lacking)}." if lacking else ""
        return Left("code-lists-agree", f"They are {len(same)}.{more}", ())
    return Left("unknown-layout", "It holds code lists that no layout reads.", ())


def _differences(system: CodeSystem, codes: Mapping[str, str], version: str | None) -> list[str]:
    said = []
    if version is not None and version != system.version:
        said.append(f"version {version} where the layout reads {system.version}")
    added = [
        code if _CODE.fullmatch(code) else "(no code)" for code in codes if code not in system.codes
    ]
    removed = [code for code in system.codes if code not in codes]
    reworded = [
        f'{code} (here "{_short(display)}")'
        for code, display in system.codes.items()
        if code in codes and codes[code].split() != display.split()
    ]
    for what, which in (("new", added), ("gone", removed), ("worded otherwise", reworded)):
        if which:
            said.append(f"{what} {', '.join(which)}")
    return said


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _WORDS else f"{plain[:_WORDS].rstrip()}…"
