"""Engines, Parquet, folders that are whole or absent, and digests.

Takes: Arrow tables and Parquet files.
Gives: the only door to a query engine, sorted files, atomic folders, content digests.
Knows nothing of: people, deaths, fields, files as senders write them.
"""

from candour.tables.digests import Digest, content_digest
from candour.tables.engine import Engine, Written, open_engine, refuse_unknown_engine
from candour.tables.folders import building, private, refuse_if_open_to_others, write_whole
from candour.tables.seam import PortableEngine, after_linking

__all__ = [
    "Digest",
    "Engine",
    "PortableEngine",
    "Written",
    "after_linking",
    "building",
    "content_digest",
    "open_engine",
    "private",
    "refuse_if_open_to_others",
    "refuse_unknown_engine",
    "write_whole",
]
