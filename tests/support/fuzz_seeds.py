"""Where the fuzzing of readers begins: the samples of the shipped layouts, cut short."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sheets_of_samples import rows_of_text, write_as_workbook
from workbooks import EPR, person, write

import candour.sources

SHIPPED = Path(candour.sources.__file__).parent
PARTS = (
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
)
PFD_HEADS = (
    "ref,deceased_name,coroner_area,category,this_report_is_being_sent_to,date_of_report\n",
    "id,date,area,receiver,concerns\n",
)
_ROWS = 8
WORDS = (
    *("sep=;", "Total", "\r\n", '""', '","', "\x00", "\xff\xfe", "31/02/2024", "ClientID"),
    *("<row", "<c r=", "<f/>", "<!--", "<!DOCTYPE", "<!ENTITY", "&#0;", "<sheetData>", 't="s"'),
    *("hidden=", "<mergeCell ref=", "ZZZZZ99", "A1:XFD1048576", "date1904=", "PK\x03\x04"),
    *('{"', '"entry":', '"resourceType":', "AdverseEvent", '"extension":', '"contained":'),
    *("\\ud800", "NaN", "1e999", "null", '"valueCodeableConcept":', '"coding":', "[[[["),
)
"""Pieces that a mutation may put in."""


@cache
def _sound() -> Mapping[str, bytes]:
    with TemporaryDirectory() as place:
        path = write(Path(place, "sound.xlsx"), {"List": [EPR, *(person(n) for n in range(_ROWS))]})
        with zipfile.ZipFile(path) as package:
            return {name: package.read(name) for name in package.namelist()}


def part_of(name: str) -> bytes:
    """One part of the sound workbook."""
    return _sound()[name]


def sound_workbook(instead: Mapping[str, bytes]) -> bytes:
    """The sound workbook, some parts of which are others."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for name, held in {**_sound(), **instead}.items():
            package.writestr(name, held)
    return content.getvalue()


def seeds(target: str) -> Iterator[bytes]:
    """What a target begins with."""
    samples = sorted(p for p in SHIPPED.glob("*/sample/*") if p.name != "submissions.csv")
    if target == "text":
        for path in samples:
            if path.suffix != ".json":
                yield _cut(path.read_bytes())
    elif target == "pfd":
        for path in samples:
            if path.parents[1].name == "pfd-text":
                yield _cut(path.read_bytes()).split(b"\n", 1)[1]
    elif target == "json":
        for path in samples:
            if path.suffix == ".json":
                bundle = json.loads(path.read_text(encoding="utf-8"))
                for start in range(0, len(bundle["entry"]), 2):
                    part = {**bundle, "entry": bundle["entry"][start : start + 2]}
                    yield json.dumps(part).encode()
    elif target == "package":
        yield sound_workbook({})
        for path in samples:
            if path.suffix in (".csv", ".txt") and path.stat().st_size < 20_000:
                head, rows = rows_of_text(path)
                with TemporaryDirectory() as place:
                    made = write_as_workbook(Path(place, "made.xlsx"), head, rows[:_ROWS])
                    yield made.read_bytes()
    elif target == "structure":
        for number, part in enumerate(PARTS):
            yield bytes([number]) + _sound().get(part, b"<x/>")
    else:
        yield bytes(range(256)) * 2


def _cut(data: bytes) -> bytes:
    """The head and the first rows."""
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    ends = [m.end() for m in re.finditer(rb"\n", data)]
    return data[: ends[_ROWS] + wide] if len(ends) > _ROWS else data


def dictionary() -> str:
    """The pieces, as libFuzzer reads them."""
    quoted = ("".join(f"\\x{byte:02x}" for byte in word.encode("latin-1")) for word in WORDS)
    return "".join(f'"{word}"\n' for word in quoted)
