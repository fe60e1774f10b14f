"""The blank workbook of the data set: sheets to fill in by hand, with drop-downs and notes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candour.dataset.model import DATE_TYPES, RESTRICTED
from candour.sources.by_hand import CODES, GUIDE, PERSON, WHOSE
from candour.tables import write_whole

if TYPE_CHECKING:
    from candour.dataset import DataSet, Entity, Field

ROWS = 500
"""Rows of each sheet that have drop-downs; more may be filled in, without them."""
_WIDEST_NOTE = 900


def write_blank(path: Path, entities: Sequence[Entity], *, restricted: bool) -> dict[str, int]:
    """Write the workbook to ``path`` (.xlsx), whole or not at all. Same data set, same bytes.

    ``restricted`` says whether the fields are in it that tell how a person died or came close to
    it: such a workbook is not for passing on. Gives the number of fields of each sheet.
    """
    import datetime as dt

    import xlsxwriter

    from candour.dataset import load

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    # A fixed date: the file's bytes must not depend on the day it was written.
    book.set_properties({"title": load().title, "created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)})
    shown = {entity.path: fields_of(entity, restricted=restricted) for entity in entities}
    looks = _looks(book)
    _guide(book, load(), entities, shown, looks, restricted=restricted)
    lists = sorted({name for fields in shown.values() for f in fields if (name := _list_of(f))})
    sheets = [(book.add_worksheet(entity.path), shown[entity.path]) for entity in entities]
    ranges = _codes(book, lists, looks)
    for sheet, fields in sheets:
        _fill(sheet, fields, ranges, looks)
    book.close()
    write_whole(path, content.getvalue())
    return {path: len(fields) for path, fields in shown.items()}


def fields_of(entity: Entity, *, restricted: bool) -> list[Field]:
    """The columns of a kind of thing: whom it is about, then its fields that are in use."""
    from candour.dataset import field

    whose = field(f"{PERSON}.{WHOSE}")
    own = [f for f in entity.fields.values() if f.path != whose.path and f.retired is None]
    return [whose, *(f for f in own if restricted or f.sensitivity != RESTRICTED)]


def _looks(book: Any) -> dict[str, Any]:
    wrap = {"text_wrap": True, "valign": "top"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, **wrap}),
        "asked": book.add_format({"bold": True, "bottom": 1, "bg_color": "#DDEBF7", **wrap}),
        "wrap": book.add_format(wrap),
        # As text, so that a code keeps its noughts and an id does not become a number.
        "text": book.add_format({"num_format": "@"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
    }


def _guide(
    book: Any,
    data_set: DataSet,
    entities: Sequence[Entity],
    shown: dict[str, list[Field]],
    looks: dict[str, Any],
    *,
    restricted: bool,
) -> None:
    sheet = book.add_worksheet(GUIDE)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    sheet.set_column(2, 3, 12)
    sheet.write_string(0, 0, f"{data_set.title}, release {data_set.release}", looks["title"])
    said = [*_ADVICE, _WITH_RESTRICTED if restricted else _WITHOUT_RESTRICTED]
    for number, text in enumerate(said, start=2):
        sheet.merge_range(number, 0, number, 3, text, looks["wrap"])
        sheet.set_row(number, 15 * (1 + len(text) // 125))
    top = len(said) + 3
    for place, name in enumerate(("sheet", "what it holds", "columns", "minutes")):
        sheet.write_string(top, place, name, looks["head"])
    for number, entity in enumerate(entities, start=top + 1):
        fields = shown[entity.path]
        sheet.write_url(
            number, 0, f"internal:'{entity.path}'!A1", looks["wrap"], string=entity.path
        )
        sheet.write_string(number, 1, f"{entity.title}. {entity.meaning}", looks["wrap"])
        sheet.write_number(number, 2, len(fields), looks["wrap"])
        minutes = round(sum(f.seconds for f in fields) / 60, 1)
        sheet.write_number(number, 3, minutes, looks["wrap"])


def _codes(book: Any, lists: Sequence[str], looks: dict[str, Any]) -> dict[str, str]:
    """One column per list. Gives, for each list, the cells that hold its words."""
    from xlsxwriter.utility import xl_range_abs

    from candour.dataset import codelist

    sheet = book.add_worksheet(CODES)
    ranges = {}
    for place, name in enumerate(lists):
        held = codelist(name)
        # A code that went out of use can still be typed for a day on which it was in use.
        words = list(dict.fromkeys(code.display for code in held.codes if code.valid_on(None)))
        sheet.set_column(place, place, 34)
        sheet.write_string(0, place, f"{held.title} ({held.ref})", looks["head"])
        for row, word in enumerate(words, start=1):
            sheet.write_string(row, place, word, looks["wrap"])
        ranges[name] = f"='{CODES}'!{xl_range_abs(1, place, len(words), place)}"
    sheet.freeze_panes(1, 0)
    return ranges


def _fill(
    sheet: Any, fields: Sequence[Field], ranges: dict[str, str], looks: dict[str, Any]
) -> None:
    for place, field in enumerate(fields):
        always = field.required_when.startswith("Always")
        sheet.write_string(0, place, field.name, looks["asked" if always else "head"])
        sheet.write_comment(0, place, note_of(field), {"x_scale": 2.4, "y_scale": 1.8})
        # As text, too, where a month may stand: a spreadsheet would make its first day of it.
        look = looks["day"] if field.type == "date" else looks["text"]
        sheet.set_column(place, place, max(14, min(len(field.name) + 2, 34)), look)
        listed = _list_of(field)
        if listed is not None:
            sheet.data_validation(
                1,
                place,
                ROWS,
                place,
                {
                    "validate": "list",
                    "source": ranges[listed],
                    # A code of an older list may be typed: it is read, and told if unknown.
                    "error_type": "warning",
                    "error_title": field.title[:32],
                    "error_message": "This is none of the words of the list.",
                },
            )
    sheet.freeze_panes(1, 1)


def note_of(field: Field) -> str:
    """What stands beside a column's name: meaning, purpose, when it is asked, and the time."""
    lines = [field.meaning, f"Why: {field.why}", f"Asked: {field.required_when}"]
    if field.type in DATE_TYPES:
        whole = "a day" if field.type == "date" else "a day; 2025-02 or 2025 if no more is known"
        lines.append(f"Write {whole}.")
    lines.append(f"About {field.seconds} seconds." if field.seconds else "Held by a system.")
    return "\n".join(lines)[:_WIDEST_NOTE]


def _list_of(field: Field) -> str | None:
    return "yes_no_unknown" if field.type == "yes_no_unknown" else field.codelist


_ADVICE = (
    "One sheet for each kind of thing, one row for each. Fill in only the sheets and columns that "
    "you need: an empty sheet says nothing, and an empty cell is never read as no.",
    "Every row begins with local_patient_id, your own system's number for the person. The same "
    "number on two sheets means the same person. Names and the NHS number stand on the sheet "
    "person alone.",
    "Where a cell has an arrow, choose a word from the list; its code may be typed too. The note "
    "on each column's name says what it means, why it is asked and how long it takes. Names on "
    "blue are always asked. Keep the names in the first row as they are.",
    "Each row is about one person's life. Write of people as their family could read it, and "
    "name no member of staff.",
    "Check it with candour validate FILE.xlsx, and put it into the folder that candour run reads.",
)
_WITHOUT_RESTRICTED = (
    "What tells of a means is not asked here. candour dictionary --workbook FILE --restricted "
    "writes a workbook that asks it, for the few who have to know."
)
_WITH_RESTRICTED = (
    "This workbook asks how a person died or came close to it. Keep it where only those who have "
    "to know can open it, filled in or not: its lists are on no public page for a reason."
)
