"""Types that parse, check and speak: one implementation each, as column expressions.

Takes: a column of texts as sent (an Ibis expression), and what is known of the column.
Gives: the value, and for every kind of fault an expression that is true on the rows that have it.
Knows nothing of: files, layouts, which entity the column belongs to.
"""

from __future__ import annotations

from candour.dataset.types.dates import parse_date_column, parse_date_parts
from candour.dataset.types.fields import parse_field, survey_field
from candour.dataset.types.orders import settle_order
from candour.dataset.types.parsed import Parsed, PartialDate
from candour.dataset.types.reading import parse_dates, parse_many, parse_one, read_dates
from candour.dataset.types.shapes import Pieces, stage, staged, take_apart_parts

__all__ = [
    "Parsed",
    "PartialDate",
    "Pieces",
    "parse_date_column",
    "parse_date_parts",
    "parse_dates",
    "parse_field",
    "parse_many",
    "parse_one",
    "read_dates",
    "settle_order",
    "stage",
    "staged",
    "survey_field",
    "take_apart_parts",
]
