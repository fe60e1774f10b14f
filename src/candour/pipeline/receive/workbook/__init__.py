"""Workbooks (.xlsx): what a sheet shows, as text, and what it keeps out of sight.

Takes: the bytes of a workbook, which anybody may have made, for good or ill.
Gives: its visible sheets as tables of text with the sheet's own row numbers, and what was noticed.
Knows nothing of: layouts, what a column means, folders, runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from candour.pipeline.receive.workbook.package import Package, Refusal, Sheet, open_package

if TYPE_CHECKING:
    from candour.pipeline.receive.workbook.sheet_shown import Shown, shown

__all__ = ["Package", "Refusal", "Sheet", "Shown", "open_package", "shown"]


def __getattr__(name: str) -> Any:
    """Load the reader of sheets when it is asked for: a package can be opened without Arrow."""
    if name not in ("Shown", "shown"):
        raise AttributeError(name)
    from candour.pipeline.receive.workbook import sheet_shown as home

    return getattr(home, name)
