"""A workbook as a package of parts: opened only when it is safe and of the kind that is read.

A workbook is a ZIP archive of XML. Either can be made to do harm: an archive of kilobytes that
fills a disk, XML that reads other files. So nothing is opened until the archive's own list has been
looked through, no part is read past the size that the list states for it, and no part may bring a
document type of its own. The limits are those of OWASP ASVS 5.0.0, 5.2.3, as this project sets
them.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from candour.pipeline.receive.workbook.formats import Look, looks_of

MOST_EXPANDED = 1_000_000_000
"""Bytes that all parts together may come to."""
MOST_OF_A_SHEET = 640_000_000
"""Bytes of XML that one sheet may be."""
MOST_EXPANSION = 100
"""Times that a part may grow; asked of parts above ``SMALL`` alone."""
MOST_PARTS = 200
SMALL = 1 << 20
_LARGEST_DESCRIPTION = 64 << 20
_CHUNK = 1 << 20
_MAIN = "spreadsheetml.sheet.main+xml"
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ARCHIVES = (b"PK\x03\x04", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_NESTED_NAMES = (".zip", ".xlsx", ".xlsm", ".xlsb", ".xls", ".docx", ".7z", ".rar", ".gz", ".jar")


class Refusal(Exception):
    """Why a workbook is not read: the code of a finding, and what to add to its message."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, the part that holds it, and whether the workbook hides it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Package:
    """A workbook that may be read.

    ``dates_from_1904``: its days are counted from 1 January 1904. ``looks`` gives, by the number
    of a cell's style, what its number format adds to the bare number. ``texts`` are the parts with
    texts that all sheets share; they are looked into when a sheet is read.
    """

    path: Path
    sheets: tuple[Sheet, ...]
    dates_from_1904: bool
    looks: dict[int, Look]
    texts: tuple[str, ...]
    parts: dict[str, zipfile.ZipInfo] = field(repr=False)

    def size(self, part: str) -> int:
        """Bytes that a part comes to, as the archive states; it is never read past them."""
        return self.parts[part].file_size

    def stream(self, part: str) -> Iterator[bytes]:
        """A part's bytes in chunks. Raises ``Refusal`` where it is damaged or too long."""
        with self.path.open("rb") as archive:
            yield from _inflated(archive, self.parts[part])

    @cached_property
    def unseen(self) -> bool:
        """Whether the shared texts may hold characters that do not show.

        Raises ``Refusal`` where they are damaged or unsafe. They are looked through once.
        """
        unseen = False
        for part in self.texts:
            before = b""
            for chunk in self.stream(part):
                refuse_definitions(before, chunk)
                before = chunk
                unseen = unseen or may_hold_unseen(chunk)
        return unseen


def open_package(path: Path) -> Package:
    """Open a workbook, or raise ``Refusal``.

    Raises ``OSError`` where the file cannot be read.
    """
    parts = _listed(path)
    _refuse_other_kinds(parts)
    with path.open("rb") as archive:

        def described(name: str) -> Element:
            return _description(archive, parts, name)

        types = described("[Content_Types].xml")
        kinds = {
            node.get("PartName", "").lstrip("/"): node.get("ContentType", "")
            for node in types
            if _local(node.tag) == "Override"
        }
        if any("macroEnabled" in kind for kind in kinds.values()):
            raise Refusal("workbook-with-macros")
        main = next((name for name, kind in kinds.items() if kind.endswith(_MAIN)), None)
        if main is None or main not in parts:
            raise Refusal("file-type-not-read", _other_kind(kinds, parts))
        book = described(main)
        links = _links(described, main)
        texts = _shared_texts(parts, links)
        sheets = tuple(_sheets(book, links, parts))
        styles = next((to for kind, to in links.values() if kind == "styles" and to in parts), None)
        epoch = _true(next((n.get("date1904") for n in book if _local(n.tag) == "workbookPr"), ""))
        looks = looks_of(described(styles), dates_from_1904=epoch) if styles else {}
    if not sheets:
        raise Refusal("file-empty")
    return Package(path, sheets, epoch, looks, texts, parts)


def _listed(path: Path) -> dict[str, zipfile.ZipInfo]:
    """The parts by name, once the archive's list has been found sound."""
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, EOFError) as fault:
        raise Refusal("file-not-readable", "It is cut off or damaged.") from fault
    if len(listed) > MOST_PARTS:
        raise Refusal("workbook-not-safe", f"It has more than {MOST_PARTS} parts.")
    if sum(info.file_size for info in listed) > MOST_EXPANDED:
        raise Refusal("workbook-not-safe", "It would unpack to more than 1 GB.")
    for info in listed:
        if info.file_size > SMALL and info.file_size > MOST_EXPANSION * max(info.compress_size, 1):
            raise Refusal("workbook-not-safe", "A part of it unpacks to over 100 times its size.")
        if info.flag_bits & 0x1:
            raise Refusal("workbook-encrypted")
    names = [info.filename for info in listed]
    if len(set(names)) != len(names):
        raise Refusal("workbook-not-safe", "Two parts of it have one name.")
    return {info.filename: info for info in listed}


def _refuse_other_kinds(parts: dict[str, zipfile.ZipInfo]) -> None:
    if any(PurePosixPath(name).name.lower() == "vbaproject.bin" for name in parts):
        raise Refusal("workbook-with-macros")
    if any(name.lower().endswith(_NESTED_NAMES) for name in parts):
        if "[Content_Types].xml" in parts:
            raise Refusal("workbook-not-safe", "It holds another archive or workbook within it.")
        raise Refusal("file-type-not-read", "It is an archive.")
    if "[Content_Types].xml" not in parts:
        told = "It is an OpenDocument file." if "content.xml" in parts else "It is an archive."
        raise Refusal("file-type-not-read", told)


def _other_kind(kinds: dict[str, str], parts: dict[str, zipfile.ZipInfo]) -> str:
    if any(name.endswith("workbook.bin") for name in parts):
        return "It is a binary workbook (.xlsb)."
    if any("wordprocessingml" in kind for kind in kinds.values()):
        return "It is a document."
    if any("presentationml" in kind for kind in kinds.values()):
        return "It is a presentation."
    return "It is an archive."


def _inflated(archive: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's bytes, counted on the way: the list of an archive can lie about sizes."""
    archive.seek(info.header_offset)
    header = archive.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size:
        raise Refusal("file-not-readable", "It is cut off or damaged.")
    mark, name, extra = _LOCAL_HEADER.unpack(header)
    if mark != b"PK\x03\x04" or info.compress_type not in (
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    ):
        raise Refusal("file-not-readable", "It is damaged, or packed in a way that is not read.")
    archive.seek(name + extra, io.SEEK_CUR)
    left, given, check = info.compress_size, 0, 0
    plain = info.compress_type == zipfile.ZIP_STORED
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 or inflate.unconsumed_tail:
        waiting = inflate.unconsumed_tail
        raw = waiting or archive.read(min(left, _CHUNK // 4))
        if not waiting:
            if not raw:
                break
            left -= len(raw)
        try:
            data = raw if plain else inflate.decompress(raw, _CHUNK)
        except zlib.error as fault:
            raise Refusal("file-not-readable", "It is damaged.") from fault
        if given == 0 and data.startswith(_ARCHIVES):
            raise Refusal("workbook-not-safe", "It holds another archive within it.")
        given += len(data)
        check = zlib.crc32(data, check)
        if given > info.file_size:
            raise Refusal("workbook-not-safe", "A part of it is longer than it says.")
        if data:
            yield data
        if not plain and inflate.eof:
            break
    if given != info.file_size or check != info.CRC:
        raise Refusal("file-not-readable", "It is cut off or damaged.")


def parse_safely(content: bytes) -> Element:
    """One small XML document. Raises ``Refusal`` where it is broken or brings a document type."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as fault:
        raise Refusal("workbook-not-safe", "Its XML brings definitions of its own.") from fault
    except (ParseError, ValueError, LookupError) as fault:
        raise Refusal("file-not-readable", "Its description is damaged.") from fault
    return root


def _description(archive: BinaryIO, parts: dict[str, zipfile.ZipInfo], name: str) -> Element:
    info = parts.get(name)
    if info is None:
        raise Refusal("file-not-readable", "A part of it is missing.")
    if info.file_size > _LARGEST_DESCRIPTION:
        raise Refusal("workbook-not-safe", "Its description is larger than any workbook needs.")
    return parse_safely(b"".join(_inflated(archive, info)))


def _shared_texts(
    parts: dict[str, zipfile.ZipInfo], links: dict[str, tuple[str, str]]
) -> tuple[str, ...]:
    """The parts of texts that all sheets share, which the reader of values opens first.

    It opens the part of the usual name, whether or not anything points to it.
    """
    asked = {part for kind, part in links.values() if kind == "sharedStrings"}
    asked |= {name for name in parts if name.lower().endswith("/sharedstrings.xml")}
    return tuple(part for part in sorted(asked) if part in parts)


def refuse_definitions(before: bytes, chunk: bytes) -> None:
    """Look at a chunk of XML and the one before it (empty: it is the first).

    Raises ``Refusal`` where XML brings a document type, or is in an encoding that could hide one.
    """
    # The rare byte is looked for first: that costs next to nothing.
    if (b"!" in chunk and b"<!" in chunk) or b"<!" in before[-16:] + chunk[:16]:
        text = before[-16:] + chunk
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise Refusal("workbook-not-safe", "Its XML brings definitions of its own.")
    if not before and b"\0" in chunk[:64]:
        raise Refusal("workbook-not-safe", "Its XML is not written in UTF-8.")


def may_hold_unseen(chunk: bytes) -> bool:
    """Whether a chunk of UTF-8 may hold characters that do not show."""
    if chunk.isascii():
        return False
    from candour.pipeline.receive.survey import holds_unseen

    return holds_unseen(chunk)


def _links(described: Callable[[str], Element], main: str) -> dict[str, tuple[str, str]]:
    """Links of the workbook's main part: id to (kind, part)."""
    folder = PurePosixPath(main).parent
    nodes = described(str(folder / "_rels" / f"{PurePosixPath(main).name}.rels"))
    found = {}
    for node in nodes:
        target = node.get("Target", "")
        if node.get("TargetMode") == "External":
            continue
        part = target.lstrip("/") if target.startswith("/") else _resolved(folder, target)
        found[node.get("Id", "")] = (node.get("Type", "").rsplit("/", 1)[-1], part)
    return found


def _resolved(folder: PurePosixPath, target: str) -> str:
    steps: list[str] = list(folder.parts)
    for step in PurePosixPath(target).parts:
        if step == "..":
            steps = steps[:-1]
        elif step != ".":
            steps.append(step)
    return "/".join(steps)


def _sheets(
    book: Element, links: dict[str, tuple[str, str]], parts: dict[str, zipfile.ZipInfo]
) -> Iterator[Sheet]:
    listed = next((node for node in book if _local(node.tag) == "sheets"), None)
    for node in listed if listed is not None else ():
        link = next((value for key, value in node.attrib.items() if _local(key) == "id"), "")
        kind, part = links.get(link, ("", ""))
        if kind == "worksheet" and part in parts:
            hidden = node.get("state", "visible") != "visible"
            yield Sheet(node.get("name", ""), part, hidden)


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _true(written: str | None) -> bool:
    return (written or "").strip().lower() in ("1", "true", "on")
