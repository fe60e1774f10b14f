"""What it costs to answer for a million people under every definition, beside reading the columns.

Invents a table of facets from a seed, one person in twenty with two ways the world may have been,
and lays it down as Parquet. Then, in turn: each definition's columns are read into a table of the
engine, which is what reading costs; and every definition answers for everybody in one reading of
the table, as a run classifies. Exit code 1 where the seconds per definition are more than three
times those of reading the columns that a definition uses.

    ./run bench classify                        1,000,000 people: some minutes
    ./run bench classify --people 100000 --json
    ./run bench classify --each                 also each definition by itself

What is compared is the processor's seconds, which other work on the machine does not lengthen much;
each figure is the middle one of several.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

PEOPLE = 1_000_000
TIMES_READING = 3.0
"""Times the seconds of reading its columns that a definition may take."""
ROUNDS = 3

# Numbers from a counter and a seed: the same table on every machine, whatever the order of rows.
_FACETS = """
COPY (
WITH n AS (
  SELECT i, s, hash(i * 7919 + {seed} * 104729 + s * 31) AS h, hash(i * 104729 + {seed}) AS g
  FROM range({people}) t(i), range(2) w(s) WHERE s = 0 OR hash(i + {seed}) % 20 = 0)
SELECT 'D' || lpad(i::varchar, 12, '0') AS death_id, s::bigint AS scenario,
  CASE WHEN s = 0 THEN '' ELSE 'another way' END AS assumption,
  CASE WHEN hash(i + {seed}) % 20 = 0 THEN CASE s WHEN 0 THEN 'discharge' ELSE 'stay' END END
    AS transfer_as,
  g % 50 > 0 AS stays_known,
  CASE WHEN g % 97 > 0 THEN DATE '2015-01-01' + (g % 3650)::int END AS death_date,
  h % 10 = 0 AS during_stay,
  CASE WHEN h % 3 > 0 THEN DATE '2015-01-01' + (g % 3650)::int - (h % 400)::int END
    AS last_discharge,
  CASE WHEN h % 41 = 0 THEN DATE '2015-01-01' + (g % 3650)::int - (h % 97)::int END
    AS last_absence_start,
  CASE WHEN h % 37 = 0 THEN DATE '2015-01-01' + (g % 3650)::int - (h % 113)::int END
    AS last_transfer,
  CASE h % 11 WHEN 0 THEN true WHEN 1 THEN NULL ELSE false END AS detained,
  CASE g % 6 WHEN 0 THEN 'I21.9' WHEN 1 THEN 'X70' WHEN 2 THEN 'C349' WHEN 3 THEN 'U509'
             WHEN 4 THEN 'R99' END AS underlying_cause,
  (g % 100)::bigint AS age_years,
  CASE g % 13 WHEN 0 THEN 'suicide' WHEN 1 THEN 'narrative' WHEN 2 THEN 'open'
              WHEN 3 THEN 'natural-causes' END AS inquest_conclusion,
  CASE WHEN g % 5 = 0 THEN true END AS with_coroner,
  CASE g % 4 WHEN 0 THEN true WHEN 1 THEN false END AS expected_by_team,
  CASE g % 17 WHEN 0 THEN true WHEN 1 THEN NULL ELSE false END AS learning_disability,
  CASE g % 19 WHEN 0 THEN true WHEN 1 THEN NULL ELSE false END AS autism,
  CASE g % 7 WHEN 0 THEN true WHEN 1 THEN NULL ELSE false END AS severe_mental_illness,
  CASE g % 23 WHEN 0 THEN true WHEN 1 THEN NULL ELSE false END AS serious_incident,
  CASE g % 9 WHEN 0 THEN true WHEN 1 THEN NULL ELSE false END AS concern_raised,
  CASE WHEN h % 5 > 0 THEN DATE '2015-01-01' + (g % 3650)::int - (h % 500)::int END
    AS last_contact,
  CASE WHEN h % 3 > 0 THEN DATE '2015-01-01' + (g % 3650)::int - (h % 400)::int END
    AS recorded_discharge,
  CASE g % 3 WHEN 0 THEN true WHEN 1 THEN NULL ELSE false END AS told_by_mhsds
FROM n ORDER BY death_id, scenario) TO '{path}' (FORMAT parquet)
"""


def processor(work: Callable[[], Any]) -> float:
    """Processor seconds of one piece of work, the middle of several rounds."""
    rounds = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_SELF)
        work()
        after = resource.getrusage(resource.RUSAGE_SELF)
        rounds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(rounds)


def measure(people: int, seed: int, path: Path, *, each: bool) -> dict[str, Any]:
    import ibis

    from candour.definitions import catalogue
    from candour.definitions.columnar import outcomes_side_by_side

    connection = ibis.duckdb.connect()
    connection.raw_sql(_FACETS.format(people=people, seed=seed, path=path.as_posix()))
    facets = connection.read_parquet(path)
    definitions = list(catalogue().values())

    def keep(expression: Any) -> None:
        connection.create_table("kept", expression, overwrite=True, temp=True)

    def all_together() -> None:
        keep(outcomes_side_by_side([(d, {}) for d in definitions], facets))

    reading = {}
    for definition in definitions:
        held = [n for n in ("death_id", *definition.needs) if n in facets.columns]
        columns = facets.select(*dict.fromkeys(held))
        reading[definition.id] = processor(lambda: keep(columns))  # noqa: B023 - used at once
    begun = time.perf_counter()
    together = processor(all_together)
    wall = (time.perf_counter() - begun) / ROUNDS
    kept = connection.table("kept", database="temp.main")
    names = [f"outcome_{n}" for n in range(len(definitions))]
    tally = Counter(connection.to_pyarrow(kept[names[0]].name("one")).to_pylist())
    answered = connection.to_pyarrow(kept.count()).as_py()
    found = {
        "people": people,
        "definitions": len(definitions),
        "answered": answered,
        "rows": connection.to_pyarrow(facets.count()).as_py(),
        "first": {definitions[0].id: dict(tally)},
        "seconds": round(together, 3),
        "clock_seconds": round(wall, 3),
        "seconds_per_definition": round(together / len(definitions), 4),
        "reading_per_definition": round(sum(reading.values()) / len(reading), 4),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    found["times_reading"] = round(
        found["seconds_per_definition"] / found["reading_per_definition"], 2
    )
    if each:
        found["each"] = {}
        for d in definitions:
            alone = processor(lambda: keep(outcomes_side_by_side([(d, {})], facets)))  # noqa: B023
            found["each"][d.id] = {
                "seconds": round(alone, 3),
                "reading": round(reading[d.id], 3),
                "times": round(alone / reading[d.id], 1),
            }
    return found


def faults(found: dict[str, Any]) -> list[str]:
    """What is above its limit, or not answered, in words."""
    above = []
    if found["times_reading"] > TIMES_READING:
        above.append(
            f"a definition takes {found['times_reading']} times the reading of its columns "
            f"(limit {TIMES_READING:.0f})"
        )
    if found["answered"] != found["people"]:
        above.append(f"{found['answered']} of {found['people']} people have an answer")
    return above


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="What answering under every definition costs.")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", action="store_true", help="also each definition by itself")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as folder:
        found = measure(args.people, args.seed, Path(folder) / "facets.parquet", each=args.each)
    if args.json:
        print(json.dumps(found))
    else:
        print(
            f"{found['people']} people under {found['definitions']} definitions: of the processor "
            f"{found['seconds']} s (by the clock {found['clock_seconds']} s), "
            f"{found['seconds_per_definition']} s per definition; reading its columns "
            f"{found['reading_per_definition']} s; {found['times_reading']} times; "
            f"{found['peak_mib']} MiB"
        )
        for identity, alone in found.get("each", {}).items():
            print(f"  {identity}: {alone['seconds']} s by itself, {alone['times']} times reading")
    above = faults(found)
    for fault in above:
        print(f"Above its limit: {fault}", file=sys.stderr)
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
