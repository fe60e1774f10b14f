"""Which layouts are known, and whose."""

import shutil

import pytest

from candour.errors import UserError
from candour.sources import Layouts
from candour.sources.registry import SHIPPED


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def test_a_layout_of_ones_own_is_found_in_a_folder_of_its_name(own):
    (own / "ours").mkdir()
    text = (SHIPPED / "epr" / "mapping.yaml").read_text(encoding="utf-8")
    (own / "ours" / "mapping.yaml").write_text(text.replace("id: epr", "id: ours"), "utf-8")

    layouts = Layouts.with_folders([own])

    assert not layouts.by_id["ours"].shipped
    assert layouts.by_id["epr"].shipped


def test_a_layout_of_ones_own_takes_the_place_of_the_shipped_one(own):
    text = (SHIPPED / "epr" / "mapping.yaml").read_text(encoding="utf-8")
    (own / "epr.yaml").write_text(text.replace("version: 1.0.0", "version: 1.0.1"), "utf-8")

    layouts = Layouts.with_folders([own])

    assert layouts.get("epr").version == "1.0.1"


def test_two_of_ones_own_with_one_id_are_refused(own):
    shutil.copy(SHIPPED / "epr" / "mapping.yaml", own / "a.yaml")
    shutil.copy(SHIPPED / "epr" / "mapping.yaml", own / "b.yaml")

    with pytest.raises(UserError, match="Two mappings carry the id epr"):
        Layouts.with_folders([own])


def test_a_folder_without_a_mapping_is_refused(own):
    with pytest.raises(UserError, match="holds no mapping"):
        Layouts.with_folders([own])


def test_a_folder_that_is_not_there_is_refused(own):
    with pytest.raises(UserError, match="is not there"):
        Layouts.with_folders([own / "nowhere"])


def test_an_unknown_layout_is_answered_with_the_nearest():
    with pytest.raises(UserError, match="Did you mean datix"):
        Layouts.shipped().get("datx")
