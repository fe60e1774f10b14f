"""What it costs to check a return, against the least that reading the same bytes can cost.

Three jobs, each with its baseline run in the same go, in processes of their own, turn by turn; the
ratios are of the medians. Exit code 1 where a ratio is above its limit.

    ./run bench validate                        all three, small: some minutes
    ./run bench validate csv --rows 2000000     the sizes that the limits are stated for
    ./run bench validate xlsx --rows 200000
    ./run bench validate cold --rows 20000
    ./run bench validate --repeat 3

* csv: receive a file of text, check it by the rules of its layout, write the findings; against a
  scan of the same text by DuckDB that looks at each cell's length.
* xlsx: the same for a workbook; against fastexcel reading its cells as text and no more.
* cold: a small return from the start of the process; against rules of the same kinds written by
  hand in DuckDB's SQL, from the start of the process.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

LIMITS = {"csv": 3.0, "xlsx": 1.3, "cold": 3.0}
ROWS = {"csv": 200_000, "xlsx": 50_000, "cold": 20_000}
COLUMNS = 40
SRC = Path(__file__).resolve().parents[1] / "src"
EPR = [
    *("ClientID", "NHSNumber", "Surname", "DOB", "DateOfDeath", "DeathNotifiedDate"),
    *("SourceOfDeathInfo", "LastContactDate", "Team", "ReferralEnd", "WardCode", "AdmitDT"),
    *("DischDT", "DischMethod", "DischDest", "MHASection", "ObsLevel"),
]

OURS = """
import json, sys
from pathlib import Path
from candour.pipeline.checking import findings_of
from candour.pipeline.outputs import FINDINGS, _write_csv, findings_table
found = findings_table(findings_of([Path(sys.argv[1])]))
_write_csv(Path(sys.argv[2]), FINDINGS.names, found.to_pylist())
"""
SCAN = """
import sys, duckdb
con = duckdb.connect()
con.sql("set enable_progress_bar=false")
source = f"read_csv('{sys.argv[1]}', all_varchar=true)"
names = [d[0] for d in con.sql(f"select * from {source} limit 0").description]
lengths = ", ".join(f'sum(length("{n}"))' for n in names)
con.sql(f"select count(*), {lengths} from {source}").fetchall()
"""
BARE = """
import sys, fastexcel
fastexcel.read_excel(sys.argv[1]).load_sheet(0, dtypes="string").to_arrow()
"""
BY_HAND = """
import sys, duckdb
con = duckdb.connect()
source = f"read_csv('{sys.argv[1]}', all_varchar=true)"
dates = ["DOB", "DateOfDeath", "DeathNotifiedDate", "LastContactDate", "ReferralEnd"]
dates += ["AdmitDT", "DischDT"]
typed = ", ".join(f"try_cast({d} as date) as t_{d}" for d in dates)
total = "+".join(f"{10 - n} * (n // {10 ** (9 - n)} % 10)" for n in range(9))
rules = [(f"unreadable {d}", f"{d} is not null and t_{d} is null") for d in dates]
rules += [(f"future {d}", f"t_{d} > current_date") for d in dates]
rules += [(f"early {d}", f"t_{d} < date '1900-01-01'") for d in dates]
rules += [(f"missing {c}", f"{c} is null") for c in ("ClientID", "Surname", "DOB")]
rules += [
    ("ten digits", "NHSNumber is not null and not regexp_full_match(NHSNumber, '[0-9]{10}')"),
    ("check digit", f"n is not null and (11 - ({total}) % 11) % 11 <> n % 10"),
    ("method", "DischMethod not in ('1','2','3','4','5','6','7')"),
    ("destination", "not regexp_full_match(DischDest, '[0-9]{2}')"),
    ("section", "MHASection not in ('01','02','03','S2','S3','Informal')"),
    ("order", "t_DischDT < t_AdmitDT"), ("order", "t_DateOfDeath < t_DOB"),
    ("order", "t_AdmitDT < t_DOB"), ("order", "t_DeathNotifiedDate < t_DateOfDeath"),
    ("order", "t_DischDT > t_DateOfDeath"), ("order", "t_AdmitDT > t_DateOfDeath"),
]
marks = ", ".join(f"case when {test} then {n} end" for n, (_, test) in enumerate(rules))
numbered = f"select row_number() over () as row_id, * from {source}"
typed = f"select *, try_cast(NHSNumber as bigint) as n, {typed} from ({numbered})"
found = f"unnest(list_filter([{marks}], lambda x: x is not null)) as rule"
con.sql(f"copy (select row_id, {found} from ({typed})) to '{sys.argv[2]}' (header)")
"""


def nhs_number(number: int) -> str:
    """The number-th sound NHS number of the range for tests."""
    body = f"999{number % 1_000_000:06d}"
    check = 11 - sum((10 - n) * int(d) for n, d in enumerate(body)) % 11
    return f"{body}{0 if check == 11 else 1 if check == 10 else check}"


def rows(count: int) -> Iterator[list[str]]:
    """Invented rows of the layout epr, filled up to forty columns; one in twelve has a fault."""
    chance = random.Random(7)  # noqa: S311 - no secret is made
    base = dt.date(2024, 1, 1)
    for number in range(count):
        admitted = base + dt.timedelta(days=chance.randrange(300))
        left = admitted + dt.timedelta(days=chance.randrange(1, 60))
        died = left + dt.timedelta(days=chance.randrange(90))
        row = [
            *(f"P-{number}", nhs_number(number), f"Alder{number % 997}"),
            *(f"19{chance.randrange(30, 99)}-0{chance.randrange(1, 10)}-17", died.isoformat()),
            *((died + dt.timedelta(days=3)).isoformat(), "Family", admitted.isoformat()),
            *("CMHT East", "", "ELM", admitted.isoformat(), left.isoformat()),
            *("1", "19", "Informal", "general"),
        ]
        if number % 12 == 0:
            row[chance.choice((1, 3, 4, 13, 14))] = chance.choice(("31/02/2024", "ZZ9?", "x1"))
        yield row + [f"extra {number % 89} {n}" for n in range(COLUMNS - len(EPR))]


def write(job: str, count: int, folder: Path) -> Path:
    """The file that a job reads."""
    head = EPR + [f"local_{n}" for n in range(COLUMNS - len(EPR))]
    path = folder / ("return.xlsx" if job == "xlsx" else "return.csv")
    if job != "xlsx":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(chain([head], rows(count)))
        return path
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Deaths")
    for at, row in enumerate(chain([head], rows(count))):
        for place, text in enumerate(row):
            if text:
                sheet.write_string(at, place, text)
    book.close()
    return path


def timed(program: str, path: Path, out: Path) -> tuple[float, float]:
    """Seconds of one process and the most memory it held, in MiB."""
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(path), str(out)],
        env={**os.environ, "PYTHONPATH": str(SRC)},
    )
    _, code, used = os.wait4(child.pid, 0)
    if code:
        raise SystemExit("a program of the benchmark failed")
    return time.perf_counter() - begun, used.ru_maxrss / 1024


def measure(job: str, count: int, repeat: int, folder: Path) -> dict[str, float | str]:
    path, out = write(job, count, folder), folder / "findings.csv"
    baseline = {"csv": SCAN, "xlsx": BARE, "cold": BY_HAND}[job]
    ours, least = [], []
    for _ in range(repeat):
        least.append(timed(baseline, path, out))
        ours.append(timed(OURS, path, out))
    mine, floor = (statistics.median(s for s, _ in each) for each in (ours, least))
    return {
        "job": job,
        "rows": count,
        "megabytes": round(path.stat().st_size / 1e6),
        "seconds": round(mine, 2),
        "baseline_seconds": round(floor, 2),
        "ratio": round(mine / floor, 2),
        "limit": LIMITS[job],
        "peak_mib": round(max(m for _, m in ours)),
        "baseline_peak_mib": round(max(m for _, m in least)),
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="What it costs to check a return.")
    parser.add_argument("job", nargs="?", choices=sorted(LIMITS))
    parser.add_argument("--rows", type=int)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(arguments)
    good = True
    for job in [args.job] if args.job else ["cold", "csv", "xlsx"]:
        with tempfile.TemporaryDirectory(prefix="candour-bench-") as folder:
            found = measure(job, args.rows or ROWS[job], args.repeat, Path(folder))
        good = good and float(found["ratio"]) <= LIMITS[job]
        if args.json:
            print(json.dumps(found), flush=True)
        else:
            print(
                f"{job}: {found['rows']} rows of {COLUMNS} columns, {found['megabytes']} MB: "
                f"{found['seconds']} s ({found['peak_mib']} MiB), baseline "
                f"{found['baseline_seconds']} s ({found['baseline_peak_mib']} MiB): "
                f"{found['ratio']} times (limit {found['limit']}; medians of {args.repeat})",
                flush=True,
            )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
