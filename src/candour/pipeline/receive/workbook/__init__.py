"""Workbooks (.xlsx): what a sheet shows, as text, and what it keeps out of sight.

Takes: the bytes of a workbook, which anybody may have made, for good or ill.
Gives: its visible sheets as tables of text with the sheet's own row numbers, and what was noticed.
Knows nothing of: layouts, what a column means, folders, runs.
"""

from __future__ import annotations

from candour.pipeline.receive.workbook.package import Package, Refusal, Sheet, open_package
from candour.pipeline.receive.workbook.shown import Shown, shown

__all__ = ["Package", "Refusal", "Sheet", "Shown", "open_package", "shown"]
