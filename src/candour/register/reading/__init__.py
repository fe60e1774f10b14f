"""Messy spellings in published registers, read: references, coroner areas, categories.

Takes: the text of one cell.
Gives: a value (several joined by `|`) and `read`, `review` or `unreadable`.
Knows nothing of: files, commands, what the register does with a value.
"""

from candour.register.reading.areas import Areas, read_area
from candour.register.reading.categories import read_categories
from candour.register.reading.references import read_reference

__all__ = ["Areas", "read_area", "read_categories", "read_reference"]
