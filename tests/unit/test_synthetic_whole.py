"""The whole nation's extracts: 55 providers, every layout, and the traps that senders make."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from pathlib import Path

import nhs_number
import numpy as np
import openpyxl
import polars as pl
import pytest

from candour.synthetic import Summary, synthesise, whole_nation
from candour.synthetic.deal import BLOCK, EVERYDAY, FULL, ROUND, deal, is_full
from candour.synthetic.draws import Draws
from candour.synthetic.extracts_epr import clients
from candour.synthetic.lives import Lives, live
from candour.synthetic.people import nhs_numbers
from candour.synthetic.stories import place_of, stories
from candour.synthetic.strangers import FOR_EACH, strangers

PEOPLE, SEED = 2_000, 7


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Summary:
    return synthesise(PEOPLE, SEED, tmp_path_factory.mktemp("nation") / "nation", whole_nation())


@pytest.fixture(scope="module")
def everyday() -> Lives:
    """Ten thousand people: the first two thousand full of traps, the others everyday."""
    return live(Draws(SEED, 10 * BLOCK), whole_nation())


@pytest.fixture(scope="module")
def traps(made) -> dict[str, set[str]]:
    return {
        row["trap"]: set(row["persons"].split("|")) - {""}
        for row in rows_of(made.folder / "truth" / "traps.csv")
    }


def sheet(path: Path) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(path, read_only=True)
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_there_are_55_providers_of_which_eight_are_independent_sites(made):
    kinds = Counter(row["type"] for row in rows_of(made.folder / "organisations.csv"))

    assert kinds["mh_trust"] + kinds["independent_site"] == len(made.providers) == 55
    assert kinds["independent_site"] == 8


def test_stays_lie_with_every_provider_and_over_more_than_a_year(everyday):
    spells = everyday.spells

    assert len(np.unique(spells.provider)) == 55
    admitted = spells.admitted.astype("datetime64[D]")
    assert admitted.max() - admitted.min() > np.timedelta64(400, "D")


def test_sites_take_only_people_whom_a_trust_placed_there(everyday):
    spells, sites = everyday.spells, everyday.nation.sites
    at_site = np.flatnonzero(np.isin(spells.provider, sites))

    assert len(at_site) > 50
    assert (spells.order[at_site] == 1).all()
    assert (spells.chain[at_site] == 0).all()


def test_an_everyday_thousand_holds_as_many_deaths_as_life_does(everyday):
    deaths = [
        int((~np.isnat(everyday.died[n * BLOCK : (n + 1) * BLOCK])).sum()) for n in range(2, 10)
    ]

    assert all(11 <= many <= 12 for many in deaths)
    assert [bool(each) for each in is_full(np.arange(ROUND + 3))].count(True) == 2 * FULL


def test_an_everyday_thousand_lives_its_stories_as_often_as_it_says(everyday):
    dealt = deal(Draws(SEED, 10 * BLOCK), whole=True)
    for block in range(2, 10):
        lived = np.bincount(dealt.story[block * BLOCK : (block + 1) * BLOCK],
                            minlength=len(stories()))  # fmt: skip
        in_turn = [p for p, n in enumerate(lived) if n and stories()[p].name not in EVERYDAY]
        assert len(in_turn) == 2  # one of the traps, and the caseload
        for name, many in EVERYDAY.items():
            assert lived[place_of(name)] == many


def test_the_days_after_discharge_run_on_from_one_thousand_to_the_next(everyday):
    place = place_of("died-after-discharge")
    who = np.flatnonzero((everyday.story == place) & (np.arange(10 * BLOCK) >= 2 * BLOCK))
    days = (everyday.died - everyday.left)[who].astype(int)

    assert len(set(days.tolist())) > len(who) // 2


def test_nine_in_ten_registrations_are_of_people_whom_no_provider_met(made):
    entries = [r for f in made.folder.glob("registrations_*.csv") for r in rows_of(f)]
    met = {
        row["local_id"]
        for row in rows_of(made.folder / "truth" / "people.csv")
        if row["role"] == "registrations" and row["story"] != "never-in-contact"
    }

    in_contact = sum(entry["LEDRID"] in met for entry in entries)
    beside = sum(entry["LEDRID"] >= "L500000000" for entry in entries)

    assert beside == FOR_EACH * in_contact > 5_000


def test_strangers_have_sound_numbers_of_their_own():
    taken = set(nhs_numbers(3_000, SEED).tolist())
    others = nhs_numbers(3_000, SEED, strangers=True).tolist()

    assert not taken & set(others)
    assert len(set(others)) == 3_000
    assert all(nhs_number.is_valid(str(each)) for each in others)
    assert {str(each)[:3] for each in others} == {"999"}


def test_strangers_are_the_same_in_a_small_nation_and_in_a_large_one():
    small = strangers(live(Draws(SEED, 700), whole_nation()))
    large = strangers(live(Draws(SEED, 2_600), whole_nation()))

    same = np.isin(large.serial, small.serial)
    assert same.sum() == len(small.serial) > 1_000
    assert (large.people.nhs_number[same] == small.people.nhs_number).all()
    assert (large.died[same] == small.died).all()


def test_every_row_of_a_few_hundred_people_stands_in_the_files_of_thousands(made, tmp_path):
    few = synthesise(300, SEED, tmp_path / "few", whole_nation())

    texts = [n for n in few.files if n.endswith(".csv") and not n.startswith(("truth/", "subm"))]
    assert len(texts) > 100
    for name in [*texts, "truth/people.csv", "truth/deaths.csv"]:
        theirs = {tuple(row.values()) for row in rows_of(made.folder / name)}
        assert {tuple(row.values()) for row in rows_of(few.folder / name)} <= theirs
    again = synthesise(300, SEED, tmp_path / "again", whole_nation())
    for name in few.files:
        assert (few.folder / name).read_bytes() == (again.folder / name).read_bytes()


def test_workbooks_hold_a_title_merged_headings_numbers_as_numbers_and_dates(made):
    (path, *_) = sorted(made.folder.glob("*/incidents_2025-06-30.xlsx"))
    rows = sheet(path)

    assert "Invented data" in str(rows[0][0])
    head = list(rows[2])
    body = [dict(zip(head, row, strict=True)) for row in rows[3:]]
    numbers = [row["NHS No"] for row in body if row["Person Type"] == "Patient"]
    assert any(isinstance(each, int) for each in numbers)
    assert all(isinstance(row["DOB"], dt.datetime) for row in body if row["DOB"])
    assert {row["Cause Group"] for row in body} >= {"DEATH - EXPECTED", "SAFETY"}
    rounded = [
        row[9] for each in made.folder.glob("*/incidents_*.xlsx") for row in sheet(each)[3:]
        if "E+09" in str(row[9])
    ]  # fmt: skip
    assert len(rounded) == 4


def test_a_log_of_serious_incidents_names_nobody_and_holds_rows_taken_off_again(made):
    rows = [r for p in made.folder.glob("*/serious_incidents_*.xlsx") for r in sheet(p)[1:]]

    assert {r[6] for r in rows} <= {"Ward", "Community"}
    assert all(r[8] is None and r[10] is None and r[11] is None for r in rows)
    assert any(r[14] for r in rows)
    assert any("CCG" in str(r[4]) for r in rows)


def test_safety_events_are_of_version_5_and_name_nobody(made):
    events = [
        entry["resource"]
        for path in made.folder.glob("*/safety_events_*.json")
        for entry in json.loads(path.read_text(encoding="utf-8"))["entry"]
    ]

    assert len(events) > 10
    for event in events:
        assert event["meta"]["profile"][0].endswith("-5")
        assert {each["resourceType"] for each in event["contained"]} == {"Patient"}
    assert not any("999" in json.dumps(event["contained"]) for event in events)


def test_a_month_of_the_flow_holds_no_death_of_another_month_but_where_a_trap_says_so(made, traps):
    wrong, held = 0, 0
    for path in made.folder.glob("*/MHS001_*.csv"):
        for row in rows_of(path):
            if row["PersDeathDate"]:
                day = dt.date.fromisoformat(row["PersDeathDate"])
                held += 1
                wrong += (day.year - 1900) * 12 + day.month - 3 != int(row["UniqMonthID"])

    assert held > 10
    assert wrong == len(traps["flow-death-in-a-later-month"]) == 4


def test_months_before_version_6_have_older_names(made):
    older = [r for p in made.folder.glob("*/MHS501_older_names_*.csv") for r in rows_of(p)]
    newer = [r for p in made.folder.glob("*/MHS501_2*.csv") for r in rows_of(p)]

    assert {int(row["UniqMonthID"]) for row in older} == {1486, 1487, 1488}
    assert "DischMethCodeHospProvSpell" in older[0]
    assert min(int(row["UniqMonthID"]) for row in newer) == 1489


def test_four_lists_hold_no_name_no_number_and_nobody_whom_another_extract_holds(made):
    code = made.providers[46]
    patients = rows_of(made.folder / code / "patients.csv")
    truth = rows_of(made.folder / "truth" / "people.csv")
    theirs = {row["person"] for row in truth if row["role"] == "patients"}

    assert set(patients[0]) == {"subject_id", "gender", "dob"}
    assert len(patients) == len(theirs) > 20
    assert {row["role"] for row in truth if row["person"] in theirs} == {"patients"}
    registry = rows_of(made.folder / code / "deaths_known_to_registry.csv")
    provider = rows_of(made.folder / code / "deaths_known_to_provider.csv")
    assert len(registry) == 2 * 9
    assert len(provider) == 2 * 6


def test_one_trust_closes_every_spell_of_whoever_dies_on_its_ward_without_saying_how(everyday):
    spells = everyday.spells
    names = np.array([one.name for one in stories()])[everyday.story[spells.person]]
    there = spells.provider == everyday.nation.closes_spells
    died = there & (spells.ended == everyday.died[spells.person])
    died &= np.isin(spells.end, [n for n, end in enumerate(type_of_ends()) if end.by_death])

    assert set(names[died]) == {"spell-closed-on-death"}
    assert (spells.written[died] == everyday.died[spells.person[died]]).all()


def type_of_ends() -> tuple[object, ...]:
    from candour.synthetic.lives import ENDS

    return ENDS


def test_another_trust_closes_every_caseload_record_on_the_day_of_the_death(everyday):
    from candour.synthetic.extracts_epr import caseload

    rows = caseload(everyday, 1).filter(
        (pl.col("provider") == everyday.nation.closes_caseloads) & pl.col("on_list")
    )
    known = rows.filter(pl.col("DateOfDeath").is_not_null())

    assert len(known) > 20
    assert (known["ReferralEnd"] == known["DateOfDeath"].str.slice(0, 10)).mean() > 0.9


def test_whoever_has_no_number_is_never_at_a_trust_whose_lists_hold_no_name(everyday):
    nation = everyday.nation
    number = np.array([one.number for one in stories()])[everyday.story]
    lists = clients(everyday)
    nameless = (*nation.sends_flow, *nation.one_row_a_person, *nation.four_lists)
    there = np.isin(lists.provider, nameless)

    assert set(number[lists.person[there]]) == {"held"}


def test_noise_is_laid_over_each_list_by_person_and_over_nothing_else(tmp_path):
    asked = []

    def blank_every_third(table: pl.DataFrame, draws: Draws) -> pl.DataFrame:
        asked.append((draws.about, len(table), draws.people))
        hit = pl.Series(draws.below("blank", 3) == 0)
        return table.with_columns(
            nhs_number=pl.select(pl.when(~hit).then(table["nhs_number"]))[:, 0]
        )

    plain = synthesise(400, SEED, tmp_path / "plain", whole_nation())
    noisy = synthesise(400, SEED, tmp_path / "noisy", whole_nation(), blank_every_third)

    assert {about for about, *_ in asked} >= {"caseload: ", "contacts: ", "registrations: "}
    assert all(rows == people for _, rows, people in asked)
    for code in plain.providers[:5]:
        name = f"{code}/caseload_2024-12-31.csv"
        one, other = rows_of(plain.folder / name), rows_of(noisy.folder / name)
        assert [{**row, "NHSNumber": ""} for row in one] == [
            {**row, "NHSNumber": ""} for row in other
        ]
        assert sum(not row["NHSNumber"] for row in other) > sum(not r["NHSNumber"] for r in one)
    for name in ("truth/deaths.csv", "truth/people.csv", "truth/stays.csv"):
        assert (plain.folder / name).read_bytes() == (noisy.folder / name).read_bytes()
