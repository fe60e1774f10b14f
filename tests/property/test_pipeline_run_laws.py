"""Laws of a whole run: rows add up, and neither names nor order of files and rows matter."""

from __future__ import annotations

import csv
import datetime as dt
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nhs_number
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from candour.definitions import catalogue, evaluate
from candour.pipeline.answers.opening import OpenRun, open_run
from candour.pipeline.run import run

# A run costs seconds: few examples, each with many people in it.
FEW = settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
START = dt.date(2025, 1, 1)
EPR = ("ClientID", "NHSNumber", "Surname", "DOB", "DateOfDeath", "AdmitDT", "DischDT")
EPR += ("DischMethod", "DischDest")
REGISTER = ("LEDRID", "NHSNO_1", "SNAMD", "DOBDY", "DOBMT", "DOBYR", "DODDY", "DODMT", "DODYR")
REGISTER += ("DOR",)
LEAVE = ("ClientID", "AbsenceType", "AbsenceStart", "AbsenceEnd")
SENDERS = {
    "north": ("ZX901", "2025-09-01"),
    "south": ("ZX902", "2025-09-02"),
    "leave": ("ZX901", "2025-09-03"),
    "register": ("ZX900", "2025-09-04"),
}

STAY = st.fixed_dictionaries(
    {
        "at": st.sampled_from(["north", "south"]),
        "start": st.integers(0, 60),
        "length": st.one_of(st.none(), st.integers(0, 30)),
        "method": st.sampled_from(["1", "1", "4", "9", ""]),
        "destination": st.sampled_from(["19", "19", "53", "51", "79", ""]),
    }
)
PERSON = st.fixed_dictionaries(
    {
        "numbered": st.booleans(),
        "stays": st.lists(STAY, max_size=3, unique_by=lambda s: (s["at"], s["start"])),
        "died": st.one_of(st.none(), st.integers(20, 140)),
        "told": st.sets(st.sampled_from(["north", "south", "register"]), min_size=1),
        "month_only": st.booleans(),
        "absent": st.one_of(st.none(), st.integers(0, 60)),
        "sent_twice": st.booleans(),
    }
)
PEOPLE = st.lists(PERSON, min_size=20, max_size=30)
Files = dict[str, list[dict[str, str]]]


def day(number: int | None) -> str:
    return "" if number is None else (START + dt.timedelta(days=number)).isoformat()


def files_of(people: list[dict[str, Any]]) -> tuple[Files, int, int]:
    """The rows of each file, with how many of them are repeated and how many lack their key."""
    files: Files = {"north": [], "south": [], "leave": [], "register": []}
    repeated = 0
    for n, person in enumerate(people):
        stem = f"999{n:06d}"
        check = nhs_number.calculate_checksum(stem)
        who = {
            "NHSNumber": f"{stem}{check}" if person["numbered"] and check < 10 else "",
            # Letters alone are compared, so the names differ in letters.
            "Surname": "Inv" + "".join(chr(97 + int(d)) for d in f"{n:03d}"),
            "DOB": (dt.date(1940, 1, 1) + dt.timedelta(days=131 * n)).isoformat(),
        }
        died = day(person["died"])
        before = {name: len(rows) for name, rows in files.items()}
        for at in ("north", "south"):
            told = died if at in person["told"] else ""
            own = [s for s in person["stays"] if s["at"] == at]
            client = {"ClientID": f"{at[0].upper()}{n}", **who, "DateOfDeath": told}
            for stay in own:
                end = None if stay["length"] is None else stay["start"] + stay["length"]
                left = end is not None
                files[at].append(
                    client
                    | {"AdmitDT": day(stay["start"]), "DischDT": day(end)}
                    | {"DischMethod": stay["method"] if left else ""}
                    | {"DischDest": stay["destination"] if left else ""}
                )
            if told and not own:
                files[at].append(client)
        if any(s["at"] == "north" for s in person["stays"]) and person["absent"] is not None:
            absence = {"ClientID": f"N{n}", "AbsenceType": "AWOL"}
            files["leave"].append(absence | {"AbsenceStart": day(person["absent"])})
        if died and "register" in person["told"]:
            files["register"].append(_registered(n, who, died, person["month_only"]))
        for name, rows in files.items():
            if person["sent_twice"] and len(rows) > before[name]:
                rows.append(rows[-1])
                repeated += 1
    files["north"].append({"Surname": "Invnobody", "AdmitDT": day(3)})
    files["leave"].append({"ClientID": "N0", "AbsenceType": "Home leave", "AbsenceStart": day(2)})
    files["south"].append({"ClientID": "S999", "Surname": "Invliving", "AdmitDT": day(1)})
    return files, repeated, 1


def _registered(n: int, who: dict[str, str], died: str, month_only: bool) -> dict[str, str]:
    year, month, of_month = died.split("-")
    born = who["DOB"].split("-")
    return {
        "LEDRID": f"R{n}",
        "NHSNO_1": who["NHSNumber"],
        "SNAMD": who["Surname"],
        "DOBDY": born[2],
        "DOBMT": born[1],
        "DOBYR": born[0],
        "DODDY": "00" if month_only else of_month,
        "DODMT": month,
        "DODYR": year,
        "DOR": "2025-08-20",
    }


def write(folder: Path, files: Files, names: dict[str, str]) -> None:
    """Write each file under the name given, with a list of whose it is and when it came."""
    folder.mkdir()
    for sender, rows in files.items():
        columns = {"leave": LEAVE, "register": REGISTER}.get(sender, EPR)
        with (folder / names[sender]).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    lines = ["file,received_on,provider"]
    lines += [f"{names[s]},{received},{provider}" for s, (provider, received) in SENDERS.items()]
    (folder / "submissions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def somewhere() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def told(opened: OpenRun) -> set[tuple[Any, ...]]:
    """Each death by who is said to have died, its dates, its stays and every outcome."""
    keys: dict[str, list[str]] = {}
    for row in opened.rows("identities"):
        keys.setdefault(row["person_id"], []).append(row["person_key"])
    outcomes: dict[str, list[tuple[str, str]]] = {}
    for row in opened.rows("classified"):
        outcomes.setdefault(row["death_id"], []).append((row["definition"], row["outcome"]))
    return {
        (
            tuple(sorted(keys[death["person_id"]])),
            death["death_date_from"],
            death["death_date_to"],
            tuple(sorted(outcomes[death_id])),
            tuple(sorted(_facts(way) for way in opened.scenarios[death_id])),
        )
        for death_id, death in opened.deaths.items()
    }


def _facts(way: dict[str, Any]) -> str:
    names = ("death_date", "during_stay", "last_discharge", "last_transfer", "stays_known")
    return repr([way[name] for name in names])


@FEW
@given(people=PEOPLE, seed=st.integers(0, 1_000_000))
def test_rows_add_up_and_names_order_and_repeats_of_files_change_nothing(
    people: list[dict[str, Any]], seed: int
) -> None:
    files, repeated, without_key = files_of(people)
    chance = random.Random(seed)  # noqa: S311
    shuffled = {name: chance.sample(rows, len(rows)) for name, rows in files.items()}
    plain = {sender: f"{sender}.csv" for sender in SENDERS}
    renamed = {sender: f"{chance.randrange(10**6):06d}_{n}.csv" for n, sender in enumerate(plain)}
    with somewhere() as folder:
        write(folder / "sent", files, plain)
        write(folder / "other", shuffled, renamed)
        # The same bytes under another name, which comes before the first in the alphabet.
        shutil.copy(folder / "other" / renamed["north"], folder / "other" / "000_copy.csv")

        run(folder / "sent", folder / "first")
        run(folder / "other", folder / "second")
        first, second = open_run(folder / "first"), open_run(folder / "second")

        counts = first.manifest["counts"]
        assert counts["rows_in"] == sum(map(len, files.values()))
        assert (counts["rejected"], counts["duplicate"]) == (without_key, repeated)
        assert counts["rows_in"] == counts["accepted"] + counts["rejected"] + counts["duplicate"]
        outcomes = [row["outcome"] for row in first.rows("rows")]
        assert len(outcomes) == counts["rows_in"]
        assert outcomes.count("accepted") == counts["accepted"]

        assert told(first) == told(second)
        assert second.manifest["counts"]["files"] == counts["files"] + 1
        for name in ("submissions", "accepted", "people", "stays", "deaths"):
            assert counts[name] == second.manifest["counts"][name], name
        _both_evaluators_agree(second)


def _both_evaluators_agree(opened: OpenRun) -> None:
    kept = opened.rows("classified")
    assert len(kept) == len(opened.deaths) * len(catalogue())
    for row in kept:
        definition = catalogue()[row["definition"]]
        ways = opened.scenarios[row["death_id"]]
        assert evaluate(definition, ways).outcome == row["outcome"]


def test_running_twice_gives_equal_digests_and_an_equal_manifest(tmp_path: Path) -> None:
    stay = {"at": "north", "start": 3, "length": 20, "method": "1", "destination": "19"}
    person = {
        "numbered": True,
        "stays": [stay],
        "died": 40,
        "told": {"north", "register"},
        "month_only": False,
        "absent": 10,
        "sent_twice": True,
    }
    files, _, _ = files_of([person, person | {"numbered": False, "absent": None}])
    write(tmp_path / "sent", files, {sender: f"{sender}.csv" for sender in SENDERS})

    one = run(tmp_path / "sent", tmp_path / "one")
    two = run(tmp_path / "sent", tmp_path / "two", store=tmp_path / "another store")

    assert one.manifest == two.manifest
    assert one.manifest["tables"]["deaths"]["rows"] == 2
    for table in sorted((tmp_path / "one").rglob("*.parquet")):
        again = tmp_path / "two" / table.relative_to(tmp_path / "one")
        assert table.read_bytes() == again.read_bytes(), table.name
