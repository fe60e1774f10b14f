"""Layouts as plain data, for the command line and for pages."""

from __future__ import annotations

from typing import Any

from candour.sources.mapping import FileRole, Mapping
from candour.sources.registry import Layouts


def as_data(layout_id: str | None = None, layouts: Layouts | None = None) -> Any:
    """What is known of layouts: a list of all in short, or one of them whole.

    In short each is ``{id, version, title, delivery, purpose, shipped, files}``. Whole, each file
    also lists its columns with the field that each feeds, its keys, its codes and how its dates are
    written. Raises ``UserError`` for an id that is not known.
    """
    layouts = layouts or Layouts.shipped()
    if layout_id is not None:
        mapping = layouts.get(layout_id)
        return _whole(mapping, shipped=layouts.by_id[mapping.id].shipped)
    return [
        {
            "id": mapping.id,
            "version": mapping.version,
            "title": mapping.title,
            "delivery": _delivery(mapping),
            "purpose": mapping.purpose,
            "shipped": layouts.by_id[mapping.id].shipped,
            "files": list(mapping.files),
        }
        for mapping in layouts.mappings()
    ]


def _whole(mapping: Mapping, *, shipped: bool) -> dict[str, Any]:
    return {
        "id": mapping.id,
        "version": mapping.version,
        "title": mapping.title,
        "delivery": _delivery(mapping),
        "purpose": mapping.purpose,
        "legal_basis": mapping.legal_basis,
        "may_be_shown_to": mapping.may_be_shown_to,
        "opt_out": mapping.opt_out,
        "shipped": shipped,
        "implies": dict(mapping.implies),
        "cannot_say": list(mapping.cannot_say),
        "files": [_file(name, role) for name, role in mapping.files.items()],
        "joins": [{"left": join.left, "right": join.right} for join in mapping.joins],
    }


def _file(name: str, role: FileRole) -> dict[str, Any]:
    return {
        "role": name,
        "kind": role.kind,
        "file_name": role.file_name,
        "sheet": role.sheet,
        "recognised_by": list(role.header.find),
        "head_rows": role.header.rows,
        "stop_at": role.stop_at,
        "rows_are": list(role.rows_are),
        "key": {entity: list(columns) for entity, columns in role.key.items()},
        "known_on": role.known_on,
        "fields": [
            {
                "field": target.path,
                "columns": list(target.columns),
                "how": target.how,
                "codes": None if target.codes is None else dict(target.codes),
            }
            for target in role.targets()
        ],
        "not_carried": list(role.not_carried),
        "nulls": list(role.nulls),
        "dates": role.dates.model_dump(exclude_none=True),
        "where": [
            where.model_dump(by_alias=True, exclude_none=True, mode="json") for where in role.where
        ],
        "only_where": {
            entity: [only.model_dump(by_alias=True) for only in any_of]
            for entity, any_of in role.only_where.items()
        },
        "implies": dict(role.implies),
        "cannot_say": list(role.cannot_say),
    }


def _delivery(mapping: Mapping) -> str:
    if isinstance(mapping.delivery, str):
        return mapping.delivery
    return "snapshot of " + " and ".join(mapping.delivery.snapshot)
