"""The invented nation, whose truth is known: what a run finds is what happened, or says why not.

Truth is written from simulated events, by code that sees neither the pipeline nor the definitions.
Two small nations: the one of the demo, and a smaller one of another seed. The whole one, with every
layout, is in ``test_nation_whole``.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from acceptance_runs import Ask, Made
from nation_kept import QUESTIONS, Nation

from candour.definitions import catalogue, evaluate

IN_DETAIL = 12
"""Differences that a failing test shows."""


@pytest.fixture(scope="module")
def large(ask: Ask, runs: Callable[..., Made], tmp_path_factory: pytest.TempPathFactory) -> Nation:
    folder = tmp_path_factory.mktemp("nation") / "nation"
    ask("synthesise", "--people", 2000, "--seed", 1, "--small", "--out", folder)
    return Nation(runs(folder))


@pytest.fixture(scope="module")
def small(ask: Ask, runs: Callable[..., Made], tmp_path_factory: pytest.TempPathFactory) -> Nation:
    folder = tmp_path_factory.mktemp("nation") / "nation"
    ask("synthesise", "--people", 600, "--seed", 7, "--small", "--out", folder)
    return Nation(runs(folder))


@pytest.fixture(scope="module", params=["large", "small"])
def nation(request: pytest.FixtureRequest) -> Nation:
    found: Nation = request.getfixturevalue(request.param)
    return found


def test_each_person_of_the_run_is_one_person_of_the_nation(nation):
    owners: dict[str, set[str]] = {}
    for person in nation.keys:
        for person_id in nation.person_ids(person):
            owners.setdefault(person_id, set()).add(person)

    assert {k: v for k, v in owners.items() if len(v) > 1} == {}
    assert {row["person_id"] for row in nation.run.rows("identities")} == set(owners)


def test_one_person_is_two_only_where_nothing_but_a_decision_could_join_them(nation):
    several = {person for person in nation.keys if len(nation.person_ids(person)) > 1}

    assert several == set(nation.persons("nhs-number-missing-cannot-link"))
    people = nation.made.said["counts"]["people"]
    assert people - len(several) == nation.totals["people in at least one extract"]


def test_each_death_that_an_extract_holds_is_one_death_of_the_run_and_no_other_is(nation):
    known = {person for person, row in nation.truth.items() if row["in_extracts"] == "yes"}

    found = {person: len(nation.death_ids(person)) for person in nation.keys}

    assert {person for person, many in found.items() if many} == known
    assert set(found.values()) == {0, 1}
    assert nation.made.said["counts"]["deaths"] == nation.totals["deaths in at least one extract"]
    assert len(nation.run.deaths) == len(known)


def test_stays_and_near_misses_are_as_many_as_happened(nation):
    counts = nation.made.said["counts"]
    assert counts["stays"] == nation.totals["stays"]
    survived = [row for row in nation.run.rows("near_misses") if row["harm_actual"] == "none"]
    assert len(survived) == nation.totals["near misses as labelled by the provider"]
    grave = len(nation.persons("incident-grave-survived"))
    assert counts["near_misses"] == len(survived) + grave


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_outcome_is_what_the_events_and_the_extracts_allow(question, nation):
    wrong = []
    for person, row in nation.truth.items():
        for death_id in nation.death_ids(person):
            got, expected = nation.outcomes[question][death_id], row[f"expected_{question}"]
            if got != expected:
                wrong.append(f"{row['story']} {person} {death_id}: {got}, not {expected}")

    assert wrong[:IN_DETAIL] == []


def test_counts_are_those_of_the_truth(nation, ask):
    names = {
        (row["definition"], row["days"]): row["definition"]
        + (f":days={row['days']}" if row["days"] else "")
        for row in nation.counts
    }

    counted = ask("count", nation.made.folder, "--definition", *names.values())

    assert len(counted) == len(nation.counts) == len(QUESTIONS)
    for said, row in zip(nation.counts, counted, strict=True):
        figures = [row[name]["value"] for name in ("in", "out", "cannot_tell")]
        assert figures == [int(said[name]) for name in ("in", "out", "cannot_tell")], said
        assert {row[name]["kind"] for name in ("in", "out", "cannot_tell")} == {"count"}


def test_both_evaluators_agree_on_every_record_under_every_definition(nation):
    kept = {}
    for row in nation.run.rows("classified"):
        kept.setdefault(row["death_id"], {})[row["definition"]] = row["outcome"]

    shelf = catalogue()
    for death_id, scenarios in nation.run.scenarios.items():
        said = {name: evaluate(each, scenarios).outcome for name, each in shelf.items()}
        assert said == kept[death_id], death_id


def test_index_discharge_and_days_are_true_wherever_they_can_be_told(nation, ask):
    rows = {
        row["death_id"]: row
        for row in ask("deaths", nation.made.folder, "--definition", "post-discharge:days=90")
    }
    wrong, compared = [], 0
    for person, said in nation.truth.items():
        if said["expected_post_discharge_90"] == "cannot-tell":
            continue
        for death_id in nation.death_ids(person):
            got = rows[death_id]
            compared += 1
            exact = nation.run.deaths[death_id]["death_date_precision"] == "day"
            told = said["days_since_discharge"] and exact
            days = int(said["days_since_discharge"]) if told else None
            true = (said["index_discharge"] or None, days)
            if (got["index_discharge"], got["days_since_discharge"]) != true:
                wrong.append(f"{said['story']} {person}: not {true}")

    assert wrong[:IN_DETAIL] == []
    assert compared > len(rows) // 3


def test_a_reason_stands_with_every_outcome(large, ask):
    rows = ask("deaths", large.made.folder, "--definition", "hssib-2025")

    assert [row["death_id"] for row in rows if not row["reasons"]] == []
    assert Counter(row["outcome"] for row in rows) == Counter(large.outcomes["hssib_2025"].values())


def test_every_row_is_accounted_for(nation):
    counts = nation.made.said["counts"]

    assert counts["rows_in"] == counts["accepted"] + counts["rejected"] + counts["duplicate"]
    assert nation.made.said["data"] == "invented"


def _after(entry: dict[str, object], died: str) -> int:
    known = entry["known_on"]
    assert isinstance(known, dt.date)
    return (known - dt.date.fromisoformat(died)).days


def _registered_late(nation: Nation, person: str) -> bool:
    entries = [e for e in nation.ledger(person) if e["kind"] == "registration" and e["knows"]]
    died = nation.truth[person]["death_date"]
    return len(entries) == 1 and _after(entries[0], died) >= 150


def _not_registered(nation: Nation, person: str) -> bool:
    entries = [e for e in nation.ledger(person) if e["kind"] == "registration"]
    return (
        bool(entries)
        and not any(e["knows"] for e in entries)
        and {e["expected"] for e in entries} <= {"expected", "could-not"}
    )


def _providers(nation: Nation, person: str) -> set[str]:
    return {key.partition("/")[0] for key in nation.keys[person] if "/" in key}


# How each trap shows, for each person who stands in it, beside the outcome that truth expects.
SHOWS: dict[str, Callable[[Nation, str], bool]] = {
    "acute-and-back-later": lambda n, p: len(n.stays(p)) == 2,
    "acute-and-back-next-day": lambda n, p: [s["spells"] for s in n.stays(p)] == [2],
    "acute-spell-kept-open": lambda n, p: n.stays(p)[0]["ending"] == "died",
    "came-back-from-absence": lambda n, p: n.absences(p)[0]["absent_until"] is not None,
    "caseload-death": lambda n, p: n.stays(p) == [] and "epr" in n.knowing(p),
    "caseload-death-not-told": lambda n, p: n.knowing(p) == {"registration"},
    "closed-while-absent": lambda n, p: "discharged-while-absent-without-leave" in n.flags(p),
    "closure-of-care-dated-to-the-death": lambda n, p: all(
        s["ended_on"] != n.run.deaths[d]["death_date"] or n.truth[p]["days_since_discharge"] == "0"
        for s in n.stays(p)
        for d in n.death_ids(p)
    ),
    "corrected-date-of-death": lambda n, p: (
        sorted(s for each in n.dates_said(p).values() for s in each) == ["present", "superseded"]
    ),
    "caseload-closed-on-death": lambda n, p: [s["ending"] for s in n.stays(p)] == ["alive"],
    "dates-differ-by-a-day": lambda n, p: "death.death_date" in n.conflicts(p),
    "day-of-death-known-to-provider": lambda n, p: (
        "date-partial" in n.findings(p)
        and all(n.run.deaths[d]["death_date_precision"] == "day" for d in n.death_ids(p))
    ),
    "day-of-death-not-registered": lambda n, p: (
        "date-partial" in n.findings(p)
        and all(n.run.deaths[d]["death_date_precision"] == "month" for d in n.death_ids(p))
    ),
    "day-of-discharge": lambda n, p: "day-of-discharge" in n.flags(p),
    "died-after-discharge": lambda n, p: [s["ending"] for s in n.stays(p)] == ["alive"],
    "died-on-leave": lambda n, p: n.absences(p)[0]["absence_kind"] == "s17-leave",
    "died-while-absent": lambda n, p: n.absences(p)[0]["absence_kind"] == "absent-without-leave",
    "discharge-entered-after-death": lambda n, p: "discharge-after-death" in n.conflicts(p),
    "discharge-method-missing": lambda n, p: n.stays(p)[0]["discharge_method"] is None,
    "incident-about-staff": lambda n, p: n.near_misses(p) == [] and n.death_ids(p) == set(),
    "incident-grave-survived": lambda n, p: (
        n.near_misses(p)[0]["harm_actual"] is None and n.death_ids(p) == set()
    ),
    "incident-rejected": lambda n, p: n.near_misses(p) == [] and n.death_ids(p) == set(),
    "known-to-incident-system-only": lambda n, p: n.knowing(p) == {"incidents"},
    "late-evening-day-30": lambda n, p: n.truth[p]["days_since_discharge"] == "30",
    "leap-day": lambda n, p: n.truth[p]["days_since_discharge"] in ("30", "31"),
    "moved-next-day-not-coded": lambda n, p: [s["spells"] for s in n.stays(p)] == [2],
    "near-miss": lambda n, p: n.near_misses(p)[0]["harm_actual"] == "none",
    "never-in-contact": lambda n, p: n.stays(p) == [] and n.knowing(p) == {"registration"},
    "nhs-number-missing": lambda n, p: (
        n.knowing(p) == {"epr", "registration"} and len(n.person_ids(p)) == 1
    ),
    "nhs-number-missing-cannot-link": lambda n, p: "surname-and-birth-date" in n.waiting(p),
    "nhs-number-mistyped": lambda n, p: (
        "nhs-number-check-digit" in n.findings(p) and len(n.person_ids(p)) == 1
    ),
    "nhs-number-shared-died": lambda n, p: "one-number-two-people" in n.waiting(p),
    "not-yet-known": lambda n, p: n.death_ids(p) == set(),
    "not-yet-registered": _not_registered,
    "on-two-caseloads": lambda n, p: len(n.person_ids(p)) == 1 and len(_providers(n, p)) == 2,
    "placement-died-on-ward": lambda n, p: [s["spells"] for s in n.stays(p)] == [2],
    "placement-then-home": lambda n, p: [s["spells"] for s in n.stays(p)] == [2],
    "readmitted-died-on-ward": lambda n, p: (
        sorted(s["ending"] for s in n.stays(p)) == ["alive", "died"]
    ),
    "registered-after-inquest": lambda n, p: _registered_late(n, p) and "epr" in n.knowing(p),
    "registered-late-provider-not-told": lambda n, p: (
        _registered_late(n, p) and n.knowing(p) == {"registration"}
    ),
    "resubmitted-with-one-row-changed": lambda n, p: len(n.dates_said(p)) == 2,
    "same-person-at-two-providers": lambda n, p: (
        len(n.person_ids(p)) == 1 and len(_providers(n, p)) == 2
    ),
    **{
        name: lambda n, p: [s["ending"] for s in n.stays(p)] == ["alive"]
        for name in (
            "flow-death-after-its-month",
            "flow-death-in-a-later-month",
            "flow-death-in-its-month",
            "flow-harmed-themselves",
            "flow-injured-in-restraint",
            "four-lists-died-after-discharge",
            "four-lists-registry-alone",
            "one-row-death-expected",
            "one-row-near-miss",
            "one-row-number-rounded",
        )
    },
    **{
        name: lambda n, p: n.absences(p)[0]["absent_until"] is not None
        for name in (
            "flow-absent-without-leave",
            "flow-home-leave",
            "flow-section-17-leave",
            "flow-trial-leave",
        )
    },
    "four-lists-ward-death": lambda n, p: n.stays(p)[0]["ending"] == "died",
    "self-discharge": lambda n, p: n.stays(p)[0]["discharge_method"] == "6",
    "spell-closed-on-death": lambda n, p: (
        [(s["ending"], s["discharge_destination"]) for s in n.stays(p)] == [("not-told", "99")]
    ),
    "summer-midnight-in-utc": lambda n, p: (
        [s["ended_on"].isoformat() for s in n.stays(p)] == [n.truth[p]["index_discharge"]]
        and n.dates_said(p).keys() == {n.truth[p]["death_date"]}
    ),
    "three-months-month-end": lambda n, p: len(n.stays(p)) == 1,
    "to-acute-died-there": lambda n, p: "discharged-to-another-hospital" in n.flags(p),
    "transfer-died-on-ward": lambda n, p: [s["spells"] for s in n.stays(p)] == [2],
    "transfer-then-home": lambda n, p: [s["spells"] for s in n.stays(p)] == [2],
    "transfer-unresolved": lambda n, p: "unresolved-transfer" in n.flags(p),
    "two-providers-each-claim": lambda n, p: (
        len({e["provider"] for e in n.ledger(p) if e["knows"] and e["provider"]}) == 2
    ),
    "ward-death": lambda n, p: n.stays(p)[0]["ending"] == "died",
    "ward-death-ending-not-told": lambda n, p: n.stays(p)[0]["ending"] == "not-told",
    "ward-death-stay-left-open": lambda n, p: n.stays(p)[0]["ending"] == "open",
}
OF_A_FILE = {"file-sent-twice"}
SEEN_FROM_THE_OTHER = {"nhs-number-shared-lives"}


def test_every_trap_of_the_truth_has_its_question_here(large):
    assert set(SHOWS) | OF_A_FILE | SEEN_FROM_THE_OTHER == set(large.traps)


@pytest.mark.parametrize("trap", sorted(SHOWS))
def test_a_trap_shows_for_everybody_who_stands_in_it(trap, large):
    persons = large.persons(trap)

    assert persons
    assert [person for person in persons if not SHOWS[trap](large, person)] == []
    assert large.as_expected(each for each in persons if each in large.truth)


def test_a_number_borne_by_two_people_joins_neither_and_waits_for_a_decision(large):
    for trap in ("nhs-number-shared-died", "nhs-number-shared-lives"):
        for person in large.persons(trap):
            assert "one-number-two-people" in large.waiting(person)
            assert len(large.person_ids(person)) == 1
    assert all(large.death_ids(person) == set() for person in large.persons(
        "nhs-number-shared-lives"))  # fmt: skip


def test_a_file_sent_twice_counts_once(large):
    twice = [row for row in large.run.rows("findings") if row["code"] == "same-file-again"]

    assert len(twice) == int(large.traps["file-sent-twice"]["count"]) == 1
    assert large.made.said["counts"]["files"] == large.made.said["counts"]["submissions"] + 1


def test_a_file_sent_again_with_one_row_changed_adds_that_row_alone(large):
    (corrected,) = [
        each["file"] for each in large.made.said["files"] if "corrected" in each["file"]
    ]

    became = Counter(row["outcome"] for row in large.run.rows("rows") if row["file"] == corrected)

    assert became["accepted"] == 1
    assert set(became) == {"accepted", "duplicate"}
    assert became["duplicate"] == large.made.said["counts"]["duplicate"]


def picture(checkout: Path) -> ElementTree.Element:
    drawn = checkout / "docs" / "pictures" / "demo.svg"
    return ElementTree.parse(drawn).getroot()  # noqa: S314 - our own file


def test_the_picture_in_the_readme_shows_figures_of_this_nation(large, ask, checkout):
    """It is drawn from the demo by tools/draw_demo.py; the demo invents the same nation."""
    from candour.cli.demo import PEOPLE, SEED

    svg = picture(checkout)
    space = {"svg": "http://www.w3.org/2000/svg"}
    drawn = [
        (row.get("data-definition"), [t.text for t in row.findall("svg:text", space)][-3:])
        for row in svg.findall("svg:g[@data-definition]", space)
    ]
    asked = ["inpatient", *(f"post-discharge:days={days}" for days in (7, 30, 90))]

    counted = ask("count", large.made.folder, "--definition", *asked, "hssib-2025", "lampard-2024")

    assert (PEOPLE, SEED) == (2000, 1)
    assert drawn == [
        (
            f"{row['definition']}@{row['version']}",
            [str(row[name]["value"]) for name in ("in", "cannot_tell", "out")],
        )
        for row in counted
    ]
    deaths = [row.get("data-death") for row in svg.findall("svg:g[@data-death]", space)]
    assert len(deaths) == 3
    assert set(deaths) <= set(large.run.deaths)


def test_the_picture_can_be_heard_and_read(checkout):
    svg = picture(checkout)
    texts = [each for each in svg.iter() if each.tag.endswith("}text")]

    assert svg.get("role") == "img"
    assert {each.get("id") for each in list(svg)[:2]} == set(svg.get("aria-labelledby").split())
    assert int(svg.get("width")) <= 900
    assert min(int(each.get("font-size")) for each in texts) >= 13
    assert any("Invented data" in each.text for each in texts)
    assert not any(each.tag.endswith(("}script", "}image", "}style")) for each in svg.iter())
