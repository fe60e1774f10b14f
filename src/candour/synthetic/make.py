"""Write the nation: extracts, who sent them and when, the truth, and that it is invented."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from candour.errors import UserError
from candour.synthetic import extracts_epr, extracts_registration, truth_tables
from candour.synthetic import extracts_incidents as incidents
from candour.synthetic.draws import Draws
from candour.synthetic.lives import Lives, live
from candour.synthetic.nation import Nation, invent, organisation_rows
from candour.synthetic.stories import CUT_OFFS
from candour.synthetic.truth import deaths
from candour.synthetic.writing import write_csv

INVENTED = "Invented data"
_RECEIVED = ("2025-01-20", "2025-07-21")
_RECEIVED_AGAIN, _RECEIVED_CORRECTED = "2025-07-23", "2025-07-28"
_SENT_AGAIN = "_sent_again"
_FORMAT = 1

README = """\
Invented data

Every person, ward, provider, board, region and event in this folder is invented. No row is about
anybody who lives or has lived. NHS numbers begin with 99, a range that is given to nobody, and
postcodes with ZZ, which is no place.

Here are the extracts that invented providers and an invented register of deaths would have handed
over: patient records (one folder per provider), registrations of deaths, and incident records.
submissions.csv says who sent which file and when it came. organisations.csv lists the invented
organisations. The folder truth/ says what happened, as the simulation lived it: compare with it
what a run over the extracts finds.

People: {people}. Seed: {seed}. The same seed gives the same files.

Please read with care all the same: it is about deaths. If it brings back one you know of, you do
not have to read on. In the United Kingdom and Ireland the Samaritans answer on 116 123, day and
night.
"""


@dataclass(frozen=True)
class Summary:
    """What was written. ``files`` maps each file's path within ``folder`` to its rows of data."""

    folder: Path
    people: int
    seed: int
    deaths: int
    deaths_in_extracts: int
    providers: tuple[str, ...]
    files: dict[str, int]
    traps: dict[str, int]


@dataclass(frozen=True)
class _Sent:
    """One file as it was sent, for ``submissions.csv``."""

    file: str
    received_on: str
    provider: str
    layout: str


def synthesise(people: int, seed: int, out: Path, nation: Nation | None = None) -> Summary:
    """Invent a nation of so many people and write it into the folder ``out``.

    The folder appears whole or not at all; one that this function made before is replaced, any
    other that holds something is refused. Same people, seed and nation: same bytes. Person 17 is
    the same person, with the same life, whatever ``people`` is.

    Raises UserError where ``people`` or ``seed`` are out of range or the folder cannot be used.
    """
    if not 1 <= people <= 10_000_000:
        raise UserError("A nation has between 1 and 10,000,000 people.", "Give --people another.")
    if not 0 <= seed < 2**63:
        raise UserError("A seed is a whole number from 0 to 2^63 - 1.", "Give --seed another.")
    out = Path(out)
    _refuse_foreign(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        summary = _write(live(Draws(seed, people), nation or invent()), beside, out)
        beside.chmod(0o755)
        if out.exists():
            shutil.rmtree(out)
        beside.rename(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return summary


def _refuse_foreign(out: Path) -> None:
    if out.is_file():
        raise UserError("The place to write to is a file.", "Name a folder.")
    if out.is_dir() and any(out.iterdir()):
        manifest = out / "manifest.json"
        ours = manifest.is_file() and INVENTED in manifest.read_text(encoding="utf-8")
        if not ours:
            raise UserError(
                "The folder holds something that this command did not write.",
                "Name an empty folder, or one that is not there yet.",
            )


def _write(lives: Lives, folder: Path, out: Path) -> Summary:
    rows: dict[str, int] = {}

    def write(frame: pl.DataFrame, name: str) -> None:
        write_csv(frame, folder / name)
        rows[name] = len(frame)

    sent = [*_write_providers(lives, folder, rows), *_write_registrations(lives, folder, rows)]
    write(_submissions(sent), "submissions.csv")
    write(_organisations(lives.nation), "organisations.csv")
    truth = deaths(lives)
    twice = sum(_SENT_AGAIN in one.file for one in sent)
    traps = truth_tables.traps(lives, twice)
    for name, table in (
        ("people", truth_tables.people(lives)),
        ("stays", truth_tables.stays(lives)),
        ("deaths", truth_tables.death_rows(lives, truth)),
        ("counts", truth_tables.counts(truth)),
        ("traps", traps),
        ("totals", truth_tables.totals(lives, truth)),
    ):
        write(table, f"truth/{name}.csv")
    people, seed = len(lives.story), lives.draws.seed
    _write_text(folder / "README.txt", README.format(people=f"{people:,}", seed=seed))
    _write_text(folder / "truth" / "README.txt", f"{INVENTED}: what happened in the simulation.\n")
    _write_manifest(folder, lives, rows)
    return Summary(
        folder=out,
        people=people,
        seed=seed,
        deaths=len(truth.person),
        deaths_in_extracts=int(truth.in_extracts.sum()),
        providers=tuple(one.code for one in lives.nation.providers),
        files=rows,
        traps=dict(zip(traps["trap"].to_list(), traps["count"].to_list(), strict=True)),
    )


def _write_providers(lives: Lives, folder: Path, rows: dict[str, int]) -> list[_Sent]:
    """Write each provider's files; say which were sent, and when."""
    sent: list[_Sent] = []

    def write(frame: pl.DataFrame, provider: int, name: str, received: str, layout: str) -> None:
        if frame.is_empty():
            return
        code = lives.nation.providers[provider].code
        path = f"{code}/{name}.csv"
        write_csv(frame, folder / path)
        rows[path] = len(frame)
        sent.append(_Sent(path, received, code, layout))

    known = [extracts_epr.caseload(lives, delivery) for delivery in range(len(CUT_OFFS))]
    for delivery, cut_off in enumerate(CUT_OFFS):
        before = known[delivery - 1] if delivery else None
        received = _RECEIVED[delivery]
        for role, table, columns, layout in (
            ("caseload", extracts_epr.sent(known[delivery], before), extracts_epr.CASELOAD, "epr"),
            ("absences", extracts_epr.absences(lives, delivery), extracts_epr.ABSENCES, "epr"),
            ("incidents", incidents.incidents(lives, delivery), incidents.INCIDENTS, "datix"),
            ("contacts", incidents.contacts(lives, delivery), incidents.CONTACTS, "datix"),
        ):
            for provider, part in _by_provider(table).items():
                name = f"{role}_{cut_off.isoformat()}"
                write(part.select(columns), provider, name, received, layout)
    latest = _by_provider(extracts_epr.sent(known[-1], known[-2]))
    corrected = extracts_epr.caseload(lives, len(CUT_OFFS) - 1, corrected=True)
    mended = _by_provider(extracts_epr.sent(corrected, known[-2]))
    last, columns = CUT_OFFS[-1].isoformat(), extracts_epr.CASELOAD
    again, corrects = lives.nation.sends_again, lives.nation.corrects
    if again in latest:
        part, name = latest[again], f"caseload_{last}{_SENT_AGAIN}"
        write(part.select(columns), again, name, _RECEIVED_AGAIN, "epr")
    if corrects in mended and not mended[corrects].equals(latest[corrects]):
        part, name = mended[corrects], f"caseload_{last}_corrected"
        write(part.select(columns), corrects, name, _RECEIVED_CORRECTED, "epr")
    return sent


def _by_provider(table: pl.DataFrame) -> dict[int, pl.DataFrame]:
    parts = table.partition_by("provider", as_dict=True, maintain_order=True)
    return {int(key[0]): part for key, part in parts.items()}


def _write_registrations(lives: Lives, folder: Path, rows: dict[str, int]) -> list[_Sent]:
    table = extracts_registration.registrations(lives)
    sent = []
    for quarter in extracts_registration.quarters():
        part = table.filter(pl.col("quarter") == quarter)
        if part.is_empty():
            continue
        path = f"registrations_{quarter}.csv"
        write_csv(part.select(extracts_registration.REGISTRATIONS), folder / path)
        rows[path] = len(part)
        sent.append(_Sent(path, _received_quarter(quarter), "", "registration"))
    return sent


def _received_quarter(quarter: str) -> str:
    """The twentieth day after a quarter of the calendar year: when its registrations came."""
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year + 1}-01-20" if number == 4 else f"{year}-{number * 3 + 1:02d}-20"


def _submissions(sent: list[_Sent]) -> pl.DataFrame:
    """Who sent which file, when it came, and on what basis: none is needed for invented data."""
    return pl.DataFrame(
        [
            {
                "file": one.file,
                "received_on": one.received_on,
                "provider": one.provider or None,
                "layout": one.layout,
                "purpose": "demonstration and tests",
                "legal_basis": "invented data: about nobody",
                "basis_expires": None,
                "may_be_shown_to": "anyone",
            }
            for one in sent
        ],
        schema_overrides={"basis_expires": pl.String, "provider": pl.String},
    )


def _organisations(nation: Nation) -> pl.DataFrame:
    columns = ("code", "name", "type", "icb_code", "icb_name", "region_code", "region_name")
    return pl.DataFrame(organisation_rows(nation), schema=dict.fromkeys(columns, pl.String),
                        orient="row")  # fmt: skip


def _write_manifest(folder: Path, lives: Lives, rows: dict[str, int]) -> None:
    """Say what was made and from what, with a digest of each file; no clock, no host."""
    files = {name: {"rows": rows[name], "sha256": _digest(folder / name)} for name in sorted(rows)}
    content = {
        "notice": INVENTED,
        "format": _FORMAT,
        "people": len(lives.story),
        "seed": lives.draws.seed,
        "extracts_drawn_on": [day.isoformat() for day in CUT_OFFS],
        "providers": {one.code: one.name for one in lives.nation.providers},
        "files": files,
    }
    _write_text(folder / "manifest.json", json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
