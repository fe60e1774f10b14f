"""Arrow schemas say what the data set says, and a record of it fits into them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from candour.cli.main import main
from candour.dataset import codelist, load
from candour.dataset.arrow import arrow_schema, as_json
from candour.errors import UserError

ENTITIES = [entity.path for entity in load().entities.values()]


@pytest.mark.parametrize("path", ENTITIES)
def test_a_schema_has_every_field_of_its_entity_with_what_is_said_of_it(path: str) -> None:
    schema = arrow_schema(path)

    held = load().entity_at(path)
    assert schema.names == list(held.fields)
    assert schema.metadata[b"release"].decode() == load().release
    for each in held.fields.values():
        said = {k.decode(): v.decode() for k, v in schema.field(each.name).metadata.items()}
        assert said["path"] == each.path
        assert said["meaning"] == each.meaning
        assert said["sensitivity"] == each.sensitivity
        assert said.get("codelist") == (
            "yes_no_unknown@1"
            if each.type == "yes_no_unknown"
            else codelist(each.codelist).ref
            if each.codelist
            else None
        )


def test_a_month_is_its_two_ends_and_what_is_not_said_is_null(tmp_path: Path) -> None:
    schema = arrow_schema("death")
    month = {"earliest": dt.date(2025, 2, 1), "latest": dt.date(2025, 2, 28)}
    record = {"died": "yes", "death_date": month, "registered_on": dt.date(2025, 3, 4)}

    pq.write_table(pa.Table.from_pylist([record], schema=schema), tmp_path / "death.parquet")
    back = pq.read_table(tmp_path / "death.parquet")

    assert back.schema.equals(schema, check_metadata=True)
    (row,) = back.to_pylist()
    assert row["death_date"] == month
    assert row["registered_on"] == dt.date(2025, 3, 4)
    assert row["inquest_on"] is None


def test_the_schemas_as_text_hold_the_same_columns() -> None:
    told = json.loads(as_json())["entities"]

    assert list(told) == ENTITIES
    for path in ENTITIES:
        schema = arrow_schema(path)
        assert [(c["name"], c["type"]) for c in told[path]["columns"]] == [
            (field.name, str(field.type)) for field in schema
        ]


def test_the_command_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "schemas.json"

    assert main(["dictionary", "--arrow", str(path), "--format", "json"]) == 0

    assert path.read_text(encoding="utf-8") == as_json()


def test_a_kind_of_thing_that_is_none_is_told_with_those_that_are() -> None:
    with pytest.raises(UserError) as told:
        arrow_schema("deaths")

    assert "near_miss" in told.value.remedy
