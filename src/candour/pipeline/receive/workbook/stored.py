"""Cells of a sheet by the very text that is stored in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import ParseError

from candour.pipeline.receive.workbook.package import Refusal
from candour.pipeline.receive.workbook.structure import cell


def stored_values(stream: Iterator[bytes], wanted: Callable[[str], bool]) -> set[tuple[int, int]]:
    """Row and column of every number cell whose stored text is ``wanted``.

    Raises ``Refusal`` where the sheet is broken or unsafe.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import XMLParser

    target = _Target(wanted)
    parser = XMLParser(target=target, forbid_dtd=True)
    try:
        for chunk in stream:
            parser.feed(chunk)
        parser.close()
    except (DefusedXmlException, ParseError, ValueError, LookupError) as fault:
        raise Refusal("file-not-readable", "A sheet of it is damaged.") from fault
    return target.found


class _Target:
    def __init__(self, wanted: Callable[[str], bool]) -> None:
        self.found: set[tuple[int, int]] = set()
        self._wanted = wanted
        self._place = (0, 0)
        self._number = False
        self._text: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rsplit("}", 1)[-1]
        if name == "c":
            row, column = self._place
            self._place = cell(attributes.get("r", "")) or (row, column + 1)
            self._number = attributes.get("t", "n") == "n"
        elif name == "row":
            number = attributes.get("r", "")
            self._place = (int(number) if number.isdigit() else self._place[0] + 1, 0)
        elif name == "v" and self._number:
            self._text = []

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        if self._text is not None and tag.rsplit("}", 1)[-1] == "v":
            if self._wanted("".join(self._text).strip()):
                self.found.add(self._place)
            self._text = None

    def close(self) -> None:
        """Asked for by the parser; nothing is left to do."""
