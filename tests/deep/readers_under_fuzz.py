"""Atheris at the readers of files: started by the deep tier in a process of its own.

    python readers_under_fuzz.py TARGET SEEDS… -runs=N …      (what follows goes to libFuzzer)

A fault ends the process: any exception, a hang, or a row of which nothing is known. Where the input
can be counted by another road, it is.

* text: any bytes, as a file of text;
* pfd: rows of any bytes below the heads of both lists of coroners' reports;
* json: any bytes, as events;
* package: any bytes, as a workbook;
* structure: a sound workbook, one part of which is any bytes;
* cells: a sheet whose rows are known to be so many, and whose cells hold anything.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import atheris

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

with atheris.instrument_imports(include=["candour.pipeline.receive"]):
    from candour.pipeline.receive import file, folder, json_file, sheets, text_table, workbook
    from candour.pipeline.receive.opening import Note, open_text
    from candour.pipeline.receive.recognise import score
    from candour.pipeline.receive.survey import survey

import pyarrow.parquet as pq
from fuzz_seeds import PARTS, PFD_HEADS, part_of, sound_workbook
from workbooks import EPR

from candour.dataset.findings import catalogue
from candour.pipeline.receive.received import Received
from candour.sources import Layouts

LAYOUTS = Layouts.shipped()
ROLES = list(LAYOUTS.roles())
NOT_ROWS = ("totals-row", "end-of-the-table", "note-outside-the-table")
_USED = (file, folder, json_file, sheets, text_table, workbook)


@contextmanager
def received(content: bytes, name: str) -> Iterator[tuple[Received, Path]]:
    """Receive one file, and hold what holds for any: it is used or answered, and adds up."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("FUZZ_SCRATCH")) as scratch:
        place = Path(scratch)
        (place / "in").mkdir()
        (place / "in" / name).write_bytes(content)
        found = folder.receive_folder(place / "in", place / "work", LAYOUTS, place / "store")
        (submission,) = found.submissions
        if (submission.left_out is None) != bool(found.staged):
            raise AssertionError("neither used nor answered")
        if submission.left_out is not None and not catalogue()[submission.left_out].remedy:
            raise AssertionError("left out without a word on what to do")
        if {p.name for p in (place / "work").iterdir()} != {s.path.name for s in found.staged}:
            raise AssertionError("something was left lying about")
        for staged in found.staged:
            out = [row for row, _, _ in staged.rejected]
            taken = pq.read_table(staged.path, columns=["_row"]).column("_row").to_pylist()
            if len({*taken, *out}) != len(taken) + len(out) or len(taken) + len(out) != (
                staged.rows_read
            ):
                raise AssertionError("rows in are not accepted + rejected")
            told = [f.row for f in found.findings]
            if not {*out} <= {*told}:
                raise AssertionError("a row is left out without a finding")
        yield found, place / "in" / name


def lines_below(path: Path) -> int | None:
    """Rows of a file of text by another road: lines that hold anything, below the head. None where
    a quotation mark may join lines, or where it cannot be told."""
    seen = survey(path)
    opened = open_text(path, seen, path.with_suffix(".u8"), lambda names: score(ROLES, names))
    if isinstance(opened, Note):
        return None
    with opened.path.open(encoding="utf-8-sig", newline="") as handle:
        text = handle.read()
    if '"' in text:
        return None
    mark = opened.header.separator
    # As everywhere in text: a return, a line feed, or both together end a line.
    lines = re.split("\r\n|\n|\r", text)[opened.header.line - 1 + opened.header.lines :]
    wide = len(opened.header.names)

    def is_row(line: str) -> bool:
        # A line without a word is no row of a list of several columns, nor is a row of blank cells.
        if not line or (wide > 1 and mark not in line and not line.strip()):
            return False
        return bool(line.strip(mark)) or line.count(mark) + 1 != wide

    return sum(map(is_row, lines))


def text(content: bytes, name: str = "return.csv") -> None:
    with received(content, name) as (found, path):
        rows = lines_below(path) if found.staged and not _is_json(content) else None
        if rows is not None and rows != sum(s.rows_read for s in found.staged):
            raise AssertionError(f"{rows} lines are no {found.staged[0].rows_read} rows")


def pfd(content: bytes) -> None:
    text(PFD_HEADS[len(content) % 2].encode() + content, "reports.csv")


def as_json(content: bytes) -> None:
    with received(content, "events.json") as (found, _):
        try:
            bundle = json.loads(content)
        except (ValueError, RecursionError):
            return
        is_bundle = isinstance(bundle, dict) and bundle.get("resourceType") == "Bundle"
        entries = bundle.get("entry") if is_bundle else None
        if found.staged and isinstance(entries, list):
            (staged,) = found.staged
            taken = pq.read_table(staged.path, columns=["_line"]).column("_line").to_pylist()
            places = {*taken, *(line for _, line, _ in staged.rejected)}
            if places != {*range(1, len(entries) + 1)}:
                raise AssertionError("an event went missing")


def package(content: bytes) -> None:
    with received(content, "return.xlsx"):
        pass


def structure(content: bytes) -> None:
    if not content:
        return
    part = PARTS[content[0] % len(PARTS)]
    with received(sound_workbook({part: content[1:]}), "return.xlsx"):
        pass


_TYPES = ("inlineStr", "str", "s", "n", "b", "e", "d", "")
_LIKELY = ("Total", "Total rows: 4", "ClientID", "0007", "45000.5", "-1", "1e400", "#N/A", "60")


def cells(content: bytes) -> None:
    """So many rows with a key, each with cells of any type, style and content beside it."""
    given = atheris.FuzzedDataProvider(content)
    rows = [_row(1, [_cell(1, n, "inlineStr", "", name) for n, name in enumerate(EPR, 1)])]
    count = given.ConsumeIntInRange(0, 6)
    number = 1
    for _ in range(count):
        number += given.ConsumeIntInRange(1, 3)
        row = [_cell(number, 1, "inlineStr", "", f"P-{number}")]
        row.append(_cell(number, 2, "inlineStr", "", "filled"))
        for column in range(3, 3 + given.ConsumeIntInRange(0, 4)):
            kind = _TYPES[given.ConsumeIntInRange(0, len(_TYPES) - 1)]
            style = str(given.ConsumeIntInRange(0, 9)) if given.ConsumeBool() else ""
            plain = given.ConsumeBool()
            said = (
                _LIKELY[given.ConsumeIntInRange(0, len(_LIKELY) - 1)]
                if plain
                else given.ConsumeUnicodeNoSurrogates(12)
            )
            row.append(_cell(number, column, kind, style, said))
        rows.append(_row(number, row))
    sheet = part_of("xl/worksheets/sheet1.xml")
    made = re.sub(
        rb"<sheetData>.*</sheetData>",
        lambda _: b"<sheetData>" + "".join(rows).encode() + b"</sheetData>",
        re.sub(rb"<dimension[^>]*>", b"", sheet),
        flags=re.DOTALL,
    )
    with received(sound_workbook({"xl/worksheets/sheet1.xml": made}), "return.xlsx") as (found, _):
        if not found.staged:
            return  # A cell of it is none that a workbook can hold: it was refused, and said so.
        read = sum(s.rows_read for s in found.staged)
        beside = sum(f.code in NOT_ROWS for f in found.findings)
        if read + beside != count:
            raise AssertionError(f"{count} rows were written and {read} came, {beside} beside")


def _row(number: int, cells_: list[str]) -> str:
    return f'<row r="{number}">{"".join(cells_)}</row>'


def _cell(row: int, column: int, kind: str, style: str, said: str) -> str:
    said = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", said)
    said = said.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;")
    of_type = f' t="{kind}"' if kind else ""
    styled = f' s="{style}"' if style else ""
    value = f"<is><t>{said}</t></is>" if kind == "inlineStr" else f"<v>{said}</v>"
    return f'<c r="{chr(64 + column)}{row}"{of_type}{styled}>{value}</c>'


_ODD = (
    *(None, True, 0, -1.5, 7, "", "x", "\ud800", "2025-02-30", [], {}, [[]], [None], [3], ["y"]),
    *({"url": 3}, {"code": []}, {"extension": 5}, {"coding": [7]}, [{"value": {}}]),
)


def change_json(content: bytes, most: int, seed: int) -> bytes:
    """JSON that stays JSON: one thing in it becomes another, goes, or stands twice."""
    chance = random.Random(seed)  # noqa: S311
    try:
        held = json.loads(content)
    except (ValueError, RecursionError):
        return atheris.Mutate(content, most)
    places: list[tuple[Any, Any]] = []

    def walk(each: Any) -> None:
        inner = each.items() if isinstance(each, dict) else enumerate(each)
        for key, value in inner:
            places.append((each, key))
            if isinstance(value, dict | list):
                walk(value)

    if not isinstance(held, dict | list) or chance.random() < 0.1:
        return atheris.Mutate(content, most)
    walk(held)
    for _ in range(min(len(places), chance.randrange(1, 4))):
        where, key = chance.choice(places)
        other, name = chance.choice(places)
        try:
            value = chance.choice(_ODD) if chance.random() < 0.7 else other[name]
            where[key] = json.loads(json.dumps(value))
            if isinstance(where, dict) and chance.random() < 0.2:
                where[str(chance.choice(places)[1])] = where.pop(key)
        except (LookupError, ValueError, RecursionError):
            continue  # what was to be changed went with an earlier change
    made = json.dumps(held).encode()
    return made if len(made) <= most else content


def _is_json(content: bytes) -> bool:
    return re.match(rb"\W*[\[{]", content) is not None


TARGETS: dict[str, Callable[[bytes], None]] = {
    "text": text,
    "pfd": pfd,
    "json": as_json,
    "package": package,
    "structure": structure,
    "cells": cells,
}


def _of_a_thread(fault: threading.ExceptHookArgs) -> None:
    """A fault in another thread would leave this one waiting."""
    traceback.print_exception(fault.exc_type, fault.exc_value, fault.exc_traceback)
    os._exit(70)


def main(arguments: list[str]) -> None:
    threading.excepthook = _of_a_thread
    own = {"custom_mutator": change_json} if arguments[1] == "json" else {}
    atheris.Setup([arguments[0], *arguments[2:]], TARGETS[arguments[1]], **own)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
