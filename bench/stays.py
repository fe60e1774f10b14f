"""What it costs to chain a nation's spells into stays, and to ask which deaths followed one.

Two jobs of the product's own code, each against the least that the same rows can cost, turn by turn
in one process; the ratios are of the medians. Exit code 1 where a ratio is above its limit, or
where the answer for the first 10,000 people is not that of a plain loop over all their spells.

    ./run bench stays                               3,500,000 spells, the size of the limits
    ./run bench stays --spells 350000 --repeat 9
    ./run bench stays --json

* chain: every spell gets the number of its stay (spells that follow each other within a day, or
  within three days after a move to another ward); against reading the same columns and sorting
  them once by person and date.
* window: the deaths in a stay or within 30 days of the end of any; against reading the columns of
  the stays that are asked for.

Imports, and saying in SQL what is meant, are not counted; both sides run on one engine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

LIMITS = {"chain": 2.6, "window": 1.6}
DAYS = 30
LOOKED_AT = 10_000
"""People whose answer is worked out by a plain loop as well."""
FAR = dt.date.max

# Three spells to a person on average, one in fifty without an end; twice as many people who may
# die as have spells. Each is drawn from its number, so that the same size gives the same rows.
SPELLS = """
SELECT i AS spell_key, ({draw}(i) % {people})::bigint AS person,
  date '2025-02-01' + ({draw}(i + 2) % 425)::int AS start,
  CASE WHEN {draw}(i + 4) % 50 > 0 THEN date '2025-02-01' + ({draw}(i + 2) % 425)::int
    + (pow({draw}(i + 3) % 1000 / 1000.0, 3) * 200)::int END AS ended_on,
  CASE WHEN {draw}(i + 4) % 50 = 0 THEN 'open' WHEN {draw}(i + 5) % 100 = 0 THEN 'died'
    ELSE 'alive' END AS ending,
  CASE WHEN {draw}(i + 4) % 50 > 0 THEN
    CASE WHEN {draw}(i + 6) % 10 = 0 THEN '{onward}' ELSE '19' END END AS discharge_destination
FROM range({spells}) t(i)
"""
DEATHS = """
SELECT i AS death_id, ({draw}(i + 7) % {people})::bigint AS person_id,
  date '2025-04-01' + ({draw}(i + 8) % 365)::int AS death_date
FROM range({deaths}) t(i)
"""


def opened() -> Any:
    """An engine with the settings of the product's."""
    import ibis

    con = ibis.duckdb.connect()
    for setting in ("preserve_insertion_order=false", "enable_progress_bar=false"):
        con.raw_sql(f"SET {setting}")
    return con


def invented(con: Any, folder: Path, spells: int) -> tuple[ir.Table, ir.Table]:
    """Spells as they are before they are chained, and deaths."""
    from candour.pipeline.unify.stays import transfers

    words = {"draw": "hash", "onward": transfers()[0], "spells": spells}
    people = max(spells // 3, 1)
    made = {
        "spells": SPELLS.format(people=people, **words),
        "deaths": DEATHS.format(people=2 * people, deaths=spells // 100, **words),
    }
    for name, query in made.items():
        con.raw_sql(f"COPY ({query}) TO '{folder / name}.parquet' (FORMAT parquet)")
    return con.read_parquet(folder / "spells.parquet"), con.read_parquet(folder / "deaths.parquet")


def chain(spells: ir.Table) -> ir.Table:
    """The spells with the number of their stay."""
    from candour.pipeline.unify.stays import chained

    return chained(spells)


def window(stays: ir.Table, deaths: ir.Table) -> ir.Table:
    """The deaths in a stay or within thirty days of the end of any, by the rule of a definition."""
    from candour.definitions.columnar import rule_expression
    from candour.definitions.grammar import rule_from
    from candour.pipeline.classify.facets import of_the_dead

    rule = rule_from(
        {
            "any_of": [
                {"fact": "during_stay"},
                {"within": {"since": "last_discharge", "days": DAYS}},
            ]
        }
    )
    s = of_the_dead(stays, deaths).join(deaths, "person_id")
    begun = s.started_on <= s.death_date
    s = s.mutate(
        during_stay=begun & (s.ended_on.isnull() | (s.death_date < s.ended_on)),
        last_discharge=s.ended_on,
        stays_known=True,
    )
    return s.filter(rule_expression(rule, s, {})).select("death_id").distinct()


# ------------------------------------------------------------------ by a plain loop


def looped(
    spells: list[dict[str, Any]], deaths: list[dict[str, Any]]
) -> tuple[set[frozenset[int]], set[int]]:
    """The stays, each as its spells, and the deaths that followed one: every spell of a person is
    held against every other until nothing moves."""
    from candour.pipeline.unify.stays import DAYS_FOLLOWING, DAYS_TRANSFER, transfers

    def reach(spell: dict[str, Any]) -> dt.date:
        if spell["ended_on"] is None:
            return FAR
        onward = spell["discharge_destination"] in transfers()
        days = DAYS_TRANSFER if onward else DAYS_FOLLOWING
        return spell["ended_on"] + dt.timedelta(0 if spell["ending"] == "died" else days)

    of_person: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for spell in spells:
        of_person[spell["person"]].append(spell)
    stays = set()
    for several in of_person.values():
        left = [([s["spell_key"]], s["start"], reach(s)) for s in several]
        moved = True
        while moved:
            moved = False
            for one in left:
                for other in left:
                    if one is not other and one[1] <= other[2] and other[1] <= one[2]:
                        left.remove(one)
                        left.remove(other)
                        left.append(
                            (one[0] + other[0], min(one[1], other[1]), max(one[2], other[2]))
                        )
                        moved = True
                        break
                if moved:
                    break
        stays |= {frozenset(keys) for keys, _, _ in left}
    followed = {
        death["death_id"]
        for death in deaths
        for spell in of_person[death["person_id"]]
        if (spell["start"] <= death["death_date"] < (spell["ended_on"] or FAR))
        or 0 <= (death["death_date"] - (spell["ended_on"] or FAR)).days <= DAYS
    }
    return stays, followed


def wrong(con: Any, spells: ir.Table, deaths: ir.Table) -> list[str]:
    """What differs from the plain loop, in words; empty where nothing does."""
    few = con.create_table("few", spells.filter(spells.person < LOOKED_AT), temp=True)
    dead = con.create_table("dead", deaths.filter(deaths.person_id < LOOKED_AT), temp=True)
    stays, followed = looped(few.to_pyarrow().to_pylist(), dead.to_pyarrow().to_pylist())
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for row in chain(few).to_pyarrow().to_pylist():
        found[row["person"], row["chain"]].add(row["spell_key"])
    asked = window(as_stays(few), dead).to_pyarrow().to_pylist()
    faults = []
    if {frozenset(keys) for keys in found.values()} != stays:
        faults.append("the stays are not those of a plain loop")
    if {row["death_id"] for row in asked} != followed:
        faults.append("the deaths after a stay are not those of a plain loop")
    return faults


def as_stays(spells: ir.Table) -> ir.Table:
    """Each spell taken as a stay, by the names that stays have."""
    return spells.select("ended_on", person_id="person", started_on="start")


# ------------------------------------------------------------------ against the least it can cost


def measured(
    con: Any, spells: ir.Table, deaths: ir.Table, repeat: int
) -> dict[str, dict[str, float]]:
    """Median seconds of each job and of its baseline, turn by turn."""
    import ibis

    read = f"({ibis.to_sql(spells)})"
    hashes = ", ".join(f"bit_xor(hash({c}))" for c in ("person", "start", "ended_on"))
    queries = {
        ("chain", "least"): f"CREATE OR REPLACE TEMP TABLE sorted AS FROM {read} "
        "ORDER BY person, start",
        ("chain", "ours"): f"CREATE OR REPLACE TEMP TABLE chained AS {ibis.to_sql(chain(spells))}",
        ("window", "least"): f"SELECT count(*), {hashes} FROM {read}",
        ("window", "ours"): ibis.to_sql(window(as_stays(spells), deaths).count()),
    }
    taken: dict[tuple[str, str], list[float]] = {each: [] for each in queries}
    for turn in range(repeat + 1):
        for each, query in queries.items():
            seconds = timed(lambda query=query: con.raw_sql(query).fetchall())
            if turn:  # the first round only warms up
                taken[each].append(seconds)
    medians = {each: statistics.median(all_of) for each, all_of in taken.items()}
    return {
        job: {
            "seconds": medians[job, "ours"],
            "least": medians[job, "least"],
            "ratio": medians[job, "ours"] / medians[job, "least"],
            "limit": limit,
        }
        for job, limit in LIMITS.items()
    }


def timed(work: Callable[[], object]) -> float:
    """Seconds that it took."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench stays", description=__doc__.splitlines()[0])
    parser.add_argument("--spells", type=int, default=3_500_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as held:
        con = opened()
        spells, deaths = invented(con, Path(held), asked.spells)
        faults = wrong(con, spells, deaths)
        jobs = measured(con, spells, deaths, asked.repeat)
        con.disconnect()
    faults += [
        f"{job}: {told['ratio']:.2f} times the least (limit {told['limit']})"
        for job, told in jobs.items()
        if told["ratio"] > told["limit"]
    ]
    if asked.json:
        result = {"spells": asked.spells, "repeat": asked.repeat, "jobs": jobs, "faults": faults}
        print(json.dumps(result, indent=1))
    else:
        for job, told in jobs.items():
            print(
                f"{job:7} {told['seconds']:7.3f} s  least {told['least']:7.3f} s  "
                f"ratio {told['ratio']:.2f} (limit {told['limit']})"
            )
        print(
            f"{asked.spells:,} spells, {asked.repeat} rounds; "
            f"the first {LOOKED_AT:,} people held against a plain loop"
        )
    for fault in faults:
        print(f"Not as it should be: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
