"""The register of layouts: those shipped with Candour and those that a user keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from candour.errors import UserError
from candour.sources.checks import DataSetLike
from candour.sources.mapping import FileRole, Mapping, load

SHIPPED = Path(__file__).parent


@dataclass(frozen=True)
class Layout:
    """A mapping, the file that it came from, and whether it is shipped with Candour."""

    mapping: Mapping
    path: Path
    shipped: bool


@dataclass(frozen=True)
class Layouts:
    """Layouts by id. A user's own layout takes the place of a shipped one with the same id."""

    by_id: dict[str, Layout]

    @classmethod
    def shipped(cls, data_set: DataSetLike | None = None) -> Layouts:
        """The layouts that come with Candour.

        A test checks each against the data set in force; here they are checked only against
        another ``data_set``. Raises ``UserError`` if one is not sound.
        """
        found = sorted(SHIPPED.glob("*/mapping.yaml"))
        sound = data_set is None
        layouts = [Layout(load(path, data_set, sound=sound), path, shipped=True) for path in found]
        return cls({layout.mapping.id: layout for layout in layouts})

    @classmethod
    def with_folders(cls, folders: Iterable[Path], data_set: DataSetLike | None = None) -> Layouts:
        """The shipped layouts and a user's own.

        A folder may hold ``mapping.yaml`` itself, folders that hold one each, or ``*.yaml`` files.
        Raises ``UserError`` for a folder that is not there or holds no mapping, for a mapping that
        is not sound, and where two of the user's own carry one id.
        """
        layouts = cls.shipped(data_set)
        own: dict[str, Layout] = {}
        for folder in folders:
            for path in _mappings_in(folder):
                layout = Layout(load(path, data_set), path, shipped=False)
                other = own.get(layout.mapping.id)
                if other is not None and other.path.resolve() != path.resolve():
                    raise UserError(
                        f"Two mappings carry the id {layout.mapping.id}: "
                        f"{other.path.name} and {path.name}.",
                        "Give one of them another id.",
                    )
                own[layout.mapping.id] = layout
        return replace(layouts, by_id={**layouts.by_id, **own})

    def get(self, layout_id: str) -> Mapping:
        """The mapping with this id. Raises ``UserError`` naming the nearest one."""
        layout = self.by_id.get(layout_id)
        if layout is None:
            near = get_close_matches(layout_id, list(self.by_id), n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise UserError(
                f"There is no layout {layout_id}.",
                f"{hint}Known layouts: {', '.join(sorted(self.by_id))}.",
            )
        return layout.mapping

    def mappings(self) -> list[Mapping]:
        """Every mapping, ordered by id."""
        return [self.by_id[layout_id].mapping for layout_id in sorted(self.by_id)]

    def roles(self) -> Iterator[tuple[Mapping, str, FileRole]]:
        """Every kind of file that can be recognised: layout, name of the role, the role."""
        for mapping in self.mappings():
            for name, role in mapping.files.items():
                yield mapping, name, role


def _mappings_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise UserError(
            f"The folder of mappings {folder} is not there.",
            "Name a folder that holds LAYOUT/mapping.yaml or *.yaml files.",
        )
    found = sorted({*folder.glob("*.yaml"), *folder.glob("*/mapping.yaml")})
    if not found:
        raise UserError(
            f"The folder {folder} holds no mapping.",
            "Put LAYOUT/mapping.yaml or *.yaml files there, or leave the folder out.",
        )
    return found
