"""A layout that is sent anew for each period: a later file of one period speaks for that period."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from candour.pipeline.run import run

HEAD = (
    "ClientID,NHSNumber,Surname,DOB,DateOfDeath,DeathNotifiedDate,SourceOfDeathInfo,"
    "LastContactDate,Team,ReferralEnd,WardCode,AdmitDT,DischDT,DischMethod,DischDest,MHASection,"
    "ObsLevel\n"
)
ROW = "{0},,Ashby{0},1960-0{0}-01,2025-03-0{0},,,,,,,2025-02-01,2025-02-0{0},1,19,,\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    folder = tmp_path_factory.mktemp("periods")
    own = folder / "mappings" / "epr"
    own.mkdir(parents=True)
    shipped = (checkout / "src/candour/sources/epr/mapping.yaml").read_text(encoding="utf-8")
    by_period = "delivery: {snapshot: [provider, period]}"
    (own / "mapping.yaml").write_text(
        shipped.replace("delivery: increment", by_period), encoding="utf-8"
    )
    extracts = folder / "extracts"
    extracts.mkdir()
    files = {"january.csv": "23", "february.csv": "4", "january_again.csv": "2", "other.csv": "5"}
    for name, people in files.items():
        text = HEAD + "".join(ROW.format(each) for each in people)
        (extracts / name).write_text(text, encoding="utf-8")
    (extracts / "submissions.csv").write_text(
        "file,received_on,provider,period\n"
        "january.csv,2025-04-01,ZX901,2025-01\n"
        "february.csv,2025-04-02,ZX901,2025-02\n"
        "january_again.csv,2025-04-03,ZX901,2025-01\n"
        "other.csv,2025-04-04,ZX901,\n",
        encoding="utf-8",
    )
    run(extracts, folder / "run", mappings=[folder / "mappings"])
    return folder / "run"


def test_a_row_that_the_later_file_of_its_period_lacks_is_withdrawn_and_no_other(
    made: Path,
) -> None:
    rows = pq.read_table(made / "open" / "rows.parquet").to_pylist()

    standing = {r["person_key"][-1]: r["standing"] for r in rows if r["outcome"] == "accepted"}
    assert standing == {
        "2": "present",
        "3": "withdrawn-by-source",
        "4": "present",
        "5": "present",
    }


def test_a_file_of_no_stated_period_says_so_and_withdraws_nothing(made: Path) -> None:
    found = pq.read_table(made / "open" / "findings.parquet").to_pylist()

    assert [f["file"] for f in found if f["code"] == "period-not-stated"] == ["other.csv"]


def test_the_death_of_a_withdrawn_row_is_not_counted_and_its_values_stay(made: Path) -> None:
    deaths = pq.read_table(made / "open" / "deaths.parquet")
    values = pq.read_table(made / "identified" / "values.parquet").to_pylist()

    assert deaths.num_rows == 3
    assert "withdrawn-by-source" in {v["standing"] for v in values}


def test_the_run_keeps_what_was_said_of_each_period(made: Path) -> None:
    written = (made / "submissions.csv").read_text(encoding="utf-8").splitlines()

    assert written[0].endswith(",period")
    assert sum(line.endswith(",2025-01") for line in written) == 2
