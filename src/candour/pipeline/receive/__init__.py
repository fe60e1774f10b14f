"""Receiving: files as they come, kept byte for byte, and read into text without losing a row.

Takes: a folder of extracts, the layouts that are known, a store for the bytes.
Gives: submissions, staged tables in which everything is text, and findings.
Knows nothing of: types, people, deaths, what any column means.
"""

from __future__ import annotations

from candour.pipeline.receive.folder import receive_folder
from candour.pipeline.receive.received import Received, Staged, Submission
from candour.pipeline.receive.store import hold, is_withdrawn, withdraw
from candour.pipeline.receive.text_table import TextTable, read_text_table

__all__ = [
    "Received",
    "Staged",
    "Submission",
    "TextTable",
    "hold",
    "is_withdrawn",
    "read_text_table",
    "receive_folder",
    "withdraw",
]
