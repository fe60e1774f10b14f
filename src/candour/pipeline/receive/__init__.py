"""Receiving: files as they come, kept byte for byte, and read into text without losing a row.

Takes: a folder of extracts, the layouts that are known, a store for the bytes.
Gives: submissions, staged tables in which everything is text, and findings.
Knows nothing of: types, people, deaths, what any column means.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from candour.pipeline.receive.folder import receive_folder
    from candour.pipeline.receive.received import Received, Staged, Submission
    from candour.pipeline.receive.store import hold, is_withdrawn, withdraw
    from candour.pipeline.receive.text_table import TextTable, read_text_table, tell_of_text

__all__ = [
    "Received",
    "Staged",
    "Submission",
    "TextTable",
    "hold",
    "is_withdrawn",
    "read_text_table",
    "receive_folder",
    "tell_of_text",
    "withdraw",
]

_HOMES = {
    "receive_folder": "folder",
    **dict.fromkeys(("Received", "Staged", "Submission"), "received"),
    **dict.fromkeys(("hold", "is_withdrawn", "withdraw"), "store"),
    **dict.fromkeys(("TextTable", "read_text_table", "tell_of_text"), "text_table"),
}


def __getattr__(name: str) -> Any:
    """Load a part when it is asked for: whoever checks one file need not wait for the rest."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
