"""The extracts are what shipped layouts read, and hold the faults that they are said to hold."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

import candour.sources
from candour.errors import UserError
from candour.synthetic import Summary, synthesise
from candour.synthetic.extracts_epr import ABSENCES, CASELOAD
from candour.synthetic.extracts_incidents import CONTACTS, INCIDENTS
from candour.synthetic.extracts_registration import REGISTRATIONS

PEOPLE, SEED = 2_000, 7


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Summary:
    return synthesise(PEOPLE, SEED, tmp_path_factory.mktemp("nation") / "nation")


@pytest.fixture(scope="module")
def traps(made) -> dict[str, set[str]]:
    return {
        row["trap"]: set(row["persons"].split("|")) - {""}
        for row in rows_of(made.folder / "truth" / "traps.csv")
    }


@pytest.fixture(scope="module")
def sources_of(made) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """(person, role) -> the provider and local id under which extracts hold the person."""
    found = defaultdict(list)
    for row in rows_of(made.folder / "truth" / "people.csv"):
        found[row["person"], row["role"]].append((row["provider"], row["local_id"]))
    return found


@pytest.fixture(scope="module")
def caseload(made) -> dict[tuple[str, str], list[dict[str, str]]]:
    """(provider, client) -> present rows, one per admission: a later file's row takes the place."""
    present: dict[tuple[str, str], dict[str, dict[str, str]]] = defaultdict(dict)
    for path in sorted(made.folder.glob("*/caseload_*.csv"), key=lambda path: path.stem):
        for row in rows_of(path):
            present[path.parent.name, row["ClientID"]][row["AdmitDT"]] = row
    return {key: [rows[at] for at in sorted(rows)] for key, rows in present.items()}


@pytest.fixture(scope="module")
def registered(made) -> dict[str, dict[str, str]]:
    files = made.folder.glob("registrations_*.csv")
    return {row["LEDRID"]: row for path in files for row in rows_of(path)}


def _mapped(role: dict) -> set[str]:
    """Every column that a role of a mapping knows of, carried or not."""
    known = set(role["columns"]) | set(role.get("not_carried", ()))
    known |= {column for columns in role["key"].values() for column in columns}
    for part in role.get("parts", {}).values():
        for value in part.values():
            known |= set(value) if isinstance(value, list) else {value}
    known |= {role["known_on"]} if role.get("known_on") else set()
    return known | {rule["column"] for rule in role.get("where", ())}


@pytest.mark.parametrize(
    ("layout", "role", "columns"),
    [
        ("epr", "caseload", CASELOAD),
        ("epr", "absences", ABSENCES),
        ("registration", "registrations", REGISTRATIONS),
        ("datix", "incidents", INCIDENTS),
        ("datix", "contacts", CONTACTS),
    ],
)
def test_every_column_is_one_that_the_shipped_layout_knows(layout, role, columns):
    mapping = Path(candour.sources.__file__).parent / layout / "mapping.yaml"

    said = yaml.safe_load(mapping.read_text(encoding="utf-8"))["files"][role]

    assert set(columns) - _mapped(said) == set()
    assert set(said["header"]["find"]) <= set(columns)


def test_the_caseload_has_the_columns_that_such_systems_hand_over(real_data):
    with (real_data / "field_cases" / "s1_provider_a.csv").open(encoding="utf-8") as file:
        header = next(csv.reader(file))

    assert tuple(header) == CASELOAD


@pytest.mark.parametrize(
    ("column", "role", "pattern", "entry"),
    [
        ("MHASection", "caseload", "*/caseload_*.csv", "MHASection"),
        ("AbsenceType", "absences", "*/absences_*.csv", "AbsenceType"),
    ],
)
def test_every_local_label_is_one_that_the_layout_reads(made, column, role, pattern, entry):
    mapping = Path(candour.sources.__file__).parent / "epr" / "mapping.yaml"
    known = yaml.safe_load(mapping.read_text(encoding="utf-8"))["files"][role]["codes"][entry]

    written = {row[column] for path in made.folder.glob(pattern) for row in rows_of(path)}

    assert written - {""} <= set(known)
    assert len(written - {""}) > 2


def test_submissions_csv_covers_every_extract_and_no_other_file(made):
    said = [row["file"] for row in rows_of(made.folder / "submissions.csv")]

    extracts = {path.relative_to(made.folder).as_posix() for path in made.folder.glob("*/*.csv")}
    extracts = {name for name in extracts if not name.startswith("truth/")}
    extracts |= {path.name for path in made.folder.glob("registrations_*.csv")}
    assert set(said) == extracts
    assert len(said) == len(set(said))


def test_submissions_csv_says_when_each_file_came_and_that_it_is_invented(made):
    for row in rows_of(made.folder / "submissions.csv"):
        assert dt.date.fromisoformat(row["received_on"]) >= dt.date(2024, 4, 1)
        assert row["legal_basis"].startswith("invented data")
        assert row["provider"] == ("" if "/" not in row["file"] else row["file"].split("/")[0])


def test_the_folder_says_that_the_data_are_invented(made):
    manifest = json.loads((made.folder / "manifest.json").read_text(encoding="utf-8"))

    assert manifest["notice"] == "Invented data"
    assert all(name.endswith("(invented)") for name in manifest["providers"].values())
    for readme in (made.folder / "README.txt", made.folder / "truth" / "README.txt"):
        assert readme.read_text(encoding="utf-8").startswith("Invented data")
    for row in rows_of(made.folder / "organisations.csv"):
        assert row["name"].endswith("(invented)")


def test_the_manifest_counts_and_digests_every_table(made):
    manifest = json.loads((made.folder / "manifest.json").read_text(encoding="utf-8"))

    on_disk = {path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*.csv")}
    assert set(manifest["files"]) == on_disk == set(made.files)
    for name, said in manifest["files"].items():
        data = (made.folder / name).read_bytes()
        assert said["sha256"] == hashlib.sha256(data).hexdigest()
        assert said["rows"] == len(rows_of(made.folder / name))
        assert b"\r" not in data


def test_one_file_came_twice_with_the_same_bytes_and_one_with_one_row_changed(made):
    twice = made.folder / "ZQ1" / "caseload_2025-06-30.csv"
    again = made.folder / "ZQ1" / "caseload_2025-06-30_sent_again.csv"
    first = rows_of(made.folder / "ZQ2" / "caseload_2025-06-30.csv")
    mended = rows_of(made.folder / "ZQ2" / "caseload_2025-06-30_corrected.csv")

    changed = [(a, b) for a, b in zip(first, mended, strict=True) if a != b]

    assert twice.read_bytes() == again.read_bytes()
    assert len(changed) == 1
    before, after = changed[0]
    assert {name for name in before if before[name] != after[name]} == {"DateOfDeath"}
    assert (before["DateOfDeath"], after["DateOfDeath"]) == ("2025-04-10", "2025-04-09")


def test_the_second_file_of_a_provider_holds_no_row_that_has_not_changed(made):
    for code in made.providers:
        first = rows_of(made.folder / code / "caseload_2024-12-31.csv")
        second = rows_of(made.folder / code / "caseload_2025-06-30.csv")

        assert not [row for row in second if row in first]


def test_no_file_holds_what_was_learned_after_it_was_drawn(made):
    for path in made.folder.glob("*/caseload_2024-12-31.csv"):
        for row in rows_of(path):
            for column in ("DeathNotifiedDate", "DischDT", "AdmitDT", "LastContactDate"):
                assert row[column][:10] <= "2024-12-31"


def test_a_death_is_recorded_before_a_discharge_was_entered_and_after_it_lies_later(
    made, traps, sources_of, caseload
):
    people = traps["discharge-entered-after-death"]

    assert len(people) == 8
    for person in people:
        ((provider, client),) = sources_of[person, "caseload"]
        (row,) = caseload[provider, client]
        assert row["DischMethod"] == "1"
        assert row["DateOfDeath"][:10] < row["DischDT"][:10]


def test_nhs_numbers_are_missing_mistyped_and_shared_where_the_traps_say_so(
    traps, sources_of, caseload, registered
):
    def held(person: str) -> str:
        ((provider, client),) = sources_of[person, "caseload"]
        return caseload[provider, client][0]["NHSNumber"]

    def own(person: str) -> str:
        ((_, entry),) = sources_of[person, "registrations"]
        return registered[entry]["NHSNO_1"] or registered[entry]["NHSNORSS"]

    assert {held(p) for p in traps["nhs-number-missing"]} == {""}
    assert all(held(p)[:9] == own(p)[:9] for p in traps["nhs-number-mistyped"])
    assert all(held(p) != own(p) for p in traps["nhs-number-mistyped"])
    shared = Counter(
        held(p) for p in traps["nhs-number-shared-died"] | traps["nhs-number-shared-lives"]
    )
    assert set(shared.values()) == {2}


def test_midnights_in_utc_fall_on_the_day_before_in_summer(made, traps, sources_of, caseload):
    deaths = {row["person"]: row for row in rows_of(made.folder / "truth" / "deaths.csv")}
    before = 0
    for person in traps["summer-midnight-in-utc"]:
        ((provider, client),) = sources_of[person, "caseload"]
        (row,) = caseload[provider, client]
        died, left = deaths[person]["death_date"], deaths[person]["index_discharge"]
        stamps = [dt.datetime.fromisoformat(row[name]) for name in ("DateOfDeath", "DischDT")]
        before += stamps[0].date().isoformat() < died
        before += stamps[1].date().isoformat() < left
        assert row["DateOfDeath"].endswith("Z")

    assert before > len(traps["summer-midnight-in-utc"])


def test_some_registrations_hold_no_day_of_death_and_some_come_months_later(
    traps, sources_of, registered
):
    def entry(person: str) -> dict[str, str]:
        ((_, number),) = sources_of[person, "registrations"]
        return registered[number]

    late = traps["registered-after-inquest"] | traps["registered-late-provider-not-told"]
    for person in late:
        row = entry(person)
        died = dt.date(int(row["DODYR"]), int(row["DODMT"]), int(row["DODDY"]))
        assert (dt.date.fromisoformat(row["DOR"]) - died).days >= 150
        assert row["ICD10U"] == "U509"
        assert row["CERTTYPE"] == "3"
    assert {entry(p)["DODDY"] for p in traps["day-of-death-not-registered"]} == {"00"}


def test_transfers_carry_every_destination_code_of_another_ward(made, caseload):
    written = Counter(row["DischDest"] for rows in caseload.values() for row in rows)

    assert {"49", "50", "53", "84", "87", "51", "19", "79"} <= set(written)


def test_incident_records_hold_rejected_rows_staff_and_grave_events_that_were_survived(made):
    rows = [row for path in made.folder.glob("*/incidents_*.csv") for row in rows_of(path)]
    people = [row for path in made.folder.glob("*/contacts_*.csv") for row in rows_of(path)]
    died = {row["recordid"] for row in people if row["con_dod"]}

    assert sum(row["rep_approved"] == "REJECT" for row in rows) == 12
    assert sum(row["inc_type"] == "STA" for row in rows) == 8
    survived = [r for r in rows if r["inc_severity"] == "CATA" and r["recordid"] not in died]
    assert Counter(row["inc_result"] for row in survived) == {"HARM": 12, "DEATH": 12}
    assert sum(row["inc_result"] == "NEARMISS" for row in rows) == 2 * (24 + 3 + 2)
    assert {row["link_type"] for row in people} == {"PAT", "EMP"}


def test_no_column_of_free_text_is_filled(made):
    rows = [row for path in made.folder.glob("*/incidents_*.csv") for row in rows_of(path)]

    for column in ("inc_notes", "inc_actiontaken", "inc_name", "inc_subcategory", "inc_locactual"):
        assert {row[column] for row in rows} == {""}


def test_registered_causes_are_broad_natural_ones_not_known_or_pending(registered):
    causes = {row["ICD10U"] for row in registered.values()}
    final = {row["ICD10UF"] for row in registered.values()}

    assert "U509" in causes
    assert "" in final
    assert {code[0] for code in (causes | final) - {""}} <= set("CEGIJRU")


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_nation(tmp_path):
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        synthesise(120, seed, tmp_path / name)

    def content(name: str) -> dict[str, bytes]:
        folder = tmp_path / name
        files = [path for path in folder.rglob("*") if path.is_file()]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    assert content("one") == content("two")
    assert content("one") != content("three")


def test_a_folder_made_before_is_replaced_and_a_folder_of_others_is_left_alone(tmp_path):
    synthesise(30, 1, tmp_path / "nation")
    summary = synthesise(20, 1, tmp_path / "nation")
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "letter.txt").write_text("not ours", encoding="utf-8")

    with pytest.raises(UserError):
        synthesise(20, 1, theirs)

    assert summary.people == 20
    assert (theirs / "letter.txt").read_text(encoding="utf-8") == "not ours"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nation", "theirs"]


@pytest.mark.parametrize(("people", "seed"), [(0, 1), (10_000_001, 1), (5, -1), (5, 2**63)])
def test_a_number_of_people_or_a_seed_out_of_range_is_refused(tmp_path, people, seed):
    with pytest.raises(UserError):
        synthesise(people, seed, tmp_path / "nation")

    assert list(tmp_path.iterdir()) == []
