"""The register of bodies: what a code meant on a day, and what it became."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from candour.errors import UserError
from candour.organisations import Body, Register, reading
from candour.organisations.bodies import Held, pick

EVE = date(2026, 3, 31)
MORNING = date(2026, 4, 1)


@pytest.fixture(scope="module")
def register() -> Register:
    return Register.load()


def _became(register: Register, code: str) -> set[str]:
    return {one.successor for one in register.successors(code)}


def test_there_were_42_icbs_on_the_eve_of_the_change_and_36_on_its_morning(
    register: Register,
) -> None:
    before = {body.code for body in register.list(EVE, "icb")}
    after = {body.code for body in register.list(MORNING, "icb")}

    assert (len(before), len(after)) == (42, 36)
    assert len(before - after) == 12
    assert after - before == {"S1Y5D", "D7T5G", "T6Y0W", "S9B9J", "S0E4D", "Z9B2Z"}


def test_no_icb_was_there_before_icbs_were(register: Register) -> None:
    assert register.list(date(2022, 6, 30), "icb") == []
    assert register.icb_of("RX3", date(2022, 6, 30)) is None


@pytest.mark.parametrize(
    ("code", "successors"),
    [
        ("QJG", {"D7T5G", "T6Y0W"}),
        ("QM7", {"D7T5G", "S1Y5D"}),
        ("QNQ", {"QRL", "S0E4D", "S9B9J"}),
        ("QMM", {"T6Y0W"}),
        ("RRP", {"G6V2S"}),
        ("TAF", {"G6V2S"}),
        ("RTV", {"RW4"}),
        ("RNN", {"RX4", "RW5"}),
    ],
)
def test_a_body_may_become_several(register: Register, code: str, successors: set[str]) -> None:
    assert _became(register, code) == successors


def test_a_divided_icb_says_that_each_successor_took_a_part(register: Register) -> None:
    assert {one.extent for one in register.successors("QJG")} == {"part"}


def test_predecessors_mirror_successors(register: Register) -> None:
    assert {one.predecessor for one in register.predecessors("G6V2S")} >= {"RRP", "TAF"}


def test_care_trusts_are_in_the_register(register: Register) -> None:
    codes = {body.code for body in register.list(date(2025, 1, 1), "mh_trust")}

    assert {"TAD", "TAH", "TAJ"} <= codes
    assert "TAF" not in codes


def test_a_start_that_is_not_stated_stays_unstated_and_is_said(register: Register) -> None:
    body = register.show("TAD")

    assert body is not None
    assert body.valid_from is None
    assert body.state(date(2025, 1, 1)) == "open (start not stated)"


def test_a_trust_follows_its_icb_over_the_change(register: Register) -> None:
    assert register.icb_of("RNU", EVE) == "QU9"
    assert register.icb_of("RNU", MORNING) == "S0E4D"
    assert register.region_of("RNU", MORNING) == "Y59"


def test_where_two_files_differ_and_no_day_is_stated_the_icb_between_cannot_be_told(
    register: Register,
) -> None:
    between = date(2025, 12, 1)

    assert register.icb_of("RPG", date(2025, 6, 1)) == "QKK"
    assert register.icb_of("RPG", between) is None
    assert {h.value for h in register.possible_parents("RPG", "icb", between)} == {"QKK", "QKS"}
    assert register.icb_of("RPG", date(2026, 8, 1)) == "QKS"


def test_a_closed_trust_is_nowhere_after_its_last_day(register: Register) -> None:
    assert register.show("RRP", date(2024, 10, 31)) is not None
    assert register.show("RRP", date(2024, 11, 1)) is None
    assert register.icb_of("RRP", date(2024, 11, 1)) is None


def test_a_name_is_the_one_of_the_day(register: Register) -> None:
    assert register.name("RW1", date(2024, 9, 30)) == "Southern Health NHS Foundation Trust"
    assert register.name("RW1", date(2024, 10, 1)) == (
        "Hampshire and Isle of Wight Healthcare NHS Foundation Trust"
    )


def test_between_two_names_without_a_stated_day_the_one_last_seen_stands(
    register: Register,
) -> None:
    assert register.name("RRE", date(2023, 6, 1)) == "Midlands Partnership NHS Foundation Trust"


def test_a_code_is_found_whatever_its_capitals_and_an_unknown_one_is_not(
    register: Register,
) -> None:
    assert register.show("rx3") is register.show("RX3")
    assert register.show("ZZZ") is None
    assert register.successors("ZZZ") == ()
    assert register.name("ZZZ") is None


def test_an_icb_is_its_own_icb_and_a_region_its_own_region(register: Register) -> None:
    assert register.icb_of("QRL", MORNING) == "QRL"
    assert register.region_of("Y59", MORNING) == "Y59"
    assert register.region_of("QRL", MORNING) == "Y59"


def test_every_shipped_fact_names_a_known_source_and_known_bodies(register: Register) -> None:
    sources = reading.shipped_sources()
    bodies, successions = reading.shipped()

    for body in bodies.values():
        held = (*body.names, *body.icbs, *body.regions)
        assert {body.source, *(one.source for one in held)} <= set(sources)
        assert {one.value for one in (*body.icbs, *body.regions)} <= set(bodies)
        assert body.names, body.code
    for one in successions:
        assert {one.predecessor, one.successor} <= set(bodies)
        assert one.source in sources
        assert one.certainty in ("stated", "unverified")
    assert all(source["licence"] for source in sources.values())


def test_no_shipped_body_ends_before_it_begins_or_has_two_sure_parents(register: Register) -> None:
    days = [date(year, month, 1) for year in range(2022, 2027) for month in (1, 4, 7, 10)]
    bodies, _ = reading.shipped()

    for body in bodies.values():
        for held in (body, *body.names, *body.icbs, *body.regions):
            assert not (held.valid_from and held.valid_to) or held.valid_from <= held.valid_to
        for day in days:
            for parents in (body.icbs, body.regions):
                assert sum(one.surely(day) for one in parents) <= 1, (body.code, day)


def test_the_kinds_add_up_to_the_list_that_was_carried(register: Register) -> None:
    kinds = Counter(register.show(code).kind for code in register.codes())  # type: ignore[union-attr]

    carried = {kind: kinds[kind] for kind in ("region", "icb", "mh_trust", "integrated_trust")}
    assert carried == {"region": 7, "icb": 48, "mh_trust": 56, "integrated_trust": 4}
    # The rest of ODS's files of NHS trusts, and two that closed before the first of them.
    trusts = ("acute_trust", "community_trust", "ambulance_trust", "public_health_trust")
    assert sum(kinds[kind] for kind in trusts) == 168


def test_a_national_body_says_what_it_was_called_and_what_it_became(register: Register) -> None:
    assert register.name("DHSC", date(2017, 6, 1)) == "Department of Health"
    assert register.name("DHSC", date(2019, 6, 1)) == "Department of Health and Social Care"
    assert _became(register, "HSIB") == {"HSSIB"}
    assert _became(register, "PHE") == {"UKHSA", "DHSC"}
    assert register.show("IPCC", date(2018, 1, 8)) is None


def test_an_old_name_of_a_trust_is_the_one_of_its_day(register: Register) -> None:
    assert register.name("RTQ", date(2019, 9, 30)) == "2gether NHS Foundation Trust"
    assert register.name("RTQ", date(2019, 10, 1)) == (
        "Gloucestershire Health and Care NHS Foundation Trust"
    )


def test_a_trust_beside_mental_health_has_its_place_too(register: Register) -> None:
    assert register.icb_of("RTH", EVE) == "QU9"
    assert register.icb_of("RTH", MORNING) == "S0E4D"
    assert register.region_of("RRU", EVE) == "Y56"


def test_a_users_own_bodies_join_and_bring_their_parents(tmp_path: Path) -> None:
    own = tmp_path / "organisations.csv"
    own.write_text(
        "code , name,type,icb_code,icb_name,region_code,region_name\n"
        "XV1,Alderwick Mental Health Trust,mh_trust,XI1,Alderwick Board,XR1,The Vale\n"
        "XV2,Old Alder Trust,mh_trust_closed,XI1,Alderwick Board,XR1,The Vale\n",
        encoding="utf-8",
    )

    register = Register.load([own])

    assert register.icb_of("XV1", date(2025, 1, 1)) == "XI1"
    assert register.region_of("XV1", date(2025, 1, 1)) == "XR1"
    assert register.region_of("XI1", date(2025, 1, 1)) == "XR1"
    assert register.name("XI1") == "Alderwick Board"
    assert register.show("RX3") is not None
    old = register.show("XV2")
    assert old is not None
    assert (old.kind, old.state(date(2025, 1, 1))) == (
        "mh_trust",
        "open (start not stated, end not stated)",
    )


def test_a_users_file_leaves_the_shipped_register_as_it_was(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("code,name,type\nRX3,Another name,mh_trust\n", encoding="utf-8")

    assert Register.load([own]).name("RX3") == "Another name"
    assert Register.load().name("RX3") == "Tees, Esk and Wear Valleys NHS Foundation Trust"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,type\nXV1,mh_trust\n", "lacks the column name"),
        ("code,name,type\nXV1,,mh_trust\n", "row 1: code or name is empty"),
        ("code,name,type,valid_from\nXV1,A,mh_trust,31/01/2025\n", "valid_from or valid_to is no"),
    ],
)
def test_what_is_wrong_with_a_users_file_is_said_with_its_row(
    tmp_path: Path, text: str, said: str
) -> None:
    own = tmp_path / "own.csv"
    own.write_text(text, encoding="utf-8")

    with pytest.raises(UserError, match=said):
        Register.load([own])


def test_a_thing_surely_held_outranks_one_that_may_have() -> None:
    sure = Held("A", date(2022, 7, 1), seen_to=date(2025, 7, 31))
    maybe = Held("B", seen_from=date(2026, 7, 31))

    assert pick((sure, maybe), date(2024, 1, 1)) is sure
    assert pick((sure, maybe), date(2026, 1, 1)) is None
    assert pick((sure, maybe), date(2027, 1, 1)) is maybe


def test_one_that_may_have_held_and_nothing_against_it_stands() -> None:
    only = Held("A", seen_from=date(2026, 7, 31))

    assert pick((only,), date(2024, 1, 1)) is only
    assert pick((), date(2024, 1, 1)) is None


def test_a_body_says_whether_it_is_not_yet_open() -> None:
    body = Body("X", "icb", False, date(2026, 4, 1), None, "own", (Held("A"),))

    assert body.state(EVE) == "not yet open"
    assert body.state(MORNING) == "open"
