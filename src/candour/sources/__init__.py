"""Layouts: how the extracts that providers already hold are read as the data set.

Takes: mapping files (YAML), shipped here or kept by a user, and the data set they map to.
Gives: checked mappings, the register of layouts, and both as plain data for people.
Knows nothing of: files of records, engines, definitions.
"""

from __future__ import annotations

from candour.sources.describe import as_data
from candour.sources.mapping import FileRole, Mapping, load
from candour.sources.registry import Layouts

__all__ = ["FileRole", "Layouts", "Mapping", "as_data", "load"]
