"""What the values of a column look like, asked of the parsers of the data set themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from candour.dataset.model import DATE_TYPES

MOST = 500
"""Different values of a column that are looked at."""
ENOUGH = 0.8
"""The share of values that a parser has to take for the column to be of its type."""

_TYPES = ("nhs_number", "postcode", "icd10", "date")
_FIELD_OF = {"nhs_number": "person.nhs_number", "postcode": "person.postcode"}
_WORDS = {
    "nhs_number": "looks like NHS numbers",
    "postcode": "looks like postcodes",
    "icd10": "looks like ICD-10 codes",
    "date": "looks like dates",
}


@dataclass(frozen=True)
class Content:
    """What a column holds.

    ``type`` is the type whose parser took its values, or None; ``order`` for dates ``iso``,
    ``dmy``, ``mdy``, or ``unsettled`` where no value shows it; ``blank`` where nothing is there.
    """

    type: str | None
    different: int
    order: str | None = None
    blank: bool = False

    @property
    def field(self) -> str | None:
        """The one field that such content can only be, if there is one."""
        return _FIELD_OF.get(self.type or "")

    @property
    def words(self) -> str:
        """In words, for whoever fills the draft."""
        if self.blank:
            return "no value in this file"
        return _WORDS.get(self.type or "", f"{self.different} different values")

    def may_be(self, type_: str) -> bool:
        """Whether a field of this type could hold it; a column without a value says nothing."""
        if self.blank:
            return True
        if type_ in DATE_TYPES:
            return self.type == "date"
        if type_ in ("nhs_number", "postcode", "icd10"):
            return self.type == type_
        return True


def look_at(columns: Mapping[str, Sequence[str]]) -> dict[str, Content]:
    """What each column holds, by its different values."""
    import pyarrow as pa

    from candour.tables import open_engine

    found: dict[str, Content] = {}
    with open_engine() as engine:
        for name, values in columns.items():
            said = [value for value in values if value.strip()][:MOST]
            if not said:
                found[name] = Content(None, 0, blank=True)
                continue
            table = engine.table(pa.table({"text": pa.array(said, pa.string())}))
            asked = {type_: _share(type_, table["text"]) for type_ in _may_be(said)}
            asked |= _order(table["text"]) if "date" in asked else {}
            (answers,) = engine.rows(table.aggregate(**asked)) if asked else ({},)
            found[name] = _content(answers, len(said))
    return found


def _may_be(values: Sequence[str]) -> list[str]:
    """Types worth asking for: most values hold a figure, and none is long."""
    with_figures = sum(any(c.isdigit() for c in value) for value in values)
    longest = max(len(value) for value in values)
    return list(_TYPES) if with_figures >= ENOUGH * len(values) and longest <= 40 else []


def _share(type_: str, text: Any) -> Any:
    from candour.dataset.types import icd10, nhs_number, parse_date_column, postcode

    if type_ == "date":
        # Bare figures may be a year or a number; a date that a person wrote has a mark in it.
        unread = [
            parse_date_column(text, order=order).faults["date-unreadable"]
            for order in ("dmy", "mdy")
        ]
        return (~(unread[0] & unread[1]) & text.re_search(r"[-/. A-Za-z]")).mean()
    if type_ == "nhs_number":
        return nhs_number.parse_column(text, column_rounded=False).value.notnull().mean()
    parser = postcode if type_ == "postcode" else icd10
    return parser.parse_column(text).value.notnull().mean()


def _order(text: Any) -> dict[str, Any]:
    from candour.dataset.types.orders import settle_order

    return {"order": settle_order(text), "iso": text.re_search(r"^\s*[0-9]{4}-[0-9]{2}").all()}


def _content(answers: Mapping[str, Any], different: int) -> Content:
    # A postcode and an ICD-10 code are alike in form to nothing else; dates are asked last.
    for type_ in _TYPES:
        if (answers.get(type_) or 0) >= ENOUGH:
            order = None
            if type_ == "date":
                order = "iso" if answers.get("iso") else str(answers.get("order"))
            return Content(type_, different, order)
    return Content(None, different)
