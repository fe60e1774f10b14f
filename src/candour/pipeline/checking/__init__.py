"""Checking: what is to be mended in files before they are sent, without a run.

Takes: files, layouts.
Gives: the findings that receiving and standardising them would give.
Knows nothing of: which rows are one person, stays, definitions, who may see what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from candour.pipeline.receive.ahead import begun as begun_ahead

if TYPE_CHECKING:
    from candour.pipeline.checking.files import ABOUT_RECEIPT, checked, findings_of

__all__ = ["ABOUT_RECEIPT", "begun_ahead", "checked", "findings_of"]


def __getattr__(name: str) -> Any:
    """Load the rest when it is asked for: a large workbook is begun to be read before it."""
    if name not in __all__:
        raise AttributeError(name)
    from candour.pipeline.checking import files

    return getattr(files, name)
