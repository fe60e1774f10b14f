"""The whole nation: 55 providers and every layout, and a run over all of it held against the truth.

What each trap of the small nation shows is tried there; here those that need a sender of their own.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from itertools import combinations, pairwise

import pytest
from acceptance_runs import Ask, Made
from nation_kept import BY_NAME_ALONE, QUESTIONS, Nation

from candour.definitions import catalogue, get
from candour.pipeline.answers.compared import compared
from candour.pipeline.answers.counts import outcomes_of
from candour.pipeline.answers.periods import Period
from candour.sources.registry import Layouts

IN_DETAIL = 12
APART = ("one-row-number-rounded", "nhs-number-missing-cannot-link")
"""Traps whose people a run holds as two, which nothing but a decision could join."""


@pytest.fixture(scope="module")
def whole(ask: Ask, runs: Callable[..., Made], tmp_path_factory: pytest.TempPathFactory) -> Nation:
    folder = tmp_path_factory.mktemp("nation") / "nation"
    ask("synthesise", "--people", 2000, "--seed", 1, "--out", folder)
    return Nation(runs(folder))


def test_every_shipped_layout_is_there_and_every_extract_is_recognised(whole):
    with (whole.made.source / "submissions.csv").open(encoding="utf-8", newline="") as file:
        said = {row["file"]: row["layout"] for row in csv.DictReader(file)}
    read = {r["file"]: r["layout"] for r in whole.run.rows("submissions") if r["file"] in said}
    again = {
        name for r in whole.run.rows("submissions") for name in (r["also_as"] or "").split("|")
    }

    # What somebody fills in by hand comes from nobody's system, and so from none of the nation's.
    assert set(said.values()) == set(Layouts.shipped().by_id) - {"by-hand"}
    assert {name: layout for name, layout in said.items() if name not in again} == read


def test_each_person_of_the_run_is_one_person_of_the_nation(whole):
    owners: dict[str, set[str]] = {}
    for person in whole.keys:
        for person_id in whole.person_ids(person):
            owners.setdefault(person_id, set()).add(person)

    assert {k: v for k, v in owners.items() if len(v) > 1} == {}
    assert sum(r["identified"] for r in whole.run.rows("people")) - len(named(whole)) == len(owners)


def named(nation: Nation) -> list[dict[str, str]]:
    return [row for row in nation.lines if row["file"].startswith(f"{BY_NAME_ALONE}register")]


def test_one_person_is_two_only_where_nothing_but_a_decision_could_join_them(whole):
    several = {person for person in whole.keys if len(whole.person_ids(person)) > 1}

    assert several == {person for trap in APART for person in whole.persons(trap)}
    people = whole.made.said["counts"]["people"] - len(named(whole))
    assert people - len(several) == whole.totals["people in at least one extract"]


def test_each_death_is_one_death_of_the_run_beside_those_told_of_without_saying_whose(whole):
    known = {person for person, row in whole.truth.items() if row["in_extracts"] == "yes"}
    found = {person: len(whole.death_ids(person)) for person in whole.keys}
    nobody = whole.totals["deaths told of by safety events that name nobody"]
    reports = sum(n for what, n in whole.totals.items() if "coroners' reports" in what)

    assert {person for person, many in found.items() if many} == known
    assert set(found.values()) == {0, 1}
    counts = whole.made.said["counts"]
    assert counts["deaths"] == len(known) + nobody + reports
    assert nobody > 0
    assert reports > len(named(whole)) > 0
    assert counts["deaths_naming_nobody"] == nobody + reports - len(named(whole))


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_outcome_is_what_the_events_and_the_extracts_allow(question, whole):
    wrong = [
        f"{row['story']} {person}: {whole.outcomes[question][death_id]}"
        for person, row in whole.truth.items()
        for death_id in whole.death_ids(person)
        if whole.outcomes[question][death_id] != row[f"expected_{question}"]
    ]

    assert wrong[:IN_DETAIL] == []


def test_counts_are_those_of_the_truth(whole, ask):
    asked = [
        row["definition"] + (f":days={row['days']}" if row["days"] else "") for row in whole.counts
    ]

    counted = ask("count", whole.made.folder, "--definition", *asked)

    for said, row in zip(whole.counts, counted, strict=True):
        figures = [row[name]["value"] for name in ("in", "out", "cannot_tell")]
        assert figures == [int(said[name]) for name in ("in", "out", "cannot_tell")], said


def test_nine_registrations_in_ten_are_of_people_whom_no_provider_met(whole):
    met = whole.totals["registrations of people in contact"]

    strangers = [p for p in whole.keys if p.startswith("S") and whole.death_ids(p)]

    assert len(strangers) == 9 * met
    assert all(whole.stays(person) == [] for person in strangers)


def test_stays_and_near_misses_are_as_many_as_happened_and_as_were_told_of(whole):
    counts, totals = whole.made.said["counts"], whole.totals

    assert counts["stays"] == totals["stays"]
    assert counts["near_misses"] == len(whole.persons("incident-grave-survived")) + sum(
        totals[what] for what in totals if what.startswith("near misses")
    )
    kinds = Counter(row["event_kind"] for row in whole.run.rows("near_misses"))
    assert kinds["restraint-injury"] == len(whole.persons("flow-injured-in-restraint"))
    assert kinds["mhsds-self-harm"] == len(whole.persons("flow-harmed-themselves"))
    assert kinds["lfpse-incident"] == totals["near misses as safety events"]


def flow_entry(nation: Nation, person: str) -> dict[str, object]:
    return [e for e in nation.ledger(person) if e["role"] == "MHS001"][-1]


def told_by_flow(nation: Nation, person: str) -> bool:
    return any(e["knows"] for e in nation.ledger(person) if e["role"] == "MHS001")


SHOWS: dict[str, Callable[[Nation, str], bool]] = {
    "spell-closed-on-death": lambda n, p: {s["ending"] for s in n.stays(p)} == {"not-told"},
    "caseload-closed-on-death": lambda n, p: all(
        (s["ending"], s["ended_on"].isoformat()) == ("alive", n.truth[p]["index_discharge"])
        for s in n.stays(p)
    ),
    "flow-death-in-its-month": told_by_flow,
    "flow-death-after-its-month": lambda n, p: (
        not told_by_flow(n, p) and flow_entry(n, p)["expected"] == "could-not"
    ),
    "flow-death-in-a-later-month": lambda n, p: (
        not told_by_flow(n, p) and "epr" in n.knowing(p)
    ),
    "flow-injured-in-restraint": lambda n, p: (
        [m["event_kind"] for m in n.near_misses(p)] == ["restraint-injury"]
    ),
    "flow-harmed-themselves": lambda n, p: (
        [m["event_kind"] for m in n.near_misses(p)] == ["mhsds-self-harm"]
    ),
    **{
        story: lambda n, p, kind=kind: (
            [a["absence_kind"] for a in n.absences(p)] == [kind, kind]
        )
        for story, kind in (
            ("flow-home-leave", "home-leave"),
            ("flow-section-17-leave", "s17-leave"),
            ("flow-absent-without-leave", "absent-without-leave"),
            ("flow-trial-leave", "trial-leave"),
        )
    },
    "one-row-death-expected": lambda n, p: "incidents" in n.knowing(p),
    "one-row-near-miss": lambda n, p: [m["harm_actual"] for m in n.near_misses(p)] == ["none"],
    "one-row-number-rounded": lambda n, p: "number-in-scientific-notation" in n.findings(p),
    "four-lists-died-after-discharge": lambda n, p: (
        n.knowing(p) == {"provider-deaths", "registration"}
    ),
    "four-lists-registry-alone": lambda n, p: n.knowing(p) == {"registration"},
    "four-lists-ward-death": lambda n, p: n.stays(p)[0]["ending"] == "died",
}  # fmt: skip


@pytest.mark.parametrize("trap", sorted(SHOWS))
def test_a_trap_of_one_sender_shows_for_everybody_who_stands_in_it(trap, whole):
    persons = whole.persons(trap)

    assert persons
    assert [person for person in persons if not SHOWS[trap](whole, person)] == []


def test_every_trap_stands_in_a_whole_nation_and_its_outcomes_are_the_expected(whole):
    for trap in set(whole.traps) - {"file-sent-twice"}:
        persons = whole.persons(trap)

        assert len(persons) == int(whole.traps[trap]["count"]) > 0
        assert whole.as_expected(each for each in persons if each in whole.truth), trap


def test_a_row_sent_in_a_month_not_its_own_is_left_out_under_the_flow_s_own_rule(whole):
    left_out = [r for r in whole.run.rows("rows") if r["rejected_for"] == "MHS00141"]

    assert len(left_out) == len(whole.persons("flow-death-in-a-later-month"))


def closed_when_they_died(nation: Nation, column: str, provider: str) -> tuple[int, int]:
    """Deaths that a provider's caseload knows, and of these the ones with that date in a column."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for path in sorted((nation.made.source / provider).glob("caseload_*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows |= {(r["ClientID"], r["AdmitDT"]): r for r in csv.DictReader(file)}
    known = [r for r in rows.values() if r["DateOfDeath"]]
    return len(known), sum(r[column][:10] == r["DateOfDeath"][:10] for r in known)


def test_who_closes_spells_on_a_death_is_told_apart_from_who_closes_caseloads(whole):
    """The third trust closes the spell of whoever dies on its ward; the fourth closes care."""
    ending = Counter(
        (row["provider"], row["ending"])
        for row in whole.run.rows("stays")
        if row["ending"] in ("died", "not-told")
    )

    assert ending["ZQ3", "not-told"] == len(whole.persons("spell-closed-on-death"))
    assert ending["ZQ3", "died"] == 0
    assert ending["ZQ4", "died"] > 0
    deaths, closed = closed_when_they_died(whole, "ReferralEnd", "ZQ4")
    assert deaths == closed > 10
    deaths, closed = closed_when_they_died(whole, "ReferralEnd", "ZQ3")
    assert closed < deaths / 2
    closures = {row["ended_on"] for row in whole.run.rows("stays") if row["provider"] == "ZQ4"}
    assert closures  # stays of the fourth end when the person left, as the outcomes above show


def test_figures_about_many_are_counts_hidden_ones_and_ones_not_collected(whole):
    returns = whole.run.rows("returns")

    assert {"count", "suppressed", "not-collected", "not-applicable"} <= {
        row["kind"] for row in returns
    }
    assert {row["standing"] for row in returns} == {"present", "superseded"}


def test_every_row_is_accounted_for(whole):
    counts = whole.made.said["counts"]

    assert counts["rows_in"] == counts["accepted"] + counts["rejected"] + counts["duplicate"]
    assert whole.made.said["data"] == "invented"


def test_the_gap_between_any_two_counts_is_explained_without_a_remainder(whole):
    # Every two that the truth speaks of, and each of the others beside the next: any two on any
    # facts are tried in tests/property.
    spoken_of = {definition for definition, _ in QUESTIONS.values()}
    shelf = sorted(catalogue().values(), key=lambda d: d.id)
    shelf = [each for each in shelf if getattr(each, "counts", "death") == "death"]
    pairs = {(a.id, b.id) for a, b in [*combinations(shelf, 2)] if {a.id, b.id} <= spoken_of}
    pairs |= {(a.id, b.id) for a, b in pairwise(shelf)}

    for one, other in [(get(a), get(b)) for a, b in sorted(pairs)]:
        found = compared(whole.run, (one, {}), (other, {}), Period())
        for outcome, said in (("in", found), ("cannot-tell", found["cannot_tell"])):
            before, after = (
                {d for d, o in outcomes_of(whole.run, each, {}).items() if o == outcome}
                for each in (one, other)
            )
            moving = [step for step in said["steps"] if step["change"]]
            assert (said["from"], said["to"]) == (len(before), len(after))
            assert sum(step["change"] for step in moving) == len(after) - len(before)
            assert sorted(i for step in moving for i in step["death_ids"]) == sorted(before ^ after)


def test_a_person_readmitted_who_died_on_a_ward_is_the_overlap_of_two_counts(whole, ask):
    found = ask("compare", whole.made.folder, "inpatient", "post-discharge")

    (overlap,) = [step for step in found["steps"] if step["change"] == 0]
    both = {
        death
        for person in whole.persons("readmitted-died-on-ward")
        for death in whole.death_ids(person)
        if whole.truth[person]["expected_post_discharge_30"] == "in"
    }
    assert both <= set(overlap["death_ids"])


def test_forensics_names_who_closes_stays_on_a_death_and_who_closes_care_on_it(whole, ask):
    found = ask("forensics", whole.made.folder)

    patterns = {
        (row["provider"], pattern) for row in found["sources"] for pattern in row["patterns"]
    }
    assert patterns == {
        ("ZQ3", "hospital-stays-closed-on-death"),
        ("ZQ4", "care-closed-on-death"),
    }


def test_forensics_finds_each_kind_where_the_truth_has_it(whole, ask):
    cases = ask("forensics", whole.made.folder)["cases"]

    def deaths(kind):
        return {case["death_id"] for case in cases if case["kind"] == kind}

    def of(trap):
        return {d for person in whole.persons(trap) for d in whole.death_ids(person)}

    assert of("spell-closed-on-death") | of("ward-death-ending-not-told") == deaths(
        "closed_on_death"
    )
    assert of("day-of-discharge") <= deaths("same_day")
    assert of("discharge-entered-after-death") == deaths("after_death")
    assert of("ward-death-stay-left-open") <= deaths("left_open")
    assert of("caseload-closed-on-death") <= deaths("care_closed_on_death")


def test_a_death_of_which_its_provider_was_not_told_is_known_there_and_not_here(whole, ask):
    deaths = ask("known", whole.made.folder)["deaths"]

    found = {row["death_id"] for row in deaths}
    for trap in ("registered-late-provider-not-told", "four-lists-registry-alone"):
        expected = {d for person in whole.persons(trap) for d in whole.death_ids(person)}
        assert expected <= found, trap
    assert all(each["days_to_receipt"] is None or each["days_to_receipt"] > 0
               for row in deaths for each in row["known_by"])  # fmt: skip
