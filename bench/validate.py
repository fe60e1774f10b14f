"""What it costs to check a return, against the least that reading the same bytes can cost.

Four jobs, each with its baseline run in the same go, in processes of their own, turn by turn; the
ratios are of the medians. Exit code 1 where a ratio or the memory is
above its limit.

    ./run bench validate                        all four, small: some minutes
    ./run bench validate csv --rows 2000000     the sizes that the limits are stated for
    ./run bench validate xlsx --rows 200000
    ./run bench validate cold --rows 20000
    ./run bench validate csv --rows 7200000 --repeat 1          3 GB: memory stays below 1024 MiB
    ./run bench validate csv --rows 2400000 --bad 0.3 --repeat 1   1 GB, of which 30 % is bad
    ./run bench validate long --rows 2400000 --repeat 1         1 GB on the long way: the same
    ./run bench validate --repeat 3

* csv: `candour validate FILE --format csv --out FINDINGS` on a file of text; against a
  scan of the same text by DuckDB that looks at each cell's length.
* long: the same for a list that only the long way can check (ADR 19); memory has a bound, and time
  has none.
* xlsx: the same for a workbook; against fastexcel reading its cells as text and no more.
* cold: a small return from the start of the process; against the same rules written by hand in
  DuckDB's SQL (as far as one would by hand: a dozen ways of writing a date, no messages), from the
  start of the process.
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
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

LIMITS = {"csv": 3.0, "xlsx": 1.3, "cold": 3.0}
MOST_MIB = {"csv": 1024, "long": 1024, "xlsx": 1229, "cold": 512}
"""The most memory, at any number of rows that is read."""
ROWS = {"csv": 200_000, "long": 100_000, "xlsx": 50_000, "cold": 20_000}
COLUMNS = 40
SRC = Path(__file__).resolve().parents[1] / "src"
EPR = [
    *("ClientID", "NHSNumber", "Surname", "DOB", "DateOfDeath", "DeathNotifiedDate"),
    *("SourceOfDeathInfo", "LastContactDate", "Team", "ReferralEnd", "WardCode", "AdmitDT"),
    *("DischDT", "DischMethod", "DischDest", "MHASection", "ObsLevel"),
]
INCIDENTS = [
    *("Incident Number", "Incident Date", "Time", "Date Reported", "Directorate", "Department"),
    *("Cause Group", "Cause 1", "Person Type", "NHS No", "DOB", "Actual Impact"),
    *("Potential Impact", "SI Y/N", "Outcome", "Date Closed"),
]
"""Columns of the layout ulysses: it writes a day and its time in two."""

OURS = """
import sys
from candour.cli.main import main
sys.exit(main(["validate", sys.argv[1], "--format", "csv", "--out", sys.argv[2]]))
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
con.sql("set enable_progress_bar=false")
source = f"read_csv('{sys.argv[1]}', all_varchar=true)"
dates = ["DOB", "DateOfDeath", "DeathNotifiedDate", "LastContactDate", "ReferralEnd"]
dates += ["AdmitDT", "DischDT"]
forms = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y", "%d/%m/%Y %H:%M"]
forms += ["%d-%m-%Y", "%d-%b-%Y", "%d %B %Y", "%d/%m/%y", "%d-%b-%y", "%Y%m%d"]
typed = ", ".join(f"try_strptime({d}, {forms})::date as t_{d}" for d in dates)
digits = "regexp_replace(NHSNumber, '[ -]|[.]0+$', '', 'g')"
total = "+".join(f"{10 - n} * (n // {10 ** (9 - n)} % 10)" for n in range(9))
science = "'^[+-]?[0-9]+([.,][0-9]*)?[eE][+-]?[0-9]+$'"
rules = []
for d in dates:
    sheet = f"regexp_matches({d}, '^[0-9]{{5}}([.][0-9]+)?$')"
    partial = f"regexp_matches({d}, '^[0-9]{{4}}$|^([0-9]{{2}}|[A-Za-z]+)[-/ ][0-9]{{4}}$')"
    rules += [
        f"{d} is not null and t_{d} is null and not {sheet} and not {partial}", sheet, partial,
        f"regexp_matches({d}, '[-/ ][0-9]{{2}}$') and not regexp_matches({d}, '^[0-9]{{4}}')",
        f"regexp_matches({d}, '[0-9] [0-9]+[:.]') and t_{d} is null",
        f"t_{d} > current_date", f"t_{d} < date '1900-01-01'",
        f"t_{d} is null and regexp_matches({d}, '^(0?[1-9]|1[0-2])/(0?[1-9]|1[0-2])/')",
    ]
rules += [
    "month(t_DOB) = 1 and day(t_DOB) = 1", "ClientID is null",
    f"regexp_matches(ClientID, {science})", f"regexp_matches(NHSNumber, {science})",
    "NHSNumber is not null and not regexp_full_match(digits, '[0-9]{10}')",
    "n % 1111111111 = 0", f"n is not null and (11 - ({total}) % 11) % 11 <> n % 10",
    "n is not null and digits[1] not in ('4', '6', '7', '9')", "rounded",
    "DischMethod not in ('1','2','3','4','5','6','7')",
    "not regexp_full_match(DischDest, '[0-9]{2}')",
    "MHASection not in ('01','02','03','S2','S3','Informal')",
    "ObsLevel not in ('general','Hourly','intermittent','within-eyesight','arms-length')",
    "DischMethod = '4' and DischDest <> '79'", "DischDest = '79' and DischMethod <> '4'",
    "t_DischDT < t_AdmitDT", "t_DateOfDeath < t_DOB", "t_AdmitDT < t_DOB",
    "t_DeathNotifiedDate < t_DateOfDeath", "t_DischDT > t_DateOfDeath",
    "t_AdmitDT > t_DateOfDeath", "again > 1", "two_people",
]
marks = ", ".join(f"case when {test} then {n} end" for n, test in enumerate(rules))
whole = ", ".join(d[0] for d in con.sql(f"select * from {source} limit 0").description)
numbered = f"select row_number() over () as row_id, hash({whole}) as same, * from {source}"
read = (
    f"select *, {digits} as digits, {typed}, "
    "row_number() over (partition by same order by row_id) as again, "
    "min(Surname || DOB) over (partition by ClientID) <> Surname || DOB as two_people, "
    f"bool_and(NHSNumber like '%0000') over () as rounded from ({numbered})"
)
read = f"select *, try_cast(digits as bigint) as n from ({read})"
found = f"unnest(list_filter([{marks}], lambda x: x is not null)) as rule"
con.sql(f"copy (select row_id, {found} from ({read})) to '{sys.argv[2]}' (header)")
"""


def nhs_number(number: int) -> str:
    """The number-th sound NHS number of the range for tests."""
    while True:
        body = f"999{number % 1_000_000:06d}"
        check = 11 - sum((10 - n) * int(d) for n, d in enumerate(body)) % 11
        if check != 10:
            return f"{body}{0 if check == 11 else check}"
        number += 1


def rows(count: int, bad: float = 1 / 12, heads: Sequence[str] = EPR) -> Iterator[list[str]]:
    """Invented rows of the layout epr, or of ulysses, filled up to forty columns; one in twelve has
    a fault, or the share ``bad``.

    A tenth of the local columns holds quotation marks and commas, as free text does.
    """
    chance = random.Random(7)  # noqa: S311 - no secret is made
    base = dt.date(2024, 1, 1)
    for number in range(count):
        admitted = base + dt.timedelta(days=chance.randrange(300))
        left = admitted + dt.timedelta(days=chance.randrange(1, 60))
        died = left + dt.timedelta(days=chance.randrange(90))
        if heads is INCIDENTS:
            row = [
                *(f"UL-{number}", admitted.isoformat(), "09:15", left.isoformat(), "Adult", "Elm"),
                *("FALL", "", "Patient", nhs_number(number), f"19{chance.randrange(30, 99)}-03-17"),
                *("2 - Low Harm", "3 - Moderate Harm", "N", "Reviewed", died.isoformat()),
            ]
        else:
            row = _of_caseload(number, admitted, left, died, chance)
        if number % 12 == 0 if bad == 1 / 12 else chance.random() < bad:
            faulty = (1, 3, 9, 10) if heads is INCIDENTS else (1, 3, 4, 13, 14)
            row[chance.choice(faulty)] = chance.choice(("31/02/2024", "ZZ9?", "x1"))
        local = [f"extra {number % 89} {n}" for n in range(COLUMNS - len(heads) - 2)]
        yield [*row, *local, 'seen at home, "well" so far', "none"]


def _of_caseload(
    number: int, admitted: dt.date, left: dt.date, died: dt.date, chance: random.Random
) -> list[str]:
    return [
        *(f"P-{number}", nhs_number(number), f"Alder{number % 997}"),
        *(f"19{chance.randrange(30, 99)}-0{chance.randrange(1, 10)}-17", died.isoformat()),
        *((died + dt.timedelta(days=3)).isoformat(), "Family", admitted.isoformat()),
        *("CMHT East", "", "ELM", admitted.isoformat(), left.isoformat()),
        *("1", "19", "Informal", "general"),
    ]


def write(job: str, count: int, folder: Path, bad: float) -> Path:
    """The file that a job reads."""
    heads = INCIDENTS if job == "long" else EPR
    head = heads + [f"local_{n}" for n in range(COLUMNS - len(heads))]
    path = folder / ("return.xlsx" if job == "xlsx" else "return.csv")
    if job != "xlsx":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(chain([head], rows(count, bad, heads)))
        return path
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Deaths")
    for at, row in enumerate(chain([head], rows(count, bad, heads))):
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


def measure(
    job: str, count: int, repeat: int, folder: Path, bad: float
) -> dict[str, float | str | None]:
    path, out = write(job, count, folder, bad), folder / "findings.csv"
    baseline = {"csv": SCAN, "long": SCAN, "xlsx": BARE, "cold": BY_HAND}[job]
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
        "limit": LIMITS.get(job),
        "peak_mib": round(max(m for _, m in ours)),
        "baseline_peak_mib": round(max(m for _, m in least)),
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="What it costs to check a return.")
    parser.add_argument("job", nargs="?", choices=sorted(MOST_MIB))
    parser.add_argument("--rows", type=int)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--bad", type=float, default=1 / 12, help="share of rows with a fault")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(arguments)
    good = True
    for job in [args.job] if args.job else ["cold", "csv", "long", "xlsx"]:
        with tempfile.TemporaryDirectory(prefix="candour-bench-") as folder:
            found = measure(job, args.rows or ROWS[job], args.repeat, Path(folder), args.bad)
        # The ratios are stated for one bad row in twelve; memory has its bound at any share.
        of_ratio = args.bad > 1 / 12 or job not in LIMITS or float(found["ratio"]) <= LIMITS[job]
        good = good and of_ratio and float(found["peak_mib"]) <= MOST_MIB[job]
        if args.json:
            print(json.dumps(found), flush=True)
        else:
            print(
                f"{job}: {found['rows']} rows of {COLUMNS} columns, {found['megabytes']} MB: "
                f"{found['seconds']} s ({found['peak_mib']} MiB), baseline "
                f"{found['baseline_seconds']} s ({found['baseline_peak_mib']} MiB): "
                f"{found['ratio']} times (limit {found['limit'] or 'none'}; "
                f"medians of {args.repeat})",
                flush=True,
            )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
