"""Every package says what it takes, gives and knows nothing of, and the map is drawn from that."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def draw_map(checkout) -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw_map", checkout / "tools" / "draw_map.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["draw_map"] = module
    spec.loader.exec_module(module)
    return module


def test_every_package_has_its_three_lines(draw_map, checkout):
    rooms = draw_map.rooms(checkout / "src")

    assert len(rooms) > 1
    assert all(room.takes and room.gives and room.ignores for room in rooms)


def test_every_folder_of_code_is_a_package(checkout):
    folders = {path.parent for path in (checkout / "src" / "candour").rglob("*.py")}

    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_the_map_in_the_docs_is_the_one_that_would_be_drawn(draw_map, checkout):
    drawn = draw_map.drawn(checkout / "src", checkout / "pyproject.toml")
    kept = (checkout / "docs" / "developers" / "map.md").read_text(encoding="utf-8")

    assert kept == drawn, "write it again: ./run derive"


def test_a_package_that_leaves_a_line_out_is_named(draw_map, tmp_path):
    package = tmp_path / "mute"
    package.mkdir()
    (package / "__init__.py").write_text('"""Mute.\n\nTakes: nothing.\nGives: nothing.\n"""\n')

    with pytest.raises(draw_map.Unsaid, match="mute has no line “Knows nothing of:”"):
        draw_map.rooms(tmp_path)


def test_a_line_may_go_on_below(draw_map):
    lines = draw_map.three_lines("X.\n\nTakes: one\n    two.\nGives: three.\n\nMore text.")

    assert lines == {"Takes": "one two.", "Gives": "three."}
