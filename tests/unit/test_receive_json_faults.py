"""Events as JSON that keeps to no schema: read as far as they are events, or answered."""

import json

import pyarrow.parquet as pq
import pytest

from candour.pipeline.receive import receive_folder
from candour.sources import Layouts

PROFILE = "https://example.org/StructureDefinition/patient-safety-adverse-event-5"


def event(**changed):
    extension = [{"url": f"https://example.org/{name}-5", "valueString": name} for name in "AB"]
    return {
        "resourceType": "AdverseEvent",
        "id": "LE-1",
        "meta": {"profile": [PROFILE]},
        "extension": extension,
    } | changed


@pytest.fixture
def send(tmp_path):
    def sent(text):
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "events.json").write_text(text, encoding="utf-8")
        return receive_folder(
            tmp_path / "in", tmp_path / "work", Layouts.shipped(), tmp_path / "store"
        )

    return sent


def bundle(entry):
    return json.dumps({"resourceType": "Bundle", "entry": entry})


def rows(received):
    (staged,) = received.staged
    return pq.read_table(staged.path).to_pylist()


@pytest.mark.parametrize("entry", [7, "events", True, {"resource": 3}])
def test_a_bundle_whose_entry_is_no_list_is_answered(send, entry):
    received = send(bundle(entry))

    assert [s.left_out for s in received.submissions] == ["file-empty"]


def test_one_entry_that_stands_without_a_list_is_an_event(send):
    received = send(bundle({"resource": event()}))

    assert [row["event"] for row in rows(received)] == ["LE-1"]


@pytest.mark.parametrize("contained", [7, "a person", True, {"id": "x"}])
def test_an_event_that_contains_no_list_of_people_is_a_row(send, contained):
    received = send(bundle([{"resource": event(contained=contained)}]))

    assert [row["event"] for row in rows(received)] == ["LE-1"]


def test_half_of_a_letter_is_replaced_and_counted(send):
    received = send(bundle([{"resource": event(id="LE-\ud800")}]))

    assert [row["event"] for row in rows(received)] == ["LE-\N{REPLACEMENT CHARACTER}"]
    (told,) = (f for f in received.findings if f.code == "characters-not-readable")
    assert "There are 1." in told.message


def test_a_letter_written_as_two_halves_is_whole(send):
    received = send(bundle([{"resource": event(id="LE-\N{BOUQUET}")}]))

    assert [row["event"] for row in rows(received)] == ["LE-\N{BOUQUET}"]
    assert all(f.code != "characters-not-readable" for f in received.findings)


@pytest.mark.parametrize("number", ["1" * 5000, "1.50", "1e999", "NaN"])
def test_a_number_is_the_text_that_stood_there(send, number):
    received = send(bundle([{"resource": event(id="HERE")}]).replace('"HERE"', number))

    assert [row["event"] for row in rows(received)] == [number]


@pytest.mark.parametrize("text", ['[{"a":' * 100_000, '{"a":1}\n' + "[" * 100_000])
def test_json_nested_without_end_is_answered(send, text):
    received = send(text)

    assert [s.left_out for s in received.submissions] == ["json-unreadable"]
