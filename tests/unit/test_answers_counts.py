"""Counts: typed values, groups, and a death that several providers share."""

from __future__ import annotations

import pytest
import tiny_run
from tiny_run import day

from candour.cli.words import COUNT_BY
from candour.definitions import get, settings_from
from candour.errors import UserError
from candour.organisations.register import Register
from candour.pipeline.answers import open_run
from candour.pipeline.answers.counts import BANDS, BY, counts, not_applicable, value
from candour.pipeline.answers.periods import Period

BODIES = """code,name,type,icb_code,icb_name,region_code,region_name
ZX901,Invented Vale Trust,mh_trust,ZXI01,Invented Vale Integrated Care Board,ZXR01,Invented East
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return open_run(tiny_run.write(tmp_path_factory.mktemp("runs") / "run"))


def _count(run, name="hssib-2025", by=(), period=None, settings=(), register=None):
    definition = get(name)
    asked = [(definition, settings_from(definition, settings))]
    return counts(run, asked, list(by), period or Period(), register)


def _in_by_group(rows):
    return {tuple(row["by"].values()): row["in"]["value"] for row in rows}


def test_a_count_is_a_typed_value_and_every_death_stands_in_one_of_three(run):
    (row,) = _count(run)

    assert (row["in"], row["out"], row["cannot_tell"]) == (value(2), value(2), value(2))
    assert row["in"] == {"kind": "count", "value": 2}
    assert row["by"] is None
    assert (row["primary"], row["shared"]) == (not_applicable(), not_applicable())
    assert row["settings"] == "unresolved_transfer=cannot-tell"


def test_several_definitions_stand_side_by_side_in_the_order_asked(run):
    asked = [(get(name), {}) for name in ("post-discharge", "inpatient")]

    rows = counts(run, asked, [], Period())

    assert [(row["definition"], row["in"]["value"]) for row in rows] == [
        ("post-discharge", 1),
        ("inpatient", 1),
    ]


def test_a_setting_that_the_run_did_not_classify_is_worked_out_when_it_is_asked(run):
    (row,) = _count(run, "post-discharge", settings=["days=34"])

    assert row["settings"] == "days=34, unresolved_transfer=cannot-tell"
    assert (row["in"]["value"], row["cannot_tell"]["value"]) == (3, 1)


def test_a_shared_death_counts_for_each_provider_and_is_primary_once(run):
    rows = {row["by"]["provider"]: row for row in _count(run, by=["provider"])}

    assert set(rows) == {"ZX901", "ZX902", "not stated"}
    assert (rows["ZX901"]["in"], rows["ZX902"]["in"]) == (value(2), value(1))
    assert (rows["ZX901"]["primary"], rows["ZX901"]["shared"]) == (value(2), value(0))
    assert (rows["ZX902"]["primary"], rows["ZX902"]["shared"]) == (value(0), value(1))


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("month", {"2025-02": 1, "2025-03": 0, "2025-04": 1, "2025-05": 0, "2025-06": 0}),
        ("quarter", {"2025-Q1": 1, "2025-Q2": 1}),
        ("financial-year", {"2024-25": 1, "2025-26": 1}),
        ("sex", {"1": 1, "2": 1}),
        ("ethnicity", {"A": 1, "Z": 1}),
        ("age-band", {"<18": 1, "55-64": 1}),
        ("layout", {"epr": 2, "registration": 1}),
    ],
)
def test_deaths_are_grouped_and_what_is_not_known_is_a_group_of_its_own(run, by, expected):
    found = {key[0]: count for key, count in _in_by_group(_count(run, by=[by])).items()}

    assert found.pop("not stated", 0) == 0
    assert found == expected


def test_icb_and_region_come_from_the_primary_provider(run, tmp_path):
    bodies = tmp_path / "organisations.csv"
    bodies.write_text(BODIES, encoding="utf-8")
    register = Register.load([bodies])

    found = _in_by_group(_count(run, by=["icb", "region"], register=register))

    assert found == {("ZXI01", "ZXR01"): 2, ("not stated", "not stated"): 0}


def test_groups_may_be_crossed(run):
    found = _in_by_group(_count(run, by=["provider", "sex"]))

    assert found["ZX901", "2"] == 1
    assert found["ZX902", "2"] == 1
    assert found["ZX901", "1"] == 1


def test_in_a_period_what_may_lie_outside_it_cannot_be_told(tmp_path):
    known = tiny_run.tables()
    ward = next(row for row in known["deaths"] if row["death_id"] == "D-WARD")
    ward.update(death_date=None, death_date_to=day("2025-05-02"), death_date_precision="between")
    run = open_run(tiny_run.write(tmp_path / "run", known))

    (row,) = _count(run, period=Period(end=day("2025-04-30")))

    assert (row["in"], row["out"], row["cannot_tell"]) == (value(1), value(1), value(2))


def test_a_run_without_deaths_counts_nought_in_all_and_no_group(tmp_path):
    empty = {name: [] for name in tiny_run.tables()}
    run = open_run(tiny_run.write(tmp_path / "run", empty))

    (row,) = _count(run)

    assert (row["in"], row["out"], row["cannot_tell"]) == (value(0), value(0), value(0))
    assert _count(run, by=["sex"]) == []


def test_a_group_that_is_not_known_is_the_users_to_mend(run):
    with pytest.raises(UserError, match="colour"):
        _count(run, by=["colour"])


def test_the_command_line_and_the_library_know_the_same_groups():
    assert COUNT_BY == BY


def test_age_bands_leave_no_gap_and_do_not_overlap():
    assert [low for low, _, _ in BANDS[1:]] == [high + 1 for _, high, _ in BANDS[:-1]]
    assert BANDS[0][0] == 0
