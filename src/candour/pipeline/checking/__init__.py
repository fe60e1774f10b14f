"""Checking: what is to be mended in files before they are sent, without a run.

Takes: files, layouts.
Gives: the findings that receiving and standardising them would give.
Knows nothing of: which rows are one person, stays, definitions, who may see what.
"""

from candour.pipeline.checking.files import ABOUT_RECEIPT, findings_of

__all__ = ["ABOUT_RECEIPT", "findings_of"]
