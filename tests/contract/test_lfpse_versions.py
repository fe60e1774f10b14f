"""Lists of the national event service: version 5 as published loads, and any other is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from candour.dataset.code_systems import compare, read
from candour.pipeline.checking import findings_of
from candour.pipeline.run import run
from candour.sources import Layouts
from candour.sources.registry import SHIPPED

HARM = "level-of-physical-harm"
MIND = "level-of-psychological-harm"
SYSTEMS = Layouts.shipped().get("lfpse").code_systems
Lists = dict[str, Any]


@pytest.fixture(scope="module")
def published(real_data: Path) -> Path:
    return real_data / "lfpse" / "code_systems_v5.json"


def codes(lists: Lists, name: str) -> dict[str, dict[str, str]]:
    return {one["code"]: one for one in lists[f"{name}-5"]["codes"]}


def added(lists: Lists) -> None:
    lists[f"{HARM}-5"]["codes"].append({"code": "6", "display": "Harm of a made-up kind"})


def removed(lists: Lists) -> None:
    lists[f"{HARM}-5"]["codes"] = [c for c in lists[f"{HARM}-5"]["codes"] if c["code"] != "4"]


def swapped(lists: Lists) -> None:
    fatal, severe = codes(lists, HARM)["1"], codes(lists, HARM)["2"]
    fatal["display"], severe["display"] = severe["display"], fatal["display"]


def turned_round(lists: Lists) -> None:
    """As most local scales run: 1 is none. The most dangerous difference of all."""
    held = lists[f"{HARM}-5"]["codes"]
    words = [one["display"] for one in held]
    for one, display in zip(held, reversed(words), strict=True):
        one["display"] = display


def renumbered(lists: Lists) -> None:
    for name in list(lists):
        lists[name.removesuffix("5") + "6"] = lists.pop(name)


def one_letter(lists: Lists) -> None:
    codes(lists, MIND)["1"]["display"] = "Severe psychological harms"


def two_lists(lists: Lists) -> None:
    added(lists)
    codes(lists, "outcome-type")["7"]["display"] = "Something made up"


CHANGES: list[tuple[Callable[[Lists], None], list[str], list[str]]] = [
    (added, [f"{HARM}: new 6."], [MIND, "gone", "worded", "made-up"]),
    (removed, [f"{HARM}: gone 4."], [MIND, "new", "worded"]),
    (
        swapped,
        ['worded otherwise 2 (here "Severe physical harm"), 1 (here "Fatal")'],
        ["new", "gone", MIND],
    ),
    (turned_round, ['5 (here "No physical harm")', '1 (here "Fatal")'], ["3 (here", "new", "gone"]),
    (renumbered, [f"{name}: version 6 where" for name in SYSTEMS], ["new", "gone", "worded"]),
    (one_letter, [f'{MIND}: worded otherwise 1 (here "Severe psychological harm").'], [HARM]),
    (two_lists, [f"{HARM}: new 6.", "outcome-type: worded otherwise 7"], [MIND]),
]


def test_the_published_lists_of_version_5_agree_with_what_the_layout_reads(published):
    (found,) = findings_of([published])

    assert (found.code, found.severity) == ("code-lists-agree", "informs")
    assert found.message.endswith(f"They are {len(SYSTEMS)}.")


def test_every_list_that_the_layout_reads_is_held_word_for_word(published):
    theirs = read(published)

    ours = {name: system.codes for name, system in SYSTEMS.items()}
    differing = compare(ours, theirs)

    assert {system.version for system in SYSTEMS.values()} == {"5"}
    assert (differing["only_in_a"], differing["changed"]) == ([], {})


@pytest.mark.parametrize(
    ("change", "said", "unsaid"), CHANGES, ids=[change.__name__ for change, _, _ in CHANGES]
)
def test_made_up_lists_of_another_version_are_refused_with_what_differs(
    change, said, unsaid, published, tmp_path
):
    lists = json.loads(published.read_text(encoding="utf-8"))
    change(lists)
    path = tmp_path / "lists.json"
    path.write_text(json.dumps(lists), encoding="utf-8")

    (found,) = findings_of([path])

    assert (found.code, found.severity) == ("code-list-of-another-version", "blocks-file")
    for words in said:
        assert words in found.message
    differs = found.message.partition("does not read.")[2]
    for words in unsaid:
        assert words not in differs


def test_white_space_alone_and_the_order_of_codes_are_no_difference(published, tmp_path):
    lists = json.loads(published.read_text(encoding="utf-8"))
    lists[f"{HARM}-5"]["codes"].reverse()
    codes(lists, HARM)["1"]["display"] = " Fatal  "
    path = tmp_path / "lists.json"
    path.write_text(json.dumps(lists), encoding="utf-8")

    assert [found.code for found in findings_of([path])] == ["code-lists-agree"]


def test_a_list_that_is_not_in_the_file_is_named_and_not_taken_as_agreeing(published, tmp_path):
    lists = json.loads(published.read_text(encoding="utf-8"))
    del lists[f"{HARM}-5"]
    path = tmp_path / "lists.json"
    path.write_text(json.dumps(lists), encoding="utf-8")

    (found,) = findings_of([path])

    assert found.message.endswith(f"They are {len(SYSTEMS) - 1}. Not among them: {HARM}.")


def test_what_a_file_puts_where_a_code_belongs_is_not_shown(published, tmp_path):
    lists = json.loads(published.read_text(encoding="utf-8"))
    lists[f"{HARM}-5"]["codes"].append({"code": "Orla Aldermoor 9990070008", "display": "x"})
    path = tmp_path / "lists.json"
    path.write_text(json.dumps(lists), encoding="utf-8")

    (found,) = findings_of([path])

    assert "new (no code)" in found.message
    assert "Aldermoor" not in found.message


@pytest.mark.parametrize(
    "name", [HARM, MIND, "outcome-type", "patient-safety-adverse-event"], ids=str
)
@pytest.mark.parametrize("version", ["4", "6"])
def test_events_of_another_version_are_refused_naming_it(name, version, tmp_path):
    text = (SHIPPED / "lfpse" / "sample" / "events.json").read_text(encoding="utf-8")
    assert f"{name}-5" in text
    path = tmp_path / "events.json"
    path.write_text(text.replace(f"{name}-5", f"{name}-{version}"), encoding="utf-8")

    (found,) = findings_of([path])

    assert (found.code, found.severity) == ("code-list-of-another-version", "blocks-file")
    assert f"The layout reads version 5; the file has {name} {version}" in found.message


def test_harm_1_is_a_death_in_version_5_and_a_file_of_version_6_makes_none(tmp_path):
    """The same events twice; in the second the list of harms says another version."""
    text = (SHIPPED / "lfpse" / "sample" / "events.json").read_text(encoding="utf-8")
    deaths, left_out = {}, {}
    for version in ("5", "6"):
        extracts = tmp_path / version / "in"
        extracts.mkdir(parents=True)
        sent = text.replace(f"{HARM}-5", f"{HARM}-{version}")
        (extracts / "events.json").write_text(sent, encoding="utf-8")
        made = run(extracts, tmp_path / version / "run")
        left_out[version] = made.counts.left_out
        values = pq.read_table(made.folder / "identified" / "values.parquet").to_pylist()
        deaths[version] = [v for v in values if v["entity"] == "death" and v["field"] == "died"]

    assert left_out == {"5": 0, "6": 1}
    # One by its harm, one by its outcome; the rest of the sample survived.
    assert [v["value"] for v in deaths["5"]] == ["yes", "yes"]
    assert deaths["6"] == []
