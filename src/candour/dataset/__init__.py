"""The data set: every field, code, rule and finding, said once.

Takes: the LinkML schema, the code lists, the rules and the findings that lie beside this file.
Gives: fields with their meaning, dated codes, types that parse and speak, rules as expressions.
Knows nothing of: files as sent, layouts, organisations, people, runs.
"""

from __future__ import annotations

from candour.dataset.code_lists import Code, CodeList, codelist, codelist_ids
from candour.dataset.loading import field, load
from candour.dataset.model import DataSet, Entity, Field

__all__ = [
    "Code",
    "CodeList",
    "DataSet",
    "Entity",
    "Field",
    "codelist",
    "codelist_ids",
    "field",
    "load",
]
