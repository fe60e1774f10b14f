"""Two spellings of one name are no conflict; two names are."""

from __future__ import annotations

from names_written_in_two_ways import NAMES, TWO_NAMES, values

from candour.pipeline.unify.values import conflicts
from candour.tables import open_engine


def test_a_name_differs_where_its_letters_do_and_not_the_way_they_are_written():
    with open_engine() as engine:
        found = engine.rows(conflicts(engine, engine.table(values())))

    assert {row["person_id"] for row in found} == TWO_NAMES
    for row in found:
        assert (row["chosen_value"], row["other_value"]) == NAMES[row["person_id"]][:2]
        assert (row["chosen_file"], row["other_file"]) == ("0.csv", "1.csv")
